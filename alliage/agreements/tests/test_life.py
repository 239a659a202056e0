"""From the first invitation to the end."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements import permissions
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement, LinkedAlliance, Moment, Partner
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries import conventions as texts
from alliage.agreements.services import agreements as services
from alliage.agreements.services import members, partners
from alliage.agreements.services.agreements import AgreementRefused, Said
from alliage.agreements.tests.factories import (
    LATER,
    NOW,
    active,
    agreed,
    group,
    opened,
    owner_of,
    reviewed,
    scoped,
    sides,
)
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    OrganisationFactory,
)
from alliage.notifications.models import Notification
from alliage.taxonomy import cache
from alliage.taxonomy.tests.factories import PublishedVersionFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.get(pk=agreement.pk)


# --- Opening ---------------------------------------------------------------------------------------------------------


def test_opening_asks_the_other_one_and_says_nothing_of_what_it_is_about():
    made = opened(subject="Un  secret\npartagé")
    mine, other = sides(made)
    assert (made.subject, made.state) == ("Un secret partagé", State.SCOPING)
    assert (mine.state, other.state) == (PartnerState.IN, PartnerState.INVITED)
    told = Notification.objects.get()
    assert (told.person, told.kind) == (owner_of(other), services.INVITED)
    assert "secret" not in f"{told.title} {told.text}"
    assert [each.text for each in queries.history(made)][-1] == "Ancrage ouvre l’accord."


def test_the_same_form_sent_twice_opens_one():
    mine, other = group("A"), group("B")
    first = opened(mine=mine, other=other)
    assert opened(mine=mine, other=other) == first
    assert opened(mine=mine, other=other, subject="Autre chose") != first
    assert opened(mine=mine, other=other, now=LATER) != first


@pytest.mark.parametrize("empty", ["", " \n ", "\0"])
def test_an_agreement_says_what_for(empty):
    with pytest.raises(AgreementRefused):
        opened(subject=empty)


def test_organisations_make_it_and_somebody_must_be_able_to_answer():
    person = CatalystFactory(owner=MemberFactory())
    with pytest.raises(AgreementRefused, match="pas une personne"):
        opened(mine=person)
    with pytest.raises(AgreementRefused, match="pas une personne"):
        opened(other=person)
    with pytest.raises(AgreementRefused, match="Personne ne tient"):
        opened(other=OrganisationFactory())
    mine = group("A")
    with pytest.raises(AgreementRefused, match="déjà dans cet accord"):
        opened(mine=mine, other=mine)
    assert Agreement.objects.count() == 0


def test_it_may_begin_from_an_alliance_of_the_directory_between_the_same_two():
    mine, other = group("A"), group("B")
    alliance = AllianceFactory(first=mine, second=other)
    assert [link.alliance for link in queries.linked(opened(mine=mine, other=other, alliance=alliance))] == [alliance]
    assert queries.linked(opened(mine=mine, other=group("C"), alliance=alliance)) == []
    assert queries.alliance_to_live(alliance.pk, mine.owner) == alliance
    assert queries.alliance_to_live(alliance.pk, MemberFactory()) is None
    assert queries.alliance_to_live(0, mine.owner) is None


def test_the_convention_begins_with_our_sheet():
    text = texts.text_of(opened())
    assert text.startswith("# Pourquoi cette alliance")
    assert "Les principes du réseau" not in text


def test_the_principles_that_the_network_wrote_are_in_it():
    PublishedVersionFactory(list__code="charte", number=1, items=["Agir ensemble"])
    cache.forget()
    assert services.first_text().endswith("# Les principes du réseau\n\n- Agir ensemble")


# --- Partners --------------------------------------------------------------------------------------------------------


def test_who_is_asked_comes_in_once():
    made = opened()
    other = sides(made)[1]
    for _twice in range(2):
        partners.accept(other, by=owner_of(other), now=NOW)
    assert [each.is_in for each in sides(made)] == [True, True]
    assert Moment.objects.filter(text="La Boussole rejoint l’accord.").count() == 1


def test_an_invitation_that_was_declined_is_not_accepted_but_may_be_made_again():
    made = opened()
    mine, other = sides(made)
    for _twice in range(2):
        partners.decline(other, by=owner_of(other), now=NOW)
    assert not permissions.can_see(owner_of(other), again(made))
    with pytest.raises(AgreementRefused, match="n’attend plus"):
        partners.accept(other, by=owner_of(other), now=NOW)
    partners.invite(made, other.entry, by=owner_of(mine), now=LATER)
    assert partners.accept(other, by=owner_of(other), now=LATER).is_in


def test_one_more_is_asked_until_it_is_signed(monkeypatch):
    made = scoped()
    by = owner_of(sides(made)[0])
    third = group("Troisième")
    partners.invite(made, third, by=by, now=NOW)
    with pytest.raises(AgreementRefused, match="déjà dans cet accord"):
        partners.invite(made, third, by=by, now=NOW)
    monkeypatch.setattr(services, "MOST_PARTNERS", 3)
    with pytest.raises(AgreementRefused, match="trente"):
        partners.invite(made, group("Quatrième"), by=by, now=NOW)
    with pytest.raises(AgreementRefused, match="est signé"):
        partners.invite(agreed(mine=group("C"), other=group("D")), third, by=by, now=NOW)


def test_who_leaves_reads_nothing_more_and_a_signed_agreement_of_one_closes():
    made = active()
    mine, other = sides(made)
    partners.leave(other, by=owner_of(other), now=LATER)
    assert not permissions.can_see(owner_of(other), again(made))
    assert again(made).state == State.CLOSED
    assert partners.leave(other, by=owner_of(other), now=LATER).state == PartnerState.LEFT
    with pytest.raises(AgreementRefused, match="clos"):
        partners.leave(mine, by=owner_of(mine), now=LATER)


def test_alone_before_the_signature_it_stays_open_until_nobody_is_left():
    made = scoped()
    mine, other = sides(made)
    partners.leave(other, by=owner_of(other), now=NOW)
    assert again(made).state == State.SCOPING
    partners.leave(mine, by=owner_of(mine), now=NOW)
    assert again(made).state == State.CLOSED


def test_a_partner_whose_entry_goes_keeps_its_name():
    made = scoped()
    sides(made)[1].entry.delete()
    assert [each.name for each in made.partners.all()] == ["Ancrage", "La Boussole"]
    assert services.everyone(made) == [owner_of(sides(made)[0])]


# --- Life ------------------------------------------------------------------------------------------------------------


def test_what_it_is_for_changes_until_it_is_signed():
    made, place = scoped(), TerritoryFactory()
    by = owner_of(sides(made)[0])
    services.edit(made, Said("Autrement", place), by=by, now=NOW)
    services.edit(made, Said("Autrement"), by=by, now=NOW)
    assert Moment.objects.filter(text__contains="dit autrement").count() == 1
    with pytest.raises(AgreementRefused, match="est signé"):
        services.edit(agreed(mine=group("C"), other=group("D")), Said("Non"), by=by, now=NOW)


def test_until_when_is_said_from_the_start_then_again_until_it_is_closed():
    day = timezone.localdate(NOW) + timedelta(days=400)
    made = opened(ends_on=day)
    assert again(made).ends_on == day
    for late in (timezone.localdate(NOW), day - timedelta(days=4000)):
        with pytest.raises(AgreementRefused, match="un jour à venir"):
            opened(mine=group("C"), other=group("D"), ends_on=late)
        with pytest.raises(AgreementRefused, match="un jour à venir"):
            services.edit(made, Said("Un atelier", ends_on=late), by=None, now=NOW)
    with pytest.raises(AgreementRefused, match="vérifiez l’année"):
        services.end_on(made, date(9999, 12, 31), by=None, now=NOW)
    for _twice in range(2):
        services.edit(made, Said("Un atelier", ends_on=None), by=None, now=NOW)
    assert Moment.objects.filter(text="L’accord n’a plus de fin prévue.").count() == 1
    signed = agreed(mine=group("E"), other=group("F"), ends_on=day)
    services.end_on(signed, day + timedelta(days=1), by=None, now=NOW)
    assert again(signed).ends_on == day + timedelta(days=1)
    # Over since, and said as it was.
    services.end_on(signed, day + timedelta(days=1), by=None, now=NOW + timedelta(days=4000))
    assert queries.history(signed)[0].text == "La fin prévue est maintenant le 2 janvier 2028."
    services.close(signed, outcome="", by=None, now=NOW)
    with pytest.raises(AgreementRefused, match="clos"):
        services.end_on(signed, None, by=None, now=NOW)


def test_it_begins_once_it_is_signed_and_awaits_a_review_in_six_months():
    with pytest.raises(AgreementRefused, match="changé d’état"):
        services.start(scoped(), by=None, now=NOW)
    made = agreed(mine=group("C"), other=group("D"))
    for _twice in range(2):
        services.start(made, by=None, now=NOW)
    row = again(made)
    assert (row.state, row.review_due_on) == (State.ACTIVE, services.next_review(timezone.localdate(NOW)))
    assert Moment.objects.filter(agreement=made, text="L’accord commence.").count() == 1


def test_after_a_review_it_goes_on():
    made = reviewed().agreement
    row = services.start(made, by=None, now=LATER)
    assert (row.state, row.active_at) == (State.ACTIVE, NOW)
    assert queries.history(row)[0].text == "L’accord continue."


def test_it_closes_once_with_what_came_of_it():
    made = active()
    services.close(made, outcome="Un atelier est né.", by=None, now=LATER)
    row = services.close(made, outcome="Autre chose.", by=None, now=LATER)
    assert (row.state, row.outcome, row.review_due_on) == (State.CLOSED, "Un atelier est né.", None)
    never = services.close(opened(mine=group("C"), other=group("D")), outcome="", by=None, now=NOW)
    document = texts.document_of(never)
    assert document is not None
    assert not document.is_open


def test_an_agreement_without_its_document_closes_and_has_no_text():
    made = scoped()
    texts.document_of(made).delete()
    assert texts.text_of(made) == ""
    assert services.close(made, outcome="", by=None, now=NOW).state == State.CLOSED


# --- Who -------------------------------------------------------------------------------------------------------------


def test_only_the_people_of_its_partners_see_it_not_animators():
    made = opened()
    mine, other = sides(made)
    animator = MemberFactory(role=Role.ANIMATOR)
    person = MemberFactory()
    MembershipFactory(person=CatalystFactory(owner=person), group=mine.entry, is_editor=True)
    reader = MemberFactory()
    MembershipFactory(person=CatalystFactory(owner=reader), group=mine.entry)
    for user, sees, acts in (
        (owner_of(mine), True, True),
        (person, True, True),
        (owner_of(other), True, False),
        (reader, False, False),
        (animator, False, False),
        (AnonymousUser(), False, False),
    ):
        assert (permissions.can_see(user, again(made)), permissions.can_act(user, again(made))) == (sees, acts)
    assert permissions.can_open(reader)
    assert not permissions.can_open(AnonymousUser())
    assert permissions.can_reword(animator)
    assert not permissions.can_reword(person)


def test_mine_are_listed_closed_last():
    mine = group("A")
    first = opened(mine=mine, other=group("B"))
    asked = opened(mine=group("C"), other=mine, subject="Autre", now=LATER)
    closed = opened(mine=mine, other=group("D"), subject="Fini", now=LATER)
    services.close(closed, outcome="", by=None, now=LATER)
    rows = queries.mine(mine.owner)
    assert [row.agreement for row in rows] == [asked, first, closed]
    assert [(row.others, row.is_asked) for row in rows] == [(("C",), True), (("B",), False), (("D",), False)]
    assert queries.mine(MemberFactory()) == []


# --- The account closes ----------------------------------------------------------------------------------------------


def test_a_member_takes_away_what_they_did_and_leaves_no_name():
    review = reviewed()
    member = owner_of(sides(review.agreement)[0])
    said = queries.export_of(member)
    assert said["accords"][0]["objet"] == "Un atelier partagé"
    assert (said["signatures"][0]["pour"], said["bilans"][0]["mot"]) == ("Ancrage", "Nous portons presque tout.")
    assert said["bilans"][0]["lignes"]["charge"].startswith("rouge")
    assert {"texte": "Ancrage signe la convention.", "le": NOW} in said["gestes"]
    members.forget_member(member)
    assert queries.export_of(member) == {"accords": [], "signatures": [], "bilans": [], "gestes": []}
    assert Agreement.objects.get().holder is None


# --- What the database holds -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"state": "inconnu"},
        {"subject": ""},
        {"agreed_at": NOW},
        {"digest": "x"},
        {"state": State.AGREED},
        {"state": State.ACTIVE},
        {"review_due_on": timezone.localdate(NOW)},
        {"closed_at": NOW},
        {"state": State.CLOSED},
    ],
)
def test_the_database_refuses_an_agreement_that_says_two_things(change):
    made = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=made.pk).update(**change)


@pytest.mark.parametrize(
    "change", [{"state": "inconnu"}, {"name": ""}, {"answered_at": None}, {"state": PartnerState.INVITED}]
)
def test_the_database_refuses_a_partner_that_says_two_things(change):
    made = opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=sides(made)[0].pk).update(**change)


def test_the_database_refuses_twins_and_empty_words():
    made = opened()
    mine, other = sides(made)
    alliance = AllianceFactory()
    LinkedAlliance.objects.create(agreement=made, alliance=alliance)
    for act in (
        lambda: Partner.objects.create(agreement=made, entry=mine.entry, name="A"),
        lambda: Partner.objects.filter(pk=other.pk).update(is_shown=True),
        lambda: LinkedAlliance.objects.create(agreement=made, alliance=alliance),
        lambda: Moment.objects.create(agreement=made, state=State.SCOPING, text=""),
        lambda: Moment.objects.create(agreement=made, state="inconnu", text="Oui."),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_nothing_is_named_by_what_it_is_about():
    review = reviewed(subject="Un secret")
    made = review.agreement
    alliance = LinkedAlliance.objects.create(agreement=made, alliance=AllianceFactory())
    signature = sides(made)[0].signatures.get()
    for each in (made, sides(made)[0], made.history.first(), alliance, signature, review, review.answers.first()):
        assert "secret" not in str(each)
    assert str(review.answers.first().lines.first()).startswith("ligne")
