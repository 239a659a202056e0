"""Needs of a board: said, said otherwise, ranked, chosen, merged, split and put back; no author is ever lost."""

import contextlib
import random
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alliage.events import sentences
from alliage.events.models import Board, Need, NeedAuthor, NeedLink, NeedVersion, NeedVote
from alliage.events.queries import needs as queries
from alliage.events.services import boards, merging, needs, voting
from alliage.events.services.boards import WorkshopRefused
from alliage.events.services.needs import ChangedMeanwhile, Said, Signed
from alliage.events.tests.factories import NOW
from alliage.events.tests.workshops import board_of, comes, holder, says, workshop
from alliage.events.workshop_enums import BoardState, LinkKind, NeedState, Priority
from alliage.events.workshop_people import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return workshop()


@pytest.fixture
def board(place) -> Board:
    return board_of(place)


# --- Sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (("maire", "trouver des pairs", "ne pas recommencer"), "En tant que maire, j’ai besoin de trouver des pairs afin de ne pas recommencer."),
        (("Élue", "un annuaire", "appeler vite"), "En tant qu’élue, j’ai besoin d’un annuaire afin d’appeler vite."),
        (("", "que tout soit ouvert", ""), "J’ai besoin que tout soit ouvert."),
        (("", "héberger un atelier", ""), "J’ai besoin d’héberger un atelier."),
        (("", "haut débit", ""), "J’ai besoin de haut débit."),
        (("ANCT", "IGN", ""), "En tant qu’ANCT, j’ai besoin d’IGN."),
        (("", "Une phrase. Puis une autre", ""), "Une phrase. Puis une autre."),
        (("", "Et si l’on se parlait ?", ""), "Et si l’on se parlait ?"),
    ],
)  # fmt: skip
def test_a_need_reads_as_a_sentence(typed, read):
    assert sentences.sentence(*typed) == read


@pytest.mark.parametrize(
    ("part", "typed", "kept"),
    [
        ("role", "en tant que maire", "maire"),
        ("wish", "j’ai besoin de comprendre.", "comprendre"),
        ("wish", "d'un outil", "un outil"),
        ("wish", "que ce soit simple", "que ce soit simple"),
        ("aim", "afin de gagner du temps", "gagner du temps"),
        ("aim", "pour gagner", "gagner"),
        ("wish", "de ", "de"),
    ],
)
def test_words_that_the_form_says_already_are_not_said_twice(part, typed, kept):
    assert sentences.blank(part, typed) == kept


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("En tant que maire, j’ai besoin d’une carte afin de voir qui fait quoi.", Said("une carte", "maire", "voir qui fait quoi")),
        ("J'ai besoin de temps", Said("temps")),
        ("en tant qu’élu j’ai besoin de pairs pour apprendre", Said("pairs", "élu", "apprendre")),
        ("Des pairs près de chez moi", Said("Des pairs près de chez moi")),
    ],
)  # fmt: skip
def test_a_card_typed_as_a_sentence_fills_the_three_blanks(text, said):
    assert needs.cleaned(needs.read(text)) == said


def test_a_card_with_a_part_too_long_is_kept_whole():
    text = f"En tant que {'m' * 200}, j’ai besoin de temps"
    assert needs.read(text) == Said(wish=text)


# --- Say -------------------------------------------------------------------------------------------------------------


def test_a_need_is_numbered_and_keeps_its_author(place, board):
    anne = comes(place, name="Anne")
    need = says(board, anne, "une carte", role="maire", aim="voir")
    assert (need.number, need.priority, need.is_live) == (1, Priority.UNSORTED, True)
    author = need.authors.get()
    assert (author.name, author.is_public, author.attendee) == ("Anne", True, anne.attendee)
    assert says(board, anne).number == 2


def test_the_same_act_sent_twice_is_one_need(place, board):
    anne, act = comes(place), uuid4()
    assert says(board, anne, act=act) == says(board, anne, act=act)
    assert Need.objects.count() == 1
    assert NeedAuthor.objects.count() == 1


def test_a_need_that_says_nothing_or_too_much_is_refused(place, board):
    anne = comes(place)
    with pytest.raises(WorkshopRefused, match="Dites de quoi"):
        says(board, anne, "  \x00 ")
    with pytest.raises(WorkshopRefused, match="Contrainte"):
        says(board, anne, constraint="x" * 1001)
    assert not Need.objects.exists()


def test_a_name_that_is_not_given_is_never_published(place, board):
    need = needs.add_need(board, Said("une carte"), by=comes(place), now=NOW, signed=Signed("", is_public=True))
    assert not need.authors.get().is_public


def test_a_board_holds_only_so_many_needs(place, board, monkeypatch):
    monkeypatch.setattr(needs, "MOST_NEEDS", 1)
    anne = comes(place)
    says(board, anne)
    with pytest.raises(WorkshopRefused, match="beaucoup"):
        says(board, anne)


def test_a_closed_board_takes_nothing_and_opens_again(place, board):
    anne, held = comes(place), holder(place)
    need = says(board, anne)
    boards.close(board, by=held, now=NOW)
    boards.close(board, by=held, now=NOW)
    assert board.closed_by == held.member
    for refused in (
        lambda: says(board, anne),
        lambda: voting.vote(need, wanted=True, by=anne, now=NOW),
        lambda: needs.prioritise(need, Priority.MUST, by=held, now=NOW),
        lambda: merging.withdraw(need, by=held, now=NOW),
    ):
        with pytest.raises(WorkshopRefused, match="arrêté"):
            refused()
    boards.reopen(board, by=held, now=NOW)
    boards.reopen(board, by=held, now=NOW)
    assert says(board, anne).number == 2


def test_a_mirror_writes_on_the_board_of_its_workshop(place, board):
    mirror = type(place).objects.create(
        event=place.event, mirror_of=place, kind=place.kind, rank=90, title="Miroir", starts_at=place.starts_at, ends_at=place.ends_at
    )  # fmt: skip
    assert board_of(mirror) == board


# --- Say otherwise ---------------------------------------------------------------------------------------------------


def test_other_words_keep_the_former_ones(place, board):
    anne = comes(place)
    need = says(board, anne, "une carte")
    needs.change_need(need, Said("une carte des acteurs"), seen=1, by=anne, now=NOW)
    assert (need.wish, need.edition) == ("une carte des acteurs", 2)
    version = NeedVersion.objects.get()
    assert (version.number, version.content["wish"], version.attendee) == (1, "une carte", anne.attendee)
    needs.change_need(need, Said("une carte des acteurs"), seen=2, by=anne, now=NOW)
    assert need.edition == 2


def test_two_tabs_do_not_write_over_one_another(place, board):
    anne = comes(place)
    need = says(board, anne, "une carte")
    needs.change_need(need, Said("une carte libre"), seen=1, by=anne, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        needs.change_need(need, Said("une carte chère"), seen=1, by=anne, now=NOW)
    # The same words sent twice are no conflict.
    needs.change_need(need, Said("une carte libre"), seen=1, by=anne, now=NOW)
    assert Need.objects.get().wish == "une carte libre"


def test_those_who_hold_the_workshop_rank_needs(place, board):
    need = says(board, comes(place))
    needs.prioritise(need, Priority.MUST, by=holder(place), now=NOW)
    assert need.priority == Priority.MUST
    with pytest.raises(WorkshopRefused, match="colonne"):
        needs.prioritise(need, "urgent", by=holder(place), now=NOW)


def test_what_is_withdrawn_gives_its_choices_back_and_finds_them_again(place, board):
    anne = comes(place)
    need = says(board, anne)
    voting.vote(need, wanted=True, by=anne, now=NOW)
    merging.withdraw(need, by=anne, now=NOW)
    assert queries.spent(board, anne) == 0
    with pytest.raises(WorkshopRefused, match="plus au tableau"):
        needs.change_need(need, Said("autre"), seen=1, by=anne, now=NOW)
    merging.put_back(need, by=anne, now=NOW)
    assert queries.spent(board, anne) == 1
    with pytest.raises(WorkshopRefused, match="ne peut pas"):
        merging.put_back(need, by=anne, now=NOW)


def test_moderation_hides_a_need_from_the_board_and_shows_it_again(place, board):
    anne = comes(place)
    need = says(board, anne)
    needs.hide(need, by=None, now=NOW)
    assert queries.of_board(board, anne) == []
    assert queries.of_board(board, anne, holds=True) == [need]
    needs.restore(need, by=None, now=NOW)
    assert queries.of_board(board, anne) == [need]


# --- Choose ----------------------------------------------------------------------------------------------------------


def test_each_person_chooses_as_many_needs_as_the_board_says(place, board):
    anne = comes(place)
    boards.set_votes(board, 2, by=holder(place), now=NOW)
    first, second, third = (says(board, anne) for _rank in range(3))
    for need in (first, second, second):
        voting.vote(need, wanted=True, by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="2 voix"):
        voting.vote(third, wanted=True, by=anne, now=NOW)
    voting.vote(first, wanted=False, by=anne, now=NOW)
    voting.vote(third, wanted=True, by=anne, now=NOW)
    assert sorted(NeedVote.objects.values_list("need__number", flat=True)) == [2, 3]
    with pytest.raises(WorkshopRefused, match="déjà donné 2"):
        boards.set_votes(board, 1, by=holder(place), now=NOW)
    with pytest.raises(WorkshopRefused, match="de 1 à"):
        boards.set_votes(board, 99, by=holder(place), now=NOW)


def test_a_member_who_holds_the_workshop_votes_without_being_registered(place, board):
    held = holder(place)
    need = says(board, comes(place))
    voting.vote(need, wanted=True, by=held, now=NOW)
    vote = NeedVote.objects.get()
    assert (vote.member, vote.attendee) == (held.member, None)


def test_the_most_chosen_comes_first_in_its_column(place, board):
    anne, bruno = comes(place), comes(place)
    first, second = says(board, anne), says(board, anne)
    third = says(board, anne)
    needs.prioritise(third, Priority.WONT, by=holder(place), now=NOW)
    voting.vote(second, wanted=True, by=bruno, now=NOW)
    shown = queries.of_board(board, bruno)
    assert [need.number for need in shown] == [third.number, second.number, first.number]
    assert [bool(need.is_my_choice) for need in shown] == [False, True, False]
    columns = queries.columns(shown)
    assert columns[0].code == Priority.UNSORTED
    assert sum(len(column.needs) for column in columns) == 3


# --- Merge, split, undo ----------------------------------------------------------------------------------------------


def test_merging_keeps_authors_originals_and_choices(place, board):
    anne, bruno, chloe = comes(place, name="Anne"), comes(place, name="Bruno"), comes(place, name="Chloé")
    first, second = says(board, anne, "une carte"), says(board, bruno, "un plan")
    needs.prioritise(second, Priority.SHOULD, by=holder(place), now=NOW)
    for need, who in ((first, anne), (second, anne), (second, chloe)):
        voting.vote(need, wanted=True, by=who, now=NOW)
    act = uuid4()
    merged = merging.merge(board, [first, second], Said("une carte commune"), by=holder(place), now=NOW, act=act)
    assert merging.merge(board, [first, second], Said("autre"), by=holder(place), now=NOW, act=act) == merged
    assert [author.name for author in merged.authors.all()] == ["Anne", "Bruno"]
    assert merged.priority == Priority.SHOULD
    first.refresh_from_db()
    assert (first.state, first.wish) == (NeedState.MERGED, "une carte")
    [shown] = queries.of_board(board, anne)
    assert (shown, shown.votes_count) == (merged, 2)
    assert queries.spent(board, anne) == 1
    assert [source.sentence for source in queries.lineage(merged).sources] == [
        "J’ai besoin d’une carte.",
        "J’ai besoin d’un plan.",
    ]
    assert queries.became(first) == [merged]


def test_undoing_a_merge_puts_everything_back_and_spends_no_choice_twice(place, board):
    anne = comes(place)
    boards.set_votes(board, 2, by=holder(place), now=NOW)
    first, second, third = (says(board, anne) for _rank in range(3))
    for need in (first, second):
        voting.vote(need, wanted=True, by=anne, now=NOW)
    merged = merging.merge(board, [first, second], Said("un tout"), by=anne, now=NOW)
    voting.vote(third, wanted=True, by=anne, now=NOW)
    assert merging.undo(merged, by=anne, now=NOW) == [first, second]
    assert {need.number for need in queries.of_board(board, anne)} == {1, 2, 3}
    assert queries.spent(board, anne) == 2
    assert merged.state == NeedState.WITHDRAWN
    assert queries.became(first) == []
    with pytest.raises(WorkshopRefused, match="a changé depuis"):
        merging.undo(merged, by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="ne peut pas"):
        merging.put_back(merged, by=anne, now=NOW)


def test_splitting_keeps_authors_and_gives_choices_back(place, board):
    anne = comes(place, name="Anne")
    need = says(board, anne, "une carte et un annuaire")
    voting.vote(need, wanted=True, by=anne, now=NOW)
    act = uuid4()
    parts = merging.split(need, [Said("une carte"), Said("un annuaire")], by=anne, now=NOW, act=act)
    assert merging.split(need, [Said("une carte"), Said("un annuaire")], by=anne, now=NOW, act=act) == parts
    assert [part.authors.get().name for part in parts] == ["Anne", "Anne"]
    assert need.state == NeedState.SPLIT
    assert queries.spent(board, anne) == 0
    assert queries.became(need) == parts
    with pytest.raises(WorkshopRefused, match="défaites plutôt"):
        merging.withdraw(parts[0], by=anne, now=NOW)
    merging.undo(parts[1], by=anne, now=NOW)
    assert [each.pk for each in queries.of_board(board, anne)] == [need.pk]
    assert queries.spent(board, anne) == 1


def test_what_cannot_be_merged_split_or_undone_is_refused_whole(place, board):
    anne = comes(place)
    first, second = says(board, anne), says(board, anne)
    with pytest.raises(WorkshopRefused, match="de deux"):
        merging.merge(board, [first], Said("un"), by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="au moins deux"):
        merging.split(first, [Said("un")], by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="rien à défaire"):
        merging.undo(first, by=anne, now=NOW)
    merged = merging.merge(board, [first, second], Said("un tout"), by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="Rien n’a été fait"):
        merging.merge(board, [first, merged], Said("encore"), by=anne, now=NOW)
    merging.split(merged, [Said("a"), Said("b")], by=anne, now=NOW)
    with pytest.raises(WorkshopRefused, match="a changé depuis"):
        merging.undo(merged, by=anne, now=NOW)
    assert Need.objects.filter(state=NeedState.LIVE).count() == 2


def test_whoever_was_not_named_somewhere_is_not_named_by_a_merge(place, board):
    anne = comes(place, name="Anne")
    named = says(board, anne, "une carte")
    unnamed = needs.add_need(board, Said("un plan"), by=anne, now=NOW)
    merged = merging.merge(board, [named, unnamed], Said("un tout"), by=anne, now=NOW)
    author = merged.authors.get()
    assert (author.name, author.is_public, author.attendee) == ("", False, anne.attendee)
    assert queries.named(merged.authors.all()) == "une personne de l’atelier"


def test_names_are_said_as_their_authors_let_them(place, board):
    anne, bruno = comes(place, name="Anne"), comes(place, name="Bruno")
    need = says(board, anne)
    needs.sign(need, bruno, Signed("Bruno"))
    authors = need.authors.all()
    assert queries.named(authors) == "Anne et Bruno"
    assert queries.named(authors, public=True) == "Anne et une personne de l’atelier"
    needs.sign(need, comes(place), Signed())
    assert queries.named(need.authors.all(), public=True) == "Anne et 2 personnes de l’atelier"
    assert queries.named([]) == ""


def _ancestors(need: Need) -> set[int]:
    found: set[int] = set()
    waiting = [need.pk]
    while waiting:
        for pk in NeedLink.objects.filter(target=waiting.pop()).values_list("source", flat=True):
            assert pk != need.pk, "a lineage turns back on itself"
            if pk not in found:
                found.add(pk)
                waiting.append(pk)
    return found


def _something(board, people, step: int, lots: random.Random) -> None:
    """One act drawn by lot, which the rules may refuse."""
    live = list(Need.objects.filter(board=board, state=NeedState.LIVE).order_by("number"))
    by, need = lots.choice(people), lots.choice(live)
    some = lots.sample(live, min(len(live), lots.randint(2, 3)))
    parts = [Said(f"part {step}a"), Said(f"part {step}b")]
    deeds = {
        "merge": lambda: merging.merge(board, some, Said(f"fusion {step}"), by=by, now=NOW),
        "split": lambda: merging.split(need, parts, by=by, now=NOW),
        "undo": lambda: merging.undo(need, by=by, now=NOW),
        "vote": lambda: voting.vote(need, wanted=lots.random() < 0.7, by=by, now=NOW),
        "change": lambda: needs.change_need(need, Said(f"autrement {step}"), seen=need.edition, by=by, now=NOW),
    }
    with contextlib.suppress(WorkshopRefused):
        deeds[lots.choice([*deeds, "vote", "undo"])]()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_merged_split_and_undone_no_author_is_lost_and_no_choice_is_made_up(place, board, seed):
    lots = random.Random(seed)
    people = [comes(place, name=f"Personne {rank}") for rank in range(6)]
    boards.set_votes(board, 3, by=people[0], now=NOW)
    for who in people:
        says(board, who, f"besoin de {who.name}")
    for step in range(25):
        _something(board, people, step, lots)
    live = list(Need.objects.filter(board=board, state=NeedState.LIVE))
    authors = {author.attendee_id for need in live for author in need.authors.all()}
    assert authors == {who.attendee.pk for who in people}, "an author is nowhere on the board"
    for need in Need.objects.filter(board=board):
        mine = {author.attendee_id for author in need.authors.all()}
        for pk in _ancestors(need):
            assert {author.attendee_id for author in Need.objects.get(pk=pk).authors.all()} <= mine
    assert all(queries.spent(board, who) <= 3 for who in people)
    assert not NeedVote.objects.filter(need__in=live, slot=None).exists()
    assert not NeedVote.objects.exclude(need__in=live).exclude(slot=None).exists()


# --- What the database refuses ---------------------------------------------------------------------------------------


def breaks(name: str, make) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()
    assert name in str(refused.value) or "UNIQUE" in str(refused.value)


def test_the_database_holds_the_rules_of_needs(place, board):
    anne = comes(place)
    need, later = says(board, anne), says(board, anne)
    same = {"board": board, "number": 99, "wish": "x"}
    breaks("workshop_need_number_unique", lambda: Need.objects.create(**{**same, "number": 1}))
    act = uuid4()
    says(board, anne, act=act)
    breaks("workshop_need_act_once", lambda: Need.objects.create(**same, act=act))
    breaks("workshop_need_says_something", lambda: Need.objects.create(**{**same, "wish": ""}))
    breaks("workshop_need_priority_known", lambda: Need.objects.create(**same, priority="x"))
    breaks("workshop_need_state_known", lambda: Need.objects.create(**same, state="x"))
    breaks("workshop_need_edition_begins_at_one", lambda: Need.objects.create(**same, edition=0))
    breaks("need_link_goes_forward", lambda: NeedLink.objects.create(source=later, target=need, kind=LinkKind.MERGED))
    breaks("need_link_goes_forward", lambda: NeedLink.objects.create(source=need, target=need, kind=LinkKind.MERGED))
    breaks("need_link_kind_known", lambda: NeedLink.objects.create(source=need, target=later, kind="x"))
    NeedLink.objects.create(source=need, target=later, kind=LinkKind.MERGED)
    breaks("need_link_once", lambda: NeedLink.objects.create(source=need, target=later, kind=LinkKind.SPLIT))
    NeedVersion.objects.create(need=need, number=1, content={})
    breaks("need_version_once", lambda: NeedVersion.objects.create(need=need, number=1, content={}))
    breaks("need_author_public_has_a_name", lambda: NeedAuthor.objects.create(need=need, is_public=True))
    breaks("need_author_once_by_attendee", lambda: NeedAuthor.objects.create(need=need, attendee=anne.attendee))
    held = holder(place)
    NeedAuthor.objects.create(need=need, member=held.member)
    breaks("need_author_once_by_member", lambda: NeedAuthor.objects.create(need=need, member=held.member))


def test_the_database_holds_the_rules_of_choices_and_boards(place, board):
    anne, held = comes(place), holder(place)
    need, other = says(board, anne), says(board, anne)
    vote = {"board": board, "need": need}
    breaks("need_vote_of_one_person", lambda: NeedVote.objects.create(**vote, slot=1))
    breaks(
        "need_vote_of_one_person",
        lambda: NeedVote.objects.create(**vote, attendee=anne.attendee, member=held.member, slot=1),
    )
    breaks("need_vote_slot_within_reason", lambda: NeedVote.objects.create(**vote, attendee=anne.attendee, slot=21))
    for person in ({"attendee": anne.attendee}, {"member": held.member}):
        NeedVote.objects.create(**vote, **person, slot=1)
        breaks("need_vote_once", lambda person=person: NeedVote.objects.create(**vote, **person, slot=2))
        breaks("need_vote_slot_once", lambda person=person: NeedVote.objects.create(board=board, need=other, **person, slot=1))  # fmt: skip
    # Two rules refuse it, and each database names the one that it meets first.
    breaks("board_", lambda: Board.objects.filter(pk=board.pk).update(state="x"))
    breaks("board_closed_has_a_date", lambda: Board.objects.filter(pk=board.pk).update(state=BoardState.CLOSED))
    breaks("board_votes_within_reason", lambda: Board.objects.filter(pk=board.pk).update(votes_each=0))
    breaks("sequence", lambda: Board.objects.create(sequence=place))


def test_who_is_nobody_there_reads_the_board_and_has_chosen_nothing(place, board):
    says(board, comes(place), "un pair")
    (need,) = queries.of_board(board, Person())
    assert not need.is_my_choice
    assert queries.spent(board, Person()) == 0
