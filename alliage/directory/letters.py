"""The letter of the territory: two pages for a commune or an EPCI, before anyone signs up.

It says who can help, what similar places did, what comes next, and how to answer: an address, a QR code, a telephone.
Upper functions add their parts through `registry.letter_parts`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory import wording
from alliage.directory.enums import EntryKind, Reach
from alliage.directory.filters import Filters
from alliage.directory.models import Entry
from alliage.directory.queries import lists
from alliage.directory.queries.alliances import AllianceFilters, filtered_alliances, visible_alliances
from alliage.directory.queries.facets import Found
from alliage.directory.queries.lists import PIECE, Line
from alliage.directory.queries.rows import chunks
from alliage.directory.queries.shown import Level, Shown, shown, shows
from alliage.directory.queries.snapshot import Snapshot
from alliage.directory.queries.snapshot import snapshot as directory
from alliage.directory.registry import letter_parts
from alliage.formats import pdf, qr
from alliage.formats.documents import cut
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories import queries as territories
from alliage.territories.folding import fold
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row, snapshot
from alliage.ui.templatetags.ui import date_fr, french_number

TEMPLATE = Path(__file__).resolve().parent / "templates" / "directory" / "letter.typ"
PEOPLE = 5
SIMILAR = 5
ALLIANCES = 4


# What fits, in characters: a name, a line under it, what came of an alliance. The template shrinks what is still too high.
NAME, LINE, STORY = 90, 150, 220


def find_url(territory: Any) -> str:
    """Where the reader of the letter asks for help: the page knows the territory already."""
    return f"{settings.ORIGIN}{reverse('directory:find')}?lieu={territory.kind}:{territory.code}"


def letter(territory: Territory, *, now: datetime) -> bytes:
    """The letter as a PDF, with what everyone may read today."""
    return pdf.document(TEMPLATE, content(territory, today=localdate(now)), now=now)


def content(territory: Territory, *, today: date) -> dict[str, Any]:
    """Everything the template writes, as plain data."""
    forms = grammar.forms(territory)
    url = find_url(territory)
    people, count = _people(territory)
    return {
        "title": _("Qui peut aider %(at)s") % {"at": forms.at},
        "kicker": _("Lettre au territoire"),
        "date": date_fr(today),
        "intro": _intro(count),
        "people_title": _("Qui peut vous aider"),
        "people": people,
        "nobody": _("Personne n’est encore connu près de chez vous. Écrivez-nous\u00a0: nous chercherons avec vous."),
        "ask_title": _("Demander de l’aide"),
        "ask": _("Une question, un projet, une difficulté\u00a0: dites-le en quelques mots, sans compte. Une personne vous répond."),
        "url": url,
        "short_url": url.removeprefix("https://").removeprefix("http://"),
        "qr": str(qr.svg(url, title=_("Demander de l’aide"))),
        "qr_alt": _("Code à photographier avec un téléphone\u00a0: il ouvre la page «\u00a0Demander de l’aide\u00a0»"),
        "phone": wording.spaced(settings.NETWORK_PHONE),
        "phone_label": _("Ou par téléphone\u00a0:"),
        "similar_title": _("Des territoires qui vous ressemblent"),
        "similar": _similar(territory),
        "alliances_title": _("Des alliances près de chez vous"),
        "alliances": _alliances(territory),
        "parts": [part for each in sorted(letter_parts, key=lambda part: part.position) if (part := each.build(territory))],
        "metiers_title": _("Ce que fait un catalyseur territorial"),
        "metiers": _explained(Vocabulary.METIERS),
        "leviers_title": _("Par où commencer\u00a0: sept leviers"),
        "leviers": _explained(Vocabulary.LEVIERS),
        "foot": _("Alliage, le réseau des catalyseurs territoriaux · %(origin)s") % {"origin": _bare(settings.ORIGIN)},
        "demo": _demo(),
        "source": _source(territory),
    }  # fmt: skip


def _explained(vocabulary: Vocabulary) -> list[dict[str, str]]:
    return [{"name": term.label, "text": cut(term.help_text, STORY)} for term in taxonomy.terms(vocabulary)]


def _demo() -> str:
    words = _("Site de démonstration\u00a0: les personnes marquées «\u00a0démonstration\u00a0» sont fictives.")
    return words if settings.DEMO else ""


def _bare(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://")


def _intro(count: int) -> str:
    known = ngettext(
        "%(count)s personne, organisation ou équipe du réseau agit sur votre territoire ou autour.",
        "%(count)s personnes, organisations ou équipes du réseau agissent sur votre territoire ou autour.",
        count,
    ) % {"count": french_number(count)}
    hello = _(
        "Madame, Monsieur, le réseau des catalyseurs territoriaux aide élus, associations, entreprises et habitants à "
        "agir ensemble. Cette lettre dit qui est proche de vous, et ce qu’ont fait des territoires semblables."
    )
    return f"{hello} {known if count else ''}".strip()


def _source(territory: Territory) -> str:
    figures = ""
    if territory.population:
        figures = _(" Population\u00a0: %(population)s habitants (Insee, code officiel géographique).") % {
            "population": french_number(territory.population)
        }
    return _("Source\u00a0: annuaire d’Alliage, au jour de la lettre.") + figures


def _people(territory: Territory) -> tuple[list[dict[str, Any]], int]:
    """Who acts here: people first, then organisations and teams; with the telephone of those who publish it."""
    lines, count = lists.of_territory(territory, limit=40)
    best = sorted(lines, key=lambda line: line.kind != EntryKind.CATALYST)[:PEOPLE]
    phones = _phones(best)
    return [_person(line, territory, phones) for line in best], count


def _person(line: Line, territory: Territory, phones: dict[int, str]) -> dict[str, Any]:
    return {
        "name": cut(line.name, NAME),
        "what": cut(" · ".join(wording.facts(line)), LINE),
        "why": cut(wording.reasons(line, territory), LINE),
        "phone": wording.spaced(phones.get(line.pk, "")),
        "demo": _("démonstration") if line.is_demo else "",
        "url": f"{settings.ORIGIN}{line.url}",
    }


def _phones(lines: list[Line]) -> dict[int, str]:
    """Telephones that their owner shows to everyone, through the door that every reader goes by."""
    entries = lists.with_details(lists.visible().filter(pk__in=[line.pk for line in lines]))
    return {entry.pk: shown(entry, Level.ANYONE).phone for entry in entries}


def _similar(territory: Territory) -> list[dict[str, Any]]:
    """Similar territories, why, and how many people act there."""
    found, known = [], directory()
    for each in territories.similar(territory, limit=SIMILAR):
        count = _acting(each.territory, known)
        helped = ngettext("%(count)s fiche dans l’annuaire", "%(count)s fiches dans l’annuaire", count)
        found.append(
            {
                "name": each.territory.name,
                "why": ", ".join(str(reason) for reason in each.reasons),
                "what": helped % {"count": french_number(count)} if count else _("pas encore de fiche"),
                "url": settings.ORIGIN + each.territory.get_absolute_url(),
            }
        )
    return found


def _acting(place: Any, known: Snapshot) -> int:
    """How many act on a territory, in it or around it; those who act everywhere are everywhere the same."""
    found = Found(Filters(territory=place), known=known)
    return found.total - found.reached(Reach.NATIONAL)


def _alliances(territory: Territory) -> list[dict[str, str]]:
    found = filtered_alliances(visible_alliances(), AllianceFilters(territory=territory))[:ALLIANCES]
    return [
        {
            "name": cut(each.subject, NAME),
            "who": cut(f"{each.first.name} – {each.second.name}", LINE),
            "what": cut(each.outcome, STORY),
            "url": settings.ORIGIN + each.get_absolute_url(),
        }
        for each in found
    ]


COLUMNS = (
    "kind", "code", "name", "population", "count", "first_name", "first_function", "second_name", "second_function",
    "similar_names", "page_url", "ask_url", "letter_url",
)  # fmt: skip
NAMED = 2
SIMILAR_NAMED = 3


def merge_rows(places: Sequence[Row]) -> Iterator[list[Any]]:
    """The mail merge of some territories: what a word processor puts in letters of its own. One query in all."""
    known = directory()
    counts: dict[int, int] = {}
    first: dict[int, list[int]] = {}
    for place in places:
        found = Found(Filters(territory=place), known=known)
        counts[place.id] = found.total - found.reached(Reach.NATIONAL)
        first[place.id] = [int(number) for number in known.rows.pk[found.rows[:NAMED]]]
    wanted = {number for numbers in first.values() for number in numbers}
    entries: dict[int, Entry] = {}
    for piece in chunks(sorted(wanted), PIECE):
        entries |= {entry.pk: entry for entry in lists.visible().filter(pk__in=piece).select_related("category")}
    for place in places:
        named = [entries[number] for number in first[place.id] if number in entries]
        yield _merge_row(place, counts[place.id], named)


def _merge_row(place: Row, count: int, entries: list[Entry]) -> list[Any]:
    named = [cell for entry in entries for cell in (entry.name, _function(entry))]
    named += [""] * (2 * NAMED - len(named))
    similar = ", ".join(each.territory.name for each in territories.similar(place, limit=SIMILAR_NAMED))
    page = settings.ORIGIN + place.get_absolute_url()
    return [
        place.kind, place.code, place.name, place.population, count, *named, similar, page, find_url(place),
        letter_url(place),
    ]  # fmt: skip


def _function(entry: Entry) -> str:
    if shows(entry, "function", Level.ANYONE) and entry.function:
        return entry.function
    return entry.category.label if entry.category else ""


def letter_url(territory: Any) -> str:
    return settings.ORIGIN + reverse("directory:letter", args=[territory.kind, territory.code])


# --- The printed directory -----------------------------------------------------------------------------------------

BOOKLET = TEMPLATE.with_name("booklet.typ")
MOST_IN_A_BOOKLET = 2_000


def booklet(region: Territory, *, now: datetime) -> bytes:
    """The directory of a région (or overseas collectivity) on A5 pages, by département, with what everyone may read."""
    found = Found(Filters(territory=region))
    pks = found.pks
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in lists.in_order(pks[:MOST_IN_A_BOOKLET]):
        read = shown(entry, Level.ANYONE)
        areas = [area.name for area in lists.areas_of(entry, found.known)]
        groups.setdefault(_place_of(read, areas), []).append(_printed(entry, read, areas, found.known))
    data = {
        "title": _("Annuaire du réseau\u00a0: %(name)s") % {"name": region.name},
        "kicker": _("Catalyseurs territoriaux"),
        "lead": _("Imprimé à partir de l’annuaire le %(date)s. Pour écrire à quelqu’un\u00a0: %(origin)s")
        % {"date": date_fr(localdate(now)), "origin": _bare(settings.ORIGIN) + reverse("directory:index")},
        "groups": [{"title": title, "entries": groups[title]} for title in _here_first(groups, region)],
        "rest": _left_out(len(pks) - MOST_IN_A_BOOKLET),
        "nobody": _("Personne n’est encore connu ici."),
        "foot": _("Alliage · annuaire de %(name)s") % {"name": region.name},
        "demo": _demo(),
    }
    return pdf.document(BOOKLET, data, now=now)


def _here_first(titles: Iterable[str], region: Territory) -> list[str]:
    """The headings in order: this territory and its départements, then the places of those who act here from elsewhere."""
    here = {region.name, *(each.name for each in snapshot().departements_of.get(region.pk, ()))}
    return sorted(titles, key=lambda title: (title not in here, fold(title)))


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    words = ngettext(
        "%(count)s autre fiche est dans l’annuaire en ligne.",
        "%(count)s autres fiches sont dans l’annuaire en ligne.",
        count,
    )
    return words % {"count": french_number(count)}


def _place_of(read: Shown, areas: list[str]) -> str:
    """The heading under which an entry is printed: the département of its office, or where it acts."""
    office = read.territory
    above = snapshot().by_id.get((office.departement_id or office.com_id or office.id) if office else 0)
    if above:
        return above.name
    return wording.named(areas, 1) if areas else _("Sans lieu précisé")


def _printed(entry: Entry, read: Shown, areas: list[str], known: Snapshot) -> dict[str, Any]:
    terms = lists.terms_of(entry, known)
    areas = [_("toute la France")] if read.is_national else areas
    return {
        "name": read.name,
        "kind": EntryKind(read.kind).label,
        "function": read.function,
        "where": wording.named(areas or ([read.territory.name] if read.territory else [])),
        "metiers": ", ".join(term.label for term in terms.get(Vocabulary.METIERS, [])),
        "phone": wording.spaced(read.phone),
        "demo": _("démonstration") if read.is_demo else "",
        "url": settings.ORIGIN + read.url,
    }
