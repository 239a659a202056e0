"""Writes of the account of a sequence: written by a person from a first draft made by rule, signed, taken back, hidden.

Lock order: the sequence, then its account.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events.chapters import Chapter
from alliage.events.enums import Standing
from alliage.events.models import Minutes, Sequence, Sheet
from alliage.events.organising_enums import Recording
from alliage.events.queries import minutes as reads
from alliage.events.queries.minutes import Source
from alliage.events.services.programme import plain
from alliage.refusals import Refusal
from alliage.rooms.queries import captions

LONGEST_LINE = 2000
MOST_LINES = 80
LONGEST_TITLE = 160


class MinutesRefused(Refusal):
    """The rules of proceedings say no."""


@dataclass(frozen=True)
class Line:
    """One sentence, and what it says: "" when whoever writes says it by themselves."""

    text: str
    ref: str = ""


@dataclass(frozen=True)
class Said:
    """What a person writes of a sequence. `edition`: of the text that they were shown."""

    lines: tuple[Line, ...]
    edition: int
    replay_url: str = ""
    shares_transcript: bool = False
    chapters: tuple[Chapter, ...] = ()


@transaction.atomic
def write(sequence: Sequence, said: Said, *, by: Member, now: datetime) -> Minutes:
    """Keep what is being written: nobody else reads it. What was signed stays as it was signed."""
    _locked(sequence)
    row = _row(sequence, said)
    _check_recording(sequence, said)
    row.lines = _lines(said.lines)
    row.replay_url, row.shares_transcript = said.replay_url[:500], said.shares_transcript
    row.chapters = [{"at": each.at, "title": plain(each.title, LONGEST_TITLE)} for each in said.chapters]
    row.edition, row.written_by, row.written_at = row.edition + 1, by, now
    row.save()
    return row


@transaction.atomic
def sign(sequence: Sequence, said: Said, *, by: Member, now: datetime) -> Minutes:
    """What was written is right, says a person, by name: it is published. Signed again when it changes."""
    row = write(sequence, said, by=by, now=now)
    if not row.lines:
        raise MinutesRefused(_("Un compte rendu sans une phrase ne se signe pas."))
    known = {source.ref: source for source in reads.of_sequence(sequence)}
    row.published = [_published(line, known, row.published) for line in row.lines]
    row.transcript = _transcript(sequence) if row.shares_transcript else ""
    row.signed_by, row.signed_at = by, now
    row.signed_name = (by.get_full_name() or _("une personne du réseau"))[:120]
    row.save()
    return row


@transaction.atomic
def take_back(sequence: Sequence, *, by: Member, now: datetime) -> Minutes | None:  # noqa: ARG001 the name of every service
    """It is in preparation again, for everyone; what was written is kept. Twice is once."""
    _locked(sequence)
    row = Minutes.objects.select_for_update().filter(sequence=sequence).first()
    if row is None or not row.is_signed:
        return row
    row.published, row.transcript = [], ""
    row.signed_by, row.signed_name, row.signed_at = None, "", None
    row.save()
    return row


@transaction.atomic
def hide(obj: Minutes, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Minutes.objects.filter(pk=obj.pk).update(is_hidden=True)


@transaction.atomic
def restore(obj: Minutes, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Minutes.objects.filter(pk=obj.pk).update(is_hidden=False)


@transaction.atomic
def forget_member(member: Member) -> list[int]:
    """What they signed stays published, without their name; answers the numbers of the events whose proceedings name them."""
    rows = Minutes.objects.filter(signed_by=member)
    events = sorted(set(rows.values_list("sequence__event", flat=True)))
    rows.update(signed_name=_("une personne du réseau"))
    return events


def _locked(sequence: Sequence) -> Sequence:
    return Sequence.objects.select_for_update(of=("self",)).select_related("event", "room").get(pk=sequence.pk)


def _row(sequence: Sequence, said: Said) -> Minutes:
    """The account, if nobody wrote in it since it was shown."""
    row = Minutes.objects.select_for_update().filter(sequence=sequence).first() or Minutes(sequence=sequence)
    if row.edition != said.edition:
        raise MinutesRefused(
            _(
                "Quelqu’un d’autre a écrit dans ce compte rendu entre-temps. Votre texte est ci-dessous\u00a0: relisez le sien, puis "
                "enregistrez de nouveau."
            )
        )
    return row


def _lines(lines: Iterable[Line]) -> list[dict[str, str]]:
    kept = [(plain(line.text, LONGEST_LINE), line.ref) for line in lines]
    return [{"text": text, "ref": ref[:60]} for text, ref in kept if text][:MOST_LINES]


def _published(line: Mapping[str, str], known: Mapping[str, Source], before: list[dict[str, Any]]) -> dict[str, Any]:
    """With what one checks it against: what is kept today, else what was kept when it was signed first."""
    ref = line["ref"]
    source = known.get(ref)
    if source is not None:
        return {**line, "source": {"label": source.label, "text": source.text}}
    older = next((each for each in before if each["ref"] == ref and ref), None)
    return {**line, "source": older["source"]} if older else {"text": line["text"], "ref": "", "source": None}


def not_to_be_recorded(sequence: Sequence) -> list[str]:
    """Names of those who speak in a sequence and did not agree to be recorded: nothing said is no consent."""
    found = Sheet.objects.filter(
        speaker__appearances__item__sequence=sequence, answer__in=(Standing.EXPECTED, Standing.CONFIRMED)
    ).exclude(recording=Recording.YES)
    return list(found.order_by("speaker__name").values_list("speaker__name", flat=True).distinct())


def _check_recording(sequence: Sequence, said: Said) -> None:
    if not (said.replay_url or said.shares_transcript):
        return
    names = not_to_be_recorded(sequence)
    if names:
        raise MinutesRefused(
            _("Sans l’accord d’être enregistré de %(who)s, ni la rediffusion ni la transcription ne se publient.")
            % {"who": ", ".join(names)}
        )


def _transcript(sequence: Sequence) -> str:
    room = sequence.room
    return captions.as_text(room) if room is not None and captions.has_transcript(room) else ""
