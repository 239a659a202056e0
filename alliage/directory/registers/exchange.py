"""What the directory adds to the imports: organisations, people and teams, from files and from outside directories."""

from alliage.directory.importers.kinds import KINDS
from alliage.imports.registry import kinds

for _kind in KINDS:
    kinds.add(_kind)
