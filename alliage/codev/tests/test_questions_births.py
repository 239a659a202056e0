"""« En faire une ressource »: only the texts and the names of those who agree."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import Reuse
from alliage.codev.models import Birth
from alliage.codev.queries import answers as queries
from alliage.codev.registers.questions import born
from alliage.codev.services import answers, births, questions
from alliage.codev.services.answers import AnswerRefused
from alliage.codev.tests.asked import NOW, TEXT, answer, ask, ask_everyone, terms
from alliage.library.models import Proposal
from alliage.library.services import resources
from alliage.library.tests.factories import published
from alliage.notifications.models import Notification
from alliage.territories.tests.places import small_france

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def words(db):
    call_command("load_taxonomy", verbosity=0)


def content_of(birth):
    return Proposal.objects.get(resource=birth.resource).content


def names(birth):
    return [author["name"] for author in content_of(birth)["authors"]]


def test_who_begins_a_resource_signs_their_own_text_and_no_other():
    france = small_france()
    question = ask(
        terms=terms("leviers:modele", "metiers:lieu", "odd:11", "missions:lieu-travail-partage"), territory=france.lyon
    )
    given = answer(question, reuse=Reuse.ASK)
    birth = births.begin(given, by=question.author, now=NOW)
    content = content_of(birth)
    assert content["title"] == question.title
    assert content["sections"] == {"contexte": TEXT}
    assert names(birth) == [question.author.name]
    assert (content["leviers"], content["metiers"], content["odd"]) == (["modele"], ["lieu"], ["11"])
    assert content["territories"] == ["commune:69123"]
    told = Notification.objects.get(kind=births.REUSE)
    assert told.person == given.author
    assert given.text not in f"{told.title}{told.text}"
    assert births.begin(given, by=given.author, now=NOW) == birth


def test_what_was_agreed_beforehand_enters_at_once():
    given = answer(reuse=Reuse.NAMED)
    questions.say_reuse(given.question, Reuse.UNNAMED)
    given.question.refresh_from_db()
    someone = MemberFactory()
    birth = births.begin(given, by=someone, now=NOW)
    assert content_of(birth)["sections"] == {"contexte": TEXT, "deroulement": given.text}
    assert names(birth) == [given.author.name]
    assert not Notification.objects.filter(kind=births.REUSE).exists()


def test_without_anyones_agreement_only_a_title_to_write_is_there():
    small_france()
    given = answer(ask(), reuse=Reuse.NO)
    someone = MemberFactory()
    birth = births.begin(given, by=someone, now=NOW)
    content = content_of(birth)
    assert (content["title"], content["sections"], content["authors"]) == ("Sans titre", {}, [])
    assert TEXT not in str(content)
    assert [told.person for told in Notification.objects.filter(kind=births.REUSE)] == [given.question.author]


def test_those_who_left_cannot_agree():
    given = answer()
    questions.forget_member(given.author, now=NOW)
    given.refresh_from_db()
    parts = births.foreseen(given, by=given.question.author)
    assert [part["is_used"] for part in parts] == [True, False]
    assert (parts[1]["is_asked"], parts[1]["name"]) == (False, "")
    birth = births.begin(given, by=given.question.author, now=NOW)
    assert content_of(birth)["sections"] == {"contexte": TEXT}


def test_who_says_yes_later_joins_what_is_being_written():
    given = answer()
    birth = births.begin(given, by=given.question.author, now=NOW)
    assert births.say_reuse(given, Reuse.NO, now=NOW) is False
    assert births.say_reuse(given, Reuse.UNNAMED, now=NOW) is True
    assert content_of(birth)["sections"]["deroulement"] == given.text
    assert names(birth) == [given.question.author.name]
    assert births.say_reuse(given, Reuse.NAMED, now=NOW) is True
    assert content_of(birth)["sections"]["deroulement"] == given.text
    assert names(birth) == [given.question.author.name, given.author.name]
    with pytest.raises(AnswerRefused):
        births.say_reuse(given, Reuse.NO, now=NOW)


def test_before_anything_is_begun_one_may_change_ones_mind():
    given = answer()
    assert births.say_reuse(given, Reuse.NAMED, now=NOW) is False
    assert births.say_reuse(given, Reuse.NO, now=NOW) is False


def test_once_published_nothing_joins_by_itself():
    given = answer()
    birth = births.begin(given, by=given.question.author, now=NOW)
    resources.publish(Proposal.objects.get(resource=birth.resource), by=given.question.author, now=NOW)
    assert births.say_reuse(given, Reuse.NAMED, now=NOW) is False


def test_a_resource_that_its_author_left_keeps_its_own_authors():
    given = answer()
    birth = births.begin(given, by=given.question.author, now=NOW)
    Birth.objects.update(by=None)
    assert births.say_reuse(given, Reuse.NAMED, now=NOW) is True
    assert names(birth) == [given.question.author.name]


def test_an_answer_that_gave_birth_is_not_withdrawn():
    given = answer()
    births.begin(given, by=given.author, now=NOW)
    with pytest.raises(AnswerRefused):
        answers.withdraw(given, now=NOW)


def test_a_draft_given_up_leaves_the_answer_free():
    given = answer()
    birth = births.begin(given, by=given.author, now=NOW)
    birth.resource.delete()
    given.refresh_from_db()
    assert queries.born_of(queries.answer(given.pk)) is None
    births.begin(given, by=given.author, now=NOW)


def test_one_resource_by_answer_and_one_answer_by_resource():
    given, other = answer(), answer()
    birth = births.begin(given, by=given.author, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Birth.objects.create(answer=other, resource=birth.resource)
    with pytest.raises(IntegrityError), transaction.atomic():
        Birth.objects.create(answer=given, resource=published())


def test_two_gestures_at_the_same_moment_begin_one_resource(monkeypatch):
    given = answer()
    first = births.begin(given, by=given.author, now=NOW)
    real = Birth.objects.filter

    class Late:
        """The first look came before the other gesture was committed."""

        def __call__(self, **options):
            monkeypatch.setattr(Birth.objects, "filter", real)
            return Birth.objects.none()

    monkeypatch.setattr(Birth.objects, "filter", Late())
    assert births.begin(given, by=given.author, now=NOW) == first
    assert Birth.objects.count() == 1


# --- « Née d’une question » ----------------------------------------------------------------------------------------


def panel(resource, viewer):
    request = RequestFactory().get("/")
    request.user = viewer
    return born(resource, request)


def test_the_page_of_the_resource_says_where_it_comes_from_to_those_who_may_know(member):
    from django.contrib.auth.models import AnonymousUser

    visitor = AnonymousUser()
    private, public = answer(ask("Un secret ?")), answer(ask_everyone("Une question ouverte ?"))
    of_private, of_public = (births.begin(each, by=each.author, now=NOW).resource for each in (private, public))
    assert panel(published(), visitor) is None
    assert panel(of_private, visitor).context == {}
    assert panel(of_private, member).context["title"] == "Un secret ?"
    assert panel(of_public, visitor).context["url"] == public.get_absolute_url()
    questions.hide(public.question, by=member, now=NOW)
    assert panel(of_public, visitor).context == {}
