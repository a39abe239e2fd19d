"""The comparison page: regions side by side, with what may and may not be compared in words.

How figures are put together is in `queries.compare`, how verdicts are worded in `verdicts`, the form in `choosing`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.domain.errors import DomainError, Problem
from app.domain.vocabulary import Family
from app.i18n import Lang
from app.store.queries.compare import MAX_REGIONS, CompareQuery, compare_regions
from app.store.queries.names import region_codes, topic_names
from app.store.queries.observations import named_observations
from app.store.queries.picker import meant, pick_regions
from app.store.queries.standards import read_standards
from app.store.views.comparison import ComparisonView, Only
from app.store.views.facts import ObservationView
from app.store.views.picker import PickView
from app.web.charts import Chart, compare_charts
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages import query
from app.web.pages.choosing import Chooser, chooser
from app.web.pages.feeding import comparison_feed
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.paces import Pace, paces
from app.web.pages.refused import refused_page
from app.web.pages.verdicts import (
    Block,
    Lead,
    Topics,
    blocks,
    considered_in,
    deadlines_of,
    overall,
    topics_by_slug,
)
from app.web.speech import Speech, address
from app.web.templating import Context, Highlight

T = TypeVar("T")

router = APIRouter(include_in_schema=False)

OPENING = ("330000", "320000")
"""Zhejiang and Jiangsu, whose figures are compared the most, and the most wrongly."""
CITED_AS: Final[Mapping[str, str]] = {"txt": "", "bib": "BibTeX", "json": "CSL-JSON"}
"""The forms in which the page's figures are cited, by the ending of the address; plain text has no name of its own."""
TYPED = "add"
"""What the field for a further region is called."""
_REFUSED: Final = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePage(Context):
    """What the comparison page shows."""

    template: ClassVar[str] = "pages/compare.html"
    sheets: ClassVar[tuple[str, ...]] = ("compare.css", "chart.css")
    scripts: ClassVar[tuple[str, ...]] = ("picker.js",)

    comparison: ComparisonView
    chooser: Chooser
    summary: str
    leads: tuple[Lead, ...]
    blocks: tuple[Block, ...]
    paces: dict[Family | None, tuple[Pace, ...]]
    charts: tuple[Chart, ...]
    topics: Topics
    observations: dict[str, ObservationView]  # those that progress rests on, or may not rest on
    embed: str  # the address of the frame
    citations: tuple[tuple[str, str], ...]  # names of forms, and addresses


@router.get("/{lang:lang}/compare")
def compare_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Show the comparison, or lead a form's answer to its short address.

    What was typed adds a region if it can mean but one; otherwise the page asks which one was meant. What cannot
    be compared is given back in the form, to be mended there.
    """
    params = request.query_params
    asked, problems = _read(session, params)
    typed = query.text(params, TYPED)
    picks = pick_regions(session, typed) if typed else []
    added = _with(asked, meant(picks), alone=bool(typed) and not query.texts(params, "region"))
    if not problems and (added is not None or ("go" in params and not typed)):
        return RedirectResponse(address(f"/{lang}/compare", query_of(added or asked)), 303)
    try:
        if problems:
            raise DomainError.of(problems)
        comparison = compare_regions(session, asked, today)
    except DomainError as error:
        if error.status != _REFUSED:
            raise
        return refused_page(
            request,
            lang,
            session,
            asked,
            filters=query_of(asked),
            problems=error.problems,
            typed=typed,
            today=today,
        )
    return respond(request, _page(request, lang, session, comparison, typed, picks), lang)


def asked_of(session: Session, params: QueryParams) -> CompareQuery:
    """Read what is to be compared from a page's parameters; raises DomainError unknown_word, bad_year."""
    asked, problems = _read(session, params)
    if problems:
        raise DomainError.of(problems)
    return asked


def _read(session: Session, params: QueryParams) -> tuple[CompareQuery, list[Problem]]:
    """Read what is to be compared as far as it can be read, and what is wrong with the rest."""
    problems: list[Problem] = []

    def read(one: Callable[[], T | None]) -> T | None:
        try:
            return one()
        except DomainError as error:
            problems.extend(error.problems)
            return None

    asked = CompareQuery(
        regions=tuple(query.texts(params, "region")) or OPENING,
        topic=query.text(params, "topic"),
        family=read(lambda: query.choice(params, "family", Family)),
        year_from=read(lambda: query.year(params, "year_from")),
        year_to=read(lambda: query.year(params, "year_to")),
        only=read(lambda: query.choice(params, "only", Only)),
    )
    if len(asked.regions) > MAX_REGIONS:
        return asked, problems
    # What names nothing stays as it is, for the query to refuse.
    codes = region_codes(session, asked.regions)
    regions = tuple(dict.fromkeys(codes.get(name, name) for name in asked.regions))
    return replace(asked, regions=regions), problems


def query_of(asked: CompareQuery) -> dict[str, Any]:
    """Give the parameters of an address that asks for this comparison."""
    return {
        "region": list(asked.regions),
        "topic": asked.topic,
        "family": asked.family,
        "year_from": asked.year_from,
        "year_to": asked.year_to,
        "only": asked.only,
    }


def _with(asked: CompareQuery, pick: PickView | None, *, alone: bool) -> CompareQuery | None:
    """Add the region that was meant, if one was and there is room; `alone`, it takes the place of the opening."""
    if pick is None:
        return None
    regions = tuple(dict.fromkeys((pick.code,) if alone else (*asked.regions, pick.code)))
    return replace(asked, regions=regions) if len(regions) <= MAX_REGIONS else None


def _page(
    request: Request,
    lang: Lang,
    session: Session,
    comparison: ComparisonView,
    typed: str | None,
    picks: list[PickView],
) -> ComparePage:
    speech = Speech(lang)
    clean = query_of(
        CompareQuery(regions=tuple(region.code for region in comparison.regions), **dict(comparison.filters))
    )
    names = speech.listed(speech.name(region) for region in comparison.regions)
    title = speech.gettext("Compare {regions}", regions=names)
    topics = topics_by_slug(topic_names(session))
    observations = named_observations(session, considered_in(deadlines_of(comparison)))
    top, families = blocks(speech, comparison, topics)
    public = request.app.state.settings.public_url or ""
    return ComparePage(
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
            feeds=[comparison_feed(speech, **clean)],
            cite=cited(session, speech, title, comparison.as_of),
            highlights=[
                Highlight(figure=figure, label=label) for lead in top[:1] for figure, label in lead.figures
            ],
            extent=Extent.of(
                speech.listed(speech.plain(region, "name") for region in comparison.regions),
                (deadline.due_on for deadline in deadlines_of(comparison)),
                (deadline.updated_at for deadline in deadlines_of(comparison)),
            ),
        ),
        comparison=comparison,
        chooser=chooser(speech, comparison, topics, clean, typed, picks),
        summary=overall(speech, comparison),
        leads=top,
        blocks=families,
        paces={family.family: paces(speech, family) for family in comparison.families if family.family},
        charts=compare_charts(speech, comparison, observations, topics, clean, read_standards(session)),
        topics=topics,
        observations=observations,
        embed=public + address("/embed/compare", {**clean, "lang": lang}),
        citations=tuple(
            (name or speech.gettext("Plain text"), speech.path(f"/compare/cite.{form}", **clean))
            for form, name in CITED_AS.items()
        ),
    )
