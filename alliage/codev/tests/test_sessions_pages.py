"""Pages of sessions: who may, for every address; what is typed is never lost; a bounded number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.models import Commitment, Learning, Observer, Session, SessionKeeping, Subject, SubjectVote
from alliage.codev.services import encounters, session_subjects
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.codev.tests.sessioned import Worked, begun_lesson
from alliage.notifications.models import Notification
from alliage.notifications.services import notify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("finished")]
OUTSIDE = ("visitor", "stranger", "asking", "invited", "refused", "left")


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def main(response):
    return response.content.decode().partition("<main")[2]


@pytest.fixture
def outside():
    """Everyone who is not in the group, by what they are to it, for two groups."""

    def browsers(group):
        people = {"stranger": MemberFactory(role=Role.ADMINISTRATOR)}
        # No role of the site opens what being out of the group closes.
        roles = {
            "asked": Role.MEMBER,
            "invited": Role.FACILITATOR,
            "refused": Role.ANIMATOR,
            "left": Role.ADMINISTRATOR,
        }
        for state, role in roles.items():
            more = {"ended_at": NOW} if state in ("refused", "left") else {}
            person = MemberFactory(role=role)
            MembershipFactory(group=group, member=person, state=state, **more)
            people["asking" if state == "asked" else state] = person
        return {"visitor": MemberClient(), **{name: signed_in(each) for name, each in people.items()}}

    return browsers


def test_nobody_outside_the_group_reads_or_does_anything_at_any_address(outside, w):
    done, w = w, Worked()
    brought = w.bring("canarimot")
    lesson = begun_lesson(done, contexte="canarimot")
    base, over = w.session.get_absolute_url(), done.session.get_absolute_url()
    pages = [
        base,
        f"{base}preparer/",
        f"{base}sujets/nouveau/",
        brought.get_absolute_url(),
        f"/codev/groupes/{w.group.pk}/seances/",
    ]
    acts = [
        f"{base}observer/",
        f"{base}ouvrir/",
        f"{brought.get_absolute_url()}geste/",
        f"/codev/groupes/{w.group.pk}/seances/conservation/",
    ]
    pages_over = [
        over,
        f"{over}engagements/",
        f"{over}effacer/",
        lesson.get_absolute_url(),
        f"{lesson.get_absolute_url()}masquer/",
        f"{lesson.get_absolute_url()}signer/",
    ]
    acts_over = [f"{over}{act}/" for act in ("appris", "avis", "partager")] + [
        f"{lesson.get_absolute_url()}{act}/" for act in ("retirer", "abandonner")
    ]
    for group, gets, posts in ((w.group, pages, acts), (done.group, pages_over, acts_over)):
        browsers = outside(group)
        assert set(browsers) == set(OUTSIDE)
        for name, client in browsers.items():
            for url in gets:
                for answer in (client.get(url), client.post(url, {"text": "x", "act": "vote"})):
                    assert answer.status_code == 405 or _refused(answer, name), f"{name} {url} {answer.status_code}"
                    assert "canarimot" not in answer.content.decode()
            for url in posts:
                assert _refused(client.post(url, {"act": "choose", "observe": "1", "days": "30"}), name), (
                    f"{name} {url}"
                )
    assert (SubjectVote.objects.count(), SessionKeeping.objects.count()) == (0, 0)
    assert [each.member for each in Observer.objects.all()] == [done.omar]


def _refused(answer, name):
    if name == "visitor":
        return answer.status_code == 302 and answer["Location"].startswith("/compte/connexion/")
    return answer.status_code in (403, 404)


def test_inside_the_group_what_belongs_to_one_is_refused_to_the_others(w):
    over = w.session.get_absolute_url()
    driss = signed_in(w.driss)
    for url in ("engagements/", "effacer/", "preparer/"):
        assert driss.get(f"{over}{url}").status_code == 403
    assert driss.post(f"{over}effacer/").status_code == 403
    assert "action de Camille" in main(driss.get(over))
    assert "Effacer tout" not in main(driss.get(over))
    before = Worked()
    brought = before.bring()
    driss = signed_in(before.driss)
    assert driss.post(brought.get_absolute_url(), {"text": "Volé", "urgency": 1}).status_code == 403
    assert driss.post(f"{brought.get_absolute_url()}geste/", {"act": "choose"}).status_code == 403
    assert "Le changer" not in main(driss.get(brought.get_absolute_url()))
    driss.post(f"{brought.get_absolute_url()}geste/", {"act": "withdraw"})
    assert Subject.objects.exists()


def test_an_encounter_that_is_no_session_has_no_such_page():
    facilitator = MemberFactory()
    group = group_of(facilitator=facilitator, kind="thematic", seats=50)
    encounter = encounters.plan(group, encounters.Fixed(NOW), by=facilitator, now=NOW.replace(year=2025))
    client = signed_in(facilitator)
    assert client.get(f"/codev/groupes/{group.pk}/rencontres/{encounter.pk}/seance/").status_code == 404
    assert client.get(f"/codev/groupes/{group.pk}/rencontres/999999/seance/").status_code == 404
    w = Worked()
    assert signed_in(w.fanta).get(f"{w.session.get_absolute_url()}sujets/99999/").status_code == 404
    assert signed_in(w.fanta).post(f"{w.session.get_absolute_url()}sujets/99999/geste/").status_code == 404


def test_looking_writes_nothing():
    w = Worked()
    other = w.planned(NOW.replace(month=12))
    client = signed_in(w.driss)
    url = f"/codev/groupes/{w.group.pk}/rencontres/{other.pk}/seance/"
    assert client.get(url).status_code == 200
    assert client.get(f"{url}sujets/nouveau/").status_code == 200
    assert client.get(f"{url}effacer/").status_code == 403
    assert Session.objects.filter(encounter__group=w.group).count() == 1


def test_a_subject_is_proposed_voted_for_chosen_changed_and_withdrawn_by_the_pages():
    w = Worked()
    base = w.session.get_absolute_url()
    camille, fanta = signed_in(w.camille), signed_in(w.fanta)
    refused = camille.post(f"{base}sujets/nouveau/", {"text": "", "stakes": "gardé", "urgency": 3})
    assert refused.status_code == 422
    assert "gardé" in main(refused)
    made = camille.post(f"{base}sujets/nouveau/", {"text": "Une \0situation", "stakes": "", "urgency": 3})
    brought = Subject.objects.get()
    assert made["Location"] == brought.get_absolute_url()
    assert "Une situation" in main(camille.get(brought.get_absolute_url()))
    act = f"{brought.get_absolute_url()}geste/"
    fanta.post(act, {"act": "vote"})
    assert "1 voix" in main(fanta.get(base))
    fanta.post(act, {"act": "unvote"})
    fanta.post(act, {"act": "?"})
    assert not SubjectVote.objects.exists()
    fanta.post(act, {"act": "choose"})
    assert "apporté par Camille Roche" in main(fanta.get(base))
    assert camille.post(brought.get_absolute_url(), {"text": "", "urgency": 1}).status_code == 422
    assert camille.post(brought.get_absolute_url(), {"text": "Mieux dite", "urgency": 1}).status_code == 302
    assert Subject.objects.get().text == "Mieux dite"
    camille.post(act, {"act": "withdraw"})
    assert not Subject.objects.exists()
    for text in ("Un", "Deux", "Trois"):
        w.bring(text)
    assert camille.post(f"{base}sujets/nouveau/", {"text": "Quatre", "urgency": 1}).status_code == 422


def test_a_late_change_is_refused_and_nothing_typed_is_lost():
    w = Worked()
    brought = w.bring()
    w.prepare().open().close()
    client = signed_in(w.camille)
    answer = client.post(brought.get_absolute_url(), {"text": "Trop tard", "urgency": 1})
    assert answer.status_code == 422
    client.post(f"{brought.get_absolute_url()}geste/", {"act": "withdraw"})
    assert Subject.objects.get().text == "Une situation"
    assert client.post(f"{w.session.get_absolute_url()}observer/", {"observe": "1"}).status_code == 302
    assert not Observer.objects.filter(member=w.camille).exists()


def test_one_observes_or_takes_part_again():
    w = Worked()
    client, url = signed_in(w.ines), f"{w.session.get_absolute_url()}observer/"
    client.post(url, {"observe": "1"})
    assert "Participer plutôt" in main(client.get(w.session.get_absolute_url()))
    client.post(url, {"observe": "0"})
    assert not Observer.objects.filter(session=w.session).exists()


def test_who_facilitates_prepares_the_room_with_its_own_lengths():
    w = Worked()
    url = f"{w.session.get_absolute_url()}preparer/"
    fanta = signed_in(w.fanta)
    assert "Préparer la salle" in main(fanta.get(w.session.get_absolute_url()))
    assert "jours" in main(fanta.get(f"{url}?deroule=codev_differe"))
    assert fanta.get(f"{url}?deroule=inconnu").status_code == 200
    lengths = {"expose": 6, "clarification": 5, "consultation": 11, "synthese": 4}
    said = {"client": w.camille.pk, "facilitator": "", **{f"length_{code}": length for code, length in lengths.items()}}
    assert fanta.post(f"{url}?deroule=trio", said | {"length_expose": 0}).status_code == 422
    assert fanta.post(f"{url}?deroule=trio", said | {"facilitator": w.camille.pk}).status_code == 422
    assert fanta.post(f"{url}?deroule=trio", said).status_code == 302
    assert {each.code: each.length for each in w.room.sheet.phases} == lengths
    page = main(signed_in(w.driss).get(w.session.get_absolute_url()))
    assert w.room.get_absolute_url() in page
    assert "Entrer dans la salle" in page


def test_the_page_before_says_what_came_of_the_last_session(w):
    following = w.planned(NOW.replace(month=12, day=20))
    url = f"/codev/groupes/{w.group.pk}/rencontres/{following.pk}/seance/"
    page = main(signed_in(w.driss).get(url))
    assert "le retour de Camille Roche" in page
    assert "action de Camille Roche" in page
    Session.objects.update(client=None)
    assert "le retour de la dernière séance" in main(signed_in(w.driss).get(url))


def test_each_says_what_they_learnt_and_thought(w):
    over, client = w.session.get_absolute_url(), signed_in(w.driss)
    assert client.post(f"{over}appris/", {"text": "x" * 2001}).status_code == 422
    client.post(f"{over}appris/", {"text": "Écouter \0mieux"})
    assert Learning.objects.get().text == "Écouter mieux"
    assert client.post(f"{over}avis/", {}).status_code == 422
    assert client.post(f"{over}avis/", {"useful": "9"}).status_code == 422
    assert client.post(f"{over}avis/", {"useful": "4"}).status_code == 302
    assert client.post(f"{over}avis/", {"useful": "4"}).status_code == 422
    page = main(client.get(over))
    assert "Votre avis est compté" in page
    assert "Écouter mieux" in page
    early = Worked().prepare()
    assert signed_in(early.driss).post(f"{early.session.get_absolute_url()}appris/", {"text": "Tôt"}).status_code == 422


def test_the_client_keeps_her_commitments_by_the_page(w):
    url, client = f"{w.session.get_absolute_url()}engagements/", signed_in(w.camille)
    notify(w.camille, "codev.commitment", w.session, by=None, now=timezone.now())
    assert "action de Camille" in main(client.get(url))
    assert Notification.objects.get(kind="codev.commitment").read_at is not None
    row = Commitment.objects.get()
    said = {
        "which": row.pk,
        f"c{row.pk}-text": "Appeler",
        f"c{row.pk}-due_on": "2027-01-15",
        f"c{row.pk}-state": "done",
        f"c{row.pk}-news": "Fait",
    }
    refused = client.post(url, said | {f"c{row.pk}-due_on": "hier"})
    assert refused.status_code == 422
    assert "Appeler" in main(refused)
    assert client.post(url, said).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.state, row.news) == ("Appeler", "done", "Fait")
    assert client.post(url, {"text": "", "due_on": "2027-01-15"}).status_code == 422
    client.post(url, {"text": "Un autre", "due_on": "2027-01-15"})
    assert Commitment.objects.count() == 2
    client.post(url, {"which": row.pk, "act": "drop"})
    assert Commitment.objects.get().text == "Un autre"
    for which in (row.pk, "x", "9" * 30):
        assert client.post(url, {"which": which, "act": "drop"}).status_code == 302
    for rank in range(19):
        client.post(url, {"text": f"N° {rank}", "due_on": "2027-01-15"})
    assert client.post(url, {"text": "Trop", "due_on": "2027-01-15"}).status_code == 422


def test_the_client_erases_by_the_page_and_the_group_reads_that_it_is_gone(w):
    over, client = w.session.get_absolute_url(), signed_in(w.camille)
    assert "Effacer tout" in main(client.get(over))
    assert client.get(f"{over}effacer/").status_code == 200
    assert client.post(f"{over}effacer/").status_code == 302
    page = main(signed_in(w.driss).get(over))
    assert "Cette séance est effacée" in page
    assert "Camille" not in page


def test_the_client_who_left_the_group_still_answers_and_erases(w):
    w.group.memberships.filter(member=w.camille).update(state="left", ended_at=NOW)
    over, client = w.session.get_absolute_url(), signed_in(w.camille)
    assert client.get(over).status_code == 403
    page = main(client.get(f"{over}engagements/"))
    assert f"{over}effacer/" in page
    assert f'href="{over}"' not in page + main(client.get(f"{over}effacer/"))
    assert client.post(f"{over}effacer/")["Location"] == "/codev/"
    w.session.refresh_from_db()
    assert w.session.is_erased


def test_the_sessions_of_a_group_and_its_health(w):
    url = f"/codev/groupes/{w.group.pk}/seances/"
    assert "Ce qui demande votre attention" in main(signed_in(w.fanta).get(url))
    assert "Ce qui demande votre attention" not in main(signed_in(w.driss).get(url))
    fanta = signed_in(w.fanta)
    assert fanta.post(f"{url}conservation/", {"days": "12"}).status_code == 422
    assert fanta.post(f"{url}conservation/", {"days": "30"}).status_code == 302
    assert SessionKeeping.objects.get().days == 30


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_many_questions_whatever_was_said(count, w):
    for rank in range(count):
        Commitment.objects.create(session=w.session, member=w.camille, text=f"N° {rank}", due_on=NOW.date())
    client = signed_in(w.driss)
    client.get(w.session.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        client.get(w.session.get_absolute_url())
    assert len(captured) <= 12, "\n".join(each["sql"][:140] for each in captured)
    before = Worked()
    for rank in range(count):
        session_subjects.vote(before.bring(f"Sujet {rank}"), wanted=True, by=before.ines, now=NOW)
    session_subjects.choose(Subject.objects.filter(session=before.session).first(), by=before.fanta, now=NOW)
    client = signed_in(before.driss)
    client.get(before.session.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        client.get(before.session.get_absolute_url())
    assert len(captured) <= 12, "\n".join(each["sql"][:140] for each in captured)
