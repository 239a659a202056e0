"""What entries add: menu, panel on territory pages, links from terms, search, reports, rights on the lists."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, RolePermission, personal_data, role_permissions
from alliage.directory import (
    permissions,
    queries,
    services,
    wording,
)
from alliage.directory.models import Entry
from alliage.directory.queries.snapshot import of_page
from alliage.directory.searchable import KINDS as SEARCHABLE_KINDS
from alliage.moderation.registry import Reportable, reportable
from alliage.search.registry import kinds as searchable_kinds
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy import services as taxonomy_services
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.registry import TermLink, term_links
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels
from alliage.ui.registry import MenuEntry, menu

SHOWN_ON_A_TERRITORY = 5


def entries_of(territory: Territory, request: HttpRequest) -> Section | None:
    """Who acts on a territory, in it or around it, on its page."""
    found, count = queries.of_territory(territory, limit=SHOWN_ON_A_TERRITORY, known=of_page(request))
    if not found:
        return None
    url = f"{reverse_lazy('directory:index')}?territoire={territory.kind}:{territory.code}"
    lines = [{"line": line, "reason": wording.reasons(line, territory)} for line in found]
    context = {"lines": lines, "more": count - len(found), "url": url}
    return Section(_("Qui peut aider ici"), "directory/_territory_panel.html", context)


def address_of_category(term: Term) -> str:
    return f"{reverse_lazy('directory:index')}?categorie={term.code}"


def comments_of(member: Member) -> list[dict[str, object]]:
    return taxonomy.comments_by(member.pk)


def erase_comments_of(member: Member) -> None:
    taxonomy_services.forget_author(member.pk)


menu.add(
    MenuEntry(
        code="directory",
        label=gettext_lazy("Annuaire"),  # type: ignore[arg-type]
        url="/annuaire/",
        icon="people",
        position=1,
        hint=gettext_lazy("Qui peut vous aider, où, avec qui, et ce qui manque encore."),  # type: ignore[arg-type]
    )
)
panels.add(Panel("directory.entries", 10, entries_of))
term_links.add(
    TermLink("directory.category", Vocabulary.CATEGORIES, gettext_lazy("Voir dans l’annuaire"), address_of_category)  # type: ignore[arg-type]
)
for _kind in SEARCHABLE_KINDS:
    searchable_kinds.add(_kind)
reportable.add(
    Reportable(
        code="directory.entry",
        model=Entry,
        label=gettext_lazy("fiche de l’annuaire"),
        can_see=permissions.can_see,
        hide=services.hide,
        restore=services.restore,
        url=Entry.get_absolute_url,
        author=lambda entry: entry.owner,
    )
)

# The taxonomy is below the accounts: the first function above both speaks for it.
role_permissions.add(RolePermission("taxonomy.change_networklist", Role.ANIMATOR, "taxonomy.change_networklist"))
personal_data.add(
    PersonalData(
        "taxonomy.comments",
        gettext_lazy("Commentaires sur les listes du réseau"),
        comments_of,
        erase_comments_of,
    )
)
