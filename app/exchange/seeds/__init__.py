"""Seeds: the YAML that curators write and review, read with lines, loaded, compared and written back.

What may be written to the database is the service's to say.
"""

from app.exchange.seeds.difference import Contrast, Difference, contrasts, differences
from app.exchange.seeds.importing import import_upload
from app.exchange.seeds.layout import Mistake, SeedError, Seeds, read_seeds
from app.exchange.seeds.loading import LoadReport, check_seeds, load_seeds
from app.exchange.seeds.uploads import at_lines, read_single, read_upload
from app.exchange.seeds.writing import export_seeds, seed_texts

__all__ = [
    "Contrast",
    "Difference",
    "LoadReport",
    "Mistake",
    "SeedError",
    "Seeds",
    "at_lines",
    "check_seeds",
    "contrasts",
    "differences",
    "export_seeds",
    "import_upload",
    "load_seeds",
    "read_seeds",
    "read_single",
    "read_upload",
    "seed_texts",
]
