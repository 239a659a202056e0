"""A question of a group goes to the network: in its author's words, with nothing of the others unless each says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.help_enums import Readers
from alliage.codev.models import Answer, Carrying, Question, Widening
from alliage.codev.permissions import standing
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import widenings as queries
from alliage.codev.services import answers, memberships, messages, questions, threads, widenings
from alliage.codev.services.messages import MessageRefused
from alliage.codev.services.messages import Said as Written
from alliage.codev.services.questions import QuestionRefused, Said
from alliage.codev.services.threads import Opening
from alliage.codev.tests.factories import NOW, group_of
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
ASKED = "Camille Roche se demande avec Driss Alaoui comment payer ce local à zibeline, écrire à driss@exemple.fr ?"
REPLY = "Zibeline a monté une foncière avec ses voisins en trois ans et demi"
SAID = "Comment payer un local partagé ?"


@pytest.fixture
def people():
    names = {"camille": "Camille Roche", "driss": "Driss Alaoui", "ines": "Inès Payet", "fanta": "Fanta Keita"}
    return {key: MemberFactory(name=name) for key, name in names.items()}


@pytest.fixture
def thread(people):
    """Camille asked her group; Driss answered twice, Camille thanked him."""
    group = group_of(people["camille"], people["driss"], people["ines"], facilitator=people["fanta"], name="Zibelines")
    made = threads.open_thread(group, Opening(Written(ASKED)), by=people["camille"], now=NOW).message.thread
    for text, who in ((REPLY, "driss"), ("Et demandez à la mairie.", "driss"), ("Merci.", "camille")):
        messages.reply(made, Written(text), by=people[who], now=NOW)
    return made


def widened(thread, **said):
    return widenings.widen(thread, Said(SAID, **said), by=thread.author, now=LATER)


def asked(thread):
    widening = widened(thread)
    widenings.ask_answers(widening, by=thread.author, now=LATER)
    return Carrying.objects.earliest("pk")


def signed_in(person):
    client = MemberClient()
    client.force_login(person)
    return client


def main(response):
    return response.content.decode().partition("<main")[2]


# --- The question --------------------------------------------------------------------------------------------------


def test_it_goes_once_in_the_words_of_who_asked_and_nothing_else_follows(thread, people):
    widening = widened(thread, readers=Readers.PUBLIC)
    assert widened(thread) == widening
    question = Question.objects.get()
    assert (question.text, question.author, question.readers) == (SAID, people["camille"], Readers.PUBLIC)
    assert (question.answers.count(), Carrying.objects.count(), Notification.objects.filter(kind=widenings.ASKED).count()) == (0, 0, 0)  # fmt: skip
    page = MemberClient().get(question.get_absolute_url()).content.decode()
    assert "Camille Roche" in page
    for inside in ("ibeline", "Driss", "foncière", f"/codev/groupes/{thread.group_id}"):
        assert inside not in page
    assert "Zibelines" not in f"{widening}{asked(thread)}"


def test_what_others_wrote_stays_even_what_they_changed(thread, people):
    first = thread.messages.get(position=2)
    messages.change(first, Written("Autre chose."), was=messages.mark(REPLY), by=people["driss"], now=LATER)
    copied = f"On me dit : « {REPLY.upper()} »."
    with pytest.raises(MessageRefused, match="d’autres ont écrits"):
        widenings.widen(thread, Said(copied), by=people["camille"], now=LATER)
    assert not Question.objects.exists()
    messages.reply(thread, Written(ASKED), by=people["ines"], now=LATER)  # she quotes who asked
    assert widenings.widen(thread, Said(ASKED), by=people["camille"], now=LATER).question.text == ASKED


def test_what_one_quoted_of_others_is_still_theirs(thread, people):
    messages.reply(thread, Written(f"Il dit : « {REPLY} »"), by=people["camille"], now=LATER)
    opening = thread.messages.get(position=1)
    messages.change(opening, Written(f"{ASKED} {REPLY}"), was=messages.mark(ASKED), by=people["camille"], now=LATER)
    with pytest.raises(MessageRefused, match="d’autres ont écrits"):
        widenings.widen(thread, Said(REPLY), by=people["camille"], now=LATER)
    assert widenings.widen(thread, Said(ASKED), by=people["camille"], now=LATER).question.text == ASKED


@pytest.mark.parametrize("how", ["taken back", "hidden"])
def test_what_the_group_reads_no_more_is_not_widened(thread, how):
    opening = thread.messages.get(position=1)
    if how == "hidden":
        messages.hide(opening, by=thread.author, now=LATER)
    else:
        messages.take_back(opening, by=thread.author, now=LATER)
    with pytest.raises(MessageRefused, match="n’est plus lu"):
        widened(thread)


# --- The answers of the group --------------------------------------------------------------------------------------


def test_each_is_asked_once_in_private_and_nobody_for_oneself(thread, people):
    widening = widened(thread)
    assert queries.may_ask(widening)
    assert widenings.ask_answers(widening, by=people["camille"], now=LATER) == 1
    assert widenings.ask_answers(widening, by=people["camille"], now=LATER) == 0
    assert not queries.may_ask(widening)
    assert set(Carrying.objects.values_list("message__position", "state")) == {(2, "asked"), (3, "asked")}
    told = Notification.objects.get(kind=widenings.ASKED)
    assert told.person == people["driss"]
    assert not any(word in f"{told.title}{told.text}{told.url}" for word in ("payer", "local", "Zibelines", "Camille"))


def test_who_asked_without_a_name_is_not_betrayed(people):
    group = group_of(people["camille"], people["driss"], people["ines"], facilitator=people["fanta"])
    made = threads.open_thread(
        group, Opening(Written("Que faire ?"), is_pseudonymous=True), by=people["camille"], now=NOW
    )
    thread = made.message.thread
    messages.reply(thread, Written("Partir."), by=people["driss"], now=NOW)
    widening = widened(thread)
    assert not queries.may_ask(widening)
    with pytest.raises(MessageRefused, match="saurait"):
        widenings.ask_answers(widening, by=people["camille"], now=LATER)
    sees = {key: queries.seen(thread, standing(each, group), each) is not None for key, each in people.items()}
    assert sees == {"camille": True, "fanta": True, "driss": False, "ines": False}
    assert SAID not in main(signed_in(people["driss"]).get(thread.get_absolute_url()))


def test_an_answer_follows_when_its_author_says_it_again(thread, people):
    row = asked(thread)
    with pytest.raises(MessageRefused, match="d’autres"):
        widenings.carry(row, ASKED, by=people["driss"], now=LATER)
    with pytest.raises(QuestionRefused):
        widenings.carry(row, " ", by=people["driss"], now=LATER)
    assert widenings.carry(row, REPLY, by=people["driss"], now=LATER).state == "agreed"
    assert widenings.carry(row, "Deux fois", by=people["driss"], now=LATER).answer == Answer.objects.get()
    answer = Answer.objects.get()
    assert (answer.text, answer.author) == (REPLY, people["driss"])
    assert queries.of_thread(thread).agreed == 1
    widenings.keep_inside(row, by=people["driss"], now=LATER)
    answers.withdraw(answer, now=LATER)
    row.refresh_from_db()
    assert (row.state, row.answer, queries.of_thread(thread).agreed) == ("agreed", None, 0)


def test_what_was_withdrawn_may_be_said_again(thread, people):
    row = asked(thread)
    answers.withdraw(widenings.carry(row, "Une foncière.", by=people["driss"], now=LATER).answer, now=LATER)
    assert widenings.carry(row, "Une coopérative.", by=people["driss"], now=LATER).answer.text == "Une coopérative."


def test_who_left_is_asked_nothing_and_what_is_gone_neither(thread, people):
    row = asked(thread)
    messages.take_back(row.message, by=people["driss"], now=LATER)
    assert not Carrying.objects.filter(pk=row.pk).exists()
    messages.reply(thread, Written("Louer."), by=people["ines"], now=LATER)
    assert queries.may_ask(row.widening)
    memberships.leave(thread.group.memberships.get(member=people["ines"]), by=people["ines"], now=LATER)
    assert not queries.may_ask(row.widening)
    assert widenings.ask_answers(row.widening, by=people["camille"], now=LATER) == 0


def test_it_may_stay_inside_and_one_may_think_again(thread, people):
    row = asked(thread)
    for _twice in range(2):
        widenings.keep_inside(row, by=people["driss"], now=LATER)
    row.refresh_from_db()
    assert (row.state, row.said_at) == ("declined", LATER)
    assert widenings.carry(row, "Une foncière.", by=people["driss"], now=LATER).state == "agreed"
    copy = str(message_queries.mine(people["driss"]))
    assert "partagée" in copy
    messages.forget_member(people["driss"], now=LATER)
    assert not Carrying.objects.exists()
    assert Answer.objects.exists()  # hers in « Entraide », which forgets her by its own rule


@pytest.mark.parametrize(
    "broken",
    [{"state": "?", "said_at": NOW}, {"state": "declined", "said_at": None}, {"state": "asked", "said_at": NOW}],
    ids=["unknown", "said-never", "asked-yet-said"],
)
def test_the_database_refuses_a_consent_that_is_none(thread, broken):
    row = asked(thread)
    with pytest.raises(IntegrityError), transaction.atomic():
        Carrying.objects.filter(pk=row.pk).update(**broken)


def test_the_database_refuses_an_answer_that_nobody_agreed_to_twice_over(thread, people):
    row = asked(thread)
    answer = answers.give(row.widening.question, "Autre", by=people["ines"], now=LATER)
    for broken in (
        lambda: Carrying.objects.filter(pk=row.pk).update(answer=answer),
        lambda: Widening.objects.create(thread=thread, question=questions.post(Said("x"), by=people["ines"], now=NOW), created_at=NOW),
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_whole_way_by_the_pages_without_a_script(thread, people):
    client, url = signed_in(people["camille"]), f"{thread.get_absolute_url()}elargir/"
    assert "Demander au réseau" in main(client.get(thread.get_absolute_url()))
    page = main(client.get(url))
    assert "se demande avec une personne comment payer" in page  # begun without names
    assert "coordonnées retirées" in page
    assert 'name="reread"' not in page
    # Reread, whatever was ticked; then nothing goes unless it is.
    page = client.post(url, {"text": "Driss Alaoui demande", "act": "post", "reread": "on", "sent": "s"})
    assert "<mark>Driss Alaoui</mark>" in main(page)
    looked = main(page).partition('name="looked" value="')[2].partition('"')[0]
    assert client.post(url, {"text": "Driss Alaoui demande", "looked": looked, "act": "post"}).status_code == 422
    assert client.post(url, {"text": " ", "act": "look"}).status_code == 422
    page = client.post(url, {"text": REPLY, "act": "look"})
    looked = main(page).partition('name="looked" value="')[2].partition('"')[0]
    page = client.post(url, {"text": REPLY, "looked": looked, "act": "post", "reread": "on"})
    assert page.status_code == 422
    assert "d’autres ont écrits" in main(page)
    assert not Question.objects.exists()
    page = client.post(url, {"text": SAID, "act": "look", "readers": "public"})
    assert "aucun nom" in main(page)
    looked = main(page).partition('name="looked" value="')[2].partition('"')[0]
    said = {"text": SAID, "looked": looked, "act": "post", "reread": "on", "readers": "public", "sent": "s"}
    assert client.post(url, said).status_code == 302
    assert Question.objects.get().readers == Readers.PUBLIC
    assert "Demander à qui a répondu ici" in main(client.get(url))
    assert "à une personne" in main(client.post(f"{url}demander/", follow=True))
    assert "Leur silence" in main(client.post(f"{url}demander/", follow=True))

    driss, mine = signed_in(people["driss"]), thread.messages.get(position=2)
    carry = f"/codev/groupes/{thread.group_id}/messages/{mine.pk}/partager/"
    assert carry in main(driss.get(thread.get_absolute_url()))
    page = main(driss.get(carry))
    assert "foncière" in page
    assert "votre réponse et votre nom le seront aussi" in page
    assert 'name="readers" value="public"' in page
    page = driss.post(carry, {"text": "Par une foncière.", "readers": "members"})
    assert page.status_code == 422
    assert "maintenant lisible par tous" in main(page)
    assert driss.post(carry, {"text": ASKED}).status_code == 422
    assert driss.post(carry, {"text": " "}).status_code == 422
    driss.post(carry, {"act": "keep"})
    assert carry not in main(driss.get(thread.get_absolute_url()))
    assert driss.post(carry, {"text": "Par une foncière."})["Location"] == Question.objects.get().get_absolute_url()
    assert "la relire, la modifier" in main(driss.get(carry))
    assert "Une réponse du groupe y est" in main(client.get(url))


def test_who_asked_without_a_name_is_warned(people):
    group = group_of(people["camille"], people["driss"], people["ines"], facilitator=people["fanta"])
    made = threads.open_thread(
        group, Opening(Written("Que faire ?"), is_pseudonymous=True), by=people["camille"], now=NOW
    )
    client, url = signed_in(people["camille"]), f"{made.message.thread.get_absolute_url()}elargir/"
    assert "pourrait la reconnaître" in main(client.get(url))
    widened(made.message.thread)
    assert "Nous ne demandons rien au groupe" in main(client.get(url))
    assert "saurait alors" in main(client.post(f"{url}demander/", follow=True))


def test_nobody_else_widens_or_speaks_for_another(thread, people):
    url = f"{thread.get_absolute_url()}elargir/"
    for person in (people["driss"], people["fanta"], MemberFactory(role=Role.ADMINISTRATOR)):
        client = signed_in(person)
        assert (client.get(url).status_code, client.post(url, {"text": "x"}).status_code) == (404, 404)
        assert client.post(f"{url}demander/").status_code == 404
    camille = signed_in(people["camille"])
    assert camille.post(f"{url}demander/").status_code == 404  # nothing was widened
    row = asked(thread)
    carry = f"/codev/groupes/{thread.group_id}/messages/{row.message_id}/partager/"
    unasked = thread.messages.get(position=1)
    for client, path in (
        (camille, carry),
        (signed_in(people["fanta"]), carry),
        (camille, carry.replace(str(row.message_id), str(unasked.pk))),
    ):
        assert client.post(path, {"text": "Pour lui"}).status_code == 404
    messages.take_back(row.message, by=people["driss"], now=LATER)
    assert signed_in(people["driss"]).get(carry).status_code == 404
    assert not Answer.objects.exists()
