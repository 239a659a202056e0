"""Words of a cloud: what makes two spellings one word."""

from alliage.territories.folding import fold


def same_words(text: str) -> str:
    """« Entraide » and « entraide » are one; so are « coopérations » and « Coopérations ». Signs alone stay what they are."""
    return fold(text) or text.casefold()
