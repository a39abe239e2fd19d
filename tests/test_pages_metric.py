"""The pages of metrics and observations: what is counted, who has figures on it, what contradicts what."""

from app.store.session import Database
from tests.builders import make_metric, make_observation, make_plan, make_region, make_target, target
from tests.reading import Page, reader


def read(db: Database, path: str) -> Page:
    """Read one page."""
    with reader(db) as client:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def test_a_metric_says_whether_a_standard_fixes_it(db: Database) -> None:
    """Without one the page says so, and why no two bodies' figures are simply comparable."""
    with db.write() as session:
        make_metric(session, "listed", standard="国家名单")
        make_metric(session, "loose")
    assert "国家名单" in read(db, "/zh/metrics/listed").one("main").text
    assert (
        read(db, "/en/metrics/loose")
        .one("p", "warning")
        .text.startswith("No standard. No rule or public list")
    )
    assert read(db, "/en/metrics/listed").all("p", "warning") == []


def test_a_metric_shows_what_was_observed_on_it(db: Database) -> None:
    """Observations stand below the targets, those of one measure under their verdict, with their sources."""
    with db.write() as session:
        make_region(session, "320000")
        make_observation(session, "seen-zj")
        make_observation(session, "seen-js", region="320000", words="4000亿元")
    page = read(db, "/en/metrics/revenue")
    assert page.one("p", "empty").text == "No target on this metric is recorded."
    (kin,) = page.all("div", "kin")
    assert kin.text.startswith("Metric revenue in topic ai ≈ with care different or unknown measurers")
    assert [figure.text for figure in page.all("span", "figure")] == [
        "more than ¥300 billion",
        "¥400 billion",
    ]
    assert page.links().count("/en/sources/gazette#p1") == 2


def test_figures_of_two_regions_contradict_nothing(db: Database) -> None:
    """Only what is said of one region and date is a contradiction."""
    with db.write() as session:
        make_region(session, "320000")
        make_observation(session, "seen-zj")
        make_observation(session, "seen-js", region="320000", words="4000亿元")
    assert read(db, "/en/metrics/revenue").all("span", "contested") == []


def test_an_observation_stands_beside_all_that_names_its_measure(db: Database) -> None:
    """Another reading of the same date contradicts it; a target of the same key is named with its verdict."""
    with db.write() as session:
        make_observation(session, "seen-a")
        make_observation(session, "seen-b", words="4000亿元", measured_by="ccid")
        make_observation(session, "seen-c", topic="robots")
        make_target(session)
        make_plan(
            session,
            "js-plan",
            region="320000",
            targets=[target("js-plan.rate", metric="adoption-rate", words="70%以上")],
        )
    page = read(db, "/en/observations/seen-a")
    assert [span.text for span in page.all("span", "contested")] == ["sources contradict each other"]
    others, promised = page.all("ul", "others")
    assert others.text.startswith("Zhejiang ¥400 billion 2024 ≈ with care different or unknown measurers")
    assert promised.text.startswith("Zhejiang more than ¥500 billion by 2027 ≈ with care different years")
    assert not {"/en/observations/seen-c", "/en/targets/js-plan.rate"} & set(page.links())


def test_an_observation_alone_says_so(db: Database) -> None:
    """Nothing else of its measure is recorded: neither another reading nor a target."""
    with db.write() as session:
        make_observation(session, "seen-a")
    page = read(db, "/en/observations/seen-a")
    assert [p.text for p in page.all("p", "empty")] == [
        "None is recorded.",
        "No target names the same measure, so the progress of none rests on this figure.",
    ]
    assert page.one("h1").text == "观测 seen-a"
    assert "/en/sources/gazette#p1" in page.links()
