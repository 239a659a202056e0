"""What codev adds to the folders below, one file per noun; imported once, when the site starts."""

from alliage.codev.registers import (  # noqa: F401
    after,
    answers,
    availabilities,
    commitments,
    compositions,
    deeds,
    desk,
    dormancy,
    duos,
    encounters,
    groups,
    lessons,
    questions,
    sessions,
    threads,
    watch,
)
