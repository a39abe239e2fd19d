"""How a text is brought into the one form in which phrases, figures and texts are compared (R5).

Only form belongs here; what a figure says is read in `quantities`, whether a phrase proves it in `evidence`.
"""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache

import opencc

_FIRST_IDEOGRAPH = 0x2E80
_TONES = frozenset("\u0304\u0301\u030c\u0300")
_BLANK = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff]+"
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_QUOTES = re.compile("[\"'`´“”„‟‘’‚‛′″‵‶«»‹›「」『』〝〞〟]")
_DASHES = re.compile("[-‐‑‒–—―−─━⸺⸻]+")
_TILDES = re.compile("[~∼〜˜]+")
# The opening bracket itself was sometimes lost in the conversion and became a question mark.
_BRACKETED = re.compile(r"[(?]([a-zɑɡ\u00df-\u01ff]{1,6})\)")
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:a|ai|an|ang|ao|e|ei|en|eng|er|i|ia|ian|iang|iao|ie|in|ing|io|iong|iu|o|ong|ou"
    "|u|ua|uai|uan|uang|ue|ui|un|uo|ü|üe|üan|ün)"
)
# The only syllables without a tone among characters that differ between the scripts.
_TONELESS = re.compile(r"(?<=[們们])\(men\)|(?<=[嗎吗])\(ma\)|(?<=[麼麽么])\(me\)")


class _Simplified(dict[int, str]):
    """A table for `str.translate` that asks OpenCC once for each character it meets."""

    def __missing__(self, code: int) -> str:
        """Look a character up; 薴 needs two steps (薴 苧 苎), hence the loop."""
        character = chr(code)
        if code >= _FIRST_IDEOGRAPH:
            while (simpler := _converter().convert(character)) != character:
                character = simpler
        self[code] = character
        return character


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _rewording() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")


_SIMPLIFIED = _Simplified()


def simplify(text: str) -> str:
    """Unify the forms of characters (NFKC: full width, compatibility) and turn Traditional into Simplified.

    White space is kept. Each character is converted by itself, never as part of a word, so that what is cut
    out of a text stays a part of that text after both are converted.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_SIMPLIFIED)


# What is searched is asked for again and again: its words, its ideographs, its percentages.
@lru_cache(maxsize=4096)
def searchable(text: str) -> str:
    """Bring a text to NFKC, Simplified characters and lower case."""
    return simplify(text).lower()


def as_on_the_mainland(text: str) -> str:
    """Turn Traditional text into Simplified in the words of the mainland: 軟體 becomes 软件, 人工智慧 人工智能."""
    reworded: str = _rewording().convert(unicodedata.normalize("NFKC", text))
    return reworded


def normalise(text: str) -> str:
    """Bring a text into the form for matching (R5); doing so twice changes nothing more.

    Stray readings (產(chǎn)) and all white space, zero-width characters too, are removed; then as `simplify`;
    quotes of any kind become `"`, dashes of any length `-`, tildes `~`. True brackets are kept.
    """
    while (changed := _normalise_once(text)) != text:
        # What is removed can bring together what belongs together, as an accent and its letter.
        text = changed
    return text


def _normalise_once(text: str) -> str:
    text = _BLANK.sub("", unicodedata.normalize("NFKC", text))
    text = _BRACKETED.sub(lambda found: "" if _is_reading(found[1]) else found[0], text)
    text = simplify(_TONELESS.sub("", text))
    return _TILDES.sub("~", _DASHES.sub("-", _QUOTES.sub('"', text)))


def _is_reading(letters: str) -> bool:
    """Tell whether letters are one Mandarin syllable with exactly one tone mark."""
    parts = unicodedata.normalize("NFD", letters)
    toneless = "".join(part for part in parts if part not in _TONES)
    plain = unicodedata.normalize("NFC", toneless).replace("ɑ", "a").replace("ɡ", "g")
    return len(parts) - len(toneless) == 1 and _SYLLABLE.fullmatch(plain) is not None


def paragraphs(text: str) -> list[str]:
    """List the lines that are not blank, trimmed; paragraph N of a source is `paragraphs(text)[N - 1]`."""
    return [line.strip() for line in _LINE_END.split(text) if _BLANK.sub("", line)]


def text_sha256(text: str) -> str:
    r"""Hash a source's text: SHA-256, in hexadecimal, of its normalised paragraphs joined by `\n`."""
    joined = "\n".join(normalise(paragraph) for paragraph in paragraphs(text))
    return hashlib.sha256(joined.encode()).hexdigest()
