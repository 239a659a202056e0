"""Writes of reviews: taken, given back, remarked, sent to the author, answered, settled, accepted or refused.

A remark is the reviewer's own until it is sent with the others (`ask_changes`). Every act locks the proposal first: both
sides see one order of things, and the same act twice is one.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.library.enums import OPEN, REMARK_MOVES, ProposalState, RemarkState, ReviewDeed, State
from alliage.library.models import Proposal, Remark, RemarkWord, ReviewAct, Version
from alliage.library.parts import WHOLE, parts
from alliage.library.queries import reviews as queries
from alliage.library.services import proposals, resources, review_log
from alliage.notifications.services import notify_many
from alliage.refusals import Refusal

LONGEST = 2000
ORPHAN, FORGOTTEN = "library.late_review", "library.forgotten_proposal"


class ReviewRefused(Refusal):
    """The rules of reviews say no."""


# --- Who reads it --------------------------------------------------------------------------------------------------


@transaction.atomic
def take(proposal: Proposal, *, by: Any, now: datetime) -> None:
    """Say « je relis »: one reviewer at a time. Twice is once."""
    row = proposals.lock(proposal)
    if row.reviewer_id == by.pk and row.state == ProposalState.IN_REVIEW:
        return
    _refuse_own(row, by)
    if row.state == ProposalState.IN_REVIEW:
        raise ReviewRefused(_("Quelqu’un vient de prendre ce texte : il n’attend plus."))
    proposals.move(row, ProposalState.IN_REVIEW, now=now)
    row.reviewer = by
    row.save()
    review_log.write(row, ReviewDeed.TAKEN, by=by, now=now)
    proposal.refresh_from_db()


@transaction.atomic
def take_over(proposal: Proposal, *, by: Any, now: datetime) -> None:
    """Go on in the place of another reviewer, whose remarks stay. Twice is once."""
    row = proposals.lock(proposal)
    if row.reviewer_id == by.pk:
        return
    _refuse_own(row, by)
    if row.state not in (ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED):
        raise ReviewRefused(_("Personne ne relit ce texte : prenez-le."))
    former, row.reviewer, row.moved_at = row.reviewer, by, now
    row.save()
    act = review_log.write(row, ReviewDeed.TAKEN, by=by, now=now)
    if former is not None:
        notify_many([former], review_log.REVIEWED, act, by=by, now=now)
    proposal.refresh_from_db()


@transaction.atomic
def give_back(proposal: Proposal, *, by: Any, now: datetime, note: str = "") -> None:
    """Leave it to another reviewer; remarks stay. What its author is changing stays on the author's side."""
    row = proposals.lock(proposal)
    _refuse_others(row, by)
    if row.state == ProposalState.IN_REVIEW:
        proposals.move(row, ProposalState.SUBMITTED, now=now)
    row.reviewer, row.moved_at = None, now
    row.save()
    review_log.write(row, ReviewDeed.GIVEN_BACK, by=by, now=now, note=_said(note))
    proposal.refresh_from_db()


def _refuse_own(row: Proposal, by: Any) -> None:
    if by.pk in (row.author_id, row.resource.owner_id):
        raise ReviewRefused(_("Vous avez écrit ce texte : quelqu’un d’autre le relit."))


def _refuse_others(row: Proposal, by: Any) -> None:
    if row.reviewer_id != by.pk or row.state not in OPEN:
        raise ReviewRefused(_("Vous ne relisez plus ce texte : rien n’a été fait."))


def _refuse_away(row: Proposal, by: Any) -> None:
    """Only while the text is on the reviewers' side, by the one who took it."""
    _refuse_others(row, by)
    if row.state != ProposalState.IN_REVIEW:
        raise ReviewRefused(_("Ce texte est chez la personne qui l’écrit : attendez qu’elle le renvoie."))


# --- Remarks -------------------------------------------------------------------------------------------------------


@transaction.atomic
def remark(proposal: Proposal, *, part: str, text: str, by: Any, now: datetime) -> Remark:
    """Ask something about one part of the text, or the whole. The author reads it once it is sent. Twice is once."""
    row = proposals.lock(proposal)
    _refuse_away(row, by)
    if part != WHOLE and part not in {each.code for each in parts(row.content)}:
        raise ReviewRefused(_("Cette partie du texte n’existe pas : choisissez-en une autre."))
    text = _asked(text, _("Écrivez votre remarque."))
    same = row.remarks.filter(part=part, text=text, author=by).exclude(state=RemarkState.SETTLED).first()
    if same is not None:
        return same
    made: Remark = row.remarks.create(part=part, text=text, author=by, created_at=now, moved_at=now)
    return made


@transaction.atomic
def rewrite_remark(remark: Remark, *, text: str, by: Any, now: datetime) -> None:
    """Change what was not sent yet; an empty text takes it away."""
    proposal = proposals.lock(remark.proposal)
    _refuse_away(proposal, by)
    row = _remark(remark)
    if row.sent_at is not None:
        raise ReviewRefused(_("Cette remarque est partie : répondez-y, ou réglez-la."))
    if not _said(text):
        row.delete()
        return
    row.text, row.moved_at = _said(text), now
    row.save()


@transaction.atomic
def say_met(remark: Remark, *, by: Any, now: datetime, text: str = "") -> None:
    """The author says « c’est repris », with a word if needed."""
    _move_on_author_side(remark, RemarkState.MET, by=by, now=now, text=text)


@transaction.atomic
def say_unmet(remark: Remark, *, by: Any, now: datetime) -> None:
    """The author changes their mind: it is still to be done."""
    _move_on_author_side(remark, RemarkState.OPEN, by=by, now=now, text="")


def _move_on_author_side(remark: Remark, to: RemarkState, *, by: Any, now: datetime, text: str) -> None:
    proposal = proposals.lock(remark.proposal)
    if proposal.state != ProposalState.CHANGES_ASKED:
        raise ReviewRefused(_("Ce texte n’est pas chez vous : vous répondrez quand il vous reviendra."))
    row = _sent(remark)
    _answer(row, text, by=by, now=now)
    _move(row, to, now=now)
    remark.refresh_from_db()


@transaction.atomic
def answer(remark: Remark, *, text: str, by: Any, now: datetime) -> None:
    """A word under a remark, from either side, that changes nothing else."""
    proposal = proposals.lock(remark.proposal)
    if proposal.state not in OPEN:
        raise ReviewRefused(_("La relecture est finie : plus personne ne lirait votre réponse."))
    _answer(_sent(remark), _asked(text, _("Écrivez votre réponse.")), by=by, now=now)


@transaction.atomic
def settle(remark: Remark, *, by: Any, now: datetime, text: str = "") -> None:
    """The reviewer says « c’est réglé »: met, or no longer asked."""
    proposal = proposals.lock(remark.proposal)
    _refuse_away(proposal, by)
    row = _sent(remark)
    _answer(row, text, by=by, now=now)
    _move(row, RemarkState.SETTLED, now=now)
    remark.refresh_from_db()


@transaction.atomic
def reopen(remark: Remark, *, text: str, by: Any, now: datetime) -> None:
    """The reviewer says « pas encore », and what is missing."""
    proposal = proposals.lock(remark.proposal)
    _refuse_away(proposal, by)
    row = _sent(remark)
    _answer(row, _asked(text, _("Dites ce qui manque encore.")), by=by, now=now)
    _move(row, RemarkState.OPEN, now=now)
    remark.refresh_from_db()


def _remark(remark: Remark) -> Remark:
    found = Remark.objects.filter(pk=remark.pk).first()
    if found is None:
        raise ReviewRefused(_("Cette remarque n’existe plus."))
    return found


def _sent(remark: Remark) -> Remark:
    row = _remark(remark)
    if row.sent_at is None:
        raise ReviewRefused(_("Cette remarque n’est pas encore partie."))
    return row


def _move(row: Remark, to: RemarkState, *, now: datetime) -> None:
    if row.state == to:
        return
    if to not in REMARK_MOVES[row.state]:
        raise ReviewRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    row.state, row.moved_at = to, now
    row.save()


def _answer(row: Remark, text: str, *, by: Any, now: datetime) -> None:
    """Keep a word, unless it is the one just said."""
    text = _said(text)
    last = row.words.last()
    if text and (last is None or (last.text, last.by_id) != (text, by.pk)):
        RemarkWord.objects.create(remark=row, text=text, by=by, at=now)


def _said(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST]


def _asked(text: str, message: str) -> str:
    if not _said(text):
        raise ReviewRefused(message)
    return _said(text)


# --- What becomes of it --------------------------------------------------------------------------------------------


@transaction.atomic
def ask_changes(proposal: Proposal, *, by: Any, now: datetime, note: str = "") -> None:
    """Send the remarks of this reading, and the text with them, back to its author."""
    row = proposals.lock(proposal)
    _refuse_away(row, by)
    if not (row.remarks.filter(state=RemarkState.OPEN).exists() or _said(note)):
        raise ReviewRefused(_("Dites ce qui est à reprendre : une remarque, ou un message."))
    row.remarks.filter(sent_at=None).update(sent_at=now, moved_at=now)
    proposals.move(row, ProposalState.CHANGES_ASKED, now=now)
    row.save()
    review_log.write(row, ReviewDeed.CHANGES_ASKED, by=by, now=now, note=_said(note))
    proposal.refresh_from_db()


@transaction.atomic
def accept(proposal: Proposal, *, by: Any, now: datetime, note: str = "") -> Version:
    """Publish it: every remark is settled first, so that nothing asked is lost on the way. `note` is for its author."""
    row = proposals.lock(proposal)
    _refuse_away(row, by)
    if resources.lock(row.resource).state == State.WITHDRAWN:
        raise ReviewRefused(_("Cette ressource est retirée : rien n’a été publié."))
    left = row.remarks.exclude(state=RemarkState.SETTLED).count()
    if left:
        message = ngettext(
            "Il reste %(count)d remarque à régler avant de publier.",
            "Il reste %(count)d remarques à régler avant de publier.",
            left,
        )
        raise ReviewRefused(message % {"count": left})
    version = resources.publish(row, by=by, now=now, word=_said(note))
    proposal.refresh_from_db()
    return version


@transaction.atomic
def refuse(proposal: Proposal, *, reason: str, by: Any, now: datetime) -> None:
    """Say that the network will not publish it, and why. Its author keeps the text and the remarks."""
    row = proposals.lock(proposal)
    _refuse_away(row, by)
    reason = _asked(reason, _("Dites pourquoi : la personne qui l’a écrite lira cette raison."))
    row.remarks.filter(sent_at=None).update(sent_at=now, moved_at=now)
    proposals.move(row, ProposalState.DROPPED, now=now)
    row.save()
    review_log.write(row, ReviewDeed.REFUSED, by=by, now=now, note=reason)
    proposal.refresh_from_db()


@transaction.atomic
def start_again(proposal: Proposal, *, by: Any, now: datetime) -> Proposal:
    """A new draft from a text that was not kept. When one is open already, it is that one."""
    row = proposals.lock(proposal)
    if row.state != ProposalState.DROPPED or not row.content:
        raise ReviewRefused(_("Il n’y a pas de texte à reprendre ici."))
    if row.resource.state == State.WITHDRAWN:
        raise ReviewRefused(_("Cette ressource est retirée : proposez-en une nouvelle."))
    return proposals.open_proposal(row.resource, by=by, now=now, content=row.content)


@transaction.atomic
def show_title(proposal: Proposal, *, shown: bool, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """Whether everyone reads its title in the queue; never that of a resource that does not name its territory."""
    row = proposals.lock(proposal)
    if shown and row.content.get("hides_place"):
        raise ReviewRefused(_("Ce texte ne nomme pas son territoire : son titre reste caché jusqu’à la publication."))
    row.shows_title = shown
    row.save(update_fields=["shows_title"])
    proposal.refresh_from_db()


# --- What time does, who leaves ------------------------------------------------------------------------------------


def tend_reviews(now: datetime) -> None:
    """Tell animators what waits for too long, and authors what they forgot: once for each move."""
    for proposal in queries.orphans(now).select_related("resource"):
        notify_many(animators(), ORPHAN, proposal, by=None, now=now, key=proposal.moved_at.isoformat())
    for proposal in queries.forgotten(now).select_related("resource__owner", "author"):
        people = review_log.authors_of(proposal)
        notify_many(people, FORGOTTEN, proposal, by=None, now=now, key=proposal.moved_at.isoformat())


def animators() -> Iterable[Member]:
    return Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)


@transaction.atomic
def forget_member(member: Member) -> None:
    """What they said of a text stays, said by nobody; what they were reading waits for somebody else."""
    Proposal.objects.filter(reviewer=member, state=ProposalState.IN_REVIEW).update(
        reviewer=None, state=ProposalState.SUBMITTED
    )
    Proposal.objects.filter(reviewer=member).update(reviewer=None)
    Remark.objects.filter(author=member).update(author=None)
    RemarkWord.objects.filter(by=member).update(by=None)
    ReviewAct.objects.filter(by=member).update(by=None)
