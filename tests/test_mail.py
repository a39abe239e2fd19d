"""Links by mail: what a mail server is given, by each way of connecting, and what is said when it takes nothing.

The server here is a real one, on this machine.
"""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.domain.vocabulary import LinkPurpose, Role
from app.exchange.mail import MailError, link_addresses, send_link
from app.settings import Settings
from app.store.session import Database
from tests.people import signed_in
from tests.serving import free_port

ADDRESSES = link_addresses("https://mubiao.example", "secret")


class Box:
    """What the server was given."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        self.mails.append(envelope)
        return "250 taken"


def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
    """Let one user in."""
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"post@x", b"s:e/cret")
    return AuthResult(success=right)


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Box, int]]:
    """Run a mail server; give what it takes and its port."""
    box, port = Box(), free_port()
    controller = Controller(box, "127.0.0.1", port, **options)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def settings(url: str) -> Settings:
    """Set a mail server."""
    return Settings("sqlite:///x", smtp_url=url, mail_from="目标 Mubiao <mubiao@example.org>")


def test_a_link_is_mailed_in_both_languages() -> None:
    """One mail, to one reader, with the link of each language and no answer expected from machines."""
    with mail_server() as (box, port):
        sent = send_link(
            settings(f"smtp://127.0.0.1:{port}"), "li@example.org", "李", LinkPurpose.INVITATION, ADDRESSES
        )
    (mail,) = box.mails
    assert (sent, mail.rcpt_tos, mail.mail_from) == (True, ["li@example.org"], "mubiao@example.org")
    assert isinstance(mail.content, bytes)
    message = message_from_bytes(mail.content, policy=policy.default)
    assert message["Subject"] == "目标数据库邀请 / Invitation to Mubiao"
    assert (message["From"], message["Auto-Submitted"]) == (
        "目标 Mubiao <mubiao@example.org>",
        "auto-generated",
    )
    body = message.get_content()
    assert "https://mubiao.example/zh/admin/link/secret" in body.splitlines()
    assert "https://mubiao.example/en/admin/link/secret" in body.splitlines()
    assert "You are invited to work on Mubiao as 李." in body


def test_the_server_is_signed_in_to_under_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """STARTTLS and TLS from the first byte, with a certificate that is checked; a strange one gets neither mail nor password."""
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    auth = {"authenticator": authenticate}
    with (
        mail_server(tls_context=tls, require_starttls=True, auth_required=True, **auth) as (later, port),
        mail_server(ssl_context=tls, auth_require_tls=False, **auth) as (first, secure),
    ):
        urls = [
            f"smtp+starttls://post%40x:s%3Ae%2Fcret@localhost:{port}",
            f"smtps://post%40x:s%3Ae%2Fcret@localhost:{secure}",
        ]
        for url in urls:
            with pytest.raises(MailError, match="mail_failed"):
                send_link(settings(url), "li@example.org", "Li", LinkPurpose.RESET, ADDRESSES)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        for url in urls:
            assert send_link(settings(url), "li@example.org", "Li", LinkPurpose.RESET, ADDRESSES)
        with pytest.raises(MailError) as caught:
            send_link(
                settings(urls[0].replace("Fcret", "Fwrong")),
                "li@example.org",
                "Li",
                LinkPurpose.RESET,
                ADDRESSES,
            )
    assert (len(later.mails), len(first.mails)) == (1, 1)
    # Some servers say so, some just hang up; the password is in neither case repeated.
    assert caught.value.detail["reason"] in {"SMTPAuthenticationError", "SMTPServerDisconnected"}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_an_invitation_is_mailed_and_shown(db: Database) -> None:
    """Where the server is away, the administrator is told to pass the link on; the invitation stands either way."""
    sender = "mubiao@example.org"
    with mail_server() as (box, port):
        url = f"smtp://127.0.0.1:{port}"
        with signed_in(db, Role.ADMIN, smtp_url=url, mail_from=sender) as client:
            form = {"name": "Li", "role": "editor", "email": "li@example.org"}
            assert "It was mailed to li@example.org." in client.post("/en/admin/people", data=form).text
            without = client.post(
                "/en/admin/people", data={"name": "Ann", "role": "editor", "email": ""}
            ).text
            assert "mailed to" not in without
    assert [mail.rcpt_tos for mail in box.mails] == [["li@example.org"]]
    with signed_in(db, Role.ADMIN, smtp_url=f"smtp://127.0.0.1:{port}", mail_from=sender) as client:
        failed = client.post("/en/admin/people", data={**form, "name": "Wu"}).text
    assert "It could not be mailed to li@example.org: pass it on yourself." in failed
    assert "/en/admin/link/" in failed
