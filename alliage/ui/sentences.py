"""The sentences of a site of one language, looked up once by a process that serves pages.

For each of the hundred sentences that a page takes from the code, Django asks which language the thread speaks, then nineteen
catalogues: with a single language in `LANGUAGES`, the answer never changes. Commands keep Django's own functions, since some must speak
no language at all (`makemigrations`). A second language brings them back everywhere.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

# More than the code holds, Django's and Wagtail's included; bounded, since a sentence may be made of words that people type.
KEPT = 8192


def keep(functions: Any = translation._trans) -> None:  # type: ignore[attr-defined]  # noqa: SLF001 where Django puts what it calls
    """To be called by page servers, once settings are ready."""
    if len(settings.LANGUAGES) != 1:
        return
    language = settings.LANGUAGE_CODE
    # By type also: a sentence marked as safe is told from the same words that are not.
    functions.gettext = lru_cache(maxsize=KEPT, typed=True)(trans_real.gettext)
    functions.get_language = lambda: language
