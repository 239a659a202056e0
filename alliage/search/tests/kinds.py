"""Two kinds of things to find, for tests: terms of two vocabularies, since this folder knows no function above it.

`label` is the title, `help_text` the body, `source` the keywords; `short_label` says who may find it: everyone, members, or
`half` for a body that members alone may read. A term that is not active is withdrawn. Keywords « @levier:alliance » are
facets, « @2024-03-01 » is the date.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import count
from typing import Any

from django.db.models import Q, QuerySet

from alliage.search.registry import MEMBERS, PUBLIC, VISITORS, Document, SearchableKind
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory

_numbers = count(1)


def documents(vocabulary: str, ids: Sequence[int] | None) -> Iterator[Document]:
    found = Term.objects.filter(vocabulary=vocabulary, is_active=True).order_by("pk")
    for term in found if ids is None else found.filter(pk__in=ids):
        seen_by = MEMBERS if term.short_label in ("members", "half") else PUBLIC
        if term.short_label == "half":
            yield _document(term, VISITORS, body="")
        if term.short_label.startswith("role:"):
            seen_by = term.short_label
        yield _document(term, seen_by, body=term.help_text)


def _document(term: Term, audience: str, *, body: str) -> Document:
    said = [word for word in term.source.split(";") if word]
    dates = [word[1:] for word in said if word.startswith("@2")]
    return Document(
        id=term.pk,
        title=term.label,
        url=f"/fiches/{term.pk}/",
        summary="En deux mots",
        body=body,
        keywords=[word for word in said if not word.startswith("@")],
        facets=[word[1:] for word in said if word.startswith("@") and ":" in word],
        dated_on=date.fromisoformat(dates[0]) if dates else None,
        facts=["un fait"],
        audiences=[audience],
        places=term.source_url.split(),
        weight=term.position,
    )


def visible(vocabulary: str, viewer: Any) -> QuerySet[Term]:
    found = Term.objects.filter(vocabulary=vocabulary, is_active=True)
    return found if viewer.is_authenticated else found.filter(Q(short_label="") | Q(short_label="half"))


RECORD = SearchableKind(
    "record", "fiches", "fiche", "Fiches", 1,
    partial(documents, Vocabulary.CATEGORIES), partial(visible, Vocabulary.CATEGORIES),
    facets=("levier", "odd", "nature"), routes={"library:permanent": "pk"},
)  # fmt: skip
NOTE = SearchableKind(
    "note", "notes", "note", "Notes", 2, partial(documents, Vocabulary.LEVIERS), partial(visible, Vocabulary.LEVIERS)
)


def record(
    title: str, body: str = "", *, seen_by: str = "", keywords: str = "", places: str = "", rank: int = 0
) -> Term:
    return _term(Vocabulary.CATEGORIES, title, body, seen_by, keywords, places, rank)


def note(title: str, body: str = "", *, seen_by: str = "", keywords: str = "", places: str = "", rank: int = 0) -> Term:
    return _term(Vocabulary.LEVIERS, title, body, seen_by, keywords, places, rank)


def _term(vocabulary: str, title: str, body: str, seen_by: str, keywords: str, places: str, rank: int) -> Term:
    return TermFactory(
        code=f"essai-{next(_numbers)}", vocabulary=vocabulary, label=title, help_text=body, short_label=seen_by,
        source=keywords, source_url=places, position=rank,
    )  # fmt: skip
