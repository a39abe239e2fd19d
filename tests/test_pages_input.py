"""What readers' input gets: the way to a language, wrong parameters, and a fixed number of statements.

What pages say of right input is in the other tests of pages.
"""

import pytest
from sqlalchemy.orm import Session

from app.i18n import LANGS
from app.store.session import Database
from app.web.assets import assets, static
from app.web.languages import preferred_lang
from tests.builders import (
    make_observation,
    make_plan,
    make_source,
    make_target,
    measure,
    target,
)
from tests.counting import count_statements
from tests.reading import Page, reader

MANY = "&".join(f"region={code}" for code in range(110000, 110060))


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, "zh"),
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.5, zh;q=0.7", "zh"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr,zh;q=0.3", "zh"),
        ("zh;q=0", "en"),
        ("zh;q=nonsense,en;q=0.1", "en"),
        ("zh;q=nan", "en"),
        (";;;,=,q=1", "en"),
    ],
)
def test_the_front_door_speaks_the_reader_s_language(accepted: str | None, lang: str) -> None:
    """The better liked of the two languages wins; a reader of neither gets English, one who says nothing Chinese."""
    assert preferred_lang(accepted) == lang


def test_the_front_door_says_what_it_depends_on(seeded: Database) -> None:
    """The redirect may be kept for one language only; it leads on with all that was asked, a past day too."""
    with reader(seeded) as client:
        answer = client.get("/", headers={"Accept-Language": "en"})
        asked = client.get("/?as_of=2026-11-20&a=1&b=%E4%B8%AD&a=2")
    assert asked.headers["location"] == "/zh/?as_of=2026-11-20&a=1&a=2&b=%E4%B8%AD"
    assert (answer.status_code, answer.headers["location"]) == (302, "/en/")
    assert answer.headers["vary"] == "Accept-Language"


def test_unknown_parameters_are_ignored(seeded: Database) -> None:
    """A link that comes back with tracking codes shows the same page."""
    with reader(seeded) as client:
        plain = client.get("/en/compare?region=330000")
        tracked = client.get("/en/compare?region=330000&utm_source=x&fbclid=%F0%9F%92%A9")
    assert tracked.text == plain.text


@pytest.mark.parametrize(
    ("path", "status", "english", "chinese"),
    [
        ("/compare?year_from=abc", 422, "“abc” is not a year", "“abc”不是年份"),
        ("/compare?year_from=2030&year_to=2027", 422, "Swap the two", "请对调"),
        (f"/compare?{MANY}", 422, "up to 8 can be compared", "一次最多比较8个"),
        ("/compare?region=999999", 422, "no region “999999”", "没有地区“999999”"),
        ("/compare?topic=magic", 422, "no topic “magic”", "没有主题“magic”"),
        ("/compare?family=magic", 422, "“talent”, and “governance”", "“talent”和“governance”"),
        ("/compare?region=" + "9" * 3000, 422, "no region “" + "9" * 79 + "…”", "9" * 79 + "…”"),
        ("/targets?year=20277", 422, "is not a year", "不是年份"),
        ("/targets?cursor=abc", 422, "page mark is not valid", "翻页标记在此无效"),
        ("/plans?stage=maybe", 422, "adopted", "adopted"),
        ("/regions/999999", 404, "no region “999999”", "没有地区“999999”"),
        ("/plans/none-such", 404, "no public plan “none-such”", "没有公开的规划"),
        ("/targets/none.such", 404, "no public target", "没有公开的目标"),
        ("/sources/none-such", 404, "no source", "没有来源"),
        ("/metrics/none-such", 404, "no metric", "没有指标"),
        ("/observations/none-such", 404, "no public observation", "没有公开的观测数据"),
        ("/none-such", 404, "Check it for a slip", "请检查是否有误"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_wrong_input_gets_a_page_that_helps(
    seeded: Database, path: str, status: int, english: str, chinese: str
) -> None:
    """A wrong known parameter or address has its status and a sentence that helps, in the reader's language."""
    with reader(seeded) as client:
        for lang, sentence in (("en", english), ("zh", chinese)):
            answer = client.get(f"/{lang}{path}")
            assert answer.status_code == status
            page = Page(answer.text)
            assert sentence in (page.all("p", "wrong") or page.all("p", "lead"))[0].text
            assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", ["plans"])
@pytest.mark.parametrize("q", ["", "%20", "%E3%80%82", "%E2%80%9C%E2%80%9D!"])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_search_for_nothing_shows_everything(seeded: Database, page: str, q: str) -> None:
    """A search text of blanks or punctuation alone is no search, and no mistake."""
    with reader(seeded) as client:
        everything = client.get(f"/en/{page}")
        found = client.get(f"/en/{page}?q={q}")
    assert (found.status_code, found.text) == (200, everything.text)


def test_another_language_is_no_page(seeded: Database) -> None:
    """There is no French."""
    with reader(seeded) as client:
        assert client.get("/fr/compare").status_code == 404
        assert client.get("/robots").status_code == 404
        assert client.get("/en").headers["location"].endswith("/en/")


def test_what_was_retired_is_gone_with_its_date(db: Database) -> None:
    """A retired plan answers 410 and says since when."""
    with db.write() as session:
        make_plan(session)
        make_plan(session, editorial_state="retired", retired_on="2026-11-20")
    with reader(db) as client:
        answer = client.get("/en/plans/zj-plan")
    assert answer.status_code == 410
    assert "withdrawn on 2026-11-20" in answer.text


def test_static_files_are_kept_under_their_hash_only(seeded: Database) -> None:
    """A file is kept for a year under its own hash; under none or another one it is asked for again."""
    with reader(seeded) as client:
        assert "immutable" in client.get(static("mubiao.css")).headers["cache-control"]
        assert client.get("/static/mubiao.css").headers["cache-control"] == "no-cache"
        assert client.get("/static/mubiao.css?v=old").headers["cache-control"] == "no-cache"
        assert client.get("/static/../templating.py").status_code == 404
        assert client.get("/static/%2e%2e/templating.py").status_code == 404
        for name, asset in assets().items():
            assert client.get(f"/static/{name}").headers["content-type"].startswith(asset.media_type)


def test_the_number_of_statements_does_not_grow_with_what_is_shown(db: Database) -> None:
    """Each page sends as many statements for three of everything as for one, whatever the language."""
    with db.write() as session:
        _fill(session, 1)
    before = _statements(db)
    with db.write() as session:
        _fill(session, 3)
    assert _statements(db) == before
    assert max(before.values()) <= 30


def _statements(db: Database) -> dict[str, int]:
    """Count the statements of every page."""
    paths = [
        "",
        "compare?region=330000&region=320000",
        "regions",
        "regions/330000",
        "plans",
        "plans/zj-plan",
        "targets",
        "targets/zj-plan.revenue",
        "sources",
        "sources/gazette",
        "metrics/revenue",
        "observations/seen-0",
    ]
    counts = {}
    with reader(db) as client:
        for lang in LANGS:
            for path in paths:
                with count_statements(db) as counted:
                    answer = client.get(f"/{lang}/{path}")
                assert answer.status_code == 200, answer.text
                counts[f"/{lang}/{path}"] = counted()
    return counts


def _fill(session: Session, n: int) -> None:
    """Let there be n plans of two provinces, each with n targets of n deadlines, measures and observations."""
    for number in range(n):
        make_source(session, f"gazette-{number}")
        years = [str(2027 + year) for year in range(n)]
        deadlines = [
            {
                "value_as_stated": "突破5000亿元",
                "due": year,
                "evidence": [{"source": "gazette", "paragraph": "1", "phrase": "突破5000亿元"}] * n,
            }
            for year in years
        ]
        for slug, region in (("zj", "330000"), ("js", "320000")):
            name = f"{slug}-plan" + (f"-{number}" if number else "")
            targets = [
                target(
                    f"{name}.revenue" + (f"-{index}" if index else ""),
                    qualifier="甲" * index,
                    deadlines=deadlines,
                )
                for index in range(n)
            ]
            make_plan(
                session,
                name,
                region=region,
                targets=targets,
                measures=[measure(f"{name}.fund-{index}") for index in range(n)],
                issuers=[f"body-{index}" for index in range(n)],
            )
        make_observation(session, f"seen-{number}", topic="ai")


def test_builders_fill_what_the_counts_need(db: Database) -> None:
    """The three of everything are really shown: otherwise equal counts would prove nothing."""
    with db.write() as session:
        _fill(session, 3)
        make_target(session, "zj-plan.more", qualifier="乙")
    with reader(db) as client:
        page = Page(client.get("/en/plans/zj-plan").text)
    assert len(page.all("li", "promise")) == 4
    assert len(page.all("span", "cites")) >= 9
