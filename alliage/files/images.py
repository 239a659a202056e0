"""Pictures are opened with care and written anew: bounded, upright, without what the camera noted."""

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from alliage.files.types import JPEG, PNG, FileRefused, Type

MAX_SIDE = 2_560
# A JPEG can be decoded already reduced; other formats are decoded whole, at 4 bytes a pixel.
MAX_PIXELS_JPEG = 60_000_000
MAX_PIXELS = 25_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


def rewritten(stream: IO[bytes]) -> tuple[bytes, Type, tuple[int, int]]:
    """Give the picture written anew, its type and its size in pixels. Size is checked before anything is decoded."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=_FORMATS) as image:
            _check_size(image)
            return _written(_prepared(image))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, MemoryError) as error:
        raise FileRefused(_("Cette image est abîmée : elle ne peut pas être ouverte.")) from error
    except Image.DecompressionBombError as error:
        raise FileRefused(_too_large()) from error


# Sides of the square reductions of a kept picture, in pixels: a line of a list, a page.
SIDES = (96, 320)


def reduced(stream: IO[bytes], side: int) -> bytes:
    """A square of this side, cut around the middle of a picture that was written anew; in its own format."""
    with Image.open(stream, formats=("JPEG", "PNG")) as image:
        kind = image.format
        square = ImageOps.fit(image, (side, side))
        out = io.BytesIO()
        if kind == "PNG":
            square.save(out, "PNG", optimize=True)
        else:
            square.save(out, "JPEG", quality=82, optimize=True, progressive=True)
        return out.getvalue()


def _too_large() -> str:
    return _("Cette image a trop de pixels. Réduisez-la, par exemple à 2 500 pixels de large.")


def _check_size(image: Image.Image) -> None:
    limit = MAX_PIXELS_JPEG if image.format == "JPEG" else MAX_PIXELS
    if image.width * image.height > limit:
        raise FileRefused(_too_large())


def _prepared(image: Image.Image) -> Image.Image:
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    transparent = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    bounded = upright.convert("RGBA" if transparent else "RGB")
    bounded.thumbnail((MAX_SIDE, MAX_SIDE))
    return _in_screen_colours(bounded, profile) if profile and upright.mode in {"RGB", "RGBA"} else bounded


def _in_screen_colours(image: Image.Image, profile: bytes) -> Image.Image:
    """Turn the colours of a wide profile into sRGB, since the profile is not kept."""
    try:
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    except (ImageCms.PyCMSError, OSError):
        return image
    return converted or image


def _written(image: Image.Image) -> tuple[bytes, Type, tuple[int, int]]:
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    out = io.BytesIO()
    # A drawing with few colours weighs less, and stays sharper, as PNG.
    if image.mode == "RGBA" or image.getcolors(maxcolors=256):
        bare.save(out, "PNG", optimize=True)
        return out.getvalue(), PNG, image.size
    bare.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue(), JPEG, image.size
