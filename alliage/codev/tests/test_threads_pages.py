"""Pages of threads: who may, what is typed is never lost, one sending is one message, nothing is told outside the group."""

import json
import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.registry import personal_data
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev import permissions, thread_texts
from alliage.codev.models import Message, MessageFlag, Reaction, Thread, ThreadDraft, ThreadRead
from alliage.codev.registers import threads as registers
from alliage.codev.services import messages, threads
from alliage.codev.services.messages import Said
from alliage.codev.services.threads import Opening, Place
from alliage.codev.tests.factories import NOW, MembershipFactory, group_of
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, upload
from alliage.moderation.references import report_url
from alliage.notifications.models import Notification, Preference
from alliage.ui.drafts import Mark

pytestmark = pytest.mark.django_db
SECRET = "canari"


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def world():
    """A thread that Camille opened with a file and changed, that Driss answered, in a group that Fanta facilitates."""
    camille, driss, fanta = (MemberFactory(name=name) for name in ("Camille", "Driss", "Fanta"))
    group = group_of(camille, driss, MemberFactory(), facilitator=fanta)
    said = Said(f"{SECRET} dit", (), [upload(PDF, "plan.pdf")])
    opening = threads.open_thread(group, Opening(said, title=f"{SECRET} titré"), by=camille, now=NOW).message
    messages.change(opening, Said(f"{SECRET} changé"), was=messages.mark(f"{SECRET} dit"), by=camille, now=NOW)
    reply = messages.reply(opening.thread, Said(f"{SECRET} répondu"), by=driss, now=NOW).message
    base = f"/codev/groupes/{group.pk}"
    return {
        "camille": camille, "driss": driss, "fanta": fanta, "group": group, "thread": opening.thread,
        "opening": opening, "reply": reply, "base": base, "list": f"{base}/echanges/",
        "url": f"{base}/echanges/{opening.thread.pk}/", "new": f"{base}/echanges/nouveau/",
    }  # fmt: skip


def signed_in(person, **options):
    client = MemberClient(**options)
    client.force_login(person)
    return client


def text_of(response):
    return response.content.decode()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def addresses(world):
    opening, reply = world["opening"].pk, world["reply"].pk
    return [
        world["list"], f"{world['list']}?q=dit", world["new"], f"{world['list']}courriels/", world["url"],
        *(f"{world['base']}/messages/{pk}/{page}/" for pk in (opening, reply) for page in ("modifier", "retirer", "versions")),
        StoredFile.objects.get().get_absolute_url(),
        report_url(world["opening"]),
    ]  # fmt: skip


def acts(world):
    opening = world["opening"].pk
    return [
        f"{world['list']}brouillon/", f"{world['url']}brouillon/", f"{world['url']}geste/", world["url"], world["new"],
        *(f"{world['base']}/messages/{opening}/{page}/" for page in ("geste", "brouillon", "modifier", "retirer")),
    ]  # fmt: skip


# --- Who may -------------------------------------------------------------------------------------------------------


def test_nobody_outside_the_group_reads_or_does_anything(world):
    # No role of the site opens what being out of the group closes.
    left, asked, refused = (MemberFactory(role=role) for role in (Role.FACILITATOR, Role.ANIMATOR, Role.ADMINISTRATOR))
    for state, person in (("left", left), ("asked", asked), ("refused", refused)):
        MembershipFactory(group=world["group"], member=person, state=state)
    outside = [None, left, asked, refused, MemberFactory()]
    for person in outside:
        client = MemberClient() if person is None else signed_in(person)
        for path in addresses(world):
            response = client.get(path)
            assert response.status_code == (404 if person or "fichiers" in path or "signal" in path else 302), path
            assert SECRET not in text_of(response)
        for path in acts(world):
            response = client.post(path, {"act": "hide", "text": "Intrus"})
            assert response.status_code in ((404,) if person else (302, 403)), path
    assert Message.objects.filter(is_hidden=False, removed_at=None).count() == 2


def test_no_list_search_feed_nor_copy_of_anyone_else_holds_a_word_of_it(world):
    outsider = MemberFactory(role=Role.ADMINISTRATOR)
    client = signed_in(outsider)
    for path in (
        "/recherche/?q=canari", "/recherche.json?q=canari", "/mon-espace/", "/notifications/", "/moderation/", "/codev/",
        world["group"].get_absolute_url(), "/actualites.rss",
    ):  # fmt: skip
        page = text_of(client.get(path))
        assert not re.search(f"{SECRET} (dit|changé|titré|répondu)", page), path
    assert SECRET not in str([data.export(outsider) for data in personal_data])
    assert SECRET not in str([data.export(world["fanta"]) for data in personal_data])
    assert (
        SECRET
        not in f"{world['thread']}{world['opening']}{world['opening'].versions.get()}{world['opening'].files.get()}"
    )
    assert SECRET not in str(list(Notification.objects.values()))


def test_a_number_of_another_group_opens_nothing(world):
    other = group_of(world["camille"])
    client = signed_in(world["camille"])
    assert client.get(f"/codev/groupes/{other.pk}/echanges/{world['thread'].pk}/").status_code == 404
    assert client.get(f"/codev/groupes/{other.pk}/messages/{world['opening'].pk}/modifier/").status_code == 404
    assert client.get("/codev/groupes/999999/echanges/").status_code == 404
    assert client.get(f"{world['list']}999999/").status_code == 404
    assert client.get(f"{world['base']}/messages/999999/versions/").status_code == 404


def test_files_are_read_by_the_group_and_a_hidden_one_by_its_author_and_the_facilitation(world):
    url = StoredFile.objects.get().get_absolute_url()
    stored = StoredFile.objects.get()
    assert registers.may_read_file(world["driss"], stored)
    assert signed_in(world["driss"]).get(url).status_code == 200
    messages.hide(world["opening"], by=world["fanta"], now=NOW)
    assert not registers.may_read_file(world["driss"], stored)
    assert registers.may_read_file(world["fanta"], stored)
    stored.pk = "0" * 32
    assert not registers.may_read_file(world["fanta"], stored)


def test_only_what_one_reads_may_be_reported_and_moderation_hides_it_unseen(world):
    assert registers.can_report(world["driss"], world["opening"])
    assert not registers.can_report(MemberFactory(role=Role.ANIMATOR), world["opening"])
    messages.take_back(world["reply"], by=world["driss"], now=NOW)
    world["reply"].refresh_from_db()
    assert not registers.can_report(world["camille"], world["reply"])
    assert SECRET not in text_of(signed_in(world["driss"]).get(report_url(world["opening"])))


def test_permissions_answer_for_each(world):
    group, thread, opening, reply = (world[name] for name in ("group", "thread", "opening", "reply"))
    camille, driss, fanta = world["camille"], world["driss"], world["fanta"]
    asker, other, tends = (permissions.standing(person, group) for person in (camille, driss, fanta))
    nobody = permissions.Standing()
    assert permissions.can_open_thread(asker, group)
    assert not permissions.can_open_thread(nobody, group)
    assert permissions.can_reply(other, thread)
    assert [permissions.can_close_thread(*who, thread) for who in ((camille, asker), (driss, other), (fanta, tends), (camille, nobody))] == [True, False, True, False]  # fmt: skip
    assert permissions.can_keep_answer(camille, asker, reply)
    assert not permissions.can_keep_answer(driss, other, reply)
    assert not permissions.can_keep_answer(camille, asker, opening)
    assert permissions.can_react(camille, asker, reply)
    assert not permissions.can_react(driss, other, reply)
    assert permissions.can_change_message(driss, other, reply)
    assert not permissions.can_change_message(camille, asker, reply)
    assert permissions.knows_who_wrote(camille, asker, reply)
    group.state = "closed"
    reply.thread = opening.thread = thread
    thread.group = group
    assert not permissions.can_reply(other, thread)
    assert not permissions.can_change_message(driss, other, reply)
    assert permissions.can_take_back(driss, other, reply)
    reply.is_hidden = True
    assert [permissions.can_read_message(*who, reply) for who in ((camille, asker), (driss, other), (fanta, tends), (driss, nobody))] == [False, True, True, False]  # fmt: skip
    reply.removed_at = NOW
    assert not permissions.can_take_back(driss, other, reply)


# --- Write ---------------------------------------------------------------------------------------------------------


def test_one_box_opens_a_thread_with_its_file_and_who_is_called(world):
    client = signed_in(world["camille"])
    page = text_of(client.get(world["new"]))
    answers = {"text": "Qui vient ?\0", "called": [world["driss"].pk], "sent": hidden(page, "sent"), "tab": "t"}
    answers["files"] = [upload(PDF, "plan.pdf"), upload(b"MZ", "jeu.exe")]
    response = client.post(world["new"], answers, follow=True)
    thread = Thread.objects.latest("pk")
    assert response.redirect_chain == [(thread.get_absolute_url(), 302)]
    assert (thread.title, thread.messages.get().files.count()) == ("Qui vient ?", 1)
    assert "jeu.exe" in text_of(response)
    assert "Appelle Driss" in text_of(response)
    again = client.post(world["new"], {k: v for k, v in answers.items() if k != "files"} | {"text": "Qui vient ?"})
    assert again["Location"] == thread.get_absolute_url()
    assert Thread.objects.count() == 2


def test_a_ready_text_is_offered_and_keeps_what_was_typed(world):
    client = signed_in(world["camille"])
    assert "Ce que j’aimerais de vous" in text_of(client.get(f"{world['new']}?sorte=help"))
    assert "Ce que j’aimerais de vous" not in text_of(client.get(f"{world['new']}?sorte=other"))
    page = text_of(client.post(world["new"], {"act": "ready:news", "text": "Déjà tapé", "called": [world["driss"].pk]}))
    assert "Déjà tapé" in page
    assert "À qui répondre" in page
    assert 'value="news"' in page
    assert re.search(rf'value="{world["driss"].pk}"[^>]*checked', page)
    sent = client.post(world["new"], {"text": "Quoi : la fête", "kind": "news"})
    assert Thread.objects.get(title="Quoi : la fête").kind == "news"
    assert sent.status_code == 302
    assert client.post(world["new"], {"act": "ready:none", "text": "x", "kind": "zzz"}).status_code == 422


def test_a_refused_form_comes_back_filled(world):
    client = signed_in(world["camille"])
    small = group_of(world["camille"])
    response = client.post(
        f"/codev/groupes/{small.pk}/echanges/nouveau/",
        {"text": "Ma question", "title": "Mon titre", "is_pseudonymous": "on"},
    )
    assert response.status_code == 422
    page = text_of(response)
    assert "trop petit" in page
    assert ">\nMa question</textarea>" in page
    assert 'value="Mon titre"' in page
    alone = group_of(facilitator=world["camille"])
    assert 'name="called"' not in text_of(client.get(f"/codev/groupes/{alone.pk}/echanges/nouveau/"))
    response = client.post(world["url"], {"text": "", "act": "send"})
    assert response.status_code == 422
    assert "Écrivez votre message." in text_of(response)
    response = client.post(world["url"], {"text": thread_texts.body_of("help"), "act": "send"})
    assert response.status_code == 422
    assert "Complétez le texte prêt" in text_of(response)


def test_an_answer_is_read_where_it_was_sent_and_one_sending_is_one_message(world):
    client = signed_in(world["driss"])
    page = text_of(client.get(world["url"]))
    answers = {"text": "<b>Voici</b> https://exemple.fr/a", "sent": hidden(page, "sent"), "tab": "t", "act": "send"}
    first, second = (client.post(world["url"], answers) for _twice in range(2))
    assert first["Location"] == second["Location"] == f"{world['url']}?message=3#message-3"
    page = text_of(client.get(first["Location"]))
    assert "&lt;b&gt;Voici&lt;/b&gt;" in page
    assert '<a href="https://exemple.fr/a" rel="nofollow">' in page


def test_a_text_sent_to_a_thread_just_closed_is_given_back(world):
    client = signed_in(world["driss"])
    threads.set_open(world["thread"], is_open=False, by=world["camille"], now=NOW)
    response = client.post(world["url"], {"text": "Mes mots à moi"})
    assert response.status_code == 422
    assert "Mes mots à moi</textarea>" in text_of(response)
    assert "On le lit" not in text_of(client.get(world["url"]))
    assert "Cet échange est clos" in text_of(client.get(world["url"]))


def test_a_text_sent_once_signed_out_is_given_back(world):
    client = signed_in(world["driss"], headers={"Origin": "http://testserver"})
    client.get(world["url"])
    Session.objects.all().delete()
    response = client.post(world["url"], {"text": "Mes mots, longs assez pour être montrés"})
    assert response.status_code == 403
    assert "Mes mots, longs assez" in text_of(response)


def test_a_closed_group_is_read_and_no_longer_written_in(world):
    world["group"].state, world["group"].closed_at = "closed", NOW
    world["group"].save()
    client = signed_in(world["camille"])
    assert "on n’y écrit plus" in text_of(client.get(world["list"]))
    assert client.get(world["new"])["Location"] == world["list"]
    page = text_of(client.get(world["url"]))
    assert "Ce groupe est terminé" in page
    assert "Clore cet échange" not in page
    assert client.get(f"{world['base']}/messages/{world['opening'].pk}/retirer/").status_code == 200
    assert client.get(f"{world['base']}/messages/{world['opening'].pk}/modifier/").status_code == 404


# --- Drafts --------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_found_again_and_forgotten_once_sent(world):
    client = signed_in(world["driss"])
    for page_url, draft_url in (
        (world["new"], f"{world['list']}brouillon/"),
        (world["url"], f"{world['url']}brouillon/"),
        (
            f"{world['base']}/messages/{world['reply'].pk}/modifier/",
            f"{world['base']}/messages/{world['reply'].pk}/brouillon/",
        ),
    ):
        page = text_of(client.get(page_url))
        marks = {name: hidden(page, name) for name in ("tab", "seen", "version")}
        kept = client.post(draft_url, {"text": "Je tape\0", **marks})
        assert kept.status_code == 200
        assert "Vous seul le voyez" in json.loads(kept.content)["message"]
        page = text_of(client.get(page_url))
        assert "Je tape</textarea>" in page
        assert "Voici votre brouillon" in page
        other = client.post(draft_url, {"text": "Ailleurs", "tab": "b", "seen": "", "version": ""})
        assert other.status_code == 409
        assert client.post(draft_url, {"text": "x" * 70_000, **marks}).status_code == 422
        assert client.post(draft_url, {"tab": "a"}).status_code == 400
        marks = {name: hidden(page, name) for name in ("tab", "seen", "version")}
        assert client.post(page_url, {"text": "Envoyé", "act": "send", **marks}).status_code == 302
        assert "Voici votre brouillon" not in text_of(client.get(page_url))
        client.post(draft_url, {"text": "Encore", "tab": "c"})
        assert client.post(draft_url, {"drop": "1"}).status_code == 302
        assert "Voici votre brouillon" not in text_of(client.get(page_url))


def test_without_script_a_button_keeps_the_draft_and_says_when_another_window_had_it(world):
    client = signed_in(world["driss"])
    edit = f"{world['base']}/messages/{world['reply'].pk}/modifier/"
    for url in (world["new"], world["url"], edit):
        assert client.post(url, {"text": "Un", "act": "draft", "tab": "a"}).status_code == 302
        taken = client.post(url, {"text": "Deux", "act": "draft", "tab": "b"})
        assert taken.status_code == 200
        page = text_of(taken)
        assert "Deux</textarea>" in page
        assert (
            client.post(url, {"text": "Deux", "act": "draft", "tab": "b", "seen": hidden(page, "seen")}).status_code
            == 302
        )
        long = text_of(client.post(url, {"text": "x" * 70_000, "act": "draft", "tab": "b"}))
        assert "trop long" in long
    assert ThreadDraft.objects.count() == 3


def test_the_draft_of_a_question_remembers_that_it_is_asked_without_a_name(world):
    client = signed_in(world["driss"])
    answers = {"text": "Qui ?", "title": "Un", "is_pseudonymous": "on", "called": [world["camille"].pk], "tab": "a"}
    assert client.post(f"{world['list']}brouillon/", answers).status_code == 200
    page = text_of(client.get(world["new"]))
    assert re.search(r'name="is_pseudonymous"[^>]*checked', page)
    assert re.search(rf'value="{world["camille"].pk}"[^>]*checked', page)


def test_too_many_drafts_are_slowed_down(world, monkeypatch):
    from alliage.codev.views import thread_drafts

    monkeypatch.setattr(thread_drafts, "DRAFTS_PER_PERSON", "1/10m")
    client = signed_in(world["driss"])
    url = f"{world['list']}brouillon/"
    assert client.post(url, {"text": "Un", "tab": "a"}).status_code == 200
    assert client.post(url, {"text": "Deux", "tab": "a"}).status_code == 429


def test_the_draft_of_a_message_is_its_author_s(world):
    url = f"{world['base']}/messages/{world['reply'].pk}/brouillon/"
    assert signed_in(world["camille"]).post(url, {"text": "x"}).status_code == 404


# --- Change, take back ---------------------------------------------------------------------------------------------


def test_a_message_is_changed_with_its_title_and_its_files_and_two_windows_do_not_overwrite(world):
    client = signed_in(world["camille"])
    url = f"{world['base']}/messages/{world['opening'].pk}/modifier/"
    page = text_of(client.get(url))
    assert f"{SECRET} changé</textarea>" in page
    stale = hidden(page, "version")
    stored = StoredFile.objects.get()
    answers = {
        "title": "Autre titre",
        "text": "Neuf",
        "version": stale,
        "drop": [str(stored.pk)],
        "called": [world["driss"].pk],
    }
    response = client.post(url, answers | {"files": upload(PDF, "neuf.pdf")}, follow=True)
    assert "Autre titre" in text_of(response)
    assert [each.file.name for each in world["opening"].files.all()] == ["neuf.pdf"]
    crossed = client.post(url, {"text": "Autre fenêtre", "version": stale})
    assert crossed.status_code == 422
    page = text_of(crossed)
    assert "Autre fenêtre</textarea>" in page
    assert client.post(url, {"text": "Autre fenêtre", "version": hidden(page, "version")}).status_code == 302
    history = text_of(signed_in(world["driss"]).get(f"{world['base']}/messages/{world['opening'].pk}/versions/"))
    assert re.findall(r"said__text\"><p>([^<]+)", history) == [
        "Autre fenêtre",
        "Neuf",
        f"{SECRET} changé",
        f"{SECRET} dit",
    ]
    assert client.post(url, {"text": "@x", "version": "z" * 60}).status_code == 422
    assert client.post(url, {"text": "", "version": ""}).status_code == 422


def test_a_hidden_message_changed_meanwhile_says_so(world, monkeypatch):
    client = signed_in(world["driss"])
    url = f"{world['base']}/messages/{world['reply'].pk}/modifier/"
    from alliage.codev.services import messages as services
    from alliage.codev.views import messages as views

    whole = services.change

    def hidden_just_before(message, *args, **kwargs):
        services.hide(message, by=world["fanta"], now=NOW)
        return whole(message, *args, **kwargs)

    monkeypatch.setattr(views.services, "change", hidden_just_before)
    response = client.post(url, {"text": "Neuf", "version": services.mark(f"{SECRET} répondu")})
    assert response.status_code == 422
    assert "Neuf</textarea>" in text_of(response)


def test_taking_back_is_confirmed_and_leads_where_something_is_left(world):
    client = signed_in(world["driss"])
    url = f"{world['base']}/messages/{world['reply'].pk}/retirer/"
    assert "sont effacés" in text_of(client.get(url))
    assert client.post(url)["Location"] == world["url"]
    assert "Message retiré par la personne" in text_of(client.get(world["url"]))
    assert client.get(url).status_code == 404
    page = text_of(client.get(f"{world['base']}/messages/{world['reply'].pk}/versions/"))
    assert "Message retiré" in page
    assert SECRET not in page
    own = signed_in(world["camille"])
    assert own.post(f"{world['base']}/messages/{world['opening'].pk}/retirer/")["Location"] == world["list"]


# --- Acts ----------------------------------------------------------------------------------------------------------


def do(client, world, message, act):
    return client.post(f"{world['base']}/messages/{message.pk}/geste/", {"act": act})


def test_signs_answers_and_acts_by_buttons(world):
    camille, driss, fanta = (signed_in(world[name]) for name in ("camille", "driss", "fanta"))
    reply, opening = world["reply"], world["opening"]
    for _twice in range(2):
        assert do(camille, world, reply, "react:thanks")["Location"].endswith("?message=2#message-2")
    do(driss, world, reply, "react:thanks")
    do(camille, world, reply, "react:love")
    assert Reaction.objects.count() == 1
    assert 'value="unreact:thanks" aria-pressed="true"' in text_of(camille.get(world["url"]))
    do(camille, world, reply, "unreact:thanks")
    assert not Reaction.objects.exists()
    do(fanta, world, reply, "react:thanks")
    assert "Merci 1" in text_of(driss.get(world["url"]))
    assert do(driss, world, reply, "keep").status_code == 403
    do(camille, world, reply, "keep")
    page = text_of(driss.get(world["url"]))
    assert "Réponse retenue" in page
    assert "réponse retenue" in text_of(driss.get(world["list"]))
    do(camille, world, reply, "keep:no")
    assert "Réponse retenue" not in text_of(driss.get(world["url"]))
    assert do(camille, world, reply, "nothing:known").status_code == 302
    assert do(driss, world, opening, "hide").status_code == 403


def test_a_message_is_shown_to_the_facilitation_which_hides_it_or_lets_it_stay(world):
    camille, driss, fanta = (signed_in(world[name]) for name in ("camille", "driss", "fanta"))
    opening = world["opening"]
    page = text_of(driss.post(f"{world['base']}/messages/{opening.pk}/geste/", {"act": "flag"}, follow=True))
    assert "La facilitation est prévenue" in page
    assert "demande de regarder" not in page
    assert "Une personne du groupe vous demande de regarder" in text_of(fanta.get(world["url"]))
    assert do(driss, world, opening, "settle").status_code == 403
    do(fanta, world, opening, "settle")
    assert MessageFlag.objects.get().settled_at is not None
    do(fanta, world, opening, "hide")
    page = text_of(driss.get(world["url"]))
    assert "Message masqué par la facilitation" in page
    assert f"{SECRET} changé" not in page
    assert f"{SECRET} titré" not in page
    assert driss.get(f"{world['base']}/messages/{opening.pk}/versions/").status_code == 404
    assert do(driss, world, opening, "flag").status_code == 404
    for client in (camille, fanta):
        page = text_of(client.get(world["url"]))
        assert f"{SECRET} changé" in page
        assert "le groupe ne le lit plus" in page
    do(fanta, world, opening, "hide:no")
    assert f"{SECRET} changé" in text_of(driss.get(world["url"]))


def test_a_thread_is_closed_and_kept_on_top_by_who_may(world):
    camille, driss, fanta = (signed_in(world[name]) for name in ("camille", "driss", "fanta"))
    url = f"{world['url']}geste/"
    for act in ("close", "pin"):
        assert driss.post(url, {"act": act}).status_code == 403
    assert camille.post(url, {"act": "pin"}).status_code == 403
    camille.post(url, {"act": "close"})
    fanta.post(url, {"act": "pin"})
    thread = Thread.objects.get()
    assert (thread.is_open, thread.is_pinned) == (False, True)
    page = text_of(fanta.get(world["url"]))
    assert "Rouvrir cet échange" in page
    assert "Ne plus garder en haut" in page
    fanta.post(url, {"act": "open"})
    fanta.post(url, {"act": "unpin"})
    assert fanta.post(url, {"act": "unknown"}).status_code == 302
    thread.refresh_from_db()
    assert (thread.is_open, thread.is_pinned) == (True, False)


def test_the_mails_of_a_group_are_chosen_on_its_page(world):
    client = signed_in(world["driss"])
    url = f"{world['list']}courriels/"
    assert re.search(r'value="daily"[^>]*checked', text_of(client.get(url)))
    words = {"now": "tout de suite", "weekly": "chaque semaine", "never": "Aucun, sauf", "daily": "chaque jour"}
    for frequency, said in words.items():
        page = text_of(client.post(url, {"frequency": frequency}, follow=True))
        assert said in page.partition("<aside")[2]
    assert client.post(url, {"frequency": "hourly"}).status_code == 422
    Preference.objects.create(person=world["driss"], kind="codev.thread", frequency="never")
    assert "Vous avez coupé les courriels de tous vos groupes" in text_of(client.get(url))
    assert "Vous ne recevez aucun courriel" in text_of(client.get(world["list"]))


# --- Read ----------------------------------------------------------------------------------------------------------


def test_reading_marks_what_was_told_and_shows_where_one_stopped(world):
    client = signed_in(world["driss"])
    client.get(world["url"])
    message = messages.reply(world["thread"], Said("Du neuf"), by=world["camille"], now=timezone.now()).message
    assert (
        Notification.objects.get(
            person=world["driss"], kind="codev.thread", key__contains=f"message-{message.pk}"
        ).read_at
        is None
    )
    assert "1 nouveau message" in text_of(client.get(world["list"]))
    page = text_of(client.get(world["url"]))
    assert "Nouveau depuis votre dernière visite" in page
    assert ThreadRead.objects.get(member=world["driss"]).position == 3
    assert not Notification.objects.filter(person=world["driss"], kind="codev.thread", read_at=None).exists()
    assert "1 nouveau message" not in text_of(client.get(world["list"]))


def test_a_long_thread_opens_where_one_stopped_and_a_message_on_its_own_page(world, django_assert_max_num_queries):
    thread = world["thread"]
    for rank in range(3, 121):
        messages.reply(thread, Said(f"Mot numéro {rank}."), by=world["camille"], now=NOW + timedelta(minutes=rank))
    client = signed_in(world["driss"])
    ThreadRead.objects.create(thread=thread, member=world["driss"], position=60)
    with django_assert_max_num_queries(14):  # read once: the mark and what was told are written
        page = text_of(client.get(world["url"]))
    assert "Mot numéro 61." in page
    assert "Mot numéro 120." not in page
    assert "Mot numéro 120." in text_of(client.get(f"{world['url']}?message=120"))
    assert f"{SECRET} changé" in text_of(client.get(f"{world['url']}?page=1"))
    assert "Mot numéro 120." in text_of(client.get(f"{world['url']}?message=x"))
    refused = text_of(client.post(world["url"], {"text": ""}))
    assert "Mot numéro 120." in refused
    with django_assert_max_num_queries(12):
        client.get(world["url"])


def test_lists_cost_the_same_for_one_thread_and_for_many(world, django_assert_max_num_queries):
    client = signed_in(world["driss"])
    for rank in range(34):
        threads.open_thread(world["group"], Opening(Said(f"Sujet {rank}"), kind="news"), by=world["camille"], now=NOW)
    for query in ("", "?q=sujet", "?page=2", "?sorte=news", "?sorte=unknown"):
        with django_assert_max_num_queries(12):
            assert client.get(world["list"] + query).status_code == 200
    assert "Rien de tel dans ce groupe" in text_of(client.get(f"{world['list']}?q=introuvable"))
    empty = group_of(world["driss"])
    assert "Rien n’est encore écrit" in text_of(client.get(f"/codev/groupes/{empty.pk}/echanges/"))


def test_the_form_says_what_a_pseudonymous_author_may_do(world):
    opening = threads.open_thread(
        world["group"], Opening(Said("Sans nom"), is_pseudonymous=True), by=world["driss"], now=NOW
    ).message
    client = signed_in(world["driss"])
    page = text_of(client.get(opening.thread.get_absolute_url()))
    assert "Des images seulement" in page
    assert "(vous)" in page
    edit = text_of(client.get(f"{world['base']}/messages/{opening.pk}/modifier/"))
    assert "Des images seulement" in edit
    assert "Posée sans dire son nom" in text_of(signed_in(world["camille"]).get(opening.thread.get_absolute_url()))


def test_the_personal_data_of_threads_are_registered(world):
    data = personal_data.get("codev.threads")
    threads.keep_draft(Place(world["group"]), {"text": ["tapé"]}, mark=Mark("", "a"), by=world["driss"], now=NOW)
    assert f"{SECRET} répondu" in str(data.export(world["driss"]))
    assert f"{SECRET} changé" not in str(data.export(world["driss"]))
    data.erase(world["driss"])
    assert f"{SECRET} répondu" not in str(list(Message.objects.values()))
    assert reverse("codev:threads", args=[world["group"].pk]) == world["list"]
