"""The facts of the five articles as committed: the headline figures one by one, and what all facts must have.

Whether the phrases stand in the texts is tested in `test_articles`, how the figures compare in
`test_cases_on_data`.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from app.domain.figures import plain
from app.domain.vocabulary import Check, Comparator, EditorialState, ObservationStatus, Stage
from app.store.models import (
    Assessment,
    Deadline,
    Evidence,
    Measure,
    Observation,
    Organization,
    Plan,
    PlanLink,
    Source,
    Target,
    Topic,
)
from app.store.queries.deadlines import get_deadline
from app.store.queries.observations import get_observation
from app.store.session import Database
from app.store.views.base import EvidenceView

TODAY = date(2026, 11, 20)
SOURCES = {
    "ifn-2026-jiangsu-zhejiang": "IFN",
    "party-press-2025-zhejiang-cities": "PARTY",
    "xinhua-finance-2026-yangtze-delta": "XINHUA",
    "securities-daily-2025-ai-race": "DAILY",
    "column-2025-regional-ai": "COLUMN",
}
"""The five articles, by the short names that the tables below use."""

# Id (target @ due date), region | comparator, canonical value, unit | source and paragraph, ! where it differs.
DEADLINES = """
zj-ai-terminals.revenue@2027-12-31 330000 | gt 500000000000 CNY | IFN:6 IFN:5 IFN:4!
zj-ai-terminals.key-technologies@2027-12-31 330000 | eq 50 count | IFN:6
zj-ai-terminals.leading-enterprises@2027-12-31 330000 | eq 10 count | IFN:6
zj-ai-terminals.little-giants@2027-12-31 330000 | eq 100 count | IFN:6
zj-ai-terminals.products@2027-12-31 330000 | eq 300 count | IFN:6
zj-ai-terminals.adoption@2027-12-31 330000 | gt 70 % | IFN:6
zj-industry-meeting-2026.industry-value-added@2026-12-31 330000 | approx 6 % | IFN:11
zj-industry-meeting-2026.digital-core-value-added@2026-12-31 330000 | eq 8 % | IFN:11
js-ai-plus.adoption@2027-12-31 320000 | ge 70 % | IFN:17 XINHUA:13
js-ai-plus.adoption@2030-12-31 320000 | ge 90 % | IFN:17 XINHUA:13!
js-ai-plus.industry-scale@2030-12-31 320000 | gt 1000000000000 CNY | IFN:17 XINHUA:13 IFN:15 IFN:4!
js-ai-regional-layout.suzhou-parks@undated 320500 | eq 20 count | IFN:19
ah-intelligent-robots.leading-enterprises@2027-12-31 340000 | ge 10 count | XINHUA:10
ah-intelligent-robots.technologies-and-products@2027-12-31 340000 | ge 100 count | XINHUA:10
ah-intelligent-robots.revenue@2027-12-31 340000 | eq 100000000000 CNY | XINHUA:10
sh-advanced-manufacturing.large-enterprise-digital@2027-12-31 310000 | eq 100 % | XINHUA:12
sh-advanced-manufacturing.large-enterprise-smart-factories@2028-12-31 310000 | eq 100 % | XINHUA:12
sh-advanced-manufacturing.robot-density@2028-12-31 310000 | eq 600 per_10k_people | XINHUA:12
sh-advanced-manufacturing.equipment-digitalisation@2028-12-31 310000 | ge 70 % | XINHUA:12
tj-ai-innovation.key-technologies@2027-12-31 120000 | eq 50 count | DAILY:7
tj-ai-innovation.products@2027-12-31 120000 | eq 20 count | DAILY:7
nanjing-ai-pilot-upgrade.parks@2027-12-31 320100 | eq 10 count | XINHUA:20
nanjing-ai-pilot-upgrade.industry-models@2027-12-31 320100 | eq 100 count | XINHUA:20
nanjing-ai-pilot-upgrade.products@2027-12-31 320100 | eq 1000 count | XINHUA:20
nanjing-ai-pilot-upgrade.enterprises-empowered@2027-12-31 320100 | eq 10000 count | XINHUA:20
nanjing-ai-pilot-upgrade.adoption@2027-12-31 320100 | gt 75 % | XINHUA:20
nanjing-ai-pilot-upgrade.core-growth@2027-12-31 320100 | ge 20 % | XINHUA:20
suzhou-js-new-year-meeting-2026.industrial-models@2026-12-31 320500 | eq 150 count | XINHUA:20
suzhou-js-new-year-meeting-2026.datasets@2026-12-31 320500 | eq 200 count | XINHUA:20
suzhou-js-new-year-meeting-2026.chips@2026-12-31~strive 320500 | ge 6 count | XINHUA:20
hangzhou-ai-highland-2025.foundation-models@2025-12-31 330100 | eq 2 count | DAILY:2
hangzhou-ai-highland-2025.industry-models@2025-12-31 330100 | ge 25 count | DAILY:2
""".strip().splitlines()

# Slug, region, last day, status, measurer | comparator, canonical value, unit | source and paragraph.
OBSERVATIONS = """
cn-ai-scale-2025 100000 2025-12-31 estimate - | eq 1000000000000 CNY | IFN:3
cn-ai-scale-2024-ccid 100000 2024-12-31 estimate ccid | gt 700000000000 CNY | COLUMN:19
cn-ai-core-scale-2024-09-miit 100000 2024-09-30 official miit | approx 600000000000 CNY | DAILY:13
cn-ai-enterprises-2024-09-miit 100000 2024-09-30 official miit | gt 4500 count | DAILY:13
cn-ai-scale-2025-ccid-consulting 100000 2025-12-31 forecast ccid-consulting | eq 398500000000 CNY | DAILY:14
cn-ai-scale-2035-ccid-consulting 100000 2035-12-31 forecast ccid-consulting | eq 1729500000000 CNY | DAILY:14
cn-ai-scale-growth-2025-2035-ccid-consulting 100000 2035-12-31 forecast ccid-consulting | eq 15.6 % | DAILY:14
cn-ai-core-scale-2035 100000 2035-12-31 forecast - | eq 1700000000000 CNY | COLUMN:20
yangtze-delta-ai-scale-share-2025 yangtze-delta 2025-12-31 estimate - | approx 33.3 % | IFN:3
yangtze-delta-ai-resources-share-2026 yangtze-delta 2026-01-31 estimate - | approx 33.3 % | XINHUA:14
js-ai-enterprises-2026 320000 2026-01-13 official js-development-reform | gt 1200 count | IFN:18
zj-ai-output-2024 330000 2024-12-31 estimate - | gt 570000000000 CNY | PARTY:11
hangzhou-ai-profit-share-2024 330100 2024-12-31 estimate - | gt 70 % | PARTY:11
wenzhou-data-enterprises-2025 330300 2025-05-31 estimate - | gt 600 count | PARTY:22
ah-ai-above-scale-enterprises-2025 340000 2025-12-31 estimate - | eq 783 count | COLUMN:71
ah-ai-chain-enterprises-2025 340000 2025-12-31 estimate - | eq 12000 count | COLUMN:71
wuxi-industrial-enterprises-2026 320200 2026-01-31 estimate - | eq 80000 count | XINHUA:19
bj-ai-500-2025 110000 2025-12-31 estimate ciw-dbc-enet | eq 166 count | COLUMN:56
""".strip().splitlines()

PUBLISHED = Plan.editorial_state == EditorialState.PUBLISHED
FACTS: dict[str, tuple[Select[Any], Any]] = {
    "plan": (select(Plan.slug).where(PUBLISHED), Evidence.plan_id == Plan.id),
    "deadline": (
        select(Deadline.public_id).join(Target).join(Plan).where(PUBLISHED),
        Evidence.deadline_id == Deadline.id,
    ),
    "measure": (select(Measure.public_id).join(Plan).where(PUBLISHED), Evidence.measure_id == Measure.id),
    "observation": (
        select(Observation.slug).where(Observation.editorial_state == EditorialState.PUBLISHED),
        Evidence.observation_id == Observation.id,
    ),
}
CHINESE_AND_ENGLISH = [
    (Plan.slug, Plan.summary_zh, Plan.summary_en),
    (Plan.slug, Plan.note_zh, Plan.note_en),
    (Target.public_id, Target.statement_zh, Target.statement_en),
    (Target.public_id, Target.note_zh, Target.note_en),
    (Deadline.public_id, Deadline.note_zh, Deadline.note_en),
    (Measure.public_id, Measure.statement_zh, Measure.statement_en),
    (Measure.public_id, Measure.note_zh, Measure.note_en),
    (Observation.slug, Observation.statement_zh, Observation.statement_en),
    (Observation.slug, Observation.note_zh, Observation.note_en),
    (PlanLink.id, PlanLink.note_zh, PlanLink.note_en),
    (Organization.slug, Organization.name_zh, Organization.name_en),
]


def figure(comparator: Comparator | None, value: Decimal | None, unit: str | None) -> str:
    """Write a canonical figure as the tables do."""
    return f"{comparator} {plain(value) if value is not None else None} {unit}"


def places(evidence: list[EvidenceView]) -> str:
    """Write where a fact is found as the tables do."""
    return " ".join(
        f"{SOURCES[one.source]}:{one.paragraph}{'!' if one.check is Check.DIFFERS else ''}"
        for one in evidence
    )


@pytest.mark.parametrize("expected", DEADLINES, ids=[line.split()[0] for line in DEADLINES])
def test_headline_deadline(seeded: Database, expected: str) -> None:
    """Each dated figure has the right region, comparator, canonical value, unit, due date and evidence."""
    with seeded.read() as session:
        found = get_deadline(session, expected.split(maxsplit=1)[0], TODAY)
    due = found.due_on.isoformat() if found.due_on else "undated"
    assert found.id.split("@")[1].split("~")[0] == due
    stated = figure(found.comparator, found.canonical_value, found.canonical_unit)
    assert f"{found.id} {found.region.code} | {stated} | {places(found.evidence)}" == expected


def test_the_plans_of_the_articles_hold_no_other_figures(seeded: Database) -> None:
    """Of the plans in the table, the table names every quantified deadline, and no other is made up."""
    ids = {line.split()[0] for line in DEADLINES}
    plans = {one.split(".")[0] for one in ids}
    quantified = select(Deadline.public_id).join(Target).join(Plan).where(Deadline.value.is_not(None))
    with seeded.read() as session:
        found = set(session.scalars(quantified.where(Plan.slug.in_(plans), Deadline.retired_on.is_(None))))
    assert found == ids


@pytest.mark.parametrize("expected", OBSERVATIONS, ids=[line.split()[0] for line in OBSERVATIONS])
def test_headline_observation(seeded: Database, expected: str) -> None:
    """Each observed or forecast figure has its region, day, status, measurer, figure and evidence."""
    with seeded.read() as session:
        found = get_observation(session, expected.split(maxsplit=1)[0])
    measurer = found.measured_by.slug if found.measured_by else "-"
    who = f"{found.slug} {found.region.code} {found.to_on} {found.status} {measurer}"
    stated = figure(found.comparator, found.canonical_value, found.canonical_unit)
    assert f"{who} | {stated} | {places(found.evidence)}" == expected


def test_drafts_are_marked_as_drafts(seeded: Database) -> None:
    """What an article calls a draft for comment is one, what it calls issued is adopted, a meeting announces."""
    stages = {
        "hangzhou-ai-highland-2025": Stage.CONSULTATION_DRAFT,
        "tj-ai-innovation": Stage.CONSULTATION_DRAFT,
        "zj-ai-plus": Stage.CONSULTATION_DRAFT,
        "sh-advanced-manufacturing": Stage.ADOPTED,
        "zj-ai-terminals": Stage.ADOPTED,
        "zj-industry-meeting-2026": Stage.ANNOUNCED,
        "zj-spark-programme": Stage.ANNOUNCED,
    }
    with seeded.read() as session:
        rows = session.execute(select(Plan.slug, Plan.stage).where(Plan.slug.in_(stages))).all()
    assert {row.slug: row.stage for row in rows} == stages


def test_a_document_that_the_text_does_not_name_has_a_title_in_brackets(seeded: Database) -> None:
    """Of Shenzhen's four action plans of March 2025, two titles are the text's and two are ours."""
    shenzhen = select(Plan.slug, Plan.title_zh, Plan.published_on).where(Plan.slug.startswith("shenzhen-"))
    with seeded.read() as session:
        rows = session.execute(
            shenzhen.where(Plan.published_on == date(2025, 3, 31)).order_by(Plan.slug)
        ).all()
    assert [(row.slug, row.title_zh.startswith("[")) for row in rows] == [
        ("shenzhen-ai-pioneer-city", False),
        ("shenzhen-ai-terminals", False),
        ("shenzhen-embodied-robots", True),
        ("shenzhen-fast-growing-enterprises", True),
    ]


def test_the_hangzhou_voucher_is_one_measure_with_a_yearly_amount_and_a_cap(seeded: Database) -> None:
    """Amount, unit, period and share stand together, in the plan's draft."""
    columns = (Measure.total, Measure.unit, Measure.per, Measure.max_share, Measure.canonical_total)
    named = select(*columns).where(Measure.public_id == "hangzhou-ai-highland-2025.computing-vouchers")
    with seeded.read() as session:
        found = tuple(session.execute(named).one())
    assert found == (Decimal("2.5"), "亿元", "year", Decimal(30), Decimal(250_000_000))


def test_a_columnists_phrase_is_no_target(seeded: Database) -> None:
    """Nothing is recorded from paragraph 31 of the column, where whole city groups are given size classes."""
    column = select(Evidence.paragraph_first, Evidence.paragraph_last).join(Source)
    with seeded.read() as session:
        runs = session.execute(column.where(Source.slug == "column-2025-regional-ai")).all()
    assert {31, 33} & {number for first, last in runs for number in range(first, last + 1)} == {33}


def test_nothing_found_is_said_only_where_nothing_is(seeded: Database) -> None:
    """No public target on the topic of an assessment, or on one below it, is the assessed region's."""
    below, above = aliased(Topic), aliased(Topic)
    contradicted = (
        select(Target.public_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(below, below.id == Target.topic_id)
        .outerjoin(above, above.id == below.parent_id)
        .join(Assessment, Assessment.region_id == Target.region_id)
        .where(
            Plan.editorial_state == EditorialState.PUBLISHED,
            or_(*(Assessment.topic_id == topic for topic in (below.id, above.id, above.parent_id))),
        )
    )
    with seeded.read() as session:
        assert session.scalars(select(Assessment.id)).first() is not None
        assert session.scalars(contradicted).all() == []


def test_a_forecast_is_never_called_official(seeded: Database) -> None:
    """What lies ahead of the day it was curated is a forecast."""
    ahead = select(Observation.status).where(Observation.to_on > TODAY).distinct()
    with seeded.read() as session:
        assert list(session.scalars(ahead)) == [ObservationStatus.FORECAST]


@pytest.mark.parametrize("kind", FACTS)
def test_every_published_fact_has_evidence(seeded: Database, kind: str) -> None:
    """Plans, deadlines, measures and observations all say where they are written."""
    facts, link = FACTS[kind]
    without = facts.where(~select(Evidence.id).where(link).exists())
    with seeded.read() as session:
        assert session.scalars(facts).first() is not None
        assert session.scalars(without).all() == []


def test_every_figure_that_differs_stands_beside_one_that_is_found(seeded: Database) -> None:
    """Contrary wordings are shown, but never as the only evidence of a figure."""
    differing = select(Evidence.deadline_id).where(
        Evidence.outcome == Check.DIFFERS, Evidence.deadline_id.is_not(None)
    )
    found = select(Evidence.deadline_id).where(Evidence.outcome == Check.FOUND)
    with seeded.read() as session:
        different = set(session.scalars(differing))
        assert len(different) >= 3
        assert different - set(session.scalars(found)) == set()


@pytest.mark.parametrize(
    ("name", "zh", "en"), CHINESE_AND_ENGLISH, ids=[str(row[2]) for row in CHINESE_AND_ENGLISH]
)
def test_what_is_said_in_chinese_is_said_in_english(seeded: Database, name: Any, zh: Any, en: Any) -> None:
    """No plan, target, deadline, measure or observation lacks its English, nor its remarks theirs."""
    with seeded.read() as session:
        assert session.scalars(select(name).where(zh.is_not(None))).first() is not None
        assert session.scalars(select(name).where(zh.is_not(None), en.is_(None))).all() == []
