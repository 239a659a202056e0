"""What the code of a printed slip says: what it is for, which copy it is, signed. No name, no territory."""

import io
from base64 import b32encode
from dataclasses import dataclass

import segno
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "alliage.paper"
_MARK = "ALLIAGE2"


@dataclass(frozen=True)
class SlipCode:
    """`kind`: one letter (kinds.Kind.letter). `about`: the number of the object it is for. `edition`: what its layout depends on."""

    kind: str
    about: int
    edition: int
    series: str
    copy: int


def text_of(code: SlipCode) -> str:
    """Capitals, digits and points: what a QR code holds in the fewest dots."""
    return signed(f"{_MARK}.{code.kind}.{code.about}.{code.edition}.{code.series}.{code.copy}", salt=_SALT)


def read(text: str) -> SlipCode | None:
    """What a code says, when this site printed it."""
    said = unsigned(text, salt=_SALT)
    if said is None:
        return None
    # Signed: it is what text_of wrote.
    _mark, kind, about, edition, series, copy = said.split(".")
    return SlipCode(kind, int(about), int(edition), series, int(copy))


def signed(said: str, *, salt: str) -> str:
    return f"{said}.{_signature(said, salt)}"


def unsigned(text: str, *, salt: str) -> str | None:
    """What was signed, or None for what this site did not sign."""
    said, _point, signature = text[:200].rpartition(".")
    return said if said and constant_time_compare(signature, _signature(said, salt)) else None


def _signature(said: str, salt: str) -> str:
    return b32encode(salted_hmac(salt, said, algorithm="sha256").digest()[:10]).decode()


def drawn(text: str) -> str:
    """As SVG, without a margin."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
