"""The pages of sources: the list, and one source with every fact that it supports, by paragraph.

The texts themselves are not kept, so none is shown.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import SourceKind
from app.store.queries.changes import history_of
from app.store.queries.counts import count_sources
from app.store.queries.filters import Filters
from app.store.queries.paging import Paging
from app.store.queries.support import facts_of_source
from app.store.queries.vocabulary import get_source, list_sources
from app.store.views.base import Page
from app.store.views.changes import Recorded
from app.store.views.entities import SourceView
from app.store.views.summaries import SupportedFact
from app.web.dependencies import ReadSession, Today
from app.web.linked_data import Extent
from app.web.pages import query
from app.web.pages.chosen import Choice, choices_of
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.pages.histories import Happening, happenings
from app.web.speech import Speech
from app.web.templating import Context, Highlight

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage(Context):
    """What the list of sources shows."""

    template: ClassVar[str] = "pages/sources.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    sources: Page[SourceView]
    asked: dict[str, Any]
    kinds: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """The facts of one paragraph, or run of paragraphs; `anchor` is its first one's number."""

    said: str
    anchor: str | None  # none where an earlier run already begins there
    facts: list[SupportedFact]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage(Context):
    """What a source's page shows."""

    template: ClassVar[str] = "pages/source.html"
    sheets: ClassVar[tuple[str, ...]] = ("entity.css",)

    source: SourceView
    paragraphs: list[Paragraph]
    checked_on: date | None  # of most facts, where there are several
    history: tuple[Happening, ...]


@router.get("/{lang:lang}/sources")
def sources_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """List the sources with what they are and how much they support, by kind or by words."""
    params = request.query_params
    asked: dict[str, Any] = {"kind": query.choice(params, "kind", SourceKind), "q": query.text(params, "q")}
    paging = Paging(limit=PAGE_SIZE, cursor=query.text(params, "cursor"))
    speech = Speech(lang)
    title = speech.gettext("Sources")
    sources = list_sources(session, Filters(**asked), paging)
    page = SourcesPage(
        head=head(
            request,
            lang,
            title,
            speech.gettext("Where every figure is written, and how authoritative that source is."),
            query=asked,
            json="sources",
            cite=cited(session, speech, title, today),
            extent=Extent(
                place=speech.gettext("China"),
                size=speech.ngettext("{n} source", "{n} sources", sources.total),
            ),
        ),
        sources=sources,
        asked=asked,
        kinds=choices_of(speech, count_sources(session, asked["q"]), SourceKind),
    )
    return respond(request, page, lang)


@router.get("/{lang:lang}/sources/{slug}")
def source_page(request: Request, lang: PageLang, slug: str, session: ReadSession, today: Today) -> Response:
    """Show what a source supports, with check marks, by paragraph."""
    source = get_source(session, slug)
    speech = Speech(lang)
    title = speech.plain(source, "title")
    facts = facts_of_source(session, slug)
    page = SourcePage(
        head=head(
            request,
            lang,
            title,
            _description(speech, source, title),
            crumbs=((speech.gettext("Sources"), "/sources"),),
            highlights=[Highlight(figure=str(source.evidence), label=speech.gettext("facts supported"))],
            json=f"sources/{source.slug}",
            cite=cited(session, speech, title, today),
            extent=Extent(
                place=speech.gettext("China"),
                size=speech.ngettext("{n} fact", "{n} facts", source.evidence),
            ),
        ),
        source=source,
        paragraphs=_by_paragraph(facts),
        checked_on=_usual_day(facts),
        history=happenings(speech, history_of(session, "source", source.slug), Recorded.SOURCE),
    )
    return respond(request, page, lang)


def _description(speech: Speech, source: SourceView, title: str) -> str:
    """Say what the source is, who published it, and how much rests on it."""
    named = [speech.word(source.kind), speech.plain(source, "publisher")]
    return speech.gettext(
        "“{title}” ({about}): the {n} recorded facts that it supports, by paragraph, each with its check.",
        title=title,
        about=speech.gettext("; ").join(part for part in named if part),
        n=source.evidence,
    )


def _usual_day(facts: list[SupportedFact]) -> date | None:
    """Give the day on which every fact that was checked was checked, or most of them; none where no two share one."""
    days = Counter(fact.checked_on for fact in facts if fact.checked_on)
    return next((day for day, count in days.most_common(1) if count > 1), None)


def _by_paragraph(facts: list[SupportedFact]) -> list[Paragraph]:
    found: dict[str, list[SupportedFact]] = {}
    for fact in facts:
        found.setdefault(fact.paragraph, []).append(fact)
    anchors: set[str] = set()
    paragraphs = []
    for said, listed in found.items():
        first = said.split("-")[0]
        paragraphs.append(Paragraph(said=said, anchor=None if first in anchors else first, facts=listed))
        anchors.add(first)
    return paragraphs
