"""PDF files from Typst templates: tagged for screen readers, without a system library, without the network.

A template is a `.typ` file of its folder; it reads its words with `#let data = json(bytes(sys.inputs.data))` and imports
what all documents share with `#import "/alliage/formats/templates/formats/document.typ": *`. Data never becomes code.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse

from alliage.formats.documents import Document

# Templates, and the files they include, are found below the package only.
ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).resolve().parent / "fonts"
SHEET = Path(__file__).resolve().parent / "templates" / "formats" / "sheet.typ"


# What an accessible PDF refuses is a character that no typeface draws. Each step leaves more of them out, and says that
# something was there: pictographs, far scripts and control characters, then all but Latin letters and usual signs.
_UNDRAWN = (
    re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2fe0-\U0010ffff]+"),
    re.compile(r"[^\t\n\r\x20-\x7e\xa0-\u024f\u2010-\u2027\u202f-\u203e\u20ac\u2212\u25a1]+"),
)
_STAND_IN = "□"


class TemplateError(ValueError):
    """The template could not be made into a document: an error of ours, with the words of Typst."""


def document(template: Path, data: Mapping[str, Any], *, now: datetime) -> bytes:
    """Make a PDF. `data` is what JSON can say, dates and translated words included; `now` dates the file, in UTC seconds."""
    words = json.dumps(data, ensure_ascii=False, cls=DjangoJSONEncoder).encode(errors="replace").decode()
    for undrawn in _UNDRAWN:
        try:
            return _compiled(template, words, now)
        except TemplateError as error:
            if "could not be displayed" not in str(error):
                raise
        words = json.dumps(_without(undrawn, json.loads(words)), ensure_ascii=False)
    return _compiled(template, words, now)


def _compiled(template: Path, words: str, now: datetime) -> bytes:
    import typst  # about 20 ms and 60 MB of code: only where a document is made

    try:
        made = typst.compile(
            str(template),
            root=str(ROOT),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": words},
            pdf_standards="ua-1",
            timestamp=int(now.timestamp()),
        )
    except typst.TypstError as error:
        raise TemplateError(str(error)) from error
    return bytes(made)


def _without(undrawn: re.Pattern[str], value: Any) -> Any:
    """The same data with a stand-in where no typeface draws anything; keys are ours."""
    if isinstance(value, str):
        return undrawn.sub(_STAND_IN, value)
    if isinstance(value, list):
        return [_without(undrawn, each) for each in value]
    if isinstance(value, dict):
        return {key: _without(undrawn, each) for key, each in value.items()}
    return value


def sheet(said: Document, *, now: datetime) -> bytes:
    """Make the PDF of a document of words (`documents`), in the house style."""
    blocks = [asdict(block) | {"is": type(block).__name__.lower()} for block in said.blocks]
    return document(SHEET, asdict(said) | {"blocks": blocks}, now=now)


def response(content: bytes, filename: str) -> HttpResponse:
    """Shown by the browser, saved under `filename`."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{filename}"'
    return answer
