"""Charts to take along, as SVG, PNG and Vega-Lite spec: those of the comparison, of a target, of a region.

Which charts there are is decided in `app.web.charts`, for these files as for the pages.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.convertors import Convertor, register_url_convertor

from app.domain.errors import NotFoundError
from app.exchange import drawing
from app.i18n import TAGS
from app.store.queries.compare import compare_regions
from app.store.queries.names import topic_names
from app.store.queries.observations import named_observations
from app.store.queries.standards import read_standards
from app.store.queries.targets import get_target
from app.store.queries.together import deadlines_of_region, observations_of_region
from app.store.queries.vocabulary import get_region
from app.web.charts import FORMS, Gathered, compare_plots, picture, region_plots, target_plots
from app.web.dependencies import ReadSession, Today
from app.web.pages.compare import asked_of
from app.web.pages.frame import PageLang
from app.web.pages.verdicts import considered_in, deadlines_of, topics_by_slug
from app.web.speech import Speech

router = APIRouter(include_in_schema=False)


class NumberConvertor(Convertor[int]):
    """Lets `{number:number}` in a route's path stand for the place of a chart: a page has not a hundred."""

    regex = "[1-9][0-9]?"

    def convert(self, value: str) -> int:
        """Read the number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Write the number."""
        return str(value)


register_url_convertor("number", NumberConvertor())


class Asked:
    """Which of a page's charts is asked for, in which language and form; raises NotFoundError for another form."""

    def __init__(self, request: Request, lang: PageLang, number: int, form: str) -> None:
        """Read the end of the address."""
        self._path = request.url.path
        if form not in FORMS:
            raise self._missing()
        self.speech = Speech(lang)
        self._number = number
        self._form = form

    def file(self, gathered: Gathered, today: date, name: str) -> Response:
        """Give the chart as a file of this name; raises NotFoundError if there are not so many."""
        if self._number > len(gathered.plots):
            raise self._missing()
        spec = picture(self.speech, gathered.plots[self._number - 1], today)
        name = f"mubiao-{name}-{self._number}.{self._form}"
        headers = {
            "Content-Language": TAGS[self.speech.lang],
            "Content-Disposition": f'inline; filename="{name}"',
        }
        return Response(_MADE[self._form](spec), headers=headers, media_type=FORMS[self._form])

    def _missing(self) -> NotFoundError:
        return NotFoundError("not_found", given=self._path)


_MADE: Final[dict[str, Callable[[drawing.Spec], str | bytes]]] = {
    "svg": drawing.svg,
    "png": drawing.png,
    "vl.json": lambda spec: json.dumps(spec, ensure_ascii=False, indent=1),
}
Which = Annotated[Asked, Depends()]


@router.get("/{lang:lang}/compare/chart-{number:number}.{form}")  # noqa: FAST003 - `Asked` reads the rest
def compare_chart(request: Request, which: Which, session: ReadSession, today: Today) -> Response:
    """Give a chart of the comparison that the query asks for, as the page does."""
    comparison = compare_regions(session, asked_of(session, request.query_params), today)
    observations = named_observations(session, considered_in(deadlines_of(comparison)))
    topics, standards = topics_by_slug(topic_names(session)), read_standards(session)
    name = "-".join(region.slug for region in comparison.regions)
    return which.file(compare_plots(which.speech, comparison, observations, topics, standards), today, name)


@router.get("/{lang:lang}/targets/{public_id}/chart-{number:number}.{form}")  # noqa: FAST003 - `Asked` reads the rest
def target_chart(public_id: str, which: Which, session: ReadSession, today: Today) -> Response:
    """Give the chart of a target's path."""
    target = get_target(session, public_id, today)
    observations = named_observations(session, considered_in(target.deadlines))
    topics, standards = topics_by_slug(topic_names(session)), read_standards(session)
    return which.file(
        target_plots(which.speech, target, observations, topics, standards), today, target.public_id
    )


@router.get("/{lang:lang}/regions/{code}/chart-{number:number}.{form}")  # noqa: FAST003 - `Asked` reads the rest
def region_chart(code: str, which: Which, session: ReadSession, today: Today) -> Response:
    """Give a chart of a region's targets by year."""
    region = get_region(session, code)
    deadlines = deadlines_of_region(session, region.code, today)
    observations = observations_of_region(session, region.code)
    topics, standards = topics_by_slug(topic_names(session)), read_standards(session)
    return which.file(
        region_plots(which.speech, region, deadlines, observations, topics, standards), today, region.slug
    )
