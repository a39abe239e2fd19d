"""Slowing down those who guess passwords, without locking the owner out: which attempts are counted together.

Three things are counted, and an attempt waits for none of them but its own:

* a browser known to the account (its owner has signed in there before) has a count of its own;
* any other attempt is counted for its account and address together, and for its address alone;
* failures of an account from unknown browsers at any address are counted too, but make nobody wait: when there
  are many, an address is given one free attempt on that account instead of five.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.people import login_of
from app.store.models import LoginFailures

FREE: Final = 5
"""Attempts that wait for nothing."""
FREE_BESIEGED: Final = 1
"""The same, of an unknown browser, while many others fail on the account."""
FREE_ADDRESS: Final = 30
"""The same, of an address over all accounts: a whole office may share one."""
BESIEGED: Final = 100
"""So many failures from unknown browsers say that someone is guessing."""
FIRST_DELAY: Final = timedelta(seconds=2)
LONGEST_DELAY: Final = timedelta(minutes=15)
FORGOTTEN: Final = timedelta(days=1)
"""After this without another failure a count begins anew."""

# An IPv6 network of one household or office.
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who wants to sign in: the name as typed, the address, and the browser if the account knows it."""

    login: str
    address: str
    device: str | None  # the hash of its secret

    @property
    def own(self) -> str:
        """Name the count of this browser, or of this account at this address."""
        if self.device is not None:
            return _key("device", login_of(self.login), self.device)
        return _key("pair", login_of(self.login), network_of(self.address))

    @property
    def at_address(self) -> str:
        """Name the count of the address over all accounts."""
        return _key("address", network_of(self.address))

    @property
    def on_account(self) -> str:
        """Name the count of the account over all addresses."""
        return _key("account", login_of(self.login))


def charge(session: Session, attempt: Attempt, at: datetime) -> timedelta | None:
    """Count an attempt as failed before it is made; give how long it has to wait instead, None if it may be made.

    Counting first keeps attempts that are made at once from all being free. One that has to wait counts nothing.
    """
    counts = _locked(session, attempt, at)
    for count in counts.values():
        if count.last_at <= at - FORGOTTEN:
            count.failures = 0
    waits = [_wait(counts[attempt.own], FREE, at)]
    if attempt.device is None:
        free = FREE_BESIEGED if counts[attempt.on_account].failures >= BESIEGED else FREE
        waits = [_wait(counts[attempt.own], free, at), _wait(counts[attempt.at_address], FREE_ADDRESS, at)]
    longest = max(waits)
    if longest > timedelta():
        return longest
    for count in counts.values():
        count.failures += 1
        count.last_at = at
    session.flush()
    return None


def absolve(session: Session, attempt: Attempt, at: datetime) -> None:
    """Take an attempt back that was right: its own count ends, the others lose what was charged.

    An address's count does not end, or a stranger with an account would clear it between guesses.
    """
    for key, count in _locked(session, attempt, at).items():
        count.failures = 0 if key == attempt.own else max(0, count.failures - 1)
    session.flush()
    old = select(LoginFailures.counted).where(
        (LoginFailures.last_at <= at - FORGOTTEN) | (LoginFailures.failures == 0)
    )
    # What another attempt holds is left to a later one.
    free = old.with_for_update(skip_locked=True)
    session.execute(delete(LoginFailures).where(LoginFailures.counted.in_(free)))


def delay_after(failures: int, free: int) -> timedelta:
    """Give the pause after so many failures: none for the free ones, then twice as long each time."""
    if failures < free:
        return timedelta()
    # 2^10 × 2 s is more than the longest.
    return min(FIRST_DELAY * (1 << min(failures - free, 10)), LONGEST_DELAY)


def network_of(address: str) -> str:
    """Give what of an address is one household's: an IPv4 address, a /64 of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{int(parsed) >> (128 - _NETWORK_BITS):x}::/64"
    return str(parsed)


def _wait(count: LoginFailures, free: int, at: datetime) -> timedelta:
    pause = delay_after(count.failures, free)
    return count.last_at + pause - at if pause else timedelta()


def _locked(session: Session, attempt: Attempt, at: datetime) -> dict[str, LoginFailures]:
    """Read an attempt's counts, make those that are not there, and hold them until the end, in one order for all."""
    keys = [attempt.own] if attempt.device else [attempt.own, attempt.at_address, attempt.on_account]
    postgres = session.get_bind().dialect.name == "postgresql"
    insert = (postgresql.insert if postgres else sqlite.insert)(LoginFailures)
    rows = [{"counted": key, "failures": 0, "last_at": at} for key in sorted(keys)]
    session.execute(insert.values(rows).on_conflict_do_nothing())
    found = session.scalars(
        select(LoginFailures)
        .where(LoginFailures.counted.in_(keys))
        .order_by(LoginFailures.counted)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.counted: one for one in found}


def _key(*parts: str) -> str:
    """Hash what is counted: people type passwords where their name belongs."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
