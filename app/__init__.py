"""Mubiao 目标: what Chinese governments promised to reach, by when, and how far they have come.

The package holds the rules (domain), the database (store), files in and out (exchange) and
what a reader gets (web). It holds no data: the curated facts are in `seeds/`.
"""

__version__ = "0.1.0"
