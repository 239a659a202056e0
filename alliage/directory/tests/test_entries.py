"""What anyone finds and reads of an entry, and who must read again after a change."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import queries, services
from alliage.directory.enums import EntryKind, Means, Visibility
from alliage.directory.models import Edition, Entry, EntryArea, EntryTerm, Membership
from alliage.directory.queries import Level, level_of, shown
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


def read(entry, level):
    found = Entry.objects.prefetch_related("memberships__group", "people__person").get(pk=entry.pk)
    return shown(found, level)


@pytest.mark.parametrize(
    ("seen_by", "levels"),
    [
        (Visibility.PUBLIC, {Level.ANYONE, Level.MEMBER, Level.OWNER}),
        (Visibility.MEMBERS, {Level.MEMBER, Level.OWNER}),
        (Visibility.NOBODY, {Level.OWNER}),
    ],
)
def test_a_field_is_read_by_those_its_owner_chose(seen_by, levels):
    entry = CatalystFactory(
        phone="0102030405", function="Directrice", presentation="Bonjour", website="https://exemple.fr",
        links=[{"label": "Blog", "url": "https://exemple.fr"}], territory=TerritoryFactory(), place_precision="seat",
        latitude=1.0, longitude=2.0,
        **{f"{name}_visibility": seen_by for name in ("function", "presentation", "photo", "phone", "links", "place", "memberships")},
    )  # fmt: skip
    MembershipFactory(person=entry)
    for level in Level:
        found = read(entry, level)
        read_fields = (
            found.phone, found.function, found.presentation, found.website, found.links, found.territory,
            found.latitude, found.longitude, found.groups,
        )  # fmt: skip
        assert all(read_fields) if level in levels else not any(read_fields), level


def test_the_owner_alone_reads_everything_of_her_entry():
    owner = MemberFactory()
    entry = CatalystFactory(owner=owner)
    assert level_of(owner, entry) == Level.OWNER
    assert level_of(MemberFactory(), entry) == Level.MEMBER
    assert level_of(owner) == Level.MEMBER


def test_the_editors_of_a_group_read_everything_of_it_and_nothing_more_of_its_people():
    editor, colleague, group = MemberFactory(), MemberFactory(), OrganisationFactory()
    MembershipFactory(group=group, person=CatalystFactory(owner=editor), is_editor=True)
    MembershipFactory(group=group, person=CatalystFactory(owner=colleague))
    assert level_of(editor, group) == Level.OWNER
    assert level_of(colleague, group) == Level.MEMBER
    assert level_of(AnonymousUser(), group) == Level.ANYONE
    assert level_of(editor, Entry.objects.get(owner=colleague)) == Level.MEMBER


def test_a_group_shows_the_people_who_show_it():
    group = OrganisationFactory()
    MembershipFactory(group=group, person=CatalystFactory(name="Visible"))
    MembershipFactory(group=group, person=CatalystFactory(name="Discrète", memberships_visibility=Visibility.NOBODY))
    MembershipFactory(group=group, person=CatalystFactory(name="Retirée", visibility=Visibility.NOBODY))
    MembershipFactory(group=group, person=CatalystFactory(name="Masquée", is_hidden=True))
    for level in (Level.MEMBER, Level.OWNER):  # who holds a group reads its people as any member does
        assert [each.person.name for each in read(group, level).people] == ["Visible"]


def test_a_hidden_field_is_not_found_by_its_words():
    entry = CatalystFactory(
        name="Anne Martin", function="Directrice", function_visibility=Visibility.MEMBERS,
        presentation="Mycologie", presentation_visibility=Visibility.NOBODY,
    )  # fmt: skip
    MembershipFactory(person=entry, group=OrganisationFactory(name="Le Relais"))
    services.save(entry, now=timezone.now())
    assert entry.search_text == " anne martin le relais "
    assert entry.members_text == " anne martin directrice le relais "


def test_saving_leaves_exactly_the_terms_and_areas_given():
    entry, area, other = CatalystFactory(), TerritoryFactory(), TerritoryFactory()
    first, second, third = TermFactory.create_batch(3)
    services.save(entry, terms=[first, second], areas=[area], now=timezone.now())
    services.save(entry, terms=[second, third], areas=[other], now=timezone.now())
    services.save(entry, now=timezone.now())
    assert set(entry.terms.all()) == {second, third}
    assert list(entry.areas.all()) == [other]


def test_every_change_takes_the_next_number():
    one, other = OrganisationFactory(), OrganisationFactory()
    services.save(one, now=timezone.now())
    services.save(other, now=timezone.now())
    assert other.edition == one.edition + 1 == Edition.objects.get().number
    assert services.rebuilt() == Edition.objects.get().rebuilt == other.edition + 1


def test_hiding_and_restoring_are_changes():
    entry = OrganisationFactory()
    services.hide(entry, by=None, now=timezone.now())
    hidden = Entry.objects.get(pk=entry.pk)
    services.restore(entry, by=None, now=timezone.now())
    restored = Entry.objects.get(pk=entry.pk)
    assert hidden.is_hidden
    assert not restored.is_hidden
    assert restored.edition == hidden.edition + 1


def test_a_refused_entry_is_not_written():
    entry = OrganisationFactory()
    entry.website = "javascript:alert(1)"
    with pytest.raises(ValidationError):
        services.save(entry, now=timezone.now())


def refused(**values):
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationFactory(**values)
    return True


def test_the_database_refuses_what_makes_no_sense():
    owner = MemberFactory()
    CatalystFactory(owner=owner)
    OrganisationFactory(source_code="portail", external_id="12")
    assert refused(kind="robot")
    assert refused(means=Means.TEAM)
    assert refused(name="")
    assert refused(blur=3)
    assert refused(phone_visibility="tous")
    assert refused(kind=EntryKind.CATALYST, owner=owner)
    assert refused(source_code="portail", external_id="12")
    assert OrganisationFactory(owner=owner).pk


def test_the_database_refuses_rows_that_make_no_sense_beside_an_entry():
    entry, term, area = CatalystFactory(), TermFactory(), TerritoryFactory()
    EntryTerm.objects.create(entry=entry, term=term)
    EntryArea.objects.create(entry=entry, territory=area)
    membership = MembershipFactory(person=entry)
    for model, values in (
        (EntryTerm, {"entry": entry, "term": term}),
        (EntryArea, {"entry": entry, "territory": area}),
        (Membership, {"person": entry, "group": membership.group}),
        (Membership, {"person": entry, "group": entry}),
        (Edition, {"pk": 2}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**values)
    assert str(entry.entry_terms.get()) == f"{entry.pk} – {term.pk}"
    assert str(entry.entry_areas.get()) == f"{entry.pk} – {area.pk}"
    assert str(membership) == f"{entry.pk} – {membership.group_id}"
    assert str(Edition(number=3)) == "3"


def test_an_entry_has_the_address_of_its_kind(client):
    person = CatalystFactory(slug="anne-martin")
    assert person.get_absolute_url() == "/annuaire/catalyseurs/anne-martin/"
    assert client.get("/annuaire/organisations/anne-martin/")["Location"] == person.get_absolute_url()
    assert queries.entry("personne-de-ce-nom") is None
