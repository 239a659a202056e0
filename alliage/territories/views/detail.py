"""The page of a territory: what it is, where, what the network does there, which ones look like it, where facts come from."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.formats.json import dumps
from alliage.territories import grammar, lookup, queries, registry
from alliage.territories.enums import Kind, Status
from alliage.territories.models import Territory
from alliage.territories.snapshot import Row
from alliage.territories.views import facts, index, situation
from alliage.ui.templatetags.ui import french_number

SIMILAR = 5
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@require_safe
def detail(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    territory = queries.territory(kind, code)
    if territory is None:
        return _elsewhere(request, kind, code)
    if territory.status == Status.FORMER:
        heir = lookup.successor(territory)
        if heir:
            return redirect(heir, permanent=True)
    return render(request, "territories/detail.html", page(territory, request))


def _elsewhere(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The canonical address when there is one, else a 404 that proposes what was probably meant."""
    found = queries.elsewhere(kind, code)
    if found:
        heir = lookup.successor(found) if found.status == Status.FORMER else None
        return redirect(heir or found, permanent=True)
    context = index.filter_form(queries.Filters()) | {
        "crumbs": [(_("Territoires"), "/territoires/"), (_("Territoire introuvable"), "")],
        "code": code,
        "known_kind": kind in Kind.values,
        "closest": queries.close_to(kind, code),
    }
    return render(request, "territories/not_found.html", context, status=404)


def page(territory: Territory, request: HttpRequest) -> dict[str, Any]:
    """The context of `territories/detail.html`; also what the test of every page renders."""
    containers = queries.containers(territory)
    forms = grammar.forms(territory)
    kind_label = grammar.kind_label(territory)
    lead = _lead(territory, kind_label, containers)
    title = grammar.title(territory)
    local = situation.local_map(territory)
    similar = [(item, grammar.title(item.territory)) for item in queries.similar(territory, limit=SIMILAR)]
    return {
        "territory": territory,
        "title": title,
        "kicker": f"{kind_label[0].upper()}{kind_label[1:]}",
        "lead": lead,
        "of": forms.of,
        "at": forms.at,
        "crumbs": _crumbs(territory, title, containers),
        "local": local,
        "locator": situation.locator_map(territory, again=local is not None),
        "where": situation.precision(territory),
        "facts": facts.facts(territory, containers),
        "inside": queries.inside(territory),
        "inside_query": _inside_query(territory),
        "parts": queries.parts(territory),
        "whole": territory.part_of,
        "whole_of": grammar.of(territory.part_of) if territory.part_of else "",
        "changes": queries.changes(territory),
        "similar": similar,
        "ways": _ways(territory, forms, has_peers=bool(similar)),
        "sections": registry.sections(territory, request),
        "everywhere": registry.sections(territory, request, is_local=False),
        "sources": facts.sources(territory),
        "linked_data": _linked_data(territory, title, containers),
    }


def _crumbs(territory: Territory, title: str, containers: list[Row]) -> list[tuple[str, str]]:
    crumbs = [(_("Territoires"), "/territoires/")]
    if territory.kind == Kind.COMMUNE:
        order = {Kind.REGION: 0, Kind.DEPARTEMENT: 1, Kind.COM: 1}
        wider = sorted((row for row in containers if row.kind in order), key=lambda row: order[Kind(row.kind)])
    else:
        wider = [row for row in containers if row.kind == Kind.REGION][:1]
    crumbs += [(grammar.title(row), row.get_absolute_url()) for row in _without_twins(wider, territory.name)]
    return [*crumbs, (title, "")]


def _without_twins(rows: list[Row], name: str) -> list[Row]:
    """La Réunion is both a région and a département: said once."""
    kept: dict[str, Row] = {row.name: row for row in rows if row.name != name}
    return list(kept.values())


def _lead(territory: Territory, kind_label: str, containers: list[Row]) -> str:
    """« 173 136 habitants, dans la Loire. »: the kicker has said what it is."""
    if territory.part_of:
        return _("Cette %(kind)s fait partie %(of)s.") % {"kind": kind_label, "of": grammar.of(territory.part_of)}
    subject = f"{kind_label[0].upper()}{kind_label[1:]}"
    if territory.population is not None:
        subject = _("%(count)s habitants") % {"count": french_number(territory.population)}
        members = len(queries.communes(territory)) if territory.kind != Kind.COMMUNE else 0
        if members > 1:
            subject = _("%(people)s dans %(count)s communes") % {"people": subject, "count": french_number(members)}
    places = [row for row in containers if row.kind in (Kind.DEPARTEMENT, Kind.COM)][:2]
    if territory.kind == Kind.DEPARTEMENT:
        places = [row for row in containers if row.kind == Kind.REGION and row.name != territory.name]
    where = _(" et ").join(grammar.at(row) for row in places)
    if territory.population is None and not where:
        return ""
    return f"{subject}, {where}." if where else f"{subject}."


def _ways(territory: Territory, forms: grammar.Forms, *, has_peers: bool) -> list[dict[str, str]]:
    """What to do next from here, and why: someone to help, peers, who is around, then keeping this territory at hand."""
    here = {"lieu": f"{territory.kind}:{territory.code}"}
    helper = {
        "label": _("Trouver un catalyseur pour un besoin %(of)s") % {"of": forms.of},
        "url": f"/annuaire/trouver/?{urlencode(here, safe=':')}",
        "why": _("Parce que quelqu’un près d’ici l’a peut-être déjà fait, et peut vous répondre. Sans compte."),
    }
    peers = {
        "label": _("Voir les territoires qui lui ressemblent"),
        "url": "#semblables",
        "why": _("Parce qu’ils ont les mêmes questions\N{NO-BREAK SPACE}: vous saurez en quoi ils sont proches."),
    }
    around = {
        "label": _("Chercher des organisations autour %(of)s") % {"of": forms.of},
        "url": f"/annuaire/?{urlencode({'territoire': f'{territory.kind}:{territory.code}'}, safe=':')}",
        "why": _("Parce que celles qui agissent plus largement peuvent aussi agir ici."),
    }
    mine = {
        "label": _("En faire mon territoire"),
        "url": f"/mon-espace/territoire/?{urlencode({'q': _asked(territory)})}",
        "why": _("Parce que votre espace partira de lui, et vous y ramènera en un clic."),
    }
    return [helper, *([peers] if has_peers else []), around, mine]


def _asked(territory: Territory) -> str:
    """What to type to find it: its code, except where the same digits also name a département or a région."""
    return territory.code if territory.kind == Kind.COMMUNE else grammar.title(territory)


def _inside_query(territory: Territory) -> str:
    """The filter of the index that lists all that a territory contains."""
    return {Kind.REGION: f"region={territory.code}", Kind.DEPARTEMENT: f"departement={territory.code}"}.get(
        Kind(territory.kind), ""
    )


def _linked_data(territory: Territory, title: str, containers: list[Row]) -> SafeString:
    """A schema.org Place (a data block: nothing runs)."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Place" if territory.kind == Kind.CUSTOM else "AdministrativeArea",
        "name": title,
        "url": f"{settings.ORIGIN}{territory.get_absolute_url()}",
        "identifier": territory.code,
    }
    if territory.latitude is not None:
        data["geo"] = {"@type": "GeoCoordinates", "latitude": territory.latitude, "longitude": territory.longitude}
    if containers:
        data["containedInPlace"] = [
            {
                "@type": "AdministrativeArea",
                "name": grammar.title(row),
                "url": f"{settings.ORIGIN}{row.get_absolute_url()}",
            }
            for row in containers
        ]
    text = dumps(data).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above
