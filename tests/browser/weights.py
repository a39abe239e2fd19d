"""The table of what each page weighs, which every run prints at its end; that none is too heavy is for the tests."""

from collections import defaultdict

from pytest import TerminalReporter  # noqa: PT013 - the plugin's only type

PROPERTY = "weight"
"""A test's property: the page's path, the language, requests, bytes on the wire without pictures, pictures' bytes."""


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print a line per page, with both languages, heaviest first."""
    pages: dict[str, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == PROPERTY:
                    path, lang, *weight = value
                    pages[path][lang] = (weight[0], weight[1], weight[2])
    if not pages:
        return
    terminalreporter.section("first view: requests, kB on the wire without pictures (pictures apart)")
    for path, langs in sorted(pages.items(), key=lambda page: -max(size for _, size, _ in page[1].values())):
        columns = "  ".join(
            f"{lang} {count:>2} {size / 1000:>6.1f}{f' (+{pictures / 1000:.1f})' if pictures else ''}"
            for lang, (count, size, pictures) in sorted(langs.items(), reverse=True)
        )
        terminalreporter.write_line(f"{columns}  {path}")
