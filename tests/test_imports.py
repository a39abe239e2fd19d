"""The rules of the house that a machine can hold: who imports whom, how long a file is, what it opens with.

The rules themselves and their reasons are in CONTRIBUTING and in `docs/decisions`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.resources import resource

ROOT = resource("migrations").parent
FILES = sorted(
    file for folder in ("app", "tests", "benchmarks", "migrations") for file in (ROOT / folder).rglob("*.py")
)
NAMES = [str(file.relative_to(ROOT)) for file in FILES]
LONGEST = 400
# What several layers use; each may use those before it.
SHARED = ["app.resources", "app.domain", "app.settings", "app.wording", "app.i18n"]
# The layers, each of which may use those before it too; the rest of `app` puts them together.
LAYERS = ["app.store", "app.exchange", "app.web"]
ORDER = {layer: [*SHARED, *LAYERS[: number + 1]] for number, layer in enumerate(LAYERS)} | {
    shared: SHARED[: number + 1] for number, shared in enumerate(SHARED)
}
MAY_NAME_WEB = {"app/main.py", "app/serve.py", "app/cli.py"}


def module_of(file: Path) -> str:
    """Name the module that a file of the package is."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_under(module: str, layer: str) -> bool:
    """Say whether a module is a layer or in it."""
    return module == layer or module.startswith(f"{layer}.")


def imported(file: Path) -> Iterator[str]:
    """Name the modules of ours that a file imports, also within functions and as a name of a package."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if is_under(alias.name, "app"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports by full name only"
            if is_under(node.module or "", "app"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


APP = [file for file in FILES if is_under(module_of(file), "app")]


def broken(here: str, there: list[str], *, allowed: bool) -> list[str]:
    """List what a layer imports of ours that is among others though it must not, or is not though it must."""
    return [
        f"{module_of(file)} imports {name}"
        for file in APP
        if is_under(module_of(file), here)
        for name in imported(file)
        if name != "app.__version__" and any(is_under(name, other) for other in there) is not allowed
    ]


@pytest.mark.parametrize("layer", ORDER)
def test_a_layer_imports_downwards(layer: str) -> None:
    """Hold domain <- store <- exchange <- web, cli; an import against it is listed with its file."""
    assert broken(layer, ORDER[layer], allowed=True) == []


@pytest.mark.parametrize("shared", ["app.i18n", "app.wording"])
def test_the_store_speaks_to_nobody(shared: str) -> None:
    """Words for readers are chosen where something is written for them."""
    assert broken("app.store", [shared], allowed=False) == []


@pytest.mark.parametrize(("here", "there"), [("service", "queries"), ("queries", "service")])
def test_reads_and_writes_do_not_know_each_other(here: str, there: str) -> None:
    """Either can be read, tested and replaced without the other."""
    assert broken(f"app.store.{here}", [f"app.store.{there}"], allowed=False) == []


def test_nothing_imports_web() -> None:
    """Only what puts the server together does."""
    names = {
        str(file.relative_to(ROOT))
        for file in APP
        if not is_under(module_of(file), "app.web")
        and any(is_under(name, "app.web") for name in imported(file))
    }
    assert names <= MAY_NAME_WEB


def test_only_the_session_module_commits() -> None:
    """One transaction a request, and one place that ends it."""
    calls = [
        f"{module_of(file)}:{node.lineno}"
        for file in APP
        if module_of(file) != "app.store.session"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]
    assert calls == []


def test_a_module_opens_with_sentences() -> None:
    """The docstring says what belongs here and, in the package, in a second sentence what does not."""
    said = {
        name: ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8"))) or "" for name in NAMES
    }
    sentences = {name: len(re.findall(r"[.!?](?=\s|$)", words)) for name, words in said.items()}
    silent = {name for name in NAMES if name.startswith("tests/") and name.endswith("__init__.py")}
    short = {name for name, count in sentences.items() if count < 1 + name.startswith("app/")}
    assert sorted(short - silent) == []


def test_a_file_has_one_subject() -> None:
    """A file that passes the limit has two, and is split."""
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in NAMES}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_the_files_are_found() -> None:
    """The tests above look at something."""
    assert {"app/domain/schemas.py", "app/store/session.py", "tests/conftest.py", "migrations/env.py"} <= set(
        NAMES
    )
