"""Names of the four levels: the network's own once it has written them (list « maturite »), until then the project's.

Neutral, and never a mark: a level says where things are, not what they are worth.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from alliage.learning.scoring import LEVELS
from alliage.taxonomy import queries as taxonomy

LIST = "maturite"
_OWN = (_("émergence"), _("structuration"), _("déploiement"), _("rayonnement"))
_MEANINGS = (
    _("Des envies, des essais, quelques personnes. C’est le moment de choisir par où commencer."),
    _("Des façons de faire se mettent en place. Elles tiennent encore à quelques personnes."),
    _("C’est installé\u00a0: plusieurs partenaires s’en servent, et cela continue si quelqu’un part."),
    _("C’est partagé, et d’autres territoires peuvent s’en inspirer."),
)
_WISHES = (_("pas maintenant"), _("un jour"), _("bientôt"), _("dès maintenant"))


@dataclass(frozen=True)
class Level:
    """`meaning` in plain words."""

    number: int
    name: str
    meaning: str


@dataclass(frozen=True)
class Levels:
    """The four, lowest first. `are_own`: the network has not named them, these names are the project's and may change."""

    four: tuple[Level, ...]
    are_own: bool

    def name(self, number: int) -> str:
        return self.four[number - 1].name

    def meaning(self, number: int) -> str:
        return self.four[number - 1].meaning


def levels() -> Levels:
    """No query once warm."""
    items = taxonomy.facet(LIST)
    are_own = len(items) != len(LEVELS)
    names = [str(name) for name in _OWN] if are_own else [item.label for item in items]
    return Levels(
        tuple(
            Level(number, name, str(meaning)) for number, name, meaning in zip(LEVELS, names, _MEANINGS, strict=True)
        ),
        are_own,
    )


def wish_words(number: int) -> str:
    """A wish from 1 to 4, in words."""
    return str(_WISHES[number - 1])
