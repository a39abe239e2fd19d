"""`mubiao user`: adding, listing, closing and opening accounts, and links for passwords, by whoever has the machine."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.domain.vocabulary import Role
from app.store.accounts import Browser, find_account, use_link
from app.store.session import Database
from tests.clients import CHEAP
from tests.databases import address_of
from tests.people import PASSWORD, make_person

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(db: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command; give its exit code and what it printed."""
    monkeypatch.setenv("MUBIAO_PUBLIC_URL", "https://mubiao.example/")

    def typed(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["--database", address_of(db), "user", *words])
        return done.exit_code, done.output

    return typed


def secret_in(said: str) -> str:
    """Find the link that was printed, in both languages."""
    zh, en = re.findall(r"https://mubiao\.example/(?:zh|en)/admin/link/([\w-]{43})$", said, re.MULTILINE)
    assert zh == en
    return str(zh)


def test_a_person_is_added_and_comes_in_by_the_link(run: Run, db: Database) -> None:
    """The role is an editor's unless given; a name twice, or that is none, is refused."""
    code, said = run("add", "李伟", "--role", "admin", "--email", "li@example.org")
    assert (code, "not mailed: MUBIAO_SMTP_URL is not set" in said) == (0, True)
    use_link(db, CHEAP, secret_in(said), "", PASSWORD, Browser(""), datetime.now(UTC))
    with db.read() as session:
        person = find_account(session, "李伟")
    assert (person.role, person.pending, person.email) == (Role.ADMIN, False, "li@example.org")
    assert run("add", "Ann")[0] == 0
    assert run("add", "ANN") == (1, "name: There is already an account called “ANN”. Choose another name.\n")
    assert run("add", "<b>")[0] == 1
    assert run("add", "Eve", "--role", "owner")[0] == 2


def test_everyone_is_listed(run: Run) -> None:
    """By name, with role and state, in columns; Chinese names are two cells wide."""
    assert run("list") == (0, "Nobody has an account.\n")
    run("add", "李伟", "--role", "reviewer")
    run("add", "Ann")
    assert run("list")[1].splitlines() == [
        "name  role      state    e-mail  last signed in",
        "Ann   editor    invited  –       –",
        "李伟  reviewer  invited  –       –",
    ]


def test_what_was_done_is_listed(run: Run, db: Database) -> None:
    """By whom and when, the latest first; a command has no name beside it, and a link's secret is nowhere."""
    assert run("log") == (0, "Nothing was done to any account.\n")
    secret = secret_in(run("add", "Ann", "--role", "reviewer")[1])
    use_link(db, CHEAP, secret, "", PASSWORD, Browser(""), datetime.now(UTC))
    run("disable", "Ann")
    run("enable", "Ann")
    head, *lines = run("log")[1].splitlines()
    assert head.split() == ["when", "account", "what", "detail", "by"]
    assert [re.sub(r"^20[-\d]+ [\d:]+ UTC  Ann      ", "", line) for line in lines] == [
        "account opened again      –         –",
        "account closed            –         –",
        "password set              –         Ann",
        "link for a password made  –         –",
        "account made              reviewer  –",
    ]
    assert [line.split() for line in run("log", "--last", "1")[1].splitlines()[1:]] == [lines[0].split()]
    assert run("log", "--last", "0")[0] == 2
    assert secret not in run("log")[1]


def test_an_account_is_closed_opened_and_given_a_new_password(run: Run, db: Database) -> None:
    """Its link works as an administrator's would; the last administrator cannot be closed."""
    make_person(db, Role.ADMIN, "Root")
    person = make_person(db, name="Ann")
    assert run("disable", "ann") == (0, "Ann is let in no more\n")
    assert "closed" in run("list")[1]
    assert run("reset", "Ann") == (1, "The account “Ann” is closed. Open it again first.\n")
    assert run("enable", "Ann") == (0, "Ann is let in again\n")
    use_link(
        db,
        CHEAP,
        secret_in(run("reset", "Ann")[1]),
        "",
        "nine kettles whisper",
        Browser(""),
        datetime.now(UTC),
    )
    assert re.search(rf"{person.name} +editor +open +– +20\d\d-", run("list")[1])
    assert run("disable", "root")[0] == 1
    assert run("disable", "nobody") == (1, "There is no account “nobody”.\n")
