"""The command line: what each command prints, where, and the code it ends with.

What loading, checking and exporting do is tested where they are; here they are only asked for.
"""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import __version__
from app.cli import cli
from app.domain.text import text_sha256
from app.printing import table
from app.store.session import Database
from tests import builders as make
from tests.seed_files import replace_in, write_seeds

# Texts of our own, damaged as the articles are: stray readings, Traditional characters, full width, blanks.
ARTICLE = """\
無關的一段。

浙江提出，到2027年營業(yè)收入突破５０００億元，\u200b產(chǎn)業(yè)集群初步形成。
同時，企業(yè)数量超 過6 0 0家。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the small folder of seeds."""
    return write_seeds(tmp_path / "seeds")


def url_of(db: Database) -> str:
    """Give the address by which another process finds the database."""
    if db.path is not None:
        return f"sqlite:///{db.path}"
    return db.engine.url.render_as_string(hide_password=False)


def run(db: Database | str, *arguments: object) -> Result:
    """Run a command on a database; what a command must not do is raise."""
    url = db if isinstance(db, str) else url_of(db)
    result = CliRunner().invoke(cli, ["--database", url, *map(str, arguments)], prog_name="mubiao")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_help_and_version_need_no_database() -> None:
    """Every command says what it does, and the version is the package's."""
    runner = CliRunner()
    assert runner.invoke(cli, ["--version"]).output == f"cli, version {__version__}\n".replace(
        "cli", "mubiao"
    )
    commands = [
        *([], ["serve"], ["seeds"], ["seeds", "load"], ["seeds", "check"], ["seeds", "export"]),
        *(["release"], ["evidence"], ["evidence", "check"], ["db"], ["db", "upgrade"], ["db", "backup"]),
    ]
    for command in commands:
        result = runner.invoke(cli, [*command, "--help"], prog_name="mubiao")
        assert result.exit_code == 0
        assert result.output.startswith(" ".join(["Usage: mubiao", *command, "[OPTIONS]"]))


def test_a_command_typed_wrong_ends_with_2(db: Database) -> None:
    """An unknown command and a missing argument are usage errors."""
    assert run(db, "seed").exit_code == 2
    assert run(db, "seeds", "export").exit_code == 2


def test_seeds_load_says_how_many_changed(db: Database, folder: Path) -> None:
    """A load prints its counts; a second one says that all is unchanged."""
    first, second = run(db, "seeds", "load", folder), run(db, "seeds", "load", folder)
    assert (first.exit_code, first.output) == (0, "11 created, 0 updated, 0 unchanged, 0 kept\n")
    assert (second.exit_code, second.output) == (0, "0 created, 0 updated, 11 unchanged, 0 kept\n")


def test_a_dry_run_prints_the_difference(db: Database, folder: Path) -> None:
    """What is new is listed, what changes is shown field by field, and nothing is written."""
    run(db, "seeds", "load", folder)
    replace_in(folder, "突破5000亿元", "突破6000亿元")
    (folder / "plans" / "zj-new.yaml").write_text(
        'slug: zj-new\nregion: "330000"\ntitle_zh: 新\ntitle_en: New\nform: plan\nstage: adopted\n', "utf-8"
    )
    result = run(db, "seeds", "load", "--dry-run", folder)
    path = "targets[zj-terminals.revenue].deadlines[2027]"
    assert result.output.splitlines() == [
        "created  plan zj-new",
        "updated  plan zj-terminals",
        f"         {path}.value_as_stated: 突破5000亿元 → 突破6000亿元",
        f"         {path}.value: 5000 → 6000",
        f"         {path}.evidence[0].phrase: 突破5000亿元 → 突破6000亿元",
        "1 created, 1 updated, 10 unchanged, 0 kept (a dry run: nothing was written)",
    ]
    assert run(db, "seeds", "load", folder).output == "1 created, 1 updated, 10 unchanged, 0 kept\n"


def test_a_release_is_made_once(
    db: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds or what differs is printed; without a change that is said, and it is no failure."""
    monkeypatch.setenv("MUBIAO_RELEASES", str(tmp_path / "releases"))
    run(db, "seeds", "load", folder)
    first, second = run(db, "release"), run(db, "release")
    (name,) = [path.name for path in (tmp_path / "releases").iterdir() if path.name != ".lock"]
    assert first.exit_code == second.exit_code == 0
    assert first.output.startswith("the first release: 2 regions, ")
    assert first.output.endswith(f"\nrelease {name} written to {tmp_path / 'releases' / name}\n")
    assert second.output == f"nothing has changed since the release {name}: none was made\n"
    replace_in(folder, "突破5000亿元", "突破6000亿元")
    run(db, "seeds", "load", folder)
    third = run(db, "release").output.splitlines()
    assert third[:-1] == [
        f"beside {name}:",
        "table      added  changed  retired",
        "deadlines  0      1        0",
        "evidence   0      1        0",
    ]


def test_what_an_editor_changed_is_listed_and_can_be_overwritten(db: Database, folder: Path) -> None:
    """A load shows what it keeps and says how to have it otherwise."""
    run(db, "seeds", "load", folder)
    with db.write() as session:
        make.make_source(session, title_en="Edited", published="2026-01")
    kept = run(db, "seeds", "load", folder).output.splitlines()
    assert kept == [
        "kept     source gazette",
        "         title_en: Edited → A report",
        "0 created, 0 updated, 10 unchanged, 1 kept",
        "An editor changed what was kept since the last load; --overwrite puts the seeds in its place.",
    ]
    overwritten = run(db, "seeds", "load", "--overwrite", folder)
    assert overwritten.output == "0 created, 1 updated, 10 unchanged, 0 kept\n"


@pytest.mark.parametrize("command", ["load", "check"])
def test_mistakes_are_printed_with_file_line_and_field(db: Database, folder: Path, command: str) -> None:
    """All mistakes go to the error stream, each a line, and the command ends with 1."""
    replace_in(folder, "stage: adopted\nperiod_end", "stage: done\nperiod_end")
    replace_in(folder, "topic: ai, searched", "topic: nothing, searched")
    result = run(db, "seeds", command, folder)
    assert (result.exit_code, result.stdout) == (1, "")
    lines = result.stderr.splitlines()
    starts = ["assessments.yaml:2: assessments.0.topic: ", "plans/zj-terminals.yaml:6: stage: "]
    assert [line.startswith(start) for line, start in zip(lines, starts, strict=True)] == [True, True]


def test_seeds_check_counts_what_is_right(folder: Path) -> None:
    """A check needs no database."""
    result = run("sqlite:////nowhere/at-all.sqlite3", "seeds", "check", folder)
    assert (result.exit_code, result.output) == (0, "11 entities, no mistakes\n")


def test_seeds_export_writes_what_loads_again(db: Database, folder: Path, tmp_path: Path) -> None:
    """An export says where it went, and loading it changes nothing."""
    run(db, "seeds", "load", folder)
    result = run(db, "seeds", "export", tmp_path / "out")
    assert (result.exit_code, result.output) == (0, f"9 files written to {tmp_path / 'out'}\n")
    assert run(db, "seeds", "load", tmp_path / "out").output == "0 created, 0 updated, 11 unchanged, 0 kept\n"


def test_a_database_that_is_not_there_is_said_in_a_sentence(blank_db: Database, folder: Path) -> None:
    """Without tables a load ends with 1 and a line that says what to do, not with a stack trace."""
    result = run(blank_db, "seeds", "load", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert "mubiao serve" in result.stderr


def test_a_bad_address_is_refused() -> None:
    """Another kind of database is none of ours."""
    result = run("mysql://nowhere", "db", "upgrade")
    assert result.exit_code == 1
    assert result.stderr.startswith("MUBIAO_DATABASE_URL: ")


def test_db_upgrade_makes_the_tables_once(blank_db: Database) -> None:
    """A first upgrade makes them, a second one has nothing to do."""
    assert run(blank_db, "db", "upgrade").output == "brought up to date\n"
    assert run(blank_db, "db", "upgrade").output == "already up to date\n"
    assert blank_db.revision() == 0


def test_db_backup_copies_an_sqlite_file(db: Database, folder: Path, tmp_path: Path) -> None:
    """A backup is a database with the same facts; one that is there is not replaced; PostgreSQL has pg_dump."""
    run(db, "seeds", "load", folder)
    file = tmp_path / "backup.sqlite3"
    result = run(db, "db", "backup", file)
    if db.path is None:
        assert (result.exit_code, "pg_dump" in result.stderr) == (1, True)
        return
    assert (result.exit_code, result.output) == (0, f"backup written to {file}\n")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [file.name]
    copied = run(f"sqlite:///{file}", "seeds", "load", folder)
    assert copied.output == "0 created, 0 updated, 11 unchanged, 0 kept\n"
    assert run(db, "db", "backup", file).exit_code == 1
    assert run(db, "db", "backup", tmp_path / "nowhere" / "file").exit_code == 1


def record(db: Database, sha256: str | None, **checks: str) -> None:
    """Write facts taken from ARTICLE, with what was recorded of the check of each."""
    recorded = {"revenue": "found", "count": "differs", "plan": "found"} | checks
    with db.write() as session:
        make.make_source(session, text_sha256=sha256)
        phrase = make.evidence("突破5000亿元", paragraph="2", check=recorded["revenue"])
        named = make.evidence("产业集群", paragraph="2-3", check=recorded["plan"])
        revenue = make.target(deadlines=[make.deadline(evidence=[phrase])])
        make.make_plan(session, targets=[revenue], evidence=[named])
        over = make.evidence("超过600家", paragraph="3", check=recorded["count"])
        figure: dict[str, Any] = {"words": "600家以上", "end": "2025", "evidence": [over]}
        make.make_observation(session, "zj-count", metric="enterprises", **figure)


def check(db: Database, tmp_path: Path, text: str = ARTICLE) -> Result:
    """Check the evidence of the default source against a text."""
    article = tmp_path / "article.txt"
    article.write_text(text, encoding="utf-8")
    return run(db, "evidence", "check", article, "--source", make.SOURCE)


def test_evidence_check_proves_every_phrase(db: Database, tmp_path: Path) -> None:
    """The table shows paragraph, phrase, fact, figure and result; a recorded difference is no failure."""
    record(db, text_sha256(ARTICLE))
    result = check(db, tmp_path)
    assert result.exit_code == 0
    assert [line.split() for line in result.output.splitlines()] == [
        ["par.", "phrase", "fact", "figure", "result"],
        ["2", "突破5000亿元", "deadline", "zj-plan.revenue@2027-12-31", "gt", "5000", "亿元", "found"],
        ["2-3", "产业集群", "plan", "zj-plan", "found"],
        ["3", "超过600家", "observation", "zj-count", "ge", "600", "家", "differs", "(comparator)"],
        ["3", "phrases", "of", "gazette,", "0", "of", "them", "not", "as", "recorded."],
    ]


@pytest.mark.parametrize(
    ("old", "new", "checks", "said"),
    [
        ("５０００億", "６０００億", {}, "phrase_missing, recorded found ✗"),
        ("無關的一段。\n\n", "", {}, "phrase_missing (paragraph 1), recorded found ✗"),
        ("", "", {"count": "found"}, "differs (comparator), recorded found ✗"),
        ("", "", {"revenue": "differs"}, "found, recorded differs ✗"),
        (
            "５０００億",
            "６０００億",
            {"revenue": "phrase_missing"},
            "phrase_missing, recorded phrase_missing ✗",
        ),
        ("集群初步", "群初步", {"plan": "differs"}, "phrase_missing, recorded differs ✗"),
    ],
)
def test_evidence_that_does_not_hold_ends_with_1(
    db: Database, tmp_path: Path, old: str, new: str, checks: dict[str, str], said: str
) -> None:
    """A phrase that is missing or elsewhere fails, and so does a record that says otherwise."""
    record(db, None, **checks)
    result = check(db, tmp_path, ARTICLE.replace(old, new) if old else ARTICLE)
    assert result.exit_code == 1
    assert said in result.output
    assert "No text is recorded for this source" in result.output


def test_evidence_not_yet_checked_may_be_found(db: Database, tmp_path: Path) -> None:
    """An unchecked phrase that is found is no failure, and a curator's judgement on a name stands."""
    record(db, None, revenue="unchecked", plan="differs")
    assert check(db, tmp_path).exit_code == 0


def test_another_text_than_the_recorded_one_is_said(db: Database, tmp_path: Path) -> None:
    """The hash of the text is compared with the source's."""
    record(db, "0" * 64)
    result = check(db, tmp_path)
    assert result.exit_code == 0
    assert (
        f"This is not the text that was recorded: it has the SHA-256 {text_sha256(ARTICLE)}." in result.output
    )


def test_an_article_that_cannot_be_read_is_said(db: Database, tmp_path: Path) -> None:
    """A missing file, bytes that are no text and an unknown source are sentences."""
    article = tmp_path / "article.txt"
    assert run(db, "evidence", "check", article, "--source", "gazette").exit_code == 1
    article.write_bytes("浙江".encode("gb18030"))
    assert run(db, "evidence", "check", article, "--source", "gazette").exit_code == 1
    article.write_text(ARTICLE, encoding="utf-8")
    result = run(db, "evidence", "check", article, "--source", "nowhere")
    assert (result.exit_code, result.stdout, "nowhere" in result.stderr) == (1, "", True)


def test_what_is_checked_leaves_out_the_retired(db: Database, tmp_path: Path) -> None:
    """A retired fact needs no proof any more."""
    record(db, None)
    with db.write() as session:
        gone: dict[str, Any] = {"editorial_state": "retired", "retired_on": "2026-11-20"}
        make.make_observation(session, "zj-count", metric="enterprises", words="600家以上", **gone)
    assert "2 phrases of gazette, 0 of them" in check(db, tmp_path).output


def test_what_is_inferred_is_not_asked_of_the_text(db: Database, tmp_path: Path) -> None:
    """A value, comparator or year that a curator inferred is not in the phrase, which must stand there all the same."""
    proof = [make.evidence("产业集群", paragraph="1", check="found")]
    deadlines = [
        make.deadline("100家", "2027", inferred=["value"], evidence=proof),
        make.deadline("超过200家", "2028", inferred=["comparator"])
        | {"evidence": [make.evidence("到2030年200家", paragraph="2", check="differs")]},
        make.deadline("200家", "2029", inferred=["due"])
        | {"evidence": [make.evidence("到2030年200家", paragraph="2", check="found")]},
    ]
    with db.write() as session:
        make.make_plan(session, targets=[make.target(metric="enterprises", deadlines=deadlines)])
    result = check(db, tmp_path, "形成产业集群。\n到2030年200家。\n")
    assert (result.exit_code, result.output.count("differs (year)")) == (0, 1)
    assert check(db, tmp_path, "形成集群。\n到2030年200家。\n").exit_code == 1


def test_measures_prove_one_of_their_amounts(db: Database, tmp_path: Path) -> None:
    """Each phrase of a measure with several amounts says one of them."""
    text = "设立总规模100亿元的基金。\n每家最高1000万元。\n"
    amounts = {"total": "100", "max_each": "0.1", "unit": "亿元"}
    proof = [
        make.evidence("总规模100亿元", paragraph="1", check="found"),
        make.evidence("最高1000万元", paragraph="2", check="found"),
    ]
    with db.write() as session:
        make.make_plan(session, measures=[make.measure(**amounts, evidence=proof)])
    result = check(db, tmp_path, text)
    assert (result.exit_code, "100 亿元, 0.1 亿元" in result.output) == (0, True)


def test_columns_stand_below_each_other_on_a_terminal() -> None:
    """A Chinese character and a full-width sign take two cells, all others one; nothing trails a line."""
    rows = [("a", "浙江，", "x"), ("bb", "é", "y"), ("", "c", "")]
    assert list(table(rows)) == ["a   浙江，  x", "bb  é       y", "    c"]
