"""The network's letter: asked for, confirmed, prepared, sent once to each, left in one click."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.queries import has_consent
from alliage.accounts.registry import personal_data
from alliage.accounts.services import give_consent
from alliage.accounts.tests.factories import MemberFactory
from alliage.jobs.models import Job
from alliage.jobs.registry import kinds as job_kinds
from alliage.notifications.models import OutgoingMail, RefusedAddress
from alliage.website import letters, queries
from alliage.website.models import Letter, Subscriber
from alliage.website.tests.factories import make_news

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ADDRESS = "jeanne@exemple.fr"


@pytest.fixture(autouse=True)
def _no_wait(settings):
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def letter(site):
    return letters.prepare(title="Nouvelles de novembre", intro="Bonjour.", news=[make_news(1)], now=NOW)


@pytest.fixture
def reader(db):
    member = MemberFactory(email="membre@exemple.fr")
    give_consent(member, ConsentKind.NEWSLETTER, by=member, now=NOW, where="test")
    return member


def mails_to(address=None):
    found = OutgoingMail.objects.order_by("pk")
    return list(found.filter(to=address) if address else found)


def link_in(mail, pattern):
    return re.search(pattern, mail.text)[0].split("localhost:8000")[-1]


# --- Subscribe -----------------------------------------------------------------------------------------------------


def test_an_address_is_kept_once_it_said_yes_by_the_link_it_received(client, site):
    response = client.post("/lettre/", _filled(client, "Jeanne@Exemple.fr"), follow=True)
    assert "Un courriel vient de partir" in response.content.decode()
    assert not Subscriber.objects.exists(), "nothing is kept until the address says yes"
    path = link_in(mails_to()[0], r"http://localhost:8000/lettre/confirmer/\S+/")
    page = client.get(path).content.decode()
    assert "jeanne@exemple.fr" in page
    assert not Subscriber.objects.exists(), "programs open links by themselves"
    client.post(path)
    client.post(path)
    assert [one.email for one in Subscriber.objects.all()] == ["jeanne@exemple.fr"]
    assert "@" not in str(Subscriber.objects.get())


def _filled(client, email):
    page = client.get("/lettre/").content.decode()
    moment = re.search(r'name="moment" value="([^"]+)"', page)[1]
    return {"email": email, "moment": moment, "site_internet": ""}


def test_a_robot_and_a_mistyped_address_are_refused_and_what_was_typed_stays(client, site):
    for data in ({**_filled(client, "pas une adresse")}, {**_filled(client, ADDRESS), "site_internet": "x"}):
        response = client.post("/lettre/", data)
        assert response.status_code == 200
        assert data["email"] in response.content.decode()
    assert mails_to() == []


def test_someone_who_insists_is_told_to_wait(client, site):
    answers = [client.post("/lettre/", _filled(client, f"a{number}@exemple.fr")).status_code for number in range(7)]
    assert answers[:5] == [302] * 5
    assert answers[-1] == 429


def test_an_address_is_asked_at_most_once_a_day(db):
    for _again in range(3):
        letters.ask_for_letter(ADDRESS, now=NOW)
    letters.ask_for_letter(ADDRESS, now=NOW + timedelta(days=1))
    assert len(mails_to(ADDRESS)) == 2


@pytest.mark.parametrize("token", ["faux", signing.dumps(ADDRESS, salt="another")], ids=["words", "another salt"])
def test_a_link_that_we_did_not_sign_confirms_nothing(client, site, token):
    for response in (client.get(f"/lettre/confirmer/{token}/"), client.post(f"/lettre/confirmer/{token}/")):
        assert response.status_code == 410
        assert "plus valable" in response.content.decode()
    assert not Subscriber.objects.exists()


def test_a_link_is_good_for_a_week(db, monkeypatch):
    token = letters.confirmation_path(ADDRESS).split("/")[-2]
    assert letters.read_confirmation(token) == ADDRESS
    monkeypatch.setattr(letters, "CONFIRM_WITHIN", timedelta(seconds=-1))
    with pytest.raises(letters.LetterRefused):
        letters.read_confirmation(token)


def test_an_address_is_kept_once_and_in_lower_case(db):
    letters.confirm(ADDRESS, now=NOW)
    for email in (ADDRESS, "Autre@exemple.fr"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Subscriber.objects.create(email=email)


# --- Send ----------------------------------------------------------------------------------------------------------


def test_a_letter_goes_once_to_each_member_who_agreed_and_each_subscriber(letter, reader):
    MemberFactory(email="sans-accord@exemple.fr")
    closed = MemberFactory(email="ferme@exemple.fr", is_active=False)
    give_consent(closed, ConsentKind.NEWSLETTER, by=closed, now=NOW, where="test")
    letters.confirm(ADDRESS, now=NOW)
    letters.confirm(reader.email, now=NOW)
    letters.send(letter, by=reader, now=NOW)
    job = Job.objects.get(kind=letters.JOB)
    for _again in range(2):  # a worker may be killed and begin again
        assert job_kinds.get(letters.JOB).run(None, job.payload) == {"recipients": 2}
    assert [mail.to for mail in mails_to()] == ["membre@exemple.fr", ADDRESS]
    mail = mails_to(ADDRESS)[0]
    assert mail.subject == "Nouvelles de novembre"
    assert "Nouvelle 1" in mail.text
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_letter_is_sent_once(letter, reader):
    letters.send(letter, by=reader, now=NOW)
    with pytest.raises(letters.LetterRefused):
        letters.send(letter, by=reader, now=NOW)
    assert Job.objects.filter(kind=letters.JOB).count() == 1


def test_an_empty_letter_is_not_sent(site, reader):
    empty = letters.prepare(title="Vide", intro=" ", news=[], now=NOW)
    with pytest.raises(letters.LetterRefused):
        letters.send(empty, by=reader, now=NOW)
    assert str(empty) == "Vide"


def test_a_letter_has_a_title(db):
    with pytest.raises(IntegrityError):
        Letter.objects.create(title="")


# --- Leave ---------------------------------------------------------------------------------------------------------


def test_one_click_is_enough_to_leave_and_saying_yes_again_to_come_back(client, letter, reader):
    letters.confirm(ADDRESS, now=NOW)
    letters.write_mails(letter, now=NOW)
    for mail in mails_to():
        client.post(link_in(mail, r"http://localhost:8000/notifications/desinscription/\S+/"))
    later = letters.prepare(title="Décembre", intro="Encore.", news=[], now=NOW)
    assert letters.write_mails(later, now=NOW) == 0, "at once, whatever the schedule"
    assert letters.forget_refusals(NOW) == 2
    assert not Subscriber.objects.exists()
    assert not has_consent(reader, ConsentKind.NEWSLETTER)
    assert letters.forget_refusals(NOW) == 0
    give_consent(reader, ConsentKind.NEWSLETTER, by=reader, now=timezone.now(), where="test")
    letters.confirm(ADDRESS, now=NOW)
    assert letters.write_mails(later, now=NOW) == 2


def test_to_subscribe_again_forgets_the_refusal_at_once(client, letter):
    letters.confirm(ADDRESS, now=NOW)
    letters.write_mails(letter, now=NOW)
    client.post(link_in(mails_to()[0], r"http://localhost:8000/notifications/desinscription/\S+/"))
    letters.ask_for_letter(ADDRESS, now=NOW)
    assert len(mails_to(ADDRESS)) == 2, "who left may ask again"
    letters.confirm(ADDRESS, now=NOW)
    assert not RefusedAddress.objects.filter(scope=letters.SCOPE).exists()
    assert letters.forget_refusals(NOW) == 0
    assert Subscriber.objects.count() == 1


def test_others_stay_when_one_leaves(client, letter, reader):
    letters.confirm(ADDRESS, now=NOW)
    letters.write_mails(letter, now=NOW)
    client.post(link_in(mails_to(ADDRESS)[0], r"http://localhost:8000/notifications/desinscription/\S+/"))
    letters.forget_refusals(NOW)
    assert list(letters.recipients()) == ["membre@exemple.fr"]


def test_the_subscription_of_a_member_s_address_is_told_and_erased_with_the_rest(reader):
    kept = personal_data.get("website")
    assert kept.export(reader)["lettre_par_adresse"] is False
    letters.confirm(reader.email, now=NOW)
    assert kept.export(reader)["lettre_par_adresse"] is True
    kept.erase(reader)
    assert not Subscriber.objects.exists()


# --- Screens -------------------------------------------------------------------------------------------------------


def test_an_animator_chooses_the_news_of_a_period_reads_again_and_sends(site, signed_in, animator, reader):
    client = signed_in(animator)
    for number, day in enumerate((date(2026, 3, 1), date(2026, 3, 15), date(2026, 4, 2)), start=1):
        make_news(number, published_on=day)
    page = client.get("/lettre/preparer/?depuis=2026-03-01&jusqu_au=2026-03-31").content.decode()
    assert "Nouvelle 1" in page
    assert "Nouvelle 2" in page
    assert "Nouvelle 3" not in page
    chosen = re.findall(r'name="news" value="(\d+)"', page)
    path = "/lettre/preparer/?depuis=2026-03-01&jusqu_au=2026-03-31"
    response = client.post(path, {"title": "Mars", "intro": "", "news": chosen[:1]}, follow=True)
    text = response.content.decode()
    assert "Envoyer à 1 personne" in text
    assert "Nouvelle 2" in text
    assert "Nouvelle 1" not in text
    made = Letter.objects.get()
    desk = client.get("/lettre/preparer/").content.decode()
    assert "1 personne a demandé la lettre" in desk
    assert f'href="{made.get_absolute_url()}">Mars' in desk
    sent = client.post(f"/lettre/{made.pk}/envoyer/", follow=True).content.decode()
    assert "La lettre part" in sent
    again = client.post(f"/lettre/{made.pk}/envoyer/", follow=True).content.decode()
    assert "déjà partie" in again
    made.refresh_from_db()
    assert made.sent_by == animator
    assert "pas encore parties" not in client.get("/lettre/preparer/").content.decode()
    assert "Mars" in client.get("/lettre/").content.decode()


def test_what_is_prepared_without_anything_to_say_comes_back(site, signed_in, animator):
    client = signed_in(animator)
    response = client.post("/lettre/preparer/?depuis=2027-01-01", {"title": "Rien", "intro": ""})
    assert response.status_code == 200
    assert "Écrivez quelques mots" in response.content.decode()
    assert not Letter.objects.exists()
    assert client.get("/lettre/preparer/?depuis=hier").status_code == 200


def test_the_next_letter_starts_where_the_last_one_ended(letter, reader):
    assert queries.last_letter_on() is None
    letters.send(letter, by=reader, now=NOW)
    assert queries.last_letter_on() == date(2026, 11, 26)


def test_a_letter_being_prepared_is_for_animators_a_sent_one_for_everyone(client, letter, reader):
    assert client.get(letter.get_absolute_url()).status_code == 404
    client.force_login(MemberFactory(role=Role.MEMBER))
    assert client.get("/lettre/preparer/").status_code == 403
    assert client.post(f"/lettre/{letter.pk}/envoyer/").status_code == 403
    client.logout()
    letters.send(letter, by=reader, now=NOW)
    text = client.get(letter.get_absolute_url()).content.decode()
    assert "Nouvelle 1" in text
    assert "exemple.fr" not in text
    assert "Envoyer" not in text


def test_the_archive_costs_the_same_whatever_the_number_of_letters(client, site, django_assert_max_num_queries):
    for number in range(30):
        Letter.objects.create(title=f"Lettre {number}", sent_at=NOW + timedelta(days=number))
    client.get("/lettre/")
    with django_assert_max_num_queries(6):
        text = client.get("/lettre/").content.decode()
    assert text.count("<time") == queries.LETTERS_PER_PAGE
