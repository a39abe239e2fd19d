"""The comparison page: regions side by side, with what may and may not be compared in words.

How figures are put together is in `queries.compare`, how verdicts are worded in `verdicts`.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.domain.vocabulary import Family, Verdict
from app.store.queries.compare import MAX_REGIONS, CompareQuery, compare_regions
from app.store.queries.names import region_codes, regions_to_compare, topic_names
from app.store.queries.observations import named_observations
from app.store.views.base import RegionRef, TopicRef
from app.store.views.comparison import ComparisonView
from app.store.views.facts import ObservationView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.verdicts import Block, Lead, Topics, blocks, considered_in, deadlines_of, topics_by_slug
from app.web.speech import Speech, address
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

OPENING = ("330000", "320000")
"""Zhejiang and Jiangsu, whose figures are compared the most, and the most wrongly."""
FIRST_DUE, LAST_DUE = 2018, 2035


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage(Context):
    """What the comparison page shows."""

    template: ClassVar[str] = "pages/compare.html"
    sheets: ClassVar[tuple[str, ...]] = ("compare.css",)

    comparison: ComparisonView
    tally: list[tuple[Verdict, int]]
    leads: tuple[Lead, ...]
    blocks: tuple[Block, ...]
    topics: Topics
    topic_choices: list[TopicRef]
    family_choices: list[Family]
    region_choices: list[RegionRef]
    years: range
    observations: dict[str, ObservationView]  # those that progress rests on, or may not rest on
    most: int


@router.get("/{lang:lang}/compare")
def compare_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show the comparison, or lead a form's answer to its short address."""
    asked = asked_of(session, request.query_params)
    clean = query_of(asked)
    if "go" in request.query_params:
        return RedirectResponse(address(f"/{lang}/compare", clean), 303)
    comparison = compare_regions(session, asked, today)
    topics = topic_names(session)
    speech = Speech(lang)
    names = speech.listed(speech.name(region) for region in comparison.regions)
    title = speech.gettext("Compare {regions}", regions=names)
    by_slug = topics_by_slug(topics)
    top, families = blocks(speech, comparison, by_slug)
    page = ComparePage(
        head=head(
            request,
            lang,
            title,
            speech.gettext(
                "Targets of {regions} side by side: what may be compared, what may not, and why.",
                regions=names,
            ),
            query=clean,
            json="compare",
            cite=cited(session, speech, title, today),
        ),
        comparison=comparison,
        tally=[(verdict, getattr(comparison.counts, verdict)) for verdict in Verdict],
        leads=top,
        blocks=families,
        topics=by_slug,
        topic_choices=topics,
        family_choices=list(Family),
        region_choices=regions_to_compare(session),
        years=range(FIRST_DUE, LAST_DUE + 1),
        observations=named_observations(session, considered_in(deadlines_of(comparison))),
        most=MAX_REGIONS,
    )
    return respond(request, page, lang)


def asked_of(session: Session, params: QueryParams) -> CompareQuery:
    """Read what is to be compared from a page's parameters; raises DomainError unknown_word, bad_year."""
    asked = CompareQuery(
        regions=tuple(query.texts(params, "region")) or OPENING,
        topic=query.text(params, "topic"),
        family=query.choice(params, "family", Family),
        year_from=query.year(params, "year_from"),
        year_to=query.year(params, "year_to"),
    )
    if len(asked.regions) > MAX_REGIONS:
        return asked
    # What names nothing stays as it is, for the query to refuse.
    codes = region_codes(session, asked.regions)
    return replace(asked, regions=tuple(dict.fromkeys(codes.get(name, name) for name in asked.regions)))


def query_of(asked: CompareQuery) -> dict[str, Any]:
    """Give the parameters of an address that asks for this comparison."""
    return {
        "region": list(asked.regions),
        "topic": asked.topic,
        "family": asked.family,
        "year_from": asked.year_from,
        "year_to": asked.year_to,
    }
