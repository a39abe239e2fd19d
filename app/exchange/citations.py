"""Citations of figures: what each says, in which document, according to which source and paragraph, as of which day.

One entry becomes plain text, BibTeX or CSL-JSON; which figures a page cites is the web's business.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final, Literal
from urllib.parse import quote

from app import i18n
from app.domain.dates import PartialDate
from app.domain.figures import plain
from app.domain.vocabulary import Kind
from app.i18n import TAGS, Lang, word
from app.store.views.base import EvidenceView, View
from app.store.views.citing import CitedPlan, CitedSource
from app.store.views.facts import DeadlineView, FigureView, ObservationView
from app.wording import figure

TITLES: Final[Mapping[Lang, str]] = {"zh": "目标（Mubiao）", "en": "Mubiao (目标)"}
_COLONS: Final[Mapping[Lang, str]] = {"zh": "：", "en": ": "}
# The dates of a plan, the one that a reader would look for first.
_DATES: Final = ("published", "written", "reported", "effective")
_KEY: Final = re.compile(r"[^A-Za-z0-9.:-]+")
_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all citations of an answer share: language, public address, day and revision of the data.

    `public` is the address of the site without a slash at its end, empty where none is set.
    """

    lang: Lang
    public: str
    as_of: date
    revision: int

    def address(self, path: str, fragment: str = "") -> str:
        """Give the address of a page in the citation's language."""
        mark = f"#{quote(fragment, safe='@:')}" if fragment else ""
        return f"{self.public}/{self.lang}{path}{mark}"

    def text(self, view: View, name: str) -> str:
        """Give the Chinese words of a field; to readers of English with the English in brackets (R9)."""
        chinese: str | None = getattr(view, f"{name}_zh")
        english: str | None = getattr(view, f"{name}_en")
        if self.lang == "zh" or not english:
            return chinese or ""
        bracketed = english if english.startswith("[") else f"[{english}]"
        return f"{chinese} {bracketed}" if chinese else english

    def ours(self, view: View, name: str) -> str:
        """Give words of our own in the citation's language, the Chinese where the English is missing (R9)."""
        english: str | None = getattr(view, f"{name}_en")
        chinese: str | None = getattr(view, f"{name}_zh")
        return (english if self.lang == "en" else None) or chinese or ""

    def name(self, view: View) -> str:
        """Name a region or a body in the citation's language."""
        name: str = getattr(view, f"name_{self.lang}")
        return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is cited: a document for a figure in it, or the data set; `facts` are the figure for machines."""

    id: str
    type: Literal["report", "dataset"]
    title: str
    authors: tuple[str, ...]
    url: str
    note: str
    issued: PartialDate | None = None
    number: str | None = None
    genre: str | None = None
    version: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key in BibTeX, which holds as long as the id does: signs that BibTeX refuses become colons."""
        return _KEY.sub(":", self.id)


def data_set(setting: Setting, path: str) -> Entry:
    """Cite the data themselves, as the page at this path shows them."""
    _ = partial(i18n.gettext, setting.lang)
    return Entry(
        id="mubiao",
        type="dataset",
        title=_COLONS[setting.lang].join(
            (TITLES[setting.lang], _("what Chinese governments promised to reach, by when"))
        ),
        authors=("Mubiao",),
        url=setting.address(path),
        note=_("Data under CC BY 4.0, as of {date}", date=setting.as_of.isoformat()),
        issued=PartialDate.parse(setting.as_of.isoformat()),
        version=_("data revision {revision}", revision=setting.revision),
    )


def of_plan(setting: Setting, plan: CitedPlan) -> Entry:
    """Cite a document."""
    return _of_document(setting, plan, plan.slug, setting.address(f"/plans/{plan.slug}"), "")


def of_deadline(
    setting: Setting,
    deadline: DeadlineView,
    plans: Mapping[str, CitedPlan],
    sources: Mapping[str, CitedSource],
) -> Entry:
    """Cite a dated figure: the document that sets it, with the figure, its sources and paragraphs in the note."""
    _ = partial(i18n.gettext, setting.lang)
    due = PartialDate.around(deadline.due_on, deadline.due_precision)
    parts = [
        _(
            "{region}: {statement}",
            region=setting.name(deadline.region),
            statement=setting.ours(deadline.target, "statement"),
        ),
        _figure(setting, deadline, deadline.kind),
        _("due {date}", date=due) if due else _("no date"),
        *_evidence(setting, deadline.evidence, sources),
        _origin(setting),
    ]
    return _of_document(
        setting,
        plans[deadline.plan.slug],
        deadline.id,
        setting.address(f"/targets/{deadline.target.public_id}", deadline.id),
        _joined(setting, parts),
        _facts(setting, deadline, deadline.evidence) | ({"due": str(due)} if due else {}),
    )


def of_observation(
    setting: Setting, observation: ObservationView, sources: Mapping[str, CitedSource]
) -> Entry:
    """Cite an observed figure: its first source, with figure, measurer, period and paragraphs in the note."""
    _ = partial(i18n.gettext, setting.lang)
    first = sources[observation.evidence[0].source] if observation.evidence else None
    period = PartialDate.around(observation.to_on, observation.precision)
    measurer = observation.measured_by
    parts = [
        _(
            "{region}: {statement}",
            region=setting.name(observation.region),
            statement=setting.ours(observation, "statement"),
        ),
        _figure(setting, observation, observation.kind),
        _("figure for {date}", date=period) if period else "",
        _("measured by {body}", body=setting.name(measurer)) if measurer else "",
        word(setting.lang, observation.status),
        *_evidence(setting, observation.evidence, sources),
        _origin(setting),
    ]
    publisher = _publisher(setting, first) if first else ""
    return Entry(
        id=observation.slug,
        type="report",
        title=setting.text(first or observation, "title" if first else "statement"),
        authors=(publisher,) if publisher else (),
        url=setting.address(f"/observations/{observation.slug}"),
        note=_joined(setting, parts),
        issued=PartialDate.around(first.published_on, first.published_precision) if first else None,
        genre=word(setting.lang, first.kind) if first else None,
        facts=_facts(setting, observation, observation.evidence)
        | ({"period": str(period)} if period else {}),
    )


def as_text(entries: Iterable[Entry], lang: Lang) -> str:
    """Write entries as plain text, one to a line."""
    return "".join(f"{_line(entry, lang)}\n" for entry in entries)


def as_bibtex(entries: Iterable[Entry], setting: Setting) -> str:
    """Write entries as BibTeX in UTF-8: what is in braces keeps its capitals and is one name."""
    return "\n".join(_bibtex(entry, setting) for entry in entries)


def as_csl(entries: Iterable[Entry], setting: Setting) -> str:
    """Write entries as CSL-JSON, which Zotero and pandoc read."""
    return json.dumps([_csl(entry, setting) for entry in entries], ensure_ascii=False, indent=2) + "\n"


def _of_document(
    setting: Setting,
    plan: CitedPlan,
    name: str,
    url: str,
    note: str,
    facts: Mapping[str, str] | None = None,
) -> Entry:
    dates = (
        PartialDate.around(getattr(plan, f"{one}_on"), getattr(plan, f"{one}_precision")) for one in _DATES
    )
    return Entry(
        id=name,
        type="report",
        title=setting.text(plan, "title"),
        authors=tuple(setting.name(body) for body in plan.issuers) or (setting.name(plan.region),),
        url=url,
        note=note or _origin(setting),
        issued=next((one for one in dates if one), None),
        number=plan.document_number,
        # A draft is never cited as if it were in force (R7).
        genre=_comma(setting.lang).join((word(setting.lang, plan.form), word(setting.lang, plan.stage))),
        facts=facts or {},
    )


def _figure(setting: Setting, view: FigureView, kind: Kind) -> str:
    """Give a figure in its own words and as readers of the language write it; nothing if qualitative."""
    if view.comparator is None or view.value is None or view.unit is None:
        return ""
    written = figure(setting.lang, view.comparator, view.value, view.value_high, view.unit, kind)
    if view.value_as_stated in (None, written):
        return written
    brackets = "“{}”（{}）" if setting.lang == "zh" else "“{}” ({})"
    return brackets.format(view.value_as_stated, written)


def _evidence(
    setting: Setting, evidence: Sequence[EvidenceView], sources: Mapping[str, CitedSource]
) -> list[str]:
    """Name each source once, with publisher, day and address where known, and its paragraphs with their words."""
    _ = partial(i18n.gettext, setting.lang)
    found: dict[str, list[str]] = defaultdict(list)
    for one in evidence:
        found[one.source].append(
            _("paragraph {paragraph}: “{phrase}”", paragraph=one.paragraph, phrase=one.phrase)
        )
    return [
        _(
            "according to {source}, {paragraphs}",
            source=_source(setting, sources[slug]),
            paragraphs=_comma(setting.lang).join(paragraphs),
        )
        for slug, paragraphs in found.items()
    ]


def _source(setting: Setting, source: CitedSource) -> str:
    day = PartialDate.around(source.published_on, source.published_precision)
    parts = (
        _quoted(setting.lang, setting.text(source, "title")),
        _publisher(setting, source),
        str(day) if day else "",
        source.url or "",
    )
    return _comma(setting.lang).join(filter(None, parts))


def _publisher(setting: Setting, source: CitedSource) -> str:
    return getattr(source, f"publisher_{setting.lang}") or source.publisher_zh or ""


def _origin(setting: Setting) -> str:
    _ = partial(i18n.gettext, setting.lang)
    return _(
        "{title}, data revision {revision}, as of {date}",
        title=TITLES[setting.lang],
        revision=setting.revision,
        date=setting.as_of.isoformat(),
    )


def _facts(setting: Setting, view: FigureView, evidence: Sequence[EvidenceView]) -> dict[str, str]:
    """Give a figure in fields, for machines: what has no value is left out."""
    known = {
        "value_as_stated": view.value_as_stated,
        "comparator": view.comparator,
        "value": None if view.value is None else plain(view.value),
        "value_high": None if view.value_high is None else plain(view.value_high),
        "unit": view.unit,
        "source": "; ".join(one.source for one in evidence) or None,
        "paragraph": "; ".join(one.paragraph for one in evidence) or None,
        "data_revision": str(setting.revision),
        "as_of": setting.as_of.isoformat(),
    }
    return {name: str(value) for name, value in known.items() if value is not None}


def _line(entry: Entry, lang: Lang) -> str:
    """Write an entry as one line of text."""
    parts = (entry.number, entry.genre, entry.version, str(entry.issued) if entry.issued else None)
    known = _comma(lang).join(part for part in parts if part)
    brackets = "（{}）" if lang == "zh" else " ({})"
    more = brackets.format(known) if known else ""
    title = f"{_quoted(lang, entry.title)}{more}"
    work = _COLONS[lang].join(filter(None, (_comma(lang).join(entry.authors), title)))
    stop, end = ("。", "") if lang == "zh" else (". ", " ")
    return f"{work}{stop}{entry.note}{stop.rstrip()}{end}{entry.url}"


def _quoted(lang: Lang, title: str) -> str:
    """Put a title in the language's marks; one that the source does not name has its brackets already."""
    if title.startswith("["):
        return title
    return f"《{title}》" if lang == "zh" else f"“{title}”"


def _comma(lang: Lang) -> str:
    return "，" if lang == "zh" else ", "


def _joined(setting: Setting, parts: Iterable[str]) -> str:
    """Join parts of a note, each of which may end in a stop of its own."""
    between = "；" if setting.lang == "zh" else "; "
    return between.join(part.rstrip("。.") for part in parts if part)


def _bibtex(entry: Entry, setting: Setting) -> str:
    report = entry.type == "report"
    author = " and ".join(f"{{{_escaped(one)}}}" for one in entry.authors)
    fields = {
        "author": author,
        "title": f"{{{_escaped(entry.title)}}}",
        "institution" if report else "publisher": author,
        "type" if report else "howpublished": _escaped(entry.genre or ""),
        "number": _escaped(entry.number or ""),
        "version": _escaped(entry.version or ""),
        "date": _iso(entry.issued),
        "year": str(entry.issued.last.year) if entry.issued else "",
        "note": _escaped(entry.note),
        # Addresses are taken as they are; ours hold no sign that would end the field.
        "url": entry.url,
        "urldate": setting.as_of.isoformat(),
        "language": "chinese" if setting.lang == "zh" else "english",
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'techreport' if report else 'misc'}{{{entry.key},\n{lines}}}\n"


def _escaped(text: str) -> str:
    """Write text so that TeX sets it as it stands."""
    return "".join(_SPECIAL.get(sign, sign) for sign in " ".join(text.split()))


def _iso(day: PartialDate | None) -> str:
    """Write a date in the forms that biblatex reads: a quarter is its year."""
    if day is None:
        return ""
    text = str(day)
    return text[:4] if "Q" in text else text


def _csl(entry: Entry, setting: Setting) -> dict[str, Any]:
    fields = {
        "id": entry.id,
        "type": entry.type,
        "language": TAGS[setting.lang],
        "title": entry.title,
        "author": [{"literal": one} for one in entry.authors],
        "publisher": _comma(setting.lang).join(entry.authors),
        "number": entry.number,
        "genre": entry.genre,
        "version": entry.version,
        "issued": _date_parts(_iso(entry.issued)),
        "accessed": _date_parts(setting.as_of.isoformat()),
        "URL": entry.url,
        "note": entry.note,
        "custom": dict(entry.facts),
    }
    return {name: value for name, value in fields.items() if value}


def _date_parts(day: str) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
