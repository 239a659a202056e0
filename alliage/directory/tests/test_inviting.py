"""People whose entry somebody else began: invited in one act, they hold it or erase it; nobody publishes it for them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import signing
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import inviting_links
from alliage.directory.enums import EntryKind
from alliage.directory.importers.batch import EntryImport
from alliage.directory.models import Entry, EntryInvitation
from alliage.directory.queries import inviting as queries
from alliage.directory.services import inviting as services
from alliage.directory.services.exchange import reason_to_keep
from alliage.directory.services.profiles import ProfileRefused
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.imports.engine import Outcome, Report, Row
from alliage.imports.enums import Action, State
from alliage.imports.models import Change, ImportRun
from alliage.imports.registry import Importing, kinds
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.jobs.tests.factories import JobFactory
from alliage.notifications.models import OutgoingMail, RefusedAddress

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
PAGE = "/annuaire/catalyseurs/a-inviter/"


def someone(name: str, email: str = "", **values):
    return CatalystFactory(name=name, email=email, visibility="nobody", **values)


def names(run_id=None, now=NOW) -> list[str]:
    return [entry.name for entry in queries.to_invite(run_id=run_id, now=now).people]


def send(*entries, now=NOW):
    return services.send(JobContext(JobFactory()), {"entries": [each.pk for each in entries]}, clock=lambda: now)


@pytest.fixture
def anne():
    return someone("Anne", "Anne@exemple.fr", function="Animatrice", source="Liste de 2026", phone="0600000000")


@pytest.fixture
def animator(client):
    member = MemberFactory(role=Role.ANIMATOR)
    client.force_login(member)
    return member


def test_those_to_invite_are_people_that_nobody_holds_whose_address_is_known(anne):
    closed = MemberFactory(is_active=False)
    someone("Sans adresse"), someone("Tenue", "tenue@exemple.fr", owner=MemberFactory())
    someone("Fermée", closed.email.upper()), someone("Masquée", "masquee@exemple.fr", is_hidden=True)
    someone("Fictive", "fictive@exemple.fr", is_demo=True)
    someone("Retirée", "retiree@exemple.fr", withdrawn_on=NOW.date())
    OrganisationFactory(email="asso@exemple.fr")
    someone("Basile", MemberFactory().email)  # has an account, and does not know of this entry
    assert names() == ["Anne", "Basile"]


def test_those_of_one_import_are_told_apart(anne, animator):
    run = ImportRun.objects.create(kind="directory.catalyst", created_at=NOW)
    mine = someone("Basile", "basile@exemple.fr")
    Change.objects.create(
        run=run, number=2, action=Action.CREATED, model="directory.Entry", object_id=str(mine.pk), label="Basile"
    )
    assert names(run.pk) == ["Basile"]
    assert names(uuid4()) == []


def test_each_is_written_to_once_and_again_after_a_month(anne):
    assert send(anne) == {"sent": 1}
    mail = OutgoingMail.objects.get()
    assert mail.to == "Anne@exemple.fr"
    assert "Liste de 2026" in mail.text
    assert inviting_links.read(mail.text.split("/annuaire/invitation/")[1].split("/")[0]) == anne
    assert "Animatrice" not in mail.text  # what is written of her is read behind the link only
    assert send(anne, now=NOW + timedelta(days=1)) == {"sent": 0}  # the job ran twice
    assert queries.to_invite(now=NOW + timedelta(days=1)).silent == 1
    assert names(now=NOW + timedelta(days=31)) == ["Anne"]
    assert send(anne, now=NOW + timedelta(days=31)) == {"sent": 1}
    assert OutgoingMail.objects.count() == 2
    assert EntryInvitation.objects.get().sent_at == NOW + timedelta(days=31)
    assert str(EntryInvitation.objects.get()) == f"{anne.pk}, 2026-12-27"


def test_an_animator_invites_those_ticked_or_all_in_one_act(client, animator, anne, monkeypatch):
    other = someone("Basile", "basile@exemple.fr")
    page = client.get(PAGE).content.decode()
    assert "2 personnes à inviter" in page
    assert "Inviter toute la liste" not in page
    answer = client.post(PAGE, {"fiche": [anne.pk, "x"]})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert (job.kind, job.payload, job.started_by_id) == ("directory.invite", {"entries": [anne.pk]}, animator.pk)
    assert job.result == {"sent": 1}
    assert OutgoingMail.objects.get().to == anne.email
    assert "1 personne est invitée" in client.get(PAGE).content.decode()
    monkeypatch.setattr("alliage.directory.views.inviting.PER_PAGE", 1)
    third = someone("Chloé", "chloe@exemple.fr")
    assert "Inviter toute la liste (2)" in client.get(PAGE).content.decode()
    client.post(PAGE, {"all": "on"})
    assert Job.objects.latest("created_at").payload == {"entries": [other.pk, third.pk]}
    nothing = client.post(PAGE, {}, follow=True)
    assert "Cochez au moins une personne." in nothing.content.decode()
    assert Job.objects.count() == 2


def test_the_page_of_an_import_leads_to_its_people(client, animator, anne):
    run = ImportRun.objects.create(
        kind="directory.catalyst",
        state=State.DONE,
        report=Report().as_json(),
        finished_at=NOW,
        created_at=NOW,
        file_name="liste.csv",
    )
    path = f"{PAGE}?import={run.pk}"
    assert "liste.csv" in client.get(path).content.decode()
    assert "Personne n’est à inviter" in client.get(path).content.decode()
    assert path in client.get(run.get_absolute_url()).content.decode()
    assert client.get(f"{PAGE}?import={uuid4()}").status_code == 404
    assert client.get(f"{PAGE}?import=x").status_code == 404
    assert kinds.get("directory.catalyst").then(run.pk)[1] == path
    assert kinds.get("directory.organisation").then is None


def test_a_visitor_with_the_mail_reads_what_is_written_and_may_erase_it(client, anne):
    path = inviting_links.path(anne)
    page = client.get(path).content.decode()
    assert all(said in page for said in ("Animatrice", "Liste de 2026", "0600000000", "équipe d’animation seulement"))
    assert f"{reverse('account_login')}?adresse=Anne%40exemple.fr&amp;next=" in page
    assert client.post(path, {"act": "take"}).url == path  # nobody is signed in
    assert Entry.objects.filter(pk=anne.pk, owner=None).exists()
    client.post(path, {"act": "erase"})
    assert not Entry.objects.filter(pk=anne.pk).exists()
    assert client.get(path).status_code == 404


def test_the_person_holds_her_entry_unpublished(client, anne):
    hers, other = MemberFactory(email="anne@exemple.fr"), MemberFactory()
    path = inviting_links.path(anne)
    client.force_login(other)
    assert "connectez-vous avec l’adresse" in client.get(path).content.decode()
    client.post(path, {"act": "take"})
    assert Entry.objects.get(pk=anne.pk).owner is None
    client.force_login(hers)
    assert path.rpartition(":")[0].rpartition(":")[0] in client.get("/mon-espace/").content.decode()  # but for its date
    answer = client.post(path, {"act": "take"})
    entry = Entry.objects.get(pk=anne.pk)
    assert (entry.owner, entry.visibility) == (hers, "nobody")
    assert answer.url == f"/annuaire/catalyseurs/{anne.slug}/apercu/"
    assert client.get(path).status_code == 404
    assert reason_to_keep(entry)  # the undoing of the import leaves it
    assert queries.waiting_for(hers) is None


def test_a_link_opens_its_entry_only_as_it_was_when_it_was_sent(anne):
    path = inviting_links.path(anne)
    token = path.split("/")[3]
    assert inviting_links.read(token) == anne
    assert inviting_links.read(token[:-1]) is None
    assert inviting_links.read(signing.dumps([anne.pk, anne.email])) is None
    Entry.objects.filter(pk=anne.pk).update(email="autre@exemple.fr")
    assert inviting_links.read(token) is None


def test_what_somebody_took_meanwhile_is_neither_taken_nor_erased(anne):
    hers = MemberFactory(email="anne@exemple.fr")
    services.take(anne, by=hers, now=NOW)
    with pytest.raises(ProfileRefused, match="tient déjà"):
        services.take(anne, by=hers, now=NOW)
    with pytest.raises(ProfileRefused, match="tient déjà"):
        services.erase(anne, now=NOW)
    assert not RefusedAddress.objects.exists()


@pytest.mark.parametrize(("kind", "count"), [("catalyst", 0), ("organisation", 1)])
def test_who_was_erased_for_good_is_neither_brought_again_by_a_file_nor_invited(anne, kind, count):
    services.erase(anne, now=NOW)
    assert "exemple" not in str(list(RefusedAddress.objects.values()))
    importing = Importing(by_id=None, now=NOW)
    rows = [Row(2, {"name": "Anne", "email": "ANNE@exemple.fr "}), Row(3, {"name": "Basile", "email": "b@exemple.fr"})]
    work = EntryImport(EntryKind(kind), importing, rows)
    outcomes = [work.apply(row) for row in rows]
    work.write()
    assert outcomes == [Outcome.CREATED if count else Outcome.SKIPPED, Outcome.CREATED]
    assert Entry.objects.filter(name="Anne").count() == count
    assert [(twin.number, "effacer pour de bon" in twin.like) for twin in importing.found.duplicates] == [(2, True)][
        count:
    ]
    someone("Anne", "anne@exemple.fr")  # written again by hand
    assert "Anne" not in names()


def test_who_has_an_entry_already_is_told(client, anne):
    hers = MemberFactory(email="anne@exemple.fr")
    CatalystFactory(owner=hers)
    client.force_login(hers)
    answer = client.post(inviting_links.path(anne), {"act": "take"}, follow=True)
    assert "une seule par membre" in answer.content.decode()
