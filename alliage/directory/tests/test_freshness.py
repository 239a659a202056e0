"""Freshness: how it is said, who is asked and when, what a link may do, what the desk does."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import freshness, freshness_links, permissions, queries
from alliage.directory.enums import EntryKind, Freshness, FreshnessDeed, FreshnessWay, Visibility
from alliage.directory.filters import Filters
from alliage.directory.models import Entry, FreshnessAct, Reminder
from alliage.directory.queries import freshness as reads
from alliage.directory.queries import requests
from alliage.directory.services import freshness as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.notifications.models import Notification
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TODAY = date(2026, 11, 26)
pytestmark = pytest.mark.django_db


def months_ago(months: int) -> date:
    return freshness.months_after(TODAY, -months)


def held(months: int = 13, **columns):
    """An entry held by a member, confirmed so many months ago."""
    columns.setdefault("owner", MemberFactory())
    return CatalystFactory(confirmed_on=months_ago(months), **columns)


def again(entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def on_the_map(entry) -> bool:
    spots, count = queries.spots(queries.Found(Filters()))
    return count > 0 and any(spot.label == entry.name for spot in spots)


# --- In words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confirmed", "state", "said", "sign"),
    [
        (date(2025, 11, 26), Freshness.FRESH, "confirmée le 26 novembre 2025", "fresh"),
        (date(2025, 11, 25), Freshness.AGEING, "confirmée le 25 novembre 2025, il y a plus d’un an", "ageing"),
        (date(2024, 11, 26), Freshness.AGEING, "confirmée le 26 novembre 2024, il y a plus d’un an", "ageing"),
        (date(2024, 11, 25), Freshness.STALE, "confirmée le 25 novembre 2024, il y a plus de deux ans", "stale"),
        (date(2025, 12, 1), Freshness.FRESH, "confirmée le 1er décembre 2025", "fresh"),
        (None, Freshness.NEVER, "jamais confirmée", "never"),
    ],
)
def test_freshness_is_said_in_words_with_a_sign_never_by_colour_alone(confirmed, state, said, sign):
    assert freshness.state_of(confirmed, TODAY) == state
    assert freshness.words(confirmed, TODAY) == said
    tag = freshness.tag(confirmed, TODAY)
    assert f"fiche {said}" in tag
    assert "<svg" in tag
    assert f"freshness--{sign}" in tag


def test_months_end_where_there_is_no_such_day():
    assert freshness.months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert freshness.months_after(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert freshness.months_after(date(2026, 3, 31), -13) == date(2025, 2, 28)


def test_pages_lists_and_exports_say_it(client):
    entry = OrganisationFactory(slug="a", name="Ancienne", confirmed_on=date(2020, 1, 2))
    OrganisationFactory(slug="b", name="Jamais")
    assert "il y a plus de deux ans" in client.get(entry.get_absolute_url()).text
    page = client.get("/annuaire/").text
    assert "il y a plus de deux ans" in page
    assert "jamais confirmée" in page


# --- Confirm, take off, bring back ---------------------------------------------------------------------------------


def test_confirming_makes_it_green_and_brings_it_back_on_the_map():
    entry = held(30, latitude=45.0, longitude=4.0, withdrawn_on=months_ago(1), asked_on=months_ago(2))
    assert not on_the_map(entry)
    assert services.confirm(entry, way=FreshnessWay.OWNER, by=entry.owner, now=NOW)
    after = again(entry)
    assert (after.confirmed_on, after.withdrawn_on, after.asked_on) == (TODAY, None, None)
    assert on_the_map(entry)
    assert FreshnessAct.objects.get().deed == FreshnessDeed.CONFIRMED
    assert not Notification.objects.exists()


def test_confirming_twice_is_once():
    entry = held()
    assert services.confirm(entry, way=FreshnessWay.LINK, by=entry.owner, now=NOW)
    edition = again(entry).edition
    assert not services.confirm(entry, way=FreshnessWay.LINK, by=entry.owner, now=NOW)
    assert FreshnessAct.objects.count() == 1
    assert again(entry).edition == edition


def test_a_confirmation_from_the_other_side_of_the_world_never_goes_back_in_time():
    entry = held()
    night = datetime(2026, 11, 26, 2, tzinfo=UTC)
    services.confirm(entry, way=FreshnessWay.LINK, by=entry.owner, now=night)
    with timezone.override(ZoneInfo("Pacific/Tahiti")):
        assert not services.confirm(entry, way=FreshnessWay.OWNER, by=entry.owner, now=night)
    assert again(entry).confirmed_on == TODAY


def test_an_animator_says_why_and_the_owner_is_told(animator):
    entry = held()
    with pytest.raises(services.FreshnessRefused):
        services.confirm(entry, way=FreshnessWay.ANIMATOR, by=animator, now=NOW, reason="  ")
    services.confirm(entry, way=FreshnessWay.ANIMATOR, by=animator, now=NOW, reason="Vue hier.")
    told = Notification.objects.get()
    assert told.person == entry.owner
    assert "Vue hier." in told.text
    services.take_off_the_map(entry, way=FreshnessWay.ANIMATOR, by=animator, now=NOW, reason="A déménagé.")
    assert Notification.objects.filter(title__contains="plus sur la carte", text__contains="A déménagé.").exists()


def test_an_animator_who_holds_the_entry_is_not_told_of_what_they_did(animator):
    entry = held(owner=animator)
    services.confirm(entry, way=FreshnessWay.ANIMATOR, by=animator, now=NOW, reason="Moi-même.")
    assert not Notification.objects.exists()


def test_what_leaves_the_map_stays_in_the_list_and_twice_is_once():
    entry = held(26, latitude=45.0, longitude=4.0)
    assert on_the_map(entry)
    assert services.take_off_the_map(entry, way=FreshnessWay.SILENCE, by=None, now=NOW)
    assert not services.take_off_the_map(entry, way=FreshnessWay.SILENCE, by=None, now=NOW)
    assert again(entry).withdrawn_on == TODAY
    assert not on_the_map(entry)
    assert queries.Found(Filters()).pks == [entry.pk]
    assert list(requests.askable()) == []


def test_the_database_keeps_a_reason_for_what_animators_decide(animator):
    entry = held()
    with pytest.raises(IntegrityError), transaction.atomic():
        FreshnessAct.objects.create(entry=entry, deed="confirmed", way="animator", by=animator, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FreshnessAct.objects.create(entry=entry, deed="forgotten", way="owner", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FreshnessAct.objects.create(entry=entry, deed="confirmed", way="magic", at=NOW)
    Reminder.objects.create(entry=entry, sent_on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reminder.objects.create(entry=entry, sent_on=TODAY)


# --- Reminders -----------------------------------------------------------------------------------------------------


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def test_reminders_come_at_twelve_thirteen_and_fifteen_months_then_silence_takes_it_off_the_map():
    entry = held(0, latitude=45.0, longitude=4.0)
    sent, off = [], None
    for week in range(60 * 2):
        day = TODAY + timedelta(weeks=week)
        services.tend(at(day))
        if Reminder.objects.filter(sent_on=day).exists():
            sent.append(day)
        if off is None and again(entry).withdrawn_on:
            off = day
    assert len(sent) == 3
    for day, months in zip(sent, (12, 13, 15), strict=True):
        assert timedelta(0) <= day - freshness.months_after(TODAY, months) < timedelta(weeks=2)
    assert off is not None
    assert timedelta(0) < off - freshness.months_after(TODAY, 24) <= timedelta(weeks=1)
    told = list(Notification.objects.order_by("pk").values_list("title", flat=True))
    assert [title for title in told if "toujours exacte" in title] == told[:3]
    assert "n’est plus sur la carte" in told[3]
    assert len(told) == 4


def test_an_entry_silent_for_years_when_the_site_starts_is_asked_three_times_before_it_leaves_the_map():
    entry = held(60)
    days = [TODAY + timedelta(days=each) for each in range(150)]
    for day in days:
        services.tend(at(day))
    sent = list(Reminder.objects.order_by("sent_on").values_list("sent_on", flat=True))
    assert sent == [TODAY, freshness.months_after(TODAY, 1), freshness.months_after(TODAY, 3)]
    assert again(entry).withdrawn_on == sent[2] + timedelta(days=30)


def test_a_confirmation_starts_the_year_again():
    entry = held(13)
    services.tend(NOW)
    assert Reminder.objects.count() == 1
    services.confirm(entry, way=FreshnessWay.LINK, by=entry.owner, now=NOW)
    for months in range(1, 12):
        services.tend(at(freshness.months_after(TODAY, months)))
    assert Reminder.objects.count() == 1
    services.tend(at(freshness.months_after(TODAY, 12)))
    assert Reminder.objects.count() == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"visibility": Visibility.NOBODY},
        {"is_hidden": True},
        {"withdrawn_on": TODAY},
        {"confirmed_on": None, "owner": None},
    ],
    ids=["unseen", "hidden", "off the map", "never vouched for"],
)
def test_nobody_is_asked_about_these(columns):
    entry = held(30)
    Entry.objects.filter(pk=entry.pk).update(created_at=at(date(2020, 1, 1)), **columns)
    services.tend(NOW)
    assert not Reminder.objects.exists()


def test_one_who_never_confirmed_is_asked_a_year_after_the_entry_was_written():
    entry = CatalystFactory(owner=MemberFactory(), created_at=at(months_ago(12)))
    CatalystFactory(owner=MemberFactory(), created_at=at(months_ago(11)))
    services.tend(NOW)
    assert Reminder.objects.get().entry == entry


def test_without_owner_the_animators_are_asked_together(animator, administrator):
    for owner in (None, None, MemberFactory(is_active=False)):
        held(owner=owner)
    fresh = held(3, owner=None)
    services.tend(NOW)
    services.tend(NOW)
    told = Notification.objects.all()
    assert sorted(each.person_id for each in told) == sorted([animator.pk, administrator.pk])
    assert all("3 fiches" in each.title for each in told)
    assert not Reminder.objects.filter(to_owner=True).exists()
    assert not Reminder.objects.filter(entry=fresh).exists()
    assert reads.waiting_for_animators(TODAY).count() == 3


def test_one_reminder_a_day_whatever_happens():
    entry = held()
    assert services.remind(entry, now=NOW)
    assert services.remind(entry, now=NOW + timedelta(hours=3)) is None
    assert Notification.objects.count() == 1
    assert again(entry).asked_on == TODAY


def test_reminders_of_another_age_are_forgotten():
    entry = held()
    Reminder.objects.create(entry=entry, sent_on=date(2019, 1, 1))
    Reminder.objects.create(entry=entry, sent_on=date(2024, 1, 1))
    services.tend(NOW)
    assert list(Reminder.objects.values_list("sent_on", flat=True)) == [date(2024, 1, 1), TODAY]


def test_after_all_reminders_none_is_due():
    assert reads.reminder_due_on(date(2020, 1, 1), 3, TODAY) is None
    assert reads.reminder_due_on(date(2020, 1, 31), 0, None) == date(2021, 1, 31)
    assert reads.reminder_due_on(date(2020, 1, 1), 2, date(2026, 10, 1)) == date(2026, 12, 1)


# --- The link ------------------------------------------------------------------------------------------------------


def test_the_link_asks_then_confirms_without_sign_in_and_only_once(client):
    entry = held(14)
    path = freshness_links.path(entry)
    page = client.get(path)
    assert page.status_code == 200
    assert "Toujours exact" in page.text
    assert "no-store" in page["Cache-Control"]
    assert 'name="robots" content="noindex"' in page.text
    assert again(entry).confirmed_on == months_ago(14), "opening changes nothing"
    assert client.post(path).status_code == 302
    assert again(entry).confirmed_on == timezone.localdate()
    assert "C’est fait" in client.get(path).text
    client.post(path)
    assert FreshnessAct.objects.get().way == FreshnessWay.LINK


def test_the_link_of_one_entry_does_nothing_to_another(client):
    mine, other = held(14), held(14)
    client.post(freshness_links.path(mine))
    assert again(mine).confirmed_on == timezone.localdate()
    assert again(other).confirmed_on == months_ago(14)
    token = freshness_links.path(mine).rstrip("/").rpartition("/")[2]
    for forged in (
        token[:-3] + "abc",
        token.replace(token[:5], "abcde"),
        signing.dumps([other.pk, other.owner_id, ""]),
        signing.dumps([other.pk, other.owner_id, ""], salt="alliage.notifications.unsubscribe"),
        "x",
    ):
        assert client.post(f"/annuaire/toujours-exact/{forged}/").status_code == 404
    assert again(other).confirmed_on == months_ago(14)


@pytest.mark.parametrize("change", ["given", "closed", "gone", "old"])
def test_the_link_dies_with_what_it_was_sent_for(client, change, monkeypatch):
    entry = held(14)
    path = freshness_links.path(entry)
    if change == "given":
        Entry.objects.filter(pk=entry.pk).update(owner=MemberFactory())
    elif change == "closed":
        type(entry.owner).objects.filter(pk=entry.owner_id).update(is_active=False)
    elif change == "gone":
        entry.delete()
    else:
        monkeypatch.setattr(freshness_links, "LIVES", timedelta(seconds=-1))
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 404
        assert entry.name not in answer.text


def test_an_older_link_says_it_is_done_when_somebody_confirmed_since(client):
    entry = held(14)
    path = freshness_links.path(entry)
    Entry.objects.filter(pk=entry.pk).update(confirmed_on=months_ago(2))
    assert "C’est fait" in client.get(path).text
    client.post(path)
    assert again(entry).confirmed_on == months_ago(2)
    Entry.objects.filter(pk=entry.pk).update(withdrawn_on=TODAY)
    client.post(path)
    assert again(entry).withdrawn_on is None


def test_the_link_of_one_who_never_confirmed():
    entry = CatalystFactory(owner=MemberFactory())
    token = freshness_links.path(entry).rstrip("/").rpartition("/")[2]
    asked = freshness_links.read(token)
    assert asked
    assert not asked.is_done
    services.confirm(entry, way=FreshnessWay.LINK, by=entry.owner, now=NOW)
    assert freshness_links.read(token).is_done


def test_the_mail_of_a_reminder_holds_the_link(django_capture_on_commit_callbacks):
    entry = held(14)
    services.remind(entry, now=NOW)
    told = Notification.objects.get()
    assert re.fullmatch(r"/annuaire/toujours-exact/[^/]+/", told.url)
    assert "un an" in told.text


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_who_holds_an_entry_confirms_it_on_its_page_and_on_their_desk(client, member):
    entry = held(14, owner=member)
    url = f"{entry.get_absolute_url()}confirmer/"
    client.force_login(member)
    assert url in client.get("/mon-espace/").text
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert again(entry).confirmed_on == timezone.localdate()
    assert url not in client.get("/mon-espace/").text


def test_others_confirm_nothing(client, member):
    seen, unseen = held(14), held(14, visibility=Visibility.NOBODY)
    assert client.post(f"{seen.get_absolute_url()}confirmer/").status_code == 302
    client.force_login(member)
    assert client.post(f"{seen.get_absolute_url()}confirmer/").status_code == 403
    assert client.post(f"{unseen.get_absolute_url()}confirmer/").status_code == 404
    assert not FreshnessAct.objects.exists()


def test_an_editor_of_a_group_may_confirm_it(member):
    group = OrganisationFactory()
    MembershipFactory(person=CatalystFactory(owner=member), group=group, is_editor=True)
    assert permissions.can_confirm(member, group)
    assert not permissions.can_confirm(MemberFactory(), group)


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.FACILITATOR])
def test_the_desk_is_for_animators(client, role):
    entry = held(14)
    if role:
        client.force_login(MemberFactory(role=role))
    for path in ("/annuaire/a-confirmer/", f"/annuaire/a-confirmer/{entry.slug}/"):
        for answer in (client.get(path), client.post(path, {"acte": "confirmer", "reason": "x", "fiche": entry.slug})):
            assert answer.status_code == (403 if role else 302)
    assert not FreshnessAct.objects.exists()
    assert not Reminder.objects.exists()


def test_the_desk_narrows_by_state_kind_and_place(client, animator):
    land = TerritoryFactory(kind=Kind.DEPARTEMENT, code="42", name="Loire")
    commune = TerritoryFactory(kind=Kind.COMMUNE, code="42218", name="Saint-Étienne", departement=land)
    names = {
        "Ambre": held(14, name="Ambre", territory=commune),
        "Rouge": held(30, name="Rouge", areas=[land]),
        "Jamais": OrganisationFactory(name="Jamais"),
        "Retirée": held(30, name="Retirée", withdrawn_on=TODAY, owner=None),
        "Verte": held(2, name="Verte"),
        "Cachée": held(30, name="Cachée", visibility=Visibility.NOBODY),
    }
    client.force_login(animator)

    def shown(query: str = "") -> list[str]:
        page = client.get(f"/annuaire/a-confirmer/{query}")
        assert page.status_code == 200
        return [row["entry"].name for row in page.context["rows"]]

    assert shown() == ["Retirée", "Rouge", "Ambre", "Jamais"]
    assert shown("?etat=ageing") == ["Ambre"]
    assert shown("?etat=stale") == ["Retirée", "Rouge"]
    assert shown("?etat=never") == ["Jamais"]
    assert shown("?etat=withdrawn") == ["Retirée"]
    assert shown("?nature=organisation") == ["Jamais"]
    assert shown("?departement=departement:42") == ["Rouge", "Ambre"]
    assert shown("?sans_titulaire=on") == ["Retirée", "Jamais"]
    assert shown("?etat=nimporte&departement=commune:1&page=99") == ["Retirée", "Rouge", "Ambre", "Jamais"]
    assert names["Verte"].kind == EntryKind.CATALYST


def test_an_empty_desk_says_so(client, animator):
    client.force_login(animator)
    assert "Tout est à jour" in client.get("/annuaire/a-confirmer/").text


def test_the_desk_asks_those_ticked_and_no_more_than_once_a_week(client, animator):
    one, other, nobody = held(14), held(14), held(14, owner=None)
    client.force_login(animator)
    page = client.post("/annuaire/a-confirmer/", {"fiche": [one.slug, nobody.slug]}, follow=True).text
    assert "1 rappel est parti" in page
    assert "1 fiche n’a pas reçu" in page
    assert list(Reminder.objects.values_list("entry", flat=True)) == [one.pk]
    page = client.post("/annuaire/a-confirmer/", {"fiche": [one.slug, other.slug]}, follow=True).text
    assert "1 rappel est parti" in page
    assert Reminder.objects.count() == 2
    assert "Cochez les fiches" in client.post("/annuaire/a-confirmer/", follow=True).text
    assert "Cochez les fiches" in client.post("/annuaire/a-confirmer/", {"fiche": "\x00"}, follow=True).text


def test_the_desk_settles_one_entry(client, animator):
    entry = held(30)
    url = f"/annuaire/a-confirmer/{entry.slug}/"
    client.force_login(animator)
    assert "Aucun rappel" in client.get(url).text
    assert client.post(url, {"acte": "retirer"}).status_code == 422
    client.post(url, {"acte": "retirer", "reason": "Partie."})
    assert again(entry).withdrawn_on
    client.post(url, {"acte": "confirmer", "reason": "Vue."})
    assert again(entry).confirmed_on == timezone.localdate()
    assert "Partie." in client.get(url).text
    assert client.post(url, {"acte": "autre"}).status_code == 200
    other = held(30)
    assert (
        "Le rappel est parti"
        in client.post(f"/annuaire/a-confirmer/{other.slug}/", {"acte": "rappeler"}, follow=True).text
    )
    assert (
        "Pas de rappel" in client.post(f"/annuaire/a-confirmer/{other.slug}/", {"acte": "rappeler"}, follow=True).text
    )
    assert client.get("/annuaire/a-confirmer/inconnue/").status_code == 404


def test_what_waits_is_counted_on_the_desk_of_animators(client, animator):
    held(14, owner=None)
    client.force_login(animator)
    assert "Fiches à confirmer" in client.get("/moderation/").text


def test_lists_of_the_desk_cost_the_same_whatever_their_length(client, animator, django_assert_max_num_queries):
    for _each in range(12):
        held(14)
    client.force_login(animator)
    client.get("/annuaire/a-confirmer/")
    with django_assert_max_num_queries(12):
        client.get("/annuaire/a-confirmer/")
