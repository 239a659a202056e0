"""Words of the index near a word that is not in it. Only words of documents that the person may find."""

from collections.abc import Iterator

from alliage.search.analysis import read_word
from alliage.search.engine import Query, Reader, all_of, phrase, term

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORTEST, LONG = 4, 7
MOST = 3
# Of a word that is two without their space; a number may be shorter.
SHORTEST_PART = 3
# How many existing words are looked at in scope: each costs a question to the index.
LOOKED_AT = 24


def near(reader: Reader, scope: Query, word: str) -> list[str]:
    """The nearest words, the most frequent first: one mistake, or two in a long word whose beginning is right."""
    if len(word) < SHORTEST or not word.isalpha():
        return []
    found = _by_use(reader, scope, (other for other in one_mistake(word) if reader.is_used(other)))
    if not found and len(word) >= LONG:
        same_beginning = reader.beginning(word[:2], scope, limit=5_000)
        found = [other for other in same_beginning if _is_within_two(word, other)]
    return found[:MOST]


def _by_use(reader: Reader, scope: Query, candidates: Iterator[str]) -> list[str]:
    counted = []
    for other in candidates:
        number = reader.count(all_of(scope, term("words", other)))
        if number:
            counted.append((-number, other))
        if len(counted) == LOOKED_AT:
            break
    return [other for _number, other in sorted(counted)]


def apart(reader: Reader, scope: Query, word: str) -> tuple[str, ...]:
    """Two words that this one runs together, when they stand side by side somewhere in scope; none otherwise."""
    for spot in range(1, len(word)):
        parts = word[:spot], word[spot:]
        if (
            (min(map(len, parts)) >= SHORTEST_PART or word[spot - 1].isalpha() != word[spot].isalpha())
            and all(read_word(part)[1] and reader.is_used(part) for part in parts)
            and reader.count(all_of(scope, phrase("words", parts)))
        ):
            return parts
    return ()


def one_mistake(word: str) -> Iterator[str]:
    """Every word one letter away: wrong, missing, added, or two letters swapped."""
    seen = {word}
    for spot in range(len(word) + 1):
        before, after = word[:spot], word[spot:]
        made = [before + after[1:]] if after else []
        made += [before + after[1] + after[0] + after[2:]] if len(after) > 1 else []
        for letter in LETTERS:
            made.append(before + letter + after)
            if after:
                made.append(before + letter + after[1:])
        for other in made:
            if other not in seen and len(other) > 2:
                seen.add(other)
                yield other


def _is_within_two(word: str, other: str) -> bool:
    if abs(len(word) - len(other)) > 2 or not other.isalpha():
        return False
    return _distance(word, other) <= 2


def _distance(one: str, other: str) -> int:
    """Letters to change, add, remove or swap with the next (optimal string alignment)."""
    older: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        new = [number]
        for rank, wanted in enumerate(other, 1):
            best = min(row[rank] + 1, new[-1] + 1, row[rank - 1] + (letter != wanted))
            if number > 1 and rank > 1 and letter == other[rank - 2] and one[number - 2] == wanted:
                best = min(best, older[rank - 2] + 1)
            new.append(best)
        older, row = row, new
    return row[-1]
