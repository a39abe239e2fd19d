"""The page on which someone looks after the own account: password, browsers that are signed in, tokens of the API.

Others' accounts are looked after in `people`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from app.domain.errors import DomainError
from app.domain.people import PASSWORD_SHORTEST, role_through
from app.domain.vocabulary import TokenScope
from app.i18n import Lang
from app.store.accounts import (
    FreshToken,
    SignInView,
    TokenView,
    change_password,
    end_other_sign_ins,
    end_sign_in,
    issue_token,
    list_sign_ins,
    list_tokens,
    revoke_token,
)
from app.web.admin.browsers import browser_words
from app.web.admin.frame import SERVER, AdminContext, admin_head, lead_to, sentences, show
from app.web.admin.login import same_twice
from app.web.bodies import SmallForm
from app.web.cookies import browser_of, give_cookies
from app.web.dependencies import Now, PasswordTurn, ReadSession, WriteSession
from app.web.pages import query
from app.web.pages.frame import PageLang
from app.web.people import Editor, Person
from app.web.speech import Speech

router = APIRouter()

HERE: Final = "/admin/account"
DAYS: Final = (7, 30, 90, 365)
"""How long a new token may work, in days."""
_DONE: Final = frozenset({"password", "browsers", "token"})

# What a row's number can be on either engine.
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class Signed:
    """A browser in which someone is signed in; `here` is the one that asks."""

    view: SignInView
    called: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage(AdminContext):
    """What the page of the own account shows."""

    template: ClassVar[str] = "admin/account.html"

    shortest: int
    browsers: list[Signed]
    tokens: list[TokenView]
    fresh: FreshToken | None  # just made, shown this once
    scopes: list[tuple[str, str]]
    spans: list[tuple[str, str]]
    done: str  # what was just done, or ""
    typed: Mapping[str, str]
    wrong: Mapping[str, str]


@router.get("/{lang:lang}/admin/account")
def account_page(request: Request, lang: PageLang, me: Editor, session: ReadSession, now: Now) -> Response:
    """Show password, browsers and tokens."""
    done = request.query_params.get("done", "")
    return _page(request, lang, me, session, now, done=done if done in _DONE else "")


@router.post("/{lang:lang}/admin/account/password")
def new_password(
    request: Request, lang: PageLang, me: Editor, form: SmallForm, now: Now, _turn: PasswordTurn
) -> Response:
    """Change the password, and sign all other browsers out."""
    state, browser = request.app.state, browser_of(request)
    try:
        same_twice(form.get("new", ""), form.get("again", ""))
        old, new = form.get("old", ""), form.get("new", "")
        let_in = change_password(state.database, state.passwords, me.id, old, new, browser, now)
    except DomainError as error:
        if error.status >= SERVER:
            raise
        with state.database.read() as session:
            return _page(request, lang, me, session, now, refused=error)
    answer = lead_to(lang, HERE, done="password")
    give_cookies(request, answer, let_in)
    return answer


@router.post("/{lang:lang}/admin/account/browsers/{number}/end")
def end_browser(lang: PageLang, me: Editor, number: Number, session: WriteSession) -> Response:
    """Sign one of the own browsers out."""
    end_sign_in(session, me.id, number)
    return lead_to(lang, HERE, done="browsers")


@router.post("/{lang:lang}/admin/account/browsers/end")
def end_other_browsers(lang: PageLang, me: Editor, session: WriteSession, now: Now) -> Response:
    """Sign all of the own browsers out but this one."""
    end_other_sign_ins(session, me.id, me.sign_in, now)
    return lead_to(lang, HERE, done="browsers")


@router.post("/{lang:lang}/admin/account/tokens")
def new_token(
    request: Request, lang: PageLang, me: Editor, form: SmallForm, session: WriteSession, now: Now
) -> Response:
    """Make a token and show it, this once: the answer is no redirect, whose address could not hold it."""
    try:
        scope = query.choice(QueryParams(form), "scope", TokenScope) or TokenScope.READ
        days = form.get("days", "")
        span = int(days) if days.isascii() and days.isdigit() and len(days) < len("1000") else 0
        fresh = issue_token(session, me.id, form.get("name", ""), scope, span, now)
    except DomainError as error:
        session.rollback()
        return _page(request, lang, me, session, now, typed=form, refused=error)
    return _page(request, lang, me, session, now, fresh=fresh)


@router.post("/{lang:lang}/admin/account/tokens/{number}/revoke")
def end_token(lang: PageLang, me: Editor, number: Number, session: WriteSession, now: Now) -> Response:
    """Let one of the own tokens work no more."""
    revoke_token(session, me.id, number, now)
    return lead_to(lang, HERE, done="token")


def _page(  # noqa: PLR0913 - a keyword for each thing that may have happened
    request: Request,
    lang: Lang,
    me: Person,
    session: Session,
    now: datetime,
    *,
    fresh: FreshToken | None = None,
    done: str = "",
    typed: Mapping[str, str] | None = None,
    refused: DomainError | None = None,
) -> Response:
    speech = Speech(lang)
    page = AccountPage(
        head=admin_head(request, lang, speech.gettext("Your account"), at=HERE),
        me=me,
        part="account",
        shortest=PASSWORD_SHORTEST,
        browsers=[
            Signed(view, browser_words(speech, view.browser), view.id == me.sign_in)
            for view in list_sign_ins(session, me.id, now)
        ],
        tokens=list_tokens(session, me.id, now),
        fresh=fresh,
        scopes=[
            (str(scope), speech.word(scope))
            for scope in TokenScope
            if scope is not TokenScope.PUBLISH or me.role is not role_through(me.role, TokenScope.WRITE)
        ],
        spans=[(str(days), speech.ngettext("{n} day", "{n} days", days)) for days in DAYS],
        done=done,
        typed=typed or {},
        wrong=sentences(lang, refused) if refused else {},
    )
    headers = {}
    if refused and "seconds" in refused.detail:
        headers["Retry-After"] = str(refused.detail["seconds"])
    return show(page, lang, refused.status if refused else 200, headers)
