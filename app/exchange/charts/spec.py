"""From a panel to its Vega-Lite spec, for a page or for a picture that stands alone.

Where things stand is reckoned in `layout`; a spec is drawn by `drawing`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.exchange.charts.layout import LINE, SIZE, Layout, laid_out
from app.exchange.charts.panel import Panel, Shape
from app.exchange.charts.pixels import Row, Spec, as_is, lines, rules, texts
from app.exchange.charts.text import wrapped
from app.exchange.drawing import SCHEMA

_EDGE: Final = 16.0
_TITLE: Final = 17.0
_TITLE_LINE: Final = 22.0
_SMALL: Final = 11.0
_SMALL_LINE: Final = 15.0
_MARK: Final = 90.0
_OBSERVED: Final = 42.0
_BAR: Final = "M-.5,-.9L.5,-.9M0,-.9L0,.9M-.5,.9L.5,.9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Colours, font and width; `ground` fills hollow marks and, in a picture that stands alone, everything."""

    alone: bool
    width: float
    font: str
    ink: str
    soft: str
    rule: str
    ground: str
    series: tuple[str, ...]


ON_PAGE: Final = Style(
    alone=False,
    width=360,
    font="inherit",
    ink="currentColor",
    soft="var(--soft)",
    rule="var(--rule)",
    ground="var(--paper)",
    series=tuple(f"var(--series-{number})" for number in range(1, 9)),
)
"""Drawn into a page, whose colours it takes, light or dark."""
ON_PAPER: Final = Style(
    alone=True,
    width=520,
    font="Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    ink="#1d1c1a",
    soft="#595650",
    rule="#dcd7cc",
    ground="#ffffff",
    series=("#9e2b20", "#1f5f99", "#2a7a57", "#8a5a00", "#6b4c9a", "#0f7480", "#a03a78", "#5a6472"),
)
"""A picture to take along: light, with its title and its sources in it."""


def chart(panel: Panel, style: Style, notes: Sequence[str] = ()) -> Spec:
    """Write the spec of a panel; one that stands alone has its title over it and the notes under it."""
    edge = _EDGE if style.alone else 0.0
    layout = laid_out(panel, style.width - 2 * edge)
    room = style.width - 2 * edge
    title = wrapped(panel.title, _TITLE * 1.03, room) if style.alone else []
    small = [line for note in notes for line in wrapped(note, _SMALL, room)] if style.alone else []
    above = 12.0 + edge + (len(title) * _TITLE_LINE + 8 if title else 0)
    below = layout.below + (len(small) * _SMALL_LINE + 12 if small else 0) + edge
    return {
        "$schema": SCHEMA,
        "description": panel.title,
        "background": style.ground if style.alone else "transparent",
        "width": layout.plot,
        "height": layout.height,
        "autosize": {"type": "none"},
        "padding": {
            "left": layout.left + edge,
            "top": above,
            "right": style.width - layout.left - layout.plot - edge,
            "bottom": below,
        },
        "config": {"font": style.font, "view": {"stroke": None}, "axis": {"aria": False}},
        "layer": [
            *_joints(panel, style),
            *_ranges(panel, style),
            _points(panel, layout, style),
            *_labels(panel, layout, style),
            *_legend(layout, style),
            *texts(
                [
                    *lines(title, -layout.left, -above + edge + _TITLE_LINE / 2, _TITLE_LINE, style.ink),
                    *lines(
                        small, -layout.left, layout.height + layout.below + 12, _SMALL_LINE, style.soft, ""
                    ),
                ],
                {"": _SMALL, "bold": _TITLE},
            ),
        ],
    }


def _axes(panel: Panel, layout: Layout, style: Style) -> tuple[Row, Row]:
    # With fewer in its count than are given, Vega leaves out every other one.
    words = {"labelFontSize": SIZE, "labelColor": style.soft, "title": None, "labelPadding": 6.0}
    years = [year for year, _ in layout.years]
    values = [float(value) for value, _ in panel.values]
    x = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [layout.first, layout.last], "nice": False, "zero": False},
        "axis": words
        | {
            "values": years,
            "tickCount": len(years),
            "labelExpr": _looked_up(years, [label for _, label in layout.years]),
            "grid": False,
            "domainColor": style.soft,
            "tickColor": style.soft,
            "labelOverlap": False,
            "labelFlush": False,
        },
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {
            "domain": [float(layout.low), float(layout.high)],
            "nice": False,
            "zero": False,
            "reverse": layout.falling,
        },
        "axis": words
        | {
            "values": values,
            "tickCount": len(values),
            "labelExpr": _looked_up(values, [label for _, label in panel.values]),
            "gridColor": style.rule,
            "domain": False,
            "ticks": False,
            "labelOverlap": False,
            "labelLimit": 0,
        },
    }
    return x, y


def _looked_up(values: Sequence[float], labels: Sequence[str]) -> str:
    """Write the expression that gives each tick its label, which was written in words beforehand."""
    written = ", ".join("'" + label.replace("\\", "").replace("'", "\\'") + "'" for label in labels)
    return f"[{written}][indexof([{', '.join(map(repr, values))}], datum.value)]"


def _points(panel: Panel, layout: Layout, style: Style) -> Spec:
    x, y = _axes(panel, layout, style)
    rows = [
        {
            "year": point.year,
            "value": float(point.value),
            "words": point.words,
            "shape": _BAR if point.high is not None else str(point.shape),
            "size": _OBSERVED if point.shape is Shape.OBSERVED else _MARK,
            "stroke": style.series[point.series - 1],
            "fill": style.ground if point.hollow else style.series[point.series - 1],
        }
        for point in panel.points
        if point.high is None
    ]
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "opacity": 1, "strokeWidth": 1.8},
        "encoding": {
            "x": x,
            "y": y,
            "shape": as_is("shape"),
            "size": as_is("size", "quantitative"),
            "stroke": as_is("stroke"),
            "fill": as_is("fill"),
            "description": {"field": "words"},
        },
    }


def _ranges(panel: Panel, style: Style) -> list[Spec]:
    """Draw ranges as bars with caps; one that does not hold yet is dashed."""
    rows = [
        {
            "year": point.year,
            "value": float(point.value),
            "high": float(point.high),
            "words": point.words,
            "stroke": style.series[point.series - 1],
            "dash": [3, 3] if point.hollow else [],
        }
        for point in panel.points
        if point.high is not None
    ]
    ends = [row | {"value": row[end]} for row in rows for end in ("value", "high")]
    if not rows:
        return []
    place = {
        "x": {"field": "year", "type": "quantitative"},
        "y": {"field": "value", "type": "quantitative"},
    }
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": place
            | {
                "y2": {"field": "high"},
                "stroke": as_is("stroke"),
                "strokeDash": as_is("dash"),
                "description": {"field": "words"},
            },
        },
        {
            "data": {"values": ends},
            "mark": {
                "type": "point",
                "shape": "stroke",
                "filled": False,
                "opacity": 1,
                "size": _MARK,
                "strokeWidth": 2.5,
                "aria": False,
            },
            "encoding": place | {"stroke": as_is("stroke")},
        },
    ]


def _joints(panel: Panel, style: Style) -> list[Spec]:
    """Draw lines: within one target or row of measurements; the path that is needed is dashed."""
    layers = []
    for needed in (False, True):
        rows = [
            {
                "year": panel.points[joint.start].year,
                "value": float(panel.points[joint.start].value),
                "year_end": panel.points[joint.end].year,
                "value_end": float(panel.points[joint.end].value),
                "stroke": style.series[panel.points[joint.end].series - 1],
                "words": joint.words,
            }
            for joint in panel.joints
            if joint.needed is needed
        ]
        if rows:
            layers.append(
                {
                    "data": {"values": rows},
                    "mark": {
                        "type": "rule",
                        "strokeWidth": 1.6,
                        "strokeDash": [2, 4] if needed else [],
                        "aria": needed,
                    },
                    "encoding": {
                        "x": {"field": "year", "type": "quantitative"},
                        "y": {"field": "value", "type": "quantitative"},
                        "x2": {"field": "year_end"},
                        "y2": {"field": "value_end"},
                        "stroke": as_is("stroke"),
                        "description": {"field": "words"},
                    },
                }
            )
    return layers


def _labels(panel: Panel, layout: Layout, style: Style) -> list[Spec]:
    rows: list[Row] = []
    leaders: list[Row] = []
    for point, (words, placed) in zip(panel.points, layout.labels, strict=True):
        if placed is None:
            continue
        box, x, y = placed.box, layout.x(point.year), layout.y(point.value)
        to_left = box.right <= x
        side = box.right if to_left else box.left
        align = "right" if to_left else "left"
        colour = style.series[point.series - 1]
        top = box.top + LINE / 2
        rows += lines(words.name, side, top, LINE, colour, "bold", align)
        rows += lines(words.figure, side, top + LINE * len(words.name), LINE, style.ink, "", align)
        if placed.led:
            near = side + 2 if to_left else side - 2
            leaders.append(
                {"px": x, "py": y, "px2": near, "py2": (box.top + box.bottom) / 2, "stroke": colour}
            )
    # On a page the style sheet draws the halo, at no cost: measuring texts takes most of the time of drawing.
    drawn = texts(rows, {"": SIZE, "bold": SIZE}, halo=style.ground if style.alone else None)
    if leaders:
        drawn.insert(0, rules(leaders, 0.8))
    return drawn


def _legend(layout: Layout, style: Style) -> list[Spec]:
    marks: list[Row] = []
    strokes: list[Row] = []
    words: list[Row] = []
    for entry in layout.legend:
        x, y = entry.x - layout.left, layout.legend_top + entry.y
        words += lines([entry.sign.words], x + 18, y, LINE, style.soft, "")
        if entry.sign.shape is None:
            strokes.append({"px": x, "py": y, "px2": x + 13, "py2": y, "stroke": style.soft})
            continue
        is_range = entry.sign.shape is Shape.RANGE
        marks.append(
            {
                "px": x + 6,
                "py": y,
                "shape": _BAR if is_range else str(entry.sign.shape),
                "size": _OBSERVED if entry.sign.shape is Shape.OBSERVED else _MARK * 0.8,
                "stroke": style.soft,
                "fill": style.ground if entry.sign.hollow else style.soft,
            }
        )
    drawn = texts(words, {"": SIZE})
    if strokes:
        drawn.append(rules(strokes, 1.6, [2, 4]))
    if marks:
        drawn.append(
            {
                "data": {"values": marks},
                "mark": {"type": "point", "filled": True, "opacity": 1, "strokeWidth": 1.6, "aria": False},
                "encoding": {
                    "x": as_is("px", "quantitative", axis=True),
                    "y": as_is("py", "quantitative", axis=True),
                    "shape": as_is("shape"),
                    "size": as_is("size", "quantitative"),
                    "stroke": as_is("stroke"),
                    "fill": as_is("fill"),
                },
            }
        )
    return drawn
