"""Who visits the pages behind the login: a browser of each role that is signed in already, and links that work.

The secrets are fixed, so that a list can name the pages and every database holds the same guests.
"""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext

from app.domain.vocabulary import LinkPurpose, Role
from app.store.accounts import add_person
from app.store.accounts.secret import digest
from app.store.models import OneTimeLink, SignIn
from app.store.session import Database

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"


def link_secret(purpose: LinkPurpose) -> str:
    """Name the secret of the link for something."""
    return f"guest-{purpose}"


def let_guests_in(db: Database) -> None:
    """Put the guests into a database; none has a password, so the link for the first account still works."""
    now = datetime.now(UTC)
    later = now + timedelta(hours=12)
    with db.write() as session:
        for role in Role:
            person = add_person(session, f"Guest {role}", role, now, f"{role}@example.org")
            session.add(
                SignIn(
                    person_id=person.id,
                    token_hash=digest(f"guest-{role}"),
                    browser=FIREFOX,
                    created_at=now,
                    used_at=now,
                    expires_at=later,
                )
            )
        for purpose in LinkPurpose:
            session.add(
                OneTimeLink(
                    purpose=purpose,
                    person_id=None if purpose is LinkPurpose.SETUP else person.id,
                    token_hash=digest(link_secret(purpose)),
                    created_at=now,
                    expires_at=later,
                )
            )


def sign_in(context: BrowserContext, site: str, role: Role | None) -> None:
    """Let a window be the guest of a role, or nobody."""
    context.clear_cookies()
    if role is not None:
        context.add_cookies([{"name": "mubiao", "value": f"guest-{role}", "url": site}])
