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
from app.store.unsaved import keep_unsaved
from app.web.admin.plan_sheet import Sheet

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0"


UNSAVED = "new-guest"
"""The key of the plan that the editor has begun and not saved."""
_BEGUN = {
    "slug": "zj-begun",
    "region": "330000",
    "title_zh": "浙江省推进人工智能终端产业发展计划",
    "title_en": "A plan that was begun",
    "form": "plan",
    "stage": "adopted",
    "targets": [
        {
            "public_id": "zj-begun.revenue",
            "metric": "revenue",
            "topic": "ai-terminals",
            "statement_zh": "营业收入突破5000亿元",
            "deadlines": [{"value_as_stated": "突破5000亿元", "due_as_stated": "到2027年", "due": "2027"}],
        }
    ],
}


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
            if role is Role.EDITOR:
                begun = Sheet.of_seed(_BEGUN, UNSAVED, 0)
                keep_unsaved(session, person.id, UNSAVED, begun.pairs(), now)
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
