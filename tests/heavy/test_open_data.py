"""A real open-data file of organisations, not made for this project: mapped, previewed, imported, exported, read again.

HEAVY_OPEN_DATA names the file (CSV, in any encoding and separator); none is kept here: it is somebody else's work. Lists
of France services, of tiers-lieux or of associations are published under open licences. HEAVY_OPEN_DATA_COLUMNS, for a file
whose columns are not guessed, answers as the person would: name=lib_france_services,insee=insee_com
"""

import csv
import io
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.open_data import travelled

pytestmark = pytest.mark.django_db


def rows_of(content: bytes) -> list[dict[str, str]]:
    """The rows as Python's own reader sees them, without ours."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    delimiter = max(";,\t|", key=text.split("\n", 1)[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row in rows if any(row.values())]


def test_a_file_of_open_data_comes_in_goes_out_and_comes_in_again_without_a_change(client, settings, tmp_path):
    path = os.environ.get("HEAVY_OPEN_DATA")
    if not path:
        pytest.skip("HEAVY_OPEN_DATA ne nomme aucun fichier : donnez un CSV de données ouvertes d’organisations.")
    settings.VAR_DIR = tmp_path
    call_command("import_territories", verbosity=0)
    call_command("load_taxonomy", verbosity=0)
    client.force_login(MemberFactory(role="animator"))
    content = Path(path).read_bytes()
    rows = rows_of(content)
    assert len(rows) >= 100, "a file of some size says more"
    answered = dict(each.split("=", 1) for each in os.environ.get("HEAVY_OPEN_DATA_COLUMNS", "").split(",") if each)
    figures = travelled(client, content, rows, Path(path).name, source_name="Données ouvertes", **answered)
    print(f"\n{figures}")
    assert figures.created > len(rows) / 2
