"""A plan, an advice and an agenda whose every word is « canari »; the addresses where only their people find them."""

from datetime import datetime

from django.utils import timezone

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import agenda_feed_links
from alliage.learning.enums import FileRole
from alliage.learning.models import AgendaLink
from alliage.learning.services import actions, advice, agenda_links, plan_reminders
from alliage.learning.tests.factories import TerritoryFileFactory, enter
from alliage.library.tests.factories import published


def plant_plans(owner: Member, *, now: datetime) -> tuple[list[str], list[str]]:
    """Pages, then acts: none of them is anybody else's."""
    file = TerritoryFileFactory(holder=owner)
    adviser = enter(file, MemberFactory(name="Une catalyseuse"), FileRole.CATALYST).member
    said = actions.Said(
        "canari action",
        text="canari précision",
        reason="canari raison",
        owner_name="canari",
        due_on=timezone.localdate(now),
    )
    action = actions.add(file, said, by=owner, now=now)
    actions.move(action, "stuck", obstacle="canari obstacle", by=owner, now=now)
    sent = advice.send(file, published(title="Une ressource proposée"), text="canari mot", by=adviser, now=now)
    plan_reminders.remind(now)
    agenda_links.make_link(by=owner, now=now)
    link = AgendaLink.objects.get(member=owner)
    base = f"/diagnostic/dossiers/{file.pk}"
    one = f"{base}/plan/actions/{action.pk}/"
    return (
        [
            *(f"{base}/plan{page}" for page in ("/", "/calendrier/", ".csv", ".ics", ".pdf", "/actions/nouvelle/")),
            *(f"{one}{page}" for page in ("", "modifier/", "retirer/")),
            *(f"{base}/conseils/{page}" for page in ("", "nouveau/", f"{sent.pk}/")),
            *(f"/mon-agenda/{word}.ics" for word in (link.seed, link.token_digest, link.pk)),
            "/mon-agenda/#ouverte",
        ],
        [
            f"{one}",
            f"{one}modifier/",
            f"{one}retirer/",
            f"{base}/plan/actions/nouvelle/",
            f"{base}/conseils/{sent.pk}/",
        ],
    )


def secret_link_of(owner: Member) -> str:
    """What its holder alone has: it opens, under neutral titles."""
    return f"/mon-agenda/{agenda_feed_links.token_of(AgendaLink.objects.get(member=owner).seed)}.ics"
