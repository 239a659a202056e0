"""The forms of those who reuse, sent several times at the same moment: one run, one tick, one bookmark, one collection, one recommendation."""

import pytest
from django.core.management import call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import Collection, CollectionItem, KitRun, Receipt, Recommendation, RunStep
from alliage.library.services import kits
from alliage.library.services.kits import mark
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_kits import kit
from alliage.notifications.models import Notification
from tests.test_double_submit_contributing import send, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _database(transactional_db, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    call_command("load_taxonomy", verbosity=0)


def test_a_kit_is_launched_once():
    resource, client = kit(), signed_in(MemberFactory())
    sent = send(client, f"/ressources/{resource.pk}/lancer/", lambda: {"name": "Réunion", "territory": "", "sent": "s"})
    assert {response.status_code for response in sent} == {302}
    assert KitRun.objects.count() == 1
    assert RunStep.objects.count() == 2


def test_a_step_is_ticked_and_noted_once():
    member = MemberFactory()
    run = kits.launch(kit(), kits.Said("Réunion"), sent="", by=member, now=NOW)
    typed = {"act": "done:un", "note_un": "Dix personnes", "was_un": mark("")}
    sent = send(signed_in(member), run.get_absolute_url(), lambda: typed)
    assert {response.status_code for response in sent} == {302}
    step = run.steps.get(key="un")
    assert (step.state, step.note) == ("done", "Dix personnes")


def test_a_resource_is_kept_once_in_one_collection():
    resource, client = published(), signed_in(MemberFactory())
    sent = send(client, f"/ressources/{resource.pk}/garder/", dict)
    assert {response.status_code for response in sent} == {302}
    assert Collection.objects.count() == CollectionItem.objects.count() == 1


def test_a_collection_is_made_once():
    client = signed_in(MemberFactory())
    sent = send(client, "/ressources/mes-collections/", lambda: {"name": "Nos repères", "text": ""})
    assert {response["Location"] for response in sent} == {
        f"/ressources/mes-collections/{Collection.objects.get().pk}/"
    }


def test_a_recommendation_leaves_once():
    receiver = MemberFactory()
    typed = {"address": receiver.email, "note": "Un mot", "sent": "s"}
    sent = send(signed_in(MemberFactory()), "/ressources/recommander/", lambda: typed)
    assert {response.status_code for response in sent} == {302}
    assert Recommendation.objects.count() == Receipt.objects.count() == 1
    assert Notification.objects.filter(person=receiver, kind="library.recommendation").count() == 1
