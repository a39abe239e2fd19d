"""What the command line prints: reports of loads, tables of checked evidence, mistakes and problems.

What is reported is found out elsewhere; `cli` decides when to print and with which exit code to end.
"""

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from app.domain.errors import DomainError
from app.exchange.articles import ArticleCheck, Proof
from app.exchange.mail import link_addresses
from app.exchange.seeds import LoadReport, SeedError, differences
from app.i18n import problem_sentence, word
from app.settings import Settings
from app.store.accounts import Account, AccountEventView, FreshLink
from app.store.service import Outcome, Written

if TYPE_CHECKING:
    # What a release is takes a second to import, and only `mubiao release` prints one.
    from app.exchange.package.releases import ReleaseView

_WIDEST_PHRASE = 40


def error_lines(error: DomainError) -> Iterator[str]:
    """Say each problem in a line; a mistake in seeds as `file:line: field: sentence`."""
    if isinstance(error, SeedError):
        for mistake in error.mistakes:
            field = f"{mistake.problem.field}: " if mistake.problem.field else ""
            sentence = problem_sentence("en", mistake.problem)
            yield f"{mistake.file}:{mistake.line}: {field}{sentence}"
        return
    for problem in error.problems:
        field = f"{problem.field}: " if problem.field else ""
        yield f"{field}{problem_sentence('en', problem)}"


def load_lines(report: LoadReport, *, dry_run: bool) -> Iterator[str]:
    """Say what a load did: all of it in a dry run, else the counts and what was kept."""
    if dry_run:
        for one in report.of(Outcome.CREATED):
            yield f"created  {one.entity} {one.key}"
        for one in report.of(Outcome.UPDATED):
            yield f"updated  {one.entity} {one.key}"
            yield from _differences(one)
    for one in report.of(Outcome.KEPT):
        yield f"kept     {one.entity} {one.key}"
        yield from _differences(one)
    counts = ", ".join(f"{len(report.of(outcome))} {outcome}" for outcome in Outcome)
    yield f"{counts}{' (a dry run: nothing was written)' if dry_run else ''}"
    if report.of(Outcome.KEPT):
        yield "An editor changed what was kept since the last load; --overwrite puts the seeds in its place."


def _differences(one: Written) -> Iterator[str]:
    for difference in differences(one.before, one.after):
        old = "(none)" if difference.old is None else difference.old
        new = "(none)" if difference.new is None else difference.new
        yield f"         {difference.field}: {old} → {new}"


def release_lines(release: "ReleaseView") -> Iterator[str]:
    """Say what a release holds, and by table what differs from the one before."""
    if release.difference is None:
        yield "the first release: " + ", ".join(f"{one.rows} {one.table}" for one in release.rows if one.rows)
        return
    head = ("table", "added", "changed", "retired")
    rows = (
        (one.table, str(one.added), str(one.changed), str(one.retired)) for one in release.difference.tables
    )
    yield f"beside {release.previous}:"
    yield from table([head, *rows])


def article_lines(check: ArticleCheck) -> Iterator[str]:
    """Print the table of an article's evidence, and what the whole comes to."""
    head = ("par.", "phrase", "fact", "figure", "result")
    yield from table([head, *map(_row, check.proofs)])
    failed = sum(not proof.holds for proof in check.proofs)
    yield f"{len(check.proofs)} phrases of {check.source}, {failed} of them not as recorded."
    if check.same_text is None:
        yield f"No text is recorded for this source; this one has the SHA-256 {check.sha256}."
    elif not check.same_text:
        yield f"This is not the text that was recorded: it has the SHA-256 {check.sha256}."


def _row(proof: Proof) -> tuple[str, ...]:
    checked = proof.checked
    result = f"{checked.check} ({checked.detail})" if checked.detail else f"{checked.check}"
    if not proof.holds:
        result += f", recorded {proof.recorded} ✗"
    phrase = proof.phrase
    if len(phrase) > _WIDEST_PHRASE:
        phrase = f"{phrase[: _WIDEST_PHRASE - 1]}…"
    return str(proof.paragraph), phrase, f"{proof.kind} {proof.fact}", proof.figure, result


def link_lines(settings: Settings, link: FreshLink) -> Iterator[str]:
    """Print where a link leads to that lets someone set a password, and until when."""
    for lang, address in link_addresses(settings.address, link.secret).items():
        yield f"  {lang}  {address}"
    yield f"It works once, until {link.expires_at:%Y-%m-%d %H:%M} UTC; pass it on by a way that nobody else reads."


def people_lines(people: Sequence[Account]) -> Iterator[str]:
    """Print a table of everyone with an account."""
    head = ("name", "role", "state", "e-mail", "last signed in")
    yield from table([head, *map(_person, people)])


def account_event_lines(events: Sequence[AccountEventView]) -> Iterator[str]:
    """Print a table of what was done to accounts."""
    head = ("when", "account", "what", "detail", "by")
    yield from table([head, *map(_event, events)])


def _event(one: AccountEventView) -> tuple[str, ...]:
    deed = word("en", one.deed)
    return f"{one.at:%Y-%m-%d %H:%M} UTC", one.person, deed, one.detail or "–", one.by or "–"


def _person(one: Account) -> tuple[str, ...]:
    state = "closed" if one.disabled_at else "invited" if one.pending else "open"
    signed_in = f"{one.signed_in_at:%Y-%m-%d %H:%M} UTC" if one.signed_in_at else "–"
    return one.name, str(one.role), state, one.email or "–", signed_in


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Align columns on a terminal, where a Chinese character is two cells wide."""
    widths = [max(cells(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        padded = (cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def cells(text: str) -> int:
    """Count the cells that a text takes on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


class Progress:
    """Says on a terminal what is being done, in one line that is wiped when it is over; elsewhere nothing."""

    def __call__(self, words: str) -> None:
        """Say what is being done now."""
        self._write(f"{words} …")

    def end(self) -> None:
        """Wipe the line."""
        self._write("")

    def _write(self, words: str) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{words}", nl=False, err=True)
