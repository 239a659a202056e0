"""Where everything is on a printed card: a need in three blanks, who says it, boxes. A quarter of a page. No database here."""

from django.utils.translation import gettext as _

from alliage.paper.layout import BOX, QUARTER, Box, Page, Row, Rule, Slip, Words

PUBLIC, GROUP = "public", "groupe"
# More sub-groups than that have no boxes: the person who types says where it was said.
MOST_GROUPS = 6
LEFT, WIDE = 6.0, 93.0


def laid(groups: int) -> Slip | None:
    """The card of a session with so many sub-groups."""
    if not 0 <= groups <= MOST_GROUPS:
        return None
    asked = (
        (_("En tant que"), 31.0, (43.0,)),
        (_("j’ai besoin de"), 46.0, (57.0, 66.0, 75.0)),
        (_("afin de"), 78.0, (89.0, 98.0)),
        (_("Mon nom, si je veux être lu sous ce nom"), 101.0, (112.0,)),
    )
    words = [Words(text, LEFT, y, WIDE, 5.0, is_strong=True) for text, y, _lines in asked]
    rules = [Rule(LEFT, y, WIDE) for _text, _y, lines in asked for y in lines]
    rows = [_consent()]
    if groups:
        words.append(Words(_("Sous-groupe"), LEFT, 124.5, 24.0, BOX))
        rows.append(_group(groups))
    return Slip(QUARTER, Page(1, tuple(rows)), tuple(words), tuple(rules))


def _consent() -> Row:
    title = _("Mon nom peut figurer dans le cahier des charges publié")
    return Row(PUBLIC, title, 116.0, BOX, (Box("1", LEFT, 116.0, title, WIDE - BOX - 3),), optional=True)


def _group(groups: int) -> Row:
    boxes = tuple(Box(str(rank), LEFT + 15.0 + 11.0 * rank, 124.5, str(rank), 4.5) for rank in range(1, groups + 1))
    return Row(GROUP, _("Sous-groupe"), 124.5, BOX, boxes)
