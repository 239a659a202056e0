"""What diagnostics add: their part of a file's page, what is told, tries that go, personal data; the engine's pages show nothing of them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.registry import PersonalData, personal_data
from alliage.jobs.registry import Periodic, schedule
from alliage.learning.models import Diagnostic, TerritoryFile
from alliage.learning.permissions import can_write_file
from alliage.learning.queries import diagnostics as queries
from alliage.learning.registry import FilePart, Section, file_parts
from alliage.learning.services import diagnostics as services
from alliage.learning.services import respondents, statements, tries
from alliage.notifications.registry import Message, NotificationKind, kinds
from alliage.questionnaires.registry import ScopeKind, scopes


def of_file(file: TerritoryFile, user: Any, now: datetime) -> Section:
    """One query."""
    found = queries.of_file(file)
    context = {
        "file": file,
        "diagnostics": [(each, queries.title_of(each)) for each in found],
        "writes": can_write_file(user, file),
        "is_due": queries.is_due_again(found, now=now),
    }
    return Section(_("Nos diagnostics"), "learning/_part_diagnostics.html", context)


def about_diagnostic(diagnostic: Diagnostic, _by: Any) -> Message:
    """The kind's label is all that is told."""
    return Message("–", diagnostic.get_absolute_url())


file_parts.add(FilePart("diagnostics", 20, of_file))
for _scope in (services.SCOPE, statements.FORMS):
    # Nobody reads one person's answers, animators included.
    scopes.add(ScopeKind(_scope, lambda _user, _scope_id: False))
kinds.add(
    NotificationKind(
        code=respondents.ANSWERED,
        label=gettext_lazy("Quelqu’un a répondu au diagnostic d’un de vos territoires"),
        help=gettext_lazy("Vous saurez combien ont répondu, jamais qui a répondu quoi."),
        describe=about_diagnostic,
        confidential=True,
    )
)
kinds.add(
    NotificationKind(
        code=services.CLOSED,
        label=gettext_lazy("Un diagnostic d’un de vos territoires est clos"),
        help=gettext_lazy("Son résultat vous attend."),
        describe=about_diagnostic,
        confidential=True,
    )
)
schedule.add(
    Periodic(
        "learning.erase_tries",
        every=timedelta(days=1),
        offset=timedelta(hours=4),
        run=lambda now: tries.erase_old(now=now),
        label=gettext_lazy("Effacer les essais du diagnostic après soixante jours"),
    )
)
personal_data.add(
    PersonalData(
        "learning.answers",
        gettext_lazy("Mes réponses aux diagnostics"),
        queries.export_of,
        respondents.forget_member,
    )
)
