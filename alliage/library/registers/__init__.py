"""What the library adds to the folders below, one file per noun; imported once, when the site starts."""

from alliage.library.registers import (  # noqa: F401
    collections,
    contributing,
    deeds,
    exchange,
    kits,
    recommendations,
    renewal,
    resources,
    reuse,
    reviews,
    translations,
)
from alliage.library.registers import help as helps  # noqa: F401
