"""Reads of speakers and partners for those who organise: what each has given, what is missing."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q

from alliage.events.enums import SequenceKind, Standing
from alliage.events.models import Appearance, Event, Partner, Rehearsal, Sheet, Speaker, Steward
from alliage.events.organising_enums import Missing
from alliage.territories.folding import fold


@dataclass(frozen=True)
class Row:
    """One speaker, or one partner (by its name, wherever it stands), and their sheet if they have one."""

    who: Speaker | Partner
    sheet: Sheet | None
    missing: list[Missing]
    appearances: list[Appearance]

    @property
    def is_partner(self) -> bool:
        return isinstance(self.who, Partner)

    @property
    def address(self) -> str:
        if isinstance(self.who, Speaker):
            return self.who.email
        return self.sheet.contact if self.sheet else ""

    @property
    def standing(self) -> str:
        """What they answered; before they do, what the organiser knows of them."""
        if self.sheet and self.sheet.answer != Standing.EXPECTED:
            return self.sheet.answer
        known = {each.standing for each in self.appearances}
        return known.pop() if len(known) == 1 else Standing.EXPECTED

    @property
    def standing_words(self) -> str:
        return str(Standing(self.standing).label)

    @property
    def is_invited(self) -> bool:
        return self.sheet is not None and self.sheet.invited_at is not None


def sheet_of(who: Any) -> Sheet | None:
    """A reverse one-to-one says by an exception that there is none."""
    found: Sheet | None = getattr(who, "sheet", None)
    return found


def rows(event: Event) -> list[Row]:
    """Speakers in the order of their names. Three queries."""
    offers = Rehearsal.objects.filter(event=event).exists()
    appearances = Appearance.objects.select_related("item__sequence").order_by("item__sequence__starts_at", "pk")
    speakers = Speaker.objects.filter(event=event).select_related("sheet", "organisation")
    return [
        _speaker_row(speaker, offers=offers)
        for speaker in speakers.prefetch_related(Prefetch("appearances", queryset=appearances))
    ]


def _speaker_row(speaker: Speaker, *, offers: bool) -> Row:
    sheet, appearances = sheet_of(speaker), list(speaker.appearances.all())
    answer = sheet.answer if sheet else Standing.EXPECTED
    known = {each.standing for each in appearances}
    if answer == Standing.DECLINED or known == {Standing.DECLINED}:
        return Row(speaker, sheet, [], appearances)
    missing = []
    if not speaker.email:
        missing.append(Missing.ADDRESS)
    if answer == Standing.EXPECTED and known != {Standing.CONFIRMED}:
        missing.append(Missing.ANSWER)
    missing += _given(sheet, {"bio": Missing.BIO, "photo_id": Missing.PHOTO, "slides_id": Missing.SLIDES})
    missing += _given(sheet, {"recording": Missing.RECORDING})
    if offers:
        missing += _given(sheet, {"rehearsal_id": Missing.REHEARSAL})
    return Row(speaker, sheet, missing, appearances)


def _given(sheet: Sheet | None, wanted: dict[str, Missing]) -> list[Missing]:
    return [missing for name, missing in wanted.items() if not (sheet and getattr(sheet, name))]


def partner_rows(event: Event) -> list[Row]:
    """One for each name, in alphabetical order. One query."""
    beside = Q(event=event) | Q(temps__event=event) | Q(sequence__event=event)
    found: dict[str, Partner] = {}
    for partner in Partner.objects.filter(beside).select_related("sheet", "organisation").order_by("pk"):
        key = fold(partner.name)
        if key not in found or (sheet_of(found[key]) is None and sheet_of(partner) is not None):
            found[key] = partner
    return [_partner_row(found[key]) for key in sorted(found)]


def _partner_row(partner: Partner) -> Row:
    sheet = sheet_of(partner)
    if sheet and sheet.answer == Standing.DECLINED:
        return Row(partner, sheet, [], [])
    missing = [] if sheet and sheet.contact else [Missing.ADDRESS]
    if not sheet or sheet.answer == Standing.EXPECTED:
        missing.append(Missing.ANSWER)
    return Row(partner, sheet, missing + _given(sheet, {"bio": Missing.BIO, "photo_id": Missing.PHOTO}), [])


def speaker_of(event: Event, pk: int) -> Speaker | None:
    return Speaker.objects.filter(event=event, pk=pk).select_related("sheet", "organisation").first()


def shown(event: Event) -> dict[int, Sheet]:
    """By speaker, what public pages show beside the name: sheets with words, a picture or links, of those who did not decline."""
    sheets = Sheet.objects.filter(speaker__event=event).exclude(answer=Standing.DECLINED).select_related("photo")
    return {
        each.speaker_id: each
        for each in sheets
        if each.speaker_id is not None and (each.bio or each.photo_id or each.links)
    }


# --- What is missing in the programme --------------------------------------------------------------------------------

SPOKEN = (SequenceKind.PLENARY,)
HELD = (SequenceKind.PLENARY, SequenceKind.WORKSHOP, SequenceKind.WORKSHOPS, SequenceKind.EXHIBITION)


@dataclass(frozen=True)
class Gaps:
    """Sequences without somebody to speak, without a place where it happens, without somebody who holds them."""

    count: int
    without_speaker: list[Any]
    without_room: list[Any]
    without_steward: list[Any]


def gaps(event: Event) -> Gaps:
    """One query."""
    speaking = Appearance.objects.filter(item__sequence=OuterRef("pk")).exclude(standing=Standing.DECLINED)
    found = list(
        event.sequences.filter(is_cancelled=False)
        .annotate(has_speaker=Exists(speaking), has_steward=Exists(Steward.objects.filter(sequence=OuterRef("pk"))))
        .order_by("starts_at", "rank")
    )
    return Gaps(
        count=len(found),
        without_speaker=[each for each in found if each.kind in SPOKEN and not each.has_speaker],
        without_room=[
            each for each in found if each.kind in HELD and not (each.track or each.join_url or event.join_url)
        ],
        without_steward=[each for each in found if each.kind in HELD and not each.has_steward],
    )
