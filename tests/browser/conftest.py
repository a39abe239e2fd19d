"""What the tests in a browser may ask for: a real server on the committed facts, and windows of one browser.

Both are started once a worker, by the first test that needs them.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from app.resources import resource
from tests.browser.chromium import MISSING, Chromium, find_chromium, must_be_there
from tests.browser.guests import let_guests_in
from tests.browser.visits import PATIENCE, window
from tests.databases import Databases, address_of
from tests.serving import free_port, served

ROOT = resource("migrations").parent
# Other work on the machine makes no test fail.
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def sites(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Start a server on a database of an engine when it is first asked for, and give its address."""
    running: dict[str, str] = {}
    with ExitStack() as stack:

        def start(dialect: str) -> str:
            if dialect not in running:
                db = stack.enter_context(databases.lend(dialect, "seeded"))
                port = free_port()
                folder = tmp_path_factory.mktemp("site")
                stack.enter_context(served(port, address_of(db), cwd=folder, code=ROOT))
                # Afterwards: a start without accounts lets earlier links for the first one lead nowhere.
                let_guests_in(db)
                running[dialect] = f"http://127.0.0.1:{port}"
            return running[dialect]

        yield start


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say of all tests in one line that there is no browser, and not once for each."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and MISSING in report.longrepr[2]:
        report.longrepr = (__file__, 0, report.longrepr[2])
    return report


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    chromium: Chromium,  # noqa: ARG001 - without a browser no server is needed
    sites: Callable[[str], str],
) -> str:
    """Give the address of the site, on SQLite unless the test says otherwise."""
    return sites(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Start this worker's browser; where there is none, the tests are skipped, in CI they fail."""
    executable = find_chromium()
    if executable is None:
        (pytest.fail if must_be_there() else pytest.skip)(MISSING)
    started = Chromium(executable)
    yield started
    started.close()


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Browser]:
    """Lend the browser for one test."""
    with chromium.awake() as lent:
        yield lent


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a window of the test's own."""
    with window(browser, reduced_motion="reduce") as opened:
        yield opened
