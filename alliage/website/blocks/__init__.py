"""Blocks that editors compose pages with: one file per family."""

from alliage.website.blocks.figures import FactsBlock
from alliage.website.blocks.home import LoopBlock
from alliage.website.blocks.page import BodyBlock

__all__ = ["BodyBlock", "FactsBlock", "LoopBlock"]
