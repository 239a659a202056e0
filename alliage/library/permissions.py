"""Who may see and do what in the library."""

from typing import Any

from alliage.accounts.enums import Role
from alliage.accounts.permissions import is_animator, is_facilitator
from alliage.directory.models import Entry, Membership
from alliage.library.enums import OPEN, ProposalState, ResourceKind, Sharing
from alliage.library.models import Author, Collection, KitRun, Proposal, Resource

# What `source_code` begins with, of a resource that follows an outside bank (services/harvest.py).
FOLLOWED = "source:"
REVIEWERS = frozenset({Role.FACILITATOR, Role.ANIMATOR, Role.ADMINISTRATOR})


def _is_member(user: Any) -> bool:
    return bool(user.is_authenticated and user.is_active)


def can_see(user: Any, resource: Resource) -> bool:
    """Everyone reads what is published; before and after that, those who hold it."""
    return resource.is_shown or can_edit(user, resource)


def is_author(user: Any, resource: Resource) -> bool:
    """Who holds it, or is named among its authors with an entry of theirs."""
    if not _is_member(user):
        return False
    if resource.owner_id == user.pk:
        return True
    return Author.objects.filter(resource=resource, entry__in=Entry.objects.filter(owner=user)).exists()


def can_contribute(user: Any) -> bool:
    return _is_member(user)


def can_edit(user: Any, resource: Resource) -> bool:
    """Write its next version, say that it is still true, withdraw it. What follows an outside bank is edited there."""
    if follows_a_bank(resource):
        return False
    return is_animator(user) or is_author(user, resource)


def can_settle_doubts(user: Any, resource: Resource) -> bool:
    """Who holds it; animators even of what is edited elsewhere, since nobody else here would answer."""
    return is_animator(user) or can_edit(user, resource)


def can_answer_suggestions(user: Any, resource: Resource) -> bool:
    """The same people, for the same reason."""
    return can_settle_doubts(user, resource)


def follows_a_bank(resource: Resource) -> bool:
    """Readers see it, and it says what its bank says, until someone takes it over."""
    return resource.is_shown and resource.source_code.startswith(FOLLOWED)


def can_take_over_from_bank(user: Any, resource: Resource) -> bool:
    return follows_a_bank(resource) and is_animator(user)


def can_read_proposal(user: Any, proposal: Proposal) -> bool:
    """The text on its way and what is said of it: its authors, reviewers once it is submitted, animators."""
    if can_edit(user, proposal.resource):
        return True
    return is_reviewer(user) and proposal.state in OPEN and proposal.state != ProposalState.DRAFT


def is_reviewer(user: Any) -> bool:
    """Facilitators and animators read proposals, once they proved who they are."""
    return is_facilitator(user)


def can_review(user: Any, proposal: Proposal) -> bool:
    """Nobody reviews her own text."""
    return is_reviewer(user) and proposal.author_id != user.pk and not is_author(user, proposal.resource)


def can_go_on_reviewing(user: Any, proposal: Proposal) -> bool:
    """Remark, ask, accept, refuse: the one who took it."""
    return user.pk is not None and proposal.reviewer_id == user.pk and can_review(user, proposal)


def can_take_over(user: Any, proposal: Proposal) -> bool:
    """An animator goes on with what another reviewer left."""
    return is_animator(user) and can_review(user, proposal) and proposal.reviewer_id not in (None, user.pk)


def can_answer_review(user: Any, proposal: Proposal) -> bool:
    """Answer remarks, say whether the title is shown while it waits: those who write the text."""
    return can_edit(user, proposal.resource) and proposal.reviewer_id != user.pk


def can_speak_in_review(user: Any, proposal: Proposal) -> bool:
    """Answer under a remark: either side."""
    return can_go_on_reviewing(user, proposal) or can_answer_review(user, proposal)


def can_publish_at_once(user: Any, proposal: Proposal) -> bool:
    """An animator publishes without review; the version says so."""
    return is_animator(user) and proposal.state == ProposalState.DRAFT and can_edit(user, proposal.resource)


def can_read_file(user: Any, resource: Resource, *, is_published: bool) -> bool:
    """A published file goes with its resource; the others with the proposal that holds them."""
    if is_published and resource.is_shown:
        return True
    if can_edit(user, resource):
        return True
    proposal = Proposal.objects.filter(resource=resource, state__in=OPEN).select_related("resource").first()
    return proposal is not None and can_read_proposal(user, proposal)


# --- Kits that are run, collections --------------------------------------------------------------------------------


def can_launch(user: Any, kit: Resource) -> bool:
    """Any member runs a kit that everyone reads, as long as it has steps."""
    return _is_member(user) and kit.is_shown and kit.kind == ResourceKind.KIT and bool(kit.content.get("kit_items"))


def can_use_run(user: Any, run: KitRun) -> bool:
    """Its people: who launched it, and whoever belongs to the team it is shared with. Nobody else, animators neither."""
    if not _is_member(user):
        return False
    if run.owner_id == user.pk:
        return True
    return run.team_id is not None and belongs_to(user, run.team_id)


def belongs_to(user: Any, group_id: int) -> bool:
    """Holds the entry of a group, or is one of its people."""
    holds = Entry.objects.filter(pk=group_id, owner=user).exists()
    return holds or Membership.objects.filter(group_id=group_id, person__owner=user).exists()


def can_settle_run(user: Any, run: KitRun) -> bool:
    """Rename, share, name its territory, throw away: who launched it; its team once that account is closed."""
    return can_use_run(user, run) and run.owner_id in (user.pk, None)


def can_keep(user: Any) -> bool:
    return _is_member(user)


def holds_collection(user: Any, collection: Collection) -> bool:
    """Write it, read its notes, share it."""
    return _is_member(user) and collection.owner_id == user.pk


def can_see_collection(user: Any, collection: Collection) -> bool:
    """By its own address: everyone when it is public, else its holder. A secret link is another door."""
    if holds_collection(user, collection):
        return True
    return collection.sharing == Sharing.PUBLIC and not collection.is_hidden
