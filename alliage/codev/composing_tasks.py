"""Deferred work of composing: thin, takes numbers, bears being done again from the start."""

from time import perf_counter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev.composing import compose
from alliage.codev.models import Composition
from alliage.codev.queries.compositions import gather
from alliage.codev.queries.proposals import Proposal
from alliage.codev.services import compositions
from alliage.jobs.context import JobContext


def run_compose(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Compose the groups of a call; answers how many are placed and the time that it took."""
    composition = Composition.objects.get(pk=payload["composition"])
    gathered = gather(composition)
    begun = perf_counter()
    proposal = compose(
        gathered.people,
        gathered.rules,
        seed=composition.rounds,
        progress=lambda done, total: context.progress(done, total, _("Essais")),
    )
    seconds = perf_counter() - begun
    compositions.keep_proposal(composition, proposal, seconds=seconds, by=None, now=timezone.now())
    placed = len(gathered.people) - len(proposal.unplaced)
    return {"groups": len(proposal.groups), "placed": placed, "unplaced": len(proposal.unplaced), "seconds": seconds}


def run_open_groups(context: JobContext, payload: dict[str, Any]) -> dict[str, Any]:
    """Make the groups of an accepted proposal, one after the other; then tell those without a seat."""
    composition = Composition.objects.get(pk=payload["composition"])
    by = Member.objects.filter(pk=payload["by"]).first()
    gathered = gather(composition)
    for number, composed in enumerate(gathered.groups):
        context.progress(number, len(gathered.groups), _("Groupes ouverts"))
        compositions.open_composed(composed, by=by, now=timezone.now())
    alone = Proposal(gathered).left
    for place in alone:
        request = gathered.requests[gathered.people[place].id]
        compositions.tell_unplaced(request, by=by, now=timezone.now())
    return {"groups": len(gathered.groups), "unplaced": len(alone)}
