"""Help wanted: said by authors without their name, answered by mail, closed in one gesture; nothing of a draft leaks."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.models import HelpAnswer, HelpWanted
from alliage.library.queries import help as queries
from alliage.library.services import help as services
from alliage.library.services import proposals, resources, reviews
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.moderation.registry import reportable
from alliage.notifications.models import OutgoingMail
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
SECRET = "canari"


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Forms may be sent as soon as they are shown."""
    settings.HONEYPOT_SECONDS = 0


@pytest.fixture
def now():
    """Pages read the clock of the machine."""
    from django.utils import timezone

    return timezone.now()


def wanted(resource=None, *, now=NOW, kind="relecture", text="Relire la partie Moyens") -> HelpWanted:
    resource = resource or published()
    return services.ask_help(resource, kind=kind, text=text, by=resource.owner, now=now)


def send(help_wanted, now, *, text="Je peux relire.", by=None, email="jeanne@exemple.fr", sent="1"):
    return services.answer_help(help_wanted, name=" Jeanne  A ", email=email, text=text, sent=sent, now=now, by=by)


def test_the_same_thing_asked_twice_is_asked_once():
    resource = published()
    first = wanted(resource)
    assert wanted(resource, text=" Relire la  partie Moyens ") == first
    assert first.expires_at == NOW + services.LASTS
    with pytest.raises(services.HelpRefused, match="déjà"):
        wanted(resource, text="Autre chose")
    assert wanted(resource, kind="donnees").kind == "donnees"


def test_what_has_expired_gives_way_to_what_is_asked_now():
    resource = published()
    first = wanted(resource)
    later = NOW + timedelta(days=91)
    again = wanted(resource, now=later, text="Autre chose")
    first.refresh_from_db()
    assert (first.closed_at, again.closed_at) == (later, None)


def test_a_sentence_is_needed_and_a_resource_that_lives():
    resource = published()
    with pytest.raises(services.HelpRefused, match="une phrase"):
        wanted(resource, text=" \0")
    resources.withdraw(resource, by=None, now=NOW)
    with pytest.raises(services.HelpRefused, match="ni publiée"):
        wanted(resource)
    hidden = published()
    resources.hide(hidden, by=None, now=NOW)
    with pytest.raises(services.HelpRefused, match="ni publiée"):
        wanted(hidden)


def test_what_does_not_name_its_territory_does_not_name_it_here():
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = proposed(hides_place=True, territories=["commune:97411"]).resource
    with pytest.raises(services.HelpRefused, match="Saint-Denis"):
        wanted(resource, text="Un dessin de saint denis, le soir")
    assert wanted(resource, text="Un dessin de la mairie")
    named = published(territories=["commune:97411"])
    assert wanted(named, text="Un dessin de Saint-Denis")


def test_everyone_reads_what_is_sought_and_nobody_who_asks(client, now):
    resource = published(by=MemberFactory(name=f"Autrice {SECRET}", email=f"{SECRET}@exemple.fr"))
    one = wanted(resource, now=now)
    draft = proposed(by=MemberFactory(name=f"Autre {SECRET}"), title=f"Titre {SECRET}")
    two = wanted(draft.resource, now=now, kind="traduction", text="Traduire en créole")
    for path in (
        reverse("library:help"),
        reverse("library:help") + "?quoi=traduction",
        reverse("library:help") + "?quoi=rien",
        reverse("library:help_answer", args=[one.pk]),
        reverse("library:help_answer", args=[two.pk]),
        resource.get_absolute_url(),
        *(reverse("library:help_export", args=[extension]) for extension in ("csv", "json", "rss")),
    ):
        answer = client.get(path)
        body = (b"".join(answer) if answer.streaming else answer.content).decode()
        assert answer.status_code == 200, path
        assert SECRET not in body, path
        assert "Moyens" in body or "créole" in body, path
    rows = json.loads(b"".join(client.get("/ressources/coups-de-main.json?quoi=traduction")))
    assert (rows["count"], rows["results"][0]["resource_title"]) == (1, None)
    reviews.show_title(draft, shown=True, by=draft.author, now=now)
    assert f"Titre {SECRET}" in text_of(client.get(reverse("library:help")))


def test_what_is_over_hidden_or_of_something_hidden_is_in_no_list(now):
    one, two, three, four = (wanted(now=now) for _rank in range(4))
    five = wanted(proposed().resource, now=now)
    assert queries.shown(now).count() == 5
    services.close_help(one, by=None, now=now)
    services.close_help(one, by=None, now=now + timedelta(days=1))
    assert one.closed_at == now
    services.hide_help(two, by=None, now=now)
    resources.hide(three.resource, by=None, now=now)
    resources.withdraw(four.resource, by=None, now=now)
    proposal = five.resource.proposals.get()
    proposal.state = "dropped"
    proposal.save()
    assert list(queries.shown(now)) == []
    services.restore_help(two, by=None, now=now)
    assert queries.shown(now).get() == two
    services.tend_help(now + timedelta(days=91))
    assert not HelpWanted.objects.filter(closed_at=None).exists()


def test_an_answer_reaches_who_asks_and_shows_no_address(now):
    one = wanted(now=now)
    answer = send(one, now)
    assert send(one, now) == answer
    to_author = OutgoingMail.objects.get(person=one.by)
    assert (to_author.to, "Je peux relire." in to_author.text) == (one.by.email, True)
    assert "jeanne@exemple.fr" in to_author.headers["Reply-To"]
    copy = OutgoingMail.objects.get(to="jeanne@exemple.fr")
    assert "Je peux relire." not in copy.text
    assert one.by.email not in copy.text
    member = MemberFactory()
    send(one, now, by=member, email=member.email, sent="2")
    assert "Je peux relire." in OutgoingMail.objects.get(to=member.email).text


def test_floods_and_late_answers_are_refused(now, monkeypatch):
    one = wanted(now=now)
    monkeypatch.setattr(services, "MOST_ANSWERS_A_DAY", 1)
    send(one, now)
    with pytest.raises(services.HelpRefused, match="demain"):
        send(one, now, sent="2")
    services.close_help(one, by=None, now=now)
    with pytest.raises(services.HelpRefused, match="plus cherché"):
        send(one, now, sent="3")
    services.tend_help(now + timedelta(days=31))
    assert HelpAnswer.objects.get().sent_key is None
    services.tend_help(now + timedelta(days=366))
    assert not HelpAnswer.objects.exists()


def test_the_form_sends_once_and_keeps_what_was_typed(client, now):
    one = wanted(now=now)
    page = reverse("library:help_answer", args=[one.pk])
    shown = client.get(page)
    moment = shown.context["form"]["moment"].value()
    typed = {"name": "Jeanne", "email": "jeanne@exemple.fr", "text": "Je peux relire.", "moment": moment}
    refused = client.post(page, typed | {"email": "rien"})
    assert refused.status_code == 422
    assert "Je peux relire." in text_of(refused)
    assert client.post(page, typed).status_code == 302
    assert client.post(page, typed).status_code == 302
    assert HelpAnswer.objects.count() == 1
    services.close_help(one, by=None, now=now)
    assert client.get(page).status_code == 404


def test_a_refusal_and_a_flood_stay_on_the_form(client, now, monkeypatch):
    one = wanted(now=now)
    page = reverse("library:help_answer", args=[one.pk])
    moment = client.get(page).context["form"]["moment"].value()
    typed = {"name": "Jeanne", "email": "jeanne@exemple.fr", "text": "Je peux relire.", "moment": moment}
    monkeypatch.setattr(services, "MOST_ANSWERS_A_DAY", 0)
    assert "demain" in text_of(client.post(page, typed))
    answers = [client.post(page, typed).status_code for _rank in range(8)]
    assert answers[-1] == 429


def test_authors_ask_and_close_on_one_page(now):
    resource = published()
    page, author = reverse("library:help_ask", args=[resource.pk]), signed_in(resource.owner)
    assert author.get(page).status_code == 200
    refused = author.post(page, {"kind": "relecture", "text": "Écrivez à moi@exemple.fr"})
    assert refused.status_code == 422
    assert "Retirez l’adresse" in text_of(refused)
    assert author.post(page, {"kind": "relecture", "text": "Relire les chiffres"}).status_code == 302
    assert "déjà" in text_of(author.post(page, {"kind": "relecture", "text": "Autre"}))
    one = HelpWanted.objects.get()
    close = reverse("library:help_close", args=[one.pk])
    member = signed_in(MemberFactory())
    assert member.get(page).status_code == 403
    assert member.post(close).status_code == 403
    assert author.post(close).status_code == 302
    assert author.post(reverse("library:help_close", args=[999])).status_code == 404
    draft = proposed()
    assert member.get(reverse("library:help_ask", args=[draft.resource_id])).status_code == 404
    assert member.get(reverse("library:help_ask", args=[999])).status_code == 404
    hidden = proposed(hides_place=True)
    assert "ne les nommez pas ici" in text_of(
        signed_in(hidden.author).get(reverse("library:help_ask", args=[hidden.resource_id]))
    )


def test_a_member_finds_her_name_in_the_form(now):
    one, member = wanted(now=now), MemberFactory(name="Jeanne Demo")
    assert "Jeanne Demo" in text_of(signed_in(member).get(reverse("library:help_answer", args=[one.pk])))
    assert isinstance(signed_in(member), MemberClient)


def test_it_may_be_reported_and_goes_with_its_author(now):
    one = wanted(now=now)
    kind = reportable.get("library.help")
    assert kind.can_see(None, one)
    assert kind.url(one) == reverse("library:help_answer", args=[one.pk])
    assert (kind.title(one), kind.author(one)) == (one.text, one.by)
    assert queries.export_of(one.by)[0]["text"] == one.text
    assert "Moyens" not in str(one)
    assert str(send(one, now))
    services.forget_member(one.by)
    assert not HelpWanted.objects.exists()


@pytest.mark.parametrize(
    "broken", [{"kind": "inconnu"}, {"text": ""}, {"expires_at": F("created_at")}], ids=["kind", "text", "dates"]
)
def test_the_database_refuses(broken):
    wanted()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpWanted.objects.update(**broken)


def test_one_is_open_per_kind():
    one = wanted()
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpWanted.objects.create(
            resource=one.resource,
            kind=one.kind,
            text="Autre",
            by=one.by,
            created_at=NOW,
            expires_at=NOW + services.LASTS,
        )


def test_a_proposal_that_is_gone_hides_no_place():
    resource = published()
    resource.proposals.all().delete()
    assert wanted(resource)
    assert proposals.open_proposal(resource, by=resource.owner, now=NOW)
