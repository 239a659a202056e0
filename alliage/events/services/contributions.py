"""What is written in the days after a sequence: kept, then shown by whoever holds it, or taken back for good."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events import live_people, live_times
from alliage.events.live_enums import ContributionKind, ContributionState
from alliage.events.live_people import Visitor
from alliage.events.models import Contribution, Sequence
from alliage.events.services.live import LiveRefused

LONGEST_TEXT = 2_000
LONGEST_NAME = 80
MOST_EACH = 20


def mine(visitor: Visitor) -> Q:
    """What this person wrote, by either of the two ways they may be known."""
    found = Q(pk__in=[])
    if visitor.attendee is not None:
        found |= Q(attendee=visitor.attendee)
    if visitor.member is not None:
        found |= Q(member=visitor.member)
    return found


def contribute(
    sequence: Sequence, kind: str, text: str, *, signed: str, by: Visitor, act: UUID, now: datetime
) -> Contribution:
    """Write a question, an answer or a need within seven days. The same sending twice is one contribution."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    signed = " ".join(signed.replace("\x00", "").split())[:LONGEST_NAME]
    already = Contribution.objects.filter(mine(by), sequence=sequence, act=act).first()
    if already is not None:
        return already
    if not live_people.may_contribute(by):
        raise LiveRefused(_("Pour écrire ici, ouvrez le lien personnel de votre inscription, ou connectez-vous."))
    if not live_times.takes_contributions(sequence, now=now):
        raise LiveRefused(_("On écrit ici dans les sept jours qui suivent la séquence. Votre texte est ci-dessous."))
    if kind not in ContributionKind.values:
        raise LiveRefused(_("Dites si c’est une question, une réponse ou un besoin."))
    if not text or len(text) > LONGEST_TEXT:
        raise LiveRefused(_("Écrivez de 1 à %(most)s signes.") % {"most": LONGEST_TEXT})
    if Contribution.objects.filter(mine(by), sequence=sequence).count() >= MOST_EACH:
        raise LiveRefused(_("Vous avez déjà beaucoup écrit sur cette séquence\u00a0: laissez la place aux autres."))
    try:
        with transaction.atomic():
            return Contribution.objects.create(
                sequence=sequence, attendee=by.attendee, member=by.member, kind=kind, text=text, signed=signed, act=act, written_at=now,
            )  # fmt: skip
    except IntegrityError:  # sent twice at the same moment
        return Contribution.objects.get(sequence=sequence, act=act)


def decide(contribution: Contribution, state: str, *, by: Member, now: datetime) -> None:
    """Show it to everybody, or hide it. Twice is once."""
    if not live_people.holds(by, contribution.sequence):
        raise LiveRefused(_("C’est un geste des personnes qui tiennent la séquence."))
    if state not in {ContributionState.SHOWN, ContributionState.HIDDEN}:
        raise LiveRefused(_("Une contribution se montre, ou se masque."))
    Contribution.objects.filter(pk=contribution.pk).exclude(state=state).update(state=state, decided_at=now)
    contribution.refresh_from_db()


def take_back(contribution: Contribution, *, by: Visitor, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Erase what one wrote; the words are gone for good."""
    if not Contribution.objects.filter(mine(by), pk=contribution.pk).delete()[0]:
        raise LiveRefused(_("Cette contribution n’est pas la vôtre."))


def forget_member(member: Any) -> None:
    Contribution.objects.filter(member=member).delete()
