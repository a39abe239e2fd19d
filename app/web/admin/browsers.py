"""What a browser is called in a list that its owner reads, from what it says of itself.

Nothing depends on it: any programme may call itself whatever it likes.
"""

from collections.abc import Mapping
from typing import Final

from app.web.speech import Speech

# The first that is named counts: most of them name others, too.
_BROWSERS: Final[Mapping[str, str]] = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "MicroMessenger": "WeChat",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final[Mapping[str, str]] = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
_LENGTH: Final = 60


def browser_words(speech: Speech, said: str) -> str:
    """Name browser and system, or else the beginning of what was said."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in said), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in said), None)
    if browser and system:
        return speech.gettext("{browser} on {system}", browser=browser, system=system)
    return browser or system or said[:_LENGTH].strip() or speech.gettext("Unknown browser")
