"""Writes of sheets: what a speaker or a partner says by their link. Whoever holds the link acts; there is no account.

Invitations and reminders are in `invitations.py`, moments to rehearse in `rehearsals.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.events import speaker_links
from alliage.events.enums import Standing
from alliage.events.models import Appearance, Event, Partner, Rehearsal, Sheet, Speaker
from alliage.events.organising_enums import Recording
from alliage.events.services import rehearsals
from alliage.events.services.contents import event_of
from alliage.events.services.programme import ChangedMeanwhile, lock, plain, touched
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.notifications.services import notify_many
from alliage.ui import drafts
from alliage.ui.drafts import Mark

PHOTO_PURPOSE, SLIDES_PURPOSE = "events.speaker_photo", "events.slides"
ANSWERED = "events.speaker_answered"
LONGEST_BIO, LONGEST_MESSAGE, MOST_LINKS, LONGEST_LINK, DRAFT_BYTES = 2000, 2000, 5, 300, 20_000


@dataclass(frozen=True)
class SheetSaid:
    answer: str = Standing.EXPECTED
    bio: str = ""
    links: list[str] = field(default_factory=list)
    shares_slides: bool = False
    recording: str = Recording.UNSAID
    rehearsal: Rehearsal | None = None
    message: str = ""
    photo: UploadedFile | None = None
    slides: UploadedFile | None = None
    removes_photo: bool = False
    removes_slides: bool = False


def recording_words() -> str:
    """What one agrees to, kept with the date."""
    return _(
        "J’accepte que mon intervention soit enregistrée, et que l’enregistrement soit publié avec les actes de la journée. "
        "Je peux revenir sur cet accord à tout moment, sur cette page."
    )


def event_of_sheet(sheet: Sheet) -> int:
    """The number of the event."""
    if sheet.speaker is not None:
        return sheet.speaker.event_id
    assert sheet.partner is not None
    return event_of(sheet.partner)


def of(who: Speaker | Partner) -> Sheet | None:
    by = {"speaker": who} if isinstance(who, Speaker) else {"partner": who}
    return Sheet.objects.filter(**by).first()


@transaction.atomic
def ensure(who: Speaker | Partner) -> Sheet:
    """The sheet, and so the link, of a speaker or a partner; made when there is none."""
    lock(who.event_id if isinstance(who, Speaker) else event_of(who))
    found = of(who)
    if found is not None:
        return found
    seed = secrets.token_urlsafe(32)
    by = {"speaker": who} if isinstance(who, Speaker) else {"partner": who}
    return Sheet.objects.create(**by, seed=seed, token_digest=speaker_links.digest(speaker_links.token_of(seed)))


def renew_link(who: Speaker | Partner) -> None:
    """What was sent to another address opens nothing any more; what was said stays. Invited anew by the organiser."""
    seed = secrets.token_urlsafe(32)
    by = {"speaker": who} if isinstance(who, Speaker) else {"partner": who}
    Sheet.objects.filter(**by).update(
        seed=seed, token_digest=speaker_links.digest(speaker_links.token_of(seed)), invited_at=None, reminded_on=None,
        opened_at=None,
    )  # fmt: skip


def forget_files(who: Speaker) -> None:
    """Picture and slides are thrown away, and the moment of rehearsal given back."""
    sheet = of(who)
    if sheet is None:
        return
    rehearsals.take(sheet, None)
    for stored in (sheet.photo, sheet.slides):
        if stored is not None:
            files.discard(stored)


def opened(sheet: Sheet, *, now: datetime) -> None:
    """The organiser sees that it was opened; the first time counts."""
    if sheet.opened_at is None:
        Sheet.objects.filter(pk=sheet.pk, opened_at=None).update(opened_at=now)


# --- What they say -------------------------------------------------------------------------------------------------


def save(sheet: Sheet, said: SheetSaid, *, now: datetime, version: str = "", tab: str = "") -> Sheet:
    """Everything that the page holds, at once. Files are checked first, and thrown away again when the rest is refused."""
    photo = _stored(said.photo, PHOTO_PURPOSE, now)
    try:
        slides = _stored(said.slides, SLIDES_PURPOSE, now)
    except BaseException:
        _throw(photo)
        raise
    try:
        return _save(sheet, said, photo, slides, now=now, version=version, tab=tab)
    except BaseException:
        _throw(photo)
        _throw(slides)
        raise


def _stored(upload: UploadedFile | None, purpose: str, now: datetime) -> StoredFile | None:
    return files.store(upload, by_id=None, purpose=purpose, now=now) if upload is not None else None


def _throw(stored: StoredFile | None) -> None:
    if stored is not None:
        files.discard(stored)


@transaction.atomic
def _save(
    sheet: Sheet,
    said: SheetSaid,
    photo: StoredFile | None,
    slides: StoredFile | None,
    *,
    now: datetime,
    version: str,
    tab: str,
) -> Sheet:
    event = lock(event_of_sheet(sheet))
    row = Sheet.objects.select_for_update(of=("self",)).select_related("photo", "slides").get(pk=sheet.pk)
    if version and version != str(row.change):
        raise ChangedMeanwhile(
            _(
                "Cette page a été enregistrée dans une autre fenêtre depuis que vous l’avez ouverte. Ce que vous avez écrit est gardé "
                "ici\u00a0: relisez, puis enregistrez de nouveau pour remplacer."
            )
        )
    told = (row.answer, row.message)
    old = [_replace(row, "photo", photo, removes=said.removes_photo)]
    old.append(_replace(row, "slides", slides, removes=said.removes_slides))
    row.bio, row.message = plain(said.bio, LONGEST_BIO), plain(said.message, LONGEST_MESSAGE)
    row.links = [each[:LONGEST_LINK] for each in said.links][:MOST_LINKS]
    row.shares_slides = said.shares_slides
    _record(row, said.recording, now=now)
    _answer(row, said.answer, now=now)
    row.change, row.changed_at = row.change + 1, now
    row.drafts = drafts.saved(row.drafts, row, tab=tab, now=now)
    row.save()
    rehearsals.take(row, said.rehearsal if row.answer != Standing.DECLINED else None)
    touched(event, now=now)
    for each in old:
        _throw(each)
    if told != (row.answer, row.message):
        tell(event, row, now=now)
    return row


def _replace(row: Sheet, name: str, stored: StoredFile | None, *, removes: bool) -> StoredFile | None:
    """Answers the file that nothing names any more."""
    old: StoredFile | None = getattr(row, name)
    if stored is None and not removes:
        return None
    setattr(row, name, stored)
    return old


def _record(row: Sheet, recording: str, *, now: datetime) -> None:
    said = Recording(recording)
    if said == row.recording:
        return
    row.recording = said
    row.recording_at = now if said else None
    row.recording_text = recording_words() if said == Recording.YES else ""


def _answer(row: Sheet, answer: str, *, now: datetime) -> None:
    """What they do in the programme follows, whatever the content."""
    said = Standing(answer)
    if said == row.answer:
        return
    row.answer = said
    row.answered_at = None if said == Standing.EXPECTED else now
    if row.speaker_id is not None:
        Appearance.objects.filter(speaker=row.speaker_id).update(standing=said)


def tell(event: Event, sheet: Sheet, *, now: datetime) -> None:
    """Who organises learns what was answered: the page says it, the notification only that there is something to read."""
    people = list(event.organisers.filter(is_active=True))
    if event.owner is not None and event.owner.is_active and event.owner not in people:
        people.append(event.owner)
    notify_many(people, ANSWERED, sheet, by=None, now=now, key=str(sheet.change))


# --- Draft ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def keep_draft(sheet: Sheet, data: dict[str, list[str]], *, mark: Mark, now: datetime) -> str:
    """What is typed and not saved yet; answers its mark."""
    row = Sheet.objects.select_for_update().get(pk=sheet.pk)
    row.drafts = drafts.with_draft(row.drafts, data, mark=mark, person=row, now=now, longest=DRAFT_BYTES)
    row.save(update_fields=["drafts"])
    kept = drafts.draft_of(row.drafts, row)
    return str(kept["at"]) if kept else ""


@transaction.atomic
def drop_draft(sheet: Sheet) -> None:
    row = Sheet.objects.select_for_update().get(pk=sheet.pk)
    row.drafts = drafts.without_draft(row.drafts, row)
    row.save(update_fields=["drafts"])


# --- By the organiser ----------------------------------------------------------------------------------------------


@transaction.atomic
def take_off(sheet: Sheet, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Off the public pages: what was written and the picture. They may give them again."""
    event = lock(event_of_sheet(sheet))
    row = Sheet.objects.select_related("photo").get(pk=sheet.pk)
    photo = row.photo
    row.photo, row.bio, row.links, row.change = None, "", [], row.change + 1
    row.save(update_fields=["photo", "bio", "links", "change"])
    _throw(photo)
    touched(event, now=now)


@transaction.atomic
def forget_member(member: Any) -> None:
    """The account closes: the programme keeps the name that it announced; address, picture, slides and words are erased."""
    for speaker in Speaker.objects.filter(member=member.pk):
        forget_files(speaker)
        Sheet.objects.filter(speaker=speaker).delete()
    Speaker.objects.filter(member=member.pk).update(member=None, email="")
