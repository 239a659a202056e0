"""Reads for those who write entries: what is missing, what is asked, what one may do, what others see."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory import inviting_links, permissions
from alliage.directory.enums import ADDRESSES, EntryKind, JoinKind, JoinState, Visibility
from alliage.directory.models import Entry, EntryChange, JoinRequest, Membership
from alliage.directory.queries import inviting
from alliage.directory.queries.held import Held, said
from alliage.directory.queries.shown import Level, Shown, shown
from alliage.directory.wording import spaced
from alliage.prepared import Prepared
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold, search_words
from alliage.territories.models import Territory
from alliage.ui import drafts

LIKE = 0.75
LOOK_ALIKES = 5
COMPARED = 200
CHANGES_SHOWN = 20


def url(entry: Entry, act: str) -> str:
    """The address of an act on an entry: `edit`, `people`, `write`… (urls.py)."""
    return reverse(f"directory:{act}", args=[ADDRESSES[EntryKind(entry.kind)], entry.slug])


def edit_url(entry: Entry) -> str:
    return url(entry, "edit")


def people_url(entry: Entry) -> str:
    return url(entry, "people")


def by_slug(slug: str) -> Entry | None:
    """Any entry, whoever may see it: the caller asks `permissions`."""
    return Entry.objects.select_related("owner", "territory", "category", "scale", "photo").filter(slug=slug).first()


def of_member(member: Any) -> Entry | None:
    """The member's own entry."""
    found = Entry.objects.select_related("owner", "territory", "category", "scale", "photo")
    return found.filter(owner=member, kind=EntryKind.CATALYST).first()


# --- What others see ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """An entry as one reader sees it, with its words of the network and its territories."""

    shown: Shown
    category: str
    scale: str
    metiers: tuple[tuple[Term, tuple[Term, ...]], ...]
    leviers: tuple[Term, ...]
    odds: tuple[Term, ...]
    areas: tuple[Territory, ...]
    takes_messages: bool

    @property
    def phone(self) -> str:
        return spaced(self.shown.phone)

    @property
    def tel(self) -> str:
        """The address of a call, or ""."""
        return tel(self.shown.phone)


def tel(phone: str) -> str:
    """A `tel:` address: digits, and the plus sign of a country."""
    kept = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    return f"tel:{kept}" if kept else ""


def of_vocabulary(terms: list[Term], vocabulary: str) -> tuple[Term, ...]:
    known = {term.pk for term in terms}
    return tuple(term for term in taxonomy.terms(vocabulary) if term.pk in known)


def sheet(
    entry: Entry, level: Level, *, terms: list[Term] | None = None, areas: list[Territory] | None = None
) -> Sheet:
    """Read an entry as a reader of this level; `terms` and `areas` are those of a draft."""
    terms = list(entry.terms.all()) if terms is None else terms
    areas = list(entry.areas.all()) if areas is None else areas
    missions = of_vocabulary(terms, Vocabulary.MISSIONS)
    needed = {Visibility.PUBLIC: Level.ANYONE, Visibility.MEMBERS: Level.MEMBER, Visibility.NOBODY: Level.OWNER}
    return Sheet(
        shown=shown(entry, level),
        category=entry.category.label if entry.category else "",
        scale=entry.scale.label if entry.scale else "",
        metiers=tuple(
            (metier, tuple(mission for mission in missions if mission.parent_id == metier.pk))
            for metier in of_vocabulary(terms, Vocabulary.METIERS)
        ),
        leviers=of_vocabulary(terms, Vocabulary.LEVIERS),
        odds=of_vocabulary(terms, Vocabulary.ODD),
        areas=tuple(areas),
        takes_messages=level >= needed[Visibility(entry.contact_visibility)],
    )


# --- What is missing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """One thing that would help people find or trust an entry; `anchor` is its question in the form."""

    label: str
    anchor: str


def missing(entry: Entry) -> list[Missing]:
    """What an entry does not say yet, the most useful first; one query, none for one that was read with what is held."""
    read: Any = entry if hasattr(entry, "says_metiers") else Entry.objects.annotate(**said()).get(pk=entry.pk)
    asked = [
        (bool(entry.function) or entry.kind != EntryKind.CATALYST, _("votre fonction"), "id_function"),
        (bool(entry.presentation), _("quelques lignes de présentation"), "id_presentation"),
        (read.says_metiers, _("les métiers exercés"), "metiers"),
        (entry.is_national or read.says_areas, _("les territoires où vous agissez"), "territoires"),
        (entry.category_id is not None, _("la catégorie"), "id_category"),
        (entry.photo_id is not None, _("une photo"), "id_photo"),
    ]
    return [Missing(label, anchor) for said, label, anchor in asked if not said]


def desk_panel(member: Any, held: Held) -> dict[str, Any]:
    """« Ma fiche » on « mon espace ». Groups held and open invitations come with it."""
    entry = held.own
    waiting = inviting.waiting_for(member) if entry is None else None
    return {
        "entry": entry,
        "missing": missing(entry) if entry else [],
        "is_published": bool(entry and entry.visibility != Visibility.NOBODY),
        "invitations": _INVITATIONS(member.pk),
        "groups": [{"entry": each, "kinds": ADDRESSES[EntryKind(each.kind)]} for each in held.groups],
        "waiting_url": inviting_links.path(waiting) if waiting else "",
    }


# --- Belonging ------------------------------------------------------------------------------------------------------


def invitations_of(member: Any) -> QuerySet[JoinRequest]:
    """Groups that invite a member and wait for the answer."""
    return JoinRequest.objects.filter(member=member, kind=JoinKind.INVITE, state=JoinState.OPEN).select_related("entry")


_INVITATIONS = Prepared(lambda pk: invitations_of(Member(pk=pk)))


def asked_by(member: Any) -> QuerySet[JoinRequest]:
    """What a member asked and that waits."""
    open_ones = JoinRequest.objects.filter(member=member, state=JoinState.OPEN)
    return open_ones.exclude(kind=JoinKind.INVITE).select_related("entry")


def held_by(member: Any) -> list[Entry]:
    """Organisations and teams that a member may edit, with how many requests wait (`waiting`)."""
    waiting = Count("join_requests", filter=Q(join_requests__state=JoinState.OPEN, join_requests__kind=JoinKind.JOIN))
    mine = Q(owner=member) | Q(
        pk__in=Membership.objects.filter(person__owner=member, is_editor=True).values("group_id")
    )
    groups = Entry.objects.exclude(kind=EntryKind.CATALYST).filter(mine)
    return list(groups.annotate(waiting=waiting).order_by("sort_name", "pk"))


def people_of(group: Entry) -> QuerySet[Membership]:
    """Everyone of a group, for those who manage it."""
    return group.people.select_related("person", "person__owner").order_by("position", "person__sort_name", "pk")


def open_requests(group: Entry) -> list[JoinRequest]:
    """What waits for an answer about a group: requests to join, and invitations sent."""
    rows = group.join_requests.filter(state=JoinState.OPEN).exclude(kind=JoinKind.CLAIM)
    return list(rows.select_related("member").order_by("created_at", "pk"))


def open_claims() -> QuerySet[JoinRequest]:
    rows = JoinRequest.objects.filter(kind=JoinKind.CLAIM, state=JoinState.OPEN)
    return rows.select_related("entry", "member").order_by("created_at", "pk")


def open_claim_count() -> int:
    return open_claims().count()


def membership_of(member: Any, group: Entry) -> Membership | None:
    return Membership.objects.filter(person__owner=member, group=group).select_related("person", "group").first()


def people_named(text: str) -> list[Entry]:
    """Catalysts that members may see and whose name holds these words."""
    words = search_words(text)
    found = Entry.objects.filter(kind=EntryKind.CATALYST, is_hidden=False).exclude(visibility=Visibility.NOBODY)
    for word in words:
        found = found.filter(sort_name__contains=word)
    return list(found.exclude(owner=None).order_by("sort_name", "pk")[: LOOK_ALIKES + 1]) if words else []


# --- Duplicates -----------------------------------------------------------------------------------------------------


def look_alikes(kind: str, name: str, territory: Territory | None) -> list[Entry]:
    """Entries that may be the same thing: a name that resembles; for a team, also the same territory."""
    words = sorted(search_words(name), key=len, reverse=True)
    seen = Entry.objects.filter(kind=kind, is_hidden=False).exclude(visibility=Visibility.NOBODY)
    near = Q(pk__in=[])
    for word in words[:3]:
        near |= Q(search_text__contains=f" {word}")
    if territory is not None:
        near |= Q(territory=territory)
        if kind == EntryKind.TEAM:
            near |= Q(entry_areas__territory=territory)
    asked = fold(name)
    rated = []
    for entry in seen.filter(near).select_related("territory").distinct().order_by("sort_name", "pk")[:COMPARED]:
        names = [entry.name, *entry.other_names.split(";")]
        rating = max(SequenceMatcher(None, asked, fold(each)).ratio() for each in names if each.strip())
        same_place = kind == EntryKind.TEAM and territory is not None and entry.territory_id == territory.pk
        if rating >= LIKE or same_place:
            rated.append((rating, entry))
    return [entry for _rating, entry in sorted(rated, key=lambda each: -each[0])[:LOOK_ALIKES]]


# --- Acts -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One thing that a person may do about an entry, on its page."""

    label: str
    url: str
    icon: str
    is_main: bool = False


def acts(user: Any, entry: Entry, *, level: Level) -> list[Act]:
    """What `directory/_entry_actions.html` shows: no query for a visitor, three at most for a member."""
    found = []
    phone = shown_phone(entry, level)
    is_hers = user.is_authenticated and entry.owner_id == user.pk
    is_asked = permissions.can_be_asked(entry) and not is_hers
    if is_asked:
        ask_url = f"{reverse('directory:ask')}?{urlencode({'a': entry.slug})}"
        found.append(Act(_("Lui demander de l’aide"), ask_url, "exchange", is_main=True))
    if permissions.can_write_to(user, entry):
        found.append(Act(_("Écrire"), url(entry, "write"), "mail", is_main=not is_asked))
    if phone:
        found.append(Act(_("Appeler le %(phone)s") % {"phone": spaced(phone)}, tel(phone), "phone"))
    if permissions.can_edit(user, entry):
        found.append(Act(_("Modifier la fiche"), edit_url(entry), "edit"))
    if entry.kind != EntryKind.CATALYST:
        found += _belonging(user, entry)
    return found


def _belonging(user: Any, group: Entry) -> list[Act]:
    """A visitor is shown what she could do: the page asks her to sign in."""
    if not user.is_authenticated or permissions.can_claim(user, group):
        free = group.owner_id is None
        return [Act(_("C’est mon organisation"), url(group, "claim"), "flag")] if free else []
    if membership_of(user, group) is None:
        return [Act(_("J’en fais partie"), url(group, "join"), "people")] if permissions.can_join(user, group) else []
    return [Act(_("Voir les personnes"), people_url(group), "people")] if permissions.can_edit(user, group) else []


def shown_phone(entry: Entry, level: Level) -> str:
    needed = {Visibility.PUBLIC: Level.ANYONE, Visibility.MEMBERS: Level.MEMBER, Visibility.NOBODY: Level.OWNER}
    return entry.phone if level >= needed[Visibility(entry.phone_visibility)] else ""


def changes_of(entry: Entry) -> QuerySet[EntryChange]:
    """Who changed an entry and when, the latest first."""
    return entry.changes.select_related("by")[:CHANGES_SHOWN]


# --- Personal data --------------------------------------------------------------------------------------------------

EXPORTED = (
    "name", "other_names", "function", "presentation", "means", "latitude", "longitude", "blur", "is_national",
    "cross_border", "website", "links", "phone", "email", "visibility", "function_visibility", "presentation_visibility",
    "photo_visibility", "phone_visibility", "links_visibility", "place_visibility", "memberships_visibility",
    "contact_visibility", "confirmed_on", "created_at", "updated_at",
)  # fmt: skip


def export_of(member: Member) -> dict[str, Any]:
    """What the directory keeps of a member: entry, memberships, drafts (theirs only), requests, groups held."""
    entry = Entry.objects.filter(owner=member, kind=EntryKind.CATALYST).select_related("territory", "photo").first()
    written = Entry.objects.filter(draft__has_key=drafts.key_of(member)).order_by("pk").values_list("name", "draft")
    typed = [(name, drafts.draft_of(kept, member)) for name, kept in written]
    return {
        "fiche": _exported(entry) if entry else None,
        "brouillons": [{"fiche": name, "texte": draft} for name, draft in typed if draft],
        "fiches_tenues": list(
            Entry.objects.filter(owner=member).exclude(kind=EntryKind.CATALYST).values("kind", "name", "slug")
        ),
        "demandes": list(
            member.join_requests.values("entry__name", "kind", "state", "role", "text", "created_at", "decided_at")
        ),
        "changements_faits": list(EntryChange.objects.filter(by=member).values("entry__name", "act", "fields", "at")),
    }


def _exported(entry: Entry) -> dict[str, Any]:
    return {
        **{name: getattr(entry, name) for name in EXPORTED},
        "adresse": entry.get_absolute_url(),
        "categorie": entry.category.label if entry.category else "",
        "echelon": entry.scale.label if entry.scale else "",
        "reperes": list(entry.terms.values("vocabulary", "code", "label")),
        "lieu": entry.territory.name if entry.territory else "",
        "territoires": list(entry.areas.values("kind", "code", "name")),
        "photo": entry.photo.name if entry.photo else "",
        "organisations": list(entry.memberships.values("group__name", "role", "is_editor")),
    }


def with_ends(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Prefetch what `shown` and `sheet` read."""
    return entries.prefetch_related(
        "terms",
        "areas",
        Prefetch("memberships", Membership.objects.select_related("group")),
        Prefetch("people", Membership.objects.select_related("person")),
    )
