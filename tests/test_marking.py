"""Where a query matches in a text: the same places as in the index, and a text that stays as it was.

Which entities a query matches is tested with the text index.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.marking import ELLIPSIS, SNIPPET, _clusters, _places, find, pieces, snippet
from app.domain.text import searchable, simplify
from app.domain.tokens import cut, ideographs
from app.domain.wanted import wanted

SIGNS = "人工智能慧終端机機器人亿億元AIaiＡＩ５5０0,.，。 -“é\u0301ßﬁ㎡①ΑΣİ가\u1100\u1161ｶﾞ"
WRITTEN = st.text(alphabet=SIGNS, max_size=25)


def marked(text: str, q: str) -> str:
    """Write a text with brackets around what matches."""
    return "".join(
        f"[{piece.text}]" if piece.hit else piece.text for piece in pieces(text, find(text, q).spans)
    )


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("AI终端：人工智能终端营收突破5000亿元", "人工智能", "AI终端：[人工智能]终端营收突破5000亿元"),
        ("AI終端：人工智能終端營收", "终端", "AI[終端]：人工智能[終端]營收"),
        ("机器人产业", "機器人", "[机器人]产业"),
        ("营收突破５０００亿元", "5000亿", "营收突破[５０００亿]元"),
        ("ＡＩ终端", "ai终端", "[ＡＩ终端]"),
        ("AI 终端", "AI终端", "[AI] [终端]"),
        ("the AI industries of Zhejiang", "industry zhejiang", "the AI [industries] of [Zhejiang]"),
        ("Robots and robot arms", "ROBOTS", "[Robots] and [robot] arms"),
        ("机械、器械", "机", "[机]械、器械"),
        ("人工智能", "智能机", "人工智能"),
        ("12,345.6家和12家", "12345.6", "[12,345.6]家和12家"),
        ("浙政发〔2024〕12号", "浙政发[2024]12号", "[浙政发]〔[2024]〕[12号]"),
        ("能源，性能", "能", "[能]源，性[能]"),
        ("10㎡的房", "m2", "10㎡的房"),
        ("面积㎡", "面积m2", "[面积㎡]"),
        ("e\u0301tude of e\u0301tudes", "étude", "[e\u0301tude] of [e\u0301tudes]"),
        ("智能智能智能", "智能智", "[智能智能智]能"),
        ("Revenue above 500 billion yuan by 2027", "5000亿", "Revenue above [500 billion yuan] by 2027"),
        ("营收突破5000亿元", "500 billion yuan", "营收突破[5000亿元]"),
        ("超70％，后为八成", "七成", "超[70％]，后为八成"),
        ("普及率七成，70家", "70%", "普及率[七成]，70家"),
        ("规模3000—5000亿元", "0.5万亿元", "规模[3000—5000亿元]"),
        (
            "Computing for computers, data for compact data",
            "computed",
            "[Computing] for [computers], data for compact data",
        ),
        ("Hangzhou", "hang zhou", "[Hangzhou]"),
        ("", "智能", ""),
        ("智能", "。", "智能"),
    ],
)
def test_what_is_marked(text: str, q: str, expected: str) -> None:
    """Every place of each phrase, in the text's own script, width and case; words whole, ideographs alone."""
    assert marked(text, q) == expected


@given(WRITTEN | st.text(max_size=30), WRITTEN)
def test_marking_adds_marks_and_changes_nothing(text: str, q: str) -> None:
    """Put together, the pieces are the text; spans are apart, in order, within it and never empty."""
    found = find(text, q)
    cuts = pieces(text, found.spans)
    assert "".join(piece.text for piece in cuts) == text
    assert all(piece.text for piece in cuts)
    edges = [edge for span in found.spans for edge in span]
    assert edges == sorted(set(edges))
    assert all(0 <= edge <= len(text) for edge in edges)


@given(WRITTEN, WRITTEN)
def test_a_part_is_found_where_the_index_would_find_it(text: str, q: str) -> None:
    """A phrase is met if its tokens follow each other among the text's, a lone ideograph wherever it stands."""
    held = [token.text for token in cut(searchable(text))]
    parts = wanted(q)
    expected = set()
    for number, part in enumerate(parts):
        if part.ideograph and part.ideograph in ideographs(text):
            expected.add(number)
        for phrase in part.phrases:
            count = len(phrase.tokens)
            runs = [tuple(held[place : place + count]) for place in range(len(held) - count + 1)]
            if phrase.tokens in runs:
                expected.add(number)
    found = find(text, q)
    figures = {number for number, part in enumerate(parts) if part.figure}
    assert found.parts - figures == expected - figures
    assert found.parts >= expected
    assert bool(found.spans) == bool(found.parts)


@given(st.text(alphabet="人工智能终端机器AI5 ，", min_size=1, max_size=20), st.data())
def test_what_was_cut_from_a_text_is_marked_in_it(text: str, data: st.DataObject) -> None:
    """Any two neighbouring ideographs of a text, in either form, are found in it and marked."""
    pairs = [text[place : place + 2] for place in range(len(text) - 1)]
    whole = [pair for pair in pairs if set(pair) <= set("人工智能终端机器")]
    if whole:
        pair = data.draw(st.sampled_from(whole))
        assert pair in "".join(piece.text for piece in pieces(text, find(text, pair).spans) if piece.hit)


@given(st.text(max_size=40) | WRITTEN)
def test_every_sign_of_the_searchable_text_has_its_place(text: str) -> None:
    """Cut where NFKC lets it be cut, a text becomes part by part what it becomes as a whole."""
    parts = [text[start:end] for start, end in _clusters(text)]
    assert "".join(parts) == text
    assert "".join(simplify(part) for part in parts) == simplify(text)
    starts, ends = _places(text, searchable(text))
    assert len(starts) == len(ends) == len(searchable(text))
    assert starts == sorted(starts)
    assert all(start < end for start, end in zip(starts, ends, strict=True))


@given(st.text(alphabet="人工智能 ab，", max_size=300), st.sampled_from(["智能", "ab", "人"]))
def test_a_snippet_holds_the_first_match(text: str, q: str) -> None:
    """What is cut out stands in the text, not much longer than allowed, with the first match and marks in place."""
    spans = find(text, q).spans
    part, marks = snippet(text, spans)
    assert part.strip(ELLIPSIS) in text
    assert len(part) <= SNIPPET + 2 + max((end - start for start, end in spans), default=0)
    if spans:
        start, end = spans[0]
        assert part[slice(*marks[0])] == text[start:end]
    assert [part[slice(*mark)] for mark in marks] == [text[slice(*span)] for span in spans[: len(marks)]]


def test_a_short_text_is_no_snippet() -> None:
    """It is given whole, with all its marks."""
    assert snippet("人工智能与智能", ((2, 4), (5, 7))) == ("人工智能与智能", ((2, 4), (5, 7)))
