"""A sequence as a calendar keeps it. The same identifier everywhere: a programme, one sequence and « mon programme » are one entry."""

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.events.models import Sequence
from alliage.events.queries import events
from alliage.formats import ics


def of_sequence(sequence: Sequence, *, join_url: str = "", phone: str = "") -> ics.Entry:
    """`sequence.event` at hand. The link that one joins by is given by the caller to those who registered; everyone has it when one
    comes without registering."""
    event = sequence.event
    if not join_url and events.opens(event):
        join_url, phone = sequence.join_url or event.join_url, sequence.phone or event.phone
    page = settings.ORIGIN + (sequence.get_absolute_url() if event.is_rencontre else event.get_absolute_url())
    told = [
        event.title if sequence.title != event.title else "",
        _("Rejoindre\u00a0: %s") % join_url if join_url else "",
        _("Par téléphone\u00a0: %s") % phone if phone else "",
        _("La page\u00a0: %s") % page,
    ]
    title = f"{sequence.number}. {sequence.title}" if sequence.number is not None else sequence.title
    cancelled = sequence.is_cancelled or event.is_cancelled
    return ics.Entry(
        uid=f"sequence-{sequence.pk}",
        title=_("Annulé\u00a0: %s") % title if cancelled else title,
        starts_at=sequence.starts_at,
        ends_at=sequence.ends_at,
        changed_at=event.changed_at,
        url=page,
        location=join_url or sequence.track or event.place or _("En ligne"),
        description="\n".join(line for line in told if line),
        sequence=event.change + sequence.change,
        cancelled=cancelled,
    )
