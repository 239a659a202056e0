"""Say in French what the composer answers in codes: hours, what a group lacks, why someone sits there, what would help."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliage.codev.composing import explain, slots
from alliage.codev.composing.people import Flag, Hint, Reason, Rules, Unplaced
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary


@dataclass(frozen=True)
class Speaker:
    """What words need beyond codes: names by identity, the day whose clocks count, the rules."""

    on: date
    rules: Rules
    names: Mapping[int, str] = field(default_factory=dict)

    def name(self, identity: int) -> str:
        return self.names.get(identity, _("une personne"))


# --- Hours -----------------------------------------------------------------------------------------------------------


def hour(hours: int, minutes: int = 0) -> str:
    return f"{hours}\u00a0h" + (f"\u00a0{minutes:02d}" if minutes else "")


def span(day: int, begins: int, lasts: int) -> str:
    """« mardi de 8 h à 10 h »; `begins` and `lasts` in minutes."""
    ends = (begins + lasts) % 1440
    return _("%(day)s de %(start)s à %(end)s") % {
        "day": WEEKDAYS[day],
        "start": hour(*divmod(begins, 60)),
        "end": hour(*divmod(ends, 60)),
    }


def hours(common: int, minutes: int, zone: str, on: date) -> list[str]:
    """The hours at which a meeting fits, in a zone, from Monday: starts that follow one another are one span."""
    found = []
    for start in slots.bits(common):
        if common >> (start - 1) % slots.HALF_HOURS & 1:
            continue
        count = 1
        while count < slots.HALF_HOURS and common >> (start + count) % slots.HALF_HOURS & 1:
            count += 1
        day, hours_, minutes_ = slots.local_start(start, zone, on)
        found.append((day, hours_ * 60 + minutes_, (count - 1) * slots.HALF_HOUR + minutes))
    return [span(*each) for each in sorted(found)]


def to_tick(hint: Hint, speaker: Speaker, free: int, zone: str) -> str:
    """« le mardi de 8 h à 10 h »: the blocks that someone lacks for an hour, at her own clock."""
    missing = slots.missing_blocks(hint.start, speaker.rules.minutes, free, zone, speaker.on)
    if not missing:
        day, hours_, minutes_ = slots.local_start(hint.start, zone, speaker.on)
        return _("le %s") % span(day, hours_ * 60 + minutes_, speaker.rules.minutes)
    return listed(_("le %s") % span(day, hours_ * 60, slots.BLOCK_HOURS * 60) for day, hours_ in missing)


def listed(words: Iterable[str]) -> str:
    """« a, b et c »."""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return _("%(first)s et %(last)s") % {"first": ", ".join(every[:-1]), "last": every[-1]}


# --- Groups ----------------------------------------------------------------------------------------------------------


def metiers(codes: Iterable[str]) -> str:
    return listed(_term(Vocabulary.METIERS, code) for code in codes)


def _term(vocabulary: str, code: str) -> str:
    term = taxonomy.term(vocabulary, code)
    return f"«\u00a0{term.label if term else code}\u00a0»"


def flag(said: Flag, speaker: Speaker) -> str:
    """What a group does not satisfy, in one sentence. Never who asked not to meet whom."""
    return _FLAGS[said.code](said, speaker)


def _names(said: Flag, speaker: Speaker) -> list[str]:
    return sorted(speaker.name(one) for one in said.people)


def _no_hour(said: Flag, speaker: Speaker) -> str:
    if not said.people:
        return _("Aucun créneau commun.")
    return _("Aucun créneau commun\u00a0; il y en aurait un sans %s.") % _(" ou sans ").join(_names(said, speaker))


def _one_region(said: Flag, speaker: Speaker) -> str:
    region, count = said.values
    return _("%(count)s personnes viennent de «\u00a0%(region)s\u00a0»\u00a0: %(most)s au plus.") % {
        "count": count,
        "region": region,
        "most": speaker.rules.of_a_region,
    }


def _missing(said: Flag, _speaker: Speaker) -> str:
    lacking = metiers(said.values)
    return ngettext("Un métier manque\u00a0: %s.", "Des métiers manquent\u00a0: %s.", len(said.values)) % lacking


_FLAGS: dict[str, Callable[[Flag, Speaker], str]] = {
    explain.TOO_FEW: lambda _said, speaker: (
        _("Trop peu de monde\u00a0: %s personnes au moins.") % speaker.rules.smallest
    ),
    explain.TOO_MANY: lambda _said, speaker: _("Trop de monde\u00a0: %s personnes au plus.") % speaker.rules.largest,
    explain.NO_HOUR: _no_hour,
    explain.COLLEAGUES: lambda said, speaker: (
        _("%s sont de la même organisation\u00a0: un lien hiérarchique est possible.") % listed(_names(said, speaker))
    ),
    explain.APART: lambda _said, _speaker: _("Une personne du groupe préfère ne pas être avec une autre."),
    explain.ONE_REGION: _one_region,
    explain.MET_BEFORE: lambda said, speaker: _("%s ont déjà été dans un même groupe.") % listed(_names(said, speaker)),
    explain.ONE_METIER: lambda said, _speaker: _("Les métiers ne se croisent pas. Manquent %s.") % metiers(said.values),
    explain.MISSING_METIERS: _missing,
}


def reason(said: Reason) -> str:
    """Why someone sits there, as the end of « parce que »."""
    match said.code:
        case explain.BRINGS:
            return _("apporte le métier %s, que personne d’autre n’a ici") % metiers(said.values)
        case explain.SHARES:
            levier = _term(Vocabulary.LEVIERS, said.values[0])
            return ngettext(
                "travaille le levier %(levier)s, comme une autre personne",
                "travaille le levier %(levier)s, comme %(count)s autres",
                said.count,
            ) % {"levier": levier, "count": said.count}
        case explain.FROM_ELSEWHERE:
            return _("vient d’ailleurs\u00a0: %s") % said.values[0]
        case explain.WISHED:
            return _("un souhait d’être ensemble est suivi")
        case explain.ONLY_HOURS:
            return _("a peu de créneaux, et le groupe s’y retrouve")
    return _("est libre aux heures du groupe")


# --- Someone without a seat ------------------------------------------------------------------------------------------


def unplaced(said: Unplaced) -> str:
    """Why someone sits nowhere."""
    return {
        explain.NO_SLOTS: _("Aucun créneau assez long n’est coché."),
        explain.ALONE: _("Trop peu de personnes sont libres aux mêmes heures."),
        explain.RULED_OUT: _(
            "Les groupes libres aux mêmes heures ne conviennent pas\u00a0: même organisation, "
            "région déjà bien représentée ou souhait de ne pas être ensemble."
        ),
        explain.FULL: _("Les groupes libres aux mêmes heures sont complets, ou n’ont pas d’heure commune en plus."),
    }[said.code]


def hint(said: Hint, speaker: Speaker, free: int, zone: str, *, named: bool = True) -> str:
    """What would give a seat, at the clock of who needs it; `named`: the number of the group is said."""
    match said.code:
        case explain.TICK:
            return _("Dire ses disponibilités.")
        case explain.WITH_COLLEAGUES:
            return _("Accepter une personne de son organisation, qui l’accepte aussi.")
        case explain.MORE_PEOPLE:
            return ngettext(
                "Avec une personne de plus, libre aux mêmes heures, un groupe s’ouvrirait.",
                "Avec %(count)s personnes de plus, libres aux mêmes heures, un groupe s’ouvrirait.",
                said.count,
            ) % {"count": said.count}
    ticked = to_tick(said, speaker, free, zone)
    if said.group and not named:
        return _("Ajouter un créneau\u00a0: %s, et une place s’ouvre dans un groupe.") % ticked
    if said.group:
        return _("Ajouter un créneau\u00a0: %(hours)s, et une place s’ouvre dans le groupe %(number)s.") % {
            "hours": ticked,
            "number": said.group,
        }
    return ngettext(
        "Ajouter un créneau\u00a0: %(hours)s\u00a0; une autre personne sans groupe est libre à ce moment.",
        "Ajouter un créneau\u00a0: %(hours)s\u00a0; %(count)s autres personnes sans groupe sont libres à ce moment.",
        said.count,
    ) % {"hours": ticked, "count": said.count}
