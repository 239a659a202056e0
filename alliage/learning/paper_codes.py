"""What the code of a printed page says: which diagnostic, version, sheet and side, signed. No name, no territory."""

from dataclasses import dataclass

from alliage.paper.codes import signed, unsigned

_SALT = "alliage.learning.paper"
_MARK = "ALLIAGE1"


@dataclass(frozen=True)
class PaperCode:
    diagnostic: int
    version: int
    series: str
    copy: int
    page: int


def text_of(code: PaperCode) -> str:
    """Capitals, digits and points: what a QR code holds in the fewest dots."""
    return signed(f"{_MARK}.{code.diagnostic}.{code.version}.{code.series}.{code.copy}.{code.page}", salt=_SALT)


def read(text: str) -> PaperCode | None:
    """What a code says, when this site printed it."""
    said = unsigned(text, salt=_SALT)
    if said is None:
        return None
    # Signed: it is what text_of wrote.
    _mark, diagnostic, version, series, copy, page = said.split(".")
    return PaperCode(int(diagnostic), int(version), series, int(copy), int(page))
