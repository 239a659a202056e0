"""Writes of the exhibition: a panel proposed, changed, shown, refused, moved, withdrawn; a visit counted; hidden, restored.

Lock order: the event, then its panels.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.models import Entry
from alliage.events.exhibition_enums import PanelState
from alliage.events.models import Event, Panel
from alliage.events.services.programme import plain
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.notifications.services import notify
from alliage.refusals import Refusal
from alliage.territories.models import Territory

PURPOSE = "events.panel"
PROPOSED, DECIDED = "events.panel_proposed", "events.panel_decided"
LONGEST_TEXT = 3000
MOST_OF_ONE = 10


class PanelRefused(Refusal):
    """The rules of the exhibition say no."""


@dataclass(frozen=True)
class Said:
    """What a panel says. `image` replaces the one that is there; `removes_image` takes it off."""

    title: str
    text: str
    territory: Territory | None = None
    entry: Entry | None = None
    image: UploadedFile | None = None
    alternative: str = ""
    credit: str = ""
    link: str = ""
    removes_image: bool = False


@transaction.atomic
def propose(event: Event, said: Said, *, by: Member, is_organiser: bool, now: datetime) -> Panel:
    """A panel for this event; an organiser's is shown at once. Sent twice, it is there once."""
    row = Event.objects.select_for_update().get(pk=event.pk)
    if row.is_cancelled:
        raise PanelRefused(_("Cette rencontre est annulée\u00a0: son exposition ne reçoit plus de panneaux."))
    if row.ends_at <= now and not is_organiser:
        raise PanelRefused(_("La rencontre est passée\u00a0: son exposition ne reçoit plus de panneaux."))
    fields = _checked(said, has_image=said.image is not None)
    mine = Panel.objects.filter(event=row, author=by)
    same = mine.filter(title=fields["title"], text=fields["text"]).first()
    if same is not None:
        return same
    if not is_organiser and mine.count() >= MOST_OF_ONE:
        raise PanelRefused(
            _("Vous avez déjà proposé %(most)s panneaux\u00a0: changez l’un d’eux.") % {"most": MOST_OF_ONE}
        )
    stored = _stored(said, by, now)
    last = Panel.objects.filter(event=row).aggregate(last=Max("rank"))["last"] or 0
    made = Panel(event=row, author=by, image=stored, rank=last + 1, created_at=now, changed_at=now, **fields)
    if is_organiser:
        made.state, made.decided_at = PanelState.SHOWN, now
    _save_or_throw(made, stored)
    if not is_organiser:
        for person in _organisers(row):
            notify(person, PROPOSED, made, by=by, now=now)
    return made


@transaction.atomic
def write(panel: Panel, said: Said, *, by: Member, now: datetime) -> Panel:
    """Change what it says. What was shown stays shown; a refused one is proposed again."""
    row = _lock(panel)
    keeps = row.image_id is not None and not said.removes_image
    fields = _checked(said, has_image=said.image is not None or keeps)
    stored = _stored(said, by, now)
    old = row.image if stored is not None or said.removes_image else None
    for name, value in fields.items():
        setattr(row, name, value)
    if stored is not None or said.removes_image:
        row.image = stored
    if row.state == PanelState.REFUSED:
        row.state, row.decided_at, row.reason = PanelState.PROPOSED, None, ""
    row.changed_at = now
    _save_or_throw(row, stored)
    if old is not None:
        files.discard(old)
    return row


@transaction.atomic
def decide(panel: Panel, state: str, *, reason: str = "", by: Member, now: datetime) -> Panel:
    """An organiser shows it or not; its author is told. Twice is once."""
    row = _lock(panel)
    if state not in (PanelState.SHOWN, PanelState.REFUSED):
        raise PanelRefused(_("Un panneau est exposé, ou n’est pas retenu."))
    if row.state == state:
        return row
    row.state, row.reason, row.decided_at = state, plain(reason, 400), now
    row.save(update_fields=["state", "reason", "decided_at"])
    if row.author is not None and row.author != by:
        notify(row.author, DECIDED, row, by=by, now=now, key=f"{state}-{now:%Y%m%d%H%M%S}")
    return row


@transaction.atomic
def move(panel: Panel, step: int, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """One place towards the door (−1) or away from it (+1)."""
    Event.objects.select_for_update().get(pk=panel.event_id)
    rows = list(Panel.objects.select_for_update().filter(event=panel.event_id, state=PanelState.SHOWN))
    place = next((rank for rank, each in enumerate(rows) if each.pk == panel.pk), None)
    if place is None:
        return
    other = place + step
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for rank, each in enumerate(rows, start=1):
        each.rank = rank
    Panel.objects.bulk_update(rows, ["rank"])


@transaction.atomic
def withdraw(panel: Panel, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """It goes, with its image. Twice is once."""
    row = Panel.objects.select_for_update(of=("self",)).select_related("image").filter(pk=panel.pk).first()
    if row is not None:
        _erase(row)


def visited(panel: Panel) -> None:
    """One more session of somebody came here."""
    Panel.objects.filter(pk=panel.pk).update(visits=F("visits") + 1)


@transaction.atomic
def hide(obj: Panel, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Panel.objects.filter(pk=obj.pk).update(is_hidden=True)


@transaction.atomic
def restore(obj: Panel, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Panel.objects.filter(pk=obj.pk).update(is_hidden=False)


@transaction.atomic
def forget_member(member: Member) -> None:
    """What was never shown goes; what is shown is the territory's, and stays without their name."""
    for row in Panel.objects.filter(author=member).exclude(state=PanelState.SHOWN).select_related("image"):
        _erase(row)
    Panel.objects.filter(author=member).update(author=None)


def _erase(row: Panel) -> None:
    image = row.image
    row.delete()
    if image is not None:
        files.discard(image)


def _lock(panel: Panel) -> Panel:
    row = (
        Panel.objects.select_for_update(of=("self",))
        .select_related("event", "author", "image")
        .filter(pk=panel.pk)
        .first()
    )
    if row is None:
        raise PanelRefused(_("Ce panneau n’est plus là."))
    return row


def _organisers(event: Event) -> list[Member]:
    found = {person.pk: person for person in event.organisers.all()}
    if event.owner is not None:
        found[event.owner.pk] = event.owner
    return list(found.values())


def _checked(said: Said, *, has_image: bool) -> dict[str, Any]:
    title, text = " ".join(plain(said.title, 400).split())[:120].strip(), plain(said.text, LONGEST_TEXT)
    alternative = " ".join(plain(said.alternative, 600).split())[:300].strip()
    if not title:
        raise PanelRefused(_("Donnez un titre à ce panneau."))
    if not text:
        raise PanelRefused(_("Dites ce que ce territoire montre."))
    if has_image and not alternative:
        raise PanelRefused(_("Dites en une phrase ce que montre l’image, pour qui ne la voit pas."))
    return {
        "title": title,
        "text": text,
        "territory": said.territory,
        "entry": said.entry,
        "alternative": alternative if has_image else "",
        "credit": plain(said.credit, 120) if has_image else "",
        "link": said.link[:500],
    }


def _stored(said: Said, by: Member, now: datetime) -> StoredFile | None:
    return files.store(said.image, by_id=by.pk, purpose=PURPOSE, now=now) if said.image is not None else None


def _save_or_throw(row: Panel, stored: StoredFile | None) -> None:
    try:
        row.save()
    except BaseException:
        if stored is not None:
            files.discard_content(stored)
        raise
