"""Builders of rows for tests: each writes one entity through the service, with what it refers to.

A test names only the fields that matter to it; everything else is a plain, valid default.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.schemas import (
    AssessmentIn,
    MeasureIn,
    MetricIn,
    ObservationIn,
    OrganizationIn,
    PlanIn,
    RegionIn,
    SourceIn,
    TargetIn,
    TopicIn,
)
from app.domain.validation import validate
from app.store import service
from app.store.service import Change, Refs

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""When everything happens, unless a test gives another `by`."""

BY = Change("api", "tester", None, AT)
SOURCE = "gazette"

_REGIONS: dict[str, dict[str, Any]] = {
    "100000": {"slug": "cn", "level": "country", "short_zh": "中国", "name_en": "China"},
    "330000": {"slug": "zj", "short_zh": "浙江", "name_en": "Zhejiang", "iso": "CN-ZJ"},
    "320000": {"slug": "js", "short_zh": "江苏", "name_en": "Jiangsu", "iso": "CN-JS"},
    "340000": {"slug": "ah", "short_zh": "安徽", "name_en": "Anhui", "iso": "CN-AH"},
    "320100": {"slug": "nanjing", "level": "prefecture", "short_zh": "南京", "name_en": "Nanjing"},
}
_METRICS: dict[str, dict[str, Any]] = {
    "adoption-rate": {"family": "adoption", "dimension": "share", "canonical_unit": "%"},
    "enterprises": {"family": "enterprises", "dimension": "count", "canonical_unit": "count"},
    "key-technologies": {"family": "technology", "dimension": "count", "canonical_unit": "count"},
}


def make_region(session: Session, code: str = "330000", *, by: Change = BY, **fields: Any) -> RegionIn:
    """Write a region; the parent and the members must be there."""
    known = _REGIONS.get(code, {"slug": f"r-{code}", "short_zh": code, "name_en": code})
    names = {"name_zh": known["short_zh"], "level": "province"}
    region = validate(RegionIn, {"code": code, **names, **known, **fields})
    service.upsert_region(session, region, by)
    return region


def make_counties(session: Session, codes: Iterable[str], parent: str, *, by: Change = BY) -> None:
    """Write many counties of a region at once, as a load does; one by one they take 5 ms each."""
    writer = service.WRITERS["region"]
    names = [
        {"code": code, "slug": f"r-{code}", "short_zh": code, "name_zh": code, "name_en": f"County {code}"}
        for code in codes
    ]
    given = [validate(RegionIn, {**one, "level": "county", "parent": parent}) for one in names]
    service.apply(session, writer, service.decide(writer, Refs.of(session), {}, given, by), by)


def make_organization(
    session: Session, slug: str = "miit", *, by: Change = BY, **fields: Any
) -> OrganizationIn:
    """Write an organization."""
    data = {"slug": slug, "name_zh": f"机构 {slug}", "name_en": f"Body {slug}", **fields}
    organization = validate(OrganizationIn, data)
    service.upsert_organization(session, organization, by)
    return organization


def make_topic(session: Session, slug: str = "ai", *, by: Change = BY, **fields: Any) -> TopicIn:
    """Write a topic; the parent must be there."""
    names = {"name_zh": f"主题 {slug}", "name_en": f"Topic {slug}"}
    definitions = {"definition_zh": "定义。", "definition_en": "A definition."}
    topic = validate(TopicIn, {"slug": slug, **names, **definitions, **fields})
    service.upsert_topic(session, topic, by)
    return topic


def make_metric(session: Session, slug: str = "revenue", *, by: Change = BY, **fields: Any) -> MetricIn:
    """Write a metric: an amount of money, unless its name or a field says otherwise."""
    names = {"name_zh": f"指标 {slug}", "name_en": f"Metric {slug}"}
    definitions = {"definition_zh": "定义。", "definition_en": "A definition."}
    money = {"family": "industry_size", "dimension": "money", "canonical_unit": "CNY"}
    data = {"slug": slug, **names, **definitions, **money, **_METRICS.get(slug, {}), **fields}
    metric = validate(MetricIn, data)
    service.upsert_metric(session, metric, by)
    return metric


def make_source(session: Session, slug: str = SOURCE, *, by: Change = BY, **fields: Any) -> SourceIn:
    """Write a source."""
    data = {"slug": slug, "kind": "news", "title_zh": "报道", "title_en": "A report", "script": "hans"}
    source = validate(SourceIn, data | fields)
    service.upsert_source(session, source, by)
    return source


def deadline(words: str = "突破5000亿元", due: str | None = "2027", **fields: Any) -> dict[str, Any]:
    """Give a deadline as input, with evidence that says its words."""
    return {"value_as_stated": words, "due": due, "evidence": [evidence(words)], **fields}


def target(public_id: str = "zj-plan.revenue", **fields: Any) -> dict[str, Any]:
    """Give a target as input; `words` and `due` are of its one deadline, unless `deadlines` are given."""
    words, due = fields.pop("words", "突破5000亿元"), fields.pop("due", "2027")
    defaults = {"topic": "ai", "metric": "revenue", "statement_zh": f"目标 {public_id}"}
    return {"public_id": public_id, **defaults, "deadlines": [deadline(words, due)], **fields}


def measure(public_id: str = "zj-plan.fund", **fields: Any) -> dict[str, Any]:
    """Give a measure as input: a fund, unless `kind` says otherwise."""
    return {"public_id": public_id, "kind": "fund", "statement_zh": f"措施 {public_id}", **fields}


def evidence(phrase: str, source: str = SOURCE, paragraph: str = "1", **fields: Any) -> dict[str, Any]:
    """Give evidence as input."""
    return {"source": source, "paragraph": paragraph, "phrase": phrase, **fields}


def plan(slug: str = "zj-plan", **fields: Any) -> dict[str, Any]:
    """Give a published plan of Zhejiang as input."""
    titles = {"title_zh": f"计划 {slug}", "title_en": f"Plan {slug}"}
    words = {"form": "plan", "stage": "adopted", "editorial_state": "published"}
    return {"slug": slug, "region": "330000", **titles, **words, **fields}


def make_plan(session: Session, slug: str = "zj-plan", *, by: Change = BY, **fields: Any) -> PlanIn:
    """Write a plan with the `targets` and `measures` given, and whatever they name that is not there yet."""
    data = plan(slug, **fields)
    _make_named(session, data, by)
    made = validate(PlanIn, data)
    service.upsert_plan(session, made, by)
    return made


def make_target(
    session: Session, public_id: str = "zj-plan.revenue", *, by: Change = BY, **fields: Any
) -> TargetIn:
    """Write a target into its plan, which is made if it is not there; `words` and `due` as in `target`."""
    made = _add_to_plan(session, "targets", target(public_id, **fields), by)
    return next(one for one in made.targets if one.public_id == public_id)


def make_measure(
    session: Session, public_id: str = "zj-plan.fund", *, by: Change = BY, **fields: Any
) -> MeasureIn:
    """Write a measure into its plan, which is made if it is not there."""
    made = _add_to_plan(session, "measures", measure(public_id, **fields), by)
    return next(one for one in made.measures if one.public_id == public_id)


def make_observation(
    session: Session, slug: str = "zj-revenue-2024", *, by: Change = BY, **fields: Any
) -> ObservationIn:
    """Write a published observation of Zhejiang in 2024; `words` are its figure."""
    words = fields.pop("words", "突破3000亿元")
    figure = {"value_as_stated": words, "evidence": [evidence(words)], "end": "2024"}
    key = {"region": "330000", "topic": "ai", "metric": "revenue"}
    state = {"status": "official", "editorial_state": "published", "statement_zh": f"观测 {slug}"}
    data = {"slug": slug, **key, **figure, **state, **fields}
    _make_named(session, data, by)
    observation = validate(ObservationIn, data)
    service.upsert_observation(session, observation, by)
    return observation


def make_assessment(
    session: Session, region: str = "330000", topic: str = "ai", *, by: Change = BY, **fields: Any
) -> AssessmentIn:
    """Write that nothing was found for a region and topic."""
    data = {
        "region": region,
        "topic": topic,
        "searched_zh": "五篇文章",
        "searched_on": "2026-11-20",
        **fields,
    }
    _make_named(session, data, by)
    assessment = validate(AssessmentIn, data)
    service.upsert_assessment(session, assessment, by)
    return assessment


def _add_to_plan(session: Session, children: str, child: dict[str, Any], by: Change) -> PlanIn:
    slug = child["public_id"].split(".")[0]
    data = service.read_back(session, "plan", slug) if _is_there(session, "plan", slug) else plan(slug)
    data[children] = [*data.get(children, []), child]
    _make_named(session, data, by)
    made = validate(PlanIn, data)
    service.upsert_plan(session, made, by)
    return made


def _is_there(session: Session, kind: str, key: str) -> bool:
    refs = Refs.of(session)
    refs.meet([(kind, key)])
    return key in getattr(refs, kind)


_NAMED = {
    "region": ("region", make_region),
    "topic": ("topic", make_topic),
    "topics": ("topic", make_topic),
    "metric": ("metric", make_metric),
    "source": ("source", make_source),
    "issuers": ("organization", make_organization),
    "measured_by": ("organization", make_organization),
}


def _make_named(session: Session, data: dict[str, Any], by: Change) -> None:
    """Write everything that the input names and that is not there yet, with defaults."""
    for field, value in data.items():
        if field in _NAMED:
            kind, make = _NAMED[field]
            for key in [value] if isinstance(value, str) else value or ():
                if not _is_there(session, kind, key):
                    make(session, key, by=by)
        elif isinstance(value, Iterable) and not isinstance(value, str):
            for inner in value:
                if isinstance(inner, dict):
                    _make_named(session, inner, by)
