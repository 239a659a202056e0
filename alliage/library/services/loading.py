"""The first resources: added once, brought up to date while nobody on the site has changed them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliage.directory.models import Entry
from alliage.library import content as contents
from alliage.library.content import TERMS, Content
from alliage.library.enums import OPEN, State
from alliage.library.models import Resource
from alliage.library.services import proposals, resources, reuse
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.snapshot import snapshot

# How a row is remembered: no outside bank, and its `code` as identifier. It is kept here, as what members write.
MARK = "alliage:"


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"


def load(rows: list[dict[str, Any]], *, now: datetime) -> Iterator[Outcome]:
    """Write each row, and say what was done of it. A resource that someone published or writes on the site is kept as it is.

    Territories and terms that are not loaded yet are left out: loading again adds them. Kits come last, and find the
    resources that they name.
    """
    marked = Resource.objects.filter(source_code="", external_id__startswith=MARK).values_list("external_id", "pk")
    numbers = {mark.removeprefix(MARK): pk for mark, pk in marked}
    added = []
    for row in sorted(rows, key=lambda row: "kit_items" in row):
        with transaction.atomic():
            outcome, resource = _write(row, numbers, now=now)
        numbers[row["code"]] = resource.pk
        if outcome == Outcome.ADDED:
            added.append((row, resource))
        yield outcome
    for row, resource in added:
        _set_aside(row, resource, now=now)
        _tie(row, resource, now=_then(row, now))


def _found(code: str) -> Resource | None:
    return Resource.objects.filter(source_code="", external_id=f"{MARK}{code}").first()


def _set_aside(row: dict[str, Any], resource: Resource, *, now: datetime) -> None:
    """Once, when it is added: what someone decides later stays."""
    if "obsolete" in row:
        replacement = _found(row["obsolete"]["replaced_by"])
        resources.make_obsolete(resource, reason=row["obsolete"]["reason"], replacement=replacement, by=None, now=now)
    elif row.get("to_renew"):
        resources.ask_renewal(resource, by=None, now=now)


def _tie(row: dict[str, Any], resource: Resource, *, now: datetime) -> None:
    """To what it was adapted from, once, when it is added: what someone takes back later stays so."""
    original = _found(row.get("adapted_from", ""))
    if original is not None and original.is_shown:
        reuse.load_adaptation(resource, original, changes=row["adaptation"], territory=resource.places.first(), now=now)


def _then(row: dict[str, Any], now: datetime) -> datetime:
    return now - timedelta(days=row.get("published_days_ago", 0))


def _write(row: dict[str, Any], numbers: dict[str, int], *, now: datetime) -> tuple[Outcome, Resource]:
    content = contents.cleaned(_known(row, numbers))
    resource = _found(row["code"])
    if resource is None:
        return Outcome.ADDED, _add(row, content, now=_then(row, now))
    if resource.content == contents.public(content):
        return Outcome.UNCHANGED, resource
    if not _is_untouched(resource):
        return Outcome.KEPT, resource
    proposal = proposals.open_proposal(resource, by=None, now=now, content=content)
    resources.publish(proposal, by=None, now=now, note=_note())
    return Outcome.CHANGED, resource


def _add(row: dict[str, Any], content: Content, *, now: datetime) -> Resource:
    proposal = proposals.begin(content, by=None, now=now, is_demo=row.get("is_demo", False))
    Resource.objects.filter(pk=proposal.resource_id).update(external_id=f"{MARK}{row['code']}", owner=_holder(content))
    resources.publish(proposal, by=None, now=now, note=_note())
    return proposal.resource


def _note() -> str:
    return _("Texte fourni avec la plateforme.")


def _is_untouched(resource: Resource) -> bool:
    """Nobody published a version of it here, or writes one, or decided that it is no longer shown."""
    if resource.state not in (State.PUBLISHED, State.TO_RENEW) or resource.is_hidden:
        return False
    if resource.versions.exclude(by=None, note=_note()).exists():
        return False
    return not resource.proposals.filter(state__in=OPEN).exists()


def _holder(content: Content) -> Any:
    """The member who holds the entry of the first author: theirs to edit. Nobody for what names nobody."""
    slugs = [author["entry"] for author in content["authors"][:1] if author["entry"]]
    if content["hides_place"] or not slugs:
        return None
    entry = Entry.objects.select_related("owner").filter(slug=slugs[0]).first()
    return entry.owner if entry else None


def _known(row: dict[str, Any], numbers: dict[str, int]) -> dict[str, Any]:
    """The row with only the territories, terms and resources that are there."""
    by_code = snapshot().by_code
    kept: dict[str, Any] = {
        name: [code for code in row.get(name, ()) if taxonomy.term(vocabulary, code)]
        for name, vocabulary in TERMS.items()
    }
    kept["medoc"] = row.get("medoc", "") if taxonomy.term(Vocabulary.RESOURCE_KINDS, row.get("medoc", "")) else ""
    kept["territories"] = [token for token in row.get("territories", ()) if tuple(token.split(":", 1)) in by_code]
    context = row.get("context", {})
    actors = [code for code in context.get("actors", ()) if taxonomy.term(Vocabulary.CATEGORIES, code)]
    kept["context"] = context | {"actors": actors}
    kept["kit_items"] = [
        item | {"resource": numbers.get(item.get("resource", ""))} for item in row.get("kit_items", ())
    ]
    return row | kept
