"""Reads of translations: what a reader sees in another language, who may write or publish one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from alliage.library import kinds, permissions
from alliage.library.content import Content
from alliage.library.enums import SHOWN, Language, TranslationState
from alliage.library.models import Resource, Translation


@dataclass(frozen=True)
class Tongue:
    """One language of a resource: its code, its name, where to read it."""

    code: str
    label: str
    url: str
    is_current: bool


def asked(resource: Resource, language: str) -> Translation | None:
    """The translation that an address asks for, when everyone may read it; one query, none for a language that it lacks."""
    if language not in resource.translated:
        return None
    found = Translation.objects.filter(
        resource=resource, language=language, text__isnull=False, is_hidden=False
    ).first()
    if found is not None:
        found.resource = resource
    return found


def published(pks: Iterable[int]) -> dict[int, dict[str, Translation]]:
    """What everyone reads of these resources in other languages, by resource then by language; one query."""
    found: dict[int, dict[str, Translation]] = {}
    for each in Translation.objects.filter(resource__in=pks, text__isnull=False, is_hidden=False):
        found.setdefault(each.resource_id, {})[each.language] = each
    return found


def tongues(resource: Resource, current: Translation | None = None) -> list[Tongue]:
    """The languages in which it is read, its own first; nothing when there is only that one. No query."""
    if not resource.translated:
        return []
    codes = [resource.language, *(code for code in resource.translated if code != resource.language)]
    here = current.language if current is not None else resource.language
    page = resource.get_absolute_url()
    return [
        Tongue(code, str(Language(code).label), page if code == resource.language else f"{page}?langue={code}", code == here)
        for code in codes
    ]  # fmt: skip


def over(content: Content, text: dict[str, Any], language: str) -> Content:
    """The content as a translation says it: the parts that are translated, no other."""
    return content | {
        "language": language,
        "title": text["title"],
        "summary": text["summary"],
        "sections": {code: words for code, words in text["sections"].items() if code in content["sections"]},
    }


def missing(content: Content, text: dict[str, Any]) -> list[str]:
    """Names of the parts that it lacks."""
    return [
        str(part.label)
        for part in kinds.sections(content["kind"])
        if part.code in content["sections"] and not text["sections"].get(part.code)
    ]


def is_late(translation: Translation) -> bool:
    """The original has a later version than the one that was translated."""
    return translation.version is not None and translation.version < translation.resource.edition


def compare_url(translation: Translation) -> str:
    """What changed in the original since; "" when the version that was translated never was here."""
    if not translation.version:
        return ""
    resource = translation.resource
    page = reverse("library:compare", args=[resource.pk, resource.slug])
    return f"{page}?de={translation.version}&a={resource.edition}"


@dataclass(frozen=True)
class Pair:
    """One part, in the original and in the translation."""

    code: str
    label: str
    original: str
    text: str


def pairs(content: Content, text: dict[str, Any]) -> list[Pair]:
    """Title, summary and the parts that the original has, in their order."""
    sections = text.get("sections", {})
    found = [(part.code, str(part.label), content["sections"][part.code], sections.get(part.code, ""))
             for part in kinds.sections(content["kind"]) if part.code in content["sections"]]  # fmt: skip
    return [Pair(*each) for each in found]


def of_resource(resource: Resource) -> QuerySet[Translation]:
    return Translation.objects.filter(resource=resource).select_related("resource")


def one(resource: Resource, language: str) -> Translation | None:
    return of_resource(resource).filter(language=language).first()


def languages_left(resource: Resource) -> list[tuple[str, Any]]:
    """Those that nobody translates yet."""
    taken = {resource.language, *of_resource(resource).values_list("language", flat=True)}
    return [(code, label) for code, label in Language.choices if code not in taken]


def _readable() -> QuerySet[Translation]:
    """Of resources that everyone reads: of the others not even the title is said."""
    return Translation.objects.filter(resource__state__in=SHOWN, resource__is_hidden=False)


def waiting() -> QuerySet[Translation]:
    """What somebody should read: the longest first."""
    found = _readable().filter(state=TranslationState.SUBMITTED, is_hidden=False)
    return found.select_related("resource").order_by("moved_at", "pk")


def mine(member: Any) -> QuerySet[Translation]:
    """What one is writing."""
    found = _readable().filter(translator=member).exclude(state=TranslationState.PUBLISHED)
    return found.select_related("resource").order_by("-moved_at", "-pk")


# --- Who -----------------------------------------------------------------------------------------------------------


def can_translate(user: Any, resource: Resource) -> bool:
    """Any member, what everyone reads."""
    return permissions.can_contribute(user) and resource.is_shown


def can_write(user: Any, translation: Translation) -> bool:
    """Who began it, and the authors of the resource; anybody brings up to date one that is published or left by its translator."""
    if not can_translate(user, translation.resource):
        return False
    is_free = translation.translator_id is None or translation.state == TranslationState.PUBLISHED
    return is_free or translation.translator_id == user.pk or permissions.can_edit(user, translation.resource)


def can_publish(user: Any, translation: Translation) -> bool:
    """The authors of the resource; or a reviewer who is not the translator."""
    if not translation.resource.is_shown:
        return False
    if permissions.is_author(user, translation.resource):
        return True
    return permissions.is_reviewer(user) and translation.translator_id != user.pk


def can_read(user: Any, translation: Translation) -> bool:
    """The text on its way: who writes it, who may publish it once it is proposed."""
    if translation.translator_id == user.pk and user.pk is not None:
        return True
    return translation.state == TranslationState.SUBMITTED and can_publish(user, translation)


def is_visible(_user: Any, translation: Translation) -> bool:
    """Everyone reads what is published."""
    return bool(translation.text is not None and not translation.is_hidden and translation.resource.is_shown)
