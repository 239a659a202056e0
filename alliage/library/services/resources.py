"""Writes of resources: published as a version, to renew, obsolete, withdrawn, hidden."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.directory.models import Entry
from alliage.library import content as contents
from alliage.library.content import TERMS, Content
from alliage.library.enums import MOVES, ProposalState, ResourceKind, ReviewDeed, State
from alliage.library.models import (
    Author,
    Condition,
    Proposal,
    Resource,
    ResourceFile,
    ResourceLink,
    ResourcePlace,
    ResourceTerm,
    Version,
)
from alliage.library.queries import places, pointing
from alliage.library.services import files, lineage, naming, proposals, review_log
from alliage.refusals import Refusal
from alliage.search import services as search
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary

KIND = "resource"
# After how many years a resource is to be read again, unless its authors say when.
RENEWED_AFTER_YEARS = 3


class ResourceRefused(Refusal):
    """The rules of resources say no."""


@transaction.atomic
def publish(proposal: Proposal, *, by: Any, now: datetime, note: str = "", word: str = "") -> Version:
    """Make a proposal the next version of its resource. Who may, and after which review: the caller's affair. Readers see
    `note`; its authors alone read `word`."""
    row = proposals.lock(proposal)
    deed = ReviewDeed.PUBLISHED if row.state == ProposalState.DRAFT else ReviewDeed.ACCEPTED
    proposals.move(row, ProposalState.ACCEPTED, now=now)
    row.draft, row.draft_saved_at = None, None
    resource = lock(row.resource)
    if row.content["hides_place"]:
        row.content = files.unsign(resource, row.content)
    row.save()
    content = contents.public(row.content)
    lineage.refuse_licence(resource, content["licence"])
    number = resource.edition + 1
    version = Version(resource=resource, number=number, content=content, by=by, published_at=now)
    version.note = (note or row.note)[:300]
    version.save()
    _to(resource, State.PUBLISHED)
    resource.edition, resource.edited_at = number, now
    resource.published_at = resource.published_at or now
    resource.confirmed_on, resource.renew_on = localdate(now), years_after(localdate(now), RENEWED_AFTER_YEARS)
    resource.obsolete_reason, resource.replaced_by = "", None
    _write_columns(resource, content)
    resource.changed_at = now
    resource.save()
    _write_rows(resource, content)
    if content["hides_place"]:
        _forget_places(resource)
        naming.close_help(resource, row.content, now=now)
    touched([resource.pk], now=now)
    if content["kind"] == ResourceKind.KIT:
        transaction.on_commit(pointing.forget)
    if by is not None:  # what loaders publish was proposed by nobody
        review_log.write(row, deed, by=by, now=now, note=word)
    proposal.refresh_from_db()
    return version


def _write_columns(resource: Resource, content: Content) -> None:
    resource.content = content
    for name in ("kind", "title", "summary", "proof", "licence", "year", "language", "hides_place"):
        setattr(resource, name, content[name])
    resource.medoc = taxonomy.term(Vocabulary.RESOURCE_KINDS, content["medoc"]) if content["medoc"] else None
    resource.source = content["source"]


def _write_rows(resource: Resource, content: Content) -> None:
    """What lists and other functions ask, from the published content."""
    terms = [taxonomy.term(vocabulary, code) for name, vocabulary in TERMS.items() for code in content[name]]
    _replace(ResourceTerm, resource, [ResourceTerm(resource=resource, term=term) for term in terms if term])
    _replace(
        ResourcePlace,
        resource,
        [ResourcePlace(resource=resource, territory_id=place.id) for place in contents.places(content)],
    )
    _write_authors(resource, content)
    _write_links(resource, content)
    published = [each["id"] for each in content["files"]]
    ResourceFile.objects.filter(resource=resource).exclude(file__in=published).update(is_published=False)
    ResourceFile.objects.filter(resource=resource, file__in=published).update(is_published=True)
    conditions = [
        Condition(resource=resource, importance=each["importance"], text=each["text"], check_code=each["check"], position=rank)
        for rank, each in enumerate(content["conditions"])
    ]  # fmt: skip
    _replace(Condition, resource, conditions)


def _forget_places(resource: Resource) -> None:
    """What names nobody today is not read in an earlier version either."""
    for version in resource.versions.all():
        version.content = contents.public(version.content | {"hides_place": True})
        version.save(update_fields=["content"])
    lineage.forget_place(resource)


def write_rows(resource: Resource) -> None:
    """Write again, from its content, what lists and other functions ask."""
    _write_rows(resource, resource.content)


def rewrite(resource: Resource, *, now: datetime) -> None:
    """What an import put back as it was: its columns are right, what hangs on them is written again."""
    write_rows(resource)
    Resource.objects.filter(pk=resource.pk).update(changed_at=now)
    touched([resource.pk], now=now)


def _replace(model: Any, resource: Resource, rows: list[Any]) -> None:
    model.objects.filter(resource=resource).delete()
    model.objects.bulk_create(rows)


def _write_authors(resource: Resource, content: Content) -> None:
    named = [each["entry"] for each in content["authors"] if each["entry"]]
    entries = {entry.slug: entry for entry in Entry.objects.filter(slug__in=named)} if named else {}
    authors = [
        Author(
            resource=resource,
            name=each["name"],
            organisation=each["organisation"],
            role=each["role"],
            entry=entries.get(each["entry"]),
            position=rank,
        )
        for rank, each in enumerate(content["authors"])
    ]
    _replace(Author, resource, authors)


def _write_links(resource: Resource, content: Content) -> None:
    """A link that was there keeps the date of its last control."""
    kept = {link.url: link for link in ResourceLink.objects.filter(resource=resource)}
    wanted = {each["url"] for each in content["links"]}
    ResourceLink.objects.filter(resource=resource).exclude(url__in=wanted).delete()
    for rank, each in enumerate(content["links"]):
        link = kept.get(each["url"]) or ResourceLink(resource=resource, url=each["url"])
        link.label, link.position = each["label"], rank
        link.save()


# --- Its life ------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(resource: Resource, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """« Toujours exact »: shown without warning for some years more."""
    row = lock(resource)
    _to(row, State.PUBLISHED)
    row.confirmed_on, row.renew_on = localdate(now), years_after(localdate(now), RENEWED_AFTER_YEARS)
    row.obsolete_reason, row.replaced_by = "", None
    _save(row, resource, now=now)


@transaction.atomic
def ask_renewal(resource: Resource, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Say to readers that it may be out of date."""
    row = lock(resource)
    _to(row, State.TO_RENEW)
    _save(row, resource, now=now)


@transaction.atomic
def make_obsolete(
    resource: Resource, *, reason: str, replacement: Resource | None = None, by: Any, now: datetime  # noqa: ARG001 as above
) -> None:  # fmt: skip
    """Keep it readable, under a banner that says why, and what replaces it."""
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise ResourceRefused(_("Dites en une phrase pourquoi elle est dépassée."))
    row = lock(resource)
    if replacement is not None and replacement.pk == row.pk:
        raise ResourceRefused(_("Une ressource ne se remplace pas elle-même : choisissez-en une autre."))
    if replacement is not None and not replacement.is_shown:
        raise ResourceRefused(_("La ressource qui la remplace n’est pas publiée : choisissez-en une autre."))
    _to(row, State.OBSOLETE)
    row.obsolete_reason, row.replaced_by = reason, replacement
    _save(row, resource, now=now)
    transaction.on_commit(pointing.forget)


@transaction.atomic
def withdraw(resource: Resource, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    """Nobody reads it any more, nowhere. Its number stays taken, and its versions are kept for its authors."""
    row = lock(resource)
    _to(row, State.WITHDRAWN)
    _save(row, resource, now=now)


@transaction.atomic
def hide(obj: Resource, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Resource.objects.filter(pk=obj.pk).update(is_hidden=True, changed_at=now)
    touched([obj.pk], now=now)


@transaction.atomic
def restore(obj: Resource, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Resource.objects.filter(pk=obj.pk).update(is_hidden=False, changed_at=now)
    touched([obj.pk], now=now)


def touched(pks: list[int], *, now: datetime) -> None:
    """Any write that readers can see ends here, in its transaction."""
    search.changed(KIND, pks, now=now)
    transaction.on_commit(places.forget)


def lock(resource: Resource) -> Resource:
    return Resource.objects.select_for_update().get(pk=resource.pk)


def years_after(day: date, years: int) -> date:
    """The same day some years later; the 1st of March for a 29th of February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _to(resource: Resource, state: State) -> None:
    if state not in MOVES[resource.state]:
        raise ResourceRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    resource.state = state


def _save(row: Resource, resource: Resource, *, now: datetime) -> None:
    row.changed_at = now
    row.save()
    touched([row.pk], now=now)
    resource.refresh_from_db()
