"""Writes of proposals: begun, written, kept while one types, submitted, dropped. Reviews are in services/reviews.py."""

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.library import content as contents
from alliage.library.content import Content
from alliage.library.enums import OPEN, PROPOSAL_MOVES, WRITABLE, ProposalState, ReviewDeed, State
from alliage.library.models import Proposal, Resource, ResourceFile, Version
from alliage.library.services import files, lineage, naming, review_log
from alliage.refusals import Refusal
from alliage.ui import drafts


class ProposalRefused(Refusal):
    """The rules of proposals say no."""


class ChangedMeanwhile(ProposalRefused):
    """Someone, or the same person in another tab, saved since: `token` is the mark of what is there now."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


@transaction.atomic
def begin(content: Content, *, by: Any, now: datetime, is_demo: bool = False) -> Proposal:
    """A new resource that only its author sees."""
    content = contents.cleaned(content)
    resource = Resource(
        kind=content["kind"],
        title=content["title"],
        licence=content["licence"],
        owner=by,
        is_demo=is_demo,
        created_at=now,
        changed_at=now,
    )
    resource.save()
    return _new(resource, content, by=by, now=now)


def open_proposal(resource: Resource, *, by: Any, now: datetime, content: Content | None = None) -> Proposal:
    """The proposal that is open on a resource; a new one, from `content` or what is published, when there is none."""
    found = resource.proposals.filter(state__in=OPEN).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _new(resource, content or _last_content(resource), by=by, now=now)
    except IntegrityError:  # opened at the same moment
        return resource.proposals.get(state__in=OPEN)


def begin_again(version: Version, *, by: Any, now: datetime) -> Proposal:
    """The next version, begun with the text of an earlier one: it is read again like any other. Twice is once; refused while
    another text is on its way, which is not thrown away for it."""
    resource = version.resource
    said = dict(version.content)
    if said["hides_place"]:  # the version keeps nothing of what its readers may not know
        last = _last_content(resource)
        said |= {name: last[name] for name in contents.HIDDEN_WITH_THE_PLACE}
    said = files.own(resource, said, by=by)
    begun = open_proposal(resource, by=by, now=now, content=said)
    if begun.content != said:
        raise ProposalRefused(
            _("Une version suivante est déjà en cours d’écriture\u00a0: terminez-la ou abandonnez-la d’abord.")
        )
    note = _("Repart de la version %(number)d.") % {"number": version.number}
    if not begun.note:
        Proposal.objects.filter(pk=begun.pk, note="").update(note=note)
        begun.note = note
    return begun


def _last_content(resource: Resource) -> Content:
    """The last accepted proposal rather than what is published: it also holds what readers may not know. Of what was never
    published, the last that was not kept."""
    before = ProposalState.ACCEPTED if resource.edition else ProposalState.DROPPED
    last = resource.proposals.filter(state=before).order_by("-pk").first()
    return last.content if last is not None else resource.content


def _new(resource: Resource, content: Content, *, by: Any, now: datetime) -> Proposal:
    content = files.own(resource, content, by=by)
    proposal = Proposal(resource=resource, author=by, token=secrets.token_hex(8), created_at=now, moved_at=now)
    proposal.content = content
    proposal.save()
    _keep_files(resource, content)
    return proposal


@transaction.atomic
def write(
    proposal: Proposal, content: Content, *, token: str, by: Any, now: datetime, note: str = "", tab: str = ""
) -> Proposal:
    """Save what was typed; the writer's draft is done with. `token` is the mark that the form was shown with, `tab` its window."""
    row = lock(proposal)
    if row.state not in WRITABLE:
        raise ProposalRefused(
            _("Ce texte est chez la personne qui le relit : reprenez-le d’abord, ou attendez ses remarques.")
        )
    if token != row.token:
        raise ChangedMeanwhile(
            _(
                "Ce texte a été enregistré entre-temps, ici ou ailleurs. Votre saisie est gardée : relisez, puis renvoyez."
            ),
            row.token,
        )
    row.content = files.own(row.resource, contents.cleaned(content), by=by)
    row.note = " ".join(note.split())[:300]
    row.draft = drafts.saved(row.draft, by, tab=tab, now=now) if by is not None else row.draft
    row.draft_saved_at, row.token, row.moved_at = drafts.last_kept(row.draft), secrets.token_hex(8), now
    row.save()
    if row.resource.state == State.DRAFT:
        _title_draft(row.resource, row.content)
    _keep_files(row.resource, row.content)
    naming.close_help(row.resource, row.content, now=now)
    proposal.refresh_from_db()
    return proposal


def _title_draft(resource: Resource, content: Content) -> None:
    """A resource that nobody reads yet bears the name that its author gives it."""
    Resource.objects.filter(pk=resource.pk).update(
        kind=content["kind"], title=content["title"], licence=content["licence"]
    )


def _keep_files(resource: Resource, content: Content) -> None:
    """Tie the files of a content to its resource: those of another resource are never taken."""
    for each in content["files"]:
        ResourceFile.objects.get_or_create(file_id=each["id"], defaults={"resource": resource})


@transaction.atomic
def submit(proposal: Proposal, *, by: Any, now: datetime) -> Proposal:
    """Give it to the reviewers. Twice is once."""
    row = lock(proposal)
    if row.state == ProposalState.SUBMITTED:
        return proposal
    lineage.refuse_licence(row.resource, row.content["licence"])
    to = ProposalState.IN_REVIEW if row.reviewer_id and row.state == ProposalState.CHANGES_ASKED else None
    move(row, to or ProposalState.SUBMITTED, now=now)
    row.submitted_at = row.submitted_at or now
    row.save()
    review_log.write(row, ReviewDeed.SUBMITTED, by=by, now=now)
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def take_back(proposal: Proposal, *, by: Any, now: datetime) -> Proposal:
    """Its author writes again, while no reviewer took it."""
    row = lock(proposal)
    move(row, ProposalState.DRAFT, now=now)
    row.save()
    review_log.write(row, ReviewDeed.TAKEN_BACK, by=by, now=now)
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def drop(proposal: Proposal, *, by: Any, now: datetime) -> None:
    """Give it up. A resource that was never published goes with it."""
    row = lock(proposal)
    if row.state in OPEN and row.submitted_at:
        review_log.write(row, ReviewDeed.DROPPED, by=by, now=now)
    if row.resource.state == State.DRAFT:
        row.resource.delete()
        return
    move(row, ProposalState.DROPPED, now=now)
    row.content, row.draft = {}, None
    row.save()
    review_log.forget_texts(row)


def lock(proposal: Proposal) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).select_related("resource").get(pk=proposal.pk)


def move(proposal: Proposal, state: ProposalState, *, now: datetime) -> None:
    """Change the state of a locked row, or say that it is too late; the caller saves it."""
    if state not in PROPOSAL_MOVES[proposal.state]:
        raise ProposalRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    proposal.state, proposal.moved_at = state, now
