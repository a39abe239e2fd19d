"""Guessing passwords is slowed down, and no stranger can lock an owner out.

What the page says then is in `test_login`.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select

from app.domain.errors import DomainError
from app.main import create_app
from app.settings import Settings
from app.store.accounts import Browser, Passwords, SignedIn, sign_in
from app.store.accounts.throttle import BESIEGED, FREE_ADDRESS, delay_after, network_of
from app.store.models import LoginFailures
from app.store.session import Database
from tests.clients import CHEAP, url_of
from tests.people import OURS, PASSWORD, make_person

START = datetime(2026, 11, 30, 8, tzinfo=UTC)
WRONG = "not the password"


def attempt(
    db: Database,
    name: str,
    password: str = WRONG,
    *,
    address: str = "192.0.2.1",
    after: float = 0,
    device: str | None = None,
) -> SignedIn | str | int:
    """Try to sign in so many seconds after the start: what was given, the code, or how long to wait."""
    browser = Browser(address, device=device)
    try:
        return sign_in(db, CHEAP, name, password, browser, START + timedelta(seconds=after))
    except DomainError as error:
        return error.detail.get("seconds") or error.code


def test_the_pause_doubles_and_ends() -> None:
    """Five attempts are free, then 2, 4, 8 … seconds, never more than a quarter of an hour."""
    pauses = [delay_after(failures, 5).total_seconds() for failures in range(18)]
    assert pauses == [0] * 5 + [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_an_account_at_an_address_waits_longer_and_longer(db: Database) -> None:
    """After five failures even the right password waits; whoever is meant, known or not, waits alike."""
    names = (make_person(db).name, "nobody")
    for name in names:
        assert [attempt(db, name) for _ in range(6)] == ["wrong_login"] * 5 + [2]
        assert attempt(db, name.upper(), after=1) == 1
        assert attempt(db, name, after=2) == "wrong_login"
        assert attempt(db, name, PASSWORD, after=3) == 3
    assert isinstance(attempt(db, names[0], PASSWORD, after=6), SignedIn)
    # Its own count has ended.
    assert [attempt(db, names[0], after=7) for _ in range(6)] == ["wrong_login"] * 5 + [2]
    # A day later nothing is left of it.
    assert attempt(db, "nobody", after=24 * 3600 + 10) == "wrong_login"


def test_a_stranger_locks_nobody_out(db: Database) -> None:
    """The owner's browser and any other address have counts of their own; a stranger's cookie counts for nothing."""
    owner, other = make_person(db), make_person(db)
    known = attempt(db, owner.name, PASSWORD)
    stranger = attempt(db, other.name, PASSWORD)
    assert isinstance(known, SignedIn)
    assert isinstance(stranger, SignedIn)
    for _ in range(6):
        attempt(db, owner.name, device=stranger.device)
    assert attempt(db, owner.name, PASSWORD, device=stranger.device) == 2
    assert isinstance(attempt(db, owner.name, PASSWORD, address="192.0.2.2"), SignedIn)
    again = attempt(db, owner.name, PASSWORD, device=known.device)
    assert isinstance(again, SignedIn)
    # The same browser is known by the same secret, and signed in by another one.
    assert (again.device, again.sign_in == known.sign_in) == (known.device, False)
    # Who has stolen it is slowed down as well.
    assert [attempt(db, owner.name, device=known.device) for _ in range(6)] == ["wrong_login"] * 5 + [2]


def test_an_address_that_tries_many_accounts_waits(db: Database) -> None:
    """Thirty attempts are free over all accounts, an own one does not clear them; an IPv6 network is one address."""
    own = make_person(db).name
    for number in range(FREE_ADDRESS - 1):
        attempt(db, f"n{number}", address=f"2001:db8::{number:x}")
    assert isinstance(attempt(db, own, PASSWORD, address="2001:db8::1"), SignedIn)
    assert attempt(db, "m", address="2001:db8::2") == "wrong_login"
    assert attempt(db, "n", address="2001:db8::3") == 2
    assert attempt(db, "n", address="2001:db8:0:1::3") == "wrong_login"


def test_an_account_that_many_guess_at_gives_each_address_less(db: Database) -> None:
    """Beyond a hundred failures a new address has one attempt, which the owner needs no more than."""
    owner = make_person(db)
    for number in range(BESIEGED):
        attempt(db, owner.name, address=f"198.51.100.{number}")
    assert [attempt(db, owner.name, address="203.0.113.1") for _ in range(2)] == ["wrong_login", 2]
    assert isinstance(attempt(db, owner.name, PASSWORD, address="203.0.113.2"), SignedIn)


def test_attempts_at_once_are_counted_one_by_one(db: Database) -> None:
    """Of a dozen made at the same moment five are free; a right one leaves no count behind."""
    name = make_person(db).name
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: attempt(db, name), range(12)))
    assert sorted(map(str, answers)) == ["2"] * 7 + ["wrong_login"] * 5
    with ThreadPoolExecutor(4) as pool:
        let_in = list(pool.map(lambda n: attempt(db, name, PASSWORD, address=f"192.0.2.{n}"), range(10, 14)))
    assert {type(one) for one in let_in} == {SignedIn}
    with db.read() as session:
        # The stranger's pair, his address, and the account.
        assert session.scalar(select(func.count()).select_from(LoginFailures)) == 3


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "20010db800010002::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_is_what_one_household_has(address: str, network: str) -> None:
    """An IPv4 address, or the first half of one of IPv6; what is none stays as it is."""
    assert network_of(address) == network


class Busy(Argon2Hasher):
    """Hashes as ever, and counts how many are at it."""

    def __init__(self) -> None:
        super().__init__(time_cost=8, memory_cost=4096, parallelism=1)
        self.now = self.most = 0
        self.lock = threading.Lock()

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002 - the name of the base's
        """Check a password."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return super().verify(password, hash)
        finally:
            with self.lock:
                self.now -= 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_flood_of_attempts_takes_neither_memory_nor_threads(db: Database) -> None:
    """However many want to sign in at once, two passwords are hashed at a time."""
    hasher = Busy()
    app = create_app(Settings(database_url=url_of(db)), Passwords(hasher))
    with TestClient(app, headers=OURS) as client, ThreadPoolExecutor(12) as pool:
        form = {"name": "nobody", "password": WRONG}
        asked = [
            pool.submit(client.post, "/en/admin/login", data={**form, "name": f"n{number}"})
            for number in range(12)
        ]
        assert {one.result().status_code for one in asked} == {422}
    assert hasher.most == 2
