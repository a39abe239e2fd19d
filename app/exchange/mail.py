"""Mail, where a server for it is set: the links that let someone set a password.

Without a server the links are passed on by hand; nothing else is ever mailed.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from functools import partial
from typing import Final
from urllib.parse import unquote, urlsplit

from app import i18n
from app.domain.errors import DomainError
from app.domain.vocabulary import LinkPurpose
from app.i18n import LANGS, Lang
from app.settings import Settings

PATIENCE_SECONDS: Final = 10
_PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class MailError(DomainError):
    """A mail server that did not take a mail."""

    status = 503


def link_addresses(base: str, secret: str) -> dict[Lang, str]:
    """Give the address of a link in each language; `base` has no slash at its end."""
    return {lang: f"{base}/{lang}/admin/link/{secret}" for lang in LANGS}


def send_link(
    settings: Settings, to: str, name: str, purpose: LinkPurpose, addresses: dict[Lang, str]
) -> bool:
    """Mail a link to whom it is for, in both languages; False if no mail server is set.

    Raises MailError mail_failed, at the latest after PATIENCE_SECONDS of silence.
    """
    if settings.smtp_url is None or settings.mail_from is None:
        return False
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = to
    message["Subject"] = " / ".join(_subject(lang, purpose) for lang in LANGS)
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2].strip(" >"))
    # So that no automatic answer comes back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(_body(lang, purpose, name, addresses[lang]) for lang in LANGS) + "\n")
    try:
        with _connect(settings.smtp_url) as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # The driver's own words may hold the address of the server or what it asked for.
        raise MailError("mail_failed", reason=type(error).__name__) from error
    return True


def _subject(lang: Lang, purpose: LinkPurpose) -> str:
    _ = partial(i18n.gettext, lang)
    return (
        _("Invitation to Mubiao") if purpose is LinkPurpose.INVITATION else _("Mubiao: choose a new password")
    )


def _body(lang: Lang, purpose: LinkPurpose, name: str, address: str) -> str:
    _ = partial(i18n.gettext, lang)
    if purpose is LinkPurpose.INVITATION:
        said = _("You are invited to work on Mubiao as {name}. Choose a password here:", name=name)
    else:
        said = _("Here you can choose a new password for the account {name}:", name=name)
    rest = _("The link works once, for a few days at most. If you did not expect it, ignore this mail.")
    return f"{said}\n{address}\n{rest}"


def _connect(url: str) -> smtplib.SMTP:
    """Open a connection as the setting says: plain, by TLS from the first byte, or turned to TLS; then sign in."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    tls = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
