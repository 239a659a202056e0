"""What the search finds of events and of the sequences of Rencontres."""

from alliage.events.searchable import KINDS
from alliage.search.registry import kinds

for _kind in KINDS:
    kinds.add(_kind)
