"""The worked cases of R3 and R4 on the committed facts: verdicts on pairs, and progress with its refusals.

The same cases on made figures, with the readings that are not in the data, are in `test_comparability` and
`test_progress`.
"""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from app.domain.comparability import Figure, compare
from app.domain.vocabulary import Result, Timing, Verdict
from app.store.models import Deadline, Observation
from app.store.queries.deadlines import DEADLINES, get_deadline, judged_deadlines
from app.store.queries.observations import OBSERVATIONS, get_observation, judged_observations
from app.store.session import Database

TODAY = date(2026, 11, 20)

# By the letters of the worked cases; an id with @ is a deadline's, any other an observation's.
CASES = {
    "A": "zj-ai-terminals.revenue@2027-12-31",
    "B": "js-ai-plus.industry-scale@2030-12-31",
    "C": "zj-ai-output-2024",
    "D": "ah-intelligent-robots.revenue@2027-12-31",
    "E 2027": "js-ai-plus.adoption@2027-12-31",
    "E 2030": "js-ai-plus.adoption@2030-12-31",
    "F": "nanjing-ai-pilot-upgrade.adoption@2027-12-31",
    "G": "zj-ai-terminals.key-technologies@2027-12-31",
    "H": "tj-ai-innovation.key-technologies@2027-12-31",
    "I": "nanjing-ai-pilot-upgrade.industry-models@2027-12-31",
    "J": "suzhou-js-new-year-meeting-2026.industrial-models@2026-12-31",
    "K": "nanjing-ai-pilot-upgrade.core-growth@2027-12-31",
    "L": "cn-ai-scale-growth-2024-ccid",
    "M": "cn-ai-scale-2025",
    "N": "cn-ai-scale-2024-ccid",
    "O 2025": "cn-ai-scale-2025-ccid-consulting",
    "O 2035": "cn-ai-scale-2035-ccid-consulting",
    "P above scale": "ah-ai-above-scale-enterprises-2025",
    "P chain": "ah-ai-chain-enterprises-2025",
    "Q 2022": "wenzhou-data-enterprises-2022",
    "Q 2025": "wenzhou-data-enterprises-2025",
}

# Key as in the table of cases: metric, topic, then what is not the default; * marks an inferred kind.
KEYS = [
    ("A", "revenue, ai-terminals, above_scale"),
    ("B", "industry-scale, ai"),
    ("C", "output, ai"),
    ("D", "revenue, intelligent-robots, whole_chain"),
    ("E 2027", "adoption-rate, terminals-and-agents"),
    ("E 2030", "adoption-rate, terminals-and-agents"),
    ("F", "adoption-rate, terminals-and-agents"),
    ("G", "key-technologies, ai-terminals*"),
    ("H", "key-technologies, ai, GPU（图形处理器）、AI（人工智能）操作系统、工业软件、智能装备等领域*"),
    ("I", "ai-models, ai, 行业*"),
    ("J", "ai-models, ai, 工业垂类*"),
    ("K", "industry-scale, ai, average_growth, core"),
    ("L", "industry-scale, ai, growth"),
    ("M", "industry-scale, ai"),
    ("N", "industry-scale, ai"),
    ("O 2025", "industry-scale, ai"),
    ("O 2035", "industry-scale, ai"),
    ("P above scale", "enterprises, ai, above_scale"),
    ("P chain", "enterprises, ai, whole_chain"),
    ("Q 2022", "enterprises, data-security, 数据生态"),
    ("Q 2025", "enterprises, data-security, 数据生态"),
]

PAIRS = [
    ("A", "B", Verdict.DIFFERENT, "metric topic coverage"),
    ("A", "C", Verdict.DIFFERENT, "metric topic coverage"),
    ("A", "D", Verdict.DIFFERENT, "topic boundary coverage"),
    ("E 2027", "E 2030", Verdict.SAME, ""),
    ("E 2027", "F", Verdict.CAUTION, "region_level undefined"),
    ("G", "H", Verdict.DIFFERENT, "topic qualifier"),
    ("I", "J", Verdict.DIFFERENT, "qualifier"),
    ("K", "L", Verdict.DIFFERENT, "kind boundary"),
    ("B", "M", Verdict.CAUTION, "year region_level status undefined"),
    ("N", "O 2025", Verdict.CAUTION, "year status measured_by undefined"),
    ("O 2025", "O 2035", Verdict.SAME, ""),
    ("P above scale", "P chain", Verdict.DIFFERENT, "boundary coverage"),
    ("Q 2022", "Q 2025", Verdict.SAME, ""),
]

REFUSED = [
    ("A", "C", ["metric", "topic", "coverage"]),
    ("B", "M", ["region"]),
    ("K", "L", ["kind", "boundary", "region"]),
]


def figure_of(session: Session, fact: str) -> Figure:
    """Read what R3 needs of a deadline or an observation."""
    if "@" in fact:
        rows = session.execute(DEADLINES.where(Deadline.public_id == fact)).all()
        return judged_deadlines(session, rows, TODAY)[0].figure
    rows = session.execute(OBSERVATIONS.where(Observation.slug == fact)).all()
    return judged_observations(session, rows)[0].figure


def words(figure: Figure) -> str:
    """Write a key as the table of cases does."""
    key = figure.key
    narrowing = (key.kind, key.boundary, key.coverage, key.qualifier)
    told = [str(word) for word in narrowing if word not in {"level", "unspecified", ""}]
    return ", ".join([str(key.metric), key.topic, *told]) + ("*" if "kind" in figure.inferred else "")


@pytest.mark.parametrize(("case", "key"), KEYS, ids=[case for case, _ in KEYS])
def test_key(seeded: Database, case: str, key: str) -> None:
    """The committed fact has the key that the worked case gives it, and marks what was inferred."""
    with seeded.read() as session:
        assert words(figure_of(session, CASES[case])) == key


@pytest.mark.parametrize(("a", "b", "verdict", "reasons"), PAIRS, ids=[f"{a} with {b}" for a, b, *_ in PAIRS])
def test_pair(seeded: Database, a: str, b: str, verdict: Verdict, reasons: str) -> None:
    """Each worked pair of committed facts gets its verdict and reasons, whichever stands first."""
    with seeded.read() as session:
        one, other = figure_of(session, CASES[a]), figure_of(session, CASES[b])
    for judged in (compare(one, other), compare(other, one)):
        assert (judged.verdict, " ".join(judged.reasons)) == (verdict, reasons)
        assert judged.joined is (verdict is Verdict.SAME)


@pytest.mark.parametrize(("target", "seen", "fields"), REFUSED, ids=[f"{a} with {b}" for a, b, _ in REFUSED])
def test_progress_is_refused(seeded: Database, target: str, seen: str, fields: list[str]) -> None:
    """The near observation that a newspaper would measure the target by does not count, and it is said why."""
    with seeded.read() as session:
        progress = get_deadline(session, CASES[target], TODAY).progress
    refused = {one.observation: one.fields for one in progress.refused}
    assert (progress.timing, progress.result, progress.observation) == (
        Timing.UPCOMING,
        Result.UNOBSERVED,
        None,
    )
    assert refused[CASES[seen]] == fields


def test_growth_in_the_year_before_it_is_due_is_due_soon(seeded: Database) -> None:
    """The goal of about 6 % for 2026 has no reading in the data and is due within twelve months."""
    with seeded.read() as session:
        found = get_deadline(session, "zj-industry-meeting-2026.industry-value-added@2026-12-31", TODAY)
    assert (found.progress.timing, found.progress.result) == (Timing.DUE_SOON, Result.UNOBSERVED)


def test_two_wordings_of_one_fact_are_one_deadline(seeded: Database) -> None:
    """90%以上 in one article and 超90% in another are two evidences, and the second differs."""
    with seeded.read() as session:
        found = get_deadline(session, CASES["E 2030"], TODAY)
    assert [(one.source, one.paragraph, one.check) for one in found.evidence] == [
        ("ifn-2026-jiangsu-zhejiang", "17", "found"),
        ("xinhua-finance-2026-yangtze-delta", "13", "differs"),
    ]


def test_a_stated_rate_is_not_corrected(seeded: Database) -> None:
    """15.6 % stays as stated, although the two figures beside it grow by 15.8 % a year."""
    with seeded.read() as session:
        stated = get_observation(session, "cn-ai-scale-growth-2025-2035-ccid-consulting")
        low, high = (figure_of(session, CASES[case]).value for case in ("O 2025", "O 2035"))
    assert low is not None
    assert high is not None
    assert (str(stated.value), f"{((high / low) ** Decimal('0.1') - 1) * 100:.1f}") == ("15.6", "15.8")
