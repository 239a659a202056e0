"""Words: running text, quotation, boxed text."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

# Headings start at h2 (the page's title is its h1); images and tables have blocks of their own.
RICH_TEXT = ["h2", "h3", "bold", "italic", "link", "document-link", "ul", "ol"]
SHORT_RICH_TEXT = ["bold", "italic", "link", "ul"]


class TextBlock(blocks.RichTextBlock):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=RICH_TEXT, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Texte")
        template = "website/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    quote = blocks.TextBlock(label=_("Citation"), help_text=_("Sans guillemets : ils sont ajoutés."))
    author = blocks.CharBlock(label=_("Qui parle"), required=False, max_length=120)
    source = blocks.CharBlock(label=_("Source"), required=False, max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Citation")
        template = "website/blocks/quote.html"


class CalloutBlock(blocks.StructBlock):
    """What must not be missed: a short title and a few lines, set apart."""

    title = blocks.CharBlock(label=_("Titre"), max_length=120)
    text = blocks.RichTextBlock(label=_("Texte"), features=SHORT_RICH_TEXT)

    class Meta:
        icon = "info-circle"
        label = _("Encadré")
        template = "website/blocks/callout.html"
