"""Threads of a group: opened, answered, called, told without a word; changed, taken back, kept as the answer."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import loading, thread_texts
from alliage.codev.models import (
    Mention,
    Message,
    MessageFile,
    MessageFlag,
    MessageVersion,
    Reaction,
    Thread,
    ThreadDraft,
    ThreadRead,
)
from alliage.codev.permissions import standing
from alliage.codev.queries import messages as message_queries
from alliage.codev.queries import threads as queries
from alliage.codev.services import attachments, messages, threads
from alliage.codev.services.demo_threads import load_threads
from alliage.codev.services.demonstration import load_groups
from alliage.codev.services.messages import MessageRefused, Said
from alliage.codev.services.threads import Opening, Place
from alliage.codev.tests.factories import NOW, group_of
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, upload
from alliage.notifications.models import Notification, OutgoingMail, Preference
from alliage.notifications.services import choose, deliver, mark_all_read
from alliage.refusals import Refusal
from alliage.ui.drafts import DraftTaken, Mark

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def people():
    """Camille asks; Camille D. and Driss are in the group too; Fanta facilitates it."""
    names = {"camille": "Camille", "dupont": "Camille Dupont", "driss": "Driss O’Neil", "fanta": "Fanta"}
    return {key: MemberFactory(name=name) for key, name in names.items()}


@pytest.fixture
def group(people):
    return group_of(people["camille"], people["dupont"], people["driss"], facilitator=people["fanta"])


def opened(group, by, text="Qui connaît un traiteur ?", *, sent="", **more):
    called, uploads = more.pop("called", ()), more.pop("uploads", ())
    opening = Opening(Said(text, called, uploads), **more)
    return threads.open_thread(group, opening, by=by, now=NOW, sent=sent).message


def told(person, kind="codev.thread"):
    return Notification.objects.filter(person=person, kind=kind)


def names(message):
    return {each.member.name for each in message.mentions.all()}


# --- Say -----------------------------------------------------------------------------------------------------------


def test_a_few_words_open_a_thread_and_the_first_line_is_its_title(group, people):
    message = opened(group, people["camille"], "  Un traiteur\r\npour le 3 mars ?\0 ")
    thread = message.thread
    assert (thread.title, thread.folded, message.text) == (
        "Un traiteur", "un traiteur", "Un traiteur\npour le 3 mars ?",
    )  # fmt: skip
    assert (thread.kind, thread.message_count, thread.last_at, message.position) == ("", 1, NOW, 1)
    assert str(thread) == f"échange d’un groupe {thread.pk}"
    assert str(message) == f"message d’un groupe {message.pk}"
    long = opened(group, people["camille"], "mot " * 60, kind="nothing-known").thread
    assert len(long.title) <= 150
    assert long.title.endswith("mot…")
    assert long.kind == ""
    assert len(threads.title_of("x" * 200, "")) == 150


def test_the_same_sending_twice_is_one_but_other_words_are_another(group, people):
    first = opened(group, people["camille"], sent="s")
    assert opened(group, people["camille"], sent="s") == first
    assert opened(group, people["camille"], "Autre chose", sent="s") != first
    thread = first.thread
    once = messages.reply(thread, Said("Moi"), by=people["driss"], now=LATER, sent="t").message
    assert messages.reply(thread, Said("Moi"), by=people["driss"], now=LATER, sent="t").message == once
    assert messages.reply(thread, Said("Moi aussi"), by=people["driss"], now=LATER, sent="t").message != once
    assert messages.reply(thread, Said("Moi"), by=people["driss"], now=LATER).message != once
    thread.refresh_from_db()
    assert (thread.message_count, thread.last_at) == (4, LATER)


@pytest.mark.parametrize(
    "text", ["", " \n", "\0", "x" * 20_001, thread_texts.body_of("help")], ids=["none", "blank", "nul", "long", "ready"]
)
def test_a_message_says_something_of_its_own(group, people, text):
    with pytest.raises(MessageRefused):
        opened(group, people["camille"], text)
    assert not Thread.objects.exists()


def test_a_ready_text_follows_what_was_typed_and_gives_its_place_when_it_is_untouched():
    help_text, news = thread_texts.body_of("help"), thread_texts.body_of("news")
    assert thread_texts.with_ready("", "help") == help_text
    assert thread_texts.with_ready(help_text.replace("\n", "\r\n"), "news") == news
    assert thread_texts.with_ready("Déjà tapé", "news") == f"Déjà tapé\n\n{news}"
    assert thread_texts.body_of("nothing") == ""
    assert len({thread_texts.body_of(code) for code in thread_texts.ReadyText.values}) == 5


def test_nothing_is_written_in_a_group_that_ended_nor_in_a_thread_that_is_closed(group, people):
    thread = opened(group, people["camille"]).thread
    threads.set_open(thread, is_open=False, by=people["camille"], now=NOW)
    threads.set_open(thread, is_open=False, by=people["camille"], now=LATER)
    thread.refresh_from_db()
    assert thread.closed_at == NOW
    with pytest.raises(MessageRefused, match="clos"):
        messages.reply(thread, Said("Trop tard"), by=people["driss"], now=LATER)
    threads.set_open(thread, is_open=True, by=people["camille"], now=LATER)
    messages.reply(thread, Said("À temps"), by=people["driss"], now=LATER)
    group.state, group.closed_at = "closed", NOW
    group.save()
    with pytest.raises(MessageRefused, match="terminé"):
        opened(group, people["camille"])


# --- Call and tell -------------------------------------------------------------------------------------------------


def test_members_are_called_by_a_box_or_by_their_whole_name_and_nobody_else(group, people):
    outside = MemberFactory(name="Zoé")
    message = opened(
        group, people["camille"], "@camille dupont et @Zoé, voyez @Drissa", called=[people["fanta"].pk, outside.pk, 99]
    )
    assert names(message) == {"Camille Dupont", "Fanta"}
    assert "Camille Dupont" in names(opened(group, people["driss"], "Merci @Camille Dupont."))
    assert names(opened(group, people["driss"], "Merci @Camille, merci @Camille Dupont")) == {
        "Camille", "Camille Dupont",
    }  # fmt: skip
    assert names(opened(group, people["camille"], "Moi-même, @Camille")) == set()


def test_who_is_called_is_told_at_once_and_the_others_as_they_chose_once_until_they_read(group, people):
    opened(group, people["camille"], called=[people["driss"].pk])
    thread = Thread.objects.get()
    assert told(people["driss"], "codev.mention").get().due_at == NOW
    assert not told(people["driss"]).exists()
    assert told(people["dupont"]).get().frequency == "daily"
    assert not Notification.objects.filter(person=people["camille"]).exists()
    messages.reply(thread, Said("Oui"), by=people["driss"], now=LATER)
    assert told(people["dupont"]).count() == 1
    assert told(people["camille"]).count() == 1
    messages.read_to(thread, 2, by=people["dupont"], now=LATER)
    messages.reply(thread, Said("Encore"), by=people["driss"], now=LATER)
    assert told(people["dupont"]).count() == 2
    assert told(people["camille"]).count() == 1


def test_a_member_chooses_when_the_mails_of_one_group_come(group, people):
    other = group_of(people["dupont"], people["camille"])
    threads.choose_mails(group, "now", by=people["dupont"], now=NOW)
    opened(group, people["camille"])
    opened(other, people["camille"])
    assert sorted(told(people["dupont"]).values_list("frequency", flat=True)) == ["daily", "now"]
    assert queries.mail_choice(group, people["dupont"]) == queries.MailChoice("now", is_silenced=False)
    assert queries.mail_choice(other, people["dupont"]) == queries.MailChoice("daily", is_silenced=False)
    choose(people["dupont"], {"codev.thread": "never"}, now=NOW)
    assert queries.mail_choice(group, people["dupont"]) == queries.MailChoice("now", is_silenced=True)
    assert queries.mail_choice(other, people["dupont"]) == queries.MailChoice("never", is_silenced=True)
    with pytest.raises(MessageRefused):
        threads.choose_mails(group, "hourly", by=people["dupont"], now=NOW)
    assert Preference.objects.filter(person=people["dupont"]).count() == 2


def test_a_mail_says_that_there_is_something_and_where_never_what_nor_who(group, people, mailoutbox):
    threads.choose_mails(group, "now", by=people["dupont"], now=NOW)
    opened(group, people["camille"], "canari secret", title="canari titré", called=[people["driss"].pk])
    deliver(clock=lambda: NOW)
    assert {mail.to[0] for mail in mailoutbox} == {people["dupont"].email, people["driss"].email}
    for mail in mailoutbox:
        whole = (
            mail.subject + mail.body + "".join(str(part) for part, _kind in mail.alternatives) + str(mail.extra_headers)
        )
        assert "canari" not in whole
        assert "Camille " not in whole.replace("Camille Dupont", "")
        assert group.name not in whole
        assert f"/codev/groupes/{group.pk}/echanges/{Thread.objects.get().pk}/" in whole
    assert {mail.subject for mail in mailoutbox} == {
        "Un nouveau message dans votre groupe", "On vous appelle dans votre groupe",
    }  # fmt: skip
    assert not OutgoingMail.objects.filter(text__contains="canari").exists()
    assert not Notification.objects.exclude(by=None).exists()


def test_a_message_that_came_between_the_page_and_its_answer_stays_new(group, people):
    thread = opened(group, people["camille"]).thread
    messages.read_to(thread, 1, by=people["driss"], now=NOW)
    messages.reply(thread, Said("Vue"), by=people["driss"], now=NOW)
    assert queries.by_number(group.pk, thread.pk, people["driss"]).read_position == 2
    messages.reply(thread, Said("Pas vue"), by=people["dupont"], now=NOW)
    messages.reply(thread, Said("Croisée"), by=people["driss"], now=NOW)
    row = queries.by_number(group.pk, thread.pk, people["driss"])
    found = standing(people["driss"], group)
    lines = message_queries.lines(row, message_queries.of_thread(row), found, people["driss"], read=row.read_position)
    assert [line.message.text for line in lines if line.is_new] == ["Pas vue"]


# --- Change, take back ---------------------------------------------------------------------------------------------


def test_what_a_message_said_before_is_kept_and_newly_called_people_alone_are_told(group, people):
    message = opened(group, people["camille"], "Un", called=[people["driss"].pk])
    mark_all_read(people["driss"], now=NOW)
    said = Said("Deux", [people["driss"].pk, people["fanta"].pk])
    messages.change(message, said, was=messages.mark("Un"), by=people["camille"], now=LATER)
    message.refresh_from_db()
    assert (message.text, message.folded, message.edited_at) == ("Deux", "deux", LATER)
    assert [each.text for each in message_queries.versions_of(message)] == ["Un"]
    assert told(people["fanta"], "codev.mention").count() == told(people["driss"], "codev.mention").count() == 1
    # The same words again change nothing; another window that had seen the first text is told.
    messages.change(message, Said("Deux"), was=messages.mark("Un"), by=people["camille"], now=LATER)
    with pytest.raises(messages.ChangedMeanwhile):
        messages.change(message, Said("Trois"), was=messages.mark("Un"), by=people["camille"], now=LATER)
    assert MessageVersion.objects.count() == 1
    threads.rename(message.thread, "  Un  traiteur ", by=people["camille"], now=LATER)
    threads.rename(message.thread, " ", by=people["camille"], now=LATER)
    message.thread.refresh_from_db()
    assert (message.thread.title, message.thread.folded) == ("Un traiteur", "un traiteur")


def test_what_is_hidden_or_taken_back_is_no_longer_changed(group, people):
    message = opened(group, people["camille"], "Un")
    messages.reply(message.thread, Said("Oui"), by=people["driss"], now=NOW)
    messages.hide(message, by=people["fanta"], now=NOW)
    with pytest.raises(MessageRefused):
        messages.change(message, Said("Deux"), was=messages.mark("Un"), by=people["camille"], now=LATER)
    messages.take_back(message, by=people["camille"], now=LATER)
    messages.restore(message, by=people["fanta"], now=LATER)
    with pytest.raises(MessageRefused):
        messages.change(message, Said("Deux"), was=messages.mark(""), by=people["camille"], now=LATER)


def test_a_message_taken_back_leaves_its_place_and_nothing_else(group, people):
    opening = opened(group, people["camille"], "Secret", title="Titre", uploads=[upload(PDF, "a.pdf")], sent="s")
    thread = opening.thread
    messages.change(opening, Said("Secret changé", [people["driss"].pk]), was=messages.mark("Secret"), by=people["camille"], now=NOW)  # fmt: skip
    messages.reply(thread, Said("Oui"), by=people["driss"], now=NOW)
    messages.react(opening, "thanks", on=True, by=people["driss"], now=NOW)
    messages.flag(opening, by=people["driss"], now=NOW)
    threads.keep_draft(Place(group, thread, opening), {"text": ["secret tapé"]}, mark=Mark("", "t"), by=people["camille"], now=NOW)  # fmt: skip
    messages.take_back(opening, by=people["camille"], now=LATER)
    messages.take_back(opening, by=people["camille"], now=LATER + timedelta(hours=1))
    opening.refresh_from_db()
    thread.refresh_from_db()
    assert (opening.text, opening.folded, opening.sent_key, opening.removed_at) == ("", "", "", LATER)
    assert (thread.title, thread.folded, thread.sent_key) == ("", "", "")
    assert thread.label == "Échange retiré par la personne qui l’avait ouvert"
    for table in (MessageVersion, MessageFile, StoredFile, Mention, Reaction, MessageFlag, ThreadDraft):
        assert not table.objects.exists(), table
    assert thread.messages.get(position=2).text == "Oui"


def test_a_thread_where_nobody_else_wrote_goes_with_its_opening_and_what_was_told_of_it(group, people):
    opening = opened(group, people["camille"])
    reply = messages.reply(opening.thread, Said("Oui"), by=people["driss"], now=NOW).message
    messages.take_back(reply, by=people["driss"], now=NOW)
    messages.take_back(opening, by=people["camille"], now=NOW)
    assert not Thread.objects.exists()
    assert not Notification.objects.exists()


def test_who_closes_an_account_takes_every_word_back(group, people):
    alone = opened(group, people["camille"], "Seule")
    shared = opened(group, people["driss"], "Ensemble").thread
    messages.reply(shared, Said("Mes mots"), by=people["camille"], now=NOW)
    asked = opened(group, people["camille"], "Ma question", title="Mon titre").thread
    messages.reply(asked, Said("Réponse"), by=people["driss"], now=NOW)
    threads.keep_draft(Place(group), {"text": ["tapé"]}, mark=Mark("", "t"), by=people["camille"], now=NOW)
    copy = queries.personal_copy(people["camille"])
    assert [each["texte"] for each in copy["messages"]] == ["Seule", "Mes mots", "Ma question"]
    assert [each["echange"] for each in copy["messages"]] == ["Seule", "", "Mon titre"]
    assert copy["brouillons"] == [{"text": ["tapé"]}]
    messages.forget_member(people["camille"], now=LATER)
    assert not Thread.objects.filter(pk=alone.thread_id).exists()
    assert not Message.objects.filter(text__in=["Mes mots", "Ma question"]).exists()
    assert not ThreadDraft.objects.exists()
    assert not ThreadRead.objects.filter(member=people["camille"]).exists()
    line = next(
        each
        for each in queries.latest(group, standing(people["driss"], group), people["driss"])
        if each.thread == asked
    )
    assert line.who == "une personne qui a quitté le réseau"
    assert queries.personal_copy(people["camille"]) == {"messages": [], "brouillons": []}


# --- Signs, answer, moderation -------------------------------------------------------------------------------------


def test_signs_are_few_counted_once_and_never_for_ones_own_words(group, people):
    message = opened(group, people["camille"])
    for _twice in range(2):
        messages.react(message, "thanks", on=True, by=people["driss"], now=NOW)
    messages.react(message, "confirm", on=True, by=people["driss"], now=NOW)
    messages.react(message, "confirm", on=False, by=people["driss"], now=NOW)
    assert Reaction.objects.get().kind == "thanks"
    for by, kind in ((people["camille"], "thanks"), (people["driss"], "love")):
        with pytest.raises(MessageRefused):
            messages.react(message, kind, on=True, by=by, now=NOW)
    messages.hide(message, by=people["fanta"], now=NOW)
    with pytest.raises(MessageRefused):
        messages.react(message, "thanks", on=True, by=people["dupont"], now=NOW)


def test_one_answer_is_kept_and_it_is_neither_the_question_nor_what_is_gone(group, people):
    opening = opened(group, people["camille"])
    first, second = (
        messages.reply(opening.thread, Said(text), by=people["driss"], now=NOW).message for text in ("A", "B")
    )
    messages.keep_answer(first, on=True, by=people["camille"], now=NOW)
    messages.keep_answer(second, on=True, by=people["camille"], now=NOW)
    assert Message.objects.get(is_answer=True) == second
    messages.keep_answer(second, on=False, by=people["camille"], now=NOW)
    assert not Message.objects.filter(is_answer=True).exists()
    messages.keep_answer(second, on=True, by=people["camille"], now=NOW)
    messages.hide(second, by=people["fanta"], now=NOW)
    assert not Message.objects.filter(is_answer=True).exists()
    for message in (opening, second):
        with pytest.raises(MessageRefused):
            messages.keep_answer(message, on=True, by=people["camille"], now=NOW)


def test_the_facilitation_is_asked_to_look_once_and_never_learns_by_whom(group, people):
    message = opened(group, people["camille"])
    for _twice in range(2):
        messages.flag(message, by=people["driss"], now=NOW)
    assert told(people["fanta"], "codev.flag").get().by is None
    messages.settle_flags(message, by=people["fanta"], now=NOW)
    messages.flag(message, by=people["driss"], now=LATER)
    assert told(people["fanta"], "codev.flag").count() == 2
    messages.hide(message, by=people["fanta"], now=LATER)
    assert not MessageFlag.objects.filter(settled_at=None).exists()
    messages.flag(message, by=people["fanta"], now=LATER)
    assert told(people["fanta"], "codev.flag").count() == 2


# --- Files ---------------------------------------------------------------------------------------------------------


def test_files_go_with_a_message_each_on_its_own(group, people):
    uploads = [upload(PDF, f"{rank}.pdf") for rank in range(5)] + [upload(b"MZ\x90", "jeu.exe"), upload(PDF, "6.pdf")]
    opening = Opening(Said("Voici", (), uploads))
    posted = threads.open_thread(group, opening, by=people["camille"], now=NOW)
    assert posted.message.files.count() == 5
    assert len(posted.refused_files) == 2
    kept = posted.message.files.first().file
    messages.change(posted.message, Said("Voici", (), [upload(PDF, "7.pdf")]), was=messages.mark("Voici"), by=people["camille"], now=NOW, dropped=[str(kept.pk), "x"])  # fmt: skip
    assert posted.message.files.count() == 5
    assert not StoredFile.objects.filter(pk=kept.pk).exists()


def test_a_file_is_not_kept_when_its_message_is_not(group, people, monkeypatch):
    message = opened(group, people["camille"])
    uploads = [upload(PDF, "a.pdf"), upload(PDF, "b.pdf")]
    stored = attachments._store
    kept = []

    def second_breaks(*args, **kwargs):
        if kept:
            raise RuntimeError
        kept.append(stored(*args, **kwargs))
        return kept[0]

    monkeypatch.setattr(attachments, "_store", second_breaks)
    with pytest.raises(RuntimeError), transaction.atomic():
        attachments.add(message, uploads, by=people["camille"], now=NOW)
    assert not StoredFile.objects.exists()
    assert not kept[0].file.storage.exists(kept[0].file.name)


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_for_each_place_and_two_windows_do_not_overwrite_one_another(group, people):
    camille, thread = people["camille"], opened(group, people["camille"]).thread
    place = Place(group, thread)
    at = threads.keep_draft(place, {"text": ["un"]}, mark=Mark("", "a"), by=camille, now=NOW)
    threads.keep_draft(Place(group), {"text": ["nouveau"]}, mark=Mark("", "a"), by=camille, now=NOW)
    with pytest.raises(DraftTaken):
        threads.keep_draft(place, {"text": ["deux"]}, mark=Mark("", "b"), by=camille, now=LATER)
    threads.keep_draft(place, {"text": ["deux"]}, mark=Mark("", "b", at), by=camille, now=LATER)
    assert threads.draft_of(place, camille)["data"] == {"text": ["deux"]}
    assert threads.draft_of(place, people["driss"]) is None
    threads.drop_draft(place, by=camille)
    assert threads.draft_of(place, camille) is None
    assert threads.draft_of(Place(group), camille)["data"] == {"text": ["nouveau"]}
    with pytest.raises(Refusal):
        threads.keep_draft(place, {"text": ["x" * 60_001]}, mark=Mark("", "b"), by=camille, now=LATER)


def test_a_draft_that_arrives_after_what_was_sent_is_left_out(group, people):
    place = Place(group)
    threads.draft_sent(place, tab="a", by=people["camille"], now=NOW)
    threads.keep_draft(place, {"text": ["en retard"]}, mark=Mark("", "a"), by=people["camille"], now=NOW)
    assert threads.draft_of(place, people["camille"]) is None
    threads.draft_sent(place, tab="", by=people["camille"], now=NOW)
    assert ThreadDraft.objects.get().kept == {}
    assert queries.personal_copy(people["camille"])["brouillons"] == []


# --- Lists ---------------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_new_to_each_and_the_pinned_come_first(group, people, django_assert_num_queries):
    first = opened(group, people["camille"], "Un", kind="help").thread
    threads.pin(first, on=True, by=people["fanta"], now=NOW)
    second = opened(group, people["camille"], "Deux").thread
    messages.read_to(second, 1, by=people["driss"], now=NOW)
    reply = messages.reply(second, Said("Oui"), by=people["driss"], now=LATER).message
    messages.keep_answer(reply, on=True, by=people["camille"], now=LATER)
    found = standing(people["dupont"], group)
    messages.read_to(second, 1, by=people["dupont"], now=NOW)
    messages.read_to(second, 0, by=people["dupont"], now=NOW)
    with django_assert_num_queries(1):
        lines = queries.latest(group, found, people["dupont"])
    assert [(line.title, line.unread, line.kind, line.is_answered, line.replies) for line in lines] == [
        ("Un", 1, "demande d’aide", False, 0),
        ("Deux", 1, "", True, 1),
    ]
    assert lines[0].who == "Camille"
    assert lines[1].last_at == LATER
    assert lines[0].url == f"/codev/groupes/{group.pk}/echanges/{first.pk}/"
    assert [line.unread for line in queries.latest(group, standing(people["driss"], group), people["driss"])] == [1, 0]
    assert [line.who for line in queries.latest(group, standing(people["camille"], group), people["camille"])] == [
        "vous"
    ] * 2
    threads.pin(first, on=False, by=people["fanta"], now=NOW)
    assert next(iter(queries.listed(group, people["dupont"]))) == second
    assert list(queries.listed(group, people["dupont"], kind="help")) == [first]


def test_the_search_reads_titles_and_words_without_accents_and_nothing_hidden_or_taken_back(group, people):
    camille = people["camille"]
    thread = opened(group, camille, "Une épicerie à Bédarieux", title="Énergie partagée").thread
    reply = messages.reply(thread, Said("Voyez le 100% local"), by=people["driss"], now=NOW).message
    opened(group_of(camille), camille, "Une épicerie ailleurs")

    def found(words):
        return list(queries.listed(group, camille, words=words))

    assert found("EPICERIE bedarieux") == found("energie epicerie") == found("local") == [thread]
    assert found("epicerie local") == found("introuvable") == found("%") == []
    assert found(" ") == [thread]
    messages.hide(reply, by=people["fanta"], now=NOW)
    assert found("local") == []
    opening = thread.messages.get(position=1)
    messages.reply(thread, Said("Et la mairie ?"), by=people["driss"], now=NOW)
    messages.hide(opening, by=people["fanta"], now=NOW)
    assert (found("energie"), found("mairie")) == ([], [thread])
    messages.restore(opening, by=people["fanta"], now=NOW)
    assert found("energie mairie") == [thread]
    messages.take_back(opening, by=camille, now=NOW)
    assert found("epicerie") == []


def test_a_thread_whose_opening_is_hidden_has_no_title_but_for_its_author_and_the_facilitation(group, people):
    thread = opened(group, people["camille"], "Un secret").thread
    messages.hide(thread.messages.get(), by=people["fanta"], now=NOW)

    def title(person):
        return queries.latest(group, standing(person, group), person)[0].title

    assert title(people["driss"]) == "Échange masqué par la facilitation"
    assert title(people["camille"]) == title(people["fanta"]) == "Un secret"
    assert queries.export_of(group, people["driss"]) == [
        {"titre": "Échange masqué par la facilitation", "sorte": "", "ouvert_le": NOW, "clos_le": None, "messages": []}
    ]
    assert queries.export_of(group, people["camille"])[0]["titre"] == "Un secret"


def test_the_demonstration_shows_threads_once_and_tells_nobody(db):
    for person in ("alix.payet", "lucas.ferrand", "teva.marama", "aurelie.sainte-rose", "mathilde.carpentier"):
        MemberFactory(email=f"{person}@demonstration.exemple.fr", is_demo=True)
    load_groups(loading.demonstration(), now=NOW)
    assert [load_threads(loading.demonstration_threads(), now=NOW) for _twice in range(2)] == [3, 0]
    assert Message.objects.filter(is_answer=True).count() == 1
    assert not Notification.objects.exists()
    for thread in Thread.objects.all():
        assert thread.message_count == thread.messages.count()
        inside = set(thread.group.memberships.filter(state="active").values_list("member", flat=True))
        assert set(thread.messages.values_list("author", flat=True)) <= inside
        assert thread.last_at < NOW


# --- The database too ----------------------------------------------------------------------------------------------


def _thread(group, **fields):
    return Thread.objects.create(**{"group": group, "title": "T", "created_at": NOW, "last_at": NOW} | fields)


@pytest.mark.parametrize(
    "fields",
    [{"kind": "unknown"}, {"last_at": NOW - timedelta(days=1)}],
    ids=["kind", "last"],
)
def test_the_database_refuses_a_thread_that_makes_no_sense(group, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        _thread(group, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"removed_at": NOW},
        {"removed_at": NOW, "text": "", "folded": "reste"},
        {"removed_at": NOW, "text": "", "is_answer": True},
        {"position": 1},
        {"position": 0},
        {"is_answer": True, "is_hidden": True},
        {"sent_key": "once"},
    ],
    ids=["empty", "words left", "folded left", "answer gone", "place", "zero", "answer hidden", "sent twice"],
)
def test_the_database_refuses_a_message_that_makes_no_sense(group, people, fields):
    thread = _thread(group)
    thread.messages.create(position=1, text="Un", created_at=NOW, sent_key="once")
    with pytest.raises(IntegrityError), transaction.atomic():
        thread.messages.create(**{"position": 2, "text": "Deux", "created_at": NOW} | fields)


def test_the_database_keeps_one_of_each(group, people):
    thread = _thread(group, sent_key="k")
    message = thread.messages.create(position=1, text="Un", created_at=NOW)
    second = thread.messages.create(position=2, text="Deux", created_at=NOW, is_answer=True)
    member = people["driss"]
    Mention.objects.create(message=message, member=member)
    Reaction.objects.create(message=message, member=member, kind="thanks")
    MessageFlag.objects.create(message=message, member=member, created_at=NOW)
    ThreadRead.objects.create(thread=thread, member=member, position=1)
    ThreadDraft.objects.create(group=group, member=member, place="p", saved_at=NOW)
    twice = [
        lambda: _thread(group, sent_key="k"),
        lambda: thread.messages.create(position=3, text="Trois", created_at=NOW, is_answer=True),
        lambda: Message.objects.filter(pk=message.pk).update(is_answer=True),
        lambda: Mention.objects.create(message=message, member=member),
        lambda: Reaction.objects.create(message=message, member=member, kind="thanks"),
        lambda: Reaction.objects.create(message=message, member=member, kind="love"),
        lambda: MessageFlag.objects.create(message=message, member=member, created_at=NOW),
        lambda: ThreadRead.objects.create(thread=thread, member=member, position=2),
        lambda: ThreadDraft.objects.create(group=group, member=member, place="p", saved_at=NOW),
        lambda: MessageVersion.objects.create(message=second, text="", replaced_at=NOW),
    ]
    for again in twice:
        with pytest.raises(IntegrityError), transaction.atomic():
            again()
    texts = [
        message,
        second,
        thread,
        MessageVersion.objects.create(message=second, text="Un secret", replaced_at=NOW),
        *(table.objects.first() for table in (Mention, Reaction, MessageFlag, ThreadRead, ThreadDraft)),
    ]
    assert all(str(each).endswith(f" {each.pk}") for each in texts)
