"""What learning adds to the folders below, one file per noun; imported once, when the site starts."""

from alliage.learning.registers import (  # noqa: F401
    advice,
    after,
    agenda,
    cohorts,
    deeds,
    diagnostics,
    files,
    needs,
    papers,
    paths,
    plans,
    results,
)
