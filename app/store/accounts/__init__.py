"""People and how they prove who they are: accounts, links, passwords, sign-ins, tokens, failed attempts.

The only code that reads or writes their tables; nothing here knows of cookies, headers or pages.
"""

from app.store.accounts.accounts import (
    Account,
    add_person,
    disable,
    enable,
    find_account,
    get_account,
    give_role,
    has_accounts,
    list_accounts,
)
from app.store.accounts.events import AccountEventView, list_account_events
from app.store.accounts.identity import Identity
from app.store.accounts.links import FreshLink, LinkView, password_link, read_link, setup_link, use_link
from app.store.accounts.login import Browser, SignedIn, TooManyAttemptsError, change_password, sign_in
from app.store.accounts.passwords import Passwords
from app.store.accounts.sign_ins import (
    NOTICED,
    SignInView,
    end_other_sign_ins,
    end_sign_in,
    list_sign_ins,
    notice_sign_in,
    open_sign_in,
    sign_out,
    who_is_signed_in,
)
from app.store.accounts.tokens import (
    FreshToken,
    TokenView,
    issue_token,
    list_tokens,
    notice_token,
    revoke_token,
    who_holds,
)

__all__ = [
    "NOTICED",
    "Account",
    "AccountEventView",
    "Browser",
    "FreshLink",
    "FreshToken",
    "Identity",
    "LinkView",
    "Passwords",
    "SignInView",
    "SignedIn",
    "TokenView",
    "TooManyAttemptsError",
    "add_person",
    "change_password",
    "disable",
    "enable",
    "end_other_sign_ins",
    "end_sign_in",
    "find_account",
    "get_account",
    "give_role",
    "has_accounts",
    "issue_token",
    "list_account_events",
    "list_accounts",
    "list_sign_ins",
    "list_tokens",
    "notice_sign_in",
    "notice_token",
    "open_sign_in",
    "password_link",
    "read_link",
    "revoke_token",
    "setup_link",
    "sign_in",
    "sign_out",
    "use_link",
    "who_holds",
    "who_is_signed_in",
]
