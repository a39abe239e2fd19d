"""What is wrong in seed files is reported with file, line and field, all of it at once.

What a load does with seeds that are right is in `test_seeds`.
"""

from pathlib import Path

import pytest

from app.domain.errors import DomainError
from app.exchange.seeds import SeedError, check_seeds
from app.exchange.seeds.reading import read_yaml
from tests.seed_files import FILES, replace_in, write_seeds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the small folder of seeds."""
    return write_seeds(tmp_path / "seeds")


def mistakes(folder: Path) -> list[str]:
    """Check a folder and give its mistakes as `file:line: field: code`."""
    with pytest.raises(SeedError) as error:
        check_seeds(folder)
    return [f"{one.file}:{one.line}: {one.problem.field}: {one.problem.code}" for one in error.value.mistakes]


def yaml_mistakes(text: str) -> list[tuple[int, str]]:
    """Read one text and give the lines and codes of its mistakes."""
    return [(line, problem.code) for line, problem in read_yaml(text.encode()).mistakes]


def test_scalars_stay_the_text_that_stands_there() -> None:
    """Figures, dates and codes are not resolved; null, true and false are, unless in quotes."""
    text = """\
a: 0.10
b: 2026-11-20
c: 010000
d: no
e: 1_000
f: ~
g: "true"
h: true
i:
j: '# no comment'
k: [1e3, null, "null"]
"""
    data = read_yaml(text.encode()).data
    assert [data[key] for key in "abcde"] == ["0.10", "2026-11-20", "010000", "no", "1_000"]
    assert [data[key] for key in "fghij"] == [None, "true", True, None, "# no comment"]
    assert data["k"] == ["1e3", None, "null"]


def test_every_field_and_item_has_its_line() -> None:
    """Lines are counted from 1; a field that is not there is at what it would be in."""
    document = read_yaml(b"a:\n  - b: 1\n    c:\n      d: 2\n  - {e: 3}\n")
    lines = [document.line(path) for path in ((), ("a",), ("a", 0), ("a", 0, "c", "d"), ("a", 1, "e"))]
    assert lines == [1, 1, 2, 4, 5]
    assert document.line(("a", 0, "missing", "deeper")) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", [(3, "duplicate_key")]),
        ("a: &x 1\nb: *x\n", [(1, "anchor"), (2, "anchor")]),
        ("a: !!int 1\nb: !foo {}\n", [(1, "tag"), (2, "tag")]),
        ("a: 1\n---\nb: 2\n", [(2, "second_document")]),
        ("a: 1\n  b: 2\n", [(2, "bad_yaml")]),
        ("a:\n- [1, 2\n", [(2, "bad_yaml")]),
        ("a: 1\n? [1]\n: 2\n", [(2, "bad_yaml")]),
        ("a:\n" + "[" * 3000, [(2, "bad_yaml")]),
        ("a: 1\nb: \x07\n", [(2, "bad_yaml")]),
        ("", []),
        ("# only a comment\n", []),
    ],
)
def test_yaml_that_would_hide_something_is_refused(text: str, expected: list[tuple[int, str]]) -> None:
    """Doubled keys, anchors, tags, second documents and broken YAML are mistakes at their line."""
    assert yaml_mistakes(text) == expected


def test_a_file_that_is_not_utf8_is_refused_at_its_line() -> None:
    """Bytes that are no text are a mistake where they stand."""
    document = read_yaml("a: 1\nb: 浙江\n".encode("gb18030"))
    assert [(line, problem.code) for line, problem in document.mistakes] == [(2, "not_utf8")]


def test_all_mistakes_of_all_files_come_at_once(folder: Path) -> None:
    """Form, schema and rules, in the order of files and lines, each by its own field."""
    replace_in(folder, "parent: ai\n", "parent: robots\n")
    replace_in(folder, "dimension: money", "dimension: weight")
    replace_in(folder, "stage: adopted\nperiod_end: 2027", "stage: done\nperiod_end: soon")
    replace_in(folder, "  end: 2024\n", "  end: 2024-13\n  surprise: yes\n")
    replace_in(folder, "topic: ai, searched", "topic: nothing, searched")
    replace_in(folder, "script: hans", "script: hans\n  script: hant")
    assert mistakes(folder) == [
        "assessments.yaml:2: assessments.0.topic: unknown_topic",
        "metrics.yaml:8: metrics.0.dimension: unknown_word",
        "observations/zj.yaml:6: observations.0.end: bad_date",
        "observations/zj.yaml:7: observations.0.surprise: unknown_field",
        "plans/zj-terminals.yaml:6: stage: unknown_word",
        "plans/zj-terminals.yaml:7: period_end: bad_form",
        "sources.yaml:7: sources.0.script: duplicate_key",
        "topics.yaml:3: topics.0.parent: unknown_topic",
    ]


def test_what_follows_from_another_mistake_is_not_reported(folder: Path) -> None:
    """A reference to an entity that has mistakes of its own is none, nor is one into a broken file."""
    replace_in(folder, "dimension: money", "dimension: weight")
    assert mistakes(folder) == ["metrics.yaml:8: metrics.0.dimension: unknown_word"]
    (folder / "metrics.yaml").write_text("metrics: [", encoding="utf-8")
    assert mistakes(folder) == ["metrics.yaml:1: : bad_yaml"]


def test_rules_are_reported_where_the_figure_stands(folder: Path) -> None:
    """A unit that does not fit and a figure without evidence are led back to their lines."""
    replace_in(folder, "value_as_stated: 突破5000亿元", "value_as_stated: 达到70%")
    assert mistakes(folder) == [
        "plans/zj-terminals.yaml:20: targets.0.deadlines.0.unit: unit_mismatch",
        "plans/zj-terminals.yaml:22: targets.0.deadlines.0.evidence: evidence_missing",
    ]


def test_parents_that_go_round_are_refused(folder: Path) -> None:
    """Every entity of a circle is named, and none that only hangs below it."""
    replace_in(folder, "- slug: ai\n", "- slug: ai\n  parent: ai-terminals\n")
    phones = (
        "- {slug: phones, parent: ai, name_zh: 手机, name_en: Phones, definition_zh: 手, definition_en: P}\n"
    )
    with (folder / "topics.yaml").open("a", encoding="utf-8") as file:
        file.write(phones)
    assert mistakes(folder) == [
        "topics.yaml:3: topics.0.parent: parent_cycle",
        "topics.yaml:9: topics.1.parent: parent_cycle",
    ]


def test_an_entity_that_stands_twice_is_refused(folder: Path) -> None:
    """The second of two entities of one key is the mistake, whichever file it stands in."""
    (folder / "observations" / "other.yaml").write_text(FILES["observations/zj.yaml"], encoding="utf-8")
    assert mistakes(folder) == ["observations/zj.yaml:2: observations.0.slug: key_taken"]


def test_files_are_what_their_names_say(folder: Path) -> None:
    """A plan's file is called by its slug, a list holds its name, and no file is passed over in silence."""
    (folder / "plans" / "zj-old.yaml").rename(folder / "plans" / "zj-older.yaml")
    (folder / "topic.yaml").write_text("topics: []", encoding="utf-8")
    (folder / "plans" / "zj-third.yml").write_text("slug: zj-third", encoding="utf-8")
    (folder / "plans" / "zj-fourth.YAML").write_text("slug: zj-fourth", encoding="utf-8")
    (folder / "plans" / "zj-lost.yaml").symlink_to("nowhere.yaml")
    (folder / "organizations.yaml").write_text("organisations: []", encoding="utf-8")
    (folder / "sources.yaml").write_text("sources: {}", encoding="utf-8")
    (folder / "regions.yaml").write_text("- a", encoding="utf-8")
    assert mistakes(folder) == [
        "organizations.yaml:1: organisations: unknown_field",
        "organizations.yaml:1: organizations: missing",
        "plans/zj-fourth.YAML:1: : unknown_file",
        "plans/zj-lost.yaml:1: : file_unreadable",
        "plans/zj-older.yaml:1: slug: slug_not_file_name",
        "plans/zj-third.yml:1: : unknown_file",
        "regions.yaml:1: regions: bad_form",
        "sources.yaml:1: sources: bad_form",
        "topic.yaml:1: : unknown_file",
    ]


def test_a_folder_without_seeds_is_an_error(tmp_path: Path) -> None:
    """Nothing to read is not the same as nothing to change."""
    for folder, code in ((tmp_path, "no_seeds"), (tmp_path / "nowhere", "folder_missing")):
        with pytest.raises(DomainError) as error:
            check_seeds(folder)
        assert (error.value.code, error.value.detail) == (code, {"folder": str(folder)})
