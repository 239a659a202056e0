"""Where an organisation took part in Rencontres, where a resource was shown; who did, kept a minute so that other pages ask nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import CharField, Exists, F, IntegerField, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.directory.models import Entry, Mention
from alliage.events.enums import Part, PartnerKind, Standing
from alliage.events.models import Appearance, Item, Partner, Sequence
from alliage.events.queries.coming import public
from alliage.library.models import Resource

# The Rencontre of the founding document, and how the directory names the same programme.
SLUG, DOCUMENT = "rencontre-2020", "programme-2020-07-08"
KEY, KEPT_SECONDS = "events:taking-part", 60
ENTRY, RESOURCE, FOUNDING = "entry", "resource", "sequence"


@dataclass(frozen=True)
class Taking:
    """One sequence (or a temps, or a day) and what one does there."""

    title: str
    url: str
    day: str
    starts_at: datetime
    roles: tuple[str, ...]


@dataclass
class Known:
    """Entries and resources that some programme names; the sequences of the founding document, by their number."""

    entries: set[int] = field(default_factory=set)
    resources: set[int] = field(default_factory=set)
    founding: dict[int, int] = field(default_factory=dict)


def forget() -> None:
    cache.delete(KEY)


def known() -> Known:
    found: Known = cache.get_or_set(KEY, _read, KEPT_SECONDS) or Known()
    return found


def _read() -> Known:
    """One query."""
    speakers = _triple(Appearance.objects.all(), ENTRY, F("speaker__organisation"))
    partners = _triple(Partner.objects.all(), ENTRY, F("organisation"))
    shown = _triple(Item.objects.all(), RESOURCE, F("resource"))
    first = Sequence.objects.filter(event__slug=SLUG, event__in=public(), number__isnull=False)
    sequences = _triple(first, FOUNDING, F("number"), F("pk"))
    found = Known()
    for what, number, pk in speakers.union(partners, shown, sequences):
        if what == FOUNDING:
            found.founding[number] = pk
        else:
            (found.entries if what == ENTRY else found.resources).add(number)
    return found


def _triple(rows: QuerySet[Any], what: str, number: F, pk: F | None = None) -> QuerySet[Any]:
    said = rows.annotate(what=Value(what, CharField()), number_=number, pk_=pk or Value(0, IntegerField()))
    return said.exclude(number_=None).order_by().values_list("what", "number_", "pk_")


# --- An organisation -----------------------------------------------------------------------------------------------


def of_entry(entry: Entry, *, limit: int) -> list[Taking]:
    """The latest first; one query, none for an entry that no programme names. What the directory already quotes of the founding
    document is left to it."""
    if entry.pk not in known().entries:
        return []
    quoted = Exists(Mention.objects.filter(organisation=entry.pk, document=DOCUMENT))
    days = public().exclude(Q(quoted, slug=SLUG)).values("pk")
    speaks = Appearance.objects.filter(speaker__organisation=entry.pk, item__sequence__event__in=days)
    beside = Partner.objects.filter(organisation=entry.pk)
    rows = _named(speaks.exclude(standing=Standing.DECLINED), "item__sequence__", F("part"))
    rows = rows.union(
        _named(beside.filter(sequence__event__in=days), "sequence__", F("kind")),
        _named(beside.filter(temps__event__in=days), "temps__", F("kind")),
        _named(beside.filter(event__in=days), "", F("kind")),
    )
    return _taken(rows)[:limit]


def _named(rows: QuerySet[Any], before: str, role: F) -> QuerySet[Any]:
    """(address of the event, its title, number of the sequence or 0, title, beginning, what one does there)."""
    event = f"{before}event__" if before else "event__"
    own = before or "event__"
    number = F(f"{before}pk") if before.endswith("sequence__") else Value(0, IntegerField())
    said = rows.annotate(
        slug_=F(f"{event}slug"), day_=F(f"{event}title"), number_=number, title_=F(f"{own}title"),
        at_=F(f"{own}starts_at"), role_=role,
    )  # fmt: skip
    return said.order_by().values_list("slug_", "day_", "number_", "title_", "at_", "role_")


def _taken(rows: QuerySet[Any]) -> list[Taking]:
    roles: dict[tuple[str, str, int, str, datetime], set[str]] = defaultdict(set)
    for slug, day, number, title, at, role in rows:
        roles[(slug, day, number, title, at)].add(role)
    found = [
        Taking(
            title=title,
            url=reverse("events:sequence", args=[slug, number]) if number else reverse("events:rencontre", args=[slug]),
            day=day if day != title else "",
            starts_at=at,
            roles=tuple(words for code, words in _words().items() if code in done),
        )
        for (slug, day, number, title, at), done in roles.items()
    ]
    return sorted(found, key=lambda each: each.starts_at, reverse=True)


def _words() -> dict[str, str]:
    return {
        Part.SPEAKS: _("intervient"),
        Part.LEADS: _("anime"),
        Part.PRESENTS: _("présente"),
        PartnerKind.PARTNER: _("partenaire"),
        PartnerKind.SUPPORT: _("en appui"),
    }


def founding_url(mention: Mention) -> str:
    """The page of the sequence that a quotation of the founding document is about; "" outside of the numbered ones."""
    if mention.document != DOCUMENT or mention.sequence is None:
        return ""
    pk = known().founding.get(mention.sequence)
    return reverse("events:sequence", args=[SLUG, pk]) if pk else ""


# --- A resource ----------------------------------------------------------------------------------------------------


def of_resource(resource: Resource, *, limit: int) -> list[Taking]:
    """The latest first; one query, none for a resource that no programme shows."""
    if resource.pk not in known().resources:
        return []
    found = Sequence.objects.filter(items__resource=resource.pk, event__in=public()).select_related("event").distinct()
    return [
        Taking(
            title=each.title,
            url=each.get_absolute_url() if each.event.is_rencontre else each.event.get_absolute_url(),
            day=each.event.title if each.event.title != each.title else "",
            starts_at=each.starts_at,
            roles=(),
        )
        for each in found.order_by("-starts_at", "rank")[:limit]
    ]
