"""The search page: what was found of each kind, with the words marked, or what to try instead.

What matches is found by the store; lists of one kind have their own pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.marking import Piece, find, pieces
from app.domain.tokens import tokens
from app.i18n import TAGS, Lang
from app.store.queries.examples import examples
from app.store.queries.found import MOST_HITS, other_ways, search
from app.store.queries.ranked import KINDS
from app.store.search import MAX_QUERY
from app.store.views.base import PlanRef, RegionRef, View
from app.store.views.explorer import FacetValue
from app.store.views.found import ExamplesView, FoundKind, FoundView, HitView, MatchView, WayView
from app.web.dependencies import ReadSession, Today
from app.web.pages import query
from app.web.pages.facets import Chip, FacetBox, FacetLink, box
from app.web.pages.frame import PageLang, cited, head, respond
from app.web.speech import Speech
from app.web.templating import Context

router = APIRouter(include_in_schema=False)

PATH: Final = "/search"
OF_EACH: Final = 5
_UNPROCESSABLE: Final = 422
_FILTERS: Final = ("region", "topic")
Asked = Mapping[str, Any]
_CODES: Final = frozenset({"code", "slug", "iso"})


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what matches in it set apart, and its language where that is not the page's."""

    pieces: tuple[Piece, ...]
    tag: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit as it is shown: its title, what it belongs to, and where else the words stand."""

    href: str
    title: Text
    exact: bool
    about: tuple[Text, ...]
    snippets: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind."""

    kind: FoundKind
    label: str
    total: int
    capped: bool
    hits: tuple[Hit, ...]
    rest: str | None  # where all of them are listed


@dataclass(frozen=True, slots=True)
class Way:
    """Another query to try, and how much it finds, where that is known."""

    words: str
    href: str
    total: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage(Context):
    """What the search shows."""

    template: ClassVar[str] = "pages/search.html"
    sheets: ClassVar[tuple[str, ...]] = ("explorer.css",)

    typed: str
    problem: str | None
    total: int
    kinds: tuple[FacetLink, ...]
    boxes: tuple[FacetBox, ...]
    chips: tuple[Chip, ...]
    cleared: str
    kept_filters: dict[str, str]
    groups: tuple[Group, ...]
    ways: tuple[Way, ...]
    explorer: str


@router.get("/{lang:lang}/search")
def search_page(request: Request, lang: PageLang, session: ReadSession, today: Today) -> Response:
    """Search everything for words; without any, say what could be searched for."""
    speech = Speech(lang)
    typed = request.query_params.get("q", "").strip()
    kind = next((one for one in KINDS if one == query.text(request.query_params, "kind")), None)
    filters: dict[str, Any] = {name: query.text(request.query_params, name) for name in _FILTERS}
    problem = _problem(speech, typed)
    found = None
    if typed and problem is None:
        found = search(session, typed, kind, MOST_HITS if kind else OF_EACH, **filters)
    title = speech.gettext("Search")
    asked = {"q": typed, "kind": kind, **filters} if found else {}
    page = SearchPage(
        head=head(
            request,
            lang,
            speech.gettext("Search: {words}", words=typed) if found else title,
            speech.gettext("Search plans, targets, metrics, topics, regions and sources, in either script."),
            query=asked,
            json="search" if found else None,
            cite=cited(session, speech, title, today) if found else None,
            listed=not typed,
        ),
        typed=typed,
        problem=problem,
        total=found.total if found else 0,
        kinds=_kinds(speech, asked, kind, found) if found else (),
        boxes=_boxes(speech, asked, found) if found else (),
        chips=_chips(speech, asked, found) if found else (),
        cleared=speech.path(PATH, q=typed, kind=kind),
        kept_filters={name: value for name, value in filters.items() if value},
        groups=tuple(_group(speech, asked, group) for group in found.groups if group.items) if found else (),
        ways=_ways(session, speech, typed, found, filtered=any(filters.values())),
        explorer=speech.path("/targets", **{"q": typed, **filters}),
    )
    return respond(request, page, lang, _UNPROCESSABLE if len(typed) > MAX_QUERY else 200)


def _problem(speech: Speech, typed: str) -> str | None:
    """Say why a text cannot be searched for."""
    if len(typed) > MAX_QUERY:
        return speech.gettext(
            "The text is too long: {given} characters; {most} are the most. Shorten it and search again.",
            given=len(typed),
            most=MAX_QUERY,
        )
    if typed and not any(tokens([typed])):
        return speech.gettext(
            "There is nothing in “{words}” to search for. Type words, numbers or characters.", words=typed
        )
    return None


def _labels(speech: Speech) -> Mapping[FoundKind, str]:
    return {
        "region": speech.gettext("Regions"),
        "topic": speech.gettext("Topics"),
        "metric": speech.gettext("Metrics"),
        "plan": speech.gettext("Plans"),
        "target": speech.gettext("Targets"),
        "observation": speech.gettext("Observations"),
        "measure": speech.gettext("Measures"),
        "organization": speech.gettext("Bodies"),
        "source": speech.gettext("Sources"),
    }


def _kinds(speech: Speech, asked: Asked, chosen: FoundKind | None, found: FoundView) -> tuple[FacetLink, ...]:
    labels = _labels(speech)
    counts = {group.kind: group.total for group in found.groups}
    everything = FacetLink(
        speech.gettext("Everything"),
        found.total,
        speech.path(PATH, **{**asked, "kind": None}),
        chosen is None,
        0,
    )
    return (
        everything,
        *(
            FacetLink(
                labels[kind], counts[kind], speech.path(PATH, **{**asked, "kind": kind}), kind == chosen, 0
            )
            for kind in KINDS
            if kind in counts
        ),
    )


def _boxes(speech: Speech, asked: Asked, found: FoundView) -> tuple[FacetBox, ...]:
    """Show to which regions and topics what was found belongs; one that is chosen can be taken away."""
    values = {
        "region": [
            FacetValue(one.region.code, one.region, one.total)
            for one in found.regions
            if asked["region"] in {None, one.region.code, one.region.slug}
        ],
        "topic": [FacetValue(one.topic.slug, one.topic, one.total) for one in found.topics],
    }
    made = (
        box(
            speech,
            PATH,
            {name: value for name, value in asked.items() if value is not None},
            name=name,
            label=_filter_labels(speech)[name],
            chosen=values[name][0].value if name == "region" and asked[name] else asked[name],
            values=values[name],
            opened=True,
        )
        for name in _FILTERS
    )
    return tuple(one for one in made if one is not None)


def _chips(speech: Speech, asked: Asked, found: FoundView) -> tuple[Chip, ...]:
    """Name the filters that are set."""
    refs: dict[str, View | None] = {
        "region": next(
            (one.region for one in found.regions if asked["region"] in {one.region.code, one.region.slug}),
            None,
        ),
        "topic": next((one.topic for one in found.topics if one.topic.slug == asked["topic"]), None),
    }
    return tuple(
        Chip(
            _filter_labels(speech)[name],
            speech.plain(ref, "name"),
            speech.path(PATH, **{**asked, name: None}),
        )
        for name, ref in refs.items()
        if ref
    )


def _filter_labels(speech: Speech) -> Mapping[str, str]:
    return {"region": speech.gettext("Region"), "topic": speech.gettext("Topic")}


def _group(speech: Speech, asked: Asked, group: Any) -> Group:
    more = group.total > len(group.items)
    return Group(
        kind=group.kind,
        label=_labels(speech)[group.kind],
        total=group.total,
        capped=group.total_is_capped,
        hits=tuple(_hit(speech, asked["q"], hit) for hit in group.items),
        rest=speech.path(PATH, **{**asked, "kind": group.kind}) if more and not asked["kind"] else None,
    )


def _hit(speech: Speech, typed: str, hit: HitView) -> Hit:
    title = _title(speech, typed, hit)
    about = [_shown(speech, typed, ref, field) for ref, field in _about(hit)]
    met = frozenset[int]().union(*(_parts(text, typed) for text in (title, *about)))
    snippets = []
    for match in _best_first(speech, hit.matches):
        more = find(match.text, typed).parts - met
        if more:
            met |= more
            spans = [(mark.start, mark.end) for mark in match.marks]
            snippets.append(Text(tuple(pieces(match.text, spans)), _tag(speech, match.field)))
    return Hit(_href(speech, hit), title, hit.exact, tuple(about), tuple(snippets))


def _title(speech: Speech, typed: str, hit: HitView) -> Text:
    """Mark a hit's title, a Chinese one also where its reading was typed."""
    title = _shown(speech, typed, hit, "title")
    words = "".join(piece.text for piece in title.pieces)
    known = next((match.marks for match in hit.matches if match.text == words), [])
    if any(piece.hit for piece in title.pieces) or not known:
        return title
    return Text(tuple(pieces(words, [(mark.start, mark.end) for mark in known])), title.tag)


def _about(hit: HitView) -> list[tuple[RegionRef | PlanRef, str]]:
    """Name what a hit belongs to, which is said beside it."""
    named: list[tuple[RegionRef | PlanRef, str]] = []
    if hit.region:
        named.append((hit.region, "name"))
    if hit.plan:
        named.append((hit.plan, "title"))
    return named


def _shown(speech: Speech, typed: str, view: View, field: str) -> Text:
    """Mark a text in the reader's language; where there is none, the Chinese."""
    words = speech.plain(view, field)
    translated = speech.lang == "zh" or getattr(view, f"{field}_en")
    return Text(tuple(pieces(words, find(words, typed).spans)), None if translated else TAGS["zh"])


def _tag(speech: Speech, field: str) -> str | None:
    """Give the language of a field where it is another than the page's; codes are in none."""
    lang: Lang = "en" if field.endswith("_en") else "zh"
    return None if lang == speech.lang or field in _CODES else TAGS[lang]


def _parts(text: Text, typed: str) -> frozenset[int]:
    return find("".join(piece.text for piece in text.pieces), typed).parts


def _best_first(speech: Speech, matches: list[MatchView]) -> list[MatchView]:
    """Let texts in the reader's language come before those in the other one, in their order otherwise."""
    other = "_en" if speech.lang == "zh" else "_zh"
    return sorted(matches, key=lambda match: match.field.endswith(other))


def _href(speech: Speech, hit: HitView) -> str:
    """Give the page of a hit; what has none of its own leads to the list that it is seen in."""
    match hit.kind:
        case "topic":
            return speech.path("/targets", topic=hit.key)
        case "organization":
            return speech.path("/plans", q=hit.title_zh)
        case "measure" if hit.plan:
            return speech.path(f"/plans/{hit.plan.slug}")
        case _:
            return speech.path(f"/{hit.kind}s/{hit.key}")


def _ways(
    session: Session, speech: Speech, typed: str, found: FoundView | None, *, filtered: bool
) -> tuple[Way, ...]:
    """Suggest queries: names from the database where nothing was asked, near ones where nothing was found."""
    if found and (found.total or filtered):
        return ()
    if found:
        return tuple(_way(speech, way) for way in other_ways(session, typed))
    return tuple(
        Way(words, speech.path(PATH, q=words), None) for words in _words(speech, examples(session)) if words
    )


def _way(speech: Speech, way: WayView) -> Way:
    return Way(way.q, speech.path(PATH, q=way.q), way.total)


def _words(speech: Speech, named: ExamplesView) -> list[str | None]:
    refs: list[View] = [*named.regions, *named.topics, *named.metrics]
    return [*(speech.plain(ref, "name") for ref in refs), named.document_number]
