"""Every write of the taxonomy: reference data, and the lists that the network writes itself."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.refusals import Refusal
from alliage.taxonomy import cache
from alliage.taxonomy.enums import VersionState
from alliage.taxonomy.loading import TermData
from alliage.taxonomy.models import ListComment, ListItem, ListVersion, NetworkList, Term
from alliage.taxonomy.registry import told

COMMENT_LENGTH = 4000


class NothingToPublish(Refusal):
    """The list has no draft, or an empty one."""


class NoteMissing(Refusal):
    """A version is published with a word for those who read its history."""


class CommentRefused(Refusal):
    """An empty, endless or repeated comment."""


# --- Reference data ------------------------------------------------------------------------------------------------


def _loaded(data: TermData, known: Term | None, parent: Term | None) -> tuple[str, Term]:
    """What becomes of one row, and its term, checked but not written."""
    if known and known.is_edited:
        return "kept", known
    values = {**data.values, "position": data.position}
    same_parent = known is not None and known.parent_id == (parent.pk if parent else None)
    if known and same_parent and all(getattr(known, name) == value for name, value in values.items()):
        return "unchanged", known
    term = known or Term(vocabulary=data.vocabulary, code=data.code)
    term.parent = parent
    for name, value in values.items():
        setattr(term, name, value)
    # One row each: the database holds that they are unique and that the parent exists.
    term.clean_fields(exclude=["parent"])
    return "changed" if known else "added", term


@transaction.atomic
def load_terms(rows: Iterable[TermData]) -> Counter[str]:
    """Bring the reference terms up to date; says how many were added, changed, unchanged, or kept as edited here.

    A term that left the files is not deleted: records may wear it. Administrators put it aside with `is_active`.
    Parents are written before their children, each level in one query.
    """
    report: Counter[str] = Counter()
    found = {(term.vocabulary, term.code): term for term in Term.objects.all()}
    for _above, level in groupby(
        sorted(rows, key=lambda data: data.parent is not None), key=lambda data: data.parent is not None
    ):
        added: list[Term] = []
        for data in level:
            key = (data.vocabulary, data.code)
            outcome, term = _loaded(data, found.get(key), found[data.parent] if data.parent else None)
            report[outcome] += 1
            found[key] = term
            if outcome == "added":
                added.append(term)
            elif outcome == "changed":
                term.save(loaded=True)
        Term.objects.bulk_create(added)
        told({*(term.pk for term in added), *(term.parent_id for term in added if term.parent_id)})
    cache.forget_on_commit()
    return report


@transaction.atomic
def load_lists(rows: Iterable[dict[str, Any]]) -> Counter[str]:
    """Create the network's lists that do not exist yet, empty. Existing ones belong to the network."""
    report: Counter[str] = Counter()
    for position, row in enumerate(rows, 1):
        values = {**row, "position": position}
        created = NetworkList.objects.get_or_create(code=values.pop("code"), defaults=values)[1]
        report["added" if created else "kept"] += 1
    return report


# --- The network's lists -------------------------------------------------------------------------------------------


def _locked(network_list: NetworkList) -> NetworkList:
    """Animators who act at the same moment take turns."""
    return NetworkList.objects.select_for_update().get(pk=network_list.pk)


def _open_draft(network_list: NetworkList, *, by: Any, now: datetime) -> ListVersion:
    """The draft being written, or a new one that starts from what is published."""
    versions = network_list.versions
    current = versions.filter(state=VersionState.DRAFT).first()
    if current:
        return current
    last = versions.order_by("-number").first()
    started = versions.create(
        number=last.number + 1 if last else 1, created_at=now, author_id=by.pk, author_name=by.get_full_name()
    )
    if last:
        copies = [
            ListItem(version=started, position=i.position, code=i.code, label=i.label, text=i.text)
            for i in last.items.all()
        ]
        ListItem.objects.bulk_create(copies)
    return started


def _free_code(network_list: NetworkList, label: str) -> str:
    """A code no item of this list ever had: a code names one thing for ever."""
    wish = slugify(label)[:50].strip("-") or "element"
    taken = set(
        ListItem.objects.filter(version__list=network_list, code__startswith=wish).values_list("code", flat=True)
    )
    rank, code = 1, wish
    while code in taken:
        rank += 1
        code = f"{wish}-{rank}"
    return code


@transaction.atomic
def add_item(network_list: NetworkList, *, label: str, text: str = "", by: Any, now: datetime) -> ListItem:
    """Add an item at the end of the draft, which is opened if need be."""
    network_list = _locked(network_list)
    draft = _open_draft(network_list, by=by, now=now)
    last = draft.items.aggregate(Max("position"))["position__max"] or 0
    return draft.items.create(
        position=last + 1, code=_free_code(network_list, label), label=label.strip(), text=text.strip()
    )


def _draft_item(network_list: NetworkList, code: str, *, by: Any, now: datetime) -> ListItem:
    draft = _open_draft(_locked(network_list), by=by, now=now)
    return draft.items.get(code=code)


@transaction.atomic
def change_item(network_list: NetworkList, code: str, *, label: str, text: str, by: Any, now: datetime) -> ListItem:
    """Change an item's words in the draft. Raises ListItem.DoesNotExist for an unknown code."""
    item = _draft_item(network_list, code, by=by, now=now)
    item.label, item.text = label.strip(), text.strip()
    item.save(update_fields=["label", "text"])
    return item


@transaction.atomic
def move_item(network_list: NetworkList, code: str, *, up: bool, by: Any, now: datetime) -> ListItem:
    """Move an item one rank up or down in the draft; at the edge it stays where it is."""
    item = _draft_item(network_list, code, by=by, now=now)
    ordered = list(item.version.items.order_by("position", "pk"))
    here = next(rank for rank, other in enumerate(ordered) if other.pk == item.pk)
    there = max(0, here - 1) if up else min(len(ordered) - 1, here + 1)
    ordered.insert(there, ordered.pop(here))
    _number(ordered)
    return ordered[there]


@transaction.atomic
def remove_item(network_list: NetworkList, code: str, *, by: Any, now: datetime) -> None:
    """Take an item out of the draft. Versions already published keep it."""
    item = _draft_item(network_list, code, by=by, now=now)
    version = item.version
    item.delete()
    _number(list(version.items.order_by("position", "pk")))


def _number(ordered: list[ListItem]) -> None:
    for rank, item in enumerate(ordered, 1):
        item.position = rank
    ListItem.objects.bulk_update(ordered, ["position"])


@transaction.atomic
def publish_version(network_list: NetworkList, *, note: str, by: Any, now: datetime) -> ListVersion:
    """Publish the draft: from now on it is what the network reads and filters by, and it never changes."""
    network_list = _locked(network_list)
    draft = network_list.versions.filter(state=VersionState.DRAFT).first()
    if draft is None or not draft.items.exists():
        raise NothingToPublish(_("Le brouillon est vide : ajoutez au moins un élément avant de publier."))
    if not note.strip():
        raise NoteMissing(
            _("Dites en une phrase ce qui change : elle sera lue dans l’historique. Le brouillon est gardé.")
        )
    draft.state, draft.note, draft.published_at = VersionState.PUBLISHED, note.strip(), now
    draft.author_id, draft.author_name = by.pk, by.get_full_name()
    draft.save()
    cache.forget_on_commit()
    return draft


@transaction.atomic
def drop_draft(network_list: NetworkList) -> None:
    """Give up the draft; what is published stays as it is."""
    _locked(network_list).versions.filter(state=VersionState.DRAFT).delete()


@transaction.atomic
def comment(network_list: NetworkList, *, text: str, item_code: str = "", by: Any, now: datetime) -> ListComment:
    """Say something of a list or of one of its items, under the name one has today."""
    network_list, text = _locked(network_list), text.strip()
    if not text:
        raise CommentRefused(_("Votre commentaire est vide : écrivez au moins quelques mots."))
    if len(text) > COMMENT_LENGTH:
        raise CommentRefused(
            _("Votre commentaire dépasse %(limit)s caractères : raccourcissez-le, il est gardé ci-dessous.")
            % {"limit": COMMENT_LENGTH}
        )
    last = network_list.comments.filter(author_id=by.pk).order_by("-created_at", "-pk").first()
    if last and (last.text, last.item_code) == (text, item_code):
        raise CommentRefused(_("Ce commentaire est déjà publié."))
    return network_list.comments.create(
        text=text, item_code=item_code, author_id=by.pk, author_name=by.get_full_name(), created_at=now
    )


def hide_comment(found: ListComment) -> None:
    """Take a comment off the page; it is kept, so that the decision can be undone."""
    ListComment.objects.filter(pk=found.pk).update(is_hidden=True)


def show_comment(found: ListComment) -> None:
    ListComment.objects.filter(pk=found.pk).update(is_hidden=False)


def forget_author(author_id: int) -> None:
    """What a member wrote for the network stays, without their name: their account is closed."""
    former = _("Ancien membre")
    ListComment.objects.filter(author_id=author_id).update(author_id=0, author_name=former)
    ListVersion.objects.filter(author_id=author_id).update(author_id=None, author_name=former)
