"""A small dataset with something in every table of the whole, and beside it what nobody may see.

What the files made of it must hold is tested in `test_package` and `test_releases`.
"""

from typing import Any

from sqlalchemy.orm import Session

from tests.builders import (
    deadline,
    evidence,
    make_assessment,
    make_observation,
    make_organization,
    make_plan,
    make_region,
    measure,
    target,
)

HIDDEN = "mimi"
"""A word that stands in everything that is not published, and nowhere else."""
LONG = "12345678901234567.89"


def fill(session: Session, **plan: Any) -> None:
    """Write the dataset; what is given changes the plan of Zhejiang."""
    make_organization(session, "miit")
    make_organization(session, "gone", retired_on="2026-11-01")
    make_plan(session, "cn-plan", region="100000", title_zh="=1+1 计划")
    make_plan(session, f"zj-{HIDDEN}", editorial_state="draft", targets=[target(f"zj-{HIDDEN}.one")])
    make_plan(session, "zj-old", editorial_state="retired", retired_on="2026-11-02", summary_en=HIDDEN)
    targets = [
        target(
            "zj-plan.revenue",
            deadlines=[deadline(), deadline("突破6000亿元", "2028", retired_on="2026-11-03", note_en=HIDDEN)],
        ),
        target("zj-plan.gone", metric="enterprises", words="600家", retired_on="2026-11-03", note_en=HIDDEN),
    ]
    given = {
        "issuers": ["miit"],
        "topics": ["ai"],
        "links": [{"to": "cn-plan", "kind": "implements"}, {"to": f"zj-{HIDDEN}", "kind": "amends"}],
        "evidence": [evidence("计划", paragraph="6-7")],
        "targets": targets,
        "measures": [measure(), measure("zj-plan.gone-fund", retired_on="2026-11-03", note_en=HIDDEN)],
    }
    make_plan(session, "zj-plan", **{**given, **plan})
    make_region(session, "320000")
    make_region(session, "delta", level="group", slug="delta", members=["320000", "330000"])
    make_observation(session, measured_by="miit", words=f"{LONG}亿元")
    make_observation(session, f"zj-{HIDDEN}", editorial_state="draft")
    make_assessment(session)
