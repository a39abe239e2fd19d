"""Charts as Vega-Lite specs: plain dicts, made of points whose words are already in the reader's language.

Which figures stand in a chart is decided by who asks, how a spec becomes a picture by `drawing`.
"""

from app.exchange.charts.panel import Joint, Panel, Point, Shape, Sign
from app.exchange.charts.scales import steps
from app.exchange.charts.spec import ON_PAGE, ON_PAPER, Style, chart

__all__ = ["ON_PAGE", "ON_PAPER", "Joint", "Panel", "Point", "Shape", "Sign", "Style", "chart", "steps"]
