"""Long bodies by pieces, so that an excerpt quotes the right page of a report without reading the report.

A piece ends where a paragraph does, else a sentence, else a word.
"""

PIECE = 800
_ENDS = ("\n", ". ", " ")


def cut(text: str) -> list[str]:
    """The text by pieces of `PIECE` characters at most, spaces made single; nothing for an empty text."""
    pieces, start = [], 0
    while start < len(text):
        end = _end(text, start)
        piece = " ".join(text[start:end].split())
        if piece:
            pieces.append(piece)
        start = end
    return pieces


def _end(text: str, start: int) -> int:
    last = start + PIECE
    if last >= len(text):
        return len(text)
    for mark in _ENDS:
        found = text.rfind(mark, start + PIECE // 2, last)
        if found != -1:
            return found + len(mark)
    return last
