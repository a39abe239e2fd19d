"""Layers of a spec that stand at pixels, not at values: lines of text, leaders, the legend.

What stands where is reckoned in `layout`.
"""

from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]
Row = dict[str, Any]


def lines(
    written: Sequence[str],
    x: float,
    y: float,
    step: float,
    colour: str,
    weight: str = "bold",
    align: str = "left",
) -> list[Row]:
    """Set lines one under the other; `y` is the middle of the first."""
    return [
        {"px": x, "py": y + number * step, "text": line, "fill": colour, "weight": weight, "align": align}
        for number, line in enumerate(written)
    ]


def texts(rows: Sequence[Row], sizes: dict[str, float], halo: str | None = None) -> list[Spec]:
    """Draw lines of text at pixels, a layer for each weight and side; screen readers have the same elsewhere.

    A `halo` of the ground's colour keeps them clear of the lines under them.
    """
    layers = []
    for weight, align in sorted({(row["weight"], row["align"]) for row in rows}):
        own = [
            {name: row[name] for name in ("px", "py", "text", "fill")}
            for row in rows
            if (row["weight"], row["align"]) == (weight, align)
        ]
        layer: Spec = {
            "data": {"values": own},
            "mark": {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "fontSize": sizes[weight],
                "fontWeight": weight or "normal",
                "limit": 0,
                "aria": False,
            },
            "encoding": {
                "x": as_is("px", "quantitative", axis=True),
                "y": as_is("py", "quantitative", axis=True),
                "text": {"field": "text"},
                "fill": as_is("fill"),
            },
        }
        if halo:
            layers.append(layer | {"mark": layer["mark"] | {"stroke": halo, "strokeWidth": 3.5}})
        layers.append(layer)
    return layers


def rules(rows: Sequence[Row], thick: float, dash: Sequence[float] = ()) -> Spec:
    """Draw straight lines from pixel to pixel."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "rule", "strokeWidth": thick, "strokeDash": list(dash), "aria": False},
        "encoding": {
            "x": as_is("px", "quantitative", axis=True),
            "y": as_is("py", "quantitative", axis=True),
            "x2": {"field": "px2"},
            "y2": {"field": "py2"},
            "stroke": as_is("stroke"),
        },
    }


def as_is(field: str, kind: str = "nominal", *, axis: bool = False) -> Spec:
    """Take a field's values as pixels, colours or shapes; `axis` for what would have one."""
    encoded: Spec = {"field": field, "type": kind, "scale": None}
    encoded["axis" if axis else "legend"] = None
    return encoded
