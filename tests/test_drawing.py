"""The process that draws: what it gives, what it keeps, and what happens when it breaks, hangs or is left alone."""

import io
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psutil  # type: ignore[import-untyped,unused-ignore]
import pytest

from app.domain.errors import UnavailableError
from app.exchange import drawing
from app.exchange.drawing import Drawer, NoFontError

BARE = {"$schema": drawing.SCHEMA, "data": {"values": [{"n": 1}]}, "mark": "point"}
# Processes of our own that answer as the drawing one does, in the ways that are to be tested.
ECHO = 'import sys\nfor line in sys.stdin: print(\'{"drawn": ["%d"]}\' % len(line), flush=True)'
SILENT = "import time\ntime.sleep(60)"
GONE = "raise SystemExit"
FONTLESS = 'import sys\nfor line in sys.stdin: print(\'{"drawn": [""]}\', flush=True)'


@contextmanager
def drawer(code: str | None = None, *, seconds: float = 20, limit: int = 10_000_000) -> Iterator[Drawer]:
    """Lend a drawer with a child of its own, running the code given or the real thing."""
    command = {"command": [sys.executable, "-c", code]} if code else {}
    with closing(Drawer(seconds=seconds, limit=limit, **command)) as lent:
        yield lent


def gone(pid: int) -> bool:
    """Wait until a process has ended."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_spec_becomes_svg_and_png() -> None:
    """Both are what they should be, and a Chinese picture is drawn where a font for it was found."""
    svg = drawing.svg(BARE)
    assert svg.startswith("<svg ")
    assert drawing.png(svg).startswith(b"\x89PNG")
    assert drawing.png(BARE) == drawing.png(svg)
    assert len(drawing.png(svg, scale=4)) > len(drawing.png(svg, scale=1))


def test_several_specs_are_drawn_in_their_order() -> None:
    """One that comes twice is drawn once and given twice."""
    wide = {**BARE, "width": 777}
    drawn = drawing.svgs([wide, BARE, wide])
    assert drawn == [drawing.svg(wide), drawing.svg(BARE), drawing.svg(wide)]
    assert ["777" in svg for svg in drawn] == [True, False, True]


def test_nothing_is_fetched() -> None:
    """A spec that names data elsewhere is refused, not followed."""
    with pytest.raises(UnavailableError, match="drawing_failed"):
        drawing.svg({**BARE, "data": {"url": "http://127.0.0.1:9/data.json"}})


def test_a_spec_that_cannot_be_drawn_is_refused_and_the_next_one_drawn() -> None:
    """The process goes on."""
    with pytest.raises(UnavailableError) as refused:
        drawing.svg({"mark": "no such mark"})
    assert (refused.value.code, refused.value.status) == ("drawing_failed", 503)
    assert drawing.svg(BARE).startswith("<svg ")


def test_what_was_drawn_is_kept_up_to_a_number_of_bytes() -> None:
    """The same order is not sent twice; the one not used for longest goes first."""
    with drawer(ECHO, limit=5) as lent:
        first = lent.svgs([{"a": 1}])
        child = lent.child
        lent.close()
        assert lent.svgs([{"a": 1}]) == first
        assert lent.child is None
        lent.svgs([{"a": 10}])
        assert lent.child not in {None, child}
        lent.svgs([{"a": 1}])
        lent.svgs([{"a": 100}])
        assert lent.size <= 5
        lent.close()
        lent.svgs([{"a": 1}])
        assert lent.child is None
        lent.svgs([{"a": 10}])
        assert lent.child is not None


def test_a_child_that_was_killed_is_started_again() -> None:
    """Who asks next does not notice."""
    with drawer(ECHO) as lent:
        lent.svgs([{"a": 1}])
        first = lent.child
        assert first is not None
        psutil.Process(first).kill()
        assert lent.svgs([{"a": 20}]) == ["21"]
        assert lent.child != first


def test_a_child_that_ends_at_once_is_given_up() -> None:
    """It is started twice, not for ever."""
    with drawer(GONE) as lent, pytest.raises(UnavailableError, match="drawing_failed"):
        lent.svgs([BARE])


def test_a_child_that_does_not_start_is_given_up() -> None:
    """There is a sentence for that, not a stack trace."""
    lent = Drawer(["/nowhere/to/be/found"])
    with pytest.raises(UnavailableError, match="drawing_failed"):
        lent.svgs([BARE])


def test_a_child_that_hangs_is_ended() -> None:
    """Its reader waits for as long as was set, and no longer."""
    with drawer(SILENT, seconds=0.3) as lent:
        began = time.monotonic()
        with pytest.raises(UnavailableError, match="drawing_failed"):
            lent.svgs([BARE])
        assert time.monotonic() - began < 5
        assert lent.child is None


def test_threads_that_ask_for_the_same_have_it_drawn_once() -> None:
    """Sixteen of them get one answer from one child."""
    with drawer(ECHO) as lent:
        got: list[str] = []
        threads = [
            threading.Thread(target=lambda n=n: got.extend(lent.svgs([{"a": n % 2}]))) for n in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert got == ["20"] * 16
        assert lent.size == 4


def test_a_picture_with_chinese_is_refused_where_no_font_has_it() -> None:
    """One without is drawn all the same: 501, since trying again does not help."""
    with drawer(FONTLESS) as lent:
        with pytest.raises(NoFontError) as refused:
            lent.png("<svg>目标</svg>", 1)
        assert (refused.value.code, refused.value.status) == ("no_cjk_font", 501)
        assert lent.png("<svg>target</svg>", 1) == b""


def test_a_font_is_found_by_drawing() -> None:
    """The first that does not leave the picture blank; where none is known, whatever the system falls back on."""
    found = drawing.cjk_font()
    if found is None:
        pytest.skip("no font with Chinese characters is installed")
    assert found in {*drawing.FONTS, "sans-serif"}
    only = json.loads(drawing.answer(b'[{"font": ["no such font either"]}]\n'))
    assert only == {"drawn": ["sans-serif"]}


def test_the_child_ends_with_its_server() -> None:
    """Nobody is left behind when the server is killed outright."""
    code = (
        "from app.exchange import drawing\n"
        "drawing._drawer._start()\n"
        "print(drawing._drawer.child, flush=True)\n"
        "input()"
    )
    server = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None
    assert server.stdout is not None
    with server.stdin, server.stdout:
        child = int(server.stdout.readline())
        assert psutil.pid_exists(child)
        server.kill()
        server.wait()
        assert gone(child)


def test_closing_ends_the_child() -> None:
    """The next drawing starts another one."""
    with drawer(ECHO) as lent:
        lent.svgs([{"a": 1}])
        child = lent.child
        assert child is not None
        lent.close()
        assert gone(child)
        assert lent.svgs([{"a": 2}]) == ["20"]


def test_the_child_answers_line_by_line_until_there_are_no_more() -> None:
    """What breaks is told as such, in one line."""
    told = io.BytesIO()
    drawing.serve(io.BytesIO(b'[{"nothing": 1}]\nno json\n'), told)
    lines = told.getvalue().splitlines()
    assert [list(json.loads(line)) for line in lines] == [["error"], ["error"]]


def test_warming_up_starts_the_child_beside_its_caller() -> None:
    """The first reader of a chart does not wait for the start."""
    code = (
        "import time\n"
        "from app.exchange import drawing\n"
        "drawing.warm()\n"
        "while not drawing._drawer.size: time.sleep(0.05)\n"
        "print(drawing._drawer.child)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert int(done.stdout) > 0
    assert done.stderr == ""


def test_other_threads_go_on_while_a_chart_is_drawn() -> None:
    """The work is the child's: this process spends no time on it that its other threads would have to wait for."""
    spec = {**BARE, "width": 778, "height": os.getpid() % 500 + 100}
    drawing.svg(BARE)
    began = time.process_time()
    drawing.svg(spec)
    assert time.process_time() - began < 0.02
