"""The settings that a person may give through environment variables, and their defaults.

What is fixed by the code itself, such as the size of the pool, is not a setting and stands where it is used.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from app.domain.errors import DomainError, Problem

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set, each as `MUBIAO_` and the name in capitals; `public_url` has no slash at its end."""

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log_level: str = "info"
    public_url: str | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an empty variable is one that is not set.

        Raises DomainError("bad_setting") with the variable's name as field, all wrong ones at once.
        """
        given = {name: environ.get(f"MUBIAO_{name.upper()}", "").strip() for name in cls.__slots__}
        port, workers = given["port"] or "8000", given["workers"] or "1"
        level = given["log_level"].lower() or "info"
        public_url = given["public_url"].rstrip("/") or None
        checks = {
            "port": _whole(port, 1, 65535),
            "workers": _whole(workers, 1, 64),
            "log_level": level in LOG_LEVELS,
            "public_url": public_url is None or _is_web_address(public_url),
        }
        wrong = [f"MUBIAO_{name.upper()}" for name, right in checks.items() if not right]
        if wrong:
            raise DomainError.of(Problem("bad_setting", name) for name in wrong)
        return cls(
            database_url=given["database_url"] or default_database_url(),
            host=given["host"] or "127.0.0.1",
            port=int(port),
            workers=int(workers),
            log_level=level,
            public_url=public_url,
        )


def default_database_url() -> str:
    """Name the SQLite file in the user's own data folder."""
    folder = Path(platformdirs.user_data_dir("mubiao"))
    return f"sqlite:///{folder / 'mubiao.sqlite3'}"


def _whole(text: str, low: int, high: int) -> bool:
    """Say whether the text is a whole number within the bounds."""
    return len(text) <= len(str(high)) and text.isascii() and text.isdigit() and low <= int(text) <= high


def _is_web_address(text: str) -> bool:
    """Say whether the text is an http or https address of a host, without query or fragment."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
