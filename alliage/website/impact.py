"""The public impact page: counters that each function gives of itself, assembled and kept an hour. No reader is followed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.directory.enums import EntryKind
from alliage.directory.filters import PLURALS
from alliage.directory.queries import embeds
from alliage.directory.queries import impact as directory
from alliage.library.queries import impact as library
from alliage.territories.enums import Kind
from alliage.ui.templatetags.ui import number

KEPT_SECONDS = 3600
KEY = "website.impact"


@dataclass(frozen=True)
class Bar:
    """A count, and what share of its whole it is, in thousandths of the width of the drawing."""

    label: str
    value: int
    width: int


@dataclass(frozen=True)
class Section:
    """Counts of one function: `how` says how they are made, `note` what is not said and why."""

    code: str
    title: str
    how: str
    bars: list[Bar]
    note: str = ""


@dataclass(frozen=True)
class Impact:
    counted_at: datetime
    since: date | None
    sections: list[Section]

    def as_data(self) -> list[dict[str, Any]]:
        return [
            {"section": section.code, "label": bar.label, "value": bar.value, "counted_at": self.counted_at}
            for section in self.sections
            for bar in section.bars
        ]


def impact(*, now: datetime) -> Impact:
    """What the platform counts, at most an hour ago."""
    return cache.get_or_set(KEY, lambda: _count(now), KEPT_SECONDS) or _count(now)


def _count(now: datetime) -> Impact:
    opened = directory.opened_at()
    sections = [_entries(now), _coverage(), _resources(), _alliances(), _requests(), _needs(), _embeds(now)]
    return Impact(localtime(now), localtime(opened).date() if opened else None, sections)


def _bars(pairs: list[tuple[Any, int]], whole: int = 0) -> list[Bar]:
    """Widths against `whole`, or against the largest."""
    most = whole or max((value for _label, value in pairs), default=0)
    return [Bar(str(label), value, round(1000 * value / most) if most else 0) for label, value in pairs]


def _entries(now: datetime) -> Section:
    kinds = directory.freshness(localtime(now).date())
    pairs: list[tuple[Any, int]] = [(PLURALS[EntryKind(each.kind)], each.total) for each in kinds]
    pairs += [
        (_("Fiches confirmées depuis moins d’un an"), sum(each.fresh for each in kinds)),
        (_("Fiches confirmées il y a un à deux ans"), sum(each.ageing for each in kinds)),
        (_("Fiches confirmées il y a plus de deux ans"), sum(each.stale for each in kinds)),
        (_("Fiches jamais confirmées par qui les tient"), sum(each.never for each in kinds)),
    ]
    how = _(
        "Les fiches que tout visiteur peut lire. Une fiche est confirmée quand qui la tient dit qu’elle est exacte."
    )
    return Section("annuaire", _("L’annuaire"), how, _bars(pairs, sum(each.total for each in kinds)))


def _coverage() -> Section:
    found = [
        (directory.covered(Kind.DEPARTEMENT), _("Départements et collectivités")),
        (directory.covered(Kind.EPCI), _("Intercommunalités")),
    ]
    bars = [
        Bar(
            _("%(scale)s où quelqu’un agit, sur %(total)s") % {"scale": label, "total": number(each.total)},
            each.covered,
            round(1000 * each.covered / each.total) if each.total else 0,
        )
        for each, label in found
    ]
    how = _(
        "Un territoire compte dès qu’une personne dit y agir, ou agir dans un territoire qui le contient. Qui agit dans toute la France ne compte nulle part."
    )
    return Section("couverture", _("Les territoires"), how, bars)


def _resources() -> Section:
    found = library.counted()
    how = _(
        "Les ressources que tout visiteur peut lire. «\u00a0Évaluées\u00a0»\u00a0: quelqu’un a comparé ce qui était attendu et ce qui s’est passé, ou un autre lieu les a reprises."
    )
    pairs: list[tuple[Any, int]] = [
        (_("Ressources publiées"), found.total),
        (_("Pratiques et retours d’expérience"), found.practices),
        (_("Ressources évaluées ou essaimées"), found.sure),
        (_("Ressources qui disent ce qui n’a pas marché"), found.failures),
        (_("Territoires qu’elles nomment"), found.territories),
    ]
    return Section("ressources", _("Les ressources"), how, _bars(pairs))


def _alliances() -> Section:
    how = _("Les alliances que les deux parties ont confirmées, ou dont la source est publique.")
    return Section(
        "alliances", _("Les alliances"), how, _bars([(_("Alliances confirmées"), directory.counted().alliances)])
    )


def _requests() -> Section:
    found = directory.requests()
    how = _(
        "Les demandes envoyées par « Trouver un catalyseur ». Ces comptes n’utilisent que la date d’envoi et celle de la première réponse."
    )
    if found.sent is None:
        note = _("Moins de %(count)d demandes : nous ne disons rien, pour que personne ne soit reconnu.")
        return Section("demandes", _("Les demandes d’aide"), how, [], note % {"count": directory.FEWEST})
    pairs: list[tuple[Any, int]] = [(_("Demandes envoyées"), found.sent)]
    if found.answered is None:
        note = _("Moins de %(count)d réponses : nous ne disons pas combien.") % {"count": directory.FEWEST}
        return Section("demandes", _("Les demandes d’aide"), how, _bars(pairs, found.sent), note)
    pairs.append((_("Demandes qui ont reçu une réponse"), found.answered))
    note = _("La moitié des réponses arrivent en %(days)d jours ou moins.") % {"days": found.median_days}
    return Section("demandes", _("Les demandes d’aide"), how, _bars(pairs, found.sent), note)


def _needs() -> Section:
    found = directory.needs()
    how = _(
        "Ce que des territoires ont cherché, ce que des entreprises ont offert, ce que des fondations ont appelé, depuis l’ouverture."
    )
    pairs: list[tuple[Any, int]] = [
        (_("Besoins publiés"), found.needs),
        (_("Offres publiées"), found.offers),
        (_("Appels publiés"), found.calls),
        (_("Besoins, offres et appels aboutis"), found.met),
    ]
    return Section("besoins", _("Les besoins et les offres"), how, _bars(pairs))


def _embeds(now: datetime) -> Section:
    found = embeds.figures(localtime(now).date())
    how = _(
        "Nos cartes, listes et fiches montrées dans les pages d’autres sites, sur les %(days)d derniers jours. "
        "Nous comptons les affichages par site et par jour, sans rien garder de qui lit."
    ) % {"days": embeds.DAYS}
    where = (
        ngettext("Sur %(count)d site.", "Sur %(count)d sites.", found.sites) % {"count": found.sites}
        if found.sites
        else ""
    )
    return Section(
        "ailleurs", _("Sur d’autres sites"), how, _bars([(_("Affichages en un mois"), found.displays)]), where
    )
