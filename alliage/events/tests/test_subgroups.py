"""Sub-groups: drawn in balance, given rooms; what is said in a room comes back to the board by itself; mirrors feed the same board."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from alliage.accounts.tests.factories import MemberFactory
from alliage.events.dealing import Someone, deal
from alliage.events.models import Need, Sequence, Subgroup, SubgroupSeat
from alliage.events.queries import needs as need_queries
from alliage.events.queries import workshops as queries
from alliage.events.registers.workshops import entry, url, where, writer
from alliage.events.services import boards, needs, subgroups, voting
from alliage.events.services.boards import WorkshopRefused
from alliage.events.services.needs import Said
from alliage.events.services.subgroups import Named
from alliage.events.tests.factories import NOW
from alliage.events.tests.workshops import board_of, comes, first_of, holder, says, workshop
from alliage.events.workshop_enums import NeedState
from alliage.rooms.enums import CardState, Role
from alliage.rooms.services import cards, clock, people, rooms
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.writing import queries as writing
from alliage.writing.registry import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return workshop()


@pytest.fixture
def held(place):
    return holder(place)


# --- The draw --------------------------------------------------------------------------------------------------------


def _people(lots: random.Random) -> list[Someone]:
    return [Someone(key, lots.randint(1, 4), lots.choice([None, 1, 2])) for key in range(lots.randint(1, 60))]


@pytest.mark.parametrize("seed", range(60))
def test_groups_are_of_one_size_and_each_has_its_share_of_every_profile(seed):
    lots = random.Random(seed)
    people, groups = _people(lots), list(range(1, lots.randint(2, 9)))
    dealt = deal(people, groups, seed=seed)
    assert set(dealt) == {each.key for each in people}
    sizes = Counter(dealt.values())
    assert max(sizes.values()) - min(sizes[group] for group in groups) <= 1
    for profile in {each.profile for each in people}:
        shares = Counter(dealt[each.key] for each in people if each.profile == profile)
        assert max(shares.values()) - min(shares[group] for group in groups) <= 1


def test_the_same_seed_gives_the_same_groups_whatever_the_order_of_people():
    people = _people(random.Random(3))
    assert deal(people, [1, 2, 3], seed=5) == deal(reversed(people), [1, 2, 3], seed=5)
    assert deal(people, [1, 2, 3], seed=5) != deal(people, [1, 2, 3], seed=6)


def test_newcomers_are_dealt_around_those_who_stay():
    there = {1: [Someone(90, 1), Someone(91, 1)], 2: [Someone(92, 2)]}
    dealt = deal([Someone(1, 1), Someone(2, 2), Someone(3, 2)], [1, 2], seed=1, seated=there)
    assert Counter(dealt.values()) == {1: 1, 2: 2}


def test_those_who_come_are_drawn_and_the_draw_may_keep_those_who_sit(place, held):
    profile = Term.objects.create(vocabulary=Vocabulary.CATEGORIES, code="elus-essai", label="Élus")
    coming = [comes(place, profile=profile if rank % 2 else None) for rank in range(6)]
    with pytest.raises(WorkshopRefused, match="combien"):
        subgroups.draw(place, seed=1, by=held, now=NOW)
    groups = subgroups.make(place, 2, by=held, now=NOW)
    assert subgroups.draw(place, seed=1, by=held, now=NOW) == 6
    first = dict(SubgroupSeat.objects.values_list("attendee", "subgroup"))
    assert Counter(first.values()) == {groups[0].pk: 3, groups[1].pk: 3}
    for group in groups:
        assert sum(seat.attendee.profile_id is not None for seat in group.seats.select_related("attendee")) in (1, 2)
    newcomer = comes(place)
    assert subgroups.draw(place, seed=9, keeps=True, by=held, now=NOW) == 7
    again = dict(SubgroupSeat.objects.values_list("attendee", "subgroup"))
    assert {key: again[key] for key in first} == first
    assert newcomer.attendee.pk in again
    coming[0].attendee.seats.all().delete()
    assert subgroups.draw(place, seed=9, keeps=True, by=held, now=NOW) == 6


def test_people_are_seated_by_hand_and_strangers_left_out(place, held):
    anne, stranger = comes(place), comes(Sequence.objects.get(event=place.event, rank=5))
    one, two = subgroups.make(place, 2, by=held, now=NOW)
    wanted = {anne.attendee.pk: one.pk, stranger.attendee.pk: one.pk}
    assert subgroups.seat_many(place, wanted, by=held, now=NOW) == 1
    assert subgroups.seat_many(place, wanted, by=held, now=NOW) == 0
    assert subgroups.seat_many(place, {anne.attendee.pk: 999_999}, by=held, now=NOW) == 0
    assert queries.subgroup_of(place, anne) == 1
    assert subgroups.seat_many(place, {anne.attendee.pk: two.pk}, by=held, now=NOW) == 1
    assert subgroups.seat_many(place, {anne.attendee.pk: None}, by=held, now=NOW) == 1
    assert queries.subgroup_of(place, anne) is None
    assert queries.subgroup_of(place, held) is None


def test_sub_groups_are_made_named_and_removed_while_nothing_happened_there(place, held):
    assert [each.title for each in subgroups.make(place, 3, by=held, now=NOW)] == [
        "Sous-groupe 1",
        "Sous-groupe 2",
        "Sous-groupe 3",
    ]
    assert len(subgroups.make(place, 2, by=held, now=NOW)) == 2
    for count in (0, 99):
        with pytest.raises(WorkshopRefused, match="de 1 à"):
            subgroups.make(place, count, by=held, now=NOW)
    one, two = subgroups.make(place, 2, by=held, now=NOW)
    lea = MemberFactory()
    subgroups.name_all([(one, Named(" Cartes  et listes ", held.member, lea)), (two, Named("B"))], by=held, now=NOW)
    assert (one.title, one.facilitator, one.rapporteur) == ("Cartes et listes", held.member, lea)
    with pytest.raises(WorkshopRefused, match="nom"):
        subgroups.name_all([(one, Named("C")), (two, Named(" "))], by=held, now=NOW)
    one.refresh_from_db()
    assert one.title == "Cartes et listes"
    says(board_of(place), comes(place), subgroup=two)
    with pytest.raises(WorkshopRefused, match="il reste"):
        subgroups.make(place, 1, by=held, now=NOW)


def test_the_sub_groups_of_a_mirror_go_on_counting(place, held):
    subgroups.make(place, 2, by=held, now=NOW)
    assert [each.title for each in subgroups.make(mirror_of(place), 1, by=held, now=NOW)] == ["Sous-groupe 3"]


# --- Rooms -----------------------------------------------------------------------------------------------------------


def mirror_of(place: Sequence, **said) -> Sequence:
    return Sequence.objects.create(
        event=place.event, mirror_of=place, parent=place.parent, kind=place.kind, rank=90, title=place.title,
        **{"starts_at": place.starts_at + timedelta(hours=5), "ends_at": place.ends_at + timedelta(hours=5), **said},
    )  # fmt: skip


def with_room(place, held) -> Subgroup:
    subgroups.make(place, 1, by=held, now=NOW)
    assert subgroups.open_rooms(place, by=held, now=NOW) == 1
    assert subgroups.open_rooms(place, by=held, now=NOW) == 0
    return Subgroup.objects.select_related("room", "sequence__event", "sequence__mirror_of").get(sequence=place)


def opened(group: Subgroup, held):
    """The room at « débat sur les besoins », and who facilitates it."""
    who = people.join(group.room, entry(held.member, group.room), name="Léa", member=held.member, now=NOW)
    rooms.open_room(group.room, by=who, now=NOW)
    clock.go_to(group.room, 1, seen=0, by=who, now=NOW)
    return who


def test_what_is_said_in_the_room_comes_back_once_with_its_author(place, held):
    group = with_room(place, held)
    who = opened(group, held)
    anne = comes(place, member=MemberFactory(name="Anne"))
    her = people.join(group.room, entry(anne.member, group.room), name="Anne", member=anne.member, now=NOW)
    guest = people.join(group.room, entry(anne.member, group.room), name="Bruno", key="k" * 32, now=NOW)
    cards.write(group.room, "besoin", "En tant que maire, j’ai besoin d’une carte afin de voir", by=her, now=NOW)
    cards.write(group.room, "besoin", "Du temps", by=guest, now=NOW)
    cards.write(group.room, "exemple", "Une carte à Lille", by=her, now=NOW)
    assert subgroups.gather_due(now=NOW) == 2
    assert subgroups.gather_due(now=NOW) == 0
    carte, temps = Need.objects.order_by("number")
    assert (carte.role, carte.wish, carte.aim, carte.subgroup, carte.session) == ("maire", "une carte", "voir", group, place)  # fmt: skip
    author = carte.authors.get()
    assert (author.name, author.member, author.attendee, author.is_public) == ("Anne", anne.member, anne.attendee, False)  # fmt: skip
    assert (temps.authors.get().name, temps.authors.get().member) == ("Bruno", None)
    # What changes in the room follows, as long as nobody touched the need.
    mine = group.room.cards.get(text="Du temps")
    cards.rewrite(group.room, mine, "Du temps de secrétariat", by=guest, now=NOW)
    needs.change_need(carte, Said("une carte des acteurs"), seen=1, by=anne, now=NOW)
    cards.rewrite(group.room, group.room.cards.get(text__startswith="En tant"), "Une autre carte", by=her, now=NOW)
    subgroups.gather(group, now=NOW)
    assert set(Need.objects.values_list("wish", flat=True)) == {"une carte des acteurs", "Du temps de secrétariat"}
    # What is taken back goes, what was chosen stays.
    cards.take_back(group.room, mine, by=guest, now=NOW)
    subgroups.gather(group, now=NOW)
    assert Need.objects.get().wish == "une carte des acteurs"
    assert queries.said_apart(place, "exemple") == ["Une carte à Lille"]
    cards.write(group.room, "besoin", "Un besoin de dernière minute", by=her, now=NOW)
    rooms.close_room(group.room, by=who, now=NOW)
    assert Need.objects.count() == 2
    rooms.erase(group.room, now=NOW)
    assert subgroups.gather_all(queries.subgroups([place]), now=NOW) == 0
    assert Need.objects.count() == 2


def test_a_hidden_card_does_not_come_and_a_long_one_is_kept_whole(place, held):
    group = with_room(place, held)
    who = opened(group, held)
    cards.write(group.room, "besoin", "Mot déplacé", by=who, now=NOW)
    cards.set_state(group.room, group.room.cards.get(), CardState.HIDDEN, by=who, now=NOW)
    long = "x" * 700
    cards.write(group.room, "besoin", long, by=who, now=NOW)
    group.room.cards.filter(text=long).update(author=None)
    assert subgroups.gather(group, now=NOW) == 1
    need = Need.objects.get()
    assert need.wish.endswith("…")
    assert need.example == long
    assert not need.authors.exists()


def test_a_closed_board_and_a_group_without_room_gather_nothing(place, held):
    [group] = subgroups.make(place, 1, by=held, now=NOW)
    assert subgroups.gather(group, now=NOW) == 0
    subgroups.open_rooms(place, by=held, now=NOW)
    group.refresh_from_db()
    cards.write(group.room, "besoin", "Tard", by=opened(group, held), now=NOW)
    boards.close(board_of(place), by=held, now=NOW)
    assert subgroups.gather(group, now=NOW) == 0


def test_the_door_of_a_room_knows_who_facilitates_takes_part_or_observes(place, held):
    subgroups.make(place, 2, by=held, now=NOW)
    subgroups.open_rooms(place, by=held, now=NOW)
    one, two = Subgroup.objects.order_by("rank").select_related("room")
    anne, latecomer = comes(place, member=MemberFactory()), comes(place, member=MemberFactory())
    subgroups.seat_many(place, {anne.attendee.pk: one.pk}, by=held, now=NOW)
    assert entry(anne.member, one.room).role == Role.PARTICIPANT
    assert entry(anne.member, two.room).role == Role.OBSERVER
    assert entry(latecomer.member, two.room).role == Role.PARTICIPANT
    assert entry(held.member, two.room).may_facilitate
    lea = MemberFactory()
    subgroups.name_all([(one, Named("A", rapporteur=lea))], by=held, now=NOW)
    assert entry(lea, one.room).may_facilitate
    assert entry(MemberFactory(), one.room) is None
    assert entry(AnonymousUser(), one.room) is None
    assert url(one.room) == one.get_absolute_url()
    Subgroup.objects.all().delete()
    assert entry(anne.member, one.room) is None
    assert url(one.room) == ""


def test_the_page_of_a_sub_group_is_written_by_those_who_sit_there(place, held):
    subgroups.make(place, 2, by=held, now=NOW)
    subgroups.open_rooms(place, by=held, now=NOW)
    one, two = Subgroup.objects.order_by("rank")
    anne = comes(place, member=MemberFactory(name="Anne"))
    subgroups.seat_many(place, {anne.attendee.pk: one.pk}, by=held, now=NOW)
    board_of(place)

    def may(member, group) -> tuple[bool, bool] | None:
        found = writer(Visit(member), str(group.pk))
        return (found.can_write, found.can_manage) if found else None

    assert may(anne.member, one) == (True, False)
    assert may(anne.member, two) == (False, False)
    assert may(held.member, two) == (True, True)
    assert may(MemberFactory(), one) is None
    assert writer(Visit(anne.member), "x") is None
    assert writer(Visit(anne.member), "999999") is None
    boards.close(board_of(place), by=held, now=NOW)
    assert may(held.member, one) == (False, True)
    document = writing.of_scope(subgroups.PURPOSE, one.pk).get()
    assert where(document)[0] == one.get_absolute_url()
    Subgroup.objects.all().delete()
    assert where(document) == ("", "")


# --- Mirrors ---------------------------------------------------------------------------------------------------------


def test_a_mirror_at_six_in_cayenne_feeds_the_same_board_and_reaches_the_top_five(place, held):
    """18:00 in Cayenne is 23:00 in Paris in July; what is said there counts as the rest, and nothing shown tells it apart."""
    mirror = mirror_of(place)
    board = board_of(place)
    for rank in range(8):
        says(board, comes(place), f"besoin de métropole {rank}", session=place)
    overseas = [comes(mirror, name=f"Cayenne {rank}", time_zone="America/Cayenne") for rank in range(3)]
    need = says(board_of(mirror), overseas[0], "des horaires possibles outre-mer", session=mirror)
    for who in overseas:
        voting.vote(need, wanted=True, by=who, now=NOW)
    [top, _other] = need_queries.wall(queries.workshops_of(place.parent))
    assert top.needs[0] == need
    assert (len(top.needs), top.count) == (5, 9)
    assert queries.sessions(place) == [place, mirror]
    assert mirror not in queries.workshops_of(place.parent)


def test_the_wall_of_one_workshop_shows_each_sub_group_and_what_is_shared(place, held):
    board, anne = board_of(place), comes(place)
    one, _two = subgroups.make(place, 2, by=held, now=NOW)
    says(board, anne, "à un", subgroup=one)
    groups = queries.subgroups_named(place, anne)
    assert [(top.title, top.count) for top in need_queries.wall_of_subgroups(board, groups)] == [
        ("Sous-groupe 1", 1),
        ("Sous-groupe 2", 0),
    ]
    says(board, anne, "à tous")
    assert need_queries.wall_of_subgroups(board, groups)[-1].title == "Ensemble"
    assert need_queries.wall_of_subgroups(board, [])[-1].title == place.title
    assert queries.workshops_of(place) == [place]
    Need.objects.update(state=NeedState.WITHDRAWN)
    assert need_queries.wall_of_subgroups(board, []) == []


def test_those_who_may_hold_a_sub_group_are_those_who_hold_or_come(place, held):
    anne = comes(place, member=MemberFactory(name="Anne"))
    MemberFactory()
    assert set(queries.holders([place])) == {held.member, anne.member}
    assert [steward.member for steward in queries.stewards_of(place)] == [held.member]
    assert [(each.attendee, each.subgroup_id) for each in queries.sittings(place)] == [(anne.attendee, None)]


# --- What the database refuses ---------------------------------------------------------------------------------------


def test_the_database_holds_the_rules_of_sub_groups(place, held):
    one, two = subgroups.make(place, 2, by=held, now=NOW)
    anne = comes(place)
    SubgroupSeat.objects.create(subgroup=one, sequence=place, attendee=anne.attendee)
    for make in (
        lambda: SubgroupSeat.objects.create(subgroup=two, sequence=place, attendee=anne.attendee),
        lambda: Subgroup.objects.create(sequence=place, rank=1, title="x"),
        lambda: Subgroup.objects.create(sequence=place, rank=9, title=""),
        lambda: Subgroup.objects.create(sequence=place, rank=0, title="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_a_workshop_is_found_in_its_day(place):
    assert first_of(place.event) == place
