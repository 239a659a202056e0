"""Pages of files, by those who are in them and those who are not."""

import pytest
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.tests.factories import OrganisationFactory
from alliage.learning import file_links
from alliage.learning.enums import FileRole, Means
from alliage.learning.models import TerritoryFile
from alliage.learning.services import files, invitations, statements
from alliage.learning.tests.factories import (
    NOBODY,
    NOW,
    DiagnosticFactory,
    TerritoryFileFactory,
    answered,
    closed,
    closed_diagnostic,
    enter,
    holder_of,
)
from alliage.notifications.registry import kinds
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"learning:{name}", args=args)


def body(response):
    return response.content.decode()


@pytest.fixture
def file():
    return TerritoryFileFactory(territory=TerritoryFactory(name="Dossierville", code="42999", population=4200))


@pytest.fixture
def held(client, file):
    client.force_login(holder_of(file))
    return client


def test_a_member_opens_a_file_from_the_page_of_a_territory(client):
    place = TerritoryFactory(name="Petiteville", code="42998")
    OrganisationFactory(kind=EntryKind.TEAM, slug="equipe", name="L’équipe de Petiteville", areas=[place])
    assert at("file_new") in body(client.get(place.get_absolute_url()))
    client.force_login(MemberFactory())
    assert "Petiteville" in body(client.get(f"{at('file_new')}?territoire=commune:42998"))
    made = client.post(at("file_new"), {"territory": "commune:42998"})
    file = TerritoryFile.objects.get()
    assert made["Location"] == file.get_absolute_url()
    assert "Petiteville" in body(client.get(at("files")))
    assert "L’équipe de Petiteville" in body(client.get(file.get_absolute_url()))
    assert client.post(at("file_new"), {"territory": "commune:42998"})["Location"] == file.get_absolute_url()
    client.force_login(MemberFactory())
    assert client.post(at("file_new"), {"territory": "commune:42998"})["Location"] == at("file_ask", file.pk)
    assert client.post(at("file_new"), {"territory": ""}).status_code == 422


def test_the_page_of_a_file_says_what_is_known_with_its_source(held, file):
    text = body(held.get(file.get_absolute_url()))
    for words in ("Qui nous sommes", "Nos diagnostics", "4\u202f200", "Source", "Rien de cette page n’est public."):
        assert words in text or words.replace("\u202f", "\u00a0") in text


def test_someone_asks_is_accepted_and_leaves(client, file):
    someone = MemberFactory(name="Awa Diallo")
    client.force_login(someone)
    assert client.get(file.get_absolute_url()).status_code == 404
    assert "Dossierville" in body(client.get(at("file_ask", file.pk)))
    for _twice in range(2):
        client.post(at("file_ask", file.pk), {"word": "Je suis élue."})
    client.post(at("file_take_back", file.pk))
    client.post(at("file_ask", file.pk), {"word": "Je suis élue."})
    asked = file.invitations.get()
    client.force_login(holder_of(file))
    page = body(client.get(at("file_people", file.pk)))
    assert "Awa Diallo" in page
    assert "Je suis élue." in page
    for _twice in range(2):
        client.post(at("file_waiting", file.pk, asked.pk), {"act": "accept"})
    client.force_login(someone)
    assert client.get(at("file_ask", file.pk)).status_code == 302
    assert client.post(at("file_leave", file.pk))["Location"] == at("home")
    assert client.get(at("file_leave", file.pk)).status_code == 404
    assert client.get(at("file_ask", 10**17)).status_code == 404


def test_the_team_refuses_invites_and_withdraws(held, file):
    asked = files.ask(file, word="", by=MemberFactory(), now=NOW)
    held.post(at("file_waiting", file.pk, asked.pk), {"act": "refuse"})
    held.post(at("file_people", file.pk), {"email": "elle@exemple.fr", "role": "team", "word": ""})
    row = file.invitations.get()
    assert "elle@exemple.fr" in body(held.get(at("file_people", file.pk)))
    again = held.post(at("file_people", file.pk), {"email": holder_of(file).email, "role": "team"})
    assert "déjà dans le dossier" in body(again)
    held.post(at("file_waiting", file.pk, row.pk), {"act": "withdraw"})
    assert not file.invitations.exists()


def test_an_invitation_is_read_by_its_link_and_used_once_signed_in(client, file):
    row = invitations.invite(file, "elle@exemple.fr", role="catalyst", by=holder_of(file), now=NOW)
    address = at("file_invitation", file_links.token_of(row.seed))
    first = client.get(address)
    assert "Dossierville" in body(first)
    assert first["X-Robots-Tag"].startswith("noindex")
    client.post(address)
    assert file.people.count() == 1
    client.force_login(MemberFactory())
    assert client.post(address)["Location"] == file.get_absolute_url()
    assert client.get(address).status_code == 404


def test_a_catalyst_reads_but_does_not_write(client, file):
    someone = MemberFactory()
    row = enter(file, someone, FileRole.CATALYST)
    client.force_login(someone)
    assert client.get(file.get_absolute_url()).status_code == 200
    assert "Inviter quelqu’un" not in body(client.get(at("file_people", file.pk)))
    for address in (at("file_people", file.pk), at("file_means", file.pk), at("file_person", file.pk, row.pk)):
        assert client.post(address).status_code == 404


def test_roles_are_changed_and_people_taken_out(held, file):
    row = enter(file, MemberFactory())
    held.post(at("file_person", file.pk, row.pk), {"role": "catalyst"})
    held.post(at("file_person", file.pk, row.pk), {"role": "king"})
    row.refresh_from_db()
    assert row.role == FileRole.CATALYST
    held.post(at("file_person", file.pk, file.people.get(role="holder").pk), {"act": "remove"})
    held.post(at("file_person", file.pk, row.pk), {"act": "remove"})
    assert file.people.count() == 1
    assert held.post(at("file_person", file.pk, row.pk), {"act": "remove"}).status_code == 404


def test_means_are_said_and_help_is_asked_for(held, file):
    assert held.post(at("file_means", file.pk), {"means": "x"}).status_code == 422
    held.post(at("file_means", file.pk), {"means": "nobody", "wants_help": "on"})
    file.refresh_from_db()
    assert (file.means, file.wants_help) == (Means.NOBODY, True)
    assert "souhaite être accompagné" in body(held.get(at("file_history", file.pk)))


def test_the_holder_leaves_their_post_in_one_act(held, file):
    assert "Invitez la personne" in body(held.get(at("file_hand_over", file.pk)))
    assert "sans titulaire" in body(held.get(at("file_leave", file.pk)))
    heir = enter(file, MemberFactory())
    assert held.get(at("file_leave", file.pk))["Location"] == at("file_hand_over", file.pk)
    assert held.post(at("file_hand_over", file.pk), {}).status_code == 422
    assert held.post(at("file_hand_over", file.pk), {"to": heir.pk, "leaves": "on"})["Location"] == at("home")
    assert holder_of(file) == heir.member
    assert held.get(file.get_absolute_url()).status_code == 404


def test_an_animator_hands_over_what_nobody_holds_without_reading_it(client):
    left = TerritoryFileFactory(holder=NOBODY, territory=TerritoryFactory(name="Laisseville", code="42997"))
    kept = TerritoryFileFactory(territory=TerritoryFactory(code="42996"))
    TerritoryFactory(code="42995")
    heir = MemberFactory(email="heritiere@exemple.fr")
    client.force_login(MemberFactory())
    assert client.get(at("files_left")).status_code == 403
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    page = client.get(at("files_left"))
    assert "Laisseville" in body(page)
    assert client.post(at("files_left"), {"territory": "commune:42996"})["Location"] == at("file_hand_over", kept.pk)
    assert client.post(at("files_left"), {"territory": "commune:42995"}).status_code == 422
    assert holder_of(kept).get_full_name() in body(client.get(at("file_hand_over", kept.pk)))
    assert client.post(at("file_hand_over", left.pk), {"to": "other", "email": "x@exemple.fr"}).status_code == 422
    client.post(at("file_hand_over", left.pk), {"to": "other", "email": heir.email})
    assert holder_of(left) == heir
    assert client.get(left.get_absolute_url()).status_code == 404


def test_those_who_ask_for_help_are_shown_to_catalysts_alone(client, file):
    TerritoryFile.objects.update(wants_help=True, means=Means.ONE)
    someone = MemberFactory()
    client.force_login(someone)
    assert client.get(at("accompaniment")).status_code == 403
    assert client.get(at("accompany", file.pk)).status_code == 404
    Entry.objects.create(kind=EntryKind.CATALYST, slug="awa", name="Awa", owner=someone)
    page = body(client.get(at("accompaniment")))
    for words in ("Dossierville", "Une personne", "La règle de cet ordre", "Je propose d’accompagner"):
        assert words in page
    assert holder_of(file).get_full_name() not in page
    assert client.get(at("accompany", file.pk)).status_code == 200
    client.post(at("accompany", file.pk), {"word": "Je suis à côté."})
    assert file.invitations.get().role == FileRole.CATALYST
    assert "Votre proposition est partie." in body(client.get(at("accompaniment")))
    enter(file, someone)
    assert client.post(at("accompany", file.pk), {"word": ""}).status_code == 302


def test_the_desk_shows_my_territories(held):
    assert "Dossierville" in body(held.get("/mon-espace/"))


def test_what_is_told_of_a_file_says_nothing_of_it(file):
    asked = files.ask(file, word="canari", by=MemberFactory(), now=NOW)
    for code, thing in ((files.ASKED, asked), (files.ANSWERED, file), (files.LIFE, file)):
        kind = kinds.get(code)
        assert kind.confidential
        assert kind.describe(thing, None).title == "–"


def test_pages_ask_the_database_few_things_and_no_more_with_more_rows(held, file, django_assert_max_num_queries):
    def counted(address):
        held.get(address)
        with django_assert_max_num_queries(12) as asked:
            assert held.get(address).status_code == 200
        return len(asked)

    one = closed_diagnostic(file)
    addresses = (file.get_absolute_url(), at("file_people", file.pk), one.get_absolute_url(), at("files"), at("home"))
    before = [counted(each) for each in addresses]
    for number in (2, 3):
        enter(file, MemberFactory())
        files.ask(file, word="", by=MemberFactory(), now=NOW)
        closed(answered(DiagnosticFactory(file=file, number=number), alliance=2).diagnostic)
        enter(TerritoryFileFactory(), holder_of(file))
    assert [counted(each) for each in addresses] == before


def test_a_visitor_s_pages_ask_six_things_at_most(client, django_assert_max_num_queries):
    statements.load(now=NOW)
    for address in (at("home"), at("method"), at("try")):
        client.get(address)
        with django_assert_max_num_queries(6):
            client.get(address)
