"""Writes of an agreement's life: opened, said otherwise, begun, gone on with, closed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage import days
from alliage.accounts.models import Member
from alliage.agreements.enums import READERS, STEPS, PartnerState, State
from alliage.agreements.models import Agreement, LinkedAlliance, Moment, Partner
from alliage.agreements.models.agreements import LONGEST_SUBJECT
from alliage.agreements.queries.conventions import PURPOSE, document_of
from alliage.directory.enums import EntryKind
from alliage.directory.models import Alliance, Entry
from alliage.directory.services.joining import editors_of
from alliage.notifications.services import notify_many
from alliage.questionnaires.questions import clean_text
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.models import Term
from alliage.territories.models import Territory
from alliage.ui.templatetags.ui import date_fr
from alliage.writing import services as writing
from alliage.writing.registry import Writer, member_key, purposes

INVITED, LIFE, SIGNED, REVIEW = "agreements.invited", "agreements.life", "agreements.signed", "agreements.review"
REVIEW_EVERY = timedelta(days=182)
LONGEST_OUTCOME = 3000
TEMPLATE = Path(__file__).resolve().parent.parent / "data" / "convention.md"
CHARTER = "charte"
MOST_PARTNERS = 30
# What is sent twice within this time is one agreement.
SAME_FORM = timedelta(hours=1)
# Unbreakable spaces stay.
_BREAKABLE = re.compile(r"[^\S\u00a0\u202f]+")


class AgreementRefused(Refusal):
    """The rules of agreements say no."""


@dataclass(frozen=True)
class Said:
    """What is said of an agreement. `terms`: levers and ODD. `alliance`: the one of the directory that it brings to life."""

    subject: str
    territory: Territory | None = None
    terms: Iterable[Term] = field(default=())
    alliance: Alliance | None = None
    ends_on: date | None = None


# --- Shared by all writes --------------------------------------------------------------------------------------------


def lock(pk: int) -> Agreement:
    """One write of an agreement at a time."""
    return Agreement.objects.select_for_update().get(pk=pk)


def note(agreement: Agreement, text: str, *, by: Any, now: datetime) -> None:
    """One line of its history. Organisations are named, people are not."""
    Moment.objects.create(agreement=agreement, state=agreement.state, text=text[:300], by=by, at=now)


def people_of(partners: Iterable[Partner]) -> list[Member]:
    """Those who act for these partners, each once."""
    found = {person.pk: person for each in partners if each.entry is not None for person in editors_of(each.entry)}
    return [found[pk] for pk in sorted(found)]


def everyone(agreement: Agreement) -> list[Member]:
    """The people of the partners who are in."""
    return people_of(inside(agreement))


def inside(agreement: Agreement) -> list[Partner]:
    return list(agreement.partners.filter(state=PartnerState.IN).select_related("entry__owner"))


def tell(agreement: Agreement, kind: str, what: str, *, by: Any, now: datetime) -> None:
    """The people of its partners, but who did it."""
    notify_many(everyone(agreement), kind, agreement, by=by, now=now, key=f"{what}|{now.isoformat()}")


def move(agreement: Agreement, state: State) -> None:
    """To another state, under its lock. The caller saves."""
    if state not in STEPS[State(agreement.state)]:
        raise AgreementRefused(_("L’accord a changé d’état entre-temps. Rechargez la page."))
    agreement.state = state
    agreement.review_due_on = agreement.reminded_on = None


# --- Opening ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_agreement(mine: Entry, other: Entry, said: Said, *, by: Member, now: datetime) -> Agreement:
    """Open one in the name of `mine`, and ask `other` to join. The same form sent twice opens one."""
    Member.objects.select_for_update().get(pk=by.pk)
    subject = _subject(said.subject)
    found = _same(mine, other, subject, by=by, now=now)
    if found is not None:
        return found
    made = Agreement.objects.create(
        subject=subject,
        territory=said.territory,
        holder=by,
        created_at=now,
        ends_on=_to_come(said.ends_on, now=now),
        is_demo=by.is_demo,
    )
    made.terms.set(said.terms)
    Partner.objects.create(
        agreement=made,
        entry=must_be_a_group(mine),
        name=mine.name,
        state=PartnerState.IN,
        invited_by=by,
        invited_at=now,
        answered_at=now,
    )
    _begin_convention(made, by=by, now=now)
    note(made, _("%(name)s ouvre l’accord.") % {"name": mine.name}, by=by, now=now)
    if said.alliance is not None and {said.alliance.first_id, said.alliance.second_id} == {mine.pk, other.pk}:
        LinkedAlliance.objects.create(agreement=made, alliance=said.alliance)
    ask(made, other, by=by, now=now)
    return made


def _subject(text: str) -> str:
    found = " ".join(_BREAKABLE.split(clean_text(text)))[:LONGEST_SUBJECT].strip()
    if not found:
        raise AgreementRefused(_("Dites en une ligne ce que vous voulez faire ensemble."))
    return found


def _same(mine: Entry, other: Entry, subject: str, *, by: Member, now: datetime) -> Agreement | None:
    mine_ones = Agreement.objects.filter(
        holder=by, subject=subject, state=State.SCOPING, created_at__gt=now - SAME_FORM
    )
    return mine_ones.filter(partners__entry=mine).filter(partners__entry=other).first()


def must_be_a_group(entry: Entry) -> Entry:
    if entry.kind == EntryKind.CATALYST:
        raise AgreementRefused(
            _("Un accord unit des organisations ou des équipes\u00a0: choisissez-en une, pas une personne.")
        )
    return entry


def ask(agreement: Agreement, entry: Entry, *, by: Member, now: datetime) -> Partner:
    """Under the agreement's lock, or on one just made: its people are told. Who declined or left may be asked again."""
    must_be_a_group(entry)
    people = editors_of(entry)
    if not people:
        raise AgreementRefused(
            _(
                "Personne ne tient la fiche de %(name)s dans l’annuaire\u00a0: proposez-lui d’abord de la prendre en main."
            )
            % {"name": entry.name}
        )
    found = agreement.partners.filter(entry=entry).first()
    if found is not None and found.state in {PartnerState.IN, PartnerState.INVITED}:
        raise AgreementRefused(_("%(name)s est déjà dans cet accord.") % {"name": entry.name})
    if agreement.partners.filter(state__in=READERS).count() >= MOST_PARTNERS:
        raise AgreementRefused(_("Un accord unit au plus trente organisations\u00a0: au-delà, ouvrez-en un autre."))
    partner = found or Partner(agreement=agreement, entry=entry)
    partner.name, partner.state = entry.name, PartnerState.INVITED
    partner.invited_by, partner.invited_at, partner.answered_at = by, now, None
    partner.save()
    note(agreement, _("%(name)s est invité à rejoindre l’accord.") % {"name": entry.name}, by=by, now=now)
    notify_many(people, INVITED, agreement, by=by, now=now, key=f"{partner.pk}|{now.isoformat()}")
    return partner


def _begin_convention(agreement: Agreement, *, by: Member, now: datetime) -> None:
    """Its first text: our sheet, and the principles of the network once it wrote them."""
    purpose: Any = purposes.get(PURPOSE)
    writer = Writer(member_key(by), by.get_full_name(), can_write=True)
    writing.create(purpose, agreement.pk, _("Convention"), by=writer, now=now, text=first_text())


def first_text() -> str:
    sheet = TEMPLATE.read_text(encoding="utf-8").strip()
    principles = taxonomy.facet(CHARTER)
    if not principles:
        return sheet
    said = "\n".join(f"- {each.label}" for each in principles)
    return f"{sheet}\n\n# {_('Les principes du réseau')}\n\n{said}"


# --- Life ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def edit(agreement: Agreement, said: Said, *, by: Any, now: datetime) -> Agreement:
    """Say otherwise what it is for, until it is signed."""
    row = lock(agreement.pk)
    if row.state != State.SCOPING:
        raise AgreementRefused(_("L’accord est signé\u00a0: ce qu’il dit ne change plus."))
    before, row.subject, row.territory = row.subject, _subject(said.subject), said.territory
    row.save(update_fields=["subject", "territory"])
    row.terms.set(said.terms)
    _end_on(row, said.ends_on, by=by, now=now)
    if before != row.subject:
        note(row, _("L’objet de l’accord est dit autrement."), by=by, now=now)
    return row


@transaction.atomic
def end_on(agreement: Agreement, day: date | None, *, by: Any, now: datetime) -> Agreement:
    """Until when, said again until it is closed: it reminds and closes nothing, what was signed stays as it is."""
    row = lock(agreement.pk)
    if row.state == State.CLOSED:
        raise AgreementRefused(_("L’accord est clos\u00a0: sa fin ne change plus."))
    _end_on(row, day, by=by, now=now)
    return row


def _end_on(row: Agreement, day: date | None, *, by: Any, now: datetime) -> None:
    if day == row.ends_on:
        return
    row.ends_on = _to_come(day, now=now)
    row.save(update_fields=["ends_on"])
    said = _("La fin prévue est maintenant le %s.") % date_fr(day) if day else _("L’accord n’a plus de fin prévue.")
    note(row, said, by=by, now=now)


def _to_come(day: date | None, *, now: datetime) -> date | None:
    if day is not None and day <= timezone.localdate(now):
        raise AgreementRefused(_("La fin prévue est un jour à venir\u00a0: choisissez-en un autre, ou laissez vide."))
    if day is not None and not days.is_near(day):
        raise AgreementRefused(days.TOO_FAR)
    return day


@transaction.atomic
def start(agreement: Agreement, *, by: Any, now: datetime) -> Agreement:
    """« Nous commençons », or « nous continuons » after a review. Twice is once."""
    row = lock(agreement.pk)
    if row.state == State.ACTIVE:
        return row
    first = row.active_at is None
    move(row, State.ACTIVE)
    row.active_at = row.active_at or now
    row.review_due_on = next_review(timezone.localdate(now))
    row.save(update_fields=["state", "active_at", "review_due_on", "reminded_on"])
    note(row, _("L’accord commence.") if first else _("L’accord continue."), by=by, now=now)
    tell(row, LIFE, "start", by=by, now=now)
    return row


def next_review(day: date) -> date:
    return day + REVIEW_EVERY


@transaction.atomic
def close(agreement: Agreement, *, outcome: str, by: Any, now: datetime) -> Agreement:
    """The end, with what came of it. The convention is read on, nobody writes in it. Twice is once."""
    row = lock(agreement.pk)
    if row.state == State.CLOSED:
        return row
    end(row, outcome=outcome, by=by, now=now)
    tell(row, LIFE, "close", by=by, now=now)
    return row


def end(row: Agreement, *, outcome: str, by: Any, now: datetime) -> None:
    """Under its lock."""
    move(row, State.CLOSED)
    row.closed_at, row.outcome = now, clean_text(outcome)[:LONGEST_OUTCOME]
    row.save(update_fields=["state", "closed_at", "outcome", "review_due_on", "reminded_on"])
    row.reviews.filter(closed_at=None).update(closed_at=now)
    document = document_of(row)
    if document is not None:
        writing.close(document, by=None, now=now)
    note(row, _("L’accord est clos."), by=by, now=now)
