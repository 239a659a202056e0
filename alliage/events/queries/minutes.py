"""What an account may say of a sequence: what was kept in its room, asked, decided, measured, written after. By rule, without guessing.

Nothing of a confidential room, of a rehearsal, nor of what is hidden or private; nobody's name; below five people, no figure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.events.live_enums import ContributionKind, ContributionState
from alliage.events.models import Contribution, Need, Sequence, Stay
from alliage.events.specification_texts import ranked, sentence_of
from alliage.events.workshop_enums import NeedState
from alliage.questionnaires import queries as questionnaires
from alliage.questionnaires.drawing.showing import share
from alliage.questionnaires.enums import OpeningState, QuestionKind
from alliage.questionnaires.models import Opening
from alliage.questionnaires.results import Result
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card, Room
from alliage.rooms.phases import Capture
from alliage.rooms.services.polls import SCOPE

FLOOR = 5
MOST_QUESTIONS, MOST_CHOSEN, MOST_OUTCOMES, MOST_NEEDS, MOST_WORDS = 5, 3, 12, 5, 5


@dataclass(frozen=True)
class Source:
    """One thing that was kept. `sentence` is what the account says of it by rule; `label` and `text`, what one checks it against.

    `answer` and `weight` (how many chose it) belong to questions; `href` is where those who hold the sequence read it.
    """

    ref: str
    label: str
    text: str
    sentence: str
    answer: str = ""
    weight: int = 0
    href: str = ""
    is_question: bool = False
    result: Result | None = None

    @property
    def is_answered(self) -> bool:
        return self.is_question and bool(self.answer)


def sources(sequences: Iterable[Sequence]) -> dict[int, list[Source]]:
    """For each sequence (with its room), by its number: decisions, what was most chosen, questions, polls, needs, what was written after,
    how many came. Six queries for all of them."""
    asked = list(sequences)
    rooms = {each.pk: each.room for each in asked if _tells(each.room)}
    found: dict[int, list[Source]] = {each.pk: [] for each in asked}
    cards = _cards(rooms)
    polls = _polls(rooms)
    needs, after, present = _needs(asked), _after(asked), _present(asked)
    for each in asked:
        room = rooms.get(each.pk)
        parts = [
            present.get(each.pk, []),
            _of_cards(room, cards.get(each.pk, [])) if room is not None else [],
            polls.get(each.pk, []),
            needs.get(each.pk, []),
            after.get(each.pk, []),
        ]
        found[each.pk] = [source for part in parts for source in part]
    return found


def of_sequence(sequence: Sequence) -> list[Source]:
    return sources([sequence])[sequence.pk]


def _tells(room: Room | None) -> bool:
    return room is not None and not room.is_confidential and not room.is_rehearsal


# --- What was written in the room --------------------------------------------------------------------------------------


def _cards(rooms: dict[int, Room | None]) -> dict[int, list[Card]]:
    by_room = {room.pk: pk for pk, room in rooms.items() if room is not None}
    found: dict[int, list[Card]] = {}
    for card in Card.objects.filter(room__in=by_room, state=CardState.SHOWN).order_by("number"):
        found.setdefault(by_room[card.room_id], []).append(card)
    return found


def _of_cards(room: Room, cards: list[Card]) -> list[Source]:
    """Decisions, then what was most chosen, then questions, the most chosen first."""
    kinds = [(card, capture) for card in cards if (capture := room.sheet.capture(card.phase, card.kind)) is not None]
    kinds = [(card, capture) for card, capture in kinds if not capture.is_private]
    outcomes = [each for each in kinds if each[1].is_outcome]
    chosen = [each for each in kinds if each[1].votes and not each[1].is_question and each[0].votes_count]
    asked = [each for each in kinds if each[1].is_question]
    return [
        *(_outcome(room, card, capture) for card, capture in outcomes[:MOST_OUTCOMES]),
        *(_chosen(room, card, capture) for card, capture in _most(chosen)[:MOST_CHOSEN] if not capture.is_outcome),
        *(_question(room, card) for card, _capture in _most(asked)[:MOST_QUESTIONS]),
    ]


def _most(kinds: list[tuple[Card, Capture]]) -> list[tuple[Card, Capture]]:
    return sorted(kinds, key=lambda each: (-each[0].votes_count, each[0].number))


def _href(room: Room, card: Card) -> str:
    return f"{room.get_absolute_url()}#ecrit-{card.pk}"


def _outcome(room: Room, card: Card, capture: Capture) -> Source:
    sentence = f"{capture.label}\u00a0: {_ended(card.text)}"
    return Source(
        f"card:{card.pk}", capture.label, card.text, sentence, weight=card.votes_count, href=_href(room, card)
    )


def _chosen(room: Room, card: Card, capture: Capture) -> Source:
    votes = _votes(card.votes_count)
    sentence = _("%(what)s, parmi les plus choisis (%(votes)s)\u00a0: %(text)s") % {
        "what": capture.label,
        "votes": votes,
        "text": _ended(card.text),
    }
    label = f"{capture.label} ({votes})"
    return Source(f"card:{card.pk}", label, card.text, sentence, weight=card.votes_count, href=_href(room, card))


def _question(room: Room, card: Card) -> Source:
    asked = " ".join(card.text.split())
    votes = f" ({_votes(card.votes_count)})" if card.votes_count else ""
    answer = card.answer
    if answer:
        said = _("À la question «\u00a0%(asked)s\u00a0»%(votes)s, il est répondu\u00a0: %(answer)s")
    elif card.answered_at:
        answer = _("répondue à l’oral")
        said = _("La question «\u00a0%(asked)s\u00a0»%(votes)s a reçu une réponse à l’oral.")
    else:
        said = _("La question «\u00a0%(asked)s\u00a0»%(votes)s reste sans réponse.")
    sentence = said % {"asked": asked, "votes": votes, "answer": _ended(answer)}
    label = _("question posée en séance") + votes
    return Source(
        f"card:{card.pk}", label, card.text, sentence, answer, card.votes_count, _href(room, card), is_question=True
    )


def _votes(count: int) -> str:
    return ngettext("%(count)s voix", "%(count)s voix", count) % {"count": count}


def _ended(text: str) -> str:
    """On one line, ended as a sentence is."""
    line = " ".join(text.split())
    return line if line.endswith((".", "…", "?", "!")) else f"{line}."


# --- Polls -------------------------------------------------------------------------------------------------------------


def _polls(rooms: dict[int, Room | None]) -> dict[int, list[Source]]:
    """Those that are over, answered by five people or more; never texts, where people say who they are."""
    by_scope = {str(room.pk): pk for pk, room in rooms.items() if room is not None}
    asked = Opening.objects.filter(scope=SCOPE, scope_id__in=by_scope, state=OpeningState.CLOSED)
    asked = asked.select_related("version__questionnaire").order_by("pk")
    found: dict[int, list[Source]] = {}
    for results in questionnaires.results_of(asked):
        for result in results.questions:
            if result.answered >= FLOOR and result.question.kind != QuestionKind.TEXT:
                place = found.setdefault(by_scope[results.opening.scope_id], [])
                place.append(_poll(results.opening, result))
    return found


def _poll(opening: Opening, result: Result) -> Source:
    people = ngettext("%(count)s réponse", "%(count)s réponses", result.answered) % {"count": result.answered}
    said = {"title": result.question.title, "people": people, "first": _first(result)}
    sentence = _("Au sondage «\u00a0%(title)s\u00a0» (%(people)s)%(first)s.") % said
    return Source(f"poll:{opening.pk}", _("sondage, %(people)s") % said, result.question.title, sentence, result=result)


def _first(result: Result) -> str:
    """What comes first, in words; nothing when two do."""
    if result.bars:
        ordered = sorted(result.bars, key=lambda bar: -bar.count)
        if len(ordered) > 1 and ordered[0].count == ordered[1].count:
            return _(
                "\u00a0: «\u00a0%(one)s\u00a0» et «\u00a0%(two)s\u00a0» viennent ensemble en tête, à %(share)s"
            ) % {
                "one": ordered[0].title,
                "two": ordered[1].title,
                "share": share(ordered[0].share),
            }
        return _("\u00a0: «\u00a0%(one)s\u00a0» vient en tête, à %(share)s") % {
            "one": ordered[0].title,
            "share": share(ordered[0].share),
        }
    if result.words:
        return _("\u00a0: le mot le plus donné est «\u00a0%(word)s\u00a0»") % {"word": result.words[0].text}
    return ""


# --- Needs, what was written after, who came -----------------------------------------------------------------------------


def _needs(sequences: list[Sequence]) -> dict[int, list[Source]]:
    """The first needs of each board, in its order; their authors stay on the board."""
    rows = Need.objects.filter(board__sequence__in=sequences, state=NeedState.LIVE, is_hidden=False)
    rows = rows.select_related("board").annotate(votes_count=Count("votes"))
    by_sequence: dict[int, list[Need]] = {}
    for need in rows:
        by_sequence.setdefault(need.board.sequence_id, []).append(need)
    return {pk: [_need(need) for need in ranked(needs)[:MOST_NEEDS]] for pk, needs in by_sequence.items()}


def _need(need: Need) -> Source:
    words = sentence_of(need)
    label = _("besoin n° %(number)s, %(priority)s") % {
        "number": need.number,
        "priority": need.get_priority_display(),
    }
    return Source(f"need:{need.pk}", label, words, _ended(words), href=need.get_absolute_url())


def _after(sequences: list[Sequence]) -> dict[int, list[Source]]:
    rows = Contribution.objects.filter(sequence__in=sequences, state=ContributionState.SHOWN).order_by("pk")
    found: dict[int, list[Contribution]] = {}
    for row in rows:
        found.setdefault(row.sequence_id, []).append(row)
    return {pk: [_written_after(row) for row in some[:MOST_WORDS]] for pk, some in found.items()}


def _written_after(row: Contribution) -> Source:
    kind = str(ContributionKind(row.kind).label)
    sentence = _("Après la séquence, %(kind)s\u00a0: «\u00a0%(text)s\u00a0»") % {
        "kind": kind,
        "text": " ".join(row.text.split()),
    }
    return Source(f"after:{row.pk}", _("écrit après la séquence"), row.text, sentence)


def _present(sequences: list[Sequence]) -> dict[int, list[Source]]:
    counts = (
        Stay.objects.filter(sequence__in=sequences).values("sequence").annotate(count=Count("attendee", distinct=True))
    )
    return {
        row["sequence"]: [_came(row["sequence"], row["count"])] for row in counts.order_by() if row["count"] >= FLOOR
    }


def _came(pk: int, count: int) -> Source:
    words = _("%(count)s personnes inscrites sont venues en séance.") % {"count": count}
    return Source(f"present:{pk}", _("présence mesurée par la salle"), words, words)


def answered(found: Iterable[Source]) -> Iterator[Source]:
    """Questions that got an answer."""
    return (source for source in found if source.is_answered)
