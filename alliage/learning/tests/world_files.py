"""What the page table needs of files and diagnostics: one open diagnostic, someone who waits, links that open."""

from datetime import datetime
from typing import Any

from alliage.accounts.models import Member
from alliage.accounts.tests.factories import MemberFactory
from alliage.learning import file_links, respondent_links
from alliage.learning.enums import Means
from alliage.learning.services import diagnostics, files, invitations, respondents, statements, tries
from alliage.learning.tests.factories import TerritoryFileFactory, enter
from alliage.territories.tests.factories import TerritoryFactory


def ids(member: Member, *, now: datetime) -> dict[str, Any]:
    statements.load(now=now)
    file = TerritoryFileFactory(holder=member, territory=TerritoryFactory(name="Dossierville"))
    files.declare(file, means=Means.ONE, wants_help=True, by=member, now=now)
    asked = files.ask(file, word="Bonjour.", by=MemberFactory(), now=now)
    invited = invitations.invite(file, "invitee@exemple.fr", role="team", by=member, now=now)
    one = diagnostics.share(diagnostics.open_diagnostic(file, by=member, now=now), by=member, now=now)
    respondents.invite(one, "repond@exemple.fr", role="elected", by=member, now=now)
    return {
        "territory_file": file.pk,
        "other_file": TerritoryFileFactory(territory=TerritoryFactory(name="Ailleurs")).pk,
        "file_mate": enter(file, MemberFactory()).pk,
        "file_asked": asked.pk,
        "file_link": file_links.token_of(invited.seed),
        "shared_link": respondent_links.shared_token_of(one.shared_seed),
        "respondent_link": respondent_links.token_of(one.respondents.get().seed),
        "try_link": respondent_links.token_of(tries.begin(None, now=now).seed),
    }
