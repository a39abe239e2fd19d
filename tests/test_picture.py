"""The picture that stands for a page where its link is shown."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from app.exchange import drawing
from app.exchange.charts.text import width
from app.store.session import Database
from app.web.picture import HEIGHT, WIDTH, svg
from app.web.templating import Head, Highlight
from tests.clients import asking

SVG = "{http://www.w3.org/2000/svg}"
LONG = "到2027年，全省规上人工智能终端企业营业收入突破5000亿元，" * 8


def head(title: str, description: str = "", highlights: tuple[Highlight, ...] = ()) -> Head:
    """Make a head that says no more than a picture shows."""
    return Head(
        title=title,
        description=description,
        canonical="/zh/x",
        alternates=(),
        section="x",
        crumbs=(),
        json=None,
        cite=None,
        highlights=highlights,
    )


def texts(picture: str) -> list[ET.Element]:
    """Give the texts of a picture; raises ParseError for one that is not XML."""
    return list(ET.fromstring(picture).iter(f"{SVG}text"))  # noqa: S314 - our own picture


@pytest.mark.parametrize(
    "title", ["目标", "What was promised & <by> when", LONG, "A very long English title " * 12]
)
def test_every_text_fits_the_picture(title: str) -> None:
    """However long title and description are, each line ends within the margins, above what stands below it."""
    shown = (Highlight(figure="1,234", label="targets"), Highlight(figure="88", label="plans"))
    for highlights in ((), shown):
        found = texts(svg(head(title, LONG, highlights), "sans-serif"))
        for text in found:
            assert text.text
            right = float(text.attrib.get("x", "0")) + width(text.text, float(text.attrib["font-size"]))
            assert right <= WIDTH
            assert float(text.attrib["y"]) <= HEIGHT - 20
        heights = [float(text.attrib["y"]) for text in found[1:]]
        assert heights[: len(heights) - 2 * len(highlights)] == sorted(
            heights[: len(heights) - 2 * len(highlights)]
        )


def test_what_is_cut_says_so() -> None:
    """A title that is longer than four lines ends with an ellipsis; a shorter one is whole."""
    lines = [text.text or "" for text in texts(svg(head(LONG), "sans-serif"))[1:]]
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    whole = [text.text or "" for text in texts(svg(head("中国各级政府承诺何时达到什么"), "sans-serif"))[1:]]
    assert "".join(whole) == "中国各级政府承诺何时达到什么"


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_page_answers_with_its_picture(seeded: Database) -> None:
    """It has the size that the page says, is kept like the page, and changes with the language; an error stays one."""
    with asking(seeded) as client:
        page = client.get("/zh/plans").text
        (address,) = re.findall(r'property="og:image" content="([^"]+)"', page)
        if drawing.cjk_font() is None:
            assert client.get(address).status_code == 501
            pytest.skip("no font with Chinese characters is installed here")
        chinese, english = client.get(address), client.get(address.replace("/zh/", "/en/"))
        again = client.get(address, headers={"If-None-Match": chinese.headers["etag"]})
        missing = client.get("/zh/plans/none-such?picture=png")
    assert chinese.headers["content-type"] == "image/png"
    assert chinese.headers["content-language"] == "zh-Hans-CN"
    assert chinese.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(chinese.content[16:20]) == WIDTH
    assert int.from_bytes(chinese.content[20:24]) == HEIGHT
    assert english.content != chinese.content
    assert again.status_code == 304
    assert missing.status_code == 404
    assert "text/html" in missing.headers["content-type"]
    assert json.dumps(english.headers["content-length"]) == f'"{len(english.content)}"'
