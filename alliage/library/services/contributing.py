"""Writes of those who contribute: begin from a link, a file or nothing; keep a draft; propose; publish at once."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.models import Entry
from alliage.files import services as stored_files
from alliage.files.models import StoredFile
from alliage.jobs import fetch
from alliage.jobs import services as jobs
from alliage.jobs.context import JobContext
from alliage.library import metadata
from alliage.library.content import Content
from alliage.library.enums import OPEN, AuthorRole, Licence, ProposalState, ResourceKind, State
from alliage.library.models import Author, Intake, PreviewLink, Proposal, Resource, ResourceFile
from alliage.library.services import files, proposals, resources
from alliage.notifications.services import notify
from alliage.refusals import Refusal
from alliage.ui import drafts
from alliage.ui.drafts import Mark

READ_JOB = "library.read_source"
SUBMITTED = "library.submitted"
DRAFT_BYTES = 600_000
ACCEPT = ("text/html", "application/xhtml+xml", "application/pdf")
LONGEST_ANSWER = 10 * 1024 * 1024
# Until its author chooses: what nobody may do without asking stays so.
UNTIL_CHOSEN = Licence.RESERVED


class ContributionRefused(Refusal):
    """What is asked cannot be done with this text."""


# --- Begin -----------------------------------------------------------------------------------------------------------


def begin_from_link(url: str, *, by: Any, sent: str, now: datetime) -> Intake:
    """A card for a page of the web: what the page says of itself is read in the background."""
    url = url.strip()
    title = metadata.title_of_address(url)
    content = {"kind": ResourceKind.LINK, "title": title, "licence": UNTIL_CHOSEN, "links": [{"url": url}]}
    return _begin(content, by=by, sent=sent, now=now, url=url)


def begin_from_file(upload: UploadedFile, *, by: Any, sent: str, now: datetime) -> Intake:
    """A card for a document: what it says of itself is read in the background. A refused file leaves nothing behind."""
    already = Intake.objects.filter(sent_key=_key(by, sent)).first()
    if already is not None:
        return already
    stored = files.send(upload, by=by, now=now)
    content = {
        "kind": ResourceKind.GUIDE,
        "title": metadata.title_of_name(stored.name),
        "licence": UNTIL_CHOSEN,
        "files": [{"id": str(stored.pk), "name": stored.name, "size": stored.size}],
    }
    intake = _begin(content, by=by, sent=sent, now=now, file=stored)
    if intake.file_id != stored.pk:  # the same form, sent twice at the same moment
        stored_files.discard(stored)
    return intake


def begin_blank(kind: str, title: str, *, by: Any, sent: str, now: datetime) -> Intake:
    """The template of a kind, to be filled."""
    content = {"kind": kind, "title": title, "licence": UNTIL_CHOSEN, "authors": author_of(by)}
    return _begin(content, by=by, sent=sent, now=now)


def _key(by: Any, sent: str) -> str:
    return sha256(repr((by.pk, sent)).encode(errors="replace")).hexdigest()


def _begin(
    content: Mapping[str, Any], *, by: Any, sent: str, now: datetime, url: str = "", file: StoredFile | None = None
) -> Intake:
    """What was already begun from the same display of the form, even at this very moment, or what begins now."""
    key = _key(by, sent)
    already = Intake.objects.filter(sent_key=key).first()
    if already is not None:
        return already
    try:
        with transaction.atomic():
            proposal = proposals.begin(dict(content), by=by, now=now, is_demo=by.is_demo)
            intake = Intake.objects.create(proposal=proposal, sent_key=key, url=url, file=file, created_at=now)
            if url or file is not None:
                intake.job = jobs.enqueue(READ_JOB, payload={"intake": intake.pk}, by=by, now=now)
                Intake.objects.filter(pk=intake.pk).update(job=intake.job)
    except IntegrityError:
        already = Intake.objects.filter(sent_key=key).first()
        if already is None:
            raise
        return already
    intake.refresh_from_db()
    return intake


def author_of(member: Any) -> list[dict[str, str]]:
    """A member as an author: by the name and the entry that everyone reads, by the name alone otherwise."""
    entry = Entry.objects.filter(
        owner=member, kind=EntryKind.CATALYST, visibility=Visibility.PUBLIC, is_hidden=False
    ).first()
    name = entry.name if entry is not None else member.name
    return [{"name": name, "role": AuthorRole.AUTHOR, "entry": entry.slug if entry is not None else ""}]


# --- Read what it was begun from -------------------------------------------------------------------------------------


def read_source(context: JobContext, payload: dict[str, Any]) -> None:
    """The job: read the link or the file, and write down what it says. What cannot be read is said, and the person goes on."""
    intake = Intake.objects.select_related("file").filter(pk=payload["intake"]).first()
    if intake is None:
        return
    context.progress(0, 2, _("Lecture de la page.") if intake.url else _("Lecture du document."))
    try:
        found = _read_page(intake.url) if intake.url else _read_file(intake.file)
    except Refusal as refusal:
        Intake.objects.filter(pk=intake.pk).update(error=refusal.message[:300])
        return
    context.progress(1, 2, _("Préparation de la fiche."))
    Intake.objects.filter(pk=intake.pk).update(found=found.plain())


def _read_page(url: str) -> metadata.Found:
    fetched = fetch.fetcher().get(url, accept=ACCEPT, max_bytes=LONGEST_ANSWER)
    if fetched.content_type == "application/pdf":
        return metadata.of_document(BytesIO(fetched.content), "pdf", url.split("?", maxsplit=1)[0].rsplit("/", 1)[-1])
    return metadata.of_page(fetched.text, fetched.url)


def _read_file(stored: StoredFile | None) -> metadata.Found:
    if stored is None:
        raise ContributionRefused(_("Ce fichier n’est plus là."))
    with stored.file.open("rb") as content:
        return metadata.of_document(content, stored.extension, stored.name)


def text_read(stored: StoredFile, now: datetime) -> None:
    """The search holds what published files say: it is told once their text is there."""
    held = ResourceFile.objects.filter(file=stored, is_published=True).first()
    if held is not None:
        resources.touched([held.resource_id], now=now)


# --- Drafts ----------------------------------------------------------------------------------------------------------


def draft_of(proposal: Proposal | None, member: Any) -> dict[str, Any] | None:
    """What this member typed and did not save yet: nobody else reads it."""
    return drafts.draft_of(proposal.draft, member) if proposal is not None else None


@transaction.atomic
def keep_draft(proposal: Proposal, data: Mapping[str, list[str]], *, mark: Mark, by: Any, now: datetime) -> str:
    """Keep what was typed; answers when, as the form carries it. Kept even while a reviewer reads: nothing typed is lost."""
    row = proposals.lock(proposal)
    if row.state not in OPEN:
        raise ContributionRefused(
            _("Ce texte est publié ou abandonné\u00a0: rouvrez la page pour en commencer un autre.")
        )
    kept = drafts.with_draft(row.draft, data, mark=mark, person=by, now=now, longest=DRAFT_BYTES)
    Proposal.objects.filter(pk=row.pk).update(draft=kept, draft_saved_at=now)
    return now.isoformat()


@transaction.atomic
def drop_draft(proposal: Proposal, *, by: Any) -> None:
    """Go back to what was saved."""
    row = proposals.lock(proposal)
    kept = drafts.without_draft(row.draft, by)
    Proposal.objects.filter(pk=row.pk).update(draft=kept, draft_saved_at=drafts.last_kept(kept))


# --- Propose ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(proposal: Proposal, *, by: Any, now: datetime) -> Proposal:
    """Give it to the reviewers, and tell its author that it arrived and what comes next."""
    row = proposals.lock(proposal)
    _refuse_empty(row.content)
    submitted = proposals.submit(row, by=by, now=now)
    author = submitted.author
    if author is not None and author == by:
        notify(author, SUBMITTED, submitted, by=by, now=now, key=localdate(now).isoformat())
    proposal.refresh_from_db()
    return submitted


def _refuse_empty(content: Content) -> None:
    """A reviewer needs something to read: one sentence is enough."""
    if not (content["summary"] or content["sections"]):
        raise ContributionRefused(_("Écrivez au moins un résumé ou une partie avant de proposer cette ressource."))


@transaction.atomic
def publish_at_once(proposal: Proposal, *, by: Any, now: datetime) -> Resource:
    """Without review; the version says so. Who may: the caller's affair."""
    row = proposals.lock(proposal)
    _refuse_empty(row.content)
    said = _("Publiée sans relecture par l’équipe d’animation.")
    note = f"{row.note} {said}".strip() if row.note else said
    return resources.publish(row, by=by, now=now, note=note[:300]).resource


# --- Personal data ---------------------------------------------------------------------------------------------------


def export_of(member: Any) -> dict[str, Any]:
    """What a member wrote here, for their own copy: texts on their way, what they hold, links they made."""
    written = Proposal.objects.filter(author=member).select_related("resource").order_by("pk")
    return {
        "propositions": [
            {
                "ressource": each.resource_id,
                "etat": each.state,
                "texte": each.content,
                "brouillon": (draft_of(each, member) or {}).get("data"),
                "commencee_le": each.created_at,
            }
            for each in written
        ],
        "ressources": list(Resource.objects.filter(owner=member).order_by("pk").values("id", "title", "state")),
        "liens_d_apercu": list(
            PreviewLink.objects.filter(by=member)
            .order_by("pk")
            .values("label", "created_at", "expires_at", "revoked_at")
        ),
    }


@transaction.atomic
def forget(member: Any) -> None:
    """The account closes: texts that nobody published go, what is published stays without its holder."""
    key = drafts.key_of(member)
    for row in Proposal.objects.select_for_update(of=("self",)).filter(draft__has_key=key):
        kept = drafts.without_draft(row.draft, member)
        Proposal.objects.filter(pk=row.pk).update(draft=kept, draft_saved_at=drafts.last_kept(kept))
    PreviewLink.objects.filter(by=member).delete()
    Resource.objects.filter(owner=member, state=State.DRAFT).delete()
    signed_by_others = Author.objects.filter(entry__owner__isnull=False).exclude(entry__owner=member).values("resource")
    begun = Proposal.objects.filter(author=member, resource__owner=member, state=ProposalState.DRAFT, submitted_at=None)
    begun.exclude(resource__in=signed_by_others).delete()
    Resource.objects.filter(owner=member).update(owner=None)
    Proposal.objects.filter(author=member).update(author=None)
