"""Normalisation of damaged texts (R5): readings, scripts, widths, white space, paragraphs, the hash."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.text import normalise, paragraphs, simplify, text_sha256

READINGS = [
    "chǎn",
    "yè",
    "guī",
    "lǐng",
    "zhuǎn",
    "shuāng",
    "chuàng",
    "é",
    "ér",
    "lǜ",
    "nüè",
    "xióng",
    "lǐnɡ",
    "ān",
]
HAN = st.sampled_from("產業規模領先機實點會計營辦發證務數億萬元年家企臺说领模0123456789%,。、;")
DAMAGED = st.sampled_from(
    "產業规苧薴a(?)（）chǎnè\u030c\u0304們men \u3000\xa0\u200b\n\"“”'’—–-~～…１％Ａﬀ㎡豈"
)


@pytest.mark.parametrize("reading", READINGS)
def test_a_reading_after_a_character_is_removed(reading: str) -> None:
    """One tone-marked Mandarin syllable in brackets is a stray reading, in half or full width."""
    assert normalise(f"產({reading})業") == "产业"
    assert normalise(f"產（{reading}）業") == "产业"


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("園(yuán)區(qū)", "园区"),
        ("產(cha\u030cn)業", "产业"),
        ("產( chǎn )業", "产业"),
        ("他們(men)做到了嗎(ma)", "他们做到了吗"),
        ("甚麼(me)", "甚么"),
        ("彼M(jìn)一步", "彼M一步"),
        ("入?yún)域", "入域"),
        ("產(ch(yè)ǎn)業", "产业"),
    ],
)
def test_readings_are_removed_in_every_damaged_form(damaged: str, clean: str) -> None:
    """Decomposed tone marks, spaces inside, toneless syllables, lost openings and nesting make no difference."""
    assert normalise(damaged) == clean


@pytest.mark.parametrize(
    "kept",
    [
        "方案(2025-2027年)",
        "人工智能(AI)",
        "周刊(CIW)",
        "芯片(图形处理器)",
        "试点(ban)",
        "应用(app)",
        "城市(york)",
        "国(çà)",
        "国(màrché)",
        "国(bǎnǎ)",
        "国(bhǎ)",
        "产(Chǎn)",
        "我(men)",
        "(征求意见稿)",
        "编号[0003]",
    ],
)
def test_a_true_bracket_is_kept(kept: str) -> None:
    """Years, abbreviations, words without tone marks and anything that is no syllable stay."""
    assert normalise(kept) == kept


def test_traditional_becomes_simplified() -> None:
    """Characters are converted, those of Taiwan and Hong Kong too; Simplified ones stay."""
    assert normalise("營業收入佔比達臺灣裏裡總體規模") == "营业收入占比达台湾里里总体规模"
    assert normalise("已经是简体") == "已经是简体"


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("５０００亿元", "5000亿元"),
        ("达 70 % 以上", "达70%以上"),
        ("达\u3000７０％\xa0以\u200b上\ufeff", "达70%以上"),
        ("1 000\n家", "1000家"),
        ("“小巨人”「小巨人」'小巨人'", '"小巨人""小巨人""小巨人"'),
        ("6%—8%,6%–8%,6%－8%,目标——十家", "6%-8%,6%-8%,6%-8%,目标-十家"),
        ("3～5个,3〜5个,3∼5个", "3~5个,3~5个,3~5个"),
        ("甲：乙；丙﹔丁，（戊）", "甲:乙;丙;丁,(戊)"),
    ],
)
def test_forms_are_unified(damaged: str, clean: str) -> None:
    """Width, white space of every kind, quotes, dashes and tildes make no difference."""
    assert normalise(damaged) == clean


def test_simplify_keeps_white_space_readings_and_quotes() -> None:
    """`simplify` unifies only script and width, for readers that need the text's own layout."""
    assert simplify("產(chǎn)業　“規模” ５\n") == "产(chǎn)业 “规模” 5\n"


def test_simplify_is_final_for_every_ideograph() -> None:
    """Simplifying a second time changes no character, and none becomes several."""
    ideographs = [
        chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00), *range(0x20000, 0x2A6E0))
    ]
    once = [simplify(character) for character in ideographs]
    assert [simplify(character) for character in once] == once
    assert [character for character in once if len(character) != 1] == []


def test_a_part_stays_a_part() -> None:
    """What is cut out of a word is found in the word, though OpenCC would convert them unlike (乾坤, 乾)."""
    assert [normalise("乾") in normalise("乾坤"), normalise("著") in normalise("著名")] == [True, True]


@given(st.text(DAMAGED, max_size=40))
def test_normalise_is_idempotent(text: str) -> None:
    """Normalising a second time changes nothing, whatever the damage."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=20))
def test_normalise_is_idempotent_on_any_text(text: str) -> None:
    """The same holds for any characters whatsoever."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.tuples(HAN, st.sampled_from(["", *READINGS])), max_size=40))
def test_inserted_readings_change_nothing(pieces: list[tuple[str, str]]) -> None:
    """Readings after any of its characters leave a text's normalised form as it was."""
    damaged = "".join(f"{char}({reading})" if reading and char >= "一" else char for char, reading in pieces)
    assert normalise(damaged) == normalise("".join(char for char, _ in pieces))


@given(st.text(HAN, max_size=30), st.data())
def test_any_slice_is_found(text: str, data: st.DataObject) -> None:
    """Any part of a text, normalised by itself, stands in the normalised text."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert normalise(text[start:end]) in normalise(text)


def test_paragraphs_are_the_lines_that_are_not_blank() -> None:
    """Paragraph N is the Nth line with something on it, trimmed, whatever ends the lines."""
    text = "甲\r\n\r\n \u3000\xa0\n\u200b\n  乙  \r丙\n\n"
    assert paragraphs(text) == ["甲", "乙", "丙"]
    assert paragraphs(" \n\n") == []


def test_the_hash_is_of_the_normalised_paragraphs() -> None:
    """The hash is SHA-256 of the normalised paragraphs, one a line."""
    assert text_sha256(" 產(chǎn)業 \n\n規 模") == hashlib.sha256("产业\n规模".encode()).hexdigest()


def test_the_hash_knows_paragraphs_apart_but_not_damage() -> None:
    """Blank lines, script and readings do not change it; a word or another division does."""
    clean = text_sha256("产业规模\n超过一百亿元")
    assert text_sha256("\n產(chǎn)業(yè)規模\r\n\r\n　超過一百億元\n") == clean
    assert text_sha256("产业规模超过一百亿元") != clean
    assert text_sha256("产业规模\n超过二百亿元") != clean
