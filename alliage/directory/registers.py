"""What the directory adds to the folders below it."""

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.accounts.registry import PersonalData, RolePermission, personal_data, role_permissions
from alliage.directory import permissions, queries, services
from alliage.directory.models import Organisation
from alliage.moderation.registry import Reportable, reportable
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy import services as taxonomy_services
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.registry import TermLink, term_links
from alliage.territories.models import Territory
from alliage.territories.registry import Panel, Section, panels
from alliage.ui.registry import MenuEntry, menu

SHOWN_ON_A_TERRITORY = 5


def organisations_of(territory: Territory, _request: HttpRequest) -> Section | None:
    """Organisations placed in a territory, on its page."""
    found, count = queries.of_territory(territory, limit=SHOWN_ON_A_TERRITORY)
    if not found:
        return None
    url = f"{reverse_lazy('directory:index')}?territoire={territory.kind}:{territory.code}"
    context = {"organisations": found, "more": count - len(found), "url": url}
    return Section(_("Organisations de l’annuaire"), "directory/_territory_panel.html", context)


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
        hint=gettext_lazy("Qui fait alliance, où, et ce que le programme de 2020 dit de chacun."),  # type: ignore[arg-type]
    )
)
panels.add(Panel("directory.organisations", 10, organisations_of))
term_links.add(
    TermLink("directory.category", Vocabulary.CATEGORIES, gettext_lazy("Voir dans l’annuaire"), address_of_category)  # type: ignore[arg-type]
)
reportable.add(
    Reportable(
        code="directory.organisation",
        model=Organisation,
        label=gettext_lazy("fiche d’organisation"),
        can_see=permissions.can_see,
        hide=services.hide,
        restore=services.restore,
        url=Organisation.get_absolute_url,
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
