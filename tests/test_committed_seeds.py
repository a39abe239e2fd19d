"""The committed seeds: they load, twice as once, and come back from the tables as they went in.

What the facts say is checked in the tests of the comparison and of the articles.
"""

from pathlib import Path

from sqlalchemy import select

from app.exchange.seeds import export_seeds, load_seeds
from app.resources import resource
from app.store import service
from app.store.models import Revision
from app.store.service import Outcome
from app.store.session import Database


def test_loading_them_again_changes_nothing(seeded_copy: Database) -> None:
    """The seeds load on both engines, and a second load leaves the dataset revision where it was."""
    before = seeded_copy.revision()
    report = load_seeds(seeded_copy, resource("seeds"))
    assert len(report.of(Outcome.UNCHANGED)) == len(report.written) > 0
    assert seeded_copy.revision() == before


def test_exporting_and_loading_them_changes_nothing(seeded_copy: Database, tmp_path: Path) -> None:
    """What is written back from the tables is what the files said."""
    with seeded_copy.read() as session:
        export_seeds(session, tmp_path / "out")
    report = load_seeds(seeded_copy, tmp_path / "out")
    assert len(report.of(Outcome.UNCHANGED)) == len(report.written) > 0


def test_the_tables_hold_what_the_revisions_say(seeded: Database) -> None:
    """Every entity read back from the tables is the seed form that its last revision keeps."""
    with seeded.read() as session:
        revisions = select(Revision.entity, Revision.entity_key, Revision.seed).order_by(Revision.version)
        kept = {(row.entity, row.entity_key): row.seed for row in session.execute(revisions)}
        assert len(kept) > 400
        for kind in service.WRITERS:
            seeds = [seed for (entity, _), seed in kept.items() if entity == kind]
            assert sorted(service.read_all(session, kind), key=str) == sorted(seeds, key=str)
