"""Who may see what of the directory."""

from typing import Any

from alliage.accounts.permissions import is_animator
from alliage.directory.enums import EntryKind, JoinKind, OutdatedState, Visibility
from alliage.directory.models import Entry, JoinRequest, Knowledge, Membership, Need


def can_see(user: Any, organisation: Entry) -> bool:
    """The same answer as `queries.visible`, for one organisation."""
    if organisation.is_hidden or organisation.visibility == Visibility.NOBODY:
        return False
    return organisation.visibility == Visibility.PUBLIC or bool(user.is_authenticated)


# --- Writing --------------------------------------------------------------------------------------------------------


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def is_editor(user: Any, entry: Entry) -> bool:
    """Who holds the entry, or belongs to the group with the right to edit it."""
    if not _is_member(user):
        return False
    if entry.owner_id == user.pk:
        return True
    return Membership.objects.filter(group=entry, is_editor=True, person__owner=user).exists()


def can_create(user: Any) -> bool:
    """Any member writes their own entry, an organisation, a team."""
    return _is_member(user)


def can_create_for(user: Any) -> bool:
    """Animators begin the entry of somebody else."""
    return is_animator(user)


def follows_a_source(entry: Entry) -> bool:
    """An entry that an outside directory keeps (services/exchange.py), until somebody holds or confirms it."""
    return entry.source_code.startswith("source:") and entry.owner_id is None and entry.confirmed_on is None


def can_edit(user: Any, entry: Entry) -> bool:
    """Edit, preview, keep a draft; animators may edit any entry but those that follow an outside directory."""
    return not follows_a_source(entry) and (is_animator(user) or is_editor(user, entry))


def can_export_all(user: Any) -> bool:
    """Everything that the directory keeps, what is hidden from others included."""
    return is_animator(user)


def can_publish(user: Any, entry: Entry) -> bool:
    """Nobody publishes a person in her place."""
    if entry.kind == EntryKind.CATALYST:
        return _is_member(user) and entry.owner_id == user.pk
    return can_edit(user, entry)


def can_withdraw(user: Any, entry: Entry) -> bool:
    return can_edit(user, entry)


def can_give(user: Any, entry: Entry) -> bool:
    """An animator, or the holder of a group: a person never gives herself."""
    if is_animator(user):
        return True
    return entry.kind != EntryKind.CATALYST and _is_member(user) and entry.owner_id == user.pk


def can_manage_people(user: Any, entry: Entry) -> bool:
    return entry.kind != EntryKind.CATALYST and can_edit(user, entry)


def can_claim(user: Any, entry: Entry) -> bool:
    """« C’est mon organisation »: a group that nobody holds."""
    return _is_member(user) and entry.kind != EntryKind.CATALYST and entry.owner_id is None and can_see(user, entry)


def can_join(user: Any, entry: Entry) -> bool:
    return _is_member(user) and entry.kind != EntryKind.CATALYST and (can_see(user, entry) or is_editor(user, entry))


def can_leave(user: Any, membership: Membership) -> bool:
    """The person herself, and those who manage the people of the group."""
    if _is_member(user) and membership.person.owner_id == user.pk:
        return True
    return can_manage_people(user, membership.group)


def can_answer(user: Any, request: JoinRequest) -> bool:
    """The person invited; animators for a claim; those who may edit the group for the others."""
    if request.kind == JoinKind.INVITE:
        return _is_member(user) and request.member_id == user.pk
    if request.kind == JoinKind.CLAIM:
        return is_animator(user)
    return can_edit(user, request.entry)


def can_take_back(user: Any, request: JoinRequest) -> bool:
    """Who asked; for an invitation, the group."""
    if request.kind == JoinKind.INVITE:
        return can_edit(user, request.entry)
    return _is_member(user) and request.member_id == user.pk


def can_answer_claims(user: Any) -> bool:
    return is_animator(user)


def can_write_to(user: Any, entry: Entry) -> bool:
    """Write by the form: whoever sees the entry, if its owner takes messages from them."""
    if not can_see(user, entry) or entry.contact_visibility == Visibility.NOBODY:
        return False
    return entry.contact_visibility == Visibility.PUBLIC or _is_member(user)


def can_be_asked(entry: Entry) -> bool:
    """Someone that everyone may see and write to: a person who hid, or was hidden, receives no request for help."""
    return (
        entry.kind == EntryKind.CATALYST
        and not entry.is_hidden
        and entry.visibility == entry.contact_visibility == Visibility.PUBLIC
        and entry.withdrawn_on is None
    )


def can_read_photo(user: Any, entry: Entry) -> bool:
    """The photo file follows the entry and its field; those who may edit it see it always."""
    if can_see(user, entry):
        seen = Visibility(entry.photo_visibility)
        if seen == Visibility.PUBLIC or (seen == Visibility.MEMBERS and user.is_authenticated):
            return True
    return can_edit(user, entry)


def can_tend_need(user: Any, need: Need) -> bool:
    """Edit, renew, close a need or an offer: animators, and those who may edit the entry in whose name it is.

    Whoever posted it without an account does it by a secret link.
    """
    return is_animator(user) or (need.entry is not None and is_editor(user, need.entry))


def can_post_for(user: Any, entry: Entry) -> bool:
    """Post by a file in the name of an entry: those who may edit it, and animators for a group that nobody holds."""
    if is_editor(user, entry):
        return True
    held = Membership.objects.filter(group=entry, is_editor=True, person__owner__isnull=False)
    return is_animator(user) and entry.kind != EntryKind.CATALYST and entry.owner_id is None and not held.exists()


# --- Freshness and what members know --------------------------------------------------------------------------------


def can_confirm(user: Any, entry: Entry) -> bool:
    """« Toujours exact »: those who hold the entry; animators do it at their desk, with a reason."""
    return is_editor(user, entry)


def can_keep_fresh(user: Any) -> bool:
    """The desk « Fiches à confirmer », what members say is outdated, the sites that hold our frames."""
    return is_animator(user)


def can_say(user: Any, entry: Entry) -> bool:
    """« Je connais cet acteur », « ce n’est plus exact »: members who see the entry and do not hold it."""
    return _is_member(user) and can_see(user, entry) and not is_editor(user, entry)


def can_answer_outdated(user: Any, knowledge: Knowledge) -> bool:
    """Those who hold the entry, as long as it waits for them."""
    return knowledge.state == OutdatedState.OPEN and is_editor(user, knowledge.entry)
