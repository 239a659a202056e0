"""Writes of reviews: opened, answered by each partner alone, closed, talked over; the words of the affirmations."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.agreements.enums import Light, PartnerState, State
from alliage.agreements.models import Affirmation, Agreement, Answer, AnswerLine, Partner, Review
from alliage.agreements.queries import reviews as queries
from alliage.agreements.services import agreements as life
from alliage.questionnaires.questions import clean_text
from alliage.rooms.models import Room
from alliage.rooms.services import rooms
from alliage.rooms.services.run_sheets import of_platform

PURPOSE, RUN_SHEET = "agreements.review", "bilan_de_sante"
LONGEST_WORD, LONGEST_AFFIRMATION = 1000, 200


@transaction.atomic
def open_review(agreement: Agreement, *, by: Any, now: datetime) -> Review:
    """Ask every partner. The one that is open is the one."""
    row = life.lock(agreement.pk)
    found = row.reviews.filter(closed_at=None).first()
    if found is not None:
        return found
    if row.state != State.ACTIVE:
        raise life.AgreementRefused(
            _("Un bilan se fait quand l’accord est en cours\u00a0: commencez, ou continuez, d’abord.")
        )
    last = row.reviews.order_by("-number").first()
    asked = [{"code": each.code, "text": each.text} for each in queries.affirmations() if each.is_asked]
    made = Review.objects.create(
        agreement=row, number=last.number + 1 if last else 1, asked=asked, opened_by=by, opened_at=now
    )
    life.note(row, _("Un bilan de santé est ouvert."), by=by, now=now)
    life.tell(row, life.REVIEW, "open", by=by, now=now)
    return made


@transaction.atomic
def answer(review: Review, partner: Partner, lights: Mapping[str, str], *, word: str, by: Any, now: datetime) -> Answer:
    """What a partner says of every affirmation; said again before the end, the last one counts. The last answer closes the review."""
    row = life.lock(review.agreement_id)
    found = row.reviews.get(pk=review.pk)
    if found.closed_at is not None:
        raise life.AgreementRefused(_("Ce bilan est clos\u00a0: ses réponses ne changent plus."))
    if not row.partners.filter(pk=partner.pk, state=PartnerState.IN).exists():
        raise life.AgreementRefused(_("Seul un partenaire de l’accord répond."))
    codes = [each["code"] for each in found.asked]
    if any(lights.get(code) not in Light.values for code in codes):
        raise life.AgreementRefused(_("Choisissez une couleur pour chaque affirmation."))
    said, _is_new = Answer.objects.update_or_create(
        review=found, partner=partner, defaults={"word": clean_text(word)[:LONGEST_WORD], "by": by, "at": now}
    )
    said.lines.all().delete()
    AnswerLine.objects.bulk_create(AnswerLine(answer=said, code=code, light=lights[code]) for code in codes)
    settle(row, by=by, now=now)
    return said


def settle(row: Agreement, *, by: Any, now: datetime) -> None:
    """Under the agreement's lock: an open review that every partner answered closes by itself."""
    review = row.reviews.filter(closed_at=None).prefetch_related("answers").first()
    if review is not None and not queries.awaited(review, life.inside(row)):
        _end(row, review, by=by, now=now)


@transaction.atomic
def close_review(review: Review, *, by: Any, now: datetime) -> Review:
    """Read it without those who did not answer. Twice is once."""
    row = life.lock(review.agreement_id)
    found = row.reviews.get(pk=review.pk)
    if found.closed_at is not None:
        return found
    if not found.answers.exists():
        raise life.AgreementRefused(_("Personne n’a encore répondu\u00a0: il n’y a rien à lire."))
    return _end(row, found, by=by, now=now)


def _end(row: Agreement, review: Review, *, by: Any, now: datetime) -> Review:
    review.closed_at = now
    review.save(update_fields=["closed_at"])
    life.move(row, State.REVIEWED)
    row.save(update_fields=["state", "review_due_on", "reminded_on"])
    life.note(row, _("Le bilan de santé est fait."), by=by, now=now)
    life.tell(row, life.REVIEW, "closed", by=by, now=now)
    return review


@transaction.atomic
def talk(review: Review, *, by: Member, now: datetime) -> Room:
    """The room where the result is talked over, for the partners' people alone; the same one until it is erased."""
    life.lock(review.agreement_id)
    found = Review.objects.select_related("room").get(pk=review.pk)
    if found.closed_at is None:
        raise life.AgreementRefused(_("Attendez que le bilan soit clos\u00a0: on parle de ce que tous peuvent lire."))
    if found.room is not None and found.room.erased_at is None:
        return found.room
    # Its title is on screens and in lists: it does not say which agreement.
    wanted = rooms.Prepared(
        _("Bilan de santé de notre alliance"), of_platform(RUN_SHEET), PURPOSE, str(found.pk), is_confidential=True
    )
    found.room = rooms.prepare(wanted, by=by, now=now)
    found.save(update_fields=["room"])
    return found.room


@transaction.atomic
def reword(code: str, text: str, *, is_asked: bool, by: Any, now: datetime) -> Affirmation:  # noqa: ARG001 the name of every service
    """Other words for the reviews to come; those that are open or closed keep theirs."""
    if code not in {each.code for each in queries.affirmations()}:
        raise life.AgreementRefused(_("Cette affirmation n’existe pas."))
    words = " ".join(clean_text(text).split("\n"))[:LONGEST_AFFIRMATION].strip()
    if not words:
        raise life.AgreementRefused(_("Écrivez l’affirmation, ou décochez-la pour ne plus la demander."))
    others = [each for each in queries.affirmations() if each.is_asked and each.code != code]
    if not is_asked and not others:
        raise life.AgreementRefused(_("Gardez au moins une affirmation."))
    found, _is_new = Affirmation.objects.update_or_create(code=code, defaults={"text": words, "is_asked": is_asked})
    return found
