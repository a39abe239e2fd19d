"""The settings that a person may give through environment variables, and their defaults.

What is fixed by the code itself, such as the size of the pool, is not a setting and stands where it is used.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from app.domain.errors import DomainError, Problem

ON_OFF = {"on": True, "off": False}
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be set, each as `MUBIAO_` and the name in capitals; `public_url` has no slash at its end.

    `releases` is the folder that releases of the data lie in, if it is not the usual one. `four_eyes`: who wrote a change may not publish it. `smtp_url` and `mail_from` are both there or both absent.
    """

    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    log_level: str = "info"
    public_url: str | None = None
    four_eyes: bool = False
    smtp_url: str | None = None
    mail_from: str | None = None
    releases: str | None = None

    @property
    def releases_folder(self) -> Path:
        """The folder of releases: the one that is set, else `releases` beside the SQLite file or in the data folder."""
        if self.releases is not None:
            return Path(self.releases).expanduser()
        _, found, file = self.database_url.partition("sqlite:///")
        return (Path(file.partition("?")[0]).absolute().parent if found else _data_folder()) / "releases"

    @property
    def address(self) -> str:
        """The address under which readers come, without a slash at its end."""
        # Who listens on all networks is at this machine's own address, too.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - not bound here
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; an empty variable is one that is not set.

        Raises DomainError("bad_setting") with the variable's name as field, all wrong ones at once.
        """
        given = {name: environ.get(f"MUBIAO_{name.upper()}", "").strip() for name in cls.__slots__}
        port, workers = given["port"] or "8000", given["workers"] or "1"
        level = given["log_level"].lower() or "info"
        public_url = given["public_url"].rstrip("/") or None
        four_eyes = given["four_eyes"].lower() or "off"
        smtp_url, mail_from = given["smtp_url"] or None, given["mail_from"] or None
        checks = {
            "port": _whole(port, 1, 65535),
            "workers": _whole(workers, 1, 64),
            "log_level": level in LOG_LEVELS,
            "public_url": public_url is None or _is_web_address(public_url),
            "four_eyes": four_eyes in ON_OFF,
            "smtp_url": smtp_url is None or _is_mail_server(smtp_url),
            # Mail without a sender, or with links that lead nowhere, would be sent in vain.
            "mail_from": (mail_from is None) == (smtp_url is None) and _is_sender(mail_from),
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
            four_eyes=ON_OFF[four_eyes],
            smtp_url=smtp_url,
            mail_from=mail_from,
            releases=given["releases"] or None,
        )


def default_database_url() -> str:
    """Name the SQLite file in the user's own data folder."""
    return f"sqlite:///{_data_folder() / 'mubiao.sqlite3'}"


def _data_folder() -> Path:
    return Path(platformdirs.user_data_dir("mubiao"))


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


def _is_mail_server(text: str) -> bool:
    """Say whether the text is the address of a mail server: smtp://, smtps:// or smtp+starttls://."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    known = parts.scheme in {"smtp", "smtps", "smtp+starttls"} and bool(parts.hostname) and port != 0
    return known and not (parts.path.strip("/") or parts.query or parts.fragment)


def _is_sender(text: str | None) -> bool:
    """Say whether the text can stand as the sender of mail: an address, with or without a name before it."""
    return text is None or ("@" in parseaddr(text)[1] and text.isprintable())
