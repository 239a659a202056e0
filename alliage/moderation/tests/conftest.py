import pytest
from django.contrib.auth.models import Group

from alliage.moderation.registry import reportable
from alliage.moderation.tests.factories import Notebook


@pytest.fixture
def notebook():
    """Groups may be reported, during one test."""
    kept = Notebook()
    reportable.add(kept.reportable())
    yield kept
    reportable._items.pop("test.group")


@pytest.fixture
def kind(notebook):
    return reportable.get("test.group")


@pytest.fixture
def page(db, notebook):
    return Group.objects.create(name="Ressourcerie du Haut-Pays")
