"""How charts are laid out: round steps, labels that stand clear, lines of text, and specs that Vega-Lite understands.

Which figures stand in a chart is tested in `test_charts_pages`.
"""

import json
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import jsonschema  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.charts import ON_PAGE, ON_PAPER, Joint, Panel, Point, Shape, Sign, Style, chart, steps
from app.exchange.charts.layout import laid_out
from app.exchange.charts.placing import Box, place
from app.exchange.charts.scales import labelled
from app.exchange.charts.text import width, wrapped

AMOUNTS = st.decimals(
    min_value=0, max_value=Decimal(10) ** 14, allow_nan=False, allow_infinity=False, places=2
)


@lru_cache(maxsize=1)
def schema() -> jsonschema.Draft7Validator:
    """Read the JSON schema of Vega-Lite, which comes with Altair."""
    text = (files("altair.vegalite.v6.schema") / "vega-lite-schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


def point(year: float = 2027, value: str = "5", **fields: Any) -> Point:
    """Make a point."""
    words = {"name": "浙江省", "label": f"超过{value}", "words": f"浙江省 {value}"}
    look = {"high": None, "shape": Shape.UP, "hollow": False, "series": 1}
    return Point(**{"year": year, "value": Decimal(value), **look, **words, **fields})


def panel(*points: Point, **fields: Any) -> Panel:
    """Make a panel of points with ticks that hold them."""
    values = [v for p in points for v in (p.value, p.high) if v is not None]
    ticks = tuple((step, f"{step}亿元") for step in steps(values))
    years = tuple((year, f"{year:.0f}年") for year in sorted({p.year for p in points}))
    plain = {"title": "营业收入", "joints": (), "signs": (), "falling": False}
    return Panel(**{"points": points, "years": years, "values": ticks, **plain, **fields})


FULL = panel(
    point(2024, "3", shape=Shape.OBSERVED),
    point(2027, "5", hollow=True),
    point(2030, "8", high=Decimal(9), shape=Shape.RANGE, series=2, hollow=True, name="It's a “name”"),
    joints=(Joint(start=0, end=1, needed=True, words="每年1"), Joint(start=1, end=2, needed=False, words="")),
    signs=tuple(Sign(shape=shape, hollow=False, words=str(shape)) for shape in (*Shape, None)),
)


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=9), st.booleans())
def test_round_steps_hold_all_values(values: list[Decimal], whole: bool) -> None:  # noqa: FBT001 - drawn
    """From nought to at or above the largest, evenly, in at most six, and whole where there are no halves."""
    ticks = steps(values, whole=whole)
    assert ticks[0] == 0
    assert ticks[-1] >= max(values)
    assert 2 <= len(ticks) <= 7
    assert len({b - a for a, b in pairwise(ticks)}) == 1
    if whole:
        assert all(tick == tick.to_integral_value() for tick in ticks)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["70", "90"], ["0", "20", "40", "60", "80", "100"]),
        (["5.7E11", "1.5E12"], ["0", "5E11", "1E12", "1.5E12"]),
        (["0"], ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
        (["-5", "10"], ["-5", "0", "5", "10"]),
    ],
)
def test_steps_are_the_ones_a_reader_expects(values: list[str], expected: list[str]) -> None:
    """Ones, twos, twos and a half, fives and their tenfolds."""
    assert list(steps(map(Decimal, values))) == list(map(Decimal, expected))


def test_places_do_not_begin_at_nought() -> None:
    """There is no place nought."""
    assert list(steps([Decimal(3), Decimal(1)], whole=True, from_nought=False)) == [1, 2, 3]


def test_the_year_in_which_most_is_due_is_labelled_first() -> None:
    """Labels that would touch are left out, of the years with as many figures the earlier ones."""
    assert labelled([(0, 40, 1), (30, 40, 5), (100, 40, 1), (130, 40, 1)], 6) == [1, 3]
    assert labelled([(0, 40, 1), (46, 40, 1)], 6) == [0, 1]


def test_lines_break_where_a_reader_would_break_them() -> None:
    """Between Chinese characters, but not before what closes nor after what opens; else between words."""
    assert wrapped("营业收入（规上）。", 10, 52) == ["营业收入", "（规上）。"]
    assert wrapped("more than ¥500 billion", 10, 62) == ["more than", "¥500 billion"]
    assert wrapped("中国各级政府承诺何时达到什么", 10, 80) == ["中国各级政府承诺", "何时达到什么"]
    assert wrapped("  ", 10, 62) == []
    assert wrapped("unbreakable", 10, 5) == ["unbreakable"]
    text = "到2027年，全省规上人工智能终端企业营业收入突破5000亿元，增长15%（“人工智能+”行动）" * 4
    for room in range(60, 300, 10):
        lines = wrapped(text, 10, room)
        assert "".join(lines) == text
        assert [line for line in lines if line[0] in "，。%）”" or line[-1] in "（“"] == []
        assert sum("5000" in line for line in lines) == 4
        assert max(width(line, 10) for line in lines) <= room + 20


def test_chinese_characters_are_as_wide_as_high() -> None:
    """Latin ones are narrower, capitals less so."""
    assert width("目标", 10) == 20
    assert width("il", 10) < width("ab", 10) < width("AB", 10) < width("目标", 10)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(20, 280), st.floats(10, 180)), min_size=1, max_size=12, unique=True),
    st.floats(20, 90),
)
def test_labels_stand_clear_of_each_other_and_inside(marks: list[tuple[float, float]], wide: float) -> None:
    """One for which there is no room is left out, never laid over another."""
    plot = Box(0, 0, 300, 190)
    placed = [each for each in place(marks, [(wide, 30.0)] * len(marks), [], plot) if each]
    boxes = [each.box for each in placed]
    assert all(box.inside(plot) for box in boxes)
    assert not any(a.meets(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert not any(box.left < x < box.right and box.top < y < box.bottom for box in boxes for x, y in marks)


def test_a_label_keeps_off_lines() -> None:
    """The one beside a rising line stands on the other side of it."""
    free = place([(100, 100)], [(40.0, 16.0)], [], Box(0, 0, 300, 190))
    beside = place([(100, 100)], [(40.0, 16.0)], [((100, 100), (200, 100))], Box(0, 0, 300, 190))
    assert free[0] is not None
    assert beside[0] is not None
    assert free[0].box.left > 100 > beside[0].box.right


def test_a_line_to_a_label_crosses_no_other_mark() -> None:
    """Of two marks one above the other, the upper one's label stands higher."""
    marks, sizes = [(100.0, 100.0), (100.0, 112.0)], [(150.0, 32.0)] * 2
    upper, lower = place(marks, sizes, [((100, 112), (300, 60))], Box(80, 0, 300, 190))
    assert upper is not None
    assert lower is not None
    assert (upper.box.top + upper.box.bottom) / 2 < 106 < (lower.box.top + lower.box.bottom) / 2


def test_a_plot_grows_until_its_labels_find_room() -> None:
    """Twelve figures of one year stand one above the other."""
    few = laid_out(panel(point(2027, "5"), point(2030, "9")), 360)
    many = laid_out(
        panel(
            *(
                point(2027, str(50 + n), series=n % 8 + 1, label="不超过若干亿元的一个很长的数字")
                for n in range(12)
            )
        ),
        360,
    )
    assert few.height < many.height
    assert all(placed for _, placed in many.labels)


def test_places_fall() -> None:
    """The first place stands on top."""
    down = laid_out(panel(point(2027, "1"), point(2030, "5"), falling=True), 360)
    assert down.y(Decimal(1)) < down.y(Decimal(5))


@pytest.mark.parametrize("style", [ON_PAGE, ON_PAPER], ids=["page", "paper"])
@pytest.mark.parametrize(
    "shown", [FULL, panel(FULL.points[2], point()), panel(point())], ids=["full", "range", "one"]
)
def test_a_spec_is_valid(style: Style, shown: Panel) -> None:
    """The schema of Vega-Lite finds nothing wrong with it."""
    assert [error.message for error in schema().iter_errors(chart(shown, style, ["来源：某计划"]))] == []


def test_a_page_s_chart_takes_the_page_s_colours() -> None:
    """No colour of its own is in it, so that one picture serves light and dark; nor a link."""
    written = json.dumps(chart(FULL, ON_PAGE))
    assert "#" not in written
    assert "href" not in written
    assert {"currentColor", "var(--series-1)", "var(--series-2)", "var(--paper)"} <= colours(
        chart(FULL, ON_PAGE)
    )


def test_a_picture_that_stands_alone_has_colours_and_a_font_of_its_own() -> None:
    """No reader's programme knows the page's."""
    spec = chart(FULL, ON_PAPER, ["来源：某计划"])
    assert all(colour.startswith("#") for colour in colours(spec))
    assert spec["config"]["font"].startswith("Noto Sans CJK SC, ")
    assert {"营业收入", "来源：某计划"} <= texts(spec)
    assert {"营业收入", "来源：某计划"} & texts(chart(FULL, ON_PAGE, ["来源：某计划"])) == set()


def test_only_marks_speak_and_the_path_that_is_needed() -> None:
    """Axes, labels and legend are silent: what they say, the marks say in sentences."""
    spec = chart(FULL, ON_PAGE)
    spoken = {
        row["words"]
        for layer in spec["layer"]
        if layer["mark"].get("aria", True)
        for row in layer["data"]["values"]
    }
    assert spoken == {"浙江省 3", "浙江省 5", "浙江省 8", "每年1"}
    assert spec["config"]["axis"] == {"aria": False}


def test_axis_labels_are_the_words_given() -> None:
    """They are written beforehand, also with quotation marks in them."""
    shown = panel(point(), point(2030), years=((2027, "it's 2027"), (2030, "2030年")))
    axis = next(layer for layer in chart(shown, ON_PAGE)["layer"] if "scale" in layer["encoding"]["x"])
    assert axis["encoding"]["x"]["axis"]["labelExpr"] == (
        "['it\\'s 2027', '2030年'][indexof([2027, 2030], datum.value)]"
    )


def colours(spec: dict[str, Any]) -> set[str]:
    """Collect what marks and texts are coloured with."""
    rows = [row for layer in spec["layer"] for row in layer["data"]["values"]]
    return {row[name] for row in rows for name in ("fill", "stroke") if name in row}


def texts(spec: dict[str, Any]) -> set[str]:
    """Collect the lines of text."""
    return {row["text"] for layer in spec["layer"] for row in layer["data"]["values"] if "text" in row}
