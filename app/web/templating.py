"""The template environment, and the one function that turns a page's typed context into HTML.

Which pages there are is said in `pages`; translations come with the context, never with the environment.
"""

from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.i18n import Lang
from app.resources import resource
from app.web.assets import static
from app.web.speech import Speech


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternate:
    """The same page in another language."""

    lang: Lang
    tag: str
    href: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """A page above the one shown, on the way back to the first page."""

    name: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """The page's data in another form: its short name and its media type, as links say them."""

    name: str
    media_type: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a reader's program may ask for again and again, with its own address where it is subscribed to by one."""

    name: str
    media_type: str
    href: str
    subscribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """A figure that stands large on the page's picture, and what it counts."""

    figure: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the frame around every page needs: title, addresses, languages, where the reader is."""

    title: str
    description: str
    canonical: str
    alternates: tuple[Alternate, ...]
    section: str  # the menu's entry that the page belongs to, or ""
    crumbs: tuple[Crumb, ...]  # the pages above it, the first page left out
    json: str | None  # the page's JSON twin
    cite: str | None  # how the page is cited, or none for one without data
    default: str | None = None  # where a reader of neither language is led
    picture: str | None = None  # the address of the picture that stands for the page elsewhere
    highlights: tuple[Highlight, ...] = ()  # for that picture
    downloads: tuple[Download, ...] = ()  # the same data, the JSON twin first
    metadata: str | None = None  # what describes them to programs
    feeds: tuple[Feed, ...] = ()  # what follows the page's data
    linked: tuple[Markup, ...] = ()  # what schema.org has words for, as JSON-LD
    listed: bool = True  # whether search engines are to list the page
    as_of: date | None = None  # the past day whose data the page shows
    now: str | None = None  # the address of the same page as it is today, if that is another one


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The base of every page's context.

    `template` names the file that renders it; `sheets` and `scripts` the files of `app/static` that it needs
    beside those of every page.
    """

    template: ClassVar[str]
    sheets: ClassVar[tuple[str, ...]] = ()
    scripts: ClassVar[tuple[str, ...]] = ()

    head: Head


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Build the environment once: undefined names are errors, everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(resource("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["static"] = static
    # Examples in JSON are to be read: Chinese stays Chinese.
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return made


def render(context: Context, lang: Lang) -> str:
    """Render a page in a language."""
    # Not asdict: that would copy every view below.
    values: dict[str, Any] = {field.name: getattr(context, field.name) for field in fields(context)}
    frame = {"sheets": context.sheets, "scripts": context.scripts}
    return environment().get_template(context.template).render({**Speech(lang).helpers(), **frame, **values})
