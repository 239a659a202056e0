"""What the doctor says of the search, and what a page process does not load before it is needed."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from alliage.search import services
from alliage.search.checks import index


@pytest.mark.django_db
def test_the_doctor_says_when_the_index_is_missing_or_late():
    assert [message.id for message in index(None)] == ["search.W001"]
    services.rebuild()
    assert index(None) == []
    services.changed("record", [1], now=timezone.now())
    assert index(None) == []
    services.changed("record", [2], now=timezone.now() - timedelta(hours=1))
    assert [message.id for message in index(None)] == ["search.W002"]


@pytest.mark.django_db
def test_the_doctor_says_nothing_of_a_database_that_is_not_prepared():
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("ALTER TABLE search_searchchange RENAME TO elsewhere")
        assert index(None) == []
        transaction.set_rollback(True)  # PostgreSQL refuses everything else in this transaction


def test_the_engine_is_not_loaded_before_someone_searches():
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
        "from django.urls import resolve; resolve('/recherche/'); sys.exit('tantivy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
