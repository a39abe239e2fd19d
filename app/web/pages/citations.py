"""The addresses that give citations: of a comparison, a target, a plan, an observation, in three forms.

How a citation is worded is in `exchange.citations`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.convertors import Convertor, register_url_convertor

from app.exchange import citations
from app.exchange.citations import Entry, Setting
from app.i18n import TAGS, Lang
from app.store.queries.citing import cited_plans, cited_sources
from app.store.queries.compare import compare_regions
from app.store.queries.observations import get_observation
from app.store.queries.plans import get_plan
from app.store.queries.targets import get_target
from app.store.views.facts import DeadlineView, ObservationView
from app.web.dependencies import ReadSession, Today
from app.web.pages.compare import asked_of, query_of
from app.web.pages.frame import PageLang
from app.web.speech import address

router = APIRouter(include_in_schema=False)

FORMS: Final[Mapping[str, str]] = {
    "txt": "text/plain; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "json": "application/vnd.citationstyles.csl+json",
}
"""The endings of the addresses, and the media types that they give."""


class FormConvertor(Convertor[str]):
    """Lets `{form:citation}` in a route's path stand for the forms of a citation only."""

    regex = "|".join(FORMS)

    def convert(self, value: str) -> str:
        """Read the form."""
        return value

    def to_string(self, value: str) -> str:
        """Write the form."""
        return value


register_url_convertor("citation", FormConvertor())


@dataclass(frozen=True, slots=True)
class _Form:
    """In which form, and under which name, citations are asked for."""

    ending: str
    name: str
    setting: Setting

    def answer(self, entries: Iterable[Entry]) -> Response:
        """Answer with entries; text is shown, what programs read is a file."""
        if self.ending == "txt":
            content = citations.as_text(entries, self.setting.lang)
        elif self.ending == "bib":
            content = citations.as_bibtex(entries, self.setting)
        else:
            content = citations.as_csl(entries, self.setting)
        kind = "inline" if self.ending == "txt" else "attachment"
        headers = {
            "Content-Language": TAGS[self.setting.lang],
            "Content-Disposition": f'{kind}; filename="mubiao-{self.name}.{self.ending}"',
        }
        return Response(content, 200, headers, FORMS[self.ending])


@router.get("/{lang:lang}/compare/cite.{form:citation}")
def cite_comparison(
    request: Request, lang: PageLang, form: str, session: ReadSession, today: Today
) -> Response:
    """Cite every figure of a comparison, and the data as they are now."""
    asked = asked_of(session, request.query_params)
    comparison = compare_regions(session, asked, today)
    setting = _setting(request, lang, session, today)
    figures = [
        deadline
        for family in comparison.families
        for row in family.rows
        for cell in row.cells
        for deadline in cell.deadlines
    ]
    name = "compare-" + "-".join(region.slug for region in comparison.regions)
    entries = _deadlines(session, setting, figures)
    path = address("/compare", query_of(asked))
    return _Form(form, name, setting).answer([citations.data_set(setting, path), *entries])


@router.get("/{lang:lang}/targets/{public_id}/cite.{form:citation}")
def cite_target(
    request: Request, lang: PageLang, public_id: str, form: str, session: ReadSession, today: Today
) -> Response:
    """Cite each dated figure of a target."""
    target = get_target(session, public_id, today)
    setting = _setting(request, lang, session, today)
    entries = _deadlines(session, setting, target.deadlines)
    return _Form(form, target.public_id, setting).answer(entries)


@router.get("/{lang:lang}/plans/{slug}/cite.{form:citation}")
def cite_plan(
    request: Request, lang: PageLang, slug: str, form: str, session: ReadSession, today: Today
) -> Response:
    """Cite a document, and each dated figure in it."""
    plan = get_plan(session, slug, today)
    setting = _setting(request, lang, session, today)
    figures = [deadline for target in plan.target_list for deadline in target.deadlines]
    document = citations.of_plan(setting, cited_plans(session, [plan.slug])[plan.slug])
    return _Form(form, plan.slug, setting).answer([document, *_deadlines(session, setting, figures)])


@router.get("/{lang:lang}/observations/{slug}/cite.{form:citation}")
def cite_observation(
    request: Request, lang: PageLang, slug: str, form: str, session: ReadSession, today: Today
) -> Response:
    """Cite an observation."""
    observation = get_observation(session, slug)
    setting = _setting(request, lang, session, today)
    sources = cited_sources(session, _sources([observation]))
    entry = citations.of_observation(setting, observation, sources)
    return _Form(form, observation.slug, setting).answer([entry])


def _setting(request: Request, lang: Lang, session: Session, today: date) -> Setting:
    public = request.app.state.settings.public_url or ""
    return Setting(lang=lang, public=public, as_of=today, revision=session.info["revision"])


def _deadlines(session: Session, setting: Setting, figures: list[DeadlineView]) -> list[Entry]:
    """Cite figures, in three statements however many there are."""
    plans = cited_plans(session, {figure.plan.slug for figure in figures})
    sources = cited_sources(session, _sources(figures))
    return [citations.of_deadline(setting, figure, plans, sources) for figure in figures]


def _sources(figures: Iterable[DeadlineView | ObservationView]) -> set[str]:
    return {one.source for figure in figures for one in figure.evidence}
