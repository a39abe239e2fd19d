"""Signing in with a form in hand: what was posted after the session had ended comes back to whoever signs in.

Nothing of it is kept before that; afterwards it is unsaved work of that person, as any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, ClassVar, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.errors import DomainError
from app.i18n import Lang
from app.store.accounts import sign_in, who_is_signed_in
from app.store.unsaved import keep_unsaved
from app.web.admin.frame import AdminContext, admin_head, sentences, show
from app.web.admin.plan_sheet import Sheet
from app.web.cookies import browser_of, give_cookies
from app.web.dependencies import Now
from app.web.pages.frame import PageLang
from app.web.people import Anyone, NotSignedInError, own_page
from app.web.posted import Posted, PostedForm, read_posted
from app.web.speech import Speech

router = APIRouter()


async def posted_by(request: Request, me: Anyone) -> Posted:
    """Read a form whoever sends it; of one who is not signed in, what is no form is not looked at further.

    Raise NotSignedInError `not_signed_in`, and what `read_posted` raises.
    """
    try:
        return await read_posted(request)
    except DomainError as error:
        if me is None:
            raise NotSignedInError("not_signed_in") from error
        raise


CarriedForm = Annotated[Posted, Depends(posted_by)]

# Not names that a form with a name or password of its own would have.
_NAME, _PASSWORD, _BACK = "sign_in_name", "sign_in_password", "sign_in_back"
_FIELDS: Final = (_NAME, _PASSWORD, _BACK)
# From here on it is not what was typed that is wrong.
_OURS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedPage(AdminContext):
    """What the page to sign in with a form in hand shows."""

    template: ClassVar[str] = "admin/carried.html"

    typed: str  # the name, as typed
    back: str  # the page of the form
    pairs: list[tuple[str, str]]
    wrong: Mapping[str, str]


def ask_to_sign_in(request: Request, lang: Lang, posted: Posted) -> Response:
    """Answer a form that nobody signed in has posted: with the login, and all that was posted in it."""
    return _page(request, lang, posted, request.url.path, "", {}, HTTPStatus.UNAUTHORIZED)


@router.post("/{lang:lang}/admin/login/carried")
def sign_in_with_form(request: Request, lang: PageLang, posted: PostedForm, now: Now) -> Response:
    """Let in who knows the password, keep the form for that person, and lead back to it."""
    state, name = request.app.state, posted.first(_NAME)
    back = own_page(posted.first(_BACK)) or f"/{lang}/admin/"
    try:
        sheet = Sheet.of_pairs(posted.without((*_FIELDS, "do")))
        let_in = sign_in(
            state.database, state.passwords, name, posted.first(_PASSWORD), browser_of(request), now
        )
    except DomainError as error:
        if error.status >= _OURS:
            raise
        wrong = {
            {"name": _NAME, "password": _PASSWORD}.get(field, field): said
            for field, said in sentences(lang, error).items()
        }
        return _page(request, lang, posted, back, name, wrong, error.status)
    with state.database.write() as session:
        known = who_is_signed_in(session, let_in.sign_in, now)
        if known is not None:
            keep_unsaved(session, known[0].id, sheet.key, sheet.pairs(), now)
    answer = RedirectResponse(f"{back}?unsaved={sheet.key}", 303)
    give_cookies(request, answer, let_in)
    return answer


def _page(
    request: Request, lang: Lang, posted: Posted, back: str, name: str, wrong: Mapping[str, str], status: int
) -> Response:
    page = CarriedPage(
        head=admin_head(request, lang, Speech(lang).gettext("Sign in to go on"), inner=False),
        me=None,
        part="",
        typed=name,
        back=back,
        pairs=posted.without((*_FIELDS, "do")),
        wrong=wrong,
    )
    return show(page, lang, status)
