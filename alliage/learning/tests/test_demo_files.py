"""The fictitious file of the demonstration: a real commune, three people who disagree, six months between two diagnostics."""

from io import StringIO

import pytest
from django.core.management import call_command

from alliage.accounts.services.demo import load_personas
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning.models import TerritoryFile
from alliage.learning.queries import files as queries
from alliage.learning.services import demo_files, statements
from alliage.learning.tests.factories import NOW
from alliage.notifications.models import Notification
from alliage.territories.tests.factories import TerritoryFactory


@pytest.mark.django_db
def test_the_demonstration_has_a_file_that_is_said_to_be_fictitious(client):
    assert demo_files.load(now=NOW) == 0
    TerritoryFactory(code=demo_files.COMMUNE, name="Die")
    load_personas(now=NOW)
    for code in ("nadia.belkacem", "yann.kerbrat"):
        MemberFactory(email=f"{code}{demo_files.HOST}", is_demo=True)
    call_command("load_demo_files", stdout=StringIO())
    assert demo_files.load(now=NOW) == 0
    TerritoryFactory(code=demo_files.ALONE, name="Papeete")
    assert demo_files.load(now=NOW) == 1
    file = TerritoryFile.objects.get(territory__code=demo_files.COMMUNE)
    assert [each.is_demo for each in queries.asking(MemberFactory())] == [True]
    second, first = file.diagnostics.order_by("-number")
    assert (second.closed_at - first.closed_at).days == 184
    assert {each["count"] for each in second.result["roles"].values()} == {1}
    assert second.result["levers"]["alliance"]["spread"] > 1
    assert second.result["levers"]["ecosysteme"]["mean"] > first.result["levers"]["ecosysteme"]["mean"]
    assert not Notification.objects.exists()
    client.force_login(file.people.get(role="holder").member)
    assert "Dossier fictif de démonstration" in client.get(file.get_absolute_url()).content.decode()
    assert statements.load(now=NOW)["kept"] == 63
