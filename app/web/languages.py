"""Which of our languages a reader likes better, as his browser says.

What is written in a language is found by `app.i18n`.
"""

from app.i18n import Lang


def preferred_lang(accepted: str | None) -> Lang:
    """Choose from an Accept-Language header: the better liked of ours, else English; Chinese without a header.

    A part that is not of the header's form counts for nothing.
    """
    if not accepted:
        return "zh"
    liking: dict[Lang, float] = {"zh": 0.0, "en": 0.0}
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.partition(";")
        value = _weight(weight.strip())
        match tag.strip().lower().split("-")[0]:
            case "zh":
                liking["zh"] = max(liking["zh"], value)
            case "en":
                liking["en"] = max(liking["en"], value)
            case _:
                continue
    return "zh" if liking["zh"] > liking["en"] else "en"


def _weight(text: str) -> float:
    """Read `q=0.8`; nothing said is 1, nonsense is 0."""
    if not text:
        return 1.0
    name, _, value = text.partition("=")
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip() == "q" and 0 <= weight <= 1 else 0.0
