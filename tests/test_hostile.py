"""Hostile text in every field of every entity: no page, picture or file lets any of it run.

What the forms refuse is tested with the forms; here all of it has got into the database.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from pyarrow import parquet
from sqlalchemy.orm import Session

from app.domain.schemas import LinkIn, PlanIn
from app.domain.validation import validate
from app.domain.vocabulary import EditorialState, Role
from app.i18n import LANGS
from app.store import service
from app.store.session import Database
from app.web.headers import SECURITY
from tests import builders as make
from tests.builders import BY
from tests.people import signed_in
from tests.reading import Page

BAD = "=1+1|cmd'\"><script>alert(1)</script><img src=x onerror=alert(2)>]]></style>{{7*7}}</title>\u202e"
NAMES: dict[str, Any] = {"name_zh": BAD, "name_en": BAD, "aliases": [BAD]}
NOTES: dict[str, Any] = {"note_zh": BAD, "note_en": BAD}
TITLES: dict[str, Any] = {"title_zh": BAD, "title_en": BAD}
STATED: dict[str, Any] = {"statement_zh": BAD, "statement_en": BAD}
URL = "https://example.org/'\"><script>alert(3)</script>"

PAGES = """
/ /compare /compare?region=330000&region=320000 /regions /regions/330000 /plans /plans/zj-plan /plans?topic=ai
/targets /targets/zj-plan.revenue /metrics/revenue /observations/zj-revenue-2024 /deadlines /sources /sources/gazette
/coverage /changes /search?q=alert /methodology /admin/lists/plan /admin/lists/source /admin/lists/assessment
/admin/review /admin/desk/plan/zj-plan?old=1&new=2 /admin/desk/source/gazette /admin/desk/assessment/330000/ai
/plans/%3Cscript%3Ealert(1)%3C%2Fscript%3E /search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E
/compare?region=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E /targets?q=%22%20onfocus%3Dalert(1)
"""
TABLES: tuple[str, ...] = (
    "regions",
    "topics",
    "metrics",
    "organizations",
    "sources",
    "plans",
    "targets",
    "deadlines",
)
TABLES += ("observations", "measures", "compare")
FEEDS = ("/en/changes.atom", "/zh/changes.atom?topic=ai", "/en/compare.atom?region=330000")
FEED_ELEMENTS = frozenset(
    [
        "feed",
        "id",
        "title",
        "subtitle",
        "updated",
        "author",
        "name",
        "uri",
        "rights",
        "link",
        "entry",
        "published",
        "category",
        "content",
        "div",
        "p",
        "blockquote",
        "ul",
        "li",
        "del",
        "ins",
        "a",
    ]
)
PICTURES = (
    "/en/compare/chart-1.svg?region=330000&region=320000",
    "/zh/targets/zj-plan.revenue/chart-1.svg",
    "/en/regions/330000/chart-1.svg",
)


def write(session: Session) -> None:
    """Write one of every entity, with hostile text wherever text may be."""
    for code, abbr in (("330000", "<"), ("320000", "'")):
        make.make_region(session, code, **NAMES, short_zh=BAD, abbr_zh=abbr)
    make.make_organization(session, "miit", name_zh=BAD, name_en=BAD, region="330000")
    defined: dict[str, Any] = {**NAMES, "definition_zh": BAD, "definition_en": BAD, "standard": BAD}
    make.make_topic(session, **defined)
    make.make_metric(session, **defined)
    publisher: dict[str, Any] = {"publisher_zh": BAD, "publisher_en": BAD, "url": URL}
    make.make_source(session, **TITLES, **publisher, **NOTES)
    words = "突破5000亿元"
    proof = make.evidence(f"{words}{BAD}"[:120])
    dates = ("2027", "2030")
    for slug, region in (("zj-plan", "330000"), ("js-plan", "320000")):
        deadlines = [
            {"value_as_stated": words, "due": due, "due_as_stated": BAD, "evidence": [proof], **NOTES}
            for due in dates
        ]
        key = {"topic": "ai", "metric": "revenue", "qualifier": BAD}
        target = {"public_id": f"{slug}.revenue", **key, **STATED, **NOTES, "deadlines": deadlines}
        qualitative = {"public_id": f"{slug}.words", "kind": "qualitative", "topic": "ai", "qualifier": BAD}
        undated = [{"evidence": [proof], "due_as_stated": BAD}]
        make.make_plan(
            session,
            slug,
            region=region,
            **TITLES,
            **NOTES,
            document_number=BAD,
            summary_zh=BAD,
            summary_en=BAD,
            issuers=["miit"],
            topics=["ai"],
            evidence=[proof],
            targets=[target, {**qualitative, **STATED, "deadlines": undated}],
            measures=[make.measure(f"{slug}.fund", **STATED, **NOTES, evidence=[proof])],
        )
    # Once more, so that there is something to compare, and a change that waits with a comment and a reason.
    plan = service.get_current(session, "plan", "zj-plan")
    link = LinkIn(to="js-plan", kind="implements", note_zh=BAD, note_en=BAD).model_dump(mode="json")
    changed = validate(PlanIn, {**plan.seed, "summary_en": BAD * 2, "links": [link]})
    hostile = service.Change("form", BAD, BAD, BY.at)
    service.save(session, "plan", changed, hostile, 1)
    again = validate(PlanIn, {**changed.seed(), "title_en": f"{BAD}!"})
    service.save(session, "plan", again, hostile, 2, state=EditorialState.IN_REVIEW)
    service.comment(session, "plan", "zj-plan", hostile, BAD)
    observed: dict[str, Any] = {"qualifier": BAD, "measured_by": "miit", "words": "突破3000亿元"}
    make.make_observation(session, **STATED, **NOTES, **observed)
    make.make_assessment(session, searched_zh=BAD, searched_en=BAD)


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    """Ask as a reviewer, who sees most, in a database full of it."""
    with db.write() as session:
        write(session)
    with signed_in(db, Role.REVIEWER) as asking:
        yield asking


def harmless(html: str) -> None:
    """Hold a page to elements and attributes that are ours, and to scripts from our files alone."""
    page = Page(html)
    for element in page.elements:
        attributes = element.attributes
        assert not [name for name in attributes if name.startswith("on") or name in {"style", "srcdoc"}]
        for name in ("href", "src", "action", "formaction"):
            assert not re.match(r"\s*(javascript|data|vbscript):", attributes.get(name, "").lower())
    for script in page.all("script"):
        own = script.attributes.get("src", "").startswith("/static/")
        assert own or script.attributes.get("type") == "application/ld+json"
        if not own:
            assert json.loads(script.text)
    assert not [image for image in page.all("img") if image.attributes.get("src") == "x"]
    assert "49" not in re.findall(r"alert\(2\)&gt;\]\]&gt;&lt;/style&gt;(\d+)", html)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_no_page_picture_or_file_runs_what_was_entered(client: TestClient) -> None:
    """Every page in both languages, every table, every picture, every citation; the policy stands on each."""
    seen = 0
    for lang in LANGS:
        for path in PAGES.split():
            answer = client.get(f"/{lang}{path}")
            assert answer.status_code in {200, 404, 422}, path
            harmless(answer.text)
            seen += answer.text.count("&lt;script&gt;alert(1)")
            policy = answer.headers["content-security-policy"]
            assert policy == dict(SECURITY)[b"content-security-policy"].decode()
    assert seen > len(PAGES.split())
    for name in TABLES:
        query = "?region=330000&region=320000" if name == "compare" else ""
        rows = list(csv.reader(io.StringIO(client.get(f"/api/v1/{name}.csv{query}").text, newline="")))
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "\t"))], name
        assert [cell for row in rows for cell in row if cell.startswith("'=1+1")], name
        book = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1/{name}.xlsx{query}").content))
        sheets = [book.read(each) for each in book.namelist() if each.startswith("xl/worksheets/")]
        assert all(ET.fromstring(sheet) is not None and b"<f>" not in sheet for sheet in sheets)  # noqa: S314
        for form in ("", ".metadata.json"):
            answer = client.get(f"/api/v1/{name}{form}{query}")
            assert answer.headers["content-type"] == "application/json"
            assert BAD in _texts(answer.json()) or form
        lines = client.get(f"/api/v1/{name}.ndjson{query}")
        assert lines.headers["content-type"] == "application/x-ndjson"
        assert {BAD in _texts(json.loads(line)) for line in lines.text.split("\n")[:-1]} == {True}, name
        table = parquet.read_table(io.BytesIO(client.get(f"/api/v1/{name}.parquet{query}").content))
        assert BAD in {cell for row in table.to_pylist() for cell in row.values()}, name
    for path in FEEDS:
        for element in ET.fromstring(client.get(path).content).iter():  # noqa: S314 - our own answer
            # Text alone: every element, attribute and address is one that the template writes.
            assert element.tag.rpartition("}")[2] in FEED_ELEMENTS
            assert not re.match(r"\s*(javascript|data):", element.attrib.get("href", "").lower())
    calendar = Calendar.from_ical(client.get("/en/deadlines.ics").content)
    assert isinstance(calendar, Calendar)
    assert len(calendar.walk()) == 1 + 2 * len(calendar.events) == 9
    for path in PICTURES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        for element in ET.fromstring(answer.text).iter():  # noqa: S314 - our own picture
            assert element.tag.rpartition("}")[2] not in {"script", "foreignObject", "image", "a"}
            assert not [name for name in element.attrib if name.lower().startswith("on")]
    for form in ("txt", "bib", "json"):
        answer = client.get(f"/en/plans/zj-plan/cite.{form}")
        assert (answer.status_code, answer.headers["x-content-type-options"]) == (200, "nosniff")
        assert "html" not in answer.headers["content-type"]


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {text for inner in value.values() for text in _texts(inner)}
    if isinstance(value, list):
        return {text for inner in value for text in _texts(inner)}
    return {value} if isinstance(value, str) else set()
