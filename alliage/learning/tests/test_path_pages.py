"""The pages of paths, as a visitor, a follower and an animator see them."""

import json
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.tests.factories import GroupFactory
from alliage.events.enums import EventState
from alliage.events.models import Event
from alliage.events.tests.factories import webinar
from alliage.learning import attestations
from alliage.learning.enums import PathState, StepKind
from alliage.learning.models import Follow, Path, StepDone
from alliage.learning.queries import paths as reads
from alliage.learning.registers import paths as registers
from alliage.learning.tests.factories import NOW, TerritoryFileFactory, holder_of
from alliage.learning.tests.followed import QUIZ, a_path, add, finish, follows, step_of
from alliage.library.models import Proposal, Resource
from alliage.library.tests.factories import published
from alliage.taxonomy import queries as taxonomy

pytestmark = pytest.mark.django_db


@pytest.fixture
def leviers():
    call_command("load_taxonomy", verbosity=0)


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ")


def address(step):
    return f"/parcours/{step.path.slug}/etapes/{step.key}/"


# --- The list --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("leviers")
def test_the_list_and_its_formats_have_the_same_filters(client):
    lever = taxonomy.term("leviers", "alliance")
    a_path("Faire alliance", lever=lever, level=2, audiences=[taxonomy.term("categories", "association")])
    a_path("Autre chose")
    query = "levier=alliance&niveau=2&public=association&duree=medium"
    page = text_of(client.get(f"/parcours/?{query}"))
    assert "Faire alliance" in page
    assert "Autre chose" not in page
    assert "Niveau 2" in page
    found = json.loads(b"".join(client.get(f"/parcours.json?{query}").streaming_content))
    assert [(row["title"], row["minutes_short"], row["minutes_medium"]) for row in found["results"]] == [("Faire alliance", 45, 60)]  # fmt: skip
    assert b"Faire alliance" in b"".join(client.get(f"/parcours.csv?{query}").streaming_content)
    assert "Autre chose" not in text_of(client.get(f"/parcours.rss?{query}"))
    empty = text_of(client.get("/parcours/?levier=numerique&niveau=1&public=inconnu&duree=long"))
    assert "Aucun parcours ne répond" in empty
    assert "inconnu" in empty


@pytest.mark.parametrize("address", ["/parcours/", "/parcours.csv", "/mes-parcours/"])
def test_three_paths_ask_no_more_than_one(client, address):
    member = MemberFactory()
    client.force_login(member)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
            assert b"".join(answer.streaming_content) if answer.streaming else answer.content
        return len(captured)

    follows(a_path("Un"), member)
    client.get(address)
    one = asked()
    for title in ("Deux", "Trois"):
        follows(a_path(title), member)
    assert asked() == one <= 12


# --- A path, read without an account ---------------------------------------------------------------------------------


def test_a_visitor_reads_everything_and_a_draft_is_for_animators(client):
    path, draft = a_path(), a_path("Brouillon", state=PathState.DRAFT)
    assert "Se connecter pour garder sa place" in text_of(client.get(path.get_absolute_url()))
    assert client.get(f"/parcours/{path.slug}.json").json()["steps"][1]["quiz"] == QUIZ
    assert "Un texte." in text_of(client.get(address(step_of(path, StepKind.TEXT))))
    assert client.get(f"/parcours/{path.slug}/etapes/inconnue/").status_code == 404
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    assert "En préparation" in text_of(client.get(draft.get_absolute_url()))


def test_a_visitor_is_corrected_at_once_and_nothing_is_kept(client):
    step = step_of(a_path(), StepKind.QUIZ)
    one = step.quiz.read()[0]
    said = text_of(client.post(address(step), {"act": "quiz", f"q.{one.code}": one.options[0].code}))
    assert "Réponses justes : 0 sur 2" in said
    assert "Sans besoin partagé" in said
    assert "Rien n’est gardé" in said
    assert "au moins une réponse" in text_of(client.post(address(step), {"act": "quiz"}))
    assert client.post(address(step), {"act": "done"}).status_code == 302
    assert not StepDone.objects.exists()


def test_a_step_says_what_became_of_its_resource(client):
    path, guide, newer = a_path(), published(), published()
    step = add(path, StepKind.RESOURCE, "Lire", resource=guide)
    assert guide.title in text_of(client.get(address(step)))
    Resource.objects.filter(pk=guide.pk).update(state="obsolete", obsolete_reason="elle a vieilli")
    assert "dépassée : elle a vieilli" in text_of(client.get(address(step)))
    Resource.objects.filter(pk=guide.pk).update(replaced_by=newer)
    assert "a été remplacée (elle a vieilli)" in text_of(client.get(address(step)))
    Resource.objects.filter(pk=guide.pk).update(is_hidden=True)
    assert "n’est plus dans la bibliothèque" in text_of(client.get(address(step)))


@pytest.mark.usefixtures("leviers")
def test_an_event_step_gives_its_date_then_its_replay_or_the_next_one_of_the_lever(client):
    lever = taxonomy.term("leviers", "alliance")
    path, event = a_path(lever=lever), webinar(title="Le webinaire choisi")
    step = add(path, StepKind.EVENT, "Venir", event=event)
    assert "S’inscrire" in text_of(client.get(address(step)))
    Event.objects.filter(pk=event.pk).update(starts_at=NOW.replace(year=2020), ends_at=NOW.replace(year=2021))
    assert "Il a eu lieu" in text_of(client.get(address(step)))
    coming = webinar(title="Le suivant")
    coming.levers.add(lever)
    assert "Le prochain rendez-vous sur ce levier" in text_of(client.get(address(step)))
    Event.objects.filter(pk=event.pk).update(state=EventState.DRAFT)
    said = text_of(client.get(address(step)))
    assert "Le webinaire choisi" not in said
    assert "Le suivant" in said
    free = add(a_path("Sans levier"), StepKind.EVENT, "Venir")
    assert "Aucun rendez-vous n’est prévu" in text_of(client.get(address(free)))


def test_a_resource_says_in_which_paths_it_serves(client, django_capture_on_commit_callbacks):
    guide = published()
    assert "Dans un parcours" not in text_of(client.get(guide.get_absolute_url()))
    with django_capture_on_commit_callbacks(execute=True):
        path = a_path()
        for title in ("Lire", "Relire"):
            add(path, StepKind.RESOURCE, title, resource=guide)
    assert len(reads.of_resource(guide.pk)) == len(reads.of_resource(guide.pk)) == 1
    assert "Dans un parcours" in text_of(client.get(guide.get_absolute_url()))


def test_a_codev_step_shows_groups_with_a_seat(client):
    step = add(a_path(), StepKind.CODEV, "Pairs")
    assert "Aucun groupe" in text_of(client.get(address(step)))
    group = GroupFactory()
    assert group.name in text_of(client.get(address(step)))


# --- Followed --------------------------------------------------------------------------------------------------------


@pytest.fixture
def followed(client):
    file = TerritoryFileFactory()
    member = holder_of(file)
    client.force_login(member)
    path = a_path()
    answer = client.post(f"/parcours/{path.slug}/suivre/", {"length": "short", "file": file.pk})
    assert answer.url == address(step_of(path, StepKind.TEXT))
    return Follow.objects.get(path=path, member=member)


def test_one_goes_from_step_to_step_to_the_end(client, followed):
    path = followed.path
    first, exercise = step_of(path, StepKind.TEXT), step_of(path, StepKind.EXERCISE)
    answer = client.post(address(first), {"act": "done", "note": "une note"})
    assert answer.url == address(step_of(path, StepKind.QUIZ))
    assert "1 sur 3" in text_of(client.get(path.get_absolute_url()))
    quiz = step_of(path, StepKind.QUIZ)
    one = quiz.quiz.read()[0]
    said = text_of(client.post(address(quiz), {"act": "quiz", f"q.{one.code}": one.options[1].code}))
    assert "Vos meilleures réponses sont gardées" in said
    assert "Vos meilleures réponses : 1 justes sur 2" in text_of(client.get(address(quiz)))
    sheet = text_of(client.get(address(exercise)))
    assert followed.file.territory.name in sheet
    assert "Les personnes" in sheet
    assert client.post(address(exercise), {"act": "done", "note": "", "text": "Fait."}).url == path.get_absolute_url()
    assert "Écrire une fiche pratique" in text_of(client.get(path.get_absolute_url()))
    assert client.post(address(first), {"act": "todo"}).url == address(first)
    assert client.post(address(first), {"act": "inconnu"}).status_code == 400


def test_a_sheet_that_nobody_filled_is_not_kept(client, followed):
    exercise = step_of(followed.path, StepKind.EXERCISE)
    begun = client.get(address(exercise)).context["text"]
    client.post(address(exercise), {"act": "keep", "note": "", "text": begun})
    assert not StepDone.objects.exists()


def test_what_is_typed_is_kept_while_one_types_and_comes_back_when_refused(client, followed):
    step = step_of(followed.path, StepKind.EXERCISE)
    kept = client.post(f"{address(step)}garder/", {"note": "n", "text": "t", "tab": "a", "seen": ""})
    assert kept.json()["seen"]
    taken = client.post(f"{address(step)}garder/", {"note": "autre", "text": "t", "tab": "b", "seen": ""})
    assert (taken.status_code, taken.json()["seen"]) == (409, kept.json()["seen"])
    refused = client.post(address(step), {"act": "keep", "note": "mon autre note", "text": "t", "seen": ""})
    assert refused.status_code == 422
    assert "mon autre note" in text_of(refused)
    assert "Le texte écrit entre-temps" in text_of(refused)
    assert client.post(f"{address(step)}garder/", {"note": "x" * 7000}).status_code == 422
    assert client.post(address(step), {"act": "done", "note": "x" * 7000}).status_code == 422
    assert client.post(f"{address(step)}garder/", {}).status_code == 400
    assert client.post(f"{address(step_of(followed.path, StepKind.TEXT))}garder/", {"note": ""}).json()["seen"] == ""


def test_one_sets_aside_takes_up_and_forgets(client, followed):
    act = f"/parcours/{followed.path.slug}/geste/"
    client.post(act, {"act": "aside"})
    assert "Reprendre là où j’en étais" in text_of(client.get(followed.path.get_absolute_url()))
    assert followed.path.title in text_of(client.get("/mes-parcours/?quand=de-cote"))
    client.post(act, {"act": "take_up"})
    assert followed.path.title in text_of(client.get("/mes-parcours/"))
    client.post(act, {"act": "stop"})
    assert Follow.objects.exists()
    assert client.post(act, {"act": "rien"}).status_code == 400
    assert client.post(act, {"act": "stop", "sure": "1"}).url == "/mes-parcours/"
    assert not Follow.objects.exists()
    assert client.post(act, {"act": "aside"}).status_code == 404


def test_a_wrong_version_is_refused_on_a_page_that_keeps_the_choice(client, followed):
    answer = client.post(f"/parcours/{followed.path.slug}/suivre/", {"length": "infinie"})
    assert answer.status_code == 422
    changed = client.post(f"/parcours/{followed.path.slug}/suivre/", {"length": "medium"})
    assert changed.url == followed.path.get_absolute_url()


def test_a_completed_path_gives_an_attestation_that_anyone_verifies_and_a_sheet(client, followed):
    slug = followed.path.slug
    assert client.get(f"/parcours/{slug}/attestation.pdf").status_code == 404
    assert client.post(f"/parcours/{slug}/fiche/").url == followed.path.get_absolute_url()
    finish(followed)
    made = client.get(f"/parcours/{slug}/attestation.pdf")
    read = "".join(page.extract_text() for page in PdfReader(BytesIO(made.content)).pages)
    assert followed.member.get_full_name() in read
    code = attestations.code_of(followed)
    assert code in read
    answer = client.post(f"/parcours/{slug}/fiche/")
    assert answer.url == f"/ressources/{Proposal.objects.get().resource_id}/modifier/"
    client.logout()
    assert followed.member.get_full_name() in text_of(client.get(f"/attestations/parcours/{code}/"))
    badge = client.get(f"/attestations/parcours/{code}.json").json()
    assert badge["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert "proof" not in badge
    assert client.get("/attestations/parcours/1-abc/").status_code == 404


def test_my_paths_and_my_desk_say_where_i_am(client, followed, rf):
    request = rf.get("/")
    request.user = followed.member
    assert registers.desk_panel(request)["follows"] == [followed]
    other = rf.get("/")
    other.user = MemberFactory()
    assert registers.desk_panel(other) is None
    assert "Rien à proposer" in text_of(client.get("/mes-parcours/?quand=a-venir"))


# --- Workshop --------------------------------------------------------------------------------------------------------


def test_the_workshop_has_its_running_order_its_sheets_and_the_answers_at_the_end(client):
    path = a_path()
    guide = published()
    add(path, StepKind.RESOURCE, "Lire", resource=guide)
    for kind in (StepKind.EVENT, StepKind.DIAGNOSTIC):
        add(path, kind, f"Une étape {kind}")
    page = text_of(client.get(f"/parcours/{path.slug}/atelier/?version=medium"))
    assert "0 h 15 – 0 h 30" in page
    assert page.index("Le budget") < page.index("Réponses des questions")
    assert guide.title in page
    made = client.get(f"/parcours/{path.slug}/atelier.pdf?version=inconnue")
    read = PdfReader(BytesIO(made.content))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Que faut-il écrire" in "".join(page.extract_text() for page in read.pages)
    bare = a_path("Nu", state=PathState.DRAFT)
    for step in bare.steps.all():
        step.delete()
    Path.objects.filter(pk=bare.pk).update(state=PathState.PUBLISHED, goal="")
    assert client.get(f"/parcours/{bare.slug}/atelier/").status_code == 200


# --- Editor ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("leviers")
def test_an_animator_makes_a_path_orders_its_steps_and_publishes_it(client):
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    assert client.post("/parcours/gestion/nouveau/", {"title": " "}).status_code == 422
    made = client.post("/parcours/gestion/nouveau/", {"title": "Neuf", "lever": "alliance", "level": "2", "audiences": ["association"]})  # fmt: skip
    path = Path.objects.get(title="Neuf")
    assert made.url == f"/parcours/gestion/{path.pk}/"
    steps = f"{made.url}etapes/"
    assert client.get(f"{steps}nouvelle/?nature=inconnue").status_code == 302
    guide, event = published(), webinar()
    common = {"length": "short", "minutes": "20", "text": "Un texte"}
    for kind, more in (
        ("text", {}), ("quiz", {"quiz": QUIZ}), ("resource", {"resource": guide.get_absolute_url()}),
        ("event", {"event": event.get_absolute_url()}),
    ):  # fmt: skip
        client.get(f"{steps}nouvelle/?nature={kind}")
        assert client.post(f"{steps}nouvelle/?nature={kind}", common | more | {"title": kind}).status_code == 302
    wrong = client.post(f"{steps}nouvelle/?nature=quiz", common | {"title": "q", "quiz": "Rien d’une question"})
    assert "au moins deux réponses" in text_of(wrong)
    assert (
        client.post(f"{steps}nouvelle/?nature=event", common | {"title": "q", "event": "ailleurs"}).status_code == 422
    )
    quiz = step_of(path, StepKind.QUIZ)
    assert "+ Le besoin" in text_of(client.get(f"{steps}{quiz.key}/"))
    client.post(f"{steps}{quiz.key}/", common | {"title": "Mieux dit", "quiz": QUIZ})
    act = f"{made.url}geste/"
    client.post(act, {"act": f"up:{quiz.key}"})
    assert [step.title for step in path.steps.order_by("position")][:2] == ["Mieux dit", "text"]
    client.post(act, {"act": f"down:{quiz.key}"})
    client.post(act, {"act": f"remove:{quiz.key}"})
    assert path.steps.count() == 3
    client.post(act, {"act": "published"})
    path.refresh_from_db()
    assert path.state == PathState.PUBLISHED
    assert "publié" in text_of(client.get(made.url))
    client.post(made.url, {"title": "Renommé"})
    client.post(act, {"act": "drop"})
    client.post(act, {"act": "retired"})
    path.refresh_from_db()
    assert (path.title, path.state) == ("Renommé", PathState.RETIRED)
    assert "Renommé" in text_of(client.get("/parcours/gestion/"))
    assert client.post(act, {"act": "rien"}).status_code == 400
    assert client.post(act, {"act": "up:inconnue"}).status_code == 404
    assert client.get("/parcours/gestion/999999999999999999/").status_code == 404
    assert client.post(made.url, {"title": ""}).status_code == 422


def test_a_draft_is_dropped_and_members_edit_nothing(client):
    draft = a_path(state=PathState.DRAFT)
    client.force_login(MemberFactory())
    assert client.get("/parcours/gestion/").status_code == 403
    client.force_login(MemberFactory(role=Role.ANIMATOR))
    assert client.post(f"/parcours/gestion/{draft.pk}/geste/", {"act": "drop"}).url == "/parcours/gestion/"
    assert not Path.objects.exists()


# --- Elsewhere -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("leviers")
def test_published_paths_are_in_the_search_and_nothing_else():
    from alliage.learning import searchable

    lever = taxonomy.term("leviers", "alliance")
    path = a_path(lever=lever)
    a_path("Brouillon", state=PathState.DRAFT)
    (found,) = searchable.paths(None)
    assert (found.id, found.facets) == (path.pk, ["levier:alliance"])
    assert list(searchable.paths([])) == []
    assert registers.of_file(TerritoryFileFactory(), None, NOW) is None


def test_a_follower_with_a_file_is_not_followed_by_another(client, followed):
    other = follows(followed.path, MemberFactory())
    assert other.pk != followed.pk
    assert Follow.objects.filter(member=followed.member).count() == 1
