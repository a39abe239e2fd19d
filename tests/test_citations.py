"""Citations: what is named, that other programs read them, and that pages, texts and signs do no harm.

BibTeX is read by pybtex; CSL-JSON is held to the names and types of its schema.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from pybtex.database import Entry as Parsed
from pybtex.database import parse_string
from sqlalchemy.orm import Session

from app.domain.vocabulary import Check, Stage
from app.exchange.citations import Entry, Setting, as_bibtex, as_csl, as_text, of_deadline
from app.i18n import LANGS
from app.store.queries.citing import cited_plans, cited_sources
from app.store.queries.deadlines import get_deadline
from app.store.session import Database
from app.web.pages.citations import FORMS
from tests.builders import evidence, make_organization, make_plan, make_source, make_target, target
from tests.clients import asking
from tests.counting import count_statements

TARGET = "zj-ai-terminals.revenue"
ID = f"{TARGET}@2027-12-31"
PAGES = (
    "compare",
    f"targets/{TARGET}",
    "plans/zj-ai-terminals",
    "observations/zj-ai-output-2024",
)
# The fields of an item in CSL's schema that are used here, with the types of their values.
CSL: dict[str, type] = {
    "id": str,
    "type": str,
    "language": str,
    "title": str,
    "author": list,
    "publisher": str,
    "number": str,
    "genre": str,
    "version": str,
    "issued": dict,
    "accessed": dict,
    "URL": str,
    "note": str,
    "custom": dict,
}


@pytest.fixture
def client(seeded: Database) -> Iterator[TestClient]:
    """Ask the application about the committed facts."""
    with asking(seeded) as asked:
        yield asked


def setting(**fields: Any) -> Setting:
    """Give a setting."""
    defaults = {"lang": "en", "public": "https://mubiao.example", "as_of": date(2026, 11, 20), "revision": 7}
    return Setting(**{**defaults, **fields})


def entry(**fields: Any) -> Entry:
    """Give an entry."""
    defaults = {"id": "a@2027", "type": "report", "title": "T", "authors": ("A",), "url": "/a", "note": "N"}
    return Entry(**{**defaults, **fields})


def parsed(text: str) -> dict[str, Parsed]:
    """Read BibTeX."""
    return dict(parse_string(text, "bibtex").entries)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("page", PAGES)
def test_the_three_forms_cite_the_same(client: TestClient, page: str, lang: str) -> None:
    """Each entry is in each of them, under its type, with its note, and names day and revision."""
    answers = {form: client.get(f"/{lang}/{page}/cite.{form}") for form in FORMS}
    assert {form: answer.headers["content-type"] for form, answer in answers.items()} == dict(FORMS)
    items = answers["json"].json()
    bibtex = parsed(answers["bib"].text)
    lines = answers["txt"].text.splitlines()
    assert len(items) == len(bibtex) == len(lines) > 0
    for item, (key, read), line in zip(items, bibtex.items(), lines, strict=True):
        assert key == item["id"].replace("@", ":").replace("~", ":")
        assert read.type == {"report": "techreport", "dataset": "misc"}[item["type"]]
        assert read.fields["url"] == item["URL"]
        assert line.endswith(item["URL"])
        assert item["note"] in line
        assert item["title"] in line


def test_a_figure_is_cited_with_all_that_it_rests_on(client: TestClient) -> None:
    """Value, document, issuer, stage, source, paragraph, day, revision, and the address of the figure."""
    (item,) = client.get(f"/en/targets/{TARGET}/cite.json").json()
    assert item["id"] == ID
    assert item["URL"] == f"/en/targets/{TARGET}#{ID}"
    assert item["title"].startswith("浙江省推进人工智能终端产业发展行动计划 [")
    assert item["genre"] == "action plan, adopted"
    assert item["issued"] == {"date-parts": [[2026, 1]]}
    for part in ("“突破5000亿元” (more than ¥500 billion)", "due 2027", "苏浙竞逐AI新赛道", "paragraph 6: “"):
        assert part in item["note"]
    day = "-".join(f"{part:02}" for part in item["accessed"]["date-parts"][0])
    assert item["note"].endswith(
        f"Mubiao (目标), data revision {item['custom']['data_revision']}, as of {day}"
    )
    facts = {
        "value_as_stated": "突破5000亿元",
        "comparator": "gt",
        "value": "5000",
        "unit": "亿元",
        "due": "2027",
    }
    assert {name: item["custom"][name] for name in facts} == facts


@pytest.mark.parametrize("page", PAGES)
def test_csl_has_only_the_fields_and_types_of_its_schema(client: TestClient, page: str) -> None:
    """Reports and data sets; dates in parts; names that are not taken apart."""
    for item in client.get(f"/zh/{page}/cite.json").json():
        assert {name: type(value) for name, value in item.items()} == {name: CSL[name] for name in item}
        assert item["type"] in get_args(Entry.__annotations__["type"])
        assert [list(name) for name in item["author"]] == [["literal"]] * len(item["author"])
        for name in ("issued", "accessed"):
            for parts in item.get(name, {"date-parts": []})["date-parts"]:
                assert 1 <= len(parts) <= 3
                assert all(type(part) is int for part in parts)


def test_a_comparison_cites_its_figures_and_the_data(client: TestClient) -> None:
    """Those that the page shows under the same filters, each once, after the data as they are now."""
    asked = "region=zj&region=js&family=adoption"
    shown = client.get(f"/api/v1/compare?{asked}").json()
    ids = [
        figure["id"]
        for family in shown["families"]
        for row in family["rows"]
        for cell in row["cells"]
        for figure in cell["deadlines"]
    ]
    items = client.get(f"/zh/compare/cite.json?{asked}&utm_source=x").json()
    assert [item["id"] for item in items] == ["mubiao", *ids]
    assert items[0]["URL"] == "/zh/compare?region=330000&region=320000&family=adoption"
    assert items[0]["type"] == "dataset"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/zh/targets/no.such/cite.txt", 404),
        ("/zh/plans/no-such/cite.bib", 404),
        ("/zh/observations/no-such/cite.json", 404),
        ("/zh/compare/cite.txt?region=nowhere", 422),
        ("/zh/compare/cite.ris", 404),
        ("/fr/compare/cite.txt", 404),
    ],
)
def test_what_is_not_there_is_not_cited(client: TestClient, path: str, status: int) -> None:
    """It is answered by the page that says so."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_text_is_shown_and_files_are_named(client: TestClient) -> None:
    """What programs read is given a name under which it may be kept."""
    said = {
        form: client.get(f"/zh/targets/{TARGET}/cite.{form}").headers["content-disposition"] for form in FORMS
    }
    assert said == {
        "txt": f'inline; filename="mubiao-{TARGET}.txt"',
        "bib": f'attachment; filename="mubiao-{TARGET}.bib"',
        "json": f'attachment; filename="mubiao-{TARGET}.json"',
    }


def test_signs_that_tex_would_read_stand_as_they_are() -> None:
    """Braces, percent signs and backslashes neither end a field nor start a command; line breaks are blanks."""
    nasty = "50% of {R&D} costs $5 #1 a_b \\x ~ ^\nend"
    escaped = (
        r"50\% of \{R\&D\} costs \$5 \#1 a\_b \textbackslash{}x \textasciitilde{} \textasciicircum{} end"
    )
    (read,) = parsed(
        as_bibtex([entry(title=nasty, note=nasty, authors=(nasty, "省、市 and 县"))], setting())
    ).values()
    assert read.fields["title"] == f"{{{escaped}}}"
    assert read.fields["note"] == escaped
    assert [str(person) for person in read.persons["author"]] == [f"{{{escaped}}}", "{省、市 and 县}"]


def test_a_key_is_one_that_bibtex_takes() -> None:
    """And it is the same whenever the figure is cited again."""
    assert entry(id="zj-ai.revenue@2027-12-31~strive").key == "zj-ai.revenue:2027-12-31:strive"
    assert entry(id="a b,{c}").key == "a:b:c:"


def test_text_has_the_marks_of_its_language() -> None:
    """A title that the source does not name stays in its brackets."""
    cited = [entry(genre="plan", number="1号"), entry(title="[A meeting]")]
    assert as_text(cited, "en") == "A: “T” (1号, plan). N. /a\nA: [A meeting]. N. /a\n"
    assert as_text(cited, "zh") == "A：《T》（1号，plan）。N。/a\nA：[A meeting]。N。/a\n"


def test_what_is_not_known_is_left_out() -> None:
    """No empty field, in either form."""
    (read,) = parsed(as_bibtex([entry()], setting())).values()
    assert sorted(read.fields) == ["institution", "language", "note", "title", "url", "urldate"]
    assert '"issued"' not in as_csl([entry()], setting())
    assert not re.search(r'": (null|""|\{\}|\[\])', as_csl([entry()], setting()))


def test_a_draft_is_cited_as_a_draft(session: Session) -> None:
    """With number, issuers in their order, several sources, and a date as exact as it is known."""
    make_source(session, "paper", publisher_zh="日报", published="2026-Q1", url="https://example.org/a")
    make_organization(session, "gov", name_zh="省政府")
    one = target("zj-plan.revenue", due="2027-Q4")
    one["deadlines"][0]["evidence"] = [
        evidence("突破5000亿元", paragraph="6"),
        evidence("突破5000亿元", "paper", "6-7"),
        evidence("突破5000亿元", "paper", "9"),
    ]
    make_plan(
        session,
        "zj-plan",
        stage=Stage.CONSULTATION_DRAFT,
        document_number="浙政发〔2026〕1号",
        issuers=["gov", "miit"],
        published="2026-Q2",
        targets=[one],
    )
    session.flush()
    view = get_deadline(session, "zj-plan.revenue@2027-12-31", date(2026, 11, 20))
    sources = cited_sources(session, {each.source for each in view.evidence})
    cited = of_deadline(setting(lang="zh"), view, cited_plans(session, ["zj-plan"]), sources)
    assert cited.authors == ("省政府", "机构 miit")
    assert (cited.number, cited.genre) == ("浙政发〔2026〕1号", "规划，征求意见稿")
    assert cited.url == "https://mubiao.example/zh/targets/zj-plan.revenue#zj-plan.revenue@2027-12-31"
    assert cited.note == (
        "浙江：目标 zj-plan.revenue；“突破5000亿元”（超过5,000亿元）；期限2027-Q4；"
        "据《报道》，第6段：“突破5000亿元”；据《报道》，日报，2026-Q1，https://example.org/a，第6-7段：“突破5000亿元”，第9段：“突破5000亿元”；"
        "目标（Mubiao），数据版本7，截至2026-11-20"
    )
    (read,) = parsed(as_bibtex([cited], setting(lang="zh"))).values()
    assert (read.fields["date"], read.fields["year"]) == ("2026", "2026")
    assert {each.check for each in view.evidence} == {Check.UNCHECKED}


def test_documents_and_sources_are_read_in_few_statements(db: Database) -> None:
    """As many for three figures as for one; drafts of ours are not cited."""
    with db.write() as session:
        for slug in ("zj-a", "zj-b", "zj-c"):
            make_plan(session, slug)
            make_target(session, f"{slug}.revenue")
        make_plan(session, "zj-hidden", editorial_state="draft")
    counts = []
    with db.read() as session:
        for slugs in (["zj-a"], ["zj-a", "zj-b", "zj-c", "zj-hidden"]):
            with count_statements(db) as counted:
                found = sorted(cited_plans(session, slugs))
                cited_sources(session, ["gazette"])
                counts.append(counted())
    assert (found, counts) == (["zj-a", "zj-b", "zj-c"], [3, 3])
