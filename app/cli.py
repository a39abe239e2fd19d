"""The command line, `mubiao`: what a person types, and what is printed in answer.

Every command hands over to the part that does the work; no rule and no SQL stands here.
"""

import dataclasses
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from app import __version__
from app.domain.errors import DomainError, Problem
from app.exchange.articles import ArticleCheck, Proof, check_article
from app.exchange.seeds import LoadReport, SeedError, check_seeds, differences, export_seeds, load_seeds
from app.i18n import problem_sentence
from app.resources import resource
from app.settings import Settings
from app.store.migrate import is_current, upgrade
from app.store.service import WRITERS, Outcome, Written
from app.store.session import Database
from app.table import print_table

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
