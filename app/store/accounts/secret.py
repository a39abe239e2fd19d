"""Secrets that we make ourselves: long random words, of which only a hash is kept.

Passwords, which people make, are in `passwords`.
"""

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32


def new_secret(prefix: str = "") -> str:
    """Make a secret of 256 random bits, in letters that an address and a cookie can hold."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Hash a secret: it is random, so there is nothing to guess and no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
