"""The documents name what there is: every route, setting and command, and no command that is gone."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from fastapi.routing import iter_route_contexts

from app.cli import cli
from app.settings import Settings
from tests.clients import whole

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def paths() -> list[str]:
    """Give the path of every route, without the converters of its parameters."""
    return sorted(
        {re.sub(r":\w+}", "}", route.path) for route in iter_route_contexts(whole().routes) if route.path}
    )


def commands(group: click.Command, words: tuple[str, ...] = ("mubiao",)) -> Iterator[str]:
    """Go through all commands that do something."""
    if not isinstance(group, click.Group):
        yield " ".join(words)
        return
    for name, command in group.commands.items():
        yield from commands(command, (*words, name))


@pytest.mark.parametrize("path", paths())
def test_every_route_is_in_the_reference(path: str) -> None:
    """A route that the reference does not name is one that nobody finds."""
    assert f"`{path}`" in REFERENCE


def test_the_reference_names_no_route_that_is_gone() -> None:
    """What the tables of pages and API list can be asked for."""
    listed = {
        path
        for row in re.findall(r"^\| (`/[^|]*)\|", REFERENCE, re.MULTILINE)
        for path in re.findall(r"`(/[^`]*)`", row)
    }
    assert listed - set(paths()) == set()


def test_every_setting_is_in_the_reference() -> None:
    """The variables of the reference are those that are read, and the one of the tests."""
    read = {f"MUBIAO_{name.upper()}" for name in Settings.__slots__}
    assert set(re.findall(r"MUBIAO_[A-Z_]+", REFERENCE)) == read | {"MUBIAO_ARTICLES"}


def test_every_command_is_in_the_reference() -> None:
    """The table lists the commands that there are, and only those."""
    assert sorted(re.findall(r"^\| `(mubiao [a-z ]+)` \|", REFERENCE, re.MULTILINE)) == sorted(commands(cli))


def test_the_readme_runs_nothing_that_is_not_there() -> None:
    """Each `make` target and command of the README exists."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", readme)) - targets == set()
    known = set(commands(cli))
    assert {name for name in re.findall(r"mubiao [a-z]+ [a-z]+", readme) if name not in known} == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    """0001, 0002, … each once, each with its four parts."""
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    parts = ("**Matter.**", "**Choice.**", "**Why.**", "**What it costs.**")
    assert [file.name for file in files if not all(part in file.read_text("utf-8") for part in parts)] == []
