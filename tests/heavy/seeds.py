"""Does one check with a thousand seeds; texts and bytes that people, and those who mean harm, may send."""

import os
import time
from collections.abc import Callable, Sequence
from random import Random

SEEDS = int(os.environ.get("HEAVY_SEEDS", "1000"))
ONLY = os.environ.get("HEAVY_SEED")
SAY_EVERY = 250


def each_seed(name: str, check: Callable[[Random], object], *, seconds: float = 600) -> None:
    """Call `check` with the generator of each seed. The seed that fails is told, to be played again alone."""
    started = time.monotonic()
    seeds: Sequence[int] = [int(ONLY)] if ONLY else range(SEEDS)
    for done, seed in enumerate(seeds):
        try:
            check(Random(f"{name}-{seed}"))
        except BaseException as error:
            error.add_note(
                f"{name}: seed {seed}. Play it again: HEAVY_SEED={seed} python -m tests.run --heavy -k {name}"
            )
            raise
        elapsed = time.monotonic() - started
        assert elapsed < seconds, f"{name}: {done + 1} seeds in {elapsed:.0f} s, too slow to reach {len(seeds)}"
        if (done + 1) % SAY_EVERY == 0:
            print(f"\n{name}: {done + 1} / {len(seeds)} seeds, {elapsed:.0f} s", end="", flush=True)


ACCENTED = "àâäçéèêëîïôöùûüÿœæÀÂÉÈŒ"
ODD = [
    "\x00", "\x01", "\x1b[31m", "\x7f", "\r", "\n", "\t", "\u2028", "\ufeff", "\ufffe", "\u00a0", "\u202f", "\u200b", "\u200f",
    "\u202e", "\u2066", "e\u0301", "\u0301" * 40, "👩‍👩‍👧", "🔥", "ﷺ", "İ", "ı", "ß", "ﬁ", "½", "²", "٣", "中", "ع", "ש", "\U000e0041",
    "<b>", "</script>", "<!--", "]]>", "&amp;", "%", "_", "\\", "'", '"', "’", "`", ";", ",", "|", "--", "/*", "{{", "{%", "${",
    "=", "+", "-", "@", "0", "-1", "1e9", "NaN", "../", "//", "javascript:", "null", "d’", "l'", "st ", "ste-", "saint",
]  # fmt: skip


def text(random: Random, *, longest: int = 60) -> str:
    """Anything that can be typed or pasted: words, accents, marks of direction, control characters, code; sometimes very long."""
    length = random.choice([0, 1, 2, 3, 8, 20, longest, longest])
    if random.random() < 0.02:
        length *= 200
    pieces = [_piece(random) for _rank in range(random.randint(0, length))]
    return "".join(pieces)


def _piece(random: Random) -> str:
    kind = random.random()
    if kind < 0.5:
        return random.choice("abcdefghijklmnopqrstuvwxyz ABCDE0123456789-")
    if kind < 0.65:
        return random.choice(ACCENTED)
    if kind < 0.9:
        return random.choice(ODD)
    point = random.randrange(0x110000)
    return "" if 0xD800 <= point < 0xE000 else chr(point)


def mistyped(random: Random, name: str) -> str:
    """A name as someone in a hurry types it: a letter lost, doubled, swapped or changed."""
    inside = [rank for rank in range(len(name) - 1) if name[rank : rank + 2].isalpha()]
    if not inside:
        return name
    rank = random.choice(inside)
    before, here, after = name[:rank], name[rank], name[rank + 1 :]
    return random.choice(
        [before + after, before + here + here + after, before + after[:1] + here + after[1:], f"{before}z{after}"]
    )


def spelled(random: Random, name: str) -> str:
    """The same name for us: another case, apostrophe or hyphen."""
    other = random.choice([name.upper(), name.lower(), name.title(), name.swapcase()])
    return other.replace("-", random.choice("- ")).replace("’", random.choice("’' ")).replace("'", random.choice("’' "))


def _flip(random: Random, data: bytearray, at: int, _length: int) -> None:
    data[at] ^= 1 << random.randrange(8)


def _cut(_random: Random, data: bytearray, at: int, length: int) -> None:
    del data[at : at + length]


def _insert(random: Random, data: bytearray, at: int, length: int) -> None:
    data[at:at] = random.randbytes(length)


def _fill(random: Random, data: bytearray, at: int, length: int) -> None:
    data[at : at + length] = random.choice([b"\x00", b"\xff"]) * length


def _double(_random: Random, data: bytearray, at: int, length: int) -> None:
    data[at:at] = data[at : at + length]


def _move(random: Random, data: bytearray, at: int, length: int) -> None:
    other = random.randrange(len(data))
    data[at : at + length] = data[other : other + length]


def _end(random: Random, data: bytearray, at: int, length: int) -> None:
    if random.random() < 0.3:
        del data[at:]
    else:
        data += data[-length:]


_DAMAGES = (_flip, _cut, _insert, _fill, _double, _move, _end)


def damaged(random: Random, content: bytes) -> bytes:
    """The same bytes with some changed, cut, doubled, moved, or with others put in."""
    data = bytearray(content)
    for _change in range(random.choice([1, 1, 2, 5, 30])):
        if data:
            random.choice(_DAMAGES)(random, data, random.randrange(len(data)), random.choice([1, 1, 2, 4, 16, 200]))
    return bytes(data)
