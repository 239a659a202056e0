"""Colours of the style sheet, read from its source, and their contrasts (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TOKENS = Path(__file__).resolve().parent / "css" / "tokens.css"
_TOKEN = re.compile(r"--([a-z-]+):\s*(light-dark\(\s*(#\w+)\s*,\s*(#\w+)\s*\)|#\w+)\s*;")
AAA, AA, LARGE = 7.0, 4.5, 3.0

# What is written on what, and the least contrast we hold: AAA for running text, AA for the rest, 3 for borders.
PAIRS: tuple[tuple[str, str, float], ...] = (
    ("ink", "ground", AAA),
    ("ink", "surface", AAA),
    ("ink", "sunk", AAA),
    ("ink", "tint-teal", AAA),
    ("ink", "tint-copper", AAA),
    ("ink", "tint-brass", AAA),
    ("ink", "tint-alert", AAA),
    ("muted", "ground", AA),
    ("muted", "sunk", AA),
    ("muted", "tint-teal", AA),
    ("muted", "tint-copper", AA),
    ("muted", "tint-brass", AA),
    ("teal", "ground", AAA),
    ("teal", "sunk", AA),
    ("teal", "tint-teal", AA),
    ("teal-strong", "ground", AAA),
    ("on-teal", "teal", AAA),
    ("on-teal", "teal-strong", AAA),
    ("copper", "ground", AA),
    ("copper", "sunk", AA),
    ("on-copper", "copper", AA),
    ("on-copper", "copper-strong", AAA),
    ("brass", "ground", AA),
    ("brass", "tint-brass", AA),
    ("on-brass", "brass", AA),
    ("alert", "ground", AA),
    ("alert", "surface", AA),
    ("alert", "tint-alert", AA),
    ("edge", "ground", LARGE),
    ("edge", "surface", LARGE),
    ("metal-teal", "ground", LARGE),
    ("metal-copper", "ground", LARGE),
    ("foot-ink", "foot", AAA),
    ("foot-muted", "foot", AAA),
)


@dataclass(frozen=True)
class Contrast:
    """`light` and `dark`: ratios; `least`: what we promise."""

    ink: str
    ground: str
    light: float
    dark: float
    least: float

    @property
    def held(self) -> bool:
        return min(self.light, self.dark) >= self.least


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """Name → (light, dark). The `light-dark()` value wins over the plain one, which older browsers get."""
    found: dict[str, tuple[str, str]] = {}
    for name, whole, light, dark in _TOKEN.findall(TOKENS.read_text(encoding="utf-8")):
        found[name] = (light, dark) if light else (whole, whole)
    return found


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    channels = [int(digits[rank : rank + 2], 16) / 255 for rank in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def contrasts() -> list[Contrast]:
    known = tokens()
    return [
        Contrast(
            ink,
            ground,
            light=contrast(known[ink][0], known[ground][0]),
            dark=contrast(known[ink][1], known[ground][1]),
            least=least,
        )
        for ink, ground, least in PAIRS
    ]
