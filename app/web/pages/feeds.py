"""The Atom feeds of changes: all, or what filters leave; and of what changes in a comparison.

Which changes are public is said in `queries.log`, which belong to a comparison in `queries.scopes`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.dates import SHANGHAI
from app.exchange.tables.about import LICENCE_ADDRESS
from app.i18n import LANGS, TAGS, Lang
from app.store.queries.changes import ChangeFilters, day_start, list_whole_changes
from app.store.queries.compare import CompareQuery
from app.store.queries.log import WholeChange
from app.store.queries.paging import Paging
from app.store.views.changes import ChangeView, Recorded
from app.web.contrast import contrasts
from app.web.dependencies import ReadSession, Today
from app.web.pages import changes, compare, query
from app.web.pages.discovery import base_of
from app.web.pages.feeding import ATOM, called, regions_named
from app.web.pages.frame import PageLang
from app.web.pages.touches import touched_words
from app.web.speech import Speech, address
from app.web.templating import environment

router = APIRouter(include_in_schema=False)

ENTRIES: Final = 50
"""How many changes are on a page of a feed; `next` leads on to older ones (RFC 5005)."""
ROWS: Final = 60
"""How many fields, or targets of a new plan, an entry names; of more only the number is said."""
HTML: Final = "text/html"
TEMPLATE: Final = "changes.atom"
UNNAMED: Final = "localhost"
"""Who names the entries where no public address is set: they are then this machine's own."""
_SINCE: Final = "2026"
# What no XML document may hold, not even escaped.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of a feed; `tag` is the language of what it leads to."""

    rel: str
    media_type: str
    href: str
    tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that changed; `tag` is the language of its text, if it has one."""

    name: str
    tag: str | None
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One change as readers of the feed see it."""

    id: str
    title: str
    at: str
    entity: str
    entity_name: str
    deed: str
    deed_name: str
    page: str
    page_named: str
    day: str
    day_named: str
    said: str
    reason: str | None
    fields: tuple[Field, ...]
    holds: tuple[str, ...]  # of a new plan: its targets
    left_out: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """What the template lays out."""

    tag: str
    id: str
    base: str
    title: str
    subtitle: str
    rights: str
    colon: str
    updated: str
    links: tuple[Link, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Scribe:
    """The language in which a feed is written, the address that its links begin with, and who names its entries."""

    speech: Speech
    base: str
    authority: str

    @classmethod
    def of(cls, request: Request, lang: Lang) -> "Scribe":
        """Take what the request and the settings say."""
        public = request.app.state.settings.public_url
        # Whatever host was asked, an entry keeps its name.
        return cls(Speech(lang), base_of(request), (public and urlsplit(public).hostname) or UNNAMED)

    def name(self, place: str) -> str:
        """Name a thing for good (RFC 4151), by language: a translation is an entry of its own."""
        return f"tag:{self.authority},{_SINCE}:{self.speech.lang}{place}"

    def entry(self, change: WholeChange) -> Entry:
        """Write one change."""
        speech, view = self.speech, change.view
        done, title = speech.word(view.action), speech.plain(view, "title").rstrip(".。")
        day = view.at.astimezone(SHANGHAI).date()
        of_day = self.base + speech.path(
            "/changes", f"d{day}", entity=view.entity, since=day.isoformat(), until=day.isoformat()
        )
        place = changes.place_of(speech, view)
        fields, holds = self._fields(change), self._targets(change)
        left_out = max(len(fields), len(holds)) - ROWS
        return Entry(
            id=self.name(f"/changes/{view.entity}/{quote(view.key)}/{view.id}"),
            title=speech.gettext("{one}: {other}", one=title, other=done),
            at=_instant(view.at),
            entity=view.entity,
            entity_name=speech.word(view.entity),
            deed=view.action,
            deed_name=done,
            page=of_day if place is None else self.base + place,
            page_named=title,
            day=of_day,
            day_named=speech.gettext("What changed on {date}", date=speech.day(day)),
            said=self._said(view),
            reason=view.reason,
            fields=fields[:ROWS],
            holds=holds[:ROWS],
            left_out=speech.ngettext("and {n} more", "and {n} more", left_out) if left_out > 0 else None,
        )

    def _said(self, view: ChangeView) -> str:
        speech = self.speech
        one = speech.gettext(
            "{things} {done}",
            things=changes.things(speech, view.entity, 1),
            done=speech.word(view.action),
        )
        how = f"{one} {speech.term('Door', view.door)}"
        if not view.fields:
            return how
        return speech.gettext(
            "{one}: {other}", one=how, other=touched_words(speech, view.fields, view.entity)
        )

    def _fields(self, change: WholeChange) -> tuple[Field, ...]:
        """Set the public form before against the one after, field by field."""
        if change.before is None or change.after is None:
            return ()
        return tuple(
            Field(
                name=" · ".join(filter(None, (one.place, one.field))), tag=one.tag, old=one.old, new=one.new
            )
            for one in contrasts(self.speech, change.view.entity, change.before, change.after)
        )

    def _targets(self, change: WholeChange) -> tuple[str, ...]:
        """Name the targets of a plan that is new to readers."""
        if change.before is not None or change.after is None or change.view.entity is not Recorded.PLAN:
            return ()
        other = f"statement_{self.speech.lang}"
        targets = [one for one in change.after.get("targets", ()) if "retired_on" not in one]
        return tuple(one.get(other) or one["statement_zh"] for one in targets)


@router.get("/{lang:lang}/changes.atom")
def changes_feed(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Give the latest changes that the filters of the page of changes leave, as an Atom feed."""
    asked = changes.asked_of(request.query_params)
    return _answer(Scribe.of(request, lang), request, session, today, asked, changes.filters_of(asked))


@router.get("/{lang:lang}/compare.atom")
def comparison_feed(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Give the latest changes of what a comparison rests on, as an Atom feed; the parameters are the page's.

    `only` makes no difference: what changes can make a figure comparable that was not.
    """
    compared = replace(compare.asked_of(session, request.query_params), only=None)
    asked = compare.query_of(compared)
    filters = ChangeFilters(comparison=compared)
    return _answer(Scribe.of(request, lang), request, session, today, asked, filters)


def _answer(
    scribe: Scribe,
    request: Request,
    session: Session,
    today: date,
    asked: Mapping[str, Any],
    filters: ChangeFilters,
) -> Response:
    """Read the changes and lay them out; raises DomainError for what the filters name and is unknown, bad_cursor."""
    speech = scribe.speech
    cursor = query.text(request.query_params, "cursor")
    found, following = list_whole_changes(session, filters, Paging(ENTRIES, cursor))
    inside = request.scope["path"].removeprefix(f"/{speech.lang}")
    page = inside.removesuffix(".atom")
    here = partial(address, f"/{speech.lang}{inside}")
    links = [
        Link(rel="self", media_type=ATOM, href=here({**asked, "cursor": cursor})),
        Link(rel="alternate", media_type=HTML, href=speech.path(page, **asked), tag=speech.html_lang),
        *(
            Link(rel="alternate", media_type=ATOM, href=address(f"/{other}{inside}", asked), tag=TAGS[other])
            for other in LANGS
            if other != speech.lang
        ),
        Link(rel="first", media_type=ATOM, href=here(asked)),
        *(
            [Link(rel="next", media_type=ATOM, href=here({**asked, "cursor": following}))]
            if following
            else ()
        ),
    ]
    feed = AtomFeed(
        tag=speech.html_lang,
        id=scribe.name(address(page, asked)),
        base=scribe.base,
        title=_title(speech, session, asked, filters.comparison),
        subtitle=speech.gettext(
            "What readers could see change, the latest first. A plan that was written as a draft appears when it "
            "was published."
        ),
        rights=speech.gettext(
            "Chinese texts are authoritative; the English is ours. Data CC BY 4.0, code Apache-2.0."
        ),
        colon=speech.gettext(": "),
        updated=_instant(max((one.view.at for one in found), default=day_start(today))),
        links=(
            *(replace(link, href=scribe.base + link.href) for link in links),
            Link(rel="license", media_type=HTML, href=LICENCE_ADDRESS),
        ),
        entries=tuple(map(scribe.entry, found)),
    )
    body = _NO_XML.sub("\ufffd", environment().get_template(TEMPLATE).render(feed=feed))
    return Response(body, 200, {"Content-Language": speech.html_lang}, f"{ATOM}; charset=utf-8")


def _title(
    speech: Speech, session: Session, asked: Mapping[str, Any], comparison: CompareQuery | None
) -> str:
    if comparison is None:
        return called(speech, session, speech.gettext("Mubiao: what changed"), asked)
    title = speech.gettext(
        "Mubiao: changes in the comparison of {regions}",
        regions=regions_named(speech, session, comparison.regions),
    )
    return called(speech, session, title, {**asked, "region": None})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
