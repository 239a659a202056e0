"""The page of a person, an organisation or a team: what it is, why it matters, what to do next, details, where it comes from."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from alliage.directory import exports, freshness, permissions, queries, registry, wording
from alliage.directory.enums import ADDRESSES, EntryKind, Means, Visibility
from alliage.directory.filters import numbered
from alliage.directory.models import Entry
from alliage.directory.queries import Shown, level_of, shown
from alliage.directory.queries.profiles import acts
from alliage.directory.queries.snapshot import of_page
from alliage.formats import json
from alliage.prepared import Address
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import grammar

NEIGHBOURS = 6
_INDEX = Address("directory:index")


def entry(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """What an entry says of itself, or what a document says of it, and where to go next."""
    known = of_page(request)
    found = queries.entry(slug, reader=request.user, known=known)
    if found is None:
        raise Http404(f"No entry {slug}.")
    if ADDRESSES[EntryKind(found.kind)] != kinds:
        return redirect(found, permanent=True)
    level = level_of(request.user, found)
    read, category = shown(found, level), queries.category_of(found)
    mentions, terms = list(found.mentions.all()), queries.terms_of(found, known)
    context = {
        "crumbs": [(_("Annuaire"), _INDEX()), (found.name, "")],
        "entry": found,
        "read": read,
        "follows_source": permissions.follows_a_source(found),
        "kicker": category.label if category else str(read.kind.label).capitalize(),
        "lead": wording.lead(read, terms[Vocabulary.METIERS]) or (wording.why(found) if mentions else ""),
        "metiers": _with_missions(terms),
        "leviers": terms[Vocabulary.LEVIERS],
        "odd": [{"term": term, "label": numbered(term)} for term in terms[Vocabulary.ODD]],
        "areas": [
            {"name": grammar.title(each), "url": each.get_absolute_url()} for each in queries.areas_of(found, known)
        ],
        "mentions": [
            {"said": mention, "quote": wording.nested(mention.quote), "url": registry.mention_url(mention)}
            for mention in mentions
        ],
        "unconfirmed": any(not mention.is_confirmed for mention in mentions),
        "neighbours": queries.met_in_the_same_sequences(found, limit=NEIGHBOURS, level=level, known=known),
        "sequences": sorted({mention.sequence for mention in mentions if mention.sequence}),
        "facts": _facts(found, read, category),
        "sections": registry.sections(found, request),
        "acts": acts(request.user, found, level=level),
        "freshness": freshness.tag(read.confirmed_on, timezone.localdate()),
        "json_ld": exports.json_ld(exports.record(found, known)),
        "is_public": found.visibility == Visibility.PUBLIC and not found.is_hidden,
        "json_url": f"{found.get_absolute_url().removesuffix('/')}.json",
    }
    return render(request, "directory/entry.html", context)


def data(_request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """The same entry as plain data: the record of the exports."""
    found = queries.entry(slug)
    if found is None or ADDRESSES[EntryKind(found.kind)] != kinds:
        raise Http404(f"No entry {slug}.")
    answer = HttpResponse(json.dumps(exports.record(found)), content_type="application/json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _with_missions(terms: dict[Vocabulary, list[Term]]) -> list[dict[str, Any]]:
    """Each métier with the missions practised, a mission alone under its métier."""
    practised = {term.pk: term for term in terms[Vocabulary.METIERS]}
    practised |= {mission.parent.pk: mission.parent for mission in terms[Vocabulary.MISSIONS] if mission.parent}
    found = sorted(practised.values(), key=lambda term: term.position)
    return [
        {"metier": metier, "missions": [each for each in terms[Vocabulary.MISSIONS] if each.parent_id == metier.pk]}
        for metier in found
    ]


def _facts(found: Entry, read: Shown, category: Term | None) -> list[dict[str, Any]]:
    scale = queries.scale_of(found)
    facts: list[dict[str, Any]] = [
        {"label": _("Autres noms"), "value": ", ".join(read.other_names)},
        {"label": _("Fonction"), "value": read.function},
        {"label": _("Catégorie"), "value": category.label if category else "", "source": found.category_basis},
        {"label": _("Échelon"), "value": scale.label if scale else ""},
        {"label": _("Lieu"), "value": wording.place(found, read), "source": wording.place_basis(found, read)},
        {"label": _("Sur la carte"), "value": wording.precision(found, read)},
        {"label": _("Action transfrontalière"), "value": read.cross_border},
        {
            "label": _("Moyens d’ingénierie"),
            "value": str(Means(read.means).label) if read.kind == EntryKind.TEAM else "",
        },
    ]
    return [fact for fact in facts if fact["value"]]
