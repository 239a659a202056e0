"""What the page table needs of groups: one that a member facilitates and a facilitator is in, one that anyone may join."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.codev.enums import MemberState
from alliage.codev.models import Turn
from alliage.codev.services import cycles, encounters
from alliage.codev.tests.factories import MembershipFactory, group_of


def ids(member: Member, other: Member, *, now: datetime) -> dict[str, Any]:
    group = group_of(other, facilitator=member, name="Pairs de la Loire", video_url="https://visio.exemple.fr/loire")
    asking = MembershipFactory(group=group, member=MemberFactory(), state=MemberState.ASKED, text="Bonjour")
    cycle = cycles.open_cycle(group, starts_on=localdate(now), rhythm=5, by=member, now=now)
    # Far ahead: the real clock of the pages finds them to come.
    dates = [now + timedelta(days=3000 + day) for day in range(2)]
    poll = cycles.open_poll(group, cycles.Proposed(dates), by=member, now=now)
    fixed = encounters.plan(group, encounters.Fixed(now + timedelta(days=3010)), by=member, now=now)
    return {
        "group": group.pk,
        "open_group": group_of(name="Groupe ouvert", access="open").pk,
        "group_person": asking.pk,
        "turn": Turn.objects.filter(cycle=cycle).earliest("pk").pk,
        "poll": poll.pk,
        "encounter": fixed.pk,
        "calendar": encounters.make_link(by=member, now=now),
    }


def plant(member: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """A group where everything typed is « canari »: the addresses of its pages, of its acts, that are for its members alone."""
    other = MemberFactory(name="canari consultante")
    group = group_of(
        other, facilitator=member, name="Pairs", text="Public", charter="canari charte", access="closed",
        video_url="https://canari.exemple.fr/",
    )  # fmt: skip
    asking = MembershipFactory(group=group, member=MemberFactory(), state=MemberState.ASKED, text="canari demande")
    cycle = cycles.open_cycle(group, starts_on=localdate(now), rhythm=5, by=member, now=now)
    turn = Turn.objects.filter(cycle=cycle).earliest("pk")
    cycles.set_client(turn, other, by=other, now=now)
    dates = [now + timedelta(days=day) for day in (30, 31)]
    poll = cycles.open_poll(group, cycles.Proposed(dates, 60, "canari dates", turn), by=member, now=now)
    said = encounters.Fixed(
        now + timedelta(days=40), 90, "canari titre fixé", "canari ordre", "https://canari.exemple.fr/v", "canari 01"
    )
    fixed = encounters.plan(group, said, by=member, now=now)
    base = f"/codev/groupes/{group.pk}"
    pages = (
        "reglages/", "charte/", "personnes/", "quitter/", "emporter.json", "emporter.docx", "cycle/", "dates/nouvelles/",
        f"dates/{poll.pk}/", "rencontres/nouvelle/", "rencontres/passees/", f"rencontres/{fixed.pk}/",
        f"rencontres/{fixed.pk}.ics", f"rencontres/{fixed.pk}/modifier/",
    )  # fmt: skip
    acts = (
        f"personnes/{asking.pk}/", "mon-nom/", f"cycle/{turn.pk}/", f"dates/{poll.pk}/choisir/",
        f"rencontres/{fixed.pk}/presence/",
    )  # fmt: skip
    return [*(f"{base}/{page}" for page in pages), f"{group.get_absolute_url()}#ouverte"], [
        f"{base}/{act}" for act in acts
    ]
