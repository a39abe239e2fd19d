"""The page on which administrators look after people: invitations, roles, new passwords, accounts closed and opened.

One's own password and tokens are on the page of the own account.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.domain.errors import DomainError
from app.domain.vocabulary import Role
from app.exchange.mail import MailError, link_addresses, send_link
from app.i18n import Lang
from app.store.accounts import (
    Account,
    AccountEventView,
    FreshLink,
    add_person,
    disable,
    enable,
    give_role,
    list_account_events,
    list_accounts,
    password_link,
)
from app.web.admin.account import Number
from app.web.admin.frame import SERVER, AdminContext, admin_head, lead_to, sentences, show
from app.web.bodies import SmallForm
from app.web.dependencies import Now, ReadSession, WriteSession
from app.web.pages import query
from app.web.pages.discovery import base_of
from app.web.pages.frame import PageLang
from app.web.people import Admin, Person
from app.web.speech import Speech

router = APIRouter()

HERE: Final = "/admin/people"


@dataclass(frozen=True, slots=True)
class Handed:
    """A link just made, to be passed on: its address, and whether it was mailed (None: there is no mail)."""

    link: FreshLink
    address: str
    mailed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage(AdminContext):
    """What the page of all people shows."""

    template: ClassVar[str] = "admin/people.html"

    people: list[Account]
    events: list[AccountEventView]  # the latest first
    roles: list[tuple[str, str]]
    handed: Handed | None
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


@router.get("/{lang:lang}/admin/people")
def people_page(request: Request, lang: PageLang, me: Admin, session: ReadSession) -> Response:
    """List everyone, and what was done last to accounts."""
    return _page(request, lang, me, session)


@router.post("/{lang:lang}/admin/people")
def invite(request: Request, lang: PageLang, me: Admin, form: SmallForm, now: Now) -> Response:
    """Add a person, and show the link to be passed on, this once."""

    def made(session: Session) -> FreshLink:
        role = query.choice(QueryParams(form), "role", Role) or Role.EDITOR
        person = add_person(session, form.get("name", ""), role, now, form.get("email"), by=me.id)
        return password_link(session, person.id, now, me.id)

    return _hand_out(request, lang, me, made, form)


@router.post("/{lang:lang}/admin/people/{number}/link")
def new_link(request: Request, lang: PageLang, me: Admin, number: Number, now: Now) -> Response:
    """Make a link by which someone sets a password, and show it, this once."""
    return _hand_out(request, lang, me, lambda session: password_link(session, number, now, me.id), {})


@router.post("/{lang:lang}/admin/people/{number}/role")
def new_role(
    request: Request,
    lang: PageLang,
    me: Admin,
    number: Number,
    form: SmallForm,
    session: WriteSession,
    now: Now,
) -> Response:
    """Give someone another role."""

    def change() -> None:
        role = query.choice(QueryParams(form), "role", Role)
        if role is not None:
            give_role(session, number, role, now, me.id)

    return _changed(request, lang, me, session, change)


@router.post("/{lang:lang}/admin/people/{number}/close")
def close_account(
    request: Request, lang: PageLang, me: Admin, number: Number, session: WriteSession, now: Now
) -> Response:
    """Let someone in no more."""
    return _changed(request, lang, me, session, lambda: disable(session, number, now, me.id))


@router.post("/{lang:lang}/admin/people/{number}/open")
def open_account(
    request: Request, lang: PageLang, me: Admin, number: Number, session: WriteSession, now: Now
) -> Response:
    """Let someone in again."""
    return _changed(request, lang, me, session, lambda: enable(session, number, now, me.id))


def _hand_out(
    request: Request,
    lang: Lang,
    me: Person,
    make: Callable[[Session], FreshLink],
    typed: Mapping[str, str],
) -> Response:
    """Make a link, mail it if that is possible, and show it with the list of people."""
    state = request.app.state
    try:
        with state.database.write() as session:
            link = make(session)
    except DomainError as error:
        if error.status >= SERVER:
            raise
        with state.database.read() as session:
            return _page(request, lang, me, session, typed=typed, refused=error)
    # No transaction waits for a mail server.
    addresses = link_addresses(base_of(request), link.secret)
    mailed = None
    if link.email and state.settings.smtp_url:
        try:
            mailed = send_link(state.settings, link.email, link.name or "", link.purpose, addresses)
        except MailError:
            mailed = False
    with state.database.read() as session:
        return _page(request, lang, me, session, handed=Handed(link, addresses[lang], mailed))


def _changed(
    request: Request, lang: Lang, me: Person, session: Session, change: Callable[[], None]
) -> Response:
    """Change something about someone and lead back to the list, or show there why not."""
    try:
        change()
    except DomainError as error:
        if error.status >= SERVER:
            raise
        session.rollback()
        return _page(request, lang, me, session, refused=error)
    return lead_to(lang, HERE)


def _page(
    request: Request,
    lang: Lang,
    me: Person,
    session: Session,
    *,
    handed: Handed | None = None,
    typed: Mapping[str, str] | None = None,
    refused: DomainError | None = None,
) -> Response:
    speech = Speech(lang)
    page = PeoplePage(
        head=admin_head(request, lang, speech.gettext("People"), at=HERE),
        me=me,
        part="people",
        people=list_accounts(session),
        events=list_account_events(session),
        roles=[(str(role), speech.word(role)) for role in Role],
        handed=handed,
        typed=typed or {},
        wrong=sentences(lang, refused) if refused else {},
    )
    return show(page, lang, refused.status if refused else 200)
