"""The rules about people: which role includes which, what a name may be, which passwords are too weak.

Who is signed in is decided by the doors, what is kept of people by `store.accounts`.
"""

import re
import unicodedata
from typing import Final

from app.domain.errors import DomainError
from app.domain.vocabulary import Role, TokenScope

NAME_LENGTH: Final = 60
PASSWORD_SHORTEST: Final = 12
"""In characters, as NIST SP 800-63B-4 counts them; nothing is asked of their kinds."""
PASSWORD_LONGEST: Final = 256

# What zxcvbn reads of a password; the rest can only make it stronger.
_READ: Final = 72
# Fewer than 10^8 guesses would do: zxcvbn's own measure of "too guessable".
_STRONG: Final = 3
# Words that whoever guesses passwords of this site would try first.
_OURS: Final = ("mubiao", "目标", "guihua", "规划", "zhejiang", "jiangsu", "zhongguo", "china")
_NAME: Final = re.compile(r"[^\W_](?:[\w .·'@-]*[^\W_])?")
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+")
_EMAIL_LENGTH: Final = 254


def may(role: Role, needed: Role) -> bool:
    """Say whether a role includes another."""
    order = tuple(Role)
    return order.index(role) >= order.index(needed)


def role_through(role: Role, scope: TokenScope) -> Role:
    """Lower a role to what a token of its owner may do: publish at most, and never look after people."""
    if scope is TokenScope.PUBLISH and may(role, Role.REVIEWER):
        return Role.REVIEWER
    return Role.EDITOR


def clean_name(text: str, field: str = "name") -> str:
    """Give a person's name in one form; raise DomainError bad_name for one that has no letters or strange signs."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if len(name) > NAME_LENGTH or not _NAME.fullmatch(name):
        raise DomainError("bad_name", field, max=NAME_LENGTH)
    return name


def login_of(name: str) -> str:
    """Give the form in which two names are the same: no capitals, no double blanks, no wide letters."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def clean_email(text: str | None, field: str = "email") -> str | None:
    """Give an e-mail address without blanks around it, None for a blank; raise DomainError bad_email."""
    given = (text or "").strip()
    if not given:
        return None
    if len(given) > _EMAIL_LENGTH or not _EMAIL.fullmatch(given):
        raise DomainError("bad_email", field)
    return given


def same_password(text: str) -> str:
    """Give the form of a password that is hashed: keyboards write one sign in several ways."""
    return unicodedata.normalize("NFKC", text)


def check_password(password: str, name: str, field: str = "password") -> None:
    """Refuse a password that is too short or easily guessed, for a person of this name.

    Raises DomainError password_too_short, password_too_long, password_too_common: its field is `field`.
    """
    length = len(same_password(password))
    if length < PASSWORD_SHORTEST:
        raise DomainError("password_too_short", field, min=PASSWORD_SHORTEST)
    if length > PASSWORD_LONGEST:
        raise DomainError("password_too_long", field, max=PASSWORD_LONGEST)
    # It holds 30,000 common passwords and takes a tenth of a second to load, which most processes never need.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    known = [*_OURS, *login_of(name).split()]
    if zxcvbn(same_password(password)[:_READ], user_inputs=known)["score"] < _STRONG:
        raise DomainError("password_too_common", field)
