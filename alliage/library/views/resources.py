"""A resource as its readers see it, its earlier versions, and the addresses that people cite."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliage.directory.filters import Place, place_of
from alliage.directory.registry import offered
from alliage.formats import json
from alliage.library import citing, exports, kinds, permissions, registry
from alliage.library import content as contents
from alliage.library.enums import LICENCES, AuthorRole, Importance, Language, Licence, Proof, ResourceKind, State
from alliage.library.labels import label
from alliage.library.models import Resource, Translation, Version
from alliage.library.queries import alike, kits, nearness, pointing, translations
from alliage.library.queries import resources as queries
from alliage.library.queries.resources import Beside
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar

NEAR = 4
OLD_AFTER_DAYS = 366
FORMATS = ("pdf", "docx", "odt", "json")
CITATIONS = ("bib", "ris")
_IN_A_PAGE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Ressources"), reverse("library:index")), *more]


def found_or_404(request: HttpRequest, pk: int) -> Resource:
    """The resource, for those who may see it; for others it does not exist."""
    resource = queries.by_number(pk)
    if resource is None or not permissions.can_see(request.user, resource):
        raise Http404(f"No resource {pk} for this person.")
    return resource


@require_safe
def permanent(request: HttpRequest, pk: int) -> HttpResponse:
    """The address that people cite leads to the page as it is named today, in the language that was cited."""
    page = str(found_or_404(request, pk).get_absolute_url())
    language = request.GET.get("langue", "")
    return redirect(f"{page}?langue={language}" if language in Language.values else page)


@require_safe
def permanent_version(request: HttpRequest, pk: int, number: str) -> HttpResponse:
    """The same for one version."""
    found = found_or_404(request, pk)
    return redirect("library:version", pk=found.pk, slug=found.slug, number=int(number))


@require_safe
def resource(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What it is, why it matters to this reader, what to do next, what it says, where it comes from."""
    found = found_or_404(request, pk)
    if found.slug != slug:
        return redirect(found, permanent=True)
    if found.edited_at is None:
        raise Http404("A draft is read where it is written.")
    place = place_of_reader(request)
    ground = nearness.ground_of(place)
    translation = translations.asked(found, request.GET.get("langue", "")[:3])
    work = exports.latest(found, translation)
    tail = f"?langue={translation.language}" if translation else ""
    content = (
        translations.over(found.content, translation.text or {}, translation.language) if translation else found.content
    )
    resembling = alike.near(found, viewer=request.user, place=place, limit=NEAR) if found.is_shown else []
    around = pointing.at(found)
    beside = queries.beside(found, [*(each.pk for each in resembling), *(each.pk for each in around)])
    context = (
        page_of(found, content, beside)
        | translated(found, translation)
        | {
            "crumbs": crumbs((found.title, "")),
            "work": work,
            "citation": citing.text(work),
            "attribution": citing.attribution(work),
            "metas": citing.metas(work, pdf_url=_absolute(found, "pdf") + tail),
            "json_ld": json_ld(exports.record(found), is_elsewhere=work.is_elsewhere) if found.is_shown else "",
            "addresses": {extension: address_of(found, extension) + tail for extension in (*FORMATS, *CITATIONS)},
            "old_since": _old_since(found, timezone.now()),
            "place": grammar.the(ground.place) if ground else "",
            "reasons": nearness.reasons(found.content, ground),
            "near": [each for each in resembling if each.pk in beside.shown],
            "kits": [each for each in around if not each.is_replaced and each.pk in beside.shown],
            "replaces": [each for each in around if each.is_replaced and each.pk in beside.shown],
            "sections_of_others": registry.sections(found, request),
            "acts": registry.acts_of(found, request),
        }
    )
    return render(request, "library/resource.html", context)


def translated(found: Resource, translation: Translation | None) -> dict[str, Any]:
    """The languages of a resource, and where the one that is read stands."""
    is_late = translation is not None and translations.is_late(translation)
    return {
        "tongues": translations.tongues(found, translation),
        "translation": translation,
        "translation_late": is_late,
        "translation_compare": translations.compare_url(translation) if translation is not None and is_late else "",
        "translation_missing": translations.missing(found.content, translation.text or {}) if translation else [],
    }


@require_safe
def version(request: HttpRequest, pk: int, slug: str, number: str) -> HttpResponse:
    """What was published at one moment: it can be cited, and says whether something came after."""
    found = found_or_404(request, pk)
    said = queries.version(found, int(number))
    if said is None:
        raise Http404(f"No version {number} of resource {pk}.")
    if found.slug != slug:
        return redirect("library:version", pk=found.pk, slug=found.slug, number=said.number, permanent=True)
    work = work_of_version(found, said)
    content = contents.public(said.content)
    context = page_of(found, content) | {
        **bundle_of(content),
        "crumbs": crumbs((found.title, found.get_absolute_url()), (work.version.capitalize(), "")),
        "version": said,
        "is_latest": said.number == found.edition,
        "may_restore": said.number != found.edition and permissions.can_edit(request.user, found),
        "work": work,
        "citation": citing.text(work),
        "attribution": citing.attribution(work),
        "metas": citing.metas(work),
        "addresses": {
            extension: reverse("library:version_format", args=[found.pk, found.slug, said.number, extension])
            for extension in CITATIONS
        }
        if found.is_shown
        else {},
    }
    return render(request, "library/version.html", context)


def work_of_version(found: Resource, said: Version) -> citing.Work:
    is_latest = said.number == found.edition
    content = contents.public(said.content)
    return citing.work_of(found, content, number=said.number, published_at=said.published_at, is_latest=is_latest)


# --- What pages show -----------------------------------------------------------------------------------------------


def page_of(resource: Resource, content: contents.Content, beside: Beside | None = None) -> dict[str, Any]:
    """What any page that shows a content needs: a resource, one of its versions, a proposal. No query."""
    licence = Licence(content["licence"])
    beside = beside or Beside()
    return {
        "resource": resource,
        "content": content,
        "kind": ResourceKind(content["kind"]).label,
        "language": content["language"],
        "language_name": Language(content["language"]).label if content["language"] != Language.FR else "",
        "parts": [
            {"code": part.code, "label": part.label, "text": content["sections"][part.code]}
            for part in kinds.sections(content["kind"])
            if part.code in content["sections"]
        ],
        "leviers": queries.terms_of(content, "leviers", Vocabulary.LEVIERS),
        "metiers": queries.terms_of(content, "metiers", Vocabulary.METIERS),
        "goals": queries.terms_of(content, "odd", Vocabulary.ODD),
        "regards": queries.terms_of(content, "regards", Vocabulary.REGARDS),
        "audiences": queries.terms_of(content, "audiences", Vocabulary.CATEGORIES),
        "medoc": next(iter(queries.terms_of({"medoc": [content["medoc"]]}, "medoc", Vocabulary.RESOURCE_KINDS)), None),
        "places": [{"name": grammar.title(each), "url": each.get_absolute_url(), "token": f"{each.kind}:{each.code}"}
                   for each in contents.places(content)],
        "context": queries.context_words(content["context"]),
        "actors": queries.terms_of(content["context"], "actors", Vocabulary.CATEGORIES),
        "proof": Proof(content["proof"]).label if content["proof"] else "",
        "licence": licence.label,
        "licence_terms": LICENCES[licence],
        "authors": authors(content, beside),
        "files": [each | {"url": exports.file_url(each), "format": _format(each["name"])} for each in content["files"]],
        "links": [each | {"checked": beside.links.get(each["url"])} for each in content["links"]],
    }  # fmt: skip


def bundle_of(content: contents.Content) -> dict[str, Any]:
    """The steps and the conditions of a text that has no panels: a version, a proposal. One query for a kit whose steps lead to
    sheets, none otherwise."""
    items = content["kit_items"]
    return {
        "sheet": kits.run_sheet(items, kits.sheets_of(items)) if items else None,
        "conditions": [each | {"label": label(Importance, each["importance"])} for each in content["conditions"]],
    }


def authors(content: contents.Content, beside: Beside) -> list[dict[str, Any]]:
    """In their order, each with a role said unless it is « auteur », and a page when anyone may see it."""
    return [
        {
            "name": each["name"],
            "organisation": each["organisation"] if each["organisation"] != each["name"] else "",
            "role": AuthorRole(each["role"]).label if each["role"] != AuthorRole.AUTHOR else "",
            "url": beside.entries.get(rank, ""),
        }
        for rank, each in enumerate(content["authors"])
    ]


def _format(name: str) -> str:
    """« PDF », from the name that the file was kept under."""
    return name.rpartition(".")[2].upper()[:5] if "." in name else ""


def _old_since(resource: Resource, now: datetime) -> datetime | None:
    """The day of its last version when that was more than a year ago and nobody said since that it is still true."""
    edited = resource.edited_at
    if edited is None or resource.state != State.PUBLISHED or (now - edited).days < OLD_AFTER_DAYS:
        return None
    confirmed = resource.confirmed_on
    if confirmed and confirmed > localtime(edited).date() and (localtime(now).date() - confirmed).days < OLD_AFTER_DAYS:
        return None
    return edited


def asked_place(request: HttpRequest) -> str:
    """What was typed as one's territory."""
    return " ".join(request.GET.get("lieu", "").replace("\0", "").split())[:200]


def place_of_reader(request: HttpRequest) -> Place | None:
    """The territory that the address names, or the reader's own: it says why a resource matters, it narrows nothing. Read
    once for a page."""
    if not hasattr(request, "_place_of_reader"):
        asked = {"territoire": request.GET.get("territoire", "").replace("\0", ""), "lieu": asked_place(request)}
        typed = asked["territoire"] or asked["lieu"]
        found = place_of(asked) if typed else None
        if found is None and not asked["lieu"]:
            found = next(iter(offered(request)), None)
        request._place_of_reader = found  # type: ignore[attr-defined]  # noqa: SLF001 kept with the page
    place: Place | None = request._place_of_reader  # type: ignore[attr-defined]  # noqa: SLF001
    return place


def address_of(found: Resource, extension: str) -> str:
    return f"{found.get_absolute_url().removesuffix('/')}.{extension}"


def _absolute(found: Resource, extension: str) -> str:
    return f"{settings.ORIGIN}{address_of(found, extension)}"


def json_ld(record: dict[str, Any], *, is_elsewhere: bool) -> SafeString:
    """A record for search engines, as a data block: browsers never run it."""
    text = json.dumps(exports.linked_data(record, is_elsewhere=is_elsewhere)).translate(_IN_A_PAGE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 escaped just above
