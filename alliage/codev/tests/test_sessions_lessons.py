"""From a session to a shared sheet: written by the client alone, masked name by name, signed, taken back."""

import pytest
from django.db import IntegrityError

from alliage.accounts.tests.clients import MemberClient
from alliage.codev import masking
from alliage.codev.models import Lesson, Session
from alliage.codev.queries import lessons as queries
from alliage.codev.registers import sessions as registers
from alliage.codev.services import lessons as services
from alliage.codev.services.lessons import WORDING, LessonRefused, Signature
from alliage.codev.session_enums import LessonState, Masked
from alliage.codev.tests.factories import NOW
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.library.enums import ProposalState, State
from alliage.library.models import Proposal, Resource
from alliage.library.services import resources
from alliage.rooms.models import Card
from alliage.territories.enums import Kind
from alliage.territories.snapshot import Known, Part, Snapshot
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("finished")]
AGREED = Signature(agrees=True, wording=WORDING)


@pytest.fixture
def worked(w):
    return w


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def keep_all(lesson, by):
    found = masking.findings(lesson.texts.values(), queries.names_for(lesson))
    services.decide(lesson, {each.key: {"do": "keep"} for each in found}, by=by, now=NOW)


def signed(worked, signature=AGREED, **texts):
    lesson = begun_lesson(worked, **(texts or {"contexte": "Un collectif s’essouffle."}))
    keep_all(lesson, worked.camille)
    services.sign(lesson, signature, by=worked.camille, now=NOW)
    lesson.refresh_from_db()
    return lesson


def test_it_starts_from_the_clients_own_words_and_the_contract(worked):
    lesson = services.begin(worked.session, by=worked.camille, now=NOW)
    assert lesson.texts["contexte"] == "situation de Camille Roche"
    assert lesson.texts["deroulement"] == "contrat de Camille Roche\n\ncontrat de Fanta Keita"
    assert lesson.texts["enseignements"] == "retenu de Camille Roche\n\nappris de Camille Roche"
    assert "Driss" not in str(lesson.texts)
    assert services.begin(worked.session, by=worked.camille, now=NOW) == lesson


def test_cards_without_an_author_and_sessions_without_a_room_give_nothing(worked):
    Card.objects.update(author=None)
    assert set(queries.prefilled(worked.session, worked.camille).values()) == {""}
    worked.session.room_id = None
    assert set(queries.prefilled(worked.session, worked.camille).values()) == {""}


def test_two_windows_that_begin_at_once_find_the_same(worked, monkeypatch):
    lesson = services.begin(worked.session, by=worked.camille, now=NOW)
    kept = Lesson.objects.filter
    monkeypatch.setattr(Lesson.objects, "filter", lambda **_asked: kept(pk=0))
    assert services.begin(worked.session, by=worked.camille, now=NOW) == lesson


@pytest.mark.parametrize("who", ["driss", "fanta"])
def test_nobody_else_begins_it(worked, who):
    with pytest.raises(LessonRefused, match="Qui a apporté"):
        services.begin(worked.session, by=getattr(worked, who), now=NOW)
    with pytest.raises(LessonRefused, match="Qui a apporté"):
        services.begin(Worked().prepare().session, by=worked.camille, now=NOW)


def test_nobody_else_reads_writes_or_signs_it(worked):
    lesson = begun_lesson(worked)
    assert queries.of_author(lesson.pk, worked.driss) is None
    assert queries.mine(worked.driss) == []
    for gesture in (
        lambda: services.write(lesson, {}, by=worked.driss, now=NOW),
        lambda: services.sign(lesson, AGREED, by=worked.fanta, now=NOW),
        lambda: services.give_up(lesson, by=worked.fanta, now=NOW),
    ):
        with pytest.raises(LessonRefused, match="pas de vous"):
            gesture()


def test_the_assistant_knows_the_group_the_directory_and_the_territories(worked):
    CatalystFactory(name="Aude Vernier")
    OrganisationFactory(name="Les Ateliers du Pont", other_names="ADP; Le Pont-Neuf")
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes")
    TerritoryFactory(kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", region=region)
    lesson = begun_lesson(
        worked,
        contexte="Aude Vernier, des Ateliers du Pont (ADP), à saint-etienne, avec Driss et M. Alaoui.",
        echecs="En Auvergne Rhône Alpes, Inès Payet.",
    )
    found = masking.findings([lesson.texts["contexte"], lesson.texts["echecs"]], queries.names_for(lesson))
    assert [(each.kind, each.text) for each in found] == [
        (Masked.PERSON, "Aude Vernier"),
        (Masked.ORGANISATION, "Ateliers du Pont"),
        (Masked.ORGANISATION, "ADP"),
        (Masked.PLACE, "saint-etienne"),
        (Masked.PERSON, "Driss"),
        (Masked.PERSON, "Alaoui"),
        (Masked.PLACE, "Auvergne Rhône Alpes"),
        (Masked.PERSON, "Inès Payet"),
    ]
    assert found[3].instead == "une commune"


def test_nothing_leaves_while_a_name_waits_or_without_a_title_or_the_box(worked):
    lesson = begun_lesson(worked, contexte="Driss aide.")
    with pytest.raises(LessonRefused, match="chaque nom"):
        services.sign(lesson, AGREED, by=worked.camille, now=NOW)
    services.decide(
        lesson, {"person:driss": {"do": "mask", "word": " une \x00personne "}, "x": {}}, by=worked.camille, now=NOW
    )
    assert services.final_texts(lesson)["contexte"] == "une personne aide."
    services.decide(lesson, {"person:driss": {"do": "mask", "word": ""}}, by=worked.camille, now=NOW)
    assert lesson.decisions["person:driss"]["word"] == "une personne"
    services.decide(lesson, {"person:driss": {"do": "perhaps"}}, by=worked.camille, now=NOW)
    assert lesson.decisions["person:driss"]["do"] == "mask"
    for unsigned in (Signature(agrees=False, wording=WORDING), Signature(agrees=True, wording=WORDING + 1)):
        with pytest.raises(LessonRefused, match="Cochez"):
            services.sign(lesson, unsigned, by=worked.camille, now=NOW)
    for texts in ({"title": "", "contexte": "Un texte"}, {"title": "Un titre"}):
        services.write(lesson, texts, by=worked.camille, now=NOW)
        with pytest.raises(LessonRefused, match="Donnez un titre"):
            services.sign(lesson, AGREED, by=worked.camille, now=NOW)
    assert not Resource.objects.exists()


def test_once_signed_it_waits_for_its_review_and_nothing_links_it_to_the_group(worked):
    lesson = signed(worked)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.content["kind"]) == (ProposalState.SUBMITTED, "retour")
    assert proposal.content["sections"]["contexte"].endswith(
        "Issu d’une séance de codéveloppement, groupe non divulgué."
    )
    assert (proposal.content["hides_place"], proposal.content["authors"], proposal.content["source"]) == (True, [], "")
    assert (lesson.state, lesson.wording_version, lesson.signed_at) == (LessonState.SIGNED, WORDING, NOW)
    assert (lesson.session, lesson.texts, lesson.decisions) == (None, {}, {})
    assert lesson.resource == proposal.resource
    worked.session.refresh_from_db()
    assert worked.session.has_shared
    with pytest.raises(LessonRefused, match="déjà donné"):
        services.begin(worked.session, by=worked.camille, now=NOW)
    with pytest.raises(LessonRefused, match="déjà signé"):
        services.write(lesson, {}, by=worked.camille, now=NOW)
    with pytest.raises(IntegrityError):
        Lesson.objects.update(session=worked.session)


def test_the_client_may_sign_with_her_name(worked):
    signed(worked, Signature(agrees=True, wording=WORDING, is_named=True, licence="cc0"))
    content = Proposal.objects.get().content
    assert [each["name"] for each in content["authors"]] == ["Camille Roche"]
    assert (content["hides_place"], content["licence"]) == (False, "cc0")
    assert content["source"].startswith("Issu d’une séance")


def test_taking_back_ones_agreement_drops_what_waits(worked):
    lesson = signed(worked)
    services.withdraw(lesson, by=worked.camille, now=NOW)
    services.withdraw(lesson, by=worked.camille, now=NOW)
    lesson.refresh_from_db()
    assert (lesson.state, lesson.withdrawn_at, lesson.resource) == (LessonState.WITHDRAWN, NOW, None)
    assert not Resource.objects.exists()


def test_taking_back_ones_agreement_withdraws_what_is_published_and_what_waits_upon_it(worked):
    lesson = signed(worked)
    from alliage.library.services import proposals, reviews  # noqa: F401 reviews registers the moves

    proposal = Proposal.objects.get()
    Proposal.objects.update(state=ProposalState.IN_REVIEW)
    proposal.refresh_from_db()
    resources.publish(proposal, by=worked.fanta, now=NOW, note="")
    resource = Resource.objects.get()
    proposals.open_proposal(resource, by=worked.camille, now=NOW)
    services.withdraw(lesson, by=worked.camille, now=NOW)
    resource.refresh_from_db()
    assert resource.state == State.WITHDRAWN
    assert not Proposal.objects.filter(state=ProposalState.DRAFT).exists()
    assert signed_in(worked.driss).get(resource.get_absolute_url()).status_code in (404, 410)


def test_a_draft_is_given_up_not_withdrawn_and_leaves_nothing(worked):
    lesson = begun_lesson(worked)
    with pytest.raises(LessonRefused, match="abandonner"):
        services.withdraw(lesson, by=worked.camille, now=NOW)
    services.give_up(lesson, by=worked.camille, now=NOW)
    assert not Lesson.objects.exists()


def test_a_lesson_whose_resource_is_gone_is_withdrawn_all_the_same(worked):
    lesson = signed(worked)
    Resource.objects.all().delete()
    services.withdraw(lesson, by=worked.camille, now=NOW)
    assert Lesson.objects.get().state == LessonState.WITHDRAWN


def test_an_author_takes_away_her_texts_and_leaves_with_them(worked):
    begun_lesson(worked, contexte="Mon texte à moi")
    assert "Mon texte à moi" in str(queries.export_of(worked.camille))
    assert queries.export_of(worked.driss) == []
    services.forget_member(worked.camille)
    assert not Lesson.objects.exists()


def test_names_are_looked_for_even_when_the_session_is_gone(worked):
    lesson = begun_lesson(worked)
    Session.objects.all().update(has_shared=False)
    lesson.session = None
    assert queries.names_for(lesson).by_words.get("driss") is None


def test_the_whole_way_by_the_pages_without_a_script(worked):
    client = signed_in(worked.camille)
    page = client.get(worked.session.get_absolute_url()).content.decode()
    assert "En faire un retour d’expérience" in page
    url = client.post(f"{worked.session.get_absolute_url()}partager/")["Location"]
    assert client.get(url).status_code == 200
    assert client.post(url, {"title": ""}).status_code == 422
    assert client.get(f"{url}signer/")["Location"] == url
    answer = client.post(url, {"title": "Relancer un collectif", "contexte": "Driss a aidé Inès."})
    assert answer["Location"] == f"{url}masquer/"
    page = client.get(f"{url}masquer/").content.decode()
    assert "<mark>Driss</mark>" in page
    assert client.get(f"{url}signer/")["Location"] == f"{url}masquer/"
    answer = client.post(f"{url}masquer/", {"n1-do": "mask", "n1-word": "un collègue"})
    assert answer.status_code == 422
    assert "1 nom attend encore" in answer.content.decode()
    answer = client.post(f"{url}masquer/", {"n1-do": "mask", "n1-word": "un collègue", "n2-do": "mask", "n2-word": ""})
    assert answer["Location"] == f"{url}signer/"
    page = client.get(f"{url}signer/").content.decode()
    assert "un collègue a aidé une personne." in page
    assert client.post(f"{url}signer/", {"licence": "cc0", "wording": 1}).status_code == 422
    answer = client.post(f"{url}signer/", {"licence": "cc0", "wording": 1, "agrees": "on", "is_named": ""})
    assert answer["Location"] == url
    page = client.get(url).content.decode()
    assert "Retirer mon accord" in page
    for step in ("masquer", "signer"):
        assert client.get(f"{url}{step}/")["Location"] == url
    assert "Relancer un collectif" in client.get("/codev/retours/").content.decode()
    assert client.post(f"{url}abandonner/")["Location"] == url
    assert client.post(f"{url}retirer/")["Location"] == url
    assert "plus personne ne lit" in client.get(url).content.decode()


def test_what_is_refused_is_said_on_the_page_it_comes_from(worked):
    assert signed_in(worked.driss).post(f"{worked.session.get_absolute_url()}partager/")["Location"] == (
        worked.session.get_absolute_url()
    )
    lesson = begun_lesson(worked)
    client = signed_in(worked.camille)
    assert client.post(f"{lesson.get_absolute_url()}retirer/")["Location"] == lesson.get_absolute_url()
    assert client.post(f"{lesson.get_absolute_url()}abandonner/")["Location"] == "/codev/retours/"
    assert client.get("/codev/retours/").status_code == 200
    empty = begun_lesson(worked, contexte="Rien ni personne.")
    assert "aucun nom" in client.get(f"{empty.get_absolute_url()}masquer/").content.decode()
    assert signed_in(worked.driss).get(empty.get_absolute_url()).status_code == 404


def test_what_is_published_and_waits_for_nothing_is_withdrawn(worked):
    lesson = signed(worked)
    Proposal.objects.update(state=ProposalState.IN_REVIEW)
    resources.publish(Proposal.objects.get(), by=worked.fanta, now=NOW, note="")
    services.withdraw(lesson, by=worked.camille, now=NOW)
    assert Resource.objects.get().state == State.WITHDRAWN


def test_former_communes_are_looked_for_too(monkeypatch):
    part = Part("commune", "42000", "Rochetaillée", "former")
    monkeypatch.setattr(queries, "snapshot", lambda: Snapshot("essai", [], Known(parts={1: [part]})))
    assert queries._places("essai").by_words["rochetaillee"].kind == Masked.PLACE


def test_a_room_leads_back_to_the_page_of_its_session(worked):
    assert registers.url(worked.room) == worked.session.get_absolute_url()
    room = worked.room
    Session.objects.all().delete()
    assert registers.url(room) == ""
