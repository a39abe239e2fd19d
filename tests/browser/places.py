"""The list of all pages, with real keys of the committed facts; what is on them is for the tests to look at.

`test_places` holds that every route has its entry here.
"""

from dataclasses import dataclass

from app.domain.vocabulary import LinkPurpose, Role
from app.i18n import LANGS, TAGS, Lang
from tests.browser.guests import UNSAVED, link_secret

TWO = "region=330000&region=320000"
FOUR = "region=330000&region=320000&region=310000&region=440000"
EIGHT = f"{FOUR}&region=110000&region=120000&region=370000&region=340000"


@dataclass(frozen=True, slots=True)
class Place:
    """One page: its path without the language, or with the place where it stands otherwise, and how it answers.

    A page behind the login is visited by the guest of a `role`.
    """

    path: str
    status: int = 200
    role: Role | None = None

    @property
    def translated(self) -> bool:
        """Say whether it speaks both languages; what does not is in English."""
        return self.path != "/api"

    @property
    def framed(self) -> bool:
        """Say whether it is made to stand in a frame on another site's page, without menu and skip link."""
        return self.path.startswith("/embed/")

    def address(self, lang: Lang) -> str:
        """Give the path in a language."""
        if "{lang}" in self.path:
            return self.path.format(lang=lang)
        return f"/{lang}{self.path}" if self.translated else self.path

    def tag(self, lang: Lang) -> str:
        """Give the language that the page says it is in."""
        return TAGS[lang if self.translated else "en"]


PLACES = (
    Place("/"),
    Place("/compare"),
    Place("/compare?region=330000"),
    Place(f"/compare?{FOUR}"),
    Place(f"/compare?{EIGHT}"),
    Place(f"/compare?{TWO}&topic=ai&family=industry_size&year_from=2025&year_to=2030"),
    Place(f"/embed/compare?{TWO}&lang={{lang}}"),
    Place("/deadlines"),
    Place("/deadlines?timing=due_soon"),
    Place("/coverage"),
    Place("/changes"),
    Place("/data"),
    Place("/regions"),
    Place("/regions/100000"),
    Place("/regions/330000"),
    Place("/regions/330100"),
    Place("/regions/540100"),
    Place("/regions/yangtze-delta"),
    Place("/plans"),
    Place("/plans?region=120000"),
    Place("/plans/zj-ai-terminals"),
    Place("/plans/tj-ai-innovation"),
    Place("/targets"),
    Place("/targets?region=330000&topic=ai"),
    Place("/targets?q=nothing-is-called-so"),
    Place("/targets/zj-ai-terminals.revenue"),
    Place("/targets/js-ai-plus.adoption"),
    Place("/metrics/revenue"),
    Place("/observations/zj-ai-output-2024"),
    Place("/search"),
    Place("/search?q=人工智能&region=330000"),
    Place("/search?q=nothing-is-called-so"),
    Place("/sources"),
    Place("/sources/ifn-2026-jiangsu-zhejiang"),
    Place("/methodology"),
    Place("/data/examples"),
    Place("/styleguide"),
    Place("/api"),
    Place("/admin/login"),
    Place(f"/admin/link/{link_secret(LinkPurpose.SETUP)}"),
    Place(f"/admin/link/{link_secret(LinkPurpose.INVITATION)}"),
    Place("/admin/link/spent", 410),
    Place("/admin/", role=Role.EDITOR),
    Place("/admin/plans/new", role=Role.EDITOR),
    Place(f"/admin/plans/new?unsaved={UNSAVED}", role=Role.EDITOR),
    Place("/admin/plans/zj-ai-terminals/edit", role=Role.REVIEWER),
    Place(f"/admin/preview/{UNSAVED}", role=Role.EDITOR),
    Place("/admin/add/metric", role=Role.EDITOR),
    Place("/admin/new/observation", role=Role.EDITOR),
    Place("/admin/edit/observation/zj-ai-output-2024", role=Role.REVIEWER),
    Place("/admin/edit/metric/revenue", role=Role.EDITOR),
    Place("/admin/edit/region/yangtze-delta", role=Role.REVIEWER),
    Place("/admin/lists/plan", role=Role.EDITOR),
    Place("/admin/lists/assessment?state=waiting", role=Role.EDITOR),
    Place("/admin/review", role=Role.EDITOR),
    Place("/admin/desk/plan/zj-ai-terminals", role=Role.REVIEWER),
    Place("/admin/desk/plan/nothing", 404, role=Role.EDITOR),
    Place("/admin/account", role=Role.EDITOR),
    Place("/admin/people", role=Role.ADMIN),
    Place("/admin/people", 403, role=Role.EDITOR),
    Place("/nothing", 404),
    Place("/plans/nothing", 404),
    Place("/compare?region=nowhere", 422),
)

# What is no page: its address, and its media type or where it leads.
FILES = (
    ("/", "/en/"),
    ("/static/mubiao.css", "text/css"),
    ("/robots.txt", "text/plain"),
    ("/llms.txt", "text/plain"),
    ("/llms-zh.txt", "text/plain"),
    ("/sitemap.xml", "application/xml"),
    ("/sitemap-1.xml", "application/xml"),
    ("/favicon.ico", "image/x-icon"),
    ("/speculation-rules.json", "application/speculationrules+json"),
    ("/en/compare/cite.bib", "application/x-bibtex"),
    ("/en/targets/zj-ai-terminals.revenue/cite.txt", "text/plain"),
    ("/en/plans/zj-ai-terminals/cite.json", "application/vnd.citationstyles.csl+json"),
    ("/en/observations/zj-ai-output-2024/cite.bib", "application/x-bibtex"),
    ("/en/compare/chart-1.svg?region=330000&region=320000", "image/svg+xml"),
    ("/en/targets/js-ai-plus.adoption/chart-1.svg", "image/svg+xml"),
    ("/en/regions/320000/chart-1.vl.json", "application/json"),
    ("/zh/changes.atom?topic=ai", "application/atom+xml"),
    ("/en/compare.atom", "application/atom+xml"),
    ("/zh/deadlines.ics?under=330000", "text/calendar"),
    ("/en/targets/zj-ai-terminals.revenue/deadlines.ics", "text/calendar"),
    ("/en/admin/suggest/topic", "/en/admin/login?next=%2Fen%2Fadmin%2Fsuggest%2Ftopic"),
    ("/en/admin/understand", "/en/admin/login?next=%2Fen%2Fadmin%2Funderstand"),
)

VISITS = [(place, lang) for place in PLACES for lang in (LANGS if place.translated else LANGS[-1:])]
NAMES = [place.address(lang) for place, lang in VISITS]
