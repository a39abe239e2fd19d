"""The calendars of deadlines: those that filters leave, and those of one target, in words.

How a calendar is written is in `exchange.calendars`, which deadlines it holds in `queries.dated`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from app.domain.vocabulary import Ambition, Bindingness, Precision, Stage, Timing
from app.exchange.calendars import MEDIA_TYPE, DayCalendar, DayEvent, Status, write_calendar
from app.store.queries.dated import Dated, read_dated
from app.store.queries.filters import Filters
from app.store.queries.names import topic_names
from app.store.queries.targets import get_target
from app.store.views.facts import DeadlineView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.deadlines import Due
from app.web.pages.discovery import base_of
from app.web.pages.explorer import filters_in
from app.web.pages.feeding import called
from app.web.pages.frame import PageLang
from app.web.pages.verdicts import Topics, measure, topics_by_slug
from app.web.plot_words import plain
from app.web.speech import Speech, address

router = APIRouter(include_in_schema=False)

MOST_EVENTS: Final = 1000
"""How many events a calendar holds; programs that subscribe take no more than a few megabytes."""
STATUSES: Final[Mapping[Stage, Status]] = {
    Stage.ANNOUNCED: "TENTATIVE",
    Stage.CONSULTATION_DRAFT: "TENTATIVE",
    Stage.WITHDRAWN: "CANCELLED",
}
"""Whether what a plan promises stands, by its stage."""


@router.get("/{lang:lang}/deadlines.ics")
def deadlines_calendar(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Give the dated deadlines that the filters leave, those to come first, as a calendar."""
    params = request.query_params
    due = query.choice(params, "timing", Due)
    asked: dict[str, Any] = {
        **filters_in(params, Due),
        "year_from": query.year(params, "year_from"),
        "year_to": query.year(params, "year_to"),
    }
    unmeasured = due is Due.UNMEASURED
    filters = Filters(**{**asked, "timing": None if due is None or unmeasured else Timing(due)})
    found = read_dated(session, filters, today, most=MOST_EVENTS, unmeasured=unmeasured)
    speech = Speech(lang)
    title = called(speech, session, speech.gettext("Mubiao: what falls due when"), asked)
    writer = Writer(speech, base_of(request), topics_by_slug(topic_names(session)), today)
    return writer.answer(title, found, address(f"/{lang}/deadlines.ics", asked), "deadlines")


@router.get("/{lang:lang}/targets/{public_id}/deadlines.ics")
def target_calendar(
    request: Request, lang: PageLang, public_id: str, session: ReadSession, today: Today
) -> Response:
    """Give the dated deadlines of one target as a calendar."""
    target = get_target(session, public_id, today)
    items = [item for item in target.deadlines if item.due_on is not None]
    speech = Speech(lang)
    title = speech.gettext(
        "{region}: {statement}",
        region=speech.name(target.region),
        statement=speech.plain(target, "statement"),
    )
    writer = Writer(speech, base_of(request), topics_by_slug(topic_names(session)), today)
    found = Dated(items, 0, len(target.deadlines) - len(items))
    to = address(f"/{lang}/targets/{target.public_id}/deadlines.ics", {})
    return writer.answer(title, found, to, target.public_id)


@dataclass(frozen=True, slots=True)
class Writer:
    """The language in which a calendar is written, the address its links begin with, and what it looks up."""

    speech: Speech
    base: str
    topics: Topics
    today: date

    def answer(self, title: str, found: Dated, to: str, name: str) -> Response:
        """Answer with a calendar: `to` is its own address, `name` that of the file."""
        speech = self.speech
        notes = [
            speech.gettext("What Chinese governments promised to reach, each on the last day of its period."),
            speech.gettext("Progress, evidence and what may be compared are on each event’s page."),
        ]
        if found.undated:
            notes.append(
                speech.ngettext(
                    "{n} deadline without a date is left out.",
                    "{n} deadlines without a date are left out.",
                    found.undated,
                )
            )
        if found.left_out:
            notes.append(
                speech.ngettext(
                    "{n} past or late deadline is left out: a calendar holds {most}. A narrower filter leaves fewer.",
                    "{n} past or late deadlines are left out: a calendar holds {most}. A narrower filter leaves fewer.",
                    found.left_out,
                    most=speech.number(MOST_EVENTS),
                )
            )
        content = write_calendar(
            DayCalendar(
                name=title,
                description=" ".join(notes),
                lang=speech.html_lang,
                url=self.base + to,
                events=(self._event(item, item.due_on) for item in found.items if item.due_on),
            )
        )
        headers = {
            "Content-Language": speech.html_lang,
            "Content-Disposition": f'attachment; filename="mubiao-{name}.ics"',
        }
        return Response(content, 200, headers, f"{MEDIA_TYPE}; charset=utf-8")

    def _event(self, item: DeadlineView, day: date) -> DayEvent:
        speech = self.speech
        summary = self._summary(item)
        return DayEvent(
            id=item.id,
            day=day,
            summary=summary,
            description="\n".join(self._lines(item)),
            url=self.base + speech.path(f"/targets/{item.target.public_id}", item.id),
            categories=(speech.plain(item.region, "name"), *self._topic(item)),
            status=STATUSES.get(item.plan.stage, "CONFIRMED"),
            # Of what is past nobody need be reminded; some programs would, all at once.
            reminder=summary if day >= self.today else None,
            changed_at=item.updated_at,
        )

    def _topic(self, item: DeadlineView) -> tuple[str, ...]:
        topic = self.topics.get(item.topic)
        return (self.speech.plain(topic, "name"),) if topic else ()

    def _summary(self, item: DeadlineView) -> str:
        """Say whose figure it is, what it measures, how much, and by when: never beside another one."""
        speech = self.speech
        figure = speech.fig(item, item.kind)
        said = (
            speech.gettext("{one}: {other}", one=plain(measure(speech, item, self.topics)), other=figure)
            if figure
            else speech.plain(item.target, "statement")
        )
        return speech.gettext(
            "{region}: {said} ({due})",
            region=speech.plain(item.region, "name"),
            said=said,
            due=speech.due(item.due_on, item.due_precision),
        )

    def _lines(self, item: DeadlineView) -> Iterator[str]:
        """Describe a deadline, a line for each thing."""
        speech = self.speech
        yield speech.plain(item.target, "statement")
        if item.due_precision is not Precision.DAY:
            yield self._rough(item)
        stated = [f"“{words}”" for words in (item.value_as_stated, item.due_as_stated) if words]
        if stated:
            yield self._pair(speech.gettext("In the source’s words"), speech.listed(stated))
        marks = [
            speech.word(mark)
            for mark, plainly in (
                (item.ambition, Ambition.UNMARKED),
                (item.bindingness, Bindingness.UNSPECIFIED),
            )
            if mark is not plainly
        ]
        if marks:
            yield speech.listed(marks)
        if item.inferred:
            yield speech.gettext("{field} inferred by us", field=speech.terms("Field", item.inferred))
        title, stage = speech.plain(item.plan, "title"), speech.word(item.plan.stage)
        yield self._pair(speech.gettext("Plan"), speech.gettext("{plan} ({stage})", plan=title, stage=stage))
        for note in (speech.plain(item.target, "note"), speech.plain(item, "note")):
            if note:
                yield note
        for proof in item.evidence:
            yield self._pair(
                speech.gettext("Evidence"),
                speech.gettext(
                    "“{phrase}”, {source}, paragraph {paragraph}: {check}",
                    phrase=speech.inner(proof.phrase),
                    source=speech.plain(proof, "source_title"),
                    paragraph=proof.paragraph,
                    check=speech.word(proof.check),
                ),
            )

    def _pair(self, one: str, other: str) -> str:
        return self.speech.gettext("{one}: {other}", one=one, other=other)

    def _rough(self, item: DeadlineView) -> str:
        """Say that the day is the last one of a period, not one that a source names."""
        gettext = self.speech.gettext
        sentences = {
            Precision.MONTH: gettext("The source names the month only; the event stands on its last day."),
            Precision.QUARTER: gettext(
                "The source names the quarter only; the event stands on its last day."
            ),
            Precision.YEAR: gettext("The source names the year only; the event stands on its last day."),
        }
        return sentences[item.due_precision]
