"""The body of an editorial page."""

from wagtail import blocks

from alliage.website.blocks.figures import CountsBlock, ExportsBlock, PartnersBlock, PublishedFigureBlock, SignBlock
from alliage.website.blocks.links import ActionBlock, FunctionBlock
from alliage.website.blocks.media import PictureBlock
from alliage.website.blocks.resources import ResourceBlock
from alliage.website.blocks.text import CalloutBlock, QuoteBlock, TextBlock


class BodyBlock(blocks.StreamBlock):
    text = TextBlock()
    quote = QuoteBlock()
    picture = PictureBlock()
    callout = CalloutBlock()
    function = FunctionBlock()
    action = ActionBlock()
    resource = ResourceBlock()
    published_figure = PublishedFigureBlock()
    counts = CountsBlock()
    partners = PartnersBlock()
    exports = ExportsBlock()
    sign = SignBlock()
