"""The wheel: it holds all that is needed, installs without a network and serves from an empty folder.

How the server answers otherwise is tested with the application.
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.resources import resource
from tests.serving import free_port, get, served

ROOT = resource("migrations").parent
# Where each folder of the project lies in the wheel.
FOLDERS = {"app": "app", "templates": "app/templates", "migrations": "app/migrations", "seeds": "app/seeds"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file(wheel: Path) -> None:
    """Code, templates, migrations, seeds, catalogues and static files, each where `resource` looks for it."""
    expected = {
        f"{inside}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, inside in FOLDERS.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix not in {".pyc", ".mo"}
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == expected


def test_the_wheel_serves_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Installed without a network and without its dependencies' help, it migrates, loads, and answers."""
    site, empty = tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    subprocess.run(
        [
            "python3",
            "-m",
            "pip",
            "--python",
            sys.executable,
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--disable-pip-version-check",
            "--root-user-action=ignore",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        cwd=empty,
    )
    port = free_port()
    with served(port, f"sqlite:///{tmp_path}/data/mubiao.sqlite3", cwd=empty, code=site) as server:
        regions = json.loads(get(port, "/api/v1/regions?limit=1"))
        assert regions["items"][0].keys() >= {"code", "slug", "name_zh", "name_en"}
        assert b"<html" in get(port, "/zh/compare")
        server.terminate()
        said = server.communicate(timeout=20)[0]
    assert f"http://127.0.0.1:{port}/zh/compare" in said
    assert list(empty.iterdir()) == []
