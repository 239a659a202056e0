"""The pages of notifications, as each person sees them."""

import time

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.notifications import kept, links, queries
from alliage.notifications.backends import KEEP_SECONDS, KeptMailBackend
from alliage.notifications.enums import MailState
from alliage.notifications.models import Notification, OutgoingMail, Preference, RefusedAddress
from alliage.notifications.personal_data import erase, export
from alliage.notifications.registry import kinds
from alliage.notifications.tests.factories import NOW, NotificationFactory, OutgoingMailFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor_is_used(monkeypatch):
    monkeypatch.setattr("alliage.accounts.middleware.has_proved_identity", lambda request: True, raising=False)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def page_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_is_ones_own_and_escaped(member):
    NotificationFactory(person=member, title="<script>alert(1)</script>", text="Une ligne\nUne autre")
    NotificationFactory(title="Pour quelqu’un d’autre")
    html = page_of(signed_in(member), "/notifications/")
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html
    assert "Une autre" in html
    assert "quelqu’un d’autre" not in html
    assert Client().get("/notifications/").status_code == 302


def test_an_empty_list_says_what_would_be_here(member):
    client = signed_in(member)
    assert "Rien pour le moment" in page_of(client, "/notifications/")
    assert "Tout est lu" in page_of(client, "/notifications/?filtre=non-lues")


def test_the_list_asks_the_same_queries_for_one_and_for_many(member):
    client = signed_in(member)
    NotificationFactory(person=member)
    client.get("/notifications/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/notifications/")
    NotificationFactory.create_batch(30, person=member)
    with CaptureQueriesContext(connection) as many:
        client.get("/notifications/")
    assert len(one) == len(many) <= 12


def test_opening_marks_as_read_and_leads_where_it_is_settled(member):
    told = NotificationFactory(person=member, url="/territoires/")
    response = signed_in(member).get(reverse("notifications:open", args=[told.pk]))
    assert response["Location"] == "/territoires/"
    assert queries.unread_count(member) == 0
    assert signed_in(MemberFactory()).get(reverse("notifications:open", args=[told.pk])).status_code == 404


def test_one_or_all_are_marked_as_read_by_a_button(member):
    first, *_others = NotificationFactory.create_batch(3, person=member)
    client = signed_in(member)
    client.post(reverse("notifications:mark_read", args=[first.pk]))
    assert queries.unread_count(member) == 2
    html = client.post(reverse("notifications:mark_all_read"), follow=True).content.decode()
    assert "2 notifications marquées comme lues" in html
    assert client.get(reverse("notifications:mark_all_read")).status_code == 405


def test_preferences_are_chosen_kind_by_kind(member):
    client = signed_in(member)
    html = page_of(client, "/notifications/preferences/")
    for kind in kinds:
        assert str(kind.label) in html
    assert "csrfmiddlewaretoken" in html.partition("<main")[2]
    answers = {kind.code: "never" for kind in kinds}
    done = client.post("/notifications/preferences/", {**answers, "test.now": "weekly", "test.daily": ""}, follow=True)
    assert "Vos choix sont enregistrés" in done.content.decode()
    assert Preference.objects.get(person=member, kind="test.now").frequency == "weekly"
    assert not Preference.objects.filter(person=member, kind="test.daily").exists()
    refused = client.post("/notifications/preferences/", {**answers, "test.now": "sometimes"})
    assert "à revoir" in refused.content.decode()


def test_preferences_are_folded_by_function_and_what_is_to_answer_again_is_open(member):
    client = signed_in(member)
    html = page_of(client, "/notifications/preferences/")
    assert "Annuaire, demandes et annonces" in html
    assert "Autres" in html
    assert '<details class="drawer" open>' not in html
    wrong = client.post("/notifications/preferences/", {"test.now": "sometimes"}).content.decode()
    assert wrong.count('<details class="drawer" open>') == 1


def test_the_panel_of_my_space_shows_the_newest(member, rf):
    from alliage.notifications.desk_panel import build_panel

    NotificationFactory.create_batch(4, person=member)
    request = rf.get("/")
    request.user = member
    panel = build_panel(request)
    assert len(panel["unread"]) == 3
    assert panel["more"]


def test_the_header_counts_what_is_unread_and_asks_nothing_for_a_visitor(member):
    NotificationFactory.create_batch(2, person=member)
    assert "notifications non lues\u00a0: 2</span>" in page_of(signed_in(member), "/notifications/preferences/")
    assert "head__badge" not in page_of(signed_in(MemberFactory()), "/notifications/")
    assert "head__badge" not in page_of(Client(), "/moderation/signaler/merci/")


# --- Unsubscribe ----------------------------------------------------------------------------------------------------


def test_a_mail_program_unsubscribes_in_one_post_without_cookie_nor_token(member):
    url = links.Unsubscription(("test.now",), person_id=member.pk).url()
    program = Client(enforce_csrf_checks=True)
    asked = program.get(url)
    assert "Essai test.now" in asked.content.decode()
    assert not Preference.objects.exists()
    done = program.post(url, {"List-Unsubscribe": "One-Click"})
    assert "C’est fait" in done.content.decode()
    assert Preference.objects.get().frequency == "never"
    undone = program.post(url, {"annuler": "1"})
    assert "C’est rétabli" in undone.content.decode()
    assert not Preference.objects.exists()


def test_someone_without_an_account_unsubscribes_the_same_way():
    url = links.Unsubscription(("events",), digest="d" * 64).url()
    assert "Choisissez quand" not in page_of(Client(), url)
    Client().post(url)
    assert RefusedAddress.objects.get().scope == "events"


def test_a_broken_link_says_so_and_changes_nothing():
    response = Client().get(reverse("notifications:unsubscribe", args=["broken"]))
    assert response.status_code == 404
    assert "Ce lien est incomplet" in response.content.decode()


# --- Mails that failed ----------------------------------------------------------------------------------------------


def test_failed_mails_show_neither_address_nor_content_and_are_for_animators(member, animator):
    OutgoingMailFactory(state=MailState.FAILED, error="Le serveur ne répond pas", subject="Secret", text="Secret aussi")
    OutgoingMailFactory(state=MailState.FAILED, person=member, to=member.email)
    assert Client().get("/notifications/envois/").status_code == 302
    assert signed_in(member).get("/notifications/envois/").status_code == 403
    html = page_of(signed_in(animator), "/notifications/envois/")
    assert "Le serveur ne répond pas" in html
    assert member.name in html
    for hidden in ("Secret", "quelqu.un@exemple.fr", member.email):
        assert hidden not in html


def test_an_animator_sends_again_or_gives_up(member, animator):
    first, second = OutgoingMailFactory.create_batch(2, state=MailState.FAILED)
    client = signed_in(animator)
    url = reverse("notifications:decide_failed_mail", args=[first.pk])
    assert signed_in(member).post(url).status_code == 403
    assert "repart" in client.post(url, {"acte": "renvoyer"}, follow=True).content.decode()
    assert client.post(url, {"acte": "renvoyer"}).status_code == 404
    client.post(reverse("notifications:decide_failed_mail", args=[second.pk]), {"acte": "abandonner"})
    assert OutgoingMail.objects.get().state == MailState.QUEUED
    assert "Tous les courriels sont partis" in page_of(client, "/notifications/envois/")


def test_a_mail_that_two_animators_handle_is_handled_once(animator, monkeypatch):
    failed = OutgoingMailFactory(state=MailState.FAILED)
    monkeypatch.setattr(queries, "failed_mails", OutgoingMail.objects.all)
    client = signed_in(animator)
    url = reverse("notifications:decide_failed_mail", args=[failed.pk])
    client.post(url, {"acte": "renvoyer"})
    again = client.post(url, {"acte": "renvoyer"}, follow=True)
    assert "n’est plus en échec" in again.content.decode()


# --- Kept mails -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, settings):
    settings.MAIL_DIR = tmp_path / "mails"
    settings.BOUND_TO_LOOPBACK = True
    return settings.MAIL_DIR


def keep(to="lea@exemple.fr", subject="Votre code", text="Code : 123456", html=""):
    message = EmailMultiAlternatives(subject, text, to=[to])
    if html:
        message.attach_alternative(html, "text/html")
    assert KeptMailBackend().send_messages([message]) == 1
    return next(iter(kept.newest(all_of_them=True)), None)


def test_kept_mails_are_listed_newest_first_and_read(folder):
    keep(subject="Le premier")
    newest = keep(
        subject="Été : « bienvenue »",
        html='<style>p{}</style><h1>Titre</h1><p onclick="x()">Bonjour <a href="http://localhost:8000/a">ici</a>'
        '<script>alert(1)</script><img src="https://mouchard.example/p.gif"><a href="javascript:x()">non</a></p>',
    )
    html = page_of(Client(), "/demo/courriers/")
    assert html.index("Été : « bienvenue »") < html.index("Le premier")
    html = page_of(Client(), f"/demo/courriers/{newest.name}/")
    assert "123456" in html
    assert 'href="http://localhost:8000/a"' in html
    for danger in ("alert(1)", "onclick", "mouchard", "javascript:x", "p{}"):
        assert danger not in html.partition("kept__body")[2].partition("<details")[0]


def test_a_kept_mail_names_its_files(folder):
    message = EmailMultiAlternatives("Votre inscription", "Bonjour", to=["lea@exemple.fr"])
    message.attach("webinaire.ics", "BEGIN:VCALENDAR", "text/calendar; method=PUBLISH")
    message.attach(None, b"x", "image/png")
    assert KeptMailBackend().send_messages([message]) == 1
    (kept_mail,) = kept.newest(all_of_them=True)
    assert "webinaire.ics, image/png" in page_of(Client(), f"/demo/courriers/{kept_mail.name}/")


def test_a_mail_without_html_shows_its_text_with_links(folder):
    newest = keep(text="Suivez http://localhost:8000/compte/")
    assert '<a href="http://localhost:8000/compte/"' in page_of(Client(), f"/demo/courriers/{newest.name}/")


def test_no_kept_mail_says_what_to_do(folder):
    assert "Demandez un code" in page_of(Client(), "/demo/courriers/")


@pytest.mark.parametrize("name", ["../../settings", "1-zzzz", "1-00000000", "x"])
def test_a_name_that_is_no_mail_is_not_found(folder, name):
    folder.mkdir()
    (folder / "notes.eml").write_text("x")
    assert Client().get(f"/demo/courriers/{name}/").status_code == 404
    assert kept.newest(all_of_them=True) == []


def test_outside_of_the_demonstration_nothing_is_shown(folder, settings):
    newest = keep()
    settings.DEMO = False
    assert Client().get("/demo/courriers/").status_code == 404
    assert Client().get(f"/demo/courriers/{newest.name}/").status_code == 404


def test_a_demonstration_open_to_others_shows_no_mail_to_a_real_address(folder, settings):
    real = keep(to="quelquun@vraie-adresse.fr")
    persona = MemberFactory(is_demo=True, email="persona@vraie-adresse.fr")
    keep(to=persona.email, subject="À la persona")
    keep(to="lea@exemple.fr", subject="À une adresse d’exemple")
    settings.BOUND_TO_LOOPBACK = False
    html = page_of(Client(), "/demo/courriers/")
    assert "À la persona" in html
    assert "À une adresse d’exemple" in html
    assert "quelquun" not in html
    assert "N’écrivez pas votre vraie adresse" in html
    assert Client().get(f"/demo/courriers/{real.name}/").status_code == 404


FAR = [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, {"HTTP_FORWARDED": "for=203.0.113.9"}]


@pytest.mark.parametrize("far", FAR)
def test_from_elsewhere_no_code_is_read_unless_the_demonstration_was_opened_on_purpose(folder, settings, far):
    real, invented = keep(to="quelquun@vraie-adresse.fr"), keep(to="lea@exemple.fr")
    settings.DEMO_FORCED = False
    for path in ("/demo/courriers/", f"/demo/courriers/{real.name}/", f"/demo/courriers/{invented.name}/"):
        assert Client(**far).get(path).status_code == 403
    settings.DEMO_FORCED = True
    assert "quelquun" not in page_of(Client(**far), "/demo/courriers/")
    assert Client(**far).get(f"/demo/courriers/{real.name}/").status_code == 404
    assert Client(**far).get(f"/demo/courriers/{invented.name}/").status_code == 200


def test_kept_mails_are_forgotten_after_a_week(folder):
    folder.mkdir(parents=True)
    old = int((time.time() - KEEP_SECONDS - 60) * 1e9)
    (folder / f"{old}-00000000.eml").write_text("Subject: vieux\n\nx")
    (folder / "notes.eml").write_text("pas un courriel")
    keep()
    assert [mail.subject for mail in kept.newest(all_of_them=True)] == ["Votre code"]
    assert (folder / "notes.eml").exists()


# --- Personal data --------------------------------------------------------------------------------------------------


def test_ones_own_copy_holds_everything_and_erasing_leaves_nothing(member):
    NotificationFactory(person=member, title="Nouvelle")
    Preference.objects.create(person=member, kind="test.now", frequency="never")
    OutgoingMailFactory(person=member)
    NotificationFactory(created_at=NOW)
    copy = export(member)
    assert copy["notifications"][0]["title"] == "Nouvelle"
    assert copy["choix"]["test.now"] == "never"
    assert copy["courriers"][0]["label"] == "Essai"
    erase(member)
    assert Notification.objects.count() == 1
    assert not Preference.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_rows_have_names():
    assert str(NotificationFactory(title="Nouvelle")) == "Nouvelle"
    assert str(Preference(kind="k", frequency="now")) == "k: now"
    assert str(RefusedAddress(digest="0123456789", scope="events")) == "events: 01234567"
    assert str(OutgoingMailFactory(key="k")) == "k"


def test_a_visitor_has_nothing_unread():
    from django.contrib.auth.models import AnonymousUser

    assert queries.unread_count(AnonymousUser()) == 0
