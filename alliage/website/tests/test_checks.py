"""The check of pages left to complete, before there is any page."""

import pytest
from django.db import OperationalError, connection

from alliage.website.checks import pages_are_complete


def refuse(*_args):
    raise OperationalError("no such table")


@pytest.mark.django_db
def test_before_the_tables_exist_there_is_nothing_to_complete():
    with connection.execute_wrapper(refuse):
        assert pages_are_complete(None) == []
