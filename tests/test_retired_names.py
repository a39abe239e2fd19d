"""References to what is retired: none begins, those that are there stay, and each says what to name instead.

That what is used is not retired is asked in `test_service_rules`, the doors in `test_bad_plans` and `test_seeds`.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.vocabulary import EditorialState
from app.i18n import problem_sentence
from app.store import service
from app.store.models import Topic
from tests import builders as make
from tests.builders import BY
from tests.test_editorial import EDITOR, REVIEWER, entity

GONE: dict[str, Any] = {"retired_on": "2026-11-19"}


def refused(work: Callable[[], object]) -> list[tuple[str, str]]:
    """Give the fields and codes that a save is refused with, none if it is taken."""
    try:
        work()
    except DomainError as error:
        return [(problem.field, problem.code) for problem in error.problems]
    return []


def test_who_names_it_already_goes_on(session: Session) -> None:
    """Of rows from before the rule the plan and target keep their names; another target, or plan, gets none."""
    target = make.target(topic="old")
    make.make_plan(session, topics=["old"], targets=[target])
    session.execute(update(Topic).where(Topic.slug == "old").values(retired_on=date(2026, 11, 19)))
    session.info.pop("refs")
    other = make.target("zj-plan.other", topic="old", kind="increase")
    cases: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
        "the same": ({"targets": [target], "title_zh": "改"}, []),
        "a target more": ({"targets": [target, other]}, [("targets.1.topic", "names_retired")]),
        "no topic any more": ({"topics": ["ai"], "targets": [target]}, []),
        "the topic again": ({"targets": [target]}, [("topics.0", "names_retired")]),
        "a retired target more": ({"topics": [], "targets": [target, other | GONE]}, []),
    }
    for name, (fields, expected) in cases.items():
        plan = {"topics": ["old"], **fields}
        assert refused(lambda given=plan: make.make_plan(session, **given)) == expected, name  # type: ignore[misc]
    assert refused(lambda: make.make_observation(session, topic="old")) == [("topic", "names_retired")]
    assert refused(lambda: make.make_assessment(session, topic="old")) == [("topic", "names_retired")]
    assert refused(lambda: make.make_topic(session, "new", parent="old")) == [("parent", "names_retired")]


def test_a_change_that_waits_is_held_to_it_too(session: Session) -> None:
    """Refused when it is saved, and when what it names was retired before it is published."""
    make.make_plan(session)
    make.make_source(session, "late")
    naming = entity(session, evidence=[make.evidence("规划", "late")])
    service.save(session, "plan", naming, EDITOR, 1, state=EditorialState.DRAFT)
    service.retire(session, "source", "late", REVIEWER)
    expected = [("evidence.0.source", "names_retired")]
    assert refused(lambda: service.publish(session, "plan", "zj-plan", REVIEWER)) == expected
    again = entity(session, title_zh="改")
    assert (
        refused(lambda: service.save(session, "plan", again, EDITOR, 2, state=EditorialState.DRAFT))
        == expected
    )
    service.restore(session, "source", "late", REVIEWER)
    service.publish(session, "plan", "zj-plan", REVIEWER)


def test_a_plan_comes_back_after_what_it_names(session: Session) -> None:
    """What was retired with its source is restored after it; an editor's restoration must be published first."""
    make.make_plan(session, evidence=[make.evidence("规划")])
    service.retire(session, "plan", "zj-plan", REVIEWER)
    service.retire(session, "source", make.SOURCE, REVIEWER)
    expected = [("evidence.0.source", "names_retired")]
    assert refused(lambda: service.restore(session, "plan", "zj-plan", REVIEWER)) == expected
    service.restore(session, "source", make.SOURCE, EDITOR)
    assert refused(lambda: service.restore(session, "plan", "zj-plan", REVIEWER)) == expected
    service.publish(session, "source", make.SOURCE, REVIEWER)
    assert refused(lambda: service.restore(session, "plan", "zj-plan", REVIEWER)) == []


def test_what_took_its_place_is_named(session: Session) -> None:
    """The sentence says since when, and what to name instead: the successor of a region, or something else."""
    make.make_region(session, "330000")
    make.make_region(session, "320100", replaced_by="330000", **GONE)
    make.make_topic(session, "old", **GONE)
    make.make_metric(session)
    # The next request reads anew what there is.
    session.info.pop("refs")
    with pytest.raises(DomainError) as error:
        make.make_observation(session, region="320100", topic="old")
    said = sorted(problem_sentence("en", problem) for problem in error.value.problems)
    before = "was retired on 2026-11-19 and can only be named by what named it before."
    assert said == [
        f"“320100” {before} Name “330000”, which took its place.",
        f"“old” {before} Name another, or restore it first.",
    ]


def test_old_vocabulary_comes_into_a_new_database(session: Session) -> None:
    """What comes retired may be named by the vocabulary that comes with it, as it was where it was written."""
    regions = service.WRITERS["region"]
    given = [
        regions.schema.from_seed(
            {
                "code": code,
                "slug": code,
                "level": "county",
                "name_zh": code,
                "name_en": code,
                "short_zh": code,
                **fields,
            }
        )
        for code, fields in (
            ("330001", {**GONE, "replaced_by": "330002"}),
            ("330002", {}),
            ("330003", {"parent": "330001"}),
        )
    ]
    decided = service.decide(regions, service.Refs.of(session), {}, given, BY)
    assert [one.problems for one in decided] == [[], [], []]
