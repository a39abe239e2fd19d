"""Where the files lie that are not Python: templates, migrations and seeds.

What is in them is read by the modules that use them.
"""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Return the folder or file of this name, from the package as a wheel has it, else from beside it.

    Raises FileNotFoundError if it is in neither.
    """
    for folder in (_PACKAGE, _PACKAGE.parent):
        found = folder / name
        if found.exists():
            return found
    raise FileNotFoundError(name)
