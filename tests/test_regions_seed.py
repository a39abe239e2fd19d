"""Checks of the curated regions in seeds/regions.yaml against what GB/T 2260 and ISO 3166-2 fix.

How seeds are read into a database is tested elsewhere.
"""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

SEED: Final = Path(__file__).parents[1] / "seeds" / "regions.yaml"

CJK: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
ASCII_LETTER: Final = re.compile(r"[A-Za-z]")

ISO_BY_PROVINCE: Final = {
    "11": "BJ", "12": "TJ", "13": "HE", "14": "SX", "15": "NM", "21": "LN", "22": "JL", "23": "HL", "31": "SH",
    "32": "JS", "33": "ZJ", "34": "AH", "35": "FJ", "36": "JX", "37": "SD", "41": "HA", "42": "HB", "43": "HN",
    "44": "GD", "45": "GX", "46": "HI", "50": "CQ", "51": "SC", "52": "GZ", "53": "YN", "54": "XZ", "61": "SN",
    "62": "GS", "63": "QH", "64": "NX", "65": "XJ", "71": "TW", "81": "HK", "82": "MO",
}  # fmt: skip

PREFECTURES_BY_PROVINCE: Final = {
    "13": 11, "14": 11, "15": 12, "21": 14, "22": 9, "23": 13, "32": 13, "33": 11, "34": 16, "35": 9, "36": 11,
    "37": 16, "41": 17, "42": 13, "43": 14, "44": 21, "45": 14, "46": 4, "51": 21, "52": 9, "53": 16, "54": 7,
    "61": 10, "62": 14, "63": 8, "64": 5, "65": 14,
}  # fmt: skip

REQUIRED: Final = {"code", "slug", "level", "name_zh", "name_en", "short_zh"}
REQUIRED_AT: Final = {
    "country": REQUIRED | {"iso"},
    "group": REQUIRED | {"parent", "members"},
    "province": REQUIRED | {"parent", "iso", "abbr_zh"},
    "prefecture": REQUIRED | {"parent"},
    "county": REQUIRED | {"parent"},
    "zone": REQUIRED | {"parent"},
}

Region = dict[str, Any]


@pytest.fixture(scope="module")
def regions() -> list[Region]:
    """Read the seed file once."""
    loaded: dict[str, list[Region]] = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    assert list(loaded) == ["regions"]
    return loaded["regions"]


def at(regions: list[Region], level: str) -> list[Region]:
    """Return the regions of one level."""
    return [region for region in regions if region["level"] == level]


def repeated(values: list[str]) -> list[str]:
    """Return the values that occur more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def test_there_is_one_country_34_provinces_and_333_prefectures(regions: list[Region]) -> None:
    """Every division of the upper two levels is there, once."""
    assert len(at(regions, "country")) == 1
    assert len(at(regions, "province")) == 34
    assert len(at(regions, "prefecture")) == 333


def test_prefectures_are_of_the_four_kinds_in_their_known_numbers(regions: list[Region]) -> None:
    """The full names end in the words for cities, autonomous prefectures, prefectures and leagues."""
    endings = ("自治州", "地区", "市", "盟")
    kinds = Counter(
        next(ending for ending in endings if region["name_zh"].endswith(ending))
        for region in at(regions, "prefecture")
    )
    assert kinds == {"市": 293, "自治州": 30, "地区": 7, "盟": 3}


def test_each_province_has_its_known_number_of_prefectures(regions: list[Region]) -> None:
    """The counts by province are those of the yearbook; municipalities, Taiwan, Hong Kong and Macao have none."""
    assert Counter(region["code"][:2] for region in at(regions, "prefecture")) == PREFECTURES_BY_PROVINCE


def test_every_region_has_the_fields_of_its_level_and_no_others(regions: list[Region]) -> None:
    """Only aliases may be left out; a misspelt field would be found here."""
    wrong = {
        region["code"]: sorted(set(region) ^ REQUIRED_AT[region["level"]])
        for region in regions
        if set(region) - {"aliases"} != REQUIRED_AT[region["level"]]
    }
    assert wrong == {}


def test_every_value_is_text(regions: list[Region]) -> None:
    """YAML reads neither an unquoted code as a number nor a slug as a truth value."""
    values = [
        value
        for region in regions
        for field in region.values()
        for value in (field if isinstance(field, list) else [field])
    ]
    assert [
        value for value in values if not (isinstance(value, str) and value and value == value.strip())
    ] == []


def test_codes_and_slugs_are_unique(regions: list[Region]) -> None:
    """A code or a slug names one region."""
    assert repeated([region["code"] for region in regions]) == []
    assert repeated([region["slug"] for region in regions]) == []


def test_slugs_are_lower_case_words_joined_by_hyphens(regions: list[Region]) -> None:
    """Slugs stand at the head of plan slugs and in addresses."""
    slugs = [region["slug"] for region in regions]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)] == []


def test_divisions_have_six_digit_codes_and_groups_and_zones_their_slug(regions: list[Region]) -> None:
    """The form of a code follows from the level, the zeros at its end included."""
    forms = {
        "country": r"100000",
        "province": r"[1-8]\d0000",
        "prefecture": r"[1-6]\d(?!00)\d\d00",
        "county": r"[1-6]\d(?!00)\d\d(?!00)\d\d",
    }
    wrong = [
        region["code"]
        for region in regions
        if not re.fullmatch(forms.get(region["level"], re.escape(region["slug"])), region["code"])
    ]
    assert wrong == []


def test_parents_exist_and_follow_from_the_code(regions: list[Region]) -> None:
    """A division's parent is its code with the last non-zero pair zeroed; a zone lies in a prefecture."""
    levels = {region["code"]: region["level"] for region in regions}
    for region in regions:
        code, parent = region["code"], region.get("parent")
        match region["level"]:
            case "country":
                assert parent is None
            case "group" | "province":
                assert (code, parent) == (code, "100000")
            case "prefecture":
                assert (code, parent) == (code, code[:2] + "0000")
            case "county":
                assert (code, parent) == (code, code[:4] + "00")
            case "zone":
                assert (code, levels[parent]) == (code, "prefecture")
        assert parent is None or parent in levels


def test_iso_codes_and_slugs_of_provinces_are_those_of_iso_3166_2(regions: list[Region]) -> None:
    """A province's slug is the lower-case end of its ISO code."""
    provinces = at(regions, "province")
    assert {region["code"][:2]: region["iso"] for region in provinces} == {
        number: f"CN-{letters}" for number, letters in ISO_BY_PROVINCE.items()
    }
    assert [region["slug"] for region in provinces] == [
        region["iso"].removeprefix("CN-").lower() for region in provinces
    ]
    assert [(region["iso"], region["slug"]) for region in at(regions, "country")] == [("CN", "cn")]


def test_province_abbreviations_are_34_different_characters(regions: list[Region]) -> None:
    """One character stands for one province."""
    abbreviations = [region["abbr_zh"] for region in at(regions, "province")]
    assert "".join(abbreviations) == "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇藏陕甘青宁新台港澳"


def test_names_are_in_their_own_script(regions: list[Region]) -> None:
    """English names hold no Chinese characters, Chinese names no Latin letters."""
    assert [region["name_en"] for region in regions if CJK.search(region["name_en"])] == []
    assert [
        region["name_en"] for region in regions if not ASCII_LETTER.match(region["name_en"].lstrip("Ü"))
    ] == []
    for field in ("name_zh", "short_zh"):
        names = [region[field] for region in regions]
        assert [name for name in names if ASCII_LETTER.search(name) or not CJK.search(name)] == []


def test_short_names_of_divisions_begin_the_full_ones(regions: list[Region]) -> None:
    """杭州 is the head of 杭州市, 延边 of 延边朝鲜族自治州, and only the country has another."""
    divisions = [region for region in regions if region["level"] in {"province", "prefecture", "county"}]
    wrong = [
        region["code"]
        for region in divisions
        if not region["name_zh"].startswith(region["short_zh"]) or region["name_zh"] == region["short_zh"]
    ]
    assert wrong == []


def test_full_names_are_unique_in_chinese(regions: list[Region]) -> None:
    """Two Suzhous share an English name, but no two regions a Chinese one."""
    assert repeated([region["name_zh"] for region in regions]) == []


def test_prefectures_that_share_an_english_name_have_the_province_in_the_slug(regions: list[Region]) -> None:
    """Five names are borne by two cities each, and all ten slugs say which is meant."""
    slugs = {region["code"]: region["slug"] for region in regions}
    prefectures = at(regions, "prefecture")
    shared = repeated([region["name_en"] for region in prefectures])
    assert sorted(shared) == ["Fuzhou", "Suzhou", "Taizhou", "Yichun", "Yulin"]
    for region in prefectures:
        if region["name_en"] in shared:
            assert region["slug"] == f"{region['name_en'].lower()}-{slugs[region['parent']]}"


def test_an_alias_stands_for_one_region_and_repeats_no_name(regions: list[Region]) -> None:
    """Whoever types an alias means one region."""
    fields = ("name_zh", "name_en", "short_zh", "abbr_zh")
    names = {region[field].casefold() for region in regions for field in fields if field in region}
    aliases = [alias.casefold() for region in regions for alias in region.get("aliases", [])]
    assert repeated(aliases) == []
    assert sorted(names.intersection(aliases)) == []


def test_members_of_groups_are_divisions_in_order(regions: list[Region]) -> None:
    """A group has at least two members, each a province or prefecture, none twice."""
    divisions = {region["code"] for region in regions if region["level"] in {"province", "prefecture"}}
    for group in at(regions, "group"):
        members = group["members"]
        assert len(members) >= 2
        assert [member for member in members if member not in divisions] == []
        assert members == sorted(set(members))


def test_the_groups_have_the_members_that_are_fixed_for_them(regions: list[Region]) -> None:
    """The Greater Bay Area is the Pearl River Delta with Hong Kong and Macao; three groups make up Jiangsu."""
    members = {group["slug"]: set(group["members"]) for group in at(regions, "group")}
    jiangsu = {region["code"] for region in at(regions, "prefecture") if region["parent"] == "320000"}
    thirds = [members[f"{part}-jiangsu"] for part in ("northern", "central", "southern")]
    assert members["yangtze-delta"] == {"310000", "320000", "330000", "340000"}
    assert members["jing-jin-ji"] == {"110000", "120000", "130000"}
    assert len(members["pearl-river-delta"]) == 9
    assert members["greater-bay-area"] - members["pearl-river-delta"] == {"810000", "820000"}
    assert members["shenzhen-guangzhou"] == {"440100", "440300"}
    assert set.union(*thirds) == jiangsu
    assert sum(map(len, thirds)) == len(jiangsu)


def test_divisions_stand_first_by_code_then_groups_then_zones(regions: list[Region]) -> None:
    """The file is kept in one order, so that a change shows where it belongs."""
    ranks = {"group": 1, "zone": 2}
    keys = [(ranks.get(region["level"], 0), region["code"]) for region in regions]
    assert [later for earlier, later in pairwise(keys) if earlier >= later] == []
