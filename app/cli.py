"""The command line, `mubiao`: what a person types, and with which code it ends.

Every command hands over to the part that does the work; what is printed is laid out in `printing`.
"""

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app import __version__
from app.cli_user import user
from app.domain.errors import DomainError
from app.exchange.articles import check_article
from app.exchange.seeds import check_seeds, export_seeds, load_seeds
from app.printing import Progress, article_lines, error_lines, load_lines, release_lines
from app.resources import resource
from app.settings import Settings
from app.store.migrate import is_current, upgrade
from app.store.session import Database

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_PAGES = 2000


class _Group(click.Group):
    """Says what a DomainError means, one line a problem, and ends with code 1; no stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            for line in error_lines(error):
                click.echo(line, err=True)
            ctx.exit(1)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mubiao")
@click.option("--database", metavar="URL", help="Use this database instead of MUBIAO_DATABASE_URL's.")
@click.pass_context
def cli(context: click.Context, database: str | None) -> None:
    """Mubiao: what Chinese governments promised to reach, by when, and how far they have come.

    The data lie in an SQLite file in your own data folder, or where MUBIAO_DATABASE_URL says.
    Commands end with 0 if all is well, 1 if something is wrong, 2 if they were typed wrong.
    """
    settings = Settings.from_env()
    context.obj = dataclasses.replace(settings, database_url=database) if database else settings


cli.add_command(user)


def main() -> None:
    """Run the command line."""
    cli(prog_name="mubiao")


@cli.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve the pages and the API.

    The database is brought up to date and the seeds are loaded before.

    Where it listens is set by MUBIAO_HOST and MUBIAO_PORT, how many processes by MUBIAO_WORKERS.
    """
    # The other commands need neither the server nor what it imports.
    from app.serve import serve as run  # noqa: PLC0415

    run(settings)


@cli.command()
@click.pass_obj
def mcp(settings: Settings) -> None:
    """Answer an assistant over stdin and stdout (MCP).

    Read-only: search, get_plan, get_target, compare, deadlines, coverage. The assistant's program starts it; over
    HTTP the same tools are at /mcp while `mubiao serve` runs.

    The database must be there: `mubiao serve` makes and fills it. Needs the package mcp.
    """
    from app.web.mcp.http import check_installed  # noqa: PLC0415

    check_installed()
    # With the package it is imported, and by nobody else.
    from app.web.mcp.server import serve_stdio  # noqa: PLC0415

    serve_stdio(settings)


@cli.group()
def seeds() -> None:
    """Load, check and write back the curated data."""


@seeds.command("load")
@click.option("--dry-run", is_flag=True, help="Print what would change, field by field; write nothing.")
@click.option("--overwrite", is_flag=True, help="Replace also what an editor changed since the last load.")
@click.argument("folder", type=_FOLDER, required=False)
@click.pass_obj
def seeds_load(settings: Settings, folder: Path | None, *, dry_run: bool, overwrite: bool) -> None:
    """Load a folder of seeds into the database.

    All of it or nothing; without FOLDER, the seeds that Mubiao comes with.
    """
    with _database(settings) as db, _progress() as progress:
        report = load_seeds(
            db, folder or resource("seeds"), dry_run=dry_run, overwrite=overwrite, progress=progress
        )
        progress.end()
        for line in load_lines(report, dry_run=dry_run):
            click.echo(line)


@seeds.command("check")
@click.argument("folder", type=_FOLDER, required=False)
def seeds_check(folder: Path | None) -> None:
    """Check a folder of seeds without a database.

    Every mistake is printed as file:line: field: sentence.
    """
    with _progress() as progress:
        count = check_seeds(folder or resource("seeds"), progress)
    click.echo(f"{count} entities, no mistakes")


@seeds.command("export")
@click.argument("folder", type=_FOLDER)
@click.pass_obj
def seeds_export(settings: Settings, folder: Path) -> None:
    """Write the database into a folder as seeds.

    Loading them again changes nothing.
    """
    with _database(settings) as db, _progress() as progress, db.read() as session:
        progress("writing")
        files = export_seeds(session, folder)
    click.echo(f"{len(files)} files written to {folder}")


@cli.command()
@click.pass_obj
def release(settings: Settings) -> None:
    """Release the published data as they are now.

    A release is a folder of its own, named by the day in Shanghai (from the second of a day on with a number): the
    data as a Data Package, as an SQLite file and as seeds, a SHA-256 beside each, and the difference to the release
    before. It never changes, and readers find it at /api/v1/releases. Where nothing has changed since the last
    one, that is said and none is made. One that is killed leaves nothing behind that readers could see.

    Releases lie where MUBIAO_RELEASES says, else in a folder "releases" beside the SQLite file, or for PostgreSQL
    in your own data folder.
    """
    # The other commands need neither the tables of the whole nor what reads them.
    from app.exchange.package.releases import list_releases, make_release  # noqa: PLC0415

    folder = settings.releases_folder
    with _database(settings) as db, _progress() as progress:
        made = make_release(db, folder, datetime.now(UTC), progress)
        progress.end()
        if made is None:
            last = list_releases(folder)[0]
            click.echo(f"nothing has changed since the release {last.name}: none was made")
            return
        for line in release_lines(made):
            click.echo(line)
    click.echo(f"release {made.name} written to {folder / made.name}")


@cli.group()
def evidence() -> None:
    """Check evidence against texts."""


@evidence.command("check")
@click.argument("article", type=_FILE)
@click.option("--source", required=True, metavar="SLUG", help="The source whose text ARTICLE is.")
@click.pass_context
def evidence_check(context: click.Context, article: Path, source: str) -> None:
    """Check evidence against the text of its source.

    Every phrase must stand in its paragraph and prove its figure.

    ARTICLE is a text file in UTF-8; its paragraphs are its lines that are not blank. The text is not kept.
    """
    with _database(context.obj) as db, db.read() as session:
        check = check_article(session, source, _read(article))
    for line in article_lines(check):
        click.echo(line)
    context.exit(0 if check.holds else 1)


@cli.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
@click.pass_obj
def db_upgrade(settings: Settings) -> None:
    """Bring the tables up to date; make them if need be."""
    with _database(settings) as database:
        current = (database.path is None or database.path.exists()) and is_current(database)
        upgrade(database)
    click.echo("already up to date" if current else "brought up to date")


@db.command("backup")
@click.argument("file", type=_FILE)
@click.pass_obj
def db_backup(settings: Settings, file: Path) -> None:
    """Copy the SQLite database into a file.

    It may be in use meanwhile. For PostgreSQL, use pg_dump.
    """
    with _database(settings) as database, _progress() as progress:
        if database.path is None:
            raise DomainError("backup_postgresql")
        if file.exists():
            raise DomainError("file_exists", file=str(file))
        # A read session says first whether the database is there and of our version.
        with database.read():
            _backup(database.path, file, progress)
    click.echo(f"backup written to {file}")


def _backup(source: Path, file: Path, progress: Progress) -> None:
    """Copy page by page into a file beside the one wanted, which appears when it is whole."""
    part = file.with_name(f".{file.name}.part")

    def report(_status: int, remaining: int, total: int) -> None:
        progress(f"copying: {(total - remaining) * 100 // max(total, 1)} %")

    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(part)) as copy:
            origin.backup(copy, pages=_PAGES, progress=report)
        part.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise DomainError("file_not_writable", file=str(file), reason=str(error)) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _progress() -> Iterator[Progress]:
    progress = Progress()
    try:
        yield progress
    finally:
        progress.end()


def _read(article: Path) -> str:
    try:
        return article.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or ""
        raise DomainError("file_unreadable", file=str(article), reason=reason) from error
    except UnicodeDecodeError as error:
        raise DomainError("not_utf8", file=str(article)) from error
