"""Every export of the site: what it holds, its formats, its addresses, their filters, its columns. Tests compare it with what answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from alliage.website import data_filters as filters
from alliage.website.data_filters import EXCEL, PAGE, PAGE_OF_FEED, Filter

_OF_FORMAT = {"CSV": (EXCEL,), "RSS": (PAGE_OF_FEED,)}


@dataclass(frozen=True)
class Dataset:
    """`files` are pairs: format, address. `page` shows the same thing to people; `licence` says on what terms; `header` is where
    the columns of its CSV file are named."""

    title: str | Promise
    holds: str | Promise
    page: str
    files: tuple[tuple[str, str], ...]
    licence: str | Promise
    filters: tuple[Filter, ...] = ()
    header: str = ""

    def asked(self, format_name: str) -> tuple[Filter, ...]:
        """What the address of a format understands."""
        return self.filters + _OF_FORMAT.get(format_name, ())

    def is_paged(self, format_name: str) -> bool:
        """Whether a file of this format is a part of the list only: the rest follows, page by page."""
        return any(each.name == PAGE.name for each in self.asked(format_name))

    def all_asked(self) -> tuple[Filter, ...]:
        """What its addresses understand, all formats together."""
        return tuple(dict.fromkeys(each for name, _address in self.files for each in self.asked(name)))

    @property
    def slug(self) -> str:
        """The word of its page for who uses it elsewhere: no two lists have the same first file."""
        return self.files[0][1].partition(".")[0].strip("/").replace("/", "-")

    def get_absolute_url(self) -> str:
        return reverse("website:data_list", args=[self.slug])

    def columns(self) -> Sequence[str]:
        found: Sequence[str] = import_string(f"alliage.{self.header}") if self.header else ()
        return found


def _files(path: str, *formats: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{path}.{name.lower()}") for name in formats)


# What the legal notice says of the texts of the site; an entry that came from elsewhere says so itself.
OURS = _(
    "CC BY-SA 4.0\u00a0: reprise libre en citant le réseau et la date. Une fiche qui indique une autre source ou une autre licence garde les siennes."
)
STATE = _("Licence Ouverte 2.0 (sources publiques, citées dans le fichier et sur chaque page)")

DATASETS = (
    Dataset(
        _("L’annuaire"),
        _("Les catalyseurs, les organisations et les équipes de territoire\u00a0: ce que chacun a choisi de rendre public."),
        "/annuaire/",
        _files("/annuaire", "CSV", "XLSX", "JSON", "GeoJSON", "RSS"),
        OURS,
        filters.DIRECTORY,
        "directory.exports.COLUMNS",
    ),
    Dataset(
        _("Les alliances"),
        _("Qui agit avec qui, sur quoi, où, depuis quand, et ce qui en est sorti."),
        "/annuaire/alliances/",
        _files("/annuaire/alliances", "CSV", "XLSX", "JSON", "RSS"),
        OURS,
        filters.ALLIANCES,
        "directory.views.alliances.COLUMNS",
    ),
    Dataset(
        _("La couverture"),
        _("Combien de personnes agissent dans chaque département ou intercommunalité, par métier et par levier."),
        "/annuaire/couverture/",
        _files("/annuaire/couverture", "CSV", "JSON"),
        OURS,
        filters.COVERAGE,
    ),
    Dataset(
        _("Les besoins et les offres"),
        _("Ce que des territoires cherchent, ce que des entreprises offrent, ce que des fondations appellent."),
        "/annuaire/besoins/",
        _files("/annuaire/besoins", "CSV", "XLSX", "JSON", "GeoJSON", "RSS"),
        OURS,
        filters.NEEDS,
        "directory.views.needs.COLUMNS",
    ),
    Dataset(
        _("Les ressources"),
        _("Ce que des territoires ont appris\u00a0: le texte entier, ce qui le classe, sa licence, comment le citer."),
        "/ressources/",
        (*_files("/ressources", "CSV", "XLSX", "JSON", "RSS"), ("OAI-PMH", "/oai?verb=Identify")),
        _("Chaque ressource indique la sienne."),
        filters.LIBRARY,
        "library.exports.COLUMNS",
    ),
    Dataset(
        _("Les ressources, en un seul fichier"),
        _("Tableaux, JSON et dictionnaire des champs\u00a0: tout ce que chacun peut lire, prêt à étudier."),
        "/ressources/donnees/",
        (("ZIP", "/ressources/donnees.zip"),),
        _("Chaque ressource indique la sienne."),
    ),
    Dataset(
        _("Les coups de main"),
        _("Ce que cherchent les personnes qui écrivent des ressources\u00a0: une relecture, des chiffres, un dessin, une traduction."),
        "/ressources/coups-de-main/",
        _files("/ressources/coups-de-main", "CSV", "JSON", "RSS"),
        OURS,
        filters.HELP,
        "library.views.help.COLUMNS",
    ),
    Dataset(
        _("Les groupes de codéveloppement"),
        _("Leur nom, ce qu’ils travaillent, leurs places\u00a0: jamais qui en est, ni ce qui s’y dit."),
        "/codev/",
        _files("/codev", "CSV", "JSON"),
        OURS,
        filters.GROUPS,
        "codev.queries.groups.COLUMNS",
    ),
    Dataset(
        _("Les questions publiques de l’entraide"),
        _("Celles que leur auteur a rendues publiques, et les réponses données pour tout le monde."),
        "/entraide/",
        _files("/entraide", "CSV", "JSON", "RSS"),
        OURS,
        filters.QUESTIONS,
        "codev.views.questions.COLUMNS",
    ),
    Dataset(
        _("L’agenda"),
        _("Les rendez-vous du réseau\u00a0: quoi, quand, où, par qui. Jamais qui vient, ni le lien donné aux personnes inscrites."),
        "/agenda/",
        (("iCal", "/agenda.ics"), *_files("/agenda", "CSV", "JSON", "RSS")),
        OURS,
        filters.AGENDA,
        "events.views.agenda.COLUMNS",
    ),
    Dataset(
        _("La vue des besoins"),
        _("De quoi les territoires ont besoin, par département et par levier\u00a0: leurs priorités, leurs plans, ce qui bloque. Par cinq au moins, sans nom."),
        "/diagnostic/besoins/",
        _files("/diagnostic/besoins", "CSV"),
        OURS,
        header="learning.views.needs.HEADER",
    ),
    Dataset(
        _("Les parcours"),
        _("Ce que l’on apprend, étape par étape, en deux, quatre ou douze heures\u00a0: jamais qui les suit."),
        "/parcours/",
        _files("/parcours", "CSV", "JSON", "RSS"),
        OURS,
        filters.PATHS,
        "learning.queries.paths.COLUMNS",
    ),
    Dataset(
        _("La file de relecture"),
        _("Ce qui attend d’être relu, dans quel état et depuis quand, jamais le texte."),
        "/ressources/relecture/",
        _files("/ressources/relecture", "CSV", "JSON"),
        OURS,
        filters.QUEUE,
        "library.views.reviews.QUEUE_COLUMNS",
    ),
    Dataset(
        _("Les territoires"),
        _("Communes, intercommunalités, départements, régions et collectivités d’outre-mer, avec leurs codes."),
        "/territoires/",
        _files("/territoires", "CSV", "JSON", "GeoJSON"),
        STATE,
        filters.PLACES,
        "territories.queries.EXPORT_COLUMNS",
    ),
    Dataset(
        _("Les métiers"),
        _("Les quatre métiers et leurs missions."),
        "/reperes/metiers/",
        _files("/reperes/metiers", "CSV", "JSON"),
        OURS,
        header="taxonomy.views.TERM_COLUMNS",
    ),
    Dataset(
        _("Les leviers"),
        _("Les sept leviers et les questions que pose chacun."),
        "/reperes/leviers/",
        _files("/reperes/leviers", "CSV", "JSON"),
        OURS,
        header="taxonomy.views.TERM_COLUMNS",
    ),
    Dataset(
        _("Les baromètres"),
        _("Les chiffres d’enquêtes publiés, chacun avec sa source, sa date et le nombre de réponses."),
        "/barometres/",
        _files("/barometres", "CSV", "JSON", "RSS"),
        OURS,
        header="questionnaires.barometers.queries.COLUMNS",
    ),
    Dataset(
        _("L’impact"),
        _("Les compteurs publics de la plateforme, sans suivre personne."),
        "/impact/",
        _files("/impact", "JSON"),
        OURS,
    ),
    Dataset(
        _("Les actualités"),
        _("Les nouvelles du réseau, pour un lecteur de flux."),
        "/actualites/",
        _files("/actualites", "RSS"),
        OURS,
    ),
)  # fmt: skip
# What answers one question rather than a whole list.
QUESTIONS = (
    Dataset(
        _("La recherche"),
        _("Ce que chacun peut trouver dans tout le site, sorte par sorte, une page à la fois."),
        "/recherche/",
        _files("/recherche", "JSON"),
        OURS,
        filters.SEARCH,
    ),
    Dataset(
        _("Trouver un territoire"),
        _("Les territoires dont le nom ressemble à ce qui est écrit\u00a0: accents, tirets et fautes de frappe compris."),
        "/territoires/",
        (("JSON", "/territoires/suggestions.json"),),
        STATE,
        filters.SUGGESTIONS,
    ),
)  # fmt: skip
