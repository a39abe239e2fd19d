"""Hashing passwords with Argon2id, and checking them.

How good a password must be is a rule of `domain.people`; how many are hashed at a time is for the doors to say.
"""

from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.people import same_password


class Passwords:
    """Hashes passwords and checks them; safe to share between threads."""

    def __init__(self, hasher: Argon2Hasher | None = None) -> None:
        """Hash with the costs of RFC 9106's second choice (64 MiB, three passes), or with a hasher of others."""
        self._hash = PasswordHash((hasher or Argon2Hasher(),))

    @cached_property
    def _nobody(self) -> str:
        """A hash for those whom we do not know: checking it takes as long as checking a real one."""
        return self._hash.hash("nobody")

    def hash(self, password: str) -> str:
        """Hash a password."""
        return self._hash.hash(same_password(password))

    def check(self, password: str, hashed: str | None) -> tuple[bool, str | None]:
        """Say whether this is the password, and its hash at today's costs if the one given has others.

        Without a hash the answer is no, after the same time.
        """
        # Made by whoever comes first, known or not.
        nobody = self._nobody
        try:
            right, renewed = self._hash.verify_and_update(same_password(password), hashed or nobody)
        except UnknownHashError:
            return False, None
        return (right, renewed) if hashed else (False, None)
