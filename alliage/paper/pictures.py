"""A part of a straightened page, cut out for the person who settles it."""

import io
from typing import IO

from PIL import Image

from alliage.paper.layout import KEPT


def cut(content: IO[bytes], bounds: tuple[float, float, float, float]) -> bytes:
    """A JPEG picture. `bounds`: left, top, right, bottom, in mm."""
    with Image.open(content, formats=("JPEG", "PNG")) as page:
        left, top, right, bottom = (round(at * KEPT) for at in bounds)
        part = page.convert("RGB").crop((left, top, right, bottom))
    out = io.BytesIO()
    part.save(out, "JPEG", quality=80)
    return out.getvalue()
