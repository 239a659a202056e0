"""The page table: every address of the site, who may see it, and what it answers.

A new address must be declared here: `tests/test_pages.py` compares this table with the URL configuration. The document
docs/permissions.md is made from it.
"""

from dataclasses import dataclass

from tests.world import ROLES, VISITOR

EVERYONE = ROLES
VISITORS = (VISITOR,)
MEMBERS = ROLES[1:]
ANIMATORS = ROLES[3:]
ADMINISTRATORS = ROLES[4:]
NAMES = {
    VISITOR: "visitor",
    "member": "membre",
    "facilitator": "facilitateur",
    "animator": "animateur",
    "administrator": "administrateur",
}


@dataclass(frozen=True)
class Page:
    """One address.

    `route` is the name in the URL configuration, `path` an example, with names in braces that the world fills; `who` may
    see it (others are sent to sign in, or refused); `kind` is page (HTML), data (anything else), redirect, or act (POST
    only). `status` lists the answers given to those who may, 200 unless said.
    """

    route: str
    path: str
    who: tuple[str, ...] = EVERYONE
    kind: str = "page"
    status: tuple[int, ...] = (200,)


def page(route: str, path: str, who: tuple[str, ...] = EVERYONE, *status: int) -> Page:
    return Page(route, path, who, "page", status or (200,))


def data(route: str, path: str, who: tuple[str, ...] = EVERYONE, *status: int) -> Page:
    return Page(route, path, who, "data", status or (200,))


def act(route: str, path: str, who: tuple[str, ...] = MEMBERS) -> Page:
    """Posted empty: those who may are told what is missing, or sent on; never a broken page."""
    return Page(route, path, who, "act", (200, 302, 303, 400, 404, 422))


def redirect(route: str, path: str, who: tuple[str, ...] = EVERYONE) -> Page:
    return Page(route, path, who, "redirect", (301, 302))


def step(route: str, path: str, who: tuple[str, ...] = EVERYONE) -> Page:
    """A step of signing in or of proving identity: shown, or left for the step that comes first."""
    return Page(route, path, who, "step", (200, 302, 403, 404, 405))


WEBSITE = [
    page("website:page", "/"),
    page("website:page", "/le-reseau/"),
    page("website:page", "/actualites/"),
    page("website:page", "/mentions-legales/"),
    page("website:page", "/donnees-personnelles/"),
    page("website:page", "/accessibilite/"),
    page("website:page", "/ecoconception/"),
    page("website:page", "/code-source/"),
    page("website:page", "/inconnue/", EVERYONE, 404),
    page("website:announced_library", "/ressources/"),
    page("website:announced_codev", "/codev/"),
    page("website:announced_learning", "/diagnostic/"),
    page("website:announced_events", "/agenda/"),
    page("website:space", "/mon-espace/", MEMBERS),
    page("website:find_territory", "/mon-espace/territoire/", MEMBERS),
    act("website:forget_territory", "/mon-espace/territoire/oublier/"),
    act("website:choose_territory", "/mon-espace/territoire/commune/42218/"),
    data("website:news_feed", "/actualites.rss"),
    data("website:sitemap", "/sitemap.xml"),
    data("website:sitemap_section", "/sitemap-pages.xml"),
    data("website:robots", "/robots.txt"),
    data("website:security", "/.well-known/security.txt"),
    redirect("website:favicon", "/favicon.ico"),
    redirect("website:change_password", "/.well-known/change-password"),
]
DIRECTORY = [
    page("directory:index", "/annuaire/"),
    page("directory:index", "/annuaire/?categorie=association&q=rien-de-tel"),
    page("directory:organisation", "/annuaire/organisations/{organisation}/"),
    data("directory:export", "/annuaire.csv"),
    data("directory:export", "/annuaire.json"),
    data("directory:export", "/annuaire.geojson"),
    data("directory:export", "/annuaire.rss"),
]
TERRITORIES = [
    page("territories:index", "/territoires/"),
    page("territories:index", "/territoires/?q=saint"),
    page("territories:index", "/territoires/?q=rien-de-tel"),
    page("territories:detail", "/territoires/commune/42218/"),
    page("territories:detail", "/territoires/commune/97411/"),
    page("territories:detail", "/territoires/epci/244200770/"),
    page("territories:detail", "/territoires/ept/200057941/"),
    page("territories:detail", "/territoires/departement/974/"),
    page("territories:detail", "/territoires/region/84/"),
    page("territories:detail", "/territoires/com/988/"),
    page("territories:detail", "/territoires/commune/00000/", EVERYONE, 404),
    page("territories:detail", "/territoires/nature-inconnue/1/", EVERYONE, 404),
    data("territories:suggestions", "/territoires/suggestions.json?q=st+etienne"),
    data("territories:export", "/territoires.csv"),
    data("territories:export", "/territoires.json"),
    data("territories:export", "/territoires.geojson"),
]
TAXONOMY = [
    page("taxonomy:index", "/reperes/"),
    page("taxonomy:vocabulary", "/reperes/metiers/"),
    page("taxonomy:vocabulary", "/reperes/leviers/"),
    data("taxonomy:vocabulary_export", "/reperes/leviers.csv"),
    data("taxonomy:vocabulary_export", "/reperes/leviers.json"),
    page("taxonomy:list", "/reperes/listes/{list}/"),
    data("taxonomy:list_export", "/reperes/listes/{list}.csv"),
    page("taxonomy:versions", "/reperes/listes/{list}/versions/"),
    page("taxonomy:version", "/reperes/listes/{list}/versions/99/", EVERYONE, 404),
    act("taxonomy:comment", "/reperes/listes/{list}/commenter/"),
    act("taxonomy:moderate_comment", "/reperes/commentaires/99/masquer/", ANIMATORS),
    page("taxonomy:edit", "/reperes/listes/{list}/modifier/", ANIMATORS),
    act("taxonomy:publish", "/reperes/listes/{list}/publier/", ANIMATORS),
    act("taxonomy:drop_draft", "/reperes/listes/{list}/abandonner/", ANIMATORS),
    page("taxonomy:edit_item", "/reperes/listes/{list}/modifier/rien/", ANIMATORS, 404),
    act("taxonomy:move_item", "/reperes/listes/{list}/modifier/rien/monter/", ANIMATORS),
]
ACCOUNTS = [
    page("account_login", "/compte/connexion/", VISITORS),
    Page("account_request_login_code", "/compte/connexion/", VISITORS),
    step("account_confirm_login_code", "/compte/connexion/code/"),
    step("mfa_login_webauthn", "/compte/connexion/cle/"),
    step("mfa_authenticate", "/compte/connexion/deuxieme-preuve/"),
    step("accounts:password_login", "/compte/connexion/mot-de-passe/"),
    step("account_signup", "/compte/ouvrir/"),
    step("account_logout", "/compte/deconnexion/"),
    page("account_inactive", "/compte/indisponible/"),
    step("account_reauthenticate", "/compte/confirmer/"),
    step("mfa_reauthenticate", "/compte/confirmer/application/"),
    step("mfa_reauthenticate_webauthn", "/compte/confirmer/cle/"),
    page("account_email", "/compte/adresse/", MEMBERS),
    step("account_email_verification_sent", "/compte/adresse/code/"),
    step("account_change_password", "/compte/mot-de-passe/", MEMBERS),
    step("account_set_password", "/compte/mot-de-passe/choisir/", MEMBERS),
    step("account_reset_password", "/compte/mot-de-passe/oublie/"),
    page("usersessions_list", "/compte/appareils/", MEMBERS),
    page("mfa_index", "/compte/deuxieme-preuve/", MEMBERS),
    step("mfa_activate_totp", "/compte/deuxieme-preuve/application/", MEMBERS),
    step("mfa_deactivate_totp", "/compte/deuxieme-preuve/application/retirer/", MEMBERS),
    step("mfa_view_recovery_codes", "/compte/deuxieme-preuve/codes/", MEMBERS),
    step("mfa_generate_recovery_codes", "/compte/deuxieme-preuve/codes/nouveaux/", MEMBERS),
    step("mfa_download_recovery_codes", "/compte/deuxieme-preuve/codes.txt", MEMBERS),
    step("mfa_list_webauthn", "/compte/cles/", MEMBERS),
    step("mfa_add_webauthn", "/compte/cles/ajouter/", MEMBERS),
    step("mfa_edit_webauthn", "/compte/cles/99/nom/", MEMBERS),
    step("mfa_remove_webauthn", "/compte/cles/99/retirer/", MEMBERS),
    step("socialaccount_connections", "/compte/identite/", MEMBERS),
    page("socialaccount_login_cancelled", "/compte/identite/annulee/"),
    page("socialaccount_login_error", "/compte/identite/erreur/", EVERYONE, 401),
    step("socialaccount_signup", "/compte/identite/ouvrir/"),
    step("openid_connect_login", "/compte/identite/inconnu/"),
    step("openid_connect_callback", "/compte/identite/inconnu/retour/"),
    page("accounts:home", "/compte/", MEMBERS),
    act("accounts:consent", "/compte/accords/newsletter/"),
    data("accounts:data", "/compte/mes-donnees.zip", MEMBERS, 200, 302),
    act("accounts:close", "/compte/fermer/"),
    step("accounts:second_factor_required", "/compte/deuxieme-preuve/demandee/", MEMBERS),
    step("accounts:second_factor_go_on", "/compte/deuxieme-preuve/continuer/", MEMBERS),
    page("accounts:invitations", "/compte/invitations/", ANIMATORS),
    act("accounts:revoke_invitation", "/compte/invitations/{invitation}/annuler/", ANIMATORS),
    page("accounts:invitation", "/compte/invitation/jeton-inconnu/", EVERYONE, 404, 410),
    page("accounts:members", "/compte/membres/", ADMINISTRATORS),
    page("accounts:member", "/compte/membres/{member}/", ADMINISTRATORS),
    act("accounts_demo:become", "/demo/devenir/", EVERYONE),
]
NOTIFICATIONS = [
    page("notifications:list", "/notifications/", MEMBERS),
    redirect("notifications:open", "/notifications/{notification}/", ("member",)),
    act("notifications:mark_read", "/notifications/{notification}/lue/", ("member",)),
    act("notifications:mark_all_read", "/notifications/tout-lire/"),
    page("notifications:preferences", "/notifications/preferences/", MEMBERS),
    page("notifications:unsubscribe", "/notifications/desinscription/jeton-inconnu/", EVERYONE, 400, 404, 410),
    page("notifications:failed_mails", "/notifications/envois/", ANIMATORS),
    act("notifications:decide_failed_mail", "/notifications/envois/{mail}/", ANIMATORS),
    page("kept_mails:list", "/demo/courriers/"),
    page("kept_mails:mail", "/demo/courriers/inconnu.eml/", EVERYONE, 404),
]
MODERATION = [
    page("moderation:desk", "/moderation/", ANIMATORS),
    page("moderation:report", "/moderation/signaler/?objet=inconnu", EVERYONE, 404),
    page("moderation:thanks", "/moderation/signaler/merci/"),
    page("moderation:reports", "/moderation/signalements/", ANIMATORS),
    page("moderation:report_detail", "/moderation/signalements/99/", ANIMATORS, 404),
    page("moderation:decision", "/moderation/decisions/99/", MEMBERS, 403, 404),
    page("moderation:log", "/moderation/journal/", ANIMATORS),
    data("moderation:log_csv", "/moderation/journal.csv", ANIMATORS),
]
ENGINES = [
    page("jobs:index", "/travaux/", MEMBERS),
    page("jobs:detail", "/travaux/{job}/", ("member", "animator", "administrator")),
    act("jobs:cancel", "/travaux/{job}/annuler/", ("member", "animator", "administrator")),
    page("imports:index", "/imports/", ANIMATORS),
    page("imports:new", "/imports/nouveau/inconnu/", ANIMATORS, 404),
    data("imports:model", "/imports/nouveau/inconnu/modele.csv", ANIMATORS, 404),
    page("imports:detail", "/imports/{run}/", ANIMATORS, 404),
    page("imports:columns", "/imports/{run}/colonnes/", ANIMATORS, 404),
    data("imports:refused", "/imports/{run}/lignes-refusees.csv", ANIMATORS, 404),
    act("imports:confirm", "/imports/{run}/enregistrer/", ANIMATORS),
    act("imports:go_back", "/imports/{run}/colonnes/revoir/", ANIMATORS),
    act("imports:give_up", "/imports/{run}/abandonner/", ANIMATORS),
    data("files:download", "/fichiers/{run}/inconnu.pdf", EVERYONE, 404),
    data("media", "/media/inconnu.webp", EVERYONE, 404),
]
UI = [
    page("ui:charter", "/charte-graphique/"),
    page("ui:components", "/charte-graphique/composants/"),
    page("ui:model_page", "/charte-graphique/pages/liste/"),
    page("ui:model_page", "/charte-graphique/pages/fiche/"),
    page("ui:model_page", "/charte-graphique/pages/formulaire/"),
]
PAGES = [*WEBSITE, *DIRECTORY, *TERRITORIES, *TAXONOMY, *ACCOUNTS, *NOTIFICATIONS, *MODERATION, *ENGINES, *UI]


def permissions_markdown(made: str) -> str:
    lines = [
        "# Who may see what",
        "",
        made,
        "",
        "Others are sent to the sign-in page, or refused. Roles add up: each holds the rights of those before it.",
        "",
        "| address | kind | " + " | ".join(NAMES[role] for role in ROLES) + " |",
        "|---|---|" + "---|" * len(ROLES),
    ]
    for page in sorted(PAGES, key=lambda page: page.path):
        marks = " | ".join("✓" if role in page.who else "–" for role in ROLES)
        lines.append(f"| `{page.path}` | {page.kind} | {marks} |")
    return "\n".join(lines) + "\n"
