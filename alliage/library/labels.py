"""Labels of our lists of codes, in the language of the page: read once, since lists write hundreds of them."""

from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@lru_cache(maxsize=64)
def _read(choices: Any, _language: str | None) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices.choices}


def labels(choices: Any) -> dict[str, str]:
    """{code: label} of one of `enums`, in its order."""
    return _read(choices, get_language())


def label(choices: Any, code: str) -> str:
    """The label of a code that is one of them."""
    return labels(choices)[code]


# Of the lists that the network writes itself (content.NETWORK_LISTS).
LIST_LABELS = {
    "maturity": _("Niveaux de maturité"),
    "charter": _("Principes de la charte"),
    "measures": _("Mesures de la mission de 2020"),
}
