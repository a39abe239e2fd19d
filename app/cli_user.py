"""The commands that look after people, `mubiao user`: for whoever has the machine, without a password.

The same is done on a page, by administrators who are signed in.
"""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from app.domain.vocabulary import Role
from app.exchange.mail import MailError, link_addresses, send_link
from app.printing import account_event_lines, error_lines, link_lines, people_lines
from app.settings import Settings
from app.store.accounts import (
    FreshLink,
    add_person,
    disable,
    enable,
    find_account,
    list_account_events,
    list_accounts,
    password_link,
)
from app.store.session import Database


@click.group()
def user() -> None:
    """Look after the people who may write."""


@user.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    default=str(Role.EDITOR),
    show_default=True,
    help="What NAME may do: write; publish as well; look after people as well.",
)
@click.option("--email", metavar="ADDRESS", help="Where links are mailed to, if a mail server is set.")
@click.pass_obj
def user_add(settings: Settings, name: str, role: str, email: str | None) -> None:
    """Add a person, and print a link to choose a password by.

    Readers see NAME in the history of what the person wrote.
    """

    def made(session: Session, at: datetime) -> FreshLink:
        return password_link(session, add_person(session, name, Role(role), at, email).id, at)

    _hand_out(settings, made)


@user.command("list")
@click.pass_obj
def user_list(settings: Settings) -> None:
    """List everyone with an account."""
    with closing(Database(settings.database_url)) as db, db.read() as session:
        people = list_accounts(session)
    for line in people_lines(people) if people else ["Nobody has an account."]:
        click.echo(line)


@user.command("reset")
@click.argument("name")
@click.pass_obj
def user_reset(settings: Settings, name: str) -> None:
    """Print a link by which a person chooses a new password.

    The password of before works until then. Earlier links of this person work no more.
    """
    _hand_out(settings, lambda session, at: password_link(session, find_account(session, name).id, at))


@user.command("disable")
@click.argument("name")
@click.pass_obj
def user_disable(settings: Settings, name: str) -> None:
    """Let a person in no more.

    Browsers are signed out at once, links and tokens work no more. What the person wrote stays.
    """
    with closing(Database(settings.database_url)) as db, db.write() as session:
        account = find_account(session, name)
        disable(session, account.id, datetime.now(UTC))
    click.echo(f"{account.name} is let in no more")


@user.command("enable")
@click.argument("name")
@click.pass_obj
def user_enable(settings: Settings, name: str) -> None:
    """Let a person in again, with the password of before."""
    with closing(Database(settings.database_url)) as db, db.write() as session:
        account = find_account(session, name)
        enable(session, account.id, datetime.now(UTC))
    click.echo(f"{account.name} is let in again")


@user.command("log")
@click.option(
    "--last", type=click.IntRange(min=1), metavar="NUMBER", help="Only so many of the latest entries."
)
@click.pass_obj
def user_log(settings: Settings, last: int | None) -> None:
    """List what was done to accounts, by whom and when, the latest first.

    What was done by a command has no name beside it.
    """
    with closing(Database(settings.database_url)) as db, db.read() as session:
        events = list_account_events(session, last)
    for line in account_event_lines(events) if events else ["Nothing was done to any account."]:
        click.echo(line)


def _hand_out(settings: Settings, make: Callable[[Session, datetime], FreshLink]) -> None:
    """Make a link and print it; mail it too where that is possible."""
    with closing(Database(settings.database_url)) as db, db.write() as session:
        link = make(session, datetime.now(UTC))
    click.echo(f"The link for {link.name} to choose a password:")
    for line in link_lines(settings, link):
        click.echo(line)
    if not link.email:
        return
    addresses = link_addresses(settings.address, link.secret)
    try:
        mailed = send_link(settings, link.email, link.name or "", link.purpose, addresses)
    except MailError as error:
        for line in error_lines(error):
            click.echo(line, err=True)
    else:
        click.echo(f"mailed to {link.email}" if mailed else "not mailed: MUBIAO_SMTP_URL is not set")
