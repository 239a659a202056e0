"""`python -m alliage …` is the `alliage` command without installing anything."""

from alliage.config.cli import main

main()
