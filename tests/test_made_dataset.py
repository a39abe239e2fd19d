"""The made-up dataset of the benchmarks: valid content, the same every time, and laid as the service would have saved it.

How fast anything is with it is printed by the benchmarks.
"""

from datetime import date
from pathlib import Path

from app.domain.validation import validate
from app.store.queries.deadlines import list_deadlines
from app.store.queries.filters import Filters
from app.store.queries.found import search
from app.store.queries.paging import Paging
from app.store.service import WRITERS
from benchmarks.dataset import Dataset
from benchmarks.laid import copy_rows, lay
from tests.databases import Databases, address_of, opened

TODAY = date(2026, 11, 30)


def test_what_is_made_is_valid_and_in_seed_form() -> None:
    """Every entity passes its schema, which gives it back as it was; a second dataset of the same numbers is equal."""
    dataset = Dataset(200)
    assert (dataset.targets, dataset.plans, dataset.sources, dataset.observations) == (200, 10, 2, 10)
    for kind in ("source", "plan", "observation"):
        made = list(dataset.entities(kind))
        assert made == list(Dataset(200).entities(kind))
        assert [WRITERS[kind].key(validate(WRITERS[kind].schema, one)) for one in made] == dataset.keys(kind)
        assert [WRITERS[kind].seed(validate(WRITERS[kind].schema, one)) for one in made] == made
    assert list(Dataset(200, seed=6).entities("plan")) != list(dataset.entities("plan"))


def test_both_engines_hold_the_same(databases: Databases, tmp_path: Path) -> None:
    """A dataset laid into SQLite and copied to PostgreSQL is read alike, counted alike, and found alike."""
    file = tmp_path / "made.sqlite3"
    lay(file, Dataset(100))
    with databases.lend("postgresql", "migrated") as copied, opened(f"sqlite:///{file}") as laid:
        copy_rows(file, address_of(copied))
        read = []
        for db in (laid, copied):
            with db.read() as session:
                page = list_deadlines(session, Filters(), Paging(), TODAY)
                found = search(session, "基金")
            assert page.total > 100
            assert all(item.evidence for item in page.items)
            assert [group.kind for group in found.groups] == ["measure"]
            read.append((page.model_copy(update={"next": None}), found))
        assert read[0] == read[1]
