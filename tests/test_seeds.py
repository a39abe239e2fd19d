"""Seeds into the database and out of it: idempotent, all or nothing, with what editors changed kept (R6).

What is wrong in files and how it is reported is in `test_seed_mistakes`.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import delete, select

from app.domain.errors import DomainError
from app.domain.schemas import PlanIn, TopicIn
from app.domain.validation import validate
from app.exchange.seeds import SeedError, check_seeds, differences, export_seeds, load_seeds
from app.store import documents, models, search, service
from app.store.migrate import upgrade
from app.store.service import Outcome
from app.store.session import Database
from tests.builders import BY
from tests.seed_files import FILES, replace_in, write_seeds

PLAN = "zj-terminals"
COUNT = 11


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the small folder of seeds."""
    return write_seeds(tmp_path / "seeds")


def load(db: Database, folder: Path, **options: Any) -> dict[str, list[str]]:
    """Load and give the keys by outcome, leaving out what is unchanged."""
    report = load_seeds(db, folder, **options)
    listed = {str(outcome): [one.key for one in report.of(outcome)] for outcome in Outcome}
    assert sum(map(len, listed.values())) == COUNT
    return {outcome: keys for outcome, keys in listed.items() if keys and outcome != "unchanged"}


def contents(db: Database) -> dict[str, list[Any]]:
    """Give all rows of all tables."""
    with db.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in models.Base.metadata.sorted_tables
        }


def edit_plan(db: Database, **fields: str) -> None:
    """Change the plan as an editor does."""
    with db.write() as session:
        seed = service.read_back(session, "plan", PLAN)
        service.upsert_plan(session, validate(PlanIn, {**seed, **fields}), BY)


def title(db: Database) -> str:
    """Give the plan's English title."""
    with db.read() as session:
        return session.scalars(select(models.Plan.title_en).where(models.Plan.slug == PLAN)).one()


def test_a_first_load_creates_everything(db: Database, folder: Path) -> None:
    """All kinds are loaded, plans that link to one another too, as one public change."""
    assert load(db, folder) == {
        "created": [
            *("330100", "330000", "zj-government", "ai-terminals", "ai", "revenue", "gazette"),
            *("zj-old", PLAN, "zj-revenue-2024", "330100/ai"),
        ]
    }
    assert db.revision() == 1
    with db.read() as session:
        plan = service.read_back(session, "plan", PLAN)
        assert plan["links"] == [{"to": "zj-old", "kind": "supersedes"}]
        assert service.read_back(session, "region", "330000")["aliases"] == ["浙", "null"]


def test_a_second_load_changes_nothing(db: Database, folder: Path) -> None:
    """Not one row of any table is touched, and the dataset revision stays."""
    load(db, folder)
    before = contents(db)
    assert load(db, folder) == {}
    assert contents(db) == before


def test_a_load_leaves_the_text_index_as_if_it_were_made_anew(db: Database, folder: Path) -> None:
    """The first load, which fills it at its end, and a later one, which indexes what it changed."""
    rows = select(search.DOCUMENTS.c.kind, search.DOCUMENTS.c.key, search.DOCUMENTS.c.tokens)
    for words in ("Plan for terminals", "Terminal plan"):
        replace_in(folder, "Plan for terminals", words)
        load(db, folder)
        with db.rehearse() as session:
            kept = sorted(map(tuple, session.execute(rows)))
            session.execute(delete(search.DOCUMENTS))
            documents.fill(session)
            assert sorted(map(tuple, session.execute(rows))) == kept
            assert len({key for _, key, _ in kept}) > COUNT - 1


def test_a_changed_seed_updates_its_entity_only(db: Database, folder: Path) -> None:
    """One word changed in one file is one entity updated."""
    load(db, folder)
    replace_in(folder, "Plan for terminals", "Terminal plan")
    assert load(db, folder) == {"updated": [PLAN]}
    assert title(db) == "Terminal plan"
    assert load(db, folder) == {}


def test_a_dry_run_says_what_it_would_do_and_does_nothing(db: Database, folder: Path) -> None:
    """The report of a dry run is that of the load, and no row is touched."""
    before = contents(db)
    planned = load(db, folder, dry_run=True)
    assert contents(db) == before
    assert load(db, folder) == planned


def test_what_an_editor_changed_is_kept_until_overwritten(db: Database, folder: Path) -> None:
    """A row that differs from the last loaded seed is listed, and only `overwrite` replaces it."""
    load(db, folder)
    edit_plan(db, title_en="Edited")
    assert load(db, folder) == {"kept": [PLAN]}
    replace_in(folder, "Plan for terminals", "Terminal plan")
    assert load(db, folder) == {"kept": [PLAN]}
    assert title(db) == "Edited"
    assert load(db, folder, overwrite=True) == {"updated": [PLAN]}
    assert title(db) == "Terminal plan"
    assert load(db, folder) == {}


def test_an_edit_that_reached_the_seeds_is_no_edit_any_more(db: Database, folder: Path) -> None:
    """Once the seeds say what the editor wrote, the next change of the seeds is loaded."""
    load(db, folder)
    edit_plan(db, title_en="Edited")
    replace_in(folder, "Plan for terminals", "Edited")
    assert load(db, folder) == {}
    replace_in(folder, "Edited", "Edited again")
    assert load(db, folder) == {"updated": [PLAN]}


def test_what_an_editor_made_is_kept_too(db: Database, folder: Path) -> None:
    """An entity that was never loaded is an editor's."""
    names = {"name_zh": "人工智能", "name_en": "Editor's"}
    with db.write() as session:
        topic = validate(TopicIn, {"slug": "ai", **names, "definition_zh": "一", "definition_en": "One"})
        service.upsert_topic(session, topic, BY)
    assert load(db, folder)["kept"] == ["ai"]


def test_a_mistake_in_one_file_leaves_all_unloaded(db: Database, folder: Path) -> None:
    """Seeds are loaded as a whole or not at all."""
    before = contents(db)
    replace_in(folder, "topic: ai,", "topic: nothing,")
    with pytest.raises(SeedError):
        load_seeds(db, folder)
    assert contents(db) == before


def test_a_source_is_retired_with_its_last_use_only(db: Database, folder: Path) -> None:
    """Refused at its line while a fact cites it; no evidence, no hindrance."""
    load(db, folder)
    replace_in(folder, "  kind: news\n", "  kind: news\n  retired_on: 2026-11-30\n")
    before = contents(db)
    with pytest.raises(SeedError) as error:
        load_seeds(db, folder)
    assert [(one.file, one.line, one.problem.code) for one in error.value.mistakes] == [
        ("sources.yaml", 4, "still_used")
    ]
    assert contents(db) == before
    replace_in(folder, "editorial_state: published", "editorial_state: retired")
    replace_in(folder, "period_end: 2027", "period_end: 2027\nretired_on: 2026-11-30")
    replace_in(folder, "slug: zj-old", "slug: zj-old\nretired_on: 2026-11-30")
    replace_in(folder, "- slug: zj-revenue-2024", "- slug: zj-revenue-2024\n  retired_on: 2026-11-30")
    assert load(db, folder) == {"updated": ["gazette", "zj-old", PLAN, "zj-revenue-2024"]}
    assert load(db, folder) == {}


def test_what_is_retired_is_restored_with_what_it_names(db: Database, folder: Path) -> None:
    """Refused at the line that names what is retired; both may come back in one load."""
    load(db, folder)
    observation = ("editorial_state: published", "editorial_state: retired\n  retired_on: 2026-11-30")
    named = ("additive: true\n", "additive: true\n  retired_on: 2026-11-30\n")
    plans = folder / "plans"
    kept = {file: file.read_text(encoding="utf-8") for file in plans.iterdir()}
    for file, text in kept.items():
        retired = text.replace("editorial_state: published", "editorial_state: retired")
        file.write_text(f"{retired}\nretired_on: 2026-11-30\n", encoding="utf-8")
    replace_in(folder, *observation)
    replace_in(folder, *named)
    load(db, folder)
    replace_in(folder, *reversed(observation))
    with pytest.raises(SeedError) as error:
        load_seeds(db, folder)
    assert [(one.file, one.problem.field, one.problem.code) for one in error.value.mistakes] == [
        ("observations/zj.yaml", "observations.0.metric", "names_retired")
    ]
    replace_in(folder, *reversed(named))
    assert load(db, folder) == {"updated": ["revenue", "zj-revenue-2024"]}


def test_a_metric_may_change_its_dimension_with_its_figures(db: Database, folder: Path) -> None:
    """A new dimension is refused at its line if stored figures do not have it, and loaded with new figures."""
    load(db, folder)
    replace_in(folder, "dimension: money\n  canonical_unit: CNY", "dimension: count\n  canonical_unit: count")
    (folder / "plans" / f"{PLAN}.yaml").rename(folder / "kept")
    (folder / "observations" / "zj.yaml").unlink()
    replace_in(folder, "links:\n- {to: zj-terminals, kind: amends}\n", "")
    with pytest.raises(SeedError) as error:
        load_seeds(db, folder)
    assert [(one.file, one.line, one.problem.code) for one in error.value.mistakes] == [
        ("metrics.yaml", 8, "unit_mismatch")
    ] * len(error.value.mistakes)
    (folder / "kept").rename(folder / "plans" / f"{PLAN}.yaml")
    (folder / "observations" / "zj.yaml").write_text(FILES["observations/zj.yaml"], encoding="utf-8")
    replace_in(folder, "突破5000亿元", "突破5000家")
    replace_in(folder, "超3000亿元", "超3000家")
    report = load_seeds(db, folder)
    assert [one.key for one in report.of(Outcome.UPDATED)] == ["revenue", "zj-old", PLAN, "zj-revenue-2024"]


_KILLED_LOAD = """
import os, signal, sys
from pathlib import Path
from app.exchange.seeds import load_seeds
from app.store.session import Database

def progress(words):
    if words == "writing observations":
        os.kill(os.getpid(), signal.SIGKILL)

load_seeds(Database(sys.argv[1]), Path(sys.argv[2]), progress=progress)
"""


def test_killed_in_the_middle_the_database_is_as_before(db: Database, folder: Path) -> None:
    """A load that is killed after most of its writes leaves nothing of them, and the next one succeeds."""
    before = contents(db)
    url = db.engine.url.render_as_string(hide_password=False)
    if db.path is not None:
        url = f"sqlite:///{db.path}"
    done = subprocess.run([sys.executable, "-c", _KILLED_LOAD, url, str(folder)], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert contents(db) == before
    assert len(load(db, folder)["created"]) == COUNT


def test_export_then_load_changes_nothing(db: Database, folder: Path, tmp_path: Path) -> None:
    """What is written back is laid out as it was, and loads as the same."""
    load(db, folder)
    before = contents(db)
    with db.read() as session:
        names = export_seeds(session, tmp_path / "out")
    assert names == sorted(FILES)
    assert load(db, tmp_path / "out") == {}
    assert contents(db) == before


def test_an_export_is_what_an_empty_database_loads(
    db: Database, blank_db: Database, folder: Path, tmp_path: Path
) -> None:
    """An editor's changes travel with the export into another database."""
    load(db, folder)
    edit_plan(db, summary_en="true", summary_zh="多行\n文字: # 一")
    with db.read() as session:
        export_seeds(session, tmp_path / "out")
    upgrade(blank_db)
    load(blank_db, tmp_path / "out")
    with db.read() as one, blank_db.read() as other:
        for kind in service.WRITERS:
            assert sorted(service.read_all(one, kind), key=str) == sorted(
                service.read_all(other, kind), key=str
            )
    read = yaml.safe_load((tmp_path / "out" / "plans" / f"{PLAN}.yaml").read_text(encoding="utf-8"))
    assert (read["summary_en"], read["summary_zh"]) == ("true", "多行\n文字: # 一")


def test_an_export_replaces_only_what_it_writes(db: Database, folder: Path) -> None:
    """Other files stay; seeds that would stay beside the export are refused before anything is written."""
    load(db, folder)
    (folder / "README.md").write_text("ours", encoding="utf-8")
    (folder / "plans" / "zj-draft.yaml").write_text("slug: zj-draft", encoding="utf-8")
    old = (folder / "regions.yaml").read_text(encoding="utf-8")
    with db.read() as session, pytest.raises(DomainError) as error:
        export_seeds(session, folder)
    assert (error.value.code, error.value.detail["files"]) == ("leftover_seeds", ["plans/zj-draft.yaml"])
    assert (folder / "regions.yaml").read_text(encoding="utf-8") == old
    (folder / "plans" / "zj-draft.yaml").unlink()
    with db.read() as session:
        export_seeds(session, folder)
    assert (folder / "README.md").read_text(encoding="utf-8") == "ours"
    assert [path.name for path in folder.glob(".*")] == []
    assert load(db, folder) == {}


def test_an_export_that_cannot_be_written_is_an_error(db: Database, tmp_path: Path) -> None:
    """A folder that is a file is refused with the reason."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with db.read() as session, pytest.raises(DomainError) as error:
        export_seeds(session, tmp_path / "file")
    assert error.value.code == "folder_not_writable"


def test_differences_name_fields_by_public_id_and_due_date() -> None:
    """A child is found again by what names it, wherever it stands in its list."""
    old = {
        "title_en": "A",
        "topics": ["ai", "robots"],
        "targets": [
            {"public_id": "p.one", "deadlines": [{"due": "2027", "value": "1"}, {"value": "5"}]},
            {"public_id": "p.two", "deadlines": [{"due": "2027", "ambition": "strive", "value": "2"}]},
        ],
    }
    new = {
        "topics": ["ai"],
        "targets": [
            {"public_id": "p.two", "deadlines": [{"due": "2027", "ambition": "strive", "value": "3"}]},
            {"public_id": "p.one", "deadlines": [{"due": "2027", "value": "1"}, {"value": "6"}]},
        ],
    }
    found = [(one.field, one.old, one.new) for one in differences(old, new)]
    assert found == [
        ("topics", "ai, robots", "ai"),
        ("targets[p.two].deadlines[2027~strive].value", "2", "3"),
        ("targets[p.one].deadlines[undated].value", "5", "6"),
        ("title_en", "A", None),
    ]


def test_check_needs_no_database(folder: Path) -> None:
    """A folder is checked by itself, by all rules, and its entities are counted."""
    assert check_seeds(folder) == COUNT
    replace_in(folder, "canonical_unit: CNY", "canonical_unit: 亿元")
    with pytest.raises(SeedError) as error:
        check_seeds(folder)
    assert [(one.file, one.line) for one in error.value.mistakes] == [("metrics.yaml", 9)]
