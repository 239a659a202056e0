"""What people write of themselves, as services keep it."""

import math
from datetime import UTC, datetime
from statistics import median

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts import services as accounts
from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.models import Consent
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import permissions
from alliage.directory.enums import Blur, ChangeAct, EntryKind, Means, PlacePrecision, Visibility
from alliage.directory.models import Edition, Entry, EntryChange, Membership
from alliage.directory.queries import profiles as queries
from alliage.directory.queries.shown import Level
from alliage.directory.services import profiles as services
from alliage.directory.services.points import moved
from alliage.directory.services.profiles import Mark, Point, ProfileRefused, Written
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory, TeamFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import picture, upload
from alliage.notifications.models import Notification
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def write(entry, by=None, now=NOW, version=None, **written):
    values = {"name": entry.name, **written.pop("values", {})}
    version = services.version_of(Entry.objects.get(pk=entry.pk)) if version is None else version
    return services.write(entry, Written(values, **written), version=version, by=by or entry.owner, now=now)


def metres(one, other):
    north = (one[0] - other[0]) * 111_320
    east = (one[1] - other[1]) * 111_320 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


# --- The point ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blur", [Blur.M500, Blur.KM1, Blur.KM2, Blur.KM5])
@pytest.mark.parametrize("place", [(4.92, -52.31), (-22.27, 166.44), (48.85, 2.35), (-89.9, 179.99)])
def test_a_point_is_moved_within_the_radius_and_always_the_same_way(blur, place):
    far = [metres(place, moved(*place, blur, pk)) for pk in range(1, 60)]
    if abs(place[0]) < 80:
        assert max(far) <= blur + 2
        assert max(far) > blur * 0.8
    assert moved(*place, blur, 7) == moved(*place, blur, 7)
    assert len({moved(*place, blur, pk) for pk in range(1, 60)}) == 59
    for latitude, longitude in (moved(*place, blur, pk) for pk in range(1, 60)):
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180


def test_an_exact_point_is_not_moved():
    assert moved(4.92345, -52.31234, Blur.NONE, 1) == (4.92345, -52.31234)


def test_only_the_moved_point_is_written_anywhere():
    entry = CatalystFactory(owner=MemberFactory())
    saved = write(entry, point=Point("typed", 4.92345, -52.31234, Blur.KM2))
    assert 0 < metres((4.92345, -52.31234), (saved.latitude, saved.longitude)) <= 2002
    row = Entry.objects.filter(pk=entry.pk).values().get()
    assert "4.92345" not in str(row)
    assert "-52.31234" not in str(row)
    assert "4.92" not in str(list(EntryChange.objects.values()))
    kept = write(entry, now=LATER, point=Point("kept", blur=Blur.KM2))
    assert (kept.latitude, kept.longitude) == (saved.latitude, saved.longitude)


def test_a_point_may_be_moved_further_and_never_brought_back():
    entry = CatalystFactory(owner=MemberFactory())
    first = write(entry, point=Point("typed", 4.9, -52.3, Blur.M500))
    further = write(entry, point=Point("kept", blur=Blur.KM5))
    assert (further.latitude, further.longitude) != (first.latitude, first.longitude)
    assert further.blur == Blur.KM5
    with pytest.raises(ProfileRefused, match="nulle part"):
        write(entry, point=Point("kept", blur=Blur.M500))


@pytest.mark.parametrize("blur", [Blur.M500, Blur.KM1, Blur.KM2])
def test_points_shown_one_after_the_other_never_lead_back_to_the_true_one(blur):
    """Were every point of an entry moved the same way, two points shown would tell the way.

    A guess falls near the true point by chance once in a few hundred: several entries are looked at, and their middle one.
    """
    true, centre = (4.92345, -52.31234), (4.94, -52.33)
    commune = TerritoryFactory(kind=Kind.COMMUNE, latitude=centre[0], longitude=centre[1], precision="exact")
    guessed = [_guesses(commune, true, centre, blur) for _entry in range(5)]
    for distances in zip(*guessed, strict=True):
        assert median(distances) > 50


def _guesses(commune, true, centre, blur):
    """How far from the true point (metres) someone ends who believes that the points shown were moved the same way."""
    entry = CatalystFactory(owner=MemberFactory())
    # Everyone knows where the middle of a commune is: how it was moved must say nothing of the next point.
    placed = write(entry, values={"territory": commune}, point=Point("commune", blur=blur))
    typed = write(entry, values={"territory": commune}, point=Point("typed", *true, blur))
    from_the_middle = (typed.latitude - placed.latitude + centre[0], typed.longitude - placed.longitude + centre[1])
    # Twice as far from the same place, then further from the point shown: the way is drawn again.
    wider_blur = Blur(blur * 2 if blur < 2000 else 5000)
    wider = write(entry, values={"territory": commune}, point=Point("typed", *true, wider_blur))
    from_wider = _back(typed, wider, wider.blur / blur - 1)
    again = write(entry, values={"territory": commune}, point=Point("typed", *true, blur))
    assert (again.latitude, again.longitude) == (typed.latitude, typed.longitude)
    further = write(entry, values={"territory": commune}, point=Point("kept", blur=Blur.KM5))
    from_further = _back(typed, further, (5000 - blur) / blur)
    assert metres(true, (further.latitude, further.longitude)) <= 5002
    return [metres(true, each) for each in (from_the_middle, from_wider, from_further)]


def _back(near, far, ratio):
    """Prolong the line between two points shown, back to where the first would have been moved from."""
    return (
        near.latitude - (far.latitude - near.latitude) / ratio,
        near.longitude - (far.longitude - near.longitude) / ratio,
    )


def test_the_same_place_typed_again_a_little_further_moves_the_same_way():
    one, other = moved(4.92341, -52.31234, Blur.KM1, 7), moved(4.92344, -52.31231, Blur.KM1, 7)
    assert metres(one, other) < 10


def test_the_point_of_the_commune_and_none_at_all():
    commune = TerritoryFactory(kind=Kind.COMMUNE, latitude=4.94, longitude=-52.33, precision="exact")
    entry = CatalystFactory(owner=MemberFactory())
    placed = write(entry, values={"territory": commune}, point=Point("commune", blur=Blur.NONE))
    assert (placed.latitude, placed.longitude, placed.place_precision) == (4.94, -52.33, PlacePrecision.SEAT)
    bare = write(entry, values={"territory": None}, point=Point("none"))
    assert (bare.latitude, bare.longitude, bare.place_precision) == (None, None, PlacePrecision.UNKNOWN)
    with pytest.raises(ProfileRefused, match="pas de point"):
        write(entry, values={"territory": TerritoryFactory()}, point=Point("commune"))
    with pytest.raises(ProfileRefused, match="pas de point"):
        write(entry, values={"territory": None}, point=Point("commune"))


# --- Begin and edit -------------------------------------------------------------------------------------------------


def test_a_member_has_one_entry_begun_where_nobody_sees_it():
    member = MemberFactory(name="Alix Payet")
    entry = services.begin(member, by=member, now=NOW)
    assert (entry.visibility, entry.name, entry.kind) == (Visibility.NOBODY, "Alix Payet", EntryKind.CATALYST)
    assert services.begin(member, by=member, now=NOW) == entry
    with pytest.raises(ProfileRefused):
        services.begin(member, by=MemberFactory(), now=NOW)
    nameless = MemberFactory(name="…")
    assert services.begin(nameless, by=nameless, now=NOW).name == "Ma fiche"


def test_addresses_never_collide_with_one_another_nor_with_pages():
    CatalystFactory(slug="alix-payet")
    assert services.free_slug("Alix Payet").startswith("alix-payet-")
    assert services.free_slug("Nouvelle").startswith("nouvelle-")
    assert services.free_slug("!!!") == "fiche"


def test_an_address_taken_in_the_same_instant_is_changed(monkeypatch):
    CatalystFactory(slug="alix-payet")
    monkeypatch.setattr(services, "free_slug", lambda name: "alix-payet")
    member = MemberFactory(name="Alix Payet")
    entry = services.begin(member, by=member, now=NOW)
    assert entry.slug.startswith("alix-payet-")


def test_writing_keeps_words_territories_and_says_what_changed():
    metier = TermFactory(vocabulary=Vocabulary.METIERS)
    mission = TermFactory(vocabulary=Vocabulary.MISSIONS, parent=metier)
    area = TerritoryFactory()
    entry = CatalystFactory(owner=MemberFactory())
    saved = write(entry, values={"function": "Maire"}, terms=[metier, mission], areas=[area])
    assert set(saved.terms.all()) == {metier, mission}
    assert saved.confirmed_on == NOW.date()
    change = saved.changes.get()
    assert (change.act, change.fields, change.by) == (ChangeAct.EDITED, ["areas", "function", "terms"], entry.owner)
    assert "maire" in saved.search_text
    write(entry, values={"function": "Maire"}, terms=[metier, mission], areas=[area])
    assert saved.changes.count() == 1
    with pytest.raises(ProfileRefused, match="métier"):
        write(entry, terms=[mission])


def test_the_later_save_is_told_that_the_entry_changed():
    owner = MemberFactory(name="Alix Payet")
    entry = CatalystFactory(owner=owner)
    shown = services.version_of(Entry.objects.get(pk=entry.pk))
    write(entry, values={"function": "Maire"}, version=shown)
    with pytest.raises(services.ChangedMeanwhile, match="Alix Payet") as refused:
        write(entry, values={"function": "Adjointe"}, version=shown)
    assert Entry.objects.get(pk=entry.pk).function == "Maire"
    write(entry, values={"function": "Adjointe"}, version=refused.value.version)
    assert Entry.objects.get(pk=entry.pk).function == "Adjointe"
    EntryChange.objects.all().delete()
    with pytest.raises(services.ChangedMeanwhile, match="a changé"):
        write(entry, version=shown)


def test_a_group_renamed_is_found_with_its_people():
    owner = MemberFactory()
    group = OrganisationFactory(name="Ancienne", owner=owner)
    person = MembershipFactory(group=group).person
    write(group, values={"name": "Relais des Palmes"})
    person.refresh_from_db()
    assert "palmes" in person.search_text


def test_an_animator_s_change_is_told_to_the_owner_and_confirms_nothing():
    animator = MemberFactory(role=Role.ANIMATOR)
    entry = CatalystFactory(owner=MemberFactory())
    saved = write(entry, by=animator, values={"function": "Maire"})
    assert saved.confirmed_on is None
    told = Notification.objects.get(person=entry.owner)
    assert animator.name in told.title


def test_what_the_model_refuses_is_said_and_leaves_no_photo(tmp_path):
    entry = CatalystFactory(owner=MemberFactory())
    with pytest.raises(ProfileRefused):
        write(entry, values={"website": "javascript:alert(1)"}, photo=upload(picture("JPEG"), "moi.jpg"))
    with pytest.raises(ProfileRefused):
        write(entry, values={"website": "javascript:alert(1)"})
    assert not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_photo_replaces_the_former_one(django_capture_on_commit_callbacks, tmp_path):
    entry = CatalystFactory(owner=MemberFactory())
    first = write(entry, photo=upload(picture("JPEG"), "moi.jpg")).photo
    assert first.purpose == "directory.photo"
    with django_capture_on_commit_callbacks(execute=True):
        second = write(entry, photo=upload(picture("JPEG", (60, 60)), "moi.jpg")).photo
    assert list(StoredFile.objects.all()) == [second]
    with django_capture_on_commit_callbacks(execute=True):
        write(entry, removes_photo=True)
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))
    assert write(entry, removes_photo=True).photo is None


# --- Drafts ---------------------------------------------------------------------------------------------------------


def draft(entry, by, tab="a", seen="", now=NOW, force=False, **data):
    return services.keep_draft(
        entry, {name: [text] for name, text in data.items()}, mark=Mark("1", tab, seen, force), by=by, now=now
    )


def test_a_draft_belongs_to_who_types_it():
    owner, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    entry = CatalystFactory(owner=owner)
    before = Entry.objects.get(pk=entry.pk).edition
    draft(entry, owner, name="Un")
    draft(entry, animator, now=LATER, name="Deux")
    entry.refresh_from_db()
    assert services.draft_of(entry, owner)["data"] == {"name": ["Un"]}
    assert services.draft_of(entry, animator)["data"] == {"name": ["Deux"]}
    assert services.draft_of(entry, MemberFactory()) is None
    assert services.draft_of(None, owner) is None
    assert entry.draft_saved_at == LATER
    assert entry.edition == before
    services.drop_draft(entry, by=animator)
    entry.refresh_from_db()
    assert (list(entry.draft), entry.draft_saved_at) == ([f"m{owner.pk}"], NOW)
    services.drop_draft(entry, by=owner)
    entry.refresh_from_db()
    assert (entry.draft, entry.draft_saved_at) == (None, None)


def test_another_window_s_draft_is_never_written_over():
    owner = MemberFactory()
    entry = CatalystFactory(owner=owner)
    first = draft(entry, owner, tab="a", name="Un")
    draft(entry, owner, tab="a", name="Un et demi", now=LATER)
    with pytest.raises(services.ChangedMeanwhile) as refused:
        draft(entry, owner, tab="b", seen=first, name="Deux")
    entry.refresh_from_db()
    assert services.draft_of(entry, owner)["data"] == {"name": ["Un et demi"]}
    draft(entry, owner, tab="b", seen=refused.value.version, name="Deux")
    draft(entry, owner, tab="c", force=True, name="Trois")
    entry.refresh_from_db()
    assert services.draft_of(entry, owner)["data"] == {"name": ["Trois"]}


def test_a_draft_has_a_size():
    owner = MemberFactory()
    with pytest.raises(ProfileRefused, match="trop long"):
        draft(CatalystFactory(owner=owner), owner, presentation="é" * services.DRAFT_BYTES)


def test_saving_ends_the_draft():
    owner = MemberFactory()
    entry = CatalystFactory(owner=owner)
    draft(entry, owner, name="Un")
    assert write(entry).draft is None


# --- Publish, withdraw, give ----------------------------------------------------------------------------------------


def test_who_helps_a_person_never_shows_what_she_keeps_to_herself():
    owner, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    entry = CatalystFactory(owner=owner, phone="0594 00 11 22", phone_visibility=Visibility.MEMBERS)
    for seen_by, refused in (("public", True), ("members", False), ("nobody", False)):
        values = {"phone_visibility": seen_by, "function_visibility": "nobody"}
        if refused:
            with pytest.raises(ProfileRefused, match="Seule la personne"):
                write(entry, by=animator, values=values)
        else:
            assert write(entry, by=animator, values=values).phone_visibility == seen_by
    assert write(entry, by=owner, values={"phone_visibility": "public"}).phone_visibility == "public"
    free, group = (
        CatalystFactory(phone_visibility="nobody"),
        OrganisationFactory(phone_visibility="nobody", owner=owner),
    )
    for each in (free, group):
        assert write(each, by=animator, values={"phone_visibility": "public"}).phone_visibility == "public"


def test_publishing_records_the_consent_to_a_dated_text():
    owner = MemberFactory()
    entry = services.begin(owner, by=owner, now=NOW)
    services.publish(entry, Visibility.MEMBERS, by=owner, now=NOW, where="ma fiche")
    consent = Consent.objects.get(member=owner, text__kind=ConsentKind.PROFILE)
    assert (consent.given_at, consent.where, consent.text.version) == (NOW, "ma fiche", 2)
    assert Entry.objects.get(pk=entry.pk).visibility == Visibility.MEMBERS
    with pytest.raises(ProfileRefused):
        services.publish(entry, Visibility.NOBODY, by=owner, now=NOW, where="ma fiche")
    with pytest.raises(ProfileRefused, match="concernée"):
        services.publish(entry, Visibility.PUBLIC, by=MemberFactory(role=Role.ANIMATOR), now=NOW, where="ailleurs")


def test_withdrawing_takes_the_consent_back_and_the_entry_off():
    owner = MemberFactory()
    entry = services.begin(owner, by=owner, now=NOW)
    services.publish(entry, Visibility.PUBLIC, by=owner, now=NOW, where="ma fiche")
    before = Edition.objects.get().number
    services.withdraw(entry, by=owner, now=LATER)
    entry.refresh_from_db()
    assert entry.visibility == Visibility.NOBODY
    assert entry.edition > before
    assert Consent.objects.get(text__kind=ConsentKind.PROFILE).withdrawn_at == LATER
    assert not permissions.can_see(MemberFactory(), entry)
    services.withdraw(entry, by=owner, now=LATER)
    assert entry.changes.filter(act=ChangeAct.WITHDRAWN).count() == 1


def test_the_consent_taken_back_on_the_account_takes_the_entry_off():
    owner = MemberFactory()
    entry = services.begin(owner, by=owner, now=NOW)
    services.publish(entry, Visibility.PUBLIC, by=owner, now=NOW, where="ma fiche")
    group = OrganisationFactory(owner=owner)
    accounts.give_consent(owner, ConsentKind.NEWSLETTER, by=owner, now=NOW, where="ici")
    accounts.withdraw_consent(owner, ConsentKind.NEWSLETTER, by=owner, now=LATER)
    entry.refresh_from_db()
    assert entry.visibility == Visibility.PUBLIC
    accounts.withdraw_consent(owner, ConsentKind.PROFILE, by=owner, now=LATER)
    entry.refresh_from_db()
    group.refresh_from_db()
    assert (entry.visibility, group.visibility) == (Visibility.NOBODY, Visibility.PUBLIC)


def test_an_animator_withdraws_without_touching_the_consent():
    owner, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    entry = services.begin(owner, by=owner, now=NOW)
    services.publish(entry, Visibility.PUBLIC, by=owner, now=NOW, where="ma fiche")
    services.withdraw(entry, by=animator, now=LATER)
    assert Consent.objects.get(text__kind=ConsentKind.PROFILE).withdrawn_at is None
    assert Notification.objects.filter(person=owner, title__contains="a retiré").exists()


def test_an_organisation_is_published_by_its_editors_without_a_personal_consent():
    owner = MemberFactory()
    group = services.create_group("organisation", name=" Le Relais ", territory=None, by=owner, now=NOW)
    services.publish(group, Visibility.PUBLIC, by=owner, now=NOW, where="ici")
    assert not Consent.objects.filter(text__kind=ConsentKind.PROFILE).exists()
    assert Entry.objects.get(pk=group.pk).visibility == Visibility.PUBLIC


def test_a_group_is_held_by_who_creates_it():
    member = MemberFactory()
    person = services.begin(member, by=member, now=NOW)
    epci = TerritoryFactory(kind=Kind.EPCI)
    team = services.create_group(
        "team", name="Équipe", territory=epci, means=Means.PART_TIME, role="cheffe", by=member, now=NOW
    )
    assert (team.owner, team.means, list(team.areas.all())) == (member, Means.PART_TIME, [epci])
    membership = Membership.objects.get(person=person, group=team)
    assert (membership.role, membership.is_editor) == ("cheffe", True)
    with pytest.raises(ProfileRefused):
        services.create_group("team", name="Équipe", territory=None, by=member, now=NOW)
    with pytest.raises(ProfileRefused):
        services.create_group("organisation", name=" ", territory=None, by=member, now=NOW)


def test_a_member_of_a_group_becomes_its_editor_and_stays_one():
    member, keeper = MemberFactory(), MemberFactory()
    mine = services.create_for("Alix", holder=member, by=MemberFactory(role=Role.ANIMATOR), now=NOW)
    group = services.create_group("organisation", name="Atelier", territory=None, by=keeper, now=NOW)
    services.join(mine, group, role="bénévole", is_editor=False, now=NOW)
    assert not services.join(mine, group, role="autre", is_editor=False, now=NOW).is_editor
    assert services.join(mine, group, role="", is_editor=True, now=NOW).is_editor
    kept = services.join(mine, group, role="", is_editor=False, now=NOW)
    assert (kept.is_editor, kept.role) == (True, "bénévole")


def test_an_entry_begun_for_someone_is_given_unpublished():
    animator, member = MemberFactory(role=Role.ANIMATOR), MemberFactory()
    entry = services.create_for("Alix", holder=None, by=animator, now=NOW)
    assert (entry.owner, entry.visibility) == (None, Visibility.NOBODY)
    given = services.give(entry, member, by=animator, now=NOW)
    assert (given.owner, given.visibility) == (member, Visibility.NOBODY)
    assert Notification.objects.filter(person=member, title__contains="confié").exists()
    with pytest.raises(ProfileRefused, match="déjà une fiche"):
        services.create_for("Autre", holder=member, by=animator, now=NOW)
    assert not Entry.objects.filter(name="Autre").exists()
    with pytest.raises(ProfileRefused, match="déjà cette fiche"):
        services.give(entry, member, by=animator, now=NOW)
    with pytest.raises(ProfileRefused, match="fermé"):
        services.give(entry, MemberFactory(is_active=False), by=animator, now=NOW)
    with pytest.raises(ProfileRefused):
        services.create_for(" ", holder=None, by=animator, now=NOW)


def test_nobody_is_shown_as_part_of_a_group_that_another_hands_to_her():
    """Any member makes a group and may hand it to anyone: what her own entry shows stays hers to decide."""
    stranger, mayor = MemberFactory(), MemberFactory()
    person = CatalystFactory(owner=mayor)
    group = OrganisationFactory(owner=stranger)
    group = services.give(group, mayor, by=stranger, now=NOW)
    assert permissions.can_edit(mayor, group)
    assert not Membership.objects.filter(person=person, group=group).exists()


def test_a_group_handed_over_is_edited_by_its_new_holder_who_belongs_to_it():
    old, new, animator = MemberFactory(), MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    group = OrganisationFactory(owner=old)
    person = CatalystFactory(owner=new)
    MembershipFactory(person=person, group=group)
    services.give(group, new, by=animator, now=NOW)
    assert Membership.objects.get(person=person, group=group).is_editor
    assert {row.person for row in Notification.objects.filter(kind="directory.entry_changed")} == {old, new}
    services.give(group, MemberFactory(), by=new, now=NOW)


# --- Who ------------------------------------------------------------------------------------------------------------


def test_who_may_what():
    visitor, member, owner = AnonymousUser(), MemberFactory(), MemberFactory()
    animator, editor, closed = MemberFactory(role=Role.ANIMATOR), MemberFactory(), MemberFactory(is_active=False)
    person = CatalystFactory(owner=owner)
    group = OrganisationFactory(owner=owner)
    free = OrganisationFactory()
    secret = OrganisationFactory(visibility=Visibility.NOBODY, owner=owner)
    MembershipFactory(group=group, person=CatalystFactory(owner=editor), is_editor=True)
    plain = MembershipFactory(group=group, person=CatalystFactory(owner=member))

    def allowed(question, entry):
        people = {"visitor": visitor, "member": member, "owner": owner, "editor": editor, "animator": animator}
        return {name for name, user in people.items() if question(user, entry)}

    assert allowed(permissions.can_edit, person) == {"owner", "animator"}
    assert allowed(permissions.can_edit, group) == {"owner", "editor", "animator"}
    assert allowed(permissions.can_publish, person) == {"owner"}
    assert allowed(permissions.can_publish, group) == {"owner", "editor", "animator"}
    assert allowed(permissions.can_withdraw, person) == {"owner", "animator"}
    assert allowed(permissions.can_give, person) == {"animator"}
    assert allowed(permissions.can_give, group) == {"owner", "animator"}
    assert allowed(permissions.can_manage_people, person) == set()
    assert allowed(permissions.can_manage_people, group) == {"owner", "editor", "animator"}
    assert allowed(permissions.can_claim, free) == {"member", "owner", "editor", "animator"}
    assert allowed(permissions.can_claim, group) == set()
    assert allowed(permissions.can_join, group) == {"member", "owner", "editor", "animator"}
    assert allowed(permissions.can_join, secret) == {"owner"}
    assert allowed(permissions.can_join, person) == set()
    assert allowed(permissions.can_leave, plain) == {"member", "owner", "editor", "animator"}
    assert allowed(lambda user, _entry: permissions.can_create(user), person) == {
        "member",
        "owner",
        "editor",
        "animator",
    }
    assert allowed(lambda user, _entry: permissions.can_create_for(user), person) == {"animator"}
    assert not permissions.is_editor(closed, person)


@pytest.mark.parametrize(
    ("field", "visitor", "member"),
    [(Visibility.PUBLIC, True, True), (Visibility.MEMBERS, False, True), (Visibility.NOBODY, False, False)],
)
def test_who_writes_and_who_reads_the_photo(field, visitor, member):
    entry = CatalystFactory(owner=MemberFactory(), contact_visibility=field, photo_visibility=field)
    someone = MemberFactory()
    assert permissions.can_write_to(AnonymousUser(), entry) == visitor
    assert permissions.can_write_to(someone, entry) == member
    assert permissions.can_read_photo(AnonymousUser(), entry) == visitor
    assert permissions.can_read_photo(someone, entry) == member
    assert permissions.can_read_photo(entry.owner, entry)
    entry.visibility = Visibility.NOBODY
    assert not permissions.can_write_to(someone, entry)
    assert not permissions.can_read_photo(someone, entry)
    assert permissions.can_read_photo(entry.owner, entry)


# --- Reads ----------------------------------------------------------------------------------------------------------


def test_what_is_missing_shrinks_as_it_is_said():
    owner = MemberFactory()
    entry = CatalystFactory(owner=owner)
    assert [each.anchor for each in queries.missing(entry)] == [
        "id_function", "id_presentation", "metiers", "territoires", "id_category", "id_photo",
    ]  # fmt: skip
    full = write(
        entry,
        values={"function": "Maire", "presentation": "Bonjour", "is_national": True, "category": TermFactory()},
        terms=[TermFactory(vocabulary=Vocabulary.METIERS)],
        photo=upload(picture("JPEG"), "moi.jpg"),
    )
    assert queries.missing(full) == []
    assert "id_function" not in [each.anchor for each in queries.missing(OrganisationFactory())]


def test_look_alikes_are_found_by_name_and_for_a_team_by_territory():
    here, elsewhere = TerritoryFactory(), TerritoryFactory()
    relais = OrganisationFactory(name="Le Relais de Cayenne", other_names="RDC;", territory=here)
    OrganisationFactory(name="Relais de Cayenne caché", visibility=Visibility.NOBODY)
    OrganisationFactory(name="Mission locale", territory=here)
    team = TeamFactory(name="Équipe projet", territory=elsewhere)
    assert queries.look_alikes("organisation", "relais de cayenne", None) == [relais]
    assert queries.look_alikes("organisation", "Relais de Cayene", here) == [relais]
    assert queries.look_alikes("organisation", "Tout autre chose", here) == []
    assert queries.look_alikes("organisation", "...", None) == []
    assert queries.look_alikes("team", "Autre nom", elsewhere) == [team]
    assert queries.look_alikes("team", "Autre nom", here) == []


def test_what_may_be_done_about_an_entry_is_offered_to_those_who_may(django_assert_max_num_queries):
    visitor, member, owner = AnonymousUser(), MemberFactory(), MemberFactory()
    person = CatalystFactory(owner=owner, phone="0594 12 34 56", phone_visibility=Visibility.PUBLIC)
    free, held = OrganisationFactory(), OrganisationFactory(owner=owner)
    with django_assert_max_num_queries(0):
        acts = queries.acts(visitor, person, level=Level.ANYONE)
    assert [act.label for act in acts] == ["Lui demander de l’aide", "Écrire", "Appeler le 0594 12 34 56"]
    assert [act.is_main for act in acts] == [True, False, False]
    assert acts[0].url == f"/annuaire/demander/?a={person.slug}"
    assert acts[2].url == "tel:0594123456"
    assert next(act.label for act in queries.acts(owner, person, level=Level.MEMBER)) == "Écrire"
    left = CatalystFactory(withdrawn_on=timezone.localdate())
    assert "Lui demander de l’aide" not in [act.label for act in queries.acts(visitor, left, level=Level.ANYONE)]

    def offered(user, entry):
        return [act.label for act in queries.acts(user, entry, level=Level.MEMBER)]

    assert offered(visitor, free) == ["Écrire", "C’est mon organisation"]
    assert offered(visitor, held) == ["Écrire"]
    assert offered(member, free) == ["Écrire", "C’est mon organisation"]
    assert offered(member, held) == ["Écrire", "J’en fais partie"]
    MembershipFactory(group=held, person=CatalystFactory(owner=member))
    with django_assert_max_num_queries(3):
        assert offered(member, held) == ["Écrire"]
    MembershipFactory(group=held, person=person)
    assert offered(owner, held) == ["Écrire", "Modifier la fiche", "Voir les personnes"]
    hidden = CatalystFactory(contact_visibility=Visibility.NOBODY, phone="1", phone_visibility=Visibility.NOBODY)
    assert offered(member, hidden) == []
    secret = OrganisationFactory(owner=owner, visibility=Visibility.NOBODY)
    assert offered(member, secret) == []
    assert queries.tel("") == ""
    assert queries.tel("+594 5.94") == "tel:+594594"


# --- Personal data --------------------------------------------------------------------------------------------------


def test_a_member_receives_what_is_kept_and_nothing_of_others():
    owner, other = MemberFactory(), MemberFactory()
    entry = CatalystFactory(owner=owner, phone="0594", phone_visibility=Visibility.NOBODY)
    group = OrganisationFactory(owner=owner)
    MembershipFactory(person=entry, group=group)
    draft(entry, owner, name="À moi")
    draft(group, other, name="À l’autre")
    write(entry)
    draft(entry, owner, name="À moi encore")
    kept = queries.export_of(owner)
    assert kept["fiche"]["phone"] == "0594"
    assert kept["fiche"]["organisations"] == [{"group__name": group.name, "role": "", "is_editor": False}]
    assert [each["slug"] for each in kept["fiches_tenues"]] == [group.slug]
    assert "À moi encore" in str(kept)
    assert "À l’autre" not in str(kept)
    assert queries.export_of(other)["fiche"] is None


def test_closing_the_account_erases_entry_photo_drafts_and_frees_groups(django_capture_on_commit_callbacks, tmp_path):
    owner, other = MemberFactory(), MemberFactory()
    entry = CatalystFactory(owner=owner)
    write(entry, photo=upload(picture("JPEG"), "moi.jpg"))
    group = OrganisationFactory(owner=owner)
    MembershipFactory(person=entry, group=group)
    draft(group, owner, name="Brouillon")
    draft(group, other, name="Autre")
    with django_capture_on_commit_callbacks(execute=True):
        accounts.close_account(owner, by=owner, now=NOW)
    assert not Entry.objects.filter(pk=entry.pk).exists()
    assert not StoredFile.objects.exists()
    assert not list(tmp_path.rglob("*.jpg"))
    group.refresh_from_db()
    assert group.owner is None
    assert list(group.draft) == [f"m{other.pk}"]
    assert not group.people.exists()
    assert Edition.objects.get().rebuilt
    accounts.close_account(other, by=other, now=NOW)
    group.refresh_from_db()
    assert group.draft is None


def test_closing_an_account_without_a_photo_erases_its_entry_too():
    owner = MemberFactory()
    CatalystFactory(owner=owner)
    accounts.close_account(owner, by=owner, now=NOW)
    assert not Entry.objects.exists()


def test_what_moderation_decides_of_an_entry_is_told_to_its_owner():
    from alliage.moderation import references

    entry = CatalystFactory(owner=MemberFactory())
    kind = references.reportable_of(entry)
    assert kind.author(entry) == entry.owner
    assert kind.author(OrganisationFactory()) is None


def test_the_database_refuses_an_unknown_act():
    entry = CatalystFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryChange.objects.create(entry=entry, act="danced", at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CatalystFactory(contact_visibility="amis")
    assert str(EntryChange(entry=entry, act="edited")) == f"{entry.pk} – edited"
