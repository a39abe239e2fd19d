"""What a change that waits would do to comparisons, and that finding it out changes nothing.

The verdicts themselves are in `test_comparability`.
"""

from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.validation import validate
from app.domain.vocabulary import EditorialState, Verdict
from app.store import service
from app.store.effects import effects_of
from app.store.models import Plan, Revision
from app.store.session import Database
from app.store.views.effects import EffectsView
from tests import builders as make
from tests.builders import AT, BY

TODAY = AT.date()


def wait(session: Session, kind: str, key: str, **fields: Any) -> None:
    """Let a change to an entity wait."""
    current = service.get_current(session, kind, key)
    entity = validate(service.WRITERS[kind].schema, {**current.seed, **fields})
    service.save(session, kind, entity, BY, current.version, state=EditorialState.DRAFT)


def effects(db: Database, kind: str, key: str) -> EffectsView:
    """Rehearse the publication of what waits."""
    with db.rehearse() as session:
        publish = partial(service.publish, kind=kind, key=key, by=BY)
        return effects_of(session, kind, key, publish, TODAY)


def turns(found: EffectsView) -> list[tuple[Verdict | None, Verdict | None, int]]:
    """Give the turns with their counts."""
    return [(one.before, one.after, one.count) for one in found.turns]


def test_a_standard_for_a_metric_lifts_the_caution_from_its_pairs(db: Database) -> None:
    """Three provinces' figures are three pairs; that the topic has none keeps one reason."""
    with db.write() as session:
        make.make_topic(session, standard="分类")
        for code, slug in (("330000", "zj"), ("320000", "js"), ("340000", "ah")):
            make.make_region(session, code)
            name = f"{slug}-plan"
            make.make_plan(session, name, region=code, targets=[make.target(f"{name}.revenue")])
        wait(session, "metric", "revenue", standard="统计分类")
    found = effects(db, "metric", "revenue")
    assert (found.figures, found.pairs, found.too_many) == (3, 3, False)
    assert turns(found) == [(Verdict.CAUTION, Verdict.SAME, 3)]
    assert found.turns[0].examples[0].reasons_before == ["undefined"]
    with db.read() as session:
        assert service.get_current(session, "metric", "revenue").waits


def test_a_plan_whose_target_gets_another_key_turns_pairs_to_different(db: Database) -> None:
    """A pair that was comparable with care is so no more, and a new figure brings new pairs."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
        make.make_region(session, "320000")
        make.make_plan(session, "js-plan", region="320000", targets=[make.target("js-plan.revenue")])
        more = make.target("zj-plan.core", boundary="related", words="100亿元")
        wait(session, "plan", "zj-plan", targets=[make.target(boundary="core"), more])
    found = effects(db, "plan", "zj-plan")
    assert turns(found) == [(None, Verdict.DIFFERENT, 2), (Verdict.CAUTION, Verdict.DIFFERENT, 1)]
    with db.read() as session:
        assert session.scalars(select(Plan.version)).all() == [1, 1]
        assert session.scalars(select(Revision.version).where(Revision.entity_key == "zj-plan")).all() == [
            1,
            2,
        ]


def test_a_change_of_words_turns_nothing(db: Database) -> None:
    """Pairs are judged, and none of them is told of."""
    with db.write() as session:
        make.make_plan(session, targets=[make.target()])
        make.make_observation(session)
        wait(session, "plan", "zj-plan", title_en="Other words")
    found = effects(db, "plan", "zj-plan")
    assert (found.figures, found.pairs, found.turns) == (1, 1, [])
