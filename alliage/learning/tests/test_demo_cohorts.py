"""The fictitious cohort of the demonstration."""

from io import StringIO

import pytest
from django.core.management import call_command

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.tests.factories import webinar
from alliage.learning.enums import FileRole
from alliage.learning.models import Cohort, CohortDate
from alliage.learning.services import demo_cohorts
from alliage.learning.services.demo_files import ALONE, COMMUNE, HOST
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, enter
from alliage.notifications.models import Notification


@pytest.mark.django_db
@pytest.mark.parametrize("with_event", [True, False])
def test_the_demonstration_has_a_cohort_that_is_said_to_be_fictitious(client, with_event):
    assert demo_cohorts.load(now=NOW) == 0
    alix = MemberFactory(email=f"{demo_cohorts.FACILITATOR}{HOST}", is_demo=True, role=Role.FACILITATOR)
    for code in (COMMUNE, ALONE):
        enter(TerritoryFileFactory(territory__code=code), alix, FileRole.CATALYST)
    if with_event:
        webinar()
    call_command("load_demo_cohorts", stdout=StringIO())
    assert demo_cohorts.load(now=NOW) == 0
    assert CohortDate.objects.count() == 1 + with_event
    assert not Notification.objects.exists()
    assert "démonstration" in client.get("/cohortes/").content.decode()
    assert "Cohorte fictive" in client.get(Cohort.objects.get().get_absolute_url()).content.decode()
