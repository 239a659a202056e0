"""« Toujours exact »: asked, confirmed by one click, said due after a silence; doubted by readers, answered; obsolete, replaced."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.library import renewal_links
from alliage.library.enums import DoubtState, State
from alliage.library.models import Doubt, RenewalNotice, Resource
from alliage.library.permissions import FOLLOWED
from alliage.library.queries import renewal as queries
from alliage.library.services import renewal as services
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import compose_due

pytestmark = pytest.mark.django_db
SECRET = "canari"
DUE = date(2029, 11, 26)


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Forms may be sent as soon as they are shown."""
    settings.HONEYPOT_SECONDS = 0


def day(number: int):
    """So many days after the date of the resource."""
    return NOW.replace(year=2029) + timedelta(days=number)


def told(person) -> list[str]:
    return [row.kind for row in Notification.objects.filter(person=person).order_by("pk")]


def doubted(resource=None, *, by=None, text="La loi a changé", sent="", now=NOW) -> Doubt:
    return services.say_doubt(resource or published(), text=text, by=by, sent=sent, now=now)


# --- What time does ------------------------------------------------------------------------------------------------


def test_who_holds_it_is_asked_a_month_before_then_on_the_day_then_readers_are_told_then_yearly():
    resource = published()
    assert resource.renew_on == DUE
    days = {}
    for number in (-31, -30, -29, 0, 1, 29, 30, 31, 300, 366, 367):
        services.tend(day(number))
        resource.refresh_from_db()
        days[number] = (RenewalNotice.objects.count(), resource.state)
    asked, due = State.PUBLISHED, State.TO_RENEW
    assert days == {
        -31: (0, asked), -30: (1, asked), -29: (1, asked), 0: (2, asked), 1: (2, asked), 29: (2, asked), 30: (2, due),
        31: (2, due), 300: (2, due), 366: (3, due), 367: (3, due),
    }  # fmt: skip
    assert told(resource.owner) == [services.KIND] * 4


def test_what_was_confirmed_is_left_alone():
    resource = published()
    services.tend(day(-30))
    resources.confirm(resource, by=resource.owner, now=day(-20))
    services.tend(day(30))
    resource.refresh_from_db()
    assert (RenewalNotice.objects.count(), resource.state) == (1, State.PUBLISHED)


def test_nobody_is_asked_about_what_nobody_holds_and_animators_find_it():
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(owner=None)
    services.tend(day(0))
    assert not RenewalNotice.objects.exists()
    assert (queries.of_the_desk(day(0).date()).count(), queries.for_the_desk(day(0).date()).get()) == (1, resource)
    services.tend(day(30))
    resource.refresh_from_db()
    assert resource.state == State.TO_RENEW
    assert not Notification.objects.exists()


def test_a_notice_is_sent_once_a_day_even_to_nobody():
    resource = published()
    assert services.ask(resource, now=NOW)
    assert services.ask(resource, now=NOW) is None
    Resource.objects.filter(pk=resource.pk).update(owner=None)
    resource.refresh_from_db()
    assert services.ask(resource, now=NOW + timedelta(days=1))
    assert told(MemberFactory()) == []


def test_what_follows_an_outside_bank_or_is_obsolete_is_asked_of_nobody():
    harvested, obsolete = published(), published()
    Resource.objects.filter(pk=harvested.pk).update(source_code=f"{FOLLOWED}1", external_id="1")
    resources.make_obsolete(obsolete, reason="Une loi", by=None, now=NOW)
    assert queries.to_do(day(0).date()) == queries.ToDo([], [])


# --- The link ------------------------------------------------------------------------------------------------------


def test_one_click_confirms_without_signing_in(client):
    resource = published()
    path = renewal_links.path(resource)
    Resource.objects.filter(pk=resource.pk).update(confirmed_on=date(2020, 1, 1), renew_on=date(2023, 1, 1))
    resource.refresh_from_db()
    path = renewal_links.path(resource)
    resources.ask_renewal(resource, by=None, now=NOW)
    assert "Un clic suffit" in text_of(client.get(path))
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 302
    resource.refresh_from_db()
    assert (resource.state, resource.confirmed_on) == (State.PUBLISHED, timezone.localdate())
    assert "C’est fait" in text_of(client.get(path))


def test_what_is_confirmed_just_after_midnight_is_confirmed_that_day():
    resource = published()
    resources.confirm(resource, by=resource.owner, now=datetime(2026, 11, 26, 23, 30, tzinfo=UTC))
    resource.refresh_from_db()
    assert (resource.confirmed_on, resource.renew_on.day) == (date(2026, 11, 27), 27)


def test_a_link_ends_with_its_holder_and_with_what_it_confirms(client):
    resource = published()
    path = renewal_links.path(resource)
    assert client.get("/ressources/toujours-exact/rien/").status_code == 404
    resources.hide(resource, by=None, now=NOW)
    assert client.get(path).status_code == 404
    resources.restore(resource, by=None, now=NOW)
    Resource.objects.filter(pk=resource.pk).update(owner=MemberFactory())
    assert client.get(path).status_code == 404
    other = published()
    Resource.objects.filter(pk=other.pk).update(confirmed_on=None)
    other.refresh_from_db()
    asked = renewal_links.read(renewal_links.path(other).split("/")[-2])
    assert (asked.since, asked.is_done) == (None, False)


def test_the_mail_leads_to_the_link():
    resource = published(by=MemberFactory())
    services.ask(resource, now=NOW)
    compose_due(now=NOW + timedelta(days=8))
    mail = OutgoingMail.objects.get(person=resource.owner)
    assert "/ressources/toujours-exact/" in mail.text
    assert resource.title in mail.subject


# --- Tend ----------------------------------------------------------------------------------------------------------


def tend(person, resource, act="", **more):
    page = reverse("library:tend", args=[resource.pk])
    return signed_in(person).post(page, {"acte": act} | more) if act else signed_in(person).get(page)


def test_who_holds_it_confirms_says_obsolete_withdraws_and_publishes_again():
    resource, other = published(), published(title="La nouvelle règle")
    owner = resource.owner
    resources.ask_renewal(resource, by=None, now=NOW)
    assert "Toujours exacte" in text_of(tend(owner, resource))
    assert tend(owner, resource, "exacte").status_code == 302
    resource.refresh_from_db()
    assert resource.state == State.PUBLISHED
    assert "Confirmée aujourd’hui" in text_of(tend(owner, resource))
    assert tend(owner, resource, "depassee", reason="").status_code == 422
    answer = tend(owner, resource, "depassee", reason="La loi a changé", replacement=f"resource:{other.pk}")
    assert answer.status_code == 302
    resource.refresh_from_db()
    assert (resource.state, resource.replaced_by) == (State.OBSOLETE, other)
    page = text_of(tend(owner, resource))
    assert "La loi a changé" in page
    itself = tend(owner, resource, "depassee", reason="La loi", replacement=f"resource:{resource.pk}")
    assert "elle-même" in text_of(itself)
    assert tend(owner, resource, "retirer").status_code == 422
    assert tend(owner, resource, "retirer", sur="oui").status_code == 302
    resource.refresh_from_db()
    assert resource.state == State.WITHDRAWN
    assert "La publier de nouveau" in text_of(tend(owner, resource))
    assert "entre-temps" in text_of(tend(owner, resource, "retirer", sur="oui"))
    assert tend(owner, resource, "exacte").status_code == 302
    assert tend(owner, resource, "rien").status_code == 422


def test_others_do_not_tend_it():
    resource, member = published(), MemberFactory()
    assert tend(member, resource).status_code == 403
    draft = proposed()
    assert tend(member, draft.resource).status_code == 404
    assert tend(draft.author, draft.resource).status_code == 404
    assert signed_in(member).get("/ressources/999/tenir-a-jour/").status_code == 404


def test_acts_are_for_who_holds_it_and_doubts_for_others(client):
    resource = published()
    page = resource.get_absolute_url()
    doubt = reverse("library:doubt", args=[resource.pk])
    assert doubt in text_of(client.get(page))
    assert doubt in text_of(signed_in(MemberFactory()).get(page))
    mine = text_of(signed_in(resource.owner).get(page))
    assert doubt not in mine
    assert reverse("library:tend", args=[resource.pk]) in mine
    resources.withdraw(resource, by=None, now=NOW)
    assert reverse("library:help_ask", args=[resource.pk]) not in text_of(signed_in(resource.owner).get(page))


# --- Doubts --------------------------------------------------------------------------------------------------------


def test_a_doubt_reaches_who_holds_it_without_its_words_in_a_mail():
    resource, member = published(), MemberFactory(name=f"Lecteur {SECRET}")
    doubt = doubted(resource, by=member, text=f"Texte {SECRET}")
    assert told(resource.owner) == [services.DOUBT_KIND]
    compose_due(now=NOW + timedelta(days=8))
    mail = OutgoingMail.objects.get(person=resource.owner)
    assert SECRET not in mail.subject + mail.text + mail.html
    again = doubted(resource, by=member, text="Autre chose")
    assert (again, again.text) == (doubt, "Autre chose")


def test_the_same_sending_is_one_doubt():
    resource = published()
    assert doubted(resource, sent="1") == doubted(resource, sent="1")
    assert doubted(resource, sent="2") != doubted(resource, sent="1")
    with pytest.raises(services.RenewalRefused, match="une phrase"):
        doubted(resource, text=" \0")
    resources.withdraw(resource, by=None, now=NOW)
    with pytest.raises(services.RenewalRefused, match="plus publiée"):
        doubted(resource)


def test_animators_read_what_nobody_answers():
    animator = MemberFactory(role=Role.ANIMATOR)
    resource = published()
    doubt = doubted(resource)
    assert list(queries.late_doubts(NOW + timedelta(days=14))) == []
    services.tend(NOW + timedelta(days=16))
    services.tend(NOW + timedelta(days=17))
    assert told(animator) == [services.DESK_KIND]
    assert queries.late_doubts(NOW + timedelta(days=16)).get() == doubt
    Resource.objects.filter(pk=resource.pk).update(owner=None)
    alone = doubted(resource, text="Autre chose")
    assert list(queries.late_doubts(NOW).order_by("pk")) == [doubt, alone]
    assert told(animator) == [services.DESK_KIND] * 2


def test_a_doubt_is_answered_once_and_who_said_it_is_told():
    member = MemberFactory()
    doubt = doubted(by=member)
    owner = doubt.resource.owner
    with pytest.raises(services.RenewalRefused, match="pourquoi"):
        services.settle_doubt(doubt, state="still_right", answer=" ", by=owner, now=NOW)
    with pytest.raises(services.RenewalRefused, match="Dites si"):
        services.settle_doubt(doubt, state="open", answer="", by=owner, now=NOW)
    services.settle_doubt(doubt, state="still_right", answer="Le décret n’est pas paru.", by=owner, now=NOW)
    assert (doubt.state, told(member)) == (DoubtState.STILL_RIGHT, [services.ANSWER_KIND])
    with pytest.raises(services.RenewalRefused, match="vient d’y répondre"):
        services.settle_doubt(doubt, state="corrected", answer="", by=owner, now=NOW)
    other = doubted(doubt.resource)
    services.settle_doubt(other, state="corrected", answer="", by=owner, now=NOW)
    mine = doubted(by=member, text="Un chiffre")
    services.settle_doubt(mine, state="corrected", answer="", by=owner, now=NOW)
    assert Notification.objects.filter(person=member).latest("pk").title.endswith("grâce à vous")


def test_a_visitor_and_a_member_say_it_by_the_page(client):
    resource = published()
    page = reverse("library:doubt", args=[resource.pk])
    moment = client.get(page).context["form"]["moment"].value()
    refused = client.post(page, {"text": "x" * 501, "moment": moment})
    assert refused.status_code == 422
    assert "x" * 501 in text_of(refused)
    for _twice in range(2):
        assert client.post(page, {"text": "La loi a changé", "moment": moment}).status_code == 302
    assert Doubt.objects.get().by is None
    member = signed_in(MemberFactory())
    assert "Vous êtes prévenu" in text_of(member.get(page))
    moment = member.get(page).context["form"]["moment"].value()
    assert member.post(page, {"text": "La loi a changé", "moment": moment}).status_code == 302
    answers = [client.post(page, {"text": f"n{rank}", "moment": moment}).status_code for rank in range(11)]
    assert answers[-1] == 429
    resources.hide(resource, by=None, now=NOW)
    assert client.get(page).status_code == 404
    assert signed_in(resource.owner).get(page).status_code == 404


def test_a_refusal_of_a_doubt_stays_on_the_form(client, monkeypatch):
    resource = published()
    page = reverse("library:doubt", args=[resource.pk])
    moment = client.get(page).context["form"]["moment"].value()

    def says_no(*_args, **_more):
        raise services.RenewalRefused("Non, vraiment.")

    monkeypatch.setattr("alliage.library.views.renewal.services.say_doubt", says_no)
    answer = client.post(page, {"text": "La loi a changé", "moment": moment})
    assert answer.status_code == 422
    assert "Non, vraiment." in text_of(answer)


def test_who_holds_it_answers_by_the_page():
    doubt = doubted(by=MemberFactory(name="Jeanne Demo"))
    page = reverse("library:doubt_answer", args=[doubt.pk])
    owner = signed_in(doubt.resource.owner)
    assert "Jeanne Demo" in text_of(owner.get(page))
    assert "La loi a changé" in text_of(tend(doubt.resource.owner, doubt.resource))
    assert "pourquoi" in text_of(owner.post(page, {"state": "still_right", "answer": ""}))
    assert owner.post(page, {"state": "still_right", "answer": "Pas encore"}).status_code == 302
    assert "Pas encore" in text_of(owner.get(page))
    assert signed_in(MemberFactory()).get(page).status_code == 404
    assert owner.get(reverse("library:doubt_answer", args=[999])).status_code == 404
    anonymous = doubted(doubt.resource)
    assert "sans compte" in text_of(owner.get(reverse("library:doubt_answer", args=[anonymous.pk])))


def test_animators_have_a_desk():
    resource = published()
    Resource.objects.filter(pk=resource.pk).update(owner=None, renew_on=date(2020, 1, 1))
    doubted(published(), now=NOW - timedelta(days=365), text="Une loi ancienne")
    page, animator = reverse("library:renewal_desk"), MemberFactory(role=Role.ANIMATOR)
    assert signed_in(MemberFactory()).get(page).status_code == 403
    assert "Textes qui attendent une relecture" in text_of(signed_in(animator).get(reverse("moderation:desk")))
    assert "personne ne la tient" in text_of(signed_in(animator).get(page))
    assert "Une loi ancienne" in text_of(signed_in(animator).get(f"{page}?vue=doutes"))


def test_mon_espace_says_what_waits_for_who_holds_it():
    resource = published()
    assert "toujours exactes" not in text_of(signed_in(resource.owner).get("/mon-espace/"))
    doubted(resource)
    assert "Un lecteur dit" in text_of(signed_in(resource.owner).get("/mon-espace/"))


def test_what_a_member_said_stays_without_her_name():
    member = MemberFactory()
    doubt = doubted(by=member)
    assert queries.export_of(member)[0]["text"] == doubt.text
    services.forget_member(member)
    doubt.refresh_from_db()
    assert (doubt.by, doubt.text) == (None, "La loi a changé")
    assert "loi" not in str(doubt)
    assert str(services.ask(doubt.resource, now=NOW)) == f"{doubt.resource_id} – 2026-11-26"


@pytest.mark.parametrize(
    "broken",
    [{"state": "inconnu"}, {"text": ""}, {"settled_at": NOW}, {"state": "still_right", "settled_at": NOW}],
    ids=["state", "text", "date", "answer"],
)
def test_the_database_refuses(broken):
    doubted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.update(**broken)


def test_one_doubt_is_open_per_member_and_one_notice_sent_per_day():
    doubt = doubted(by=MemberFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Doubt.objects.create(resource=doubt.resource, by=doubt.by, text="Autre", at=NOW)
    services.ask(doubt.resource, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RenewalNotice.objects.create(resource=doubt.resource, sent_on=NOW.date())
