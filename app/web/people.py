"""Who is asking, and whether that role may: the one place where routes learn it, before any body is read.

Under `/{lang}/admin` a cookie says it, under `/api` a bearer token, elsewhere nobody asks. How people prove who they
are is in `store.accounts`.
"""

import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from app.domain.errors import DomainError, ForbiddenError, UnavailableError
from app.domain.people import may
from app.domain.vocabulary import Role, TokenScope
from app.store.accounts import (
    NOTICED,
    Identity,
    notice_sign_in,
    notice_token,
    who_holds,
    who_is_signed_in,
)
from app.store.revisions import Change, Door
from app.store.session import Database
from app.web.cookies import sign_in_cookie
from app.web.headers import SAFE, is_api

_BEARER: Final = re.compile(r"bearer +([A-Za-z0-9_~+/.=-]{1,200}) *", re.IGNORECASE)
# A page of ours behind the login, and nothing that could be read as another site's address.
_WAY_BACK: Final = re.compile(r"/(?:zh|en)/admin(?:/[A-Za-z0-9._~@%:/-]*)?(?:\?[A-Za-z0-9._~@%:/?&=+,-]*)?")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking; `role` is what may be done by this request, through a token less than its owner may.

    `sign_in` numbers the browser, None with a token; `four_eyes` is the setting.
    """

    id: int
    name: str
    role: Role
    door: Door
    sign_in: int | None
    four_eyes: bool

    def may(self, needed: Role) -> bool:
        """Say whether this request may do what a role may."""
        return may(self.role, needed)

    def change(self, reason: str | None, at: datetime) -> Change:
        """Say to the service who writes, why and when, and whether that may be public at once."""
        return Change(
            self.door, self.name, reason, at, publishes=self.may(Role.REVIEWER), four_eyes=self.four_eyes
        )


class NotSignedInError(DomainError):
    """A request that does not say who is asking, or no longer; a page leads to the login then."""

    status = 401


async def whoever(request: Request) -> Person | None:
    """Say who is asking, None if nobody we know; raises NotSignedInError bad_token for a token that does not work."""
    through_api = is_api(request.url.path)
    secret = _bearer(request) if through_api else sign_in_cookie(request)
    if secret is None:
        return None
    state = request.app.state
    async with state.readers:
        identity = await run_in_threadpool(_identify, state.database, secret, through_api=through_api)
    if identity is None:
        if through_api:
            raise NotSignedInError("bad_token")
        return None
    if identity.scope is TokenScope.READ and request.method not in SAFE:
        raise ForbiddenError("scope_missing")
    return Person(
        id=identity.id,
        name=identity.name,
        role=identity.role,
        door="api" if through_api else "form",
        sign_in=identity.sign_in,
        four_eyes=state.settings.four_eyes,
    )


def needs(role: Role) -> Callable[[Request], Coroutine[Any, Any, Person]]:
    """Make the dependency that lets in who has a role; it raises NotSignedInError, ForbiddenError role_missing."""

    async def person(request: Request) -> Person:
        found = await whoever(request)
        if found is None:
            raise NotSignedInError("not_signed_in")
        if not found.may(role):
            raise ForbiddenError("role_missing", case=str(role))
        return found

    return person


Editor = Annotated[Person, Depends(needs(Role.EDITOR))]
Reviewer = Annotated[Person, Depends(needs(Role.REVIEWER))]
Admin = Annotated[Person, Depends(needs(Role.ADMIN))]
# For pages that are for everyone and say who is signed in.
Anyone = Annotated[Person | None, Depends(whoever)]


def way_back(request: Request) -> str | None:
    """Give the page to return to after the login: the one asked for, or the one whose form was sent."""
    url = request.url
    if request.method in SAFE:
        return own_page(f"{url.path}?{url.query}" if url.query else url.path)
    referred = urlsplit(request.headers.get("referer", ""))
    return own_page(f"{referred.path}?{referred.query}" if referred.query else referred.path)


def own_page(address: str | None) -> str | None:
    """Give an address back if it is one of our pages behind the login, None for any other."""
    return address if address and _WAY_BACK.fullmatch(address) else None


def _bearer(request: Request) -> str | None:
    said = request.headers.get("authorization")
    if said is None:
        return None
    found = _BEARER.fullmatch(said)
    if found is None:
        raise NotSignedInError("bad_token")
    return found[1]


def _identify(db: Database, secret: str, *, through_api: bool) -> Identity | None:
    """Look a secret up, and write down now and then that it was used."""
    at = datetime.now(UTC)
    with db.read() as session:
        if through_api:
            held = who_holds(session, secret, at)
            identity, number, used_at = held or (None, 0, None)
        else:
            signed_in = who_is_signed_in(session, secret, at)
            identity, used_at = signed_in or (None, None)
            number = (identity and identity.sign_in) or 0
    if identity is not None and (used_at is None or at - used_at >= NOTICED):
        # A save under way, or a full disk, keeps nobody from reading.
        with suppress(UnavailableError), db.write() as session:
            (notice_token if through_api else notice_sign_in)(session, number, at)
    return identity
