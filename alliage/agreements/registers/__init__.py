"""What agreements add to the folders below, one file per noun; imported once, when the site starts."""

from alliage.agreements.registers import agreements, conventions, reviews  # noqa: F401
