"""The two cookies: who is signed in, and that a browser is known to someone.

Which pages they reach is decided in `middleware`, whom they stand for in `store.accounts`.
"""

from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from app.settings import Settings
from app.store.accounts import Browser, SignedIn
from app.store.accounts.sign_ins import LONGEST

DEVICE_LASTS: Final = timedelta(days=400)
"""As long as browsers keep any cookie."""
_SIGN_IN: Final = "mubiao"
_DEVICE: Final = "mubiao-device"


def browser_of(request: Request) -> Browser:
    """Say what is known of the browser that asks."""
    return Browser(
        address=request.client.host if request.client else "",
        name=request.headers.get("user-agent", ""),
        sign_in=sign_in_cookie(request),
        device=request.cookies.get(_name(request.app.state.settings, _DEVICE)),
    )


def sign_in_cookie(request: Request) -> str | None:
    """Give the secret by which the browser is signed in."""
    return request.cookies.get(_name(request.app.state.settings, _SIGN_IN))


def give_cookies(request: Request, response: Response, let_in: SignedIn) -> None:
    """Let the browser keep that it is signed in, and that it is known."""
    settings = request.app.state.settings
    _give(settings, response, _SIGN_IN, let_in.sign_in, LONGEST)
    _give(settings, response, _DEVICE, let_in.device, DEVICE_LASTS)


def take_cookie(request: Request, response: Response) -> None:
    """Let the browser forget that it is signed in; it stays known."""
    _give(request.app.state.settings, response, _SIGN_IN, "", timedelta())


def _give(settings: Settings, response: Response, name: str, value: str, lasts: timedelta) -> None:
    """Set a cookie that no script reads and no other site's form brings along.

    Lax and not Strict: who follows a link in a mail to a page of the admin should find himself signed in.
    """
    response.set_cookie(
        _name(settings, name),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=_secure(settings),
        httponly=True,
        samesite="lax",
    )


def _name(settings: Settings, name: str) -> str:
    """Name a cookie; over HTTPS so that the browser holds it to this host, to HTTPS and to no other host's setting."""
    return f"__Host-{name}" if _secure(settings) else name


def _secure(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https:")
