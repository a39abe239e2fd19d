"""Signing in and out, and the pages of links that work once: the first account, an invitation, a new password.

Whether an attempt succeeds is decided in `store.accounts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.errors import DomainError, GoneError
from app.domain.people import PASSWORD_SHORTEST
from app.domain.vocabulary import LinkPurpose
from app.i18n import Lang
from app.store.accounts import LinkView, read_link, sign_in, sign_out, use_link
from app.web.admin.frame import SERVER, AdminContext, admin_head, lead_to, sentences, show
from app.web.bodies import SmallForm
from app.web.cookies import browser_of, give_cookies, sign_in_cookie, take_cookie
from app.web.dependencies import Now, PasswordTurn, ReadSession, WriteSession
from app.web.pages.frame import PageLang
from app.web.people import Anyone, own_page
from app.web.speech import Speech

router = APIRouter()

HOME: Final = "/admin/"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage(AdminContext):
    """What the page to sign in shows."""

    template: ClassVar[str] = "admin/login.html"

    typed: str  # the name
    next: str  # where to go then
    wrong: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage(AdminContext):
    """What the page of a link that works once shows."""

    template: ClassVar[str] = "admin/link.html"

    purpose: LinkPurpose
    person: str | None  # for whom it is; the first account has no name yet
    typed: str  # the name
    shortest: int
    until: datetime
    wrong: Mapping[str, str]


@router.get("/{lang:lang}/admin/login")
def login_page(request: Request, lang: PageLang, me: Anyone) -> Response:
    """Ask for name and password."""
    to = own_page(request.query_params.get("next"))
    if me is not None:
        return RedirectResponse(to, 303) if to else lead_to(lang, HOME)
    return _login_page(request, lang, "", to, {})


@router.post("/{lang:lang}/admin/login")
def login(request: Request, lang: PageLang, form: SmallForm, now: Now, _turn: PasswordTurn) -> Response:
    """Let in who knows the password."""
    state, name, to = request.app.state, form.get("name", ""), own_page(form.get("next"))
    try:
        let_in = sign_in(
            state.database, state.passwords, name, form.get("password", ""), browser_of(request), now
        )
    except DomainError as error:
        if error.status >= SERVER:
            raise
        seconds = error.detail.get("seconds")
        headers = {"Retry-After": str(seconds)} if seconds else {}
        page = _login_page(request, lang, name, to, sentences(lang, error), error.status)
        page.headers.update(headers)
        return page
    answer = RedirectResponse(to, 303) if to else lead_to(lang, HOME)
    give_cookies(request, answer, let_in)
    return answer


@router.post("/{lang:lang}/admin/logout")
def logout(request: Request, lang: PageLang, session: WriteSession) -> Response:
    """Sign this browser out."""
    secret = sign_in_cookie(request)
    if secret:
        sign_out(session, secret)
    answer = lead_to(lang, "/admin/login")
    take_cookie(request, answer)
    return answer


@router.get("/{lang:lang}/admin/link/{secret}")
def link_page(request: Request, lang: PageLang, secret: str, session: ReadSession, now: Now) -> Response:
    """Show what a link is for; it still works afterwards, since mail programmes open links by themselves."""
    return _link_page(request, lang, read_link(session, secret, now), "", {})


@router.post("/{lang:lang}/admin/link/{secret}")
def follow_link(
    request: Request, lang: PageLang, secret: str, form: SmallForm, now: Now, _turn: PasswordTurn
) -> Response:
    """Set the password, and let in."""
    state, name, password = request.app.state, form.get("name", ""), form.get("password", "")
    try:
        same_twice(password, form.get("again", ""))
        let_in = use_link(state.database, state.passwords, secret, name, password, browser_of(request), now)
    except GoneError:
        raise
    except DomainError as error:
        if error.status >= SERVER:
            raise
        with state.database.read() as session:
            view = read_link(session, secret, now)
        return _link_page(request, lang, view, name, sentences(lang, error), error.status)
    answer = lead_to(lang, HOME)
    give_cookies(request, answer, let_in)
    return answer


def same_twice(password: str, again: str) -> None:
    """Refuse a password that was not typed twice alike; raises DomainError passwords_differ."""
    if password != again:
        raise DomainError("passwords_differ", "again")


def _login_page(
    request: Request, lang: Lang, name: str, to: str | None, wrong: Mapping[str, str], status: int = 200
) -> Response:
    title = Speech(lang).gettext("Sign in")
    page = LoginPage(
        head=admin_head(request, lang, title, inner=False),
        me=None,
        part="",
        typed=name,
        next=to or "",
        wrong=wrong,
    )
    return show(page, lang, status)


def _link_page(
    request: Request, lang: Lang, view: LinkView, name: str, wrong: Mapping[str, str], status: int = 200
) -> Response:
    speech = Speech(lang)
    titles = {
        LinkPurpose.SETUP: speech.gettext("Set up the first account"),
        LinkPurpose.INVITATION: speech.gettext("Accept the invitation"),
        LinkPurpose.RESET: speech.gettext("Choose a new password"),
    }
    page = LinkPage(
        head=admin_head(request, lang, titles[view.purpose], inner=False),
        me=None,
        part="",
        purpose=view.purpose,
        person=view.name,
        typed=name,
        shortest=PASSWORD_SHORTEST,
        until=view.expires_at,
        wrong=wrong,
    )
    return show(page, lang, status)
