"""What territories add to the folders below: what an animator may import on the site."""

from alliage.imports.registry import kinds
from alliage.territories.importers.screens import CUSTOM_TERRITORIES, INDICATORS, ZONINGS

kinds.add(CUSTOM_TERRITORIES)
kinds.add(ZONINGS)
kinds.add(INDICATORS)
