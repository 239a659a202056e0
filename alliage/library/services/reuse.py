"""Writes of reuse: « nous l’avons adapté », « utile », « nous l’utilisons », what readers ask of authors and what comes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.models import Entry
from alliage.library import citing, exports
from alliage.library import content as contents
from alliage.library.content import LONGEST, Content
from alliage.library.enums import ResourceKind, SuggestionState, UseKind
from alliage.library.models import Adaptation, Proposal, Resource, Suggestion, Use
from alliage.library.permissions import follows_a_bank
from alliage.library.queries import nearness
from alliage.library.services import lineage, proposals, resources
from alliage.library.services.contributing import author_of
from alliage.library.services.reviews import animators
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal
from alliage.territories import grammar
from alliage.territories.models import Territory

ADAPTED, ASKED, ANSWERED = "library.adapted", "library.suggestion", "library.suggestion_answered"
ASKED_DESK = "library.suggestion_desk"
LONGEST_TEXT, LONGEST_SUGGESTION, LONGEST_ANSWER = 1500, 1000, 500
MOST_OPEN = 20


class ReuseRefused(Refusal):
    """The rules of reuse say no."""


# --- Adaptations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What is said of an adaptation. `entry` is an entry of the directory that says it, None for nobody in particular."""

    changes: str
    result: str = ""
    territory: Territory | None = None
    year: int | None = None
    entry: Entry | None = None


def tell_adaptation(
    original: Resource,
    told: Told,
    *,
    sent: str,
    by: Any,
    now: datetime,
    own: Resource | None = None,
    begins_own: bool = False,
) -> Adaptation:
    """« Nous l’avons adapté à… », read by everyone at once; its authors are told. The same form sent twice is one.

    `own`: a resource of theirs that tells it whole. `begins_own`: a draft that begins with the text of the original, as
    far as its licence allows.
    """
    key = _key(by, sent)
    already = Adaptation.objects.filter(sent_key=key).first()
    if already is not None:
        return already
    try:
        with transaction.atomic():
            made = _tell(original, told, own=own, by=by, key=key, now=now)
            if begins_own and own is None:
                _begin_own(made, by=by, now=now)
            notify_many(holders(original), ADAPTED, made, by=by, now=now)
    except IntegrityError:  # the same form, sent twice at the same moment
        already = Adaptation.objects.filter(sent_key=key).first()
        if already is None:
            raise
        return already
    return made


def _key(by: Any, sent: str) -> str:
    return sha256(repr((by.pk, sent)).encode(errors="replace")).hexdigest()


def _tell(
    original: Resource, told: Told, *, own: Resource | None, by: Any, key: str | None, now: datetime
) -> Adaptation:
    changes = _text(told.changes, LONGEST_TEXT)
    if not changes:
        raise ReuseRefused(_("Dites en quelques mots ce que vous avez changé."))
    row = lineage.join(original, own)
    if not row.is_shown:
        raise ReuseRefused(_("Cette ressource n’est plus publiée : rien n’a été enregistré."))
    if own is not None:
        lineage.refuse_licence_of(row, own.licence)
    names_nobody = own is not None and own.hides_place
    made = Adaptation.objects.create(
        original=row,
        version=row.edition,
        resource=own,
        territory=None if names_nobody else told.territory,
        changes=changes,
        result=_text(told.result, LONGEST_TEXT),
        year=told.year,
        entry=None if names_nobody else told.entry,
        by=by,
        sent_key=key,
        created_at=now,
    )
    lineage.count_again(row)
    return made


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").strip()[:longest]


def _begin_own(told: Adaptation, *, by: Any, now: datetime) -> Proposal:
    """A draft that its author finds among « mes ressources »."""
    content = content_from(told.original, territory=told.territory, year=told.year, by=by)
    proposal = proposals.begin(content, by=by, now=now, is_demo=by.is_demo)
    lineage.join(told.original, proposal.resource)
    told.resource = proposal.resource
    told.save(update_fields=["resource"])
    return proposal


def content_from(original: Resource, *, territory: Territory | None, year: int | None, by: Any) -> Content:
    """What an adaptation begins with: the text where its licence allows, or only the questions; never its files, its proof
    or its authors, but an attribution."""
    said = original.content
    named = grammar.title(territory) if territory is not None else ""
    title = _("%(title)s, adapté à %(place)s") % {"title": original.title, "place": named} if named else original.title
    begun: Content = {
        "kind": said["kind"] if said["kind"] != ResourceKind.LINK else ResourceKind.PRACTICE,
        "title": title if len(title) <= LONGEST["title"] else original.title,
        "licence": original.licence,
        "authors": author_of(by),
        "territories": [f"{territory.kind}:{territory.code}"] if territory is not None else [],
        "year": year,
        "source": _source(original),
        "links": [{"url": original.permanent_url, "label": original.title[:200]}],
        **{name: said[name] for name in (*contents.TERMS, "medoc")},
        "context": said["context"] | {"territory_kind": "", "size": nearness.size_of(territory.population) if territory else ""},
    }  # fmt: skip
    if not lineage.may_copy(original):
        return begun | {"licence": "cc-by-sa-4.0"}
    copied = ("summary", "sections", "language", "conditions", "kit_items")
    return begun | {name: said[name] for name in copied}


def _source(original: Resource) -> str:
    text = citing.attribution(exports.latest(original))
    said = _("Adapté de : %(text)s") % {"text": text}
    return said if len(said) <= LONGEST["source"] else _("Adapté de : %(url)s") % {"url": original.permanent_url}


@transaction.atomic
def take_back_adaptation(adaptation: Adaptation, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the view checked who
    """Who said it says it no more; a resource of its own stays, without origin, with what was born from it."""
    row = (
        Adaptation.objects.select_for_update(of=("self",)).select_related("original", "resource").get(pk=adaptation.pk)
    )
    original, own = row.original, row.resource
    row.delete()
    if own is not None:
        _leave(own)
    lineage.count_again(original)


def _leave(own: Resource) -> None:
    """It becomes the first of what was born from it."""
    family, found = {own.pk}, {own.pk}
    while found:
        born = Adaptation.objects.filter(original__in=found, resource__isnull=False).values_list("resource", flat=True)
        found = set(born) - family
        family |= found
    has_children = Adaptation.objects.filter(original=own).exists()
    Resource.objects.filter(pk__in=family).update(family=own.pk if has_children else None)


@transaction.atomic
def hide_adaptation(obj: Adaptation, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    _show(obj, is_hidden=True)


@transaction.atomic
def restore_adaptation(obj: Adaptation, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    _show(obj, is_hidden=False)


def _show(obj: Adaptation, *, is_hidden: bool) -> None:
    Adaptation.objects.filter(pk=obj.pk).update(is_hidden=is_hidden)
    lineage.count_again(obj.original)


@transaction.atomic
def load_adaptation(
    resource: Resource, original: Resource, *, changes: str, now: datetime, territory: Territory | None = None
) -> Adaptation | None:
    """What a file says of a lineage, once; None when the resource has an origin already. Nobody is told."""
    if Adaptation.objects.filter(resource=resource).exists():
        return None
    author = resource.authors.filter(entry__isnull=False).first()
    told = Told(changes, territory=territory, year=resource.year, entry=author.entry if author is not None else None)
    return _tell(original, told, own=resource, by=None, key=None, now=now)


def holders(resource: Resource) -> Iterable[Member]:
    """Who holds a resource or signs it with an entry of theirs."""
    signed = Entry.objects.filter(authored__resource=resource, owner__isnull=False).values("owner")
    return Member.objects.filter(Q(pk=resource.owner_id or 0) | Q(pk__in=signed), is_active=True)


# --- Useful, used --------------------------------------------------------------------------------------------------


@transaction.atomic
def say_use(resource: Resource, kind: str, *, by: Any, now: datetime) -> None:
    """« Utile » or « Nous l’utilisons »; twice is once."""
    row = resources.lock(resource)
    if not row.is_shown:
        raise ReuseRefused(_("Cette ressource n’est plus publiée : rien n’a été enregistré."))
    Use.objects.get_or_create(resource=row, member=by, kind=UseKind(kind), defaults={"created_at": now})
    _count_uses([row.pk])


@transaction.atomic
def take_back_use(resource: Resource, kind: str, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the name of every service
    row = resources.lock(resource)
    Use.objects.filter(resource=row, member=by, kind=UseKind(kind)).delete()
    _count_uses([row.pk])


def _count_uses(pks: Iterable[int]) -> None:
    for pk in pks:
        found = Use.objects.filter(resource=pk)
        Resource.objects.filter(pk=pk).update(
            useful_count=found.filter(kind=UseKind.USEFUL).count(), used_count=found.filter(kind=UseKind.USED).count()
        )


# --- What readers ask ----------------------------------------------------------------------------------------------


@transaction.atomic
def suggest(resource: Resource, text: str, *, by: Any, now: datetime) -> Suggestion:
    """Something to do, for its authors, who are told; animators are when nobody holds it. The same words twice are one."""
    row = resources.lock(resource)
    text = _text(text, LONGEST_SUGGESTION)
    if not text:
        raise ReuseRefused(_("Écrivez ce que vous proposez."))
    if not row.is_shown:
        raise ReuseRefused(_("Cette ressource n’est plus publiée : rien n’a été enregistré."))
    same = Suggestion.objects.filter(resource=row, by=by, text=text).first()
    if same is not None:
        return same
    if Suggestion.objects.filter(resource=row, by=by, state=SuggestionState.OPEN).count() >= MOST_OPEN:
        raise ReuseRefused(
            _("Vos propositions précédentes attendent encore une réponse : laissez-leur un peu de temps.")
        )
    made = Suggestion.objects.create(resource=row, by=by, text=text, created_at=now)
    readers = [] if follows_a_bank(row) else [person for person in holders(row) if person != by]
    if readers:
        notify_many(readers, ASKED, made, by=by, now=now)
    else:
        notify_many(animators(), ASKED_DESK, made, by=by, now=now)
    return made


@transaction.atomic
def answer_suggestion(suggestion: Suggestion, state: str, *, answer: str, by: Any, now: datetime) -> Suggestion:
    """Done, or declined with a word: who asked is told. Twice the same is once."""
    row = Suggestion.objects.select_for_update(of=("self",)).select_related("resource", "by").get(pk=suggestion.pk)
    answer = " ".join(answer.replace("\0", "").split())[:LONGEST_ANSWER]
    wanted = SuggestionState(state)
    if wanted == row.state and answer == row.answer:
        return row
    if row.state != SuggestionState.OPEN:
        raise ReuseRefused(_("Quelqu’un a déjà répondu : relisez la page."))
    if wanted == SuggestionState.OPEN:
        raise ReuseRefused(_("Choisissez « fait » ou « non retenu »."))
    if wanted == SuggestionState.DECLINED and not answer:
        raise ReuseRefused(_("Dites en un mot pourquoi vous ne la retenez pas."))
    row.state, row.answer, row.answered_by, row.answered_at = wanted, answer, by, now
    row.save()
    notify(row.by, ANSWERED, row, by=by, now=now)
    suggestion.refresh_from_db()
    return row


@transaction.atomic
def take_back_suggestion(suggestion: Suggestion, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the view checked who
    suggestion.delete()


@transaction.atomic
def hide_suggestion(obj: Suggestion, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Suggestion.objects.filter(pk=obj.pk).update(is_hidden=True)


@transaction.atomic
def restore_suggestion(obj: Suggestion, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Suggestion.objects.filter(pk=obj.pk).update(is_hidden=False)


# --- Personal data -------------------------------------------------------------------------------------------------


def export_of(member: Any) -> dict[str, Any]:
    told = Adaptation.objects.filter(by=member).order_by("pk")
    uses = Use.objects.filter(member=member).order_by("pk")
    asked = Suggestion.objects.filter(by=member).order_by("pk")
    return {
        "adaptations": list(
            told.values("original", "resource", "territory__name", "changes", "result", "year", "created_at")
        ),
        "utile_et_utilise": list(uses.values("resource", "kind", "created_at")),
        "propositions": list(asked.values("resource", "text", "state", "answer", "created_at")),
    }


@transaction.atomic
def forget(member: Any) -> None:
    """Adaptations stay, said by nobody; the rest goes."""
    Adaptation.objects.filter(by=member).update(by=None, sent_key=None)
    used = list(Use.objects.filter(member=member).values_list("resource", flat=True).distinct())
    Use.objects.filter(member=member).delete()
    _count_uses(used)
    Suggestion.objects.filter(by=member).delete()
    Suggestion.objects.filter(answered_by=member).update(answered_by=None)
