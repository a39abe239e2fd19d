"""The migrations: they lead to what the models say, there and back, with rows in the tables.

What the tables refuse is in `test_models`.
"""

import ast
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from app.domain.errors import UnavailableError
from app.resources import resource
from app.store.migrate import alembic_config, downgrade, is_current, migrating, upgrade
from app.store.models import Base
from app.store.session import Database, migrations
from app.store.tables import make_tables
from tests.databases import address_of
from tests.rows import ROWS, insert_rows, read_rows

VERSIONS = resource("migrations") / "versions"
ROOT = resource("migrations").parent


def script() -> ScriptDirectory:
    """Read the history as Alembic sees it."""
    return ScriptDirectory(str(resource("migrations")))


def test_the_history_is_one_line_named_by_date() -> None:
    """File names sort as the history runs, and each is its version with hyphens: sessions rely on both."""
    steps = list(reversed(list(script().walk_revisions())))
    assert tuple(step.revision for step in steps) == migrations()
    assert [Path(step.path).stem for step in steps] == sorted(file.stem for file in VERSIONS.glob("*.py"))
    assert [step.revision for step in steps] == [Path(step.path).stem.replace("-", "_") for step in steps]


def test_a_migration_imports_nothing_of_ours() -> None:
    """A step must do the same for ever, whatever becomes of the code."""
    modules = set()
    for file in VERSIONS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add((node.module or "").partition(".")[0])
    assert modules - set(sys.stdlib_module_names) == {"alembic", "sqlalchemy", "pypinyin"}


def test_the_tables_are_those_of_the_models(db: Database) -> None:
    """What Alembic can compare it finds equal: tables, columns, types, keys, indexes."""
    with migrating(db) as connection:
        command.check(alembic_config(connection))


def test_the_checks_are_those_of_the_models(db: Database) -> None:
    """Alembic does not compare checks, so their names are compared here, and on SQLite their words."""
    found, expected = {}, {}
    inspector = inspect(db.engine)
    for name, table in Base.metadata.tables.items():
        checks = [item for item in table.constraints if isinstance(item, CheckConstraint)]
        written = {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(name)}
        exact, dialect = db.dialect == "sqlite", db.engine.dialect
        expected[name] = {
            check.name: str(check.sqltext.compile(dialect=dialect)) if exact else "" for check in checks
        }
        found[name] = {check: sql if exact else "" for check, sql in written.items()}
    assert found == expected


def test_tables_made_at_once_are_those_of_the_steps(tmp_path: Path) -> None:
    """Everything that SQLite keeps by a name is there, with the same parts, though steps leave columns in another order."""

    def statements(path: Path) -> dict[tuple[str, str], list[str]]:
        """Read them without spaces, quotation marks and closing brackets; tables' part by part."""
        with closing(sqlite3.connect(path)) as file:
            found = file.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
            assert file.execute("SELECT * FROM dataset_revision").fetchall() == [(1, 0)]
            assert file.execute("SELECT v FROM search_text_config WHERE k = 'automerge'").fetchall() == [(0,)]
        return {
            (kind, name): sorted(
                re.sub(r'["\s)]', "", part) for part in re.split(r"\(\n|," if kind == "table" else "$", sql)
            )
            for kind, name, sql in found
        }

    make_tables(tmp_path / "once.sqlite3", lambda _: None)
    with closing(Database(f"sqlite:///{tmp_path / 'steps.sqlite3'}")) as db:
        upgrade(db)
    assert statements(tmp_path / "once.sqlite3") == statements(tmp_path / "steps.sqlite3")


def test_upgrading_twice_changes_nothing(db: Database) -> None:
    """A second start finds the tables as they should be and keeps the rows."""
    insert_rows(db)
    before = read_rows(db)
    upgrade(db)
    assert is_current(db)
    assert read_rows(db) == before


def test_down_and_up_again_with_rows_in_place(blank_db: Database) -> None:
    """Every step goes back and forth over full tables; what the oldest tables hold too is not lost on the way."""
    upgrade(blank_db)
    insert_rows(blank_db)
    for version in reversed(migrations()[:-1]):
        downgrade(blank_db, version)
        assert not is_current(blank_db)
    oldest = set(inspect(blank_db.engine).get_table_names())
    upgrade(blank_db)
    assert read_rows(blank_db) == {table: row if table in oldest else None for table, row in ROWS.items()}
    downgrade(blank_db, "base")
    assert inspect(blank_db.engine).get_table_names() == ["alembic_version"]
    upgrade(blank_db)
    assert read_rows(blank_db) == dict.fromkeys(ROWS)
    assert blank_db.revision() == 0


def test_a_newer_database_is_left_alone(db: Database) -> None:
    """An older programme refuses tables it does not know and changes nothing."""
    insert_rows(db)
    before = read_rows(db)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2999_01_01_later'"))
    with pytest.raises(UnavailableError) as caught:
        upgrade(db)
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": migrations()[-1]})
    assert (caught.value.code, caught.value.detail) == ("database_newer", {"version": "2999_01_01_later"})
    assert read_rows(db) == before


def test_several_processes_may_upgrade_at_once(blank_db: Database) -> None:
    """One of them does it, the others wait and find it done."""
    several = [Database(address_of(blank_db)) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, several))
    assert [is_current(each) for each in several] == [True] * 4
    for each in several:
        each.close()


def test_a_failing_step_leaves_the_database_as_it_was(blank_db: Database) -> None:
    """Tables are made in one transaction on both engines: a step that fails half-way leaves none of them."""
    if blank_db.path:
        blank_db.path.touch()
    with blank_db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE target (id INTEGER)"))
    with pytest.raises(Exception, match="target"):
        upgrade(blank_db)
    assert inspect(blank_db.engine).get_table_names() == ["target"]


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    """A first start needs nothing prepared."""
    db = Database(f"sqlite:///{tmp_path}/deep/down/mubiao.sqlite3")
    upgrade(db)
    assert is_current(db)
    db.close()


def test_a_folder_that_cannot_be_made_is_read_only(tmp_path: Path) -> None:
    """A path through a file gives a code and no stack trace."""
    (tmp_path / "file").touch()
    db = Database(f"sqlite:///{tmp_path}/file/mubiao.sqlite3")
    with pytest.raises(UnavailableError) as caught:
        upgrade(db)
    assert caught.value.code == "database_read_only"


def test_a_migration_that_breaks_references_is_refused(db: Database) -> None:
    """SQLite checks no foreign keys while tables are rebuilt, so `migrating` checks them at its end."""
    insert_rows(db)
    with pytest.raises((RuntimeError, IntegrityError)), migrating(db) as connection:
        connection.execute(text("DELETE FROM source"))
    assert read_rows(db) == ROWS


def test_developers_can_ask_alembic_itself(tmp_path: Path) -> None:
    """The settings in pyproject.toml find the migrations and name new ones by date."""
    address = f"sqlite:///{tmp_path}/mubiao.sqlite3"
    db = Database(address)
    upgrade(db)
    db.close()
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=ROOT,
        env={"MUBIAO_DATABASE_URL": address, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "No new upgrade operations detected."), done.stderr
