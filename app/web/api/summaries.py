"""The routes of what is gathered from everything: the coverage matrix and the log of changes.

Collections and single entities are in `facts` and `vocabulary`.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.domain.dates import read_day
from app.store.queries.changes import ChangeFilters, day_start, list_changes
from app.store.queries.coverage import read_matrix
from app.store.queries.paging import Paging
from app.store.views.base import Page
from app.store.views.changes import ChangeView, Recorded
from app.store.views.coverage import MatrixView
from app.web.api.parameters import Key, Limit, described
from app.web.api.routes import answer, api_router
from app.web.api.values import read_instant
from app.web.dependencies import ReadSession
from app.web.guard import MAX_QUERY as MAX_BYTES

router = api_router("Summaries")

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SCHEMA: Final = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}
)


def _since(given: str) -> datetime:
    """Read an instant, or a day, which begins at midnight in Shanghai; raise bad_form."""
    day = _day(given)
    return read_instant(given) if day is None else day_start(day).astimezone(UTC)


def _until(given: str) -> datetime:
    """Read an instant, or a day, which is meant whole; raise bad_form."""
    day = _day(given)
    return read_instant(given) if day is None else day_start(day + timedelta(days=1)).astimezone(UTC)


def _day(given: str) -> date | None:
    if not _DAY.fullmatch(given):
        return None
    day = read_day(given)
    if day is None:
        raise PydanticCustomError("bad_form", "not of the right form", {"case": "instant"})
    return day


class CoverageParameters(BaseModel):
    """The parameters of `coverage`."""

    under: Key | None = described(
        "Code or slug of a region: it and what is directly below it are the rows; the nation unless given",
        "330000",
    )
    topic: Key | None = described(
        "Slug of a topic: it and what is directly below it are the columns; the top of the tree unless given",
        "ai",
    )


class ChangeParameters(BaseModel):
    """The parameters of `changes`; a cursor goes with the filters and the sort it came from."""

    limit: Limit = Field(50, description="How many items a page has", examples=[50])
    cursor: Annotated[str, Field(min_length=1, max_length=MAX_BYTES)] | None = described(
        "Where to go on: `next` of the page before, with the same filters and sort", "WyI1ZjFjOGEi"
    )
    entity: Recorded | None = described("What was changed", "plan")
    region: Key | None = described("Code or slug of a region: what belongs to that region alone", "330000")
    under: Key | None = described(
        "Code or slug of a region or group: what belongs to it or anything below it", "yangtze-delta"
    )
    topic: Key | None = described(
        "Slug of a topic: it with all below it, and the plans, observations and searches on them", "ai"
    )
    since: Annotated[datetime, PlainValidator(_since), _SCHEMA] | None = described(
        "Only changes at or after this instant, which has its time zone (write a plus sign as %2B); "
        "a day begins at midnight in Shanghai",
        "2026-11-20",
    )
    until: Annotated[datetime, PlainValidator(_until), _SCHEMA] | None = described(
        "Only changes before this instant; a day is meant with all its hours in Shanghai", "2026-11-20"
    )
    sort: Literal["-at", "at"] | None = described("Order; the latest first unless given", "at")

    def filters(self) -> ChangeFilters:
        """Give the filters among the parameters."""
        return ChangeFilters(
            entity=self.entity,
            region=self.region,
            under=self.under,
            topic=self.topic,
            since=self.since,
            until=self.until,
        )


@router.get("/coverage", response_model=MatrixView)
def get_coverage(session: ReadSession, asked: Annotated[CoverageParameters, Query()]) -> Response:
    """Read which regions have targets on which topics, where a search found none, and where nobody looked."""
    return answer(read_matrix(session, asked.under, asked.topic))


@router.get("/changes", response_model=Page[ChangeView])
def get_changes(session: ReadSession, asked: Annotated[ChangeParameters, Query()]) -> Response:
    """List what changed, one by one, as the public saw it; `total` stops at 1001."""
    return answer(list_changes(session, asked.filters(), Paging(asked.limit, asked.cursor, asked.sort)))
