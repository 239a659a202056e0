"""What the search holds of the library: what everyone reads of a resource, text of its files included."""

from collections.abc import Iterator, Sequence

from django.db.models import Prefetch
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from alliage.library import content as contents
from alliage.library.content import NETWORK_LISTS, Content
from alliage.library.enums import Proof, ResourceKind, State
from alliage.library.models import Resource, ResourceFile, Translation
from alliage.library.queries import resources as queries
from alliage.library.services.resources import KIND
from alliage.search import places
from alliage.search.registry import Document, SearchableKind
from alliage.territories.enums import Kind

CHUNK = 200
# All that `files` extracts of one; the search reads as much of a body.
LONGEST_FILES = 1_000_000
# What the list filters and counts by; the words of its address, and `filters.py` says what each means.
FACETS = (
    "sorte", "nature", "levier", "metier", "odd", "regard", "type", "taille", "densite", "phase", "acteur", "preuve",
    "licence", "maturite", "charte", "mesures", "public", "region", "annee", "langue", "etat",
)  # fmt: skip
# States in the address of a list, for whoever reads it.
STATES = {State.PUBLISHED: "publiee", State.TO_RENEW: "a-actualiser", State.OBSOLETE: "depassee"}


def documents(ids: Sequence[int] | None) -> Iterator[Document]:
    found = queries.shown().order_by("pk")
    if ids is not None:
        found = found.filter(pk__in=ids)
    files = Prefetch("files", ResourceFile.objects.filter(is_published=True).select_related("file"))
    translations = Prefetch("translations", Translation.objects.filter(text__isnull=False, is_hidden=False))
    rows = found.select_related("medoc").prefetch_related("resource_terms__term", files, translations)
    for resource in rows.iterator(chunk_size=CHUNK):
        yield document(resource)


def document(resource: Resource) -> Document:
    content = resource.content
    texts = "\n\n".join(each.file.text for each in resource.files.all() if each.file.text)[:LONGEST_FILES]
    translated = "\n\n".join(translation_text(each) for each in resource.translations.all())
    around = [code for place in contents.places(content) for code in places.of(place)]
    kind = ResourceKind(resource.kind).label
    return Document(
        id=resource.pk,
        title=resource.title,
        url=resource.get_absolute_url(),
        summary=resource.summary,
        body="\n\n".join(text for text in (contents.text_of(content), translated, texts) if text),
        keywords=[
            str(kind),
            *(each.term.label for each in resource.resource_terms.all()),
            *(place.name for place in contents.places(content)),
            *(author["name"] for author in content["authors"]),
            *(author["organisation"] for author in content["authors"] if author["organisation"]),
            *([resource.medoc.label] if resource.medoc else []),
            *([str(Proof(resource.proof).label)] if resource.proof else []),
        ],
        facts=[
            str(kind).capitalize(),
            *([str(resource.year)] if resource.year else []),
            *([str(_("démonstration"))] if resource.is_demo else []),
        ],
        places=list(dict.fromkeys(around)),
        weight=-1.0 if resource.state == State.OBSOLETE else 0.0,
        facets=[f"{name}:{value}" for name, values in facets(resource, content, around).items() for value in values],
        dated_on=localtime(resource.edited_at).date() if resource.edited_at else None,
    )


def translation_text(translation: Translation) -> str:
    """Every word of a translation that everyone reads."""
    said = translation.text or {}
    return "\n\n".join(text for text in (said["title"], said["summary"], *said["sections"].values()) if text)


def facets(resource: Resource, content: Content, around: Sequence[str]) -> dict[str, list[str]]:
    """The values of a resource in each facet; `around` are the territories that it names and what contains them."""
    context = content["context"]
    found = {
        "sorte": [resource.kind],
        "nature": [content["medoc"]],
        "levier": content["leviers"],
        "metier": content["metiers"],
        "odd": content["odd"],
        "regard": content["regards"],
        "type": [context["territory_kind"]],
        "taille": [context["size"]],
        "densite": [context["density"]],
        "phase": [context["phase"]],
        "acteur": context["actors"],
        "preuve": [resource.proof],
        "licence": [resource.licence],
        **{code: content.get(name, []) for name, code in NETWORK_LISTS.items()},
        "public": content["audiences"],
        "region": regions(around),
        "annee": [str(resource.year or "")],
        "langue": [resource.language, *resource.translated],
        "etat": [STATES[State(resource.state)]],
    }
    return {name: [value for value in values if value] for name, values in found.items()}


def regions(around: Sequence[str]) -> list[str]:
    """Codes of the régions and collectivities of these territories: no code is both."""
    split = (token.split(":", 1) for token in around)
    return list(dict.fromkeys(code for kind, code in split if kind in (Kind.REGION, Kind.COM)))


RESOURCES = SearchableKind(
    code=KIND,
    slug="ressources",
    label=_("Ressource"),
    label_plural=_("Ressources"),
    position=10,
    documents=documents,
    visible=queries.visible,
    version=5,
    facets=FACETS,
    is_steady=True,
    routes={"library:resource": "pk", "library:permanent": "pk"},
)
