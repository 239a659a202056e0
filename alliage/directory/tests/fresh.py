"""What the pages of freshness, of members' knowledge and of frames need in the world of the page table."""

from datetime import datetime
from typing import Any

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import freshness_links, inviting_links
from alliage.directory.models import EmbedHost, Entry
from alliage.directory.services import knowledge
from alliage.directory.tests.factories import CatalystFactory


def ids(now: datetime) -> dict[str, Any]:
    said = knowledge.say_outdated(
        Entry.objects.latest("pk"), part="name", note="Elle a changé de nom.", by=MemberFactory(), now=now
    )
    return {
        "still_right": freshness_links.path(CatalystFactory(owner=MemberFactory())).split("/")[3],
        "waiting_entry": inviting_links.path(CatalystFactory(email="jeanne@exemple.fr", visibility="nobody")).split(
            "/"
        )[3],
        "outdated": said.pk,
        "embed_host": EmbedHost.objects.create(host="commune.exemple.fr", asked_at=now).pk,
    }
