"""What is not published leaves no trace in any answer: not in lists, counts, searches, progress or verdicts (R7).

How a draft itself answers is in `test_queries`.
"""

from typing import Any

from sqlalchemy.orm import Session

from app.store.session import Database
from tests import builders as make
from tests.clients import asking

STATES: dict[str, dict[str, Any]] = {
    "draft": {"editorial_state": "draft"},
    "in_review": {"editorial_state": "in_review"},
    "retired": {"editorial_state": "retired", "retired_on": "2026-11-19"},
}
# Each with what it is asked: all that could count, list, find, link or compare what is not public.
API = """
regions regions?q=浙江 regions?sort=updated_at regions/330000 topics topics/ai metrics metrics/revenue organizations
organizations/miit sources sources/gazette plans plans?q=秘密 plans?q=secret plans?topic=ai plans/zj-plan targets
targets?q=秘密 targets?topic=ai targets?under=330000 targets/zj-plan.revenue deadlines deadlines?q=secret
deadlines?metric=revenue deadlines?source=gazette deadlines?year=2027 deadlines/zj-plan.revenue@2027-12-31 observations
observations?q=秘密 observations?metric=revenue observations/zj-revenue-2024 measures measures?q=秘密
measures/zj-plan.fund compare?region=330000&region=320000 compare?region=330000&region=320000&topic=ai
deadlines?updated_since=2020-01-01T00:00:00Z&sort=updated_at
"""
PAGES = """
/ compare compare?region=330000&region=320000 regions regions/330000 plans plans?q=秘密 plans/zj-plan
targets/zj-plan.revenue sources/gazette methodology changes.atom changes.atom?topic=ai changes.atom?under=330000
compare.atom compare.atom?region=330000&region=320000&topic=ai deadlines.ics deadlines.ics?timing=unmeasured
"""
PATHS = [f"/api/v1/{path}" for path in API.split()] + [
    f"/{language}/{path.removeprefix('/')}" for language in ("zh", "en") for path in PAGES.split()
]


def publish(session: Session) -> None:
    """Write one public plan, observation and search that found nothing."""
    make.make_region(session, "330000")
    make.make_region(session, "320000")
    make.make_plan(
        session, targets=[make.target()], measures=[make.measure()], issuers=["miit"], topics=["ai"]
    )
    make.make_observation(session, measured_by="miit")
    make.make_assessment(session, "320000")


def hide(session: Session, state: str) -> None:
    """Write more of the same that is not public: newer, larger, of both regions, and linked both ways."""
    fields = STATES[state]
    mark = state.replace("_", "-")
    for prefix, region in (("zj", "330000"), ("js", "320000")):
        slug = f"{prefix}-secret-{mark}"
        make.make_plan(
            session,
            slug,
            region=region,
            title_zh="秘密",
            title_en="Secret",
            topics=["ai"],
            issuers=["miit"],
            targets=[make.target(f"{slug}.revenue", words="突破8000亿元", statement_zh="秘密")],
            measures=[make.measure(f"{slug}.fund", statement_zh="秘密")],
            links=[{"to": "zj-plan", "kind": "amends"}],
            evidence=[make.evidence("秘密")],
            **fields,
        )
    make.make_observation(
        session, f"zj-secret-2026-{mark}", words="突破9000亿元", end="2026", statement_zh="秘密", **fields
    )


def answers(db: Database) -> dict[str, tuple[int, str]]:
    """Ask for everything; give the statuses and the bodies."""
    with asking(db) as client:
        return {path: (answer.status_code, answer.text) for path in PATHS for answer in [client.get(path)]}


def test_what_is_not_public_changes_no_answer(db: Database) -> None:
    """Every answer is byte for byte the same with and without drafts and retired entities beside it."""
    with db.write() as session:
        publish(session)
    before = answers(db)
    assert {path: status for path, (status, _) in before.items() if status != 200} == {}
    # One state after the other, so that what is wrong says which; each stays beside those that follow.
    for state in STATES:
        with db.write() as session:
            hide(session, state)
        after = answers(db)
        assert [(state, path) for path in PATHS if before[path] != after[path]] == []
