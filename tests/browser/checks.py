"""What is looked at on an open page: each check lists what is wrong, in words that say where.

Opening pages and listening to them is for `visits`.
"""

from collections.abc import Iterable
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Scheme = Literal["dark", "light"]
SCHEMES: tuple[Scheme, ...] = ("dark", "light")
NARROW = (640, 360, 320)
"""Widths in CSS pixels; 640 is what is left of 1,280 at a zoom of 200 %."""
STOPS = 5
# So many elements are named that break one rule; the others are mostly like them.
FEW = 3
# A shift that a reader sees is far above, one that rounding makes below.
STILL = 0.005

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_QUICK = {"resultTypes": ["violations"], "preload": False, "iframes": False}
_CONTRAST_ONLY = _QUICK | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

_NAME = """
const named = e => e.tagName.toLowerCase() + (e.id ? `#${e.id}` : '') +
  [...e.classList].map(c => `.${c}`).join('') + ` “${(e.textContent || '').trim().slice(0, 30)}”`;
"""
_ANATOMY = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return {
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    title: document.title.trim() !== '',
    doubles: [...new Set(ids.filter((id, n) => ids.indexOf(id) !== n))],
  };
}"""
_SHIFT = """() => new Promise(done => {
  let sum = 0;
  const seen = entries => entries.forEach(e => { if (!e.hadRecentInput) sum += e.value; });
  const observer = new PerformanceObserver(list => seen(list.getEntries()));
  observer.observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => setTimeout(() => { seen(observer.takeRecords()); done(sum); }));
})"""
_TOO_WIDE = f"""() => {{
  {_NAME}
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const held = e => {{
    for (let a = e.parentElement; a && a !== document.body; a = a.parentElement)
      if (getComputedStyle(a).overflowX !== 'visible') return true;
    return false;
  }};
  const wide = [...document.body.querySelectorAll('*')].filter(
    e => e.getBoundingClientRect().right > room + 1 && !held(e));
  return wide.slice(-3).map(named).concat(`${{document.documentElement.scrollWidth}} wide`);
}}"""
_FOCUS = f"""() => {{
  {_NAME}
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const ringed = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1)
    || style.boxShadow !== 'none';
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  return {{name: named(e), ringed, seen, skip: e.matches('a.skip'), main: e.matches('main#content')}};
}}"""
_FOUND = f"""
const found = v => v.nodes.slice(0, {FEW}).map(
  n => `${{v.id}}: ${{n.target.join(' ')}}: ${{n.any.map(one => one.message).join() || n.html.slice(0, 120)}}`
).concat(v.nodes.length > {FEW} ? [`${{v.id}}: ${{v.nodes.length}} in all`] : []);
"""
_AXE = f"""async options => {{
  {_FOUND}
  return (await axe.run(document, options)).violations.flatMap(found);
}}"""
# Where the fonts, the colours and all that lies behind are the same, so is the contrast: one of each is enough.
_CONTRAST = (
    f"""async options => {{
  {_FOUND}
"""
    """
  const kinds = new Map();
  for (const e of document.body.querySelectorAll('*')) {
    if (![...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim())) continue;
    const own = getComputedStyle(e);
    const kind = [own.color, own.fontSize, own.fontWeight, own.fill];
    for (let a = e; a; a = a.parentElement) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(a);
      kind.push(a.tagName, a.getAttribute('class'), backgroundColor, backgroundImage, opacity);
    }
    if (!kinds.has(kind.join())) kinds.set(kind.join(), e);
  }
  if (!kinds.size) return [];
  return (await axe.run({include: [...kinds.values()]}, options)).violations.flatMap(found);
}"""
)


def anatomy(page: Page, tag: str) -> list[str]:
    """Look for the language, one first heading, a title, and ids that are there twice."""
    found = page.evaluate(_ANATOMY)
    wrong = [f"id {name} is there twice" for name in found["doubles"]]
    if found["lang"] != tag:
        wrong.append(f"says lang {found['lang']!r}, not {tag!r}")
    if found["headings"] != 1:
        wrong.append(f"{found['headings']} first headings")
    if not found["title"]:
        wrong.append("no title")
    return wrong


def shifts(page: Page) -> list[str]:
    """Look whether what was already shown has moved."""
    moved = float(page.evaluate(_SHIFT))
    return [f"layout moved by {moved:.3f}"] if moved > STILL else []


def axe(page: Page, schemes: Iterable[Scheme] = SCHEMES) -> list[str]:
    """Run axe's rules of WCAG 2.2 AA and its best practices; that of contrast in the colour schemes named.

    Contrast is measured on one element of each kind, which `whole_contrast` shows to be enough.
    """
    page.evaluate(AXE_SCRIPT)
    contrast = {"color-contrast": {"enabled": False}}
    rules = _QUICK | {"runOnly": {"type": "tag", "values": _TAGS}, "rules": contrast}
    wrong = page.evaluate(_AXE, rules)
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{scheme}: {found}" for found in page.evaluate(_CONTRAST, _CONTRAST_ONLY)]
    return list(wrong)


def whole_contrast(page: Page) -> list[str]:
    """Run the rule of contrast on every element, in both schemes; it takes seconds where a page is long."""
    page.evaluate(AXE_SCRIPT)
    wrong = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        wrong += [f"{scheme}: {found}" for found in page.evaluate(_AXE, _CONTRAST_ONLY)]
    return wrong


def reflow(page: Page, widths: Iterable[int] = NARROW) -> list[str]:
    """Look for what makes a narrow page scroll sideways."""
    size = page.viewport_size
    assert size is not None
    wrong = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": size["height"]})
        wrong += [f"at {width}: {found}" for found in page.evaluate(_TOO_WIDE)]
    page.set_viewport_size(size)
    return wrong


def focused(page: Page) -> dict[str, Any] | None:
    """Say what has the focus, or none: its name, whether it is `seen` and `ringed`."""
    found: dict[str, Any] | None = page.evaluate(_FOCUS)
    return found


def keyboard(page: Page, stops: int = STOPS) -> list[str]:
    """Go by Tab to the skip link, by Enter to the content, and on: each stop is seen and ringed."""
    page.keyboard.press("Tab")
    first = focused(page)
    if first is None or not (first["skip"] and first["seen"] and first["ringed"]):
        return [f"the first stop is no skip link that is seen: {first}"]
    page.keyboard.press("Enter")
    there = focused(page)
    if there is None or not there["main"]:
        return [f"the skip link does not lead to the content: {there}"]
    return walk(page, stops)


def walk(page: Page, stops: int) -> list[str]:
    """Press Tab until the page ends or as often as said, and look at each stop."""
    wrong = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop is None:
            break
        wrong += [f"{stop['name']} is not {one}" for one in ("seen", "ringed") if not stop[one]]
    return wrong
