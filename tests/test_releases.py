"""Releases of the whole dataset: what differs between them, that they stay, and that a killed one leaves nothing.

What stands in their files is tested in `test_package`.
"""

import json
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import DomainError
from app.domain.schemas import PlanIn
from app.domain.validation import validate
from app.exchange.package.difference import NOTHING, Counts, Summary
from app.exchange.package.files import DATABASE, FILES, digest
from app.exchange.package.releases import DIFFERENCE, DIFFERENCE_TEXT, list_releases, make_release
from app.store import service
from app.store.session import Database
from tests.builders import AT, BY, deadline, make_metric, make_organization, make_topic, target
from tests.clients import url_of
from tests.databases import Databases
from tests.whole import fill

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
LATE = datetime(2026, 11, 30, 17, tzinfo=UTC)
"""On the next day in Shanghai."""


def change(db: Database) -> None:
    """Change the plan of Zhejiang: its stage, a figure's words, one topic for another; retire a metric nobody names."""
    with db.write() as session:
        make_topic(session, "chips")
        fill_again = {
            "stage": "withdrawn",
            "topics": ["chips"],
            "targets": [
                target("zj-plan.revenue", deadlines=[deadline("突破5500亿元"), *_gone()]),
                target(
                    "zj-plan.gone",
                    metric="enterprises",
                    words="600家",
                    retired_on="2026-11-03",
                    note_en="mimi",
                ),
            ],
        }
        _rewrite(session, fill_again)
        make_organization(session, "gone")
        make_metric(session, "enterprises", retired_on="2026-11-29")


def _gone() -> list[dict[str, Any]]:
    return [deadline("突破6000亿元", "2028", retired_on="2026-11-03", note_en="mimi")]


def _rewrite(session: Any, fields: dict[str, Any]) -> None:
    plan = service.read_back(session, "plan", "zj-plan") | fields
    service.upsert_plan(session, validate(PlanIn, plan), replace(BY, at=NOON))


EXPECTED = Summary(
    tables=[
        Counts(table="organizations", added=0, changed=1, retired=0),
        Counts(table="topics", added=1, changed=0, retired=0),
        Counts(table="metrics", added=0, changed=0, retired=1),
        Counts(table="plans", added=0, changed=1, retired=0),
        Counts(table="plan_topics", added=1, changed=0, retired=1),
        Counts(table="deadlines", added=0, changed=1, retired=0),
        Counts(table="evidence", added=0, changed=1, retired=0),
    ],
    columns=[],
)
DUE = "zj-plan.revenue@2027-12-31"


@pytest.fixture
def filled(databases: Databases) -> Iterator[Database]:
    """Lend a database with the small dataset; the engine makes no difference to what is read from it."""
    with databases.lend("sqlite", "migrated") as db:
        with db.write() as session:
            fill(session)
        yield db


def test_a_release_says_field_by_field_what_differs_from_the_one_before(db: Database, tmp_path: Path) -> None:
    """What was added, changed and retired, for programs and for people; a second one of a day has a number."""
    filled = db
    with filled.write() as session:
        fill(session)
    first = make_release(filled, tmp_path, NOON)
    assert first is not None
    assert (first.name, first.previous, first.difference) == ("2026-11-30", None, None)
    change(filled)
    second = make_release(filled, tmp_path, NOON)
    assert second is not None
    assert (second.name, second.previous, second.difference) == ("2026-11-30-2", "2026-11-30", EXPECTED)
    told = json.loads((tmp_path / second.name / DIFFERENCE).read_text(encoding="utf-8"))
    assert {name: told[name] for name in ("release", "previous", "tables", "columns")} == {
        "release": second.name,
        "previous": first.name,
        **EXPECTED.model_dump(),
    }
    assert [(one["table"], one["what"], *one["key"].values()) for one in told["changes"]] == [
        ("organizations", "changed", "gone"),
        ("topics", "added", "chips"),
        ("metrics", "retired", "enterprises"),
        ("plans", "changed", "zj-plan"),
        ("plan_topics", "added", "zj-plan", "chips"),
        ("plan_topics", "retired", "zj-plan", "ai"),
        ("deadlines", "changed", DUE),
        ("evidence", "changed", f"deadline:{DUE}#1"),
    ]
    assert told["changes"][3]["fields"] == {"stage": {"old": "adopted", "new": "withdrawn"}}
    assert told["changes"][6]["fields"]["value"] == {"old": 5000, "new": 5500}
    text = (tmp_path / second.name / DIFFERENCE_TEXT).read_text(encoding="utf-8")
    assert "\nplans: +0 ~1 -0\n  ~ zj-plan\n      stage: adopted → withdrawn\n" in text
    assert "\nplan_topics: +1 ~0 -1\n  + zj-plan · chips\n  - zj-plan · ai\n" in text


def test_nothing_is_released_twice(filled: Database, tmp_path: Path) -> None:
    """Neither again as it is, nor for a change that was taken back; what was released stays as it was."""
    first = make_release(filled, tmp_path, NOON)
    assert first is not None
    kept = {file: file.read_bytes() for file in (tmp_path / first.name).iterdir()}
    assert make_release(filled, tmp_path, LATE) is None
    with filled.write() as session:
        _rewrite(session, {"stage": "withdrawn"})
        _rewrite(session, {"stage": "adopted"})
    assert make_release(filled, tmp_path, LATE) is None
    change(filled)
    assert make_release(filled, tmp_path, LATE) is not None
    assert [one.name for one in list_releases(tmp_path)] == ["2026-12-01", "2026-11-30"]
    assert {file: file.read_bytes() for file in (tmp_path / first.name).iterdir()} == kept


def test_an_order_that_only_seeds_hold_is_released_too(filled: Database, tmp_path: Path) -> None:
    """The seeds differ though no row does."""
    assert make_release(filled, tmp_path, NOON) is not None
    with filled.write() as session:
        plan = {
            "targets": [target("zj-plan.words", kind="qualitative", metric=None, deadlines=[{"due": "2027"}])]
        }
        seed = service.read_back(session, "plan", "zj-plan")
        _rewrite(session, {"targets": [*plan["targets"], *seed["targets"]]})
    assert make_release(filled, tmp_path, NOON) is not None
    with filled.write() as session:
        seed = service.read_back(session, "plan", "zj-plan")
        _rewrite(session, {"targets": seed["targets"][::-1]})
    third = make_release(filled, tmp_path, NOON)
    assert third is not None
    assert third.difference == NOTHING


def test_files_of_a_release_are_what_it_says(filled: Database, tmp_path: Path) -> None:
    """Sizes, checksums and rows; beside each file lies what `sha256sum -c` reads; nobody writes to them by mistake."""
    made = make_release(filled, tmp_path, AT)
    assert [made] == list_releases(tmp_path)
    assert made is not None
    assert [file.name for file in made.files] == [*FILES, DIFFERENCE, DIFFERENCE_TEXT]
    for file in made.files:
        path = tmp_path / made.name / file.name
        assert (file.size, file.sha256) == (path.stat().st_size, digest(path))
        assert path.with_name(f"{file.name}.sha256").read_text() == f"{file.sha256}  {file.name}\n"
        assert path.stat().st_mode & 0o222 == 0
    assert {one.table: one.rows for one in made.rows}["plans"] == 2
    assert {path.name for path in tmp_path.iterdir()} == {made.name, ".lock"}


def _release_and_die(url: str, folder: Path, step: str) -> None:
    """Release until a step begins, then be killed as by `kill -9`."""

    def progress(words: str) -> None:
        if words == step:
            os.kill(os.getpid(), signal.SIGKILL)

    make_release(Database(url), folder, NOON, progress)


def test_a_killed_release_leaves_nothing_that_readers_see(filled: Database, tmp_path: Path) -> None:
    """At whatever step; the next one is made as if nothing had happened, and clears up."""
    steps: list[str] = []
    start: Callable[..., Any] = multiprocessing.get_context("fork").Process
    assert make_release(filled, tmp_path, NOON) is not None
    change(filled)
    assert make_release(filled, tmp_path / "other", NOON, steps.append) is not None
    assert len(steps) == 4
    filled.close()
    for step in steps:
        process = start(target=_release_and_die, args=(url_of(filled), tmp_path, step))
        process.start()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert [one.name for one in list_releases(tmp_path)] == ["2026-11-30"]
    second = make_release(filled, tmp_path, NOON)
    assert second is not None
    assert (second.name, second.difference) == ("2026-11-30-2", EXPECTED)
    assert {path.name for path in tmp_path.iterdir()} == {"2026-11-30", "2026-11-30-2", "other", ".lock"}


def test_a_folder_that_cannot_be_written_is_an_error(filled: Database, tmp_path: Path) -> None:
    """With its name and why."""
    (tmp_path / "file").touch()
    with pytest.raises(DomainError) as raised:
        make_release(filled, tmp_path / "file", NOON)
    assert (raised.value.code, raised.value.detail["folder"]) == (
        "folder_not_writable",
        str(tmp_path / "file"),
    )


def test_a_folder_that_is_no_release_takes_its_name_from_no_other(filled: Database, tmp_path: Path) -> None:
    """It is passed over, and the next release has another name."""
    (tmp_path / "2026-11-30").mkdir()
    made = make_release(filled, tmp_path, NOON)
    assert made is not None
    assert [one.name for one in list_releases(tmp_path)] == ["2026-11-30-2"]
    assert (tmp_path / made.name / DATABASE).exists()
