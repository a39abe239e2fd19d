"""Picking regions by what is typed: both scripts, pinyin, English, codes; what is meant; what goes well with a choice.

How the page and its field use it is tested with the page.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.domain.errors import DomainError
from app.domain.spelling import fold, readings, spells
from app.store.migrate import downgrade, upgrade
from app.store.models import Region
from app.store.queries.picker import meant, pick_regions, suggested_regions
from app.store.session import Database, migrations
from tests.builders import make_plan, make_region, make_topic, target
from tests.clients import asking
from tests.counting import count_statements


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["重庆", "重庆市"], ["chong qing", "chong qing shi"]),
        (["厦门"], ["xia men"]),
        (["六安"], ["lu an"]),
        (["亳州"], ["bo zhou"]),
        (["台州"], ["tai zhou"]),
        (["大厂"], ["da chang"]),
        (["蚌埠"], ["beng bu"]),
        (["长治", "Changzhi"], ["zhang zhi", "chang zhi"]),
        (["朝阳", "Chaoyang"], ["zhao yang", "chao yang"]),
        (["漯河", "Luohe"], ["ta he", "luo he"]),
        (["昌都", "昌都市", "Qamdo"], ["chang dou", "chang du", "chang du shi", "chang dou shi"]),
        (["吕梁", "Lüliang"], ["lv liang", "lu liang"]),
        (["中国（温州）数安港"], ["zhong guo wen zhou shu an gang"]),
        (["PRD"], []),
    ],
)
def test_names_are_read_as_people_read_them(names: list[str], expected: list[str]) -> None:
    """Where the usual reading of a character is wrong, another of the names says the right one."""
    assert readings(names) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江蘇", "江苏"),
        ("Zhè Jiāng", "zhejiang"),
        ("Xi'an", "xian"),
        ("ＺＪ", "zj"),
        ("Jing-Jin-Ji", "jingjinji"),
        ("Lüliang", "luliang"),
    ],
)
def test_spellings_of_one_name_are_folded_into_one(one: str, other: str) -> None:
    """Scripts, capitals, tone marks, width, blanks and hyphens make no difference."""
    assert fold(one) == fold(other) == other


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=1, max_size=6), st.data())
def test_any_beginnings_of_syllables_spell_a_reading(syllables: list[str], data: st.DataObject) -> None:
    """Initials, whole syllables, and any mixture of the two lead to the name; other letters never do."""
    lengths = [data.draw(st.integers(1, len(one))) for one in syllables]
    typed = "".join(one[:length] for one, length in zip(syllables, lengths, strict=True))
    assert spells(typed, syllables)
    assert not spells(typed + "z", syllables)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("浙江", "330000"),
        ("浙江省", "330000"),
        ("江蘇", "320000"),
        ("zhejiang", "330000"),
        ("Zhe Jiang", "330000"),
        ("zj", "330000"),
        ("zhej", "330000"),
        ("330000", "330000"),
        ("浙", "330000"),
        ("changzhi", "140400"),
        ("lüliang", "141100"),
        ("lvliang", "141100"),
        ("長三角", "yangtze-delta"),
        ("YRD", "yangtze-delta"),
        ("Hong Kong", "810000"),
        ("xianggang", "810000"),
        ("nanj", "320100"),
        ("njs", "320100"),
    ],
)
def test_a_region_is_found_however_it_is_called(seeded: Database, typed: str, first: str) -> None:
    """In Chinese of either script, pinyin whole or in part, English, by code."""
    with seeded.read() as session:
        assert pick_regions(session, typed)[0].code == first


def test_every_region_is_found_by_each_of_its_names_and_readings(seeded: Database) -> None:
    """Whatever stands in the list of regions, typed whole, is among the exact answers."""
    with seeded.read() as session:
        rows = session.execute(
            select(Region.code, Region.name_zh, Region.short_zh, Region.name_en, Region.pinyin)
        ).all()
        sample = rows[::9]
        missed = [
            (code, typed)
            for code, *names, spoken in sample
            for typed in (code, *names, spoken.split(",")[0].replace(" ", ""))
            if code not in {pick.code for pick in pick_regions(session, typed, 20) if pick.exact}
        ]
    assert missed == []


def test_among_equals_provinces_come_first_then_those_with_targets(session: Session) -> None:
    """A name typed whole beats a beginning, a name a reading; then the level decides, then what is recorded."""
    for code, level, short, english in (
        ("330100", "prefecture", "海州", "Haizhou"),
        ("330200", "prefecture", "海口", "Haikou"),
        ("460000", "province", "海南", "Hainan"),
        ("330300", "prefecture", "海", "Hai"),
        ("330400", "prefecture", "河安", "He'an"),
    ):
        make_region(
            session, code, slug=f"s{code}", level=level, short_zh=short, name_zh=short, name_en=english
        )
    make_plan(session, "s330200-plan", region="330200", targets=[target("s330200-plan.a")])
    draft = [target("s330100-draft.a")]
    make_plan(session, "s330100-draft", region="330100", editorial_state="draft", targets=draft)
    found = [(pick.code, pick.targets, pick.exact) for pick in pick_regions(session, "hai")]
    assert found == [
        ("330300", 0, True),
        ("460000", 0, False),
        ("330200", 1, False),
        ("330100", 0, False),
    ]
    assert [pick.code for pick in pick_regions(session, "ha")] == [
        "460000",
        "330200",
        "330100",
        "330300",
        "330400",
    ]


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "'; DROP TABLE region; --" * 5, "🙂", "atlantis"])
def test_what_names_nothing_finds_nothing(seeded: Database, typed: str) -> None:
    """Signs are no wildcards, and nothing is guessed from nothing."""
    with seeded.read() as session:
        assert pick_regions(session, typed) == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [("zj", "330000"), ("苏州", "320500"), ("jilin", None), ("吉林", None), ("suzhou", None), ("hang", None)],
)
def test_only_what_is_beyond_doubt_is_meant(seeded: Database, typed: str, code: str | None) -> None:
    """One region named whole, or one at all; of two the reader is asked."""
    with seeded.read() as session:
        pick = meant(pick_regions(session, typed))
    assert (pick.code if pick else None) == code


def test_retired_regions_are_not_offered(session: Session) -> None:
    """A region that is no more is not picked."""
    make_region(session, "330000")
    assert [pick.code for pick in pick_regions(session, "zhejiang")] == ["330000"]
    session.execute(update(Region).values(retired_on=Region.updated_at))
    assert pick_regions(session, "zhejiang") == []


def test_regions_with_the_same_measures_are_suggested_those_of_the_same_level_first(session: Session) -> None:
    """Most shared measures first, then metrics on other topics; drafts and what is chosen already do not count."""
    make_topic(session, "ai")
    make_topic(session, "robots")
    make_region(session, "320100")
    for slug, region, topics, state in (
        ("zj", "330000", ("ai", "robots"), "published"),
        ("js", "320000", ("ai",), "published"),
        ("ah", "340000", ("ai", "robots"), "published"),
        ("nanjing", "320100", ("ai", "robots"), "published"),
        ("r-410000", "410000", ("ai",), "draft"),
    ):
        make_plan(
            session,
            f"{slug}-plan",
            region=region,
            editorial_state=state,
            targets=[target(f"{slug}-plan.{topic}", topic=topic) for topic in topics],
        )
    made = suggested_regions(session, ["330000"])
    assert [(one.code, one.shared, one.metrics) for one in made] == [
        ("340000", 2, 1),
        ("320000", 1, 1),
        ("320100", 2, 1),
    ]
    assert [(one.code, one.shared) for one in suggested_regions(session, ["330000"], "robots")] == [
        ("340000", 1),
        ("320100", 1),
    ]
    assert [one.code for one in suggested_regions(session, ["330000", "340000", "320100"])] == ["320000"]
    with pytest.raises(DomainError) as refused:
        suggested_regions(session, ["330000"], "cheese")
    assert refused.value.code == "unknown_topic"


def test_picking_takes_as_many_statements_for_three_as_for_one(db: Database) -> None:
    """However many regions there are."""
    counts = []
    for several in (1, 3):
        with db.write() as session:
            for number in range(several):
                make_region(session, f"33010{number}", name_en=f"Hai {number}")
                slug = f"r-33010{number}-plan"
                make_plan(session, slug, region=f"33010{number}", targets=[target(f"{slug}.a")])
        with count_statements(db) as counted, db.read() as session:
            picked = pick_regions(session, "hai")
            suggested_regions(session, ["330100"])
        counts.append((counted(), len(picked)))
    assert counts == [(counts[0][0], 1), (counts[0][0], 3)]


def test_a_migration_reads_the_names_as_the_service_does(seeded_copy: Database) -> None:
    """Rows from before the column are filled as if they were written anew."""
    with seeded_copy.read() as session:
        before = dict(session.execute(select(Region.code, Region.pinyin)).all())
    downgrade(seeded_copy, migrations()[migrations().index("2026_11_21_region_pinyin") - 1])
    upgrade(seeded_copy)
    with seeded_copy.read() as session:
        after = dict(session.execute(select(Region.code, Region.pinyin)).all())
    assert after == before
    assert min(len(reading) for reading in after.values()) > 1


def test_the_api_suggests_what_the_page_would_add(seeded: Database) -> None:
    """Region, what lies above it, how many targets, whether it was named whole; wrong parameters are refused."""
    with asking(seeded) as client:
        answer = client.get("/api/v1/regions/suggest", params={"q": "hangzhou", "limit": 1})
        (item,) = answer.json()["items"]
        assert (item["code"], item["name_zh"], item["within"]["code"], item["exact"]) == (
            "330100",
            "杭州市",
            "330000",
            True,
        )
        codes = [
            client.get(f"/api/v1/regions/suggest?{query}").json()["code"]
            for query in ("", f"q={'x' * 81}", "q=x&limit=21", "q=x&sort=code")
        ]
    assert codes == ["missing", "too_long", "too_large", "unknown_parameter"]
