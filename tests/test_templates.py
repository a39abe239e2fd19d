"""The contract between pages and templates: names, safety, and that every sentence is translated.

What the pages say is tested with the pages.
"""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2 import UndefinedError, meta, nodes
from jinja2.ext import babel_extract

from app.i18n import LANGS
from app.resources import resource
from app.web import admin, api, pages
from app.web.speech import HELPERS, Speech
from app.web.templating import Context, environment

FOLDER = resource("templates")
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))


def below(base: type[Context]) -> Iterator[type[Context]]:
    """Give the contexts of pages that derive from one, however far; a base of several has no template."""
    for context in base.__subclasses__():
        if hasattr(context, "template"):
            yield context
        yield from below(context)


# A dataclass with slots is made twice; the later one is the one in use.
CONTEXTS = list({context.__name__: context for context in below(Context)}.values())
FRAME = {"sheets", "scripts"}
ROUTERS = (
    admin.router,
    api.router,
    pages.router,
)  # They name the contexts; without them there would be none.


def parse(name: str) -> nodes.Template:
    """Parse one template."""
    return environment().parse((FOLDER / name).read_text(encoding="utf-8"))


def used_by(name: str) -> set[str]:
    """Name a template and all that it extends, includes or imports, however deep."""
    found = {name}
    for other in meta.find_referenced_templates(parse(name)):
        assert other is not None, f"{name} names a template that is only known when it is rendered"
        found |= used_by(other)
    return found


def named_in(tree: nodes.Template) -> set[str]:
    """Collect what a template names itself: imports, macros, loop variables, assignments."""
    targets = [node.target for node in tree.find_all(nodes.For)]
    targets += [node.target for node in tree.find_all(nodes.Assign)]
    names = {target.name for target in targets if isinstance(target, nodes.Name)}
    names |= {name.name for target in targets for name in target.find_all(nodes.Name)}
    names |= {node.target for node in tree.find_all(nodes.Import)}
    return names | {node.name for node in tree.find_all(nodes.Macro)}


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.__name__)
def test_a_template_uses_exactly_the_fields_of_its_context(context: type[Context]) -> None:
    """What a page's templates ask for is what its context has: nothing is missing, nothing is left over."""
    trees = [parse(name) for name in used_by(context.template)]
    asked = set().union(*(meta.find_undeclared_variables(tree) for tree in trees))
    given = {field.name for field in fields(context)}
    # A partial sees the loop variables and imports of what includes it.
    local = set().union(*(named_in(tree) for tree in trees)) - given
    assert asked - HELPERS - FRAME - set(environment().globals) - local == given


def test_every_template_is_used() -> None:
    """No template lies about that no page renders."""
    assert set().union(*(used_by(context.template) for context in CONTEXTS)) == set(TEMPLATES)


def test_the_helpers_are_the_ones_that_are_promised() -> None:
    """Each name in HELPERS is given to templates, and no other."""
    assert set(Speech("zh").helpers()) == HELPERS


def test_an_undefined_name_is_an_error() -> None:
    """A slip in a template fails, instead of leaving a hole in the page."""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_everything_is_escaped() -> None:
    """Text is never taken for markup."""
    assert environment().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_inline_and_nothing_is_marked_safe(name: str) -> None:
    """The content security policy refuses inline styles and scripts, so there are none."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    text = text.replace('<script type="module" src=', "").replace('<script type="application/ld+json">', "")
    assert re.findall(r"\sstyle=|<style|<script|\son[a-z]+=|\|\s*safe\b|autoescape", text) == []


def _messages() -> set[tuple[str, ...]]:
    """Collect every sentence that templates and pages translate, with its plural where it has one."""
    found: set[tuple[str, ...]] = set()
    keywords = {"gettext": None, "ngettext": (1, 2), "_": None}

    def note(message: str | tuple[str | None, ...] | None) -> None:
        parts = message if isinstance(message, tuple) else (message,)
        found.add(tuple(part for part in parts if part is not None))

    for name in TEMPLATES:
        with (FOLDER / name).open("rb") as file:
            for _, _, message, _ in babel_extract(file, tuple(keywords), (), {}):
                note(message)
    app = Path(str(pages.__file__)).parents[2]
    for path in sorted([*app.glob("web/**/*.py"), *app.glob("exchange/**/*.py")]):
        with path.open("rb") as file:
            for _, message, _, _ in extract("python", file, keywords=keywords):
                note(message)
    return found


def test_every_sentence_of_the_pages_is_in_the_chinese_catalogues_and_no_other() -> None:
    """A sentence without a translation would appear in English on a Chinese page; one in two files is in doubt."""
    known: list[tuple[str, ...]] = []
    for path in sorted((resource("locale") / "zh").glob("*.po")):
        if path.name in {"words.po", "problems.po", "columns.po"}:
            continue
        assert not re.search(r"#, fuzzy|^#~", path.read_text(encoding="utf-8"), re.MULTILINE)
        with path.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        known += [(m.id,) if isinstance(m.id, str) else tuple(m.id) for m in messages]
        for message in messages:
            first = str(message.id[0] if isinstance(message.id, tuple | list) else message.id)
            said = str(message.string[0] if isinstance(message.string, tuple | list) else message.string)
            assert said
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", first))
    assert sorted(known) == sorted(_messages())


def test_both_methodologies_have_the_same_parts() -> None:
    """The rules are explained under the same headings, with the same addresses, in both languages."""
    parts = [
        re.findall(r'id="(\w+)"', (FOLDER / f"pages/_methodology_{lang}.html").read_text(encoding="utf-8"))
        for lang in LANGS
    ]
    assert parts[0] == parts[1] == [*(f"r{number}" for number in range(1, 10)), "gaps", "charts", "exports"]
