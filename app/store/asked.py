"""What documents must hold, written in the language of each engine's full-text search.

How it is read out of a query is said in `domain.wanted`; where it is looked for, in `search` and `places`.
"""

from collections.abc import Iterable

from app.domain.wanted import Phrase

Asked = tuple[tuple[Phrase, ...], ...]
"""What must be held: of each of these one phrase."""


def full_text(anywhere: Asked, names: Asked = ()) -> str:
    """Write what a document, and its names, must hold in the language of SQLite's FTS5."""
    parts = [*(("", forms) for forms in anywhere), *(("names : ", forms) for forms in names)]
    return " AND ".join(
        f"{column}(" + " OR ".join(f'"{" ".join(phrase.tokens)}"' for phrase in forms) + ")"
        for column, forms in parts
    )


def tsquery(tokens: Iterable[str], asked: Asked, *, joined: bool = True) -> str:
    """Write what a column must hold, of these tokens one, in the language of PostgreSQL.

    Unless `joined`, the tokens of a phrase may stand apart, which its index tells without a look at the documents.
    """
    between = " <-> " if joined else " & "
    every = [tuple(Phrase((token,)) for token in tokens), *asked]
    return " & ".join(
        "("
        + " | ".join("(" + between.join(f"'{token}'" for token in phrase.tokens) + ")" for phrase in forms)
        + ")"
        for forms in every
        if forms
    )


def is_joined(asked: Asked) -> bool:
    """Say whether any phrase has several tokens, which must follow each other."""
    return any(len(phrase.tokens) > 1 for forms in asked for phrase in forms)
