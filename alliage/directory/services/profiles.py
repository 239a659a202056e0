"""What people write of themselves: create, keep a draft, edit, publish, withdraw, give."""

import logging
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.accounts.enums import ConsentKind
from alliage.accounts.models import Member
from alliage.accounts.services.consents import give_consent, withdraw_consent
from alliage.directory import permissions
from alliage.directory.enums import Blur, ChangeAct, EntryKind, PlacePrecision, Visibility
from alliage.directory.models import Entry, EntryChange, Membership
from alliage.directory.services.entries import rebuilt, save, touched
from alliage.directory.services.points import moved
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.imports.records import label_of
from alliage.imports.services import forget_record
from alliage.notifications.services import notify
from alliage.refusals import Refusal
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold
from alliage.territories.models import Territory
from alliage.ui import drafts
from alliage.ui.drafts import Mark

logger = logging.getLogger(__name__)

PHOTO_PURPOSE = "directory.photo"
# Words that stand where a slug does in other addresses (urls.py).
RESERVED = frozenset({"nouveau", "nouvelle", "a-inviter"})
DRAFT_BYTES = 60_000
LINKS = 6
# The columns that the form of an entry writes.
COLUMNS = (
    "name", "other_names", "function", "presentation", "category", "scale", "means", "territory", "is_national",
    "cross_border", "website", "links", "phone", "function_visibility", "presentation_visibility", "photo_visibility",
    "phone_visibility", "links_visibility", "place_visibility", "memberships_visibility", "contact_visibility",
)  # fmt: skip


class ProfileRefused(Refusal):
    """The entry cannot be written that way."""


class ChangedMeanwhile(ProfileRefused):
    """Somebody, or another window, changed the entry since the form was shown. `version` is the one of today."""

    def __init__(self, message: str, version: str) -> None:
        super().__init__(message)
        self.version = version


@dataclass(frozen=True)
class Point:
    """What the form says of the position: `how` is kept, none, commune or typed."""

    how: str = "kept"
    latitude: float | None = None
    longitude: float | None = None
    blur: int = Blur.NONE


# --- Create ---------------------------------------------------------------------------------------------------------


def free_slug(name: str) -> str:
    """An address that no entry has."""
    stem = slugify(name)[:100].strip("-") or "fiche"
    if stem in RESERVED:
        return f"{stem}-{secrets.token_hex(4)}"
    if not Entry.objects.filter(slug=stem).exists():
        return stem
    return f"{stem}-{secrets.token_hex(4)}"


def _created(entry: Entry, *, by: Member, now: datetime, areas: Iterable[Territory] | None = None) -> Entry:
    entry.slug, entry.created_at, entry.visibility = free_slug(entry.name), now, Visibility.NOBODY
    try:
        with transaction.atomic():
            save(entry, now=now, areas=areas)
    except (IntegrityError, ValidationError):  # the address was taken in the same instant
        entry.pk, entry.slug = None, f"{entry.slug[:100]}-{secrets.token_hex(4)}"
        save(entry, now=now, areas=areas)
    record(entry, ChangeAct.CREATED, by=by, now=now)
    return entry


def _refuse_no_name(name: str) -> None:
    """A name is found and sorted by its letters and figures."""
    if not fold(name).strip():
        raise ProfileRefused(_("Donnez un nom à cette fiche\u00a0: au moins une lettre ou un chiffre."))


@transaction.atomic
def begin(member: Member, *, by: Member, now: datetime) -> Entry:
    """The member's own entry, made when there is none: nobody else sees it until it is published."""
    if by != member:
        raise ProfileRefused(_("Chacun commence sa propre fiche."))
    Member.objects.select_for_update().get(pk=member.pk)
    mine = Entry.objects.filter(owner=member, kind=EntryKind.CATALYST).first()
    if mine is not None:
        return mine
    name = member.name if fold(member.name).strip() else _("Ma fiche")
    entry = Entry(kind=EntryKind.CATALYST, owner=member, name=name, is_demo=member.is_demo)
    return _created(entry, by=by, now=now)


@transaction.atomic
def create_group(
    kind: str, *, name: str, territory: Territory | None, by: Member, now: datetime, role: str = "", means: str = ""
) -> Entry:
    """An organisation or a team, held by who creates it; a team acts for its territory. Published later."""
    entry = Entry(
        kind=EntryKind(kind),
        name=name.strip(),
        owner=by,
        territory=territory,
        place_precision=PlacePrecision.SEAT if territory else PlacePrecision.UNKNOWN,
        means=means if kind == EntryKind.TEAM else "",
        is_demo=by.is_demo,
    )
    _refuse_no_name(entry.name)
    if kind == EntryKind.TEAM and territory is None:
        raise ProfileRefused(_("Une équipe agit pour un territoire\u00a0: dites lequel."))
    _created(entry, by=by, now=now, areas=[territory] if kind == EntryKind.TEAM and territory else None)
    mine = Entry.objects.filter(owner=by, kind=EntryKind.CATALYST).first()
    if mine is not None:
        join(mine, entry, role=role, is_editor=True, now=now)
    return entry


@transaction.atomic
def create_for(name: str, *, holder: Member | None, by: Member, now: datetime) -> Entry:
    """An animator begins the entry of someone else, given at once or later: they alone may publish it."""
    _refuse_no_name(name)
    entry = _created(Entry(kind=EntryKind.CATALYST, name=name.strip()), by=by, now=now)
    return give(entry, holder, by=by, now=now) if holder is not None else entry


def join(person: Entry, group: Entry, *, role: str, is_editor: bool, now: datetime) -> Membership:
    """Place a person in a group; both are read again. Twice is once."""
    membership, created = Membership.objects.get_or_create(
        person=person, group=group, defaults={"role": role.strip()[:120], "is_editor": is_editor}
    )
    if not created and is_editor and not membership.is_editor:
        membership.is_editor = True
        membership.save(update_fields=["is_editor"])
    save(person, now=now)
    touched([group.pk], now=now)
    return membership


def record(entry: Entry, act: str, *, by: Member | None, now: datetime, fields: Iterable[str] = ()) -> EntryChange:
    """Write who did what; tell the owner when it was someone else."""
    change = EntryChange.objects.create(entry=entry, act=ChangeAct(act), fields=sorted(fields), by=by, at=now)
    owner = entry.owner
    if owner is not None and by is not None and owner != by and act != ChangeAct.CREATED:
        notify(owner, "directory.entry_changed", change, by=by, now=now)
    return change


# --- Edit -----------------------------------------------------------------------------------------------------------


def version_of(entry: Entry | None) -> str:
    """What a form carries, to know whether the entry changed since."""
    return str(entry.edition) if entry is not None and entry.pk else ""


@dataclass(frozen=True)
class Written:
    """What a form says of an entry: columns, words of the network, territories, position, photo."""

    values: Mapping[str, Any]
    terms: Sequence[Term] = ()
    areas: Sequence[Territory] = ()
    point: Point = Point()
    photo: UploadedFile | None = None
    removes_photo: bool = False


@transaction.atomic
def write(entry: Entry, written: Written, *, version: str, by: Member, now: datetime, tab: str = "") -> Entry:
    """Write what the form says, once it is known that nobody wrote since `version`. The writer's draft is done with, also what
    her window (`tab`) sent just before and arrives after."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    _refuse_if_changed(current, version)
    _refuse_no_name(written.values.get("name", current.name))
    _refuse_orphan_missions(written.terms)
    _refuse_to_show_more(current, written.values, by=by)
    before = {name: getattr(current, name) for name in (*COLUMNS, "latitude", "longitude", "blur", "photo_id")}
    known_terms, known_areas = _linked(current)
    for name in COLUMNS:
        if name in written.values:
            setattr(current, name, written.values[name])
    _place(current, written.point)
    old_photo = _with_photo(current, written, by=by, now=now)
    current.draft = drafts.saved(current.draft, by, tab=tab, now=now)
    current.draft_saved_at = drafts.last_kept(current.draft)
    if permissions.is_editor(by, current):
        current.confirmed_on, current.withdrawn_on = timezone.localdate(now), None
    _saved(current, written, now=now)
    changed = {name for name, value in before.items() if getattr(current, name) != value}
    changed |= {"terms"} if known_terms != {term.pk for term in written.terms} else set()
    changed |= {"areas"} if known_areas != {area.pk for area in written.areas} else set()
    if changed:
        record(current, ChangeAct.EDITED, by=by, now=now, fields=changed)
    if "name" in changed and current.kind != EntryKind.CATALYST:
        _renamed(current, now=now)
    if old_photo is not None:
        files.discard(old_photo)
    return current


def _saved(entry: Entry, written: Written, *, now: datetime) -> None:
    try:
        save(entry, now=now, terms=written.terms, areas=written.areas)
    except ValidationError as error:
        if written.photo is not None and entry.photo is not None:
            files.discard_content(entry.photo)
        raise ProfileRefused(" ".join(error.messages)) from error


def _refuse_if_changed(current: Entry, version: str) -> None:
    if version_of(current) == version:
        return
    last = current.changes.select_related("by").first()
    if last is not None and last.by is not None:
        when = timezone.localtime(last.at)
        message = _(
            "Cette fiche a changé depuis que vous l’avez ouverte (%(who)s, le %(day)s à %(hour)s), peut-être dans une "
            "autre fenêtre. Rien de ce que vous avez tapé n’est perdu\u00a0: relisez, puis enregistrez de nouveau pour "
            "garder votre version."
        ) % {"who": last.by, "day": when.strftime("%d/%m"), "hour": when.strftime("%H:%M")}
    else:
        message = _(
            "Cette fiche a changé depuis que vous l’avez ouverte. Rien de ce que vous avez tapé n’est perdu\u00a0: relisez, "
            "puis enregistrez de nouveau pour garder votre version."
        )
    raise ChangedMeanwhile(message, version_of(current))


def _refuse_orphan_missions(terms: Sequence[Term]) -> None:
    """A mission is practised within its métier."""
    known = {term.pk for term in terms}
    for term in terms:
        if term.vocabulary == Vocabulary.MISSIONS and term.parent_id not in known:
            raise ProfileRefused(
                _("La mission «\u00a0%(mission)s\u00a0» dépend d’un métier qui n’est pas coché.")
                % {"mission": term.label}
            )


WIDTH = {Visibility.NOBODY: 0, Visibility.MEMBERS: 1, Visibility.PUBLIC: 2}


def _refuse_to_show_more(entry: Entry, values: Mapping[str, Any], *, by: Member) -> None:
    """Who helps a person to keep her entry never shows what she keeps to herself."""
    if entry.kind != EntryKind.CATALYST or entry.owner_id in (None, by.pk):
        return
    for name in (name for name in values if name.endswith("_visibility")):
        if WIDTH[Visibility(values[name])] > WIDTH[Visibility(getattr(entry, name))]:
            raise ProfileRefused(
                _("Seule la personne concernée peut montrer davantage de sa fiche : laissez « qui voit » tel quel.")
            )


def _linked(entry: Entry) -> tuple[set[int], set[int]]:
    return (
        set(entry.entry_terms.values_list("term_id", flat=True)),
        set(entry.entry_areas.values_list("territory_id", flat=True)),
    )


def _place(entry: Entry, point: Point) -> None:
    """The office and its point. Only the moved point is ever written."""
    if entry.territory_id and entry.place_precision in {PlacePrecision.UNKNOWN, PlacePrecision.NAME}:
        entry.place_precision = PlacePrecision.SEAT
    if not entry.territory_id:
        entry.place_precision = PlacePrecision.UNKNOWN
    if point.how == "kept":
        _blur_again(entry, point.blur)
        return
    latitude, longitude = point.latitude, point.longitude
    if point.how == "commune" and entry.territory is not None:
        latitude, longitude = entry.territory.latitude, entry.territory.longitude
    if point.how == "none" or latitude is None or longitude is None:
        if point.how != "none":
            raise ProfileRefused(_("Ce territoire n’a pas de point\u00a0: choisissez-en un autre, ou aucun point."))
        entry.latitude = entry.longitude = None
        entry.blur = Blur.NONE
        return
    entry.latitude, entry.longitude = moved(latitude, longitude, point.blur, entry.pk)
    entry.blur = point.blur


def _blur_again(entry: Entry, blur: int) -> None:
    """The point shown stays: it may be moved further, never brought back to where it was."""
    if entry.latitude is None or entry.longitude is None or blur == entry.blur:
        return
    if blur < entry.blur:
        raise ProfileRefused(
            _("Le lieu exact n’est gardé nulle part. Pour le montrer plus précisément, indiquez-le de nouveau.")
        )
    further, since = blur - entry.blur, entry.blur  # in all, never beyond the radius that the page says
    entry.latitude, entry.longitude = moved(entry.latitude, entry.longitude, further, entry.pk, since=since)
    entry.blur = blur


def _with_photo(entry: Entry, written: Written, *, by: Member, now: datetime) -> StoredFile | None:
    """Keep a new photo, or none; answers the old one, to be thrown away once nothing names it."""
    if written.photo is None and not written.removes_photo:
        return None
    old = entry.photo
    entry.photo = None
    if written.photo is not None:
        entry.photo = files.store(written.photo, by_id=by.pk, purpose=PHOTO_PURPOSE, now=now)
    return old


def _renamed(group: Entry, *, now: datetime) -> None:
    """People are found by the names of their groups."""
    for membership in group.people.select_related("person"):
        save(membership.person, now=now)


# --- Draft ----------------------------------------------------------------------------------------------------------


def draft_of(entry: Entry | None, member: Member) -> dict[str, Any] | None:
    """What this member typed and did not save yet: nobody else reads it."""
    return drafts.draft_of(entry.draft, member) if entry is not None else None


@transaction.atomic
def keep_draft(entry: Entry, data: Mapping[str, list[str]], *, mark: Mark, by: Member, now: datetime) -> str:
    """Keep what was typed; answers when, as the form carries it (`ui.drafts`)."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    try:
        kept = drafts.with_draft(current.draft, data, mark=mark, person=by, now=now, longest=DRAFT_BYTES)
    except drafts.DraftTaken as refusal:
        raise ChangedMeanwhile(refusal.message, refusal.at) from refusal
    except drafts.DraftRefused as refusal:
        raise ProfileRefused(refusal.message) from refusal
    Entry.objects.filter(pk=current.pk).update(draft=kept, draft_saved_at=now)
    return now.isoformat()


@transaction.atomic
def drop_draft(entry: Entry, *, by: Member) -> None:
    """Go back to what was saved."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    _forget_draft(current, by)
    Entry.objects.filter(pk=current.pk).update(draft=current.draft, draft_saved_at=current.draft_saved_at)


def _forget_draft(entry: Entry, member: Member) -> None:
    entry.draft = drafts.without_draft(entry.draft, member)
    entry.draft_saved_at = drafts.last_kept(entry.draft)


# --- Publish, withdraw, give ----------------------------------------------------------------------------------------


@transaction.atomic
def publish(entry: Entry, visibility: str, *, by: Member, now: datetime, where: str) -> Entry:
    """Show an entry to everyone or to members. For a person it is her consent, to a dated text, recorded."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    if visibility not in {Visibility.PUBLIC, Visibility.MEMBERS}:
        raise ProfileRefused(_("Dites qui verra cette fiche\u00a0: tout le monde, ou les membres du réseau."))
    if current.kind == EntryKind.CATALYST:
        if current.owner != by:
            raise ProfileRefused(_("Seule la personne concernée peut publier sa fiche."))
        give_consent(by, ConsentKind.PROFILE, by=by, now=now, where=where)
    current.visibility, current.confirmed_on, current.withdrawn_on = visibility, timezone.localdate(now), None
    save(current, now=now)
    record(current, ChangeAct.PUBLISHED, by=by, now=now)
    return current


@transaction.atomic
def withdraw(entry: Entry, *, by: Member | None, now: datetime) -> Entry:
    """Take an entry off everywhere, at once. Withdrawing one's own takes the consent back."""
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    if current.kind == EntryKind.CATALYST and current.owner is not None and by == current.owner:
        withdraw_consent(by, ConsentKind.PROFILE, by=by, now=now)
        current.refresh_from_db()
    if current.visibility != Visibility.NOBODY:
        _take_off(current, by=by, now=now)
    return current


def _take_off(entry: Entry, *, by: Member | None, now: datetime) -> None:
    entry.visibility = Visibility.NOBODY
    save(entry, now=now)
    record(entry, ChangeAct.WITHDRAWN, by=by, now=now)


def consent_withdrawn(member: Member, *, now: datetime) -> None:
    """The consent was taken back, here or on « mon compte »: the entry is seen by nobody else any more."""
    for entry in Entry.objects.filter(owner=member, kind=EntryKind.CATALYST).exclude(visibility=Visibility.NOBODY):
        _take_off(entry, by=member, now=now)


@transaction.atomic
def give(entry: Entry, member: Member, *, by: Member, now: datetime) -> Entry:
    """Make a member the holder of an entry. A person's entry is given unpublished: publishing is theirs to decide.

    Holding a group is not belonging to it: that is shown on one's own entry, and nobody else decides it.
    """
    current = Entry.objects.select_for_update().get(pk=entry.pk)
    if not member.is_active:
        raise ProfileRefused(_("Ce compte est fermé\u00a0: choisissez une autre personne."))
    if current.owner == member:
        raise ProfileRefused(_("Cette personne tient déjà cette fiche."))
    before = current.owner
    if current.kind == EntryKind.CATALYST:
        _refuse_second_entry(member)
        current.visibility = Visibility.NOBODY
    current.owner = member
    current.draft, current.draft_saved_at = None, None
    save(current, now=now)
    Membership.objects.filter(person__owner=member, group=current).update(is_editor=True)
    change = record(current, ChangeAct.GIVEN, by=by, now=now)
    if before is not None and before != by:
        notify(before, "directory.entry_changed", change, by=by, now=now)
    return current


def _refuse_second_entry(member: Member) -> None:
    if Entry.objects.filter(owner=member, kind=EntryKind.CATALYST).exists():
        raise ProfileRefused(_("Cette personne a déjà une fiche\u00a0: une seule par membre."))


# --- Forget ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def forget(member: Member, *, now: datetime) -> None:
    """The account closes: the person's entry, her photo and drafts are erased; her groups are held by nobody."""
    mine = Entry.objects.select_for_update().filter(owner=member, kind=EntryKind.CATALYST).first()
    for entry in Entry.objects.select_for_update().filter(draft__has_key=drafts.key_of(member)):
        _forget_draft(entry, member)
        Entry.objects.filter(pk=entry.pk).update(draft=entry.draft, draft_saved_at=entry.draft_saved_at)
    EntryChange.objects.filter(by=member).update(by=None)
    member.join_requests.all().delete()
    held = list(Entry.objects.filter(owner=member).exclude(kind=EntryKind.CATALYST).values_list("pk", flat=True))
    Entry.objects.filter(pk__in=held).update(owner=None)
    touched(held, now=now)
    if mine is not None:
        erase_person(mine)


def erase_person(entry: Entry) -> None:
    """Nothing of a person's entry stays, her photo included."""
    photo = entry.photo
    forget_record(label_of(Entry), [entry.pk])  # no undoing of an import brings it back
    # What reports say of an organisation may name her.
    forget_record(label_of(Membership), list(entry.memberships.values_list("pk", flat=True)))
    entry.delete()
    if photo is not None:
        files.discard(photo)
    rebuilt()
