"""Drawing Vega-Lite specs as SVG, and SVG as PNG, in one child process a server process, with what was drawn kept.

The drawing library holds the interpreter while it works (113 ms with every other thread frozen), hence the child.
What a chart shows belongs to `charts`; nothing here knows a figure or a language.
"""

import atexit
import base64
import contextlib
import hashlib
import json
import logging
import re
import signal
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import IO, Any, Final

from app.domain.errors import DomainError, UnavailableError

Spec = Mapping[str, Any]

VEGA_LITE: Final = "6.4"
"""The version that specs are written in."""
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
"""What `$schema` says of it."""
FONTS: Final = (
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "PingFang SC"),
    *("Microsoft YaHei", "Hiragino Sans GB", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Heiti SC"),
    *(
        "Droid Sans Fallback",
        "SimHei",
        "Sarasa Gothic SC",
        "LXGW WenKai",
        "Noto Serif CJK SC",
        "Noto Serif SC",
    ),
    *("Source Han Serif SC", "Songti SC", "SimSun", "AR PL UMing CN", "Noto Sans CJK JP", "Noto Sans CJK TC"),
)
"""Fonts with the Simplified characters, the ones that suit a chart first."""

# A cold child takes half a second to its first chart, several on a machine that is busy otherwise.
_SECONDS: Final = 30.0
_KEPT_BYTES: Final = 16 * 2**20
_COMMAND: Final = (sys.executable, "-P", "-m", "app.exchange.drawing")
_CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_BARE: Final[Spec] = {"$schema": SCHEMA, "data": {"values": [{"n": 1}]}, "mark": "point"}

logger = logging.getLogger("mubiao")


class NoFontError(DomainError):
    """No installed font has Chinese characters, so that a picture with Chinese in it cannot be drawn here.

    501, not 503: to try again later helps nobody; someone has to install a font.
    """

    status = 501


class Drawer:
    """A child process that draws, started when it is first needed and again when it has ended; safe for threads."""

    def __init__(
        self, command: Sequence[str] = _COMMAND, *, seconds: float = _SECONDS, limit: int = _KEPT_BYTES
    ) -> None:
        """Let a command draw that reads and writes lines as `answer` does; keep at most `limit` bytes."""
        self._command = command
        self._seconds = seconds
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[bytes, Any] = OrderedDict()
        self._keeping = threading.Lock()
        self._asking = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def child(self) -> int | None:
        """The id of the process that draws, none while there is none."""
        return self._child.pid if self._child else None

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return self._size

    def svgs(self, specs: Sequence[Spec]) -> list[str]:
        """Draw specs as SVG, all that are not kept in one round; raises UnavailableError drawing_failed."""
        return self._results([{"svg": spec} for spec in specs])

    def png(self, svg: str, scale: float) -> bytes:
        """Draw an SVG as PNG; raises UnavailableError drawing_failed, NoFontError no_cjk_font."""
        if _CHINESE.search(svg) and self.font() is None:
            raise NoFontError("no_cjk_font")
        return base64.b64decode(self._results([{"png": svg, "scale": scale}])[0])

    def font(self) -> str | None:
        """Name a font in which Chinese is drawn; raises UnavailableError drawing_failed."""
        found: str = self._results([{"font": list(FONTS)}])[0]
        return found or None

    def close(self) -> None:
        """End the child; the next drawing starts another one."""
        with self._asking:
            self._end()

    def _results(self, orders: Sequence[Spec]) -> list[Any]:
        """Give what is kept of these orders, and have the rest drawn."""
        lines = [json.dumps(order, ensure_ascii=False).encode() for order in orders]
        keys = [hashlib.sha256(line).digest() for line in lines]
        found = self._look(keys)
        if len(found) < len(set(keys)):
            with self._asking:
                # Another thread may have asked for the same while this one waited.
                found |= self._look(keys)
                missing = {key: line for key, line in zip(keys, lines, strict=True) if key not in found}
                if missing:
                    found |= zip(missing, self._ask(b"[" + b",".join(missing.values()) + b"]\n"), strict=True)
                    self._keep({key: found[key] for key in missing})
        return [found[key] for key in keys]

    def _look(self, keys: Sequence[bytes]) -> dict[bytes, Any]:
        with self._keeping:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
        return found

    def _keep(self, results: Mapping[bytes, str]) -> None:
        with self._keeping:
            for key, result in results.items():
                self._kept[key] = result
                self._size += len(result)
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1])

    def _ask(self, line: bytes) -> list[Any]:
        """Send one line and wait for the other; a child that is gone is started again, once."""
        for _ in range(2):
            child = self._child if self._child and self._child.poll() is None else self._start()
            hung = threading.Event()
            watch = threading.Timer(self._seconds, _kill, (child, hung))
            watch.start()
            try:
                said = _exchange(child, line)
            finally:
                watch.cancel()
            if said:
                answer: dict[str, Any] = json.loads(said)
                if "error" in answer:
                    logger.error("a chart could not be drawn: %s", answer["error"])
                    break
                drawn: list[Any] = answer["drawn"]
                return drawn
            self._end()
            logger.warning("the process that draws charts %s", "hung" if hung.is_set() else "has ended")
            if hung.is_set():
                break
        raise UnavailableError("drawing_failed")

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        try:
            self._child = subprocess.Popen(  # noqa: S603 - our own command
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            logger.warning("the process that draws charts does not start: %s", error)
            raise UnavailableError("drawing_failed") from error
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            # An order that the child did not read any more is written out in vain.
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()
        child.wait()


def _kill(child: subprocess.Popen[bytes], hung: threading.Event) -> None:
    hung.set()
    child.kill()


def _exchange(child: subprocess.Popen[bytes], line: bytes) -> bytes:
    """Write a line and read one; nothing if the child has ended."""
    if child.stdin is None or child.stdout is None:
        return b""
    try:
        child.stdin.write(line)
        child.stdin.flush()
        return child.stdout.readline()
    except OSError:
        return b""


_drawer = Drawer()
# A child whose server has ended without this sees the end of its input, and ends too.
atexit.register(_drawer.close)


def svg(spec: Spec) -> str:
    """Draw a spec as SVG; raises UnavailableError drawing_failed."""
    return _drawer.svgs([spec])[0]


def svgs(specs: Sequence[Spec]) -> list[str]:
    """Draw several specs as SVG in one round; raises UnavailableError drawing_failed."""
    return _drawer.svgs(specs)


def png(picture: str | Spec, scale: float = 2) -> bytes:
    """Draw an SVG or a spec as PNG, `scale` pixels for each of its units.

    Its texts must name `cjk_font()` first, with `sans-serif` after it: an unknown family alone draws nothing.
    Raises UnavailableError drawing_failed, and NoFontError no_cjk_font for a picture that holds Chinese where no
    font has it.
    """
    return _drawer.png(picture if isinstance(picture, str) else svg(picture), scale)


def cjk_font() -> str | None:
    """Name an installed font in which Chinese is drawn, none if there is none.

    Found by drawing: a family that is not installed leaves the picture blank. Where none of the known names is
    there but a font that has the characters is, `sans-serif` falls back on it. The answer is kept as drawings are.
    Raises UnavailableError drawing_failed.
    """
    return _drawer.font()


def warm() -> None:
    """Start the child beside what the caller does next, so that the first reader does not wait for it."""
    threading.Thread(target=_warm, name="warm drawing", daemon=True).start()


def _warm() -> None:
    try:
        _drawer.svgs([_BARE])
        _drawer.font()
    except UnavailableError:
        # Readers will be told when they ask for a chart; the log has it already.
        return


def close() -> None:
    """End the child; the next drawing starts another one."""
    _drawer.close()


def answer(line: bytes) -> bytes:
    """Draw what a line orders, in the child: a list of specs, pictures and questions for a font."""
    try:
        return json.dumps({"drawn": [_draw(order) for order in json.loads(line)]}).encode() + b"\n"
    except Exception as error:  # noqa: BLE001 - whatever it is, the server must be told, and go on
        return json.dumps({"error": str(error)[:500]}).encode() + b"\n"


def _draw(order: Mapping[str, Any]) -> str:
    # Imported here, in the child alone: the server itself has no use for it.
    import vl_convert  # noqa: PLC0415

    if "svg" in order:
        drawn: str = vl_convert.vegalite_to_svg(order["svg"], vl_version=VEGA_LITE, allowed_base_urls=[])
        return drawn
    if "png" in order:
        return base64.b64encode(vl_convert.svg_to_png(order["png"], scale=order["scale"])).decode()
    blank = _written("no such font", "目", vl_convert)
    for font in order["font"]:
        if _written(font, "目", vl_convert) != blank:
            return str(font)
    # Different characters that look alike are the box for what a font does not have.
    alike = any(a == b for a, b in pairwise(_written("sans-serif", each, vl_convert) for each in "目标"))
    return "" if alike else "sans-serif"


def _written(font: str, text: str, library: Any) -> bytes:
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<text x="2" y="20" font-size="18" font-family="{font}">{text}</text></svg>'
    )
    drawn: bytes = library.svg_to_png(picture)
    return drawn


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Answer line by line until there are no more: then the server is gone."""
    for line in orders:
        answers.write(answer(line))
        answers.flush()


if __name__ == "__main__":
    # Ctrl-C ends the server, which ends this process when it has no more use for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
