"""The pages of moderation, as each person sees them."""

import csv
import io
import re

import pytest
from django.template import Context, Template
from django.test import Client

from alliage.accounts.tests.factories import MemberFactory
from alliage.moderation import references, services
from alliage.moderation.models import Decision, Report
from alliage.moderation.tests.factories import NOW, DecisionFactory, ReportFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_person_takes_no_time(settings):
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture(autouse=True)
def _second_factor_is_used(monkeypatch):
    monkeypatch.setattr("alliage.accounts.middleware.has_proved_identity", lambda request: True, raising=False)


def browser():
    """A client that must send the form's own token, as a browser does."""
    return Client(enforce_csrf_checks=True)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def form_of(client, url):
    """What a browser sends back: the hidden fields of the form."""
    html = client.get(url).content.decode()
    form = html.partition("<main")[2].partition('<form method="post"')[2].partition("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return {**hidden, "site_internet": ""}


def send(client, url, **answers):
    return client.post(url, {**form_of(client, url), "reason": "wrong", "text": "C’est faux.", **answers})


def test_the_report_link_of_a_page_leads_to_a_form_that_works_without_an_account(page):
    template = Template("{% load moderation %}{% report_button page %}")
    html = template.render(Context({"page": page}))
    url = re.search(r'href="([^"]+)"', html)[1]
    client = browser()
    assert page.name in client.get(url).content.decode()
    response = send(client, url, email="moi@exemple.fr")
    assert response.status_code == 302
    assert "reçu" in client.get(response.url).content.decode()
    assert Report.objects.get().reporter_email == "moi@exemple.fr"


def test_one_of_several_things_of_a_page_is_reported_in_one_word_that_says_which_to_whoever_listens(page):
    template = Template('{% load moderation %}{% report_button page of="la réponse de Moana" %}')
    html = template.render(Context({"page": page}))
    assert 'Signaler<span class="visually-hidden"> la réponse de Moana</span>' in html
    assert "un problème" not in html


def test_what_cannot_be_reported_has_no_link(member):
    template = Template("{% load moderation %}{% report_button page %}")
    assert template.render(Context({"page": member})).strip() == ""


def test_a_member_is_not_asked_for_an_address(page, member):
    client = signed_in(member)
    assert 'name="email"' not in client.get(references.report_url(page)).content.decode()
    send(client, references.report_url(page))
    assert Report.objects.get().reporter == member


@pytest.mark.parametrize("reference", ["", "nonsense", "test.group:1:forged"])
def test_a_wrong_reference_gets_help_and_not_an_error(reference, notebook):
    response = Client().get("/moderation/signaler/", {"objet": reference})
    assert response.status_code == 404
    assert "Rien à signaler" in response.content.decode()


def test_what_one_may_not_see_may_not_be_reported(page, notebook):
    url = references.report_url(page)
    notebook.hidden.add(page.pk)
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"reason": ""}, "à revoir"),
        ({"reason": "other", "text": " "}, "ne suffit pas"),
        ({"site_internet": "https://spam.example"}, "robot"),
        ({"moment": "forged"}, "robot"),
        ({"email": "pas une adresse"}, "à revoir"),
    ],
)
def test_a_refused_form_comes_back_filled(page, answers, words):
    url = references.report_url(page)
    response = send(Client(), url, **{"text": "Ce que j’ai écrit", **answers})
    html = response.content.decode()
    assert response.status_code == 200
    assert words in html
    assert answers.get("text", "Ce que j’ai écrit") in html
    assert not Report.objects.exists()


def test_a_member_who_reports_twice_is_told_why_not_and_keeps_the_text(page, member):
    client = signed_in(member)
    send(client, references.report_url(page))
    html = send(client, references.report_url(page), text="Une autre raison").content.decode()
    assert "Vous avez déjà signalé" in html
    assert "Une autre raison" in html


def test_one_browser_that_hammers_is_stopped_and_keeps_its_text_and_350_others_get_in(page):
    url = references.report_url(page)
    client = browser()
    answers = {**form_of(client, url), "reason": "wrong"}
    codes = [client.post(url, {**answers, "text": "Encore moi"}).status_code for _ in range(7)]
    assert codes == [302] * 6 + [429]
    refused = client.post(url, {**answers, "text": "Encore moi"})
    assert int(refused["Retry-After"]) > 0
    assert "Encore moi" in refused.content.decode()
    assert "Trop d’envois" in refused.content.decode()
    for _ in range(30):
        assert send(Client(), url).status_code == 302


# --- For animators --------------------------------------------------------------------------------------------------


def test_every_form_carries_its_token(kind, page, notebook, member, animator):
    author = notebook.authors[page.pk] = MemberFactory()
    row = services.report(kind, page, reason="wrong", text="", by=member, now=NOW)
    assert "csrfmiddlewaretoken" in form_of(signed_in(animator), row.get_absolute_url())
    decision = services.decide(row, act="hide", reason="Voilà.", by=animator, now=NOW)
    assert "csrfmiddlewaretoken" in form_of(signed_in(author), decision.get_absolute_url())


DESK = ["/moderation/", "/moderation/signalements/", "/moderation/journal/", "/moderation/journal.csv"]


@pytest.mark.parametrize("url", DESK)
def test_the_desk_is_for_animators(url, member, animator):
    assert Client().get(url).status_code == 302
    assert signed_in(member).get(url).status_code == 403
    assert signed_in(animator).get(url).status_code == 200


def test_a_report_is_for_animators(member):
    assert signed_in(member).get(f"/moderation/signalements/{ReportFactory().pk}/").status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?etat=traites", "?motif=spam", "?motif=nonsense&sorte=nonsense", "?sorte=test.group"]
)
def test_the_queue_takes_any_filter(query, animator, notebook):
    ReportFactory(text="Ce n’est plus vrai")
    ReportFactory(contests=DecisionFactory(), reporter=MemberFactory())
    ReportFactory(decision=DecisionFactory(), decided_at=NOW, state="upheld")
    assert signed_in(animator).get(f"/moderation/signalements/{query}").status_code == 200


def test_the_queue_asks_the_same_queries_for_one_and_for_many(animator, django_assert_max_num_queries):
    client = signed_in(animator)
    ReportFactory.create_batch(20, reporter=None)
    for rank in range(5):
        ReportFactory(object_id=str(rank), reporter=MemberFactory())
    with django_assert_max_num_queries(12):
        client.get("/moderation/signalements/")


def test_an_animator_decides_and_everybody_is_told(page, kind, notebook, member, animator):
    row = services.report(kind, page, reason="private", text="Une adresse", by=member, now=NOW)
    services.report(kind, page, reason="wrong", text="", by=None, now=NOW)
    client = signed_in(animator)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Une adresse" in html
    assert "Un autre signalement" in html
    refused = client.post(row.get_absolute_url(), {"act": "hide", "reason": ""})
    assert "à revoir" in refused.content.decode()
    done = client.post(row.get_absolute_url(), {"act": "hide", "reason": "Elle montre une adresse."}, follow=True)
    assert "Votre décision est prise" in done.content.decode()
    assert page.pk in notebook.hidden
    again = client.post(row.get_absolute_url(), {"act": "dismiss", "reason": "Je ne sais pas"})
    assert again.status_code == 200
    assert Decision.objects.count() == 1
    assert "Ce qui a été décidé" in client.get(row.get_absolute_url()).content.decode()


def test_the_author_reads_and_contests(page, kind, notebook, member, animator):
    author = notebook.authors[page.pk] = MemberFactory()
    row = services.report(kind, page, reason="wrong", text="", by=member, now=NOW)
    decision = services.decide(row, act="hide", reason="Voilà pourquoi.", by=animator, now=NOW)
    assert signed_in(MemberFactory()).get(decision.get_absolute_url()).status_code == 404
    assert "Contester" not in signed_in(member).get(decision.get_absolute_url()).content.decode()
    client = signed_in(author)
    assert "Contester cette décision" in client.get(decision.get_absolute_url()).content.decode()
    client.post(decision.get_absolute_url(), {"text": "Ce n’est pas juste."})
    html = client.get(decision.get_absolute_url()).content.decode()
    assert "Vous avez contesté cette décision" in html
    html = client.post(decision.get_absolute_url(), {"text": "Encore."}).content.decode()
    assert Report.objects.filter(contests=decision).count() == 1
    contestation = Report.objects.get(contests=decision)
    html = signed_in(animator).get(contestation.get_absolute_url()).content.decode()
    assert "laissez une autre personne" in html


def test_the_log_is_exported_and_formulas_are_neutralised(animator):
    DecisionFactory(title="=cmd()", by_id=animator.pk)
    DecisionFactory(by_id=999999)
    client = signed_in(animator)
    html = client.get("/moderation/journal/").content.decode()
    assert animator.name in html
    assert "ancien membre" in html
    text = b"".join(client.get("/moderation/journal.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["titre"] for row in rows} == {"'=cmd()", "Page signalée"}
    assert {row["par"] for row in rows} == {animator.name, ""}
    assert b"".join(client.get("/moderation/journal.csv?excel=1").streaming_content).startswith(b"\xef\xbb\xbf")
