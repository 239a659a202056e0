"""What is found of the repères: the taxonomy is below the search, and cannot say it itself."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliage.search import services
from alliage.search.registry import Document, SearchableKind
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term

CODE = "term"
# Words of the network that are explained on a page; categories, scales and natures sort things, and say nothing more.
SAID = {
    Vocabulary.LEVIERS: _("levier"),
    Vocabulary.QUESTIONS: _("question d’un levier"),
    Vocabulary.METIERS: _("métier"),
    Vocabulary.MISSIONS: _("mission d’un métier"),
    Vocabulary.ODD: _("objectif de développement durable"),
    Vocabulary.REGARDS: _("regard"),
    Vocabulary.PARTNERSHIPS: _("type de partenariat"),
    Vocabulary.ENGINEERINGS: _("ingénierie"),
    Vocabulary.SPHERES: _("sphère d’acteurs"),
}


def visible(_viewer: Any = None) -> QuerySet[Term]:
    """Those in use; what is attached to a term goes with it."""
    in_use = Q(parent__isnull=True) | Q(parent__is_active=True)
    return Term.objects.filter(in_use, is_active=True, vocabulary__in=SAID)


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = visible().order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    below = Prefetch("children", Term.objects.filter(is_active=True))
    for term in found.select_related("parent").prefetch_related(below):
        yield _document(term)


def _document(term: Term) -> Document:
    kind, above = str(SAID[Vocabulary(term.vocabulary)]), [term.parent.label] if term.parent else []
    title = term.label
    if term.vocabulary == Vocabulary.ODD:  # « ODD 17 » is how goals are asked for
        title = str(_("ODD %(code)s\u00a0: %(label)s") % {"code": term.code, "label": term.label})
    return Document(
        id=term.pk,
        title=title,
        url=term.get_absolute_url(),
        summary=term.help_text,
        body="\n".join(child.label for child in term.children.all()),
        keywords=[kind, *([term.short_label] if term.short_label else []), *above],
        facts=[kind.capitalize(), *above],
    )


def changed(pks: Collection[int]) -> None:
    services.changed(CODE, pks, now=timezone.now())


TERMS = SearchableKind(
    code=CODE,
    slug="reperes",
    label=_("repère"),
    label_plural=_("Repères"),
    position=30,
    documents=documents,
    visible=visible,
    is_steady=True,
)
