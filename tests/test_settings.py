"""The settings: their names, defaults and what a bad value gets.

What the database's address may be is tested with the database, in `test_session`.
"""

from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import DomainError
from app.resources import resource
from app.settings import Settings


def test_defaults_need_nothing() -> None:
    """Nothing set: an SQLite file in the user's folder, this machine alone, one process."""
    settings = Settings.from_env({})
    assert settings == Settings(
        settings.database_url, host="127.0.0.1", port=8000, workers=1, log_level="info", public_url=None
    )


def test_the_default_database_is_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The place is the system's own for data of a user."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert Settings.from_env({}).database_url == f"sqlite:///{tmp_path}/mubiao/mubiao.sqlite3"


def test_every_setting_can_be_given() -> None:
    """Blanks around a value and the case of a level do not matter, nor does an address's last slash."""
    settings = Settings.from_env(
        {
            "MUBIAO_DATABASE_URL": "postgresql://a@b/c",
            "MUBIAO_HOST": "::1",
            "MUBIAO_PORT": "9000",
            "MUBIAO_WORKERS": " 4 ",
            "MUBIAO_LOG_LEVEL": "DEBUG",
            "MUBIAO_PUBLIC_URL": "https://mubiao.example/sub/",
            "MUBIAO_FOUR_EYES": "On",
            "MUBIAO_SMTP_URL": "smtps://a:b@mail.example",
            "MUBIAO_MAIL_FROM": "Mubiao <a@b.example>",
            "MUBIAO_RELEASES": "/srv/releases",
        }
    )
    assert settings == Settings(
        "postgresql://a@b/c",
        "::1",
        9000,
        4,
        "debug",
        "https://mubiao.example/sub",
        four_eyes=True,
        smtp_url="smtps://a:b@mail.example",
        mail_from="Mubiao <a@b.example>",
        releases="/srv/releases",
    )


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "{data}/mubiao/releases"),
        ({"MUBIAO_DATABASE_URL": "postgresql://a@b/c"}, "{data}/mubiao/releases"),
        ({"MUBIAO_DATABASE_URL": "sqlite:////srv/mubiao.sqlite3?mode=ro"}, "/srv/releases"),
        ({"MUBIAO_DATABASE_URL": "sqlite:////srv/a.sqlite3", "MUBIAO_RELEASES": "/other"}, "/other"),
    ],
)
def test_releases_lie_with_the_data_unless_said_otherwise(
    environ: dict[str, str], folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Beside the SQLite file; those of a server's database are in the user's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert Settings.from_env(environ).releases_folder == Path(folder.format(data=tmp_path))


def test_an_empty_variable_is_not_set() -> None:
    """`PORT= make run` and an empty line in a service's file mean the default."""
    names = ("DATABASE_URL", "HOST", "PORT", "WORKERS", "LOG_LEVEL", "PUBLIC_URL")
    assert Settings.from_env({f"MUBIAO_{name}": "" for name in names}) == Settings.from_env({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MUBIAO_PORT", "0"),
        ("MUBIAO_PORT", "65536"),
        ("MUBIAO_PORT", "-1"),
        ("MUBIAO_PORT", "8000.0"),
        ("MUBIAO_PORT", "８０００"),
        ("MUBIAO_PORT", "9" * 5000),
        ("MUBIAO_WORKERS", "0"),
        ("MUBIAO_WORKERS", "65"),
        ("MUBIAO_WORKERS", "many"),
        ("MUBIAO_LOG_LEVEL", "loud"),
        ("MUBIAO_PUBLIC_URL", "mubiao.example"),
        ("MUBIAO_PUBLIC_URL", "ftp://mubiao.example"),
        ("MUBIAO_PUBLIC_URL", "https://"),
        ("MUBIAO_PUBLIC_URL", "https://mubiao.example/?a=b"),
        ("MUBIAO_PUBLIC_URL", "https://[mubiao"),
        ("MUBIAO_FOUR_EYES", "yes"),
        ("MUBIAO_MAIL_FROM", "a@b.example"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    """The error says which variable is wrong."""
    with pytest.raises(DomainError) as caught:
        Settings.from_env({name: value})
    assert [(problem.code, problem.field) for problem in caught.value.problems] == [("bad_setting", name)]


@pytest.mark.parametrize(
    ("url", "sender", "wrong"),
    [
        ("smtp://mail.example", "", ["MUBIAO_MAIL_FROM"]),
        ("smtp://mail.example", "nobody", ["MUBIAO_MAIL_FROM"]),
        ("smtp://mail.example", "a@b.example\nBcc: c@d.example", ["MUBIAO_MAIL_FROM"]),
        ("mail.example", "a@b.example", ["MUBIAO_SMTP_URL"]),
        ("smtp://mail.example:x", "a@b.example", ["MUBIAO_SMTP_URL"]),
        ("http://mail.example", "a@b.example", ["MUBIAO_SMTP_URL"]),
        ("smtp://mail.example/?a=b", "a@b.example", ["MUBIAO_SMTP_URL"]),
    ],
)
def test_mail_needs_a_server_and_a_sender(url: str, sender: str, wrong: list[str]) -> None:
    """One without the other would send nothing, and nobody would know why."""
    with pytest.raises(DomainError) as caught:
        Settings.from_env({"MUBIAO_SMTP_URL": url, "MUBIAO_MAIL_FROM": sender})
    assert [problem.field for problem in caught.value.problems] == wrong


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 9000}, "http://127.0.0.1:9000"),  # noqa: S104 - nothing listens
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "::1", "public_url": "https://mubiao.example"}, "https://mubiao.example"),
    ],
)
def test_the_address_that_is_printed_can_be_opened(given: dict[str, Any], address: str) -> None:
    """The public one, else where it listens; of all networks, this machine's own."""
    assert Settings("sqlite:///x", **given).address == address


def test_all_bad_values_are_named_at_once() -> None:
    """Nobody should have to start three times to hear of three mistakes."""
    with pytest.raises(DomainError) as caught:
        Settings.from_env({"MUBIAO_PORT": "x", "MUBIAO_WORKERS": "x", "MUBIAO_LOG_LEVEL": "x"})
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["MUBIAO_PORT", "MUBIAO_WORKERS", "MUBIAO_LOG_LEVEL"]


@pytest.mark.parametrize("name", ["templates", "migrations", "seeds", "locale", "static"])
def test_files_that_are_not_python_are_found(name: str) -> None:
    """Beside the package in a checkout, inside it in a wheel."""
    assert resource(name).is_dir()


def test_a_file_that_is_nowhere_is_not_invented() -> None:
    """A misspelt name fails at once."""
    with pytest.raises(FileNotFoundError):
        resource("templats")
