"""The fictitious agreements of the demonstration."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements.enums import State
from alliage.agreements.models import Agreement
from alliage.agreements.queries import conventions, dates, reviews
from alliage.agreements.services import demo_agreements
from alliage.agreements.tests.factories import NOW
from alliage.directory.tests.factories import OrganisationFactory
from alliage.notifications.models import Notification
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db
PEOPLE = {
    "alix.payet": "demo-kaz-partaj-la-possession",
    "aurelie.sainte-rose": "demo-tout-moun-saint-joseph",
    "teva.marama": "demo-fare-tauturu-teva-i-uta",
}


def test_they_come_once_with_their_people_and_nobody_is_told():
    assert demo_agreements.load(now=NOW) == 0
    for code, slug in PEOPLE.items():
        owner = MemberFactory(email=f"{code}@demonstration.exemple.fr", is_demo=True)
        OrganisationFactory(slug=slug, name=slug, owner=owner, is_demo=True)
    TermFactory(vocabulary="leviers", code="alliance")
    call_command("load_demo_agreements", stdout=StringIO())
    assert demo_agreements.load(now=NOW) == 0
    lived = Agreement.objects.get(state=State.REVIEWED)
    assert conventions.digest_of(lived.signed_text) == lived.digest
    assert len(conventions.signed_of(lived)) == 2
    assert any(line.is_to_discuss for line in reviews.spread(reviews.by_number(lived, 1)))
    begun = Agreement.objects.get(state=State.SCOPING)
    assert conventions.text_of(begun).startswith("# Pourquoi")
    alix, teva = (
        Member.objects.get(email=f"{code}@demonstration.exemple.fr") for code in ("alix.payet", "teva.marama")
    )
    assert [row.what for row in dates.due_for(alix)] == [dates.SIGNATURE, dates.REVIEW, dates.END, dates.END]
    due, _end = dates.due_for(teva)
    assert due.day == Agreement.objects.get(state=State.ACTIVE).review_due_on > timezone.localdate()
    assert Notification.objects.count() == 0
