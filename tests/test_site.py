"""The whole site, gone through: every link leads somewhere, every figure leads to its source, no page is an island.

How it is gone through is in `crawling`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.i18n import LANGS, Lang
from app.store.models import Observation, Plan, Region
from app.store.session import Database
from tests.clients import asking
from tests.crawling import ALIKE, HOST, Crawl

SITEMAP = re.compile(r"<loc>" + re.escape(HOST) + r"(/[^<]*)</loc>")


@contextmanager
def crawled(seeded: Database, lang: Lang) -> Iterator[tuple[Crawl, list[str]]]:
    """Go through the site in a language; give what was found and what the sitemap lists."""
    with asking(seeded) as client:
        listed = sitemap(client, lang)
        crawl = Crawl(client, lang, frozenset(address.format(lang) for address in dull_regions(seeded)))
        crawl.run([f"/{lang}/", *listed])
        yield crawl, listed


def sitemap(client: TestClient, lang: Lang) -> list[str]:
    """List the sitemap's addresses in a language."""
    return [path for path in SITEMAP.findall(client.get("/sitemap.xml").text) if path.startswith(f"/{lang}/")]


def dull_regions(db: Database) -> set[str]:
    """Name the pages of regions of which nothing is recorded, but for the first few of each level."""
    known = {Region.id.in_(select(entity.region_id)) for entity in (Plan, Observation)}
    with db.read() as session:
        rows = session.execute(
            select(Region.code, Region.level).where(*(~one for one in known)).order_by(Region.code)
        ).all()
    levels: dict[str, list[str]] = defaultdict(list)
    for code, level in rows:
        levels[level].append(f"/{{}}/regions/{code}")
    return {address for addresses in levels.values() for address in addresses[ALIKE:]}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("lang", LANGS)
def test_the_site_holds_together(seeded: Database, lang: Lang) -> None:
    """All that is linked answers 200 and has the place named, in both languages; what the sitemap lists is linked.

    Every figure stands in an entry, a row or on a page with a link to the paragraph of its source.
    """
    with crawled(seeded, lang) as (crawl, listed):
        linked = {link.address for link in crawl.links if link.page != link.address}
        found = {
            "malformed": crawl.malformed,
            "broken": crawl.broken(),
            "in one language only": sorted(crawl.twins - set(crawl.statuses) - crawl.leave_out),
            "not linked": sorted(set(listed) - linked - crawl.leave_out),
            "figures without source": sorted(set(crawl.sourceless)),
        }
        assert crawl.figures > 500
        assert len(crawl.statuses) > 300
    wrong = [f"{name}: {one}" for name, listed in found.items() for one in listed]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
