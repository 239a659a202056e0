"""Writes of translations: begun, written, proposed, published or sent back with a word."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.library import kinds
from alliage.library.content import LONGEST, LONGEST_SECTION
from alliage.library.enums import TRANSLATION_MOVES, Language, TranslationState
from alliage.library.models import Resource, Translation
from alliage.library.services import resources
from alliage.library.services.reuse import holders
from alliage.notifications.services import notify, notify_many
from alliage.refusals import Refusal

PROPOSED, MINE = "library.translation_proposed", "library.my_translations"
LONGEST_WORD = 500
LONGEST_CREDIT = 160


class TranslationRefused(Refusal):
    """The rules of translations say no."""


class TranslationChanged(TranslationRefused):
    """It was saved meanwhile: `token` is the mark of what is there now."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


def begin(resource: Resource, language: str, *, by: Any, now: datetime) -> Translation:
    """A translation in one language, or the one that is there already."""
    found = Translation.objects.filter(resource=resource, language=language).first()
    if found is not None:
        return found
    if language not in Language.values or language == resource.language:
        raise TranslationRefused(_("Choisissez une autre langue que celle de la ressource."))
    if not resource.is_shown:
        raise TranslationRefused(_("Cette ressource n’est plus publiée."))
    try:
        with transaction.atomic():
            return Translation.objects.create(
                resource=resource,
                language=language,
                written={"title": "", "summary": "", "sections": {}},
                written_version=resource.edition,
                token=secrets.token_hex(8),
                credit=""
                if resource.hides_place
                else by.name[:LONGEST_CREDIT],  # its author may well be who translates it
                translator=by,
                moved_at=now,
            )
    except IntegrityError:  # begun at the same moment
        return Translation.objects.get(resource=resource, language=language)


def cleaned(resource: Resource, raw: Mapping[str, Any]) -> dict[str, Any]:
    """{title, summary, sections} in our shape: only the parts that the original has."""
    sections = raw.get("sections") or {}
    codes = [
        part.code for part in kinds.sections(resource.content["kind"]) if part.code in resource.content["sections"]
    ]
    said = {code: _text(sections.get(code), LONGEST_SECTION) for code in codes}
    return {
        "title": " ".join(_text(raw.get("title"), LONGEST["title"]).split()),
        "summary": " ".join(_text(raw.get("summary"), LONGEST["summary"]).split()),
        "sections": {code: text for code, text in said.items() if text},
    }


def _text(value: Any, longest: int) -> str:
    return str(value or "").replace("\0", "").replace("\r\n", "\n").strip()[:longest]


@transaction.atomic
def write(
    translation: Translation, raw: Mapping[str, Any], *, credit: str, version: int, token: str, by: Any, now: datetime
) -> Translation:
    """Save what was typed, finished or not. `version` is the one of the original that was shown beside."""
    row = _lock(translation)
    if token != row.token:
        raise TranslationChanged(
            _("Cette traduction a été enregistrée entre-temps. Votre saisie est gardée : relisez, puis renvoyez."),
            row.token,
        )
    _move(row, TranslationState.WRITING, now=now)
    said = " ".join(credit.replace("\0", "").split())[:LONGEST_CREDIT]
    row.written = cleaned(row.resource, raw) | {"credit": said}
    row.written_version = min(max(version, 1), row.resource.edition)
    if (
        row.text is None
    ):  # the name beside a published text changes when the new text is published, after somebody read both
        row.credit = said
    row.translator, row.token = row.translator if row.text is None and row.translator_id else by, secrets.token_hex(8)
    row.save()
    translation.refresh_from_db()
    return translation


@transaction.atomic
def submit(translation: Translation, *, by: Any, now: datetime) -> Translation:
    """Propose it to those who may publish it, who are told. Twice is once."""
    row = _lock(translation)
    if row.state == TranslationState.SUBMITTED:
        return translation
    if not row.written["title"] or (row.resource.content["sections"] and not row.written["sections"]):
        raise TranslationRefused(_("Traduisez au moins le titre et une partie : le reste peut venir plus tard."))
    _move(row, TranslationState.SUBMITTED, now=now)
    row.word = ""
    row.save()
    notify_many(_readers(row, by), PROPOSED, row, by=by, now=now, key=row.token)
    translation.refresh_from_db()
    return translation


def _readers(row: Translation, by: Any) -> list[Member]:
    """The authors of the resource; animators when it has none but the translator."""
    told = [person for person in holders(row.resource) if person != by]
    return told or list(Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True))


@transaction.atomic
def publish(translation: Translation, *, by: Any, now: datetime) -> Translation:
    """Everyone reads it; its translator is told. Who may: the caller's affair."""
    row = _lock(translation)
    if row.state == TranslationState.PUBLISHED:
        return translation
    _move(row, TranslationState.PUBLISHED, now=now)
    row.credit = row.written.get("credit", row.credit)
    row.text = {name: said for name, said in row.written.items() if name != "credit"}
    row.version, row.published_at, row.word = row.written_version, now, ""
    row.save()
    count_again(row.resource, now=now)
    if row.translator is not None and row.translator != by:
        notify(row.translator, MINE, row, by=by, now=now, key=row.token)
    translation.refresh_from_db()
    return translation


@transaction.atomic
def send_back(translation: Translation, *, word: str, by: Any, now: datetime) -> Translation:
    """To its translator, with a word: she is told."""
    row = _lock(translation)
    word = " ".join(word.replace("\0", "").split())[:LONGEST_WORD]
    if not word:
        raise TranslationRefused(_("Dites en un mot ce qui est à reprendre."))
    if row.state != TranslationState.SUBMITTED:
        raise TranslationRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    _move(row, TranslationState.WRITING, now=now)
    row.word = word
    row.save()
    if row.translator is not None and row.translator != by:
        notify(row.translator, MINE, row, by=by, now=now, key=f"back {row.token}")
    translation.refresh_from_db()
    return translation


def is_brought(row: Translation) -> bool:
    """Nobody writes it here: what its bank says of it may change it."""
    return row.translator_id is None and row.state == TranslationState.PUBLISHED and not row.is_hidden


def differs(row: Translation | None, resource: Resource, said: Mapping[str, Any]) -> bool:
    """What an import says of a translation is not what is read here already, and may be."""
    if row is None:
        return True
    here = (row.text, row.credit, (row.version or 0) < resource.edition)
    return is_brought(row) and here != (cleaned(resource, said), _credit(resource, said), said["is_late"])


@transaction.atomic
def bring(row: Translation | None, resource: Resource, said: Mapping[str, Any], *, now: datetime) -> Translation:
    """Publish a translation as an import says it: nobody here wrote it. Late in its bank, it is late here: of a version before the
    first, if need be."""
    row = row or Translation(resource=resource, language=said["language"])
    row.text, row.credit = cleaned(resource, said), _credit(resource, said)
    row.written = row.text | {"credit": row.credit}
    row.version = row.written_version = resource.edition - said["is_late"]
    row.state, row.token = TranslationState.PUBLISHED, secrets.token_hex(8)
    row.published_at = row.moved_at = now
    row.save()
    count_again(resource, now=now)
    return row


def is_of_a_bank(row: Translation) -> bool:
    """An import brought it and nobody took it up. What people who left us wrote is nobody's too: no name is on its way there
    (`forget`)."""
    return is_brought(row) and "credit" in row.written


@transaction.atomic
def take_back(row: Translation, resource: Resource, *, now: datetime) -> None:
    """Its bank does not say it any more."""
    row.delete()
    count_again(resource, now=now)


def _credit(resource: Resource, said: Mapping[str, Any]) -> str:
    return "" if resource.hides_place else _text(said.get("credit"), LONGEST_CREDIT)


@transaction.atomic
def hide_translation(obj: Translation, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Translation.objects.filter(pk=obj.pk).update(is_hidden=True)
    count_again(obj.resource, now=now)


@transaction.atomic
def restore_translation(obj: Translation, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Translation.objects.filter(pk=obj.pk).update(is_hidden=False)
    count_again(obj.resource, now=now)


def count_again(resource: Resource, *, now: datetime) -> None:
    """The languages in which everyone reads it: the page asks nothing more, and harvesters read it again."""
    found = Translation.objects.filter(resource=resource, text__isnull=False, is_hidden=False).order_by("language")
    languages = list(found.values_list("language", flat=True))
    Resource.objects.filter(pk=resource.pk).update(translated=languages, changed_at=now)
    resources.touched([resource.pk], now=now)


def _lock(translation: Translation) -> Translation:
    rows = Translation.objects.select_for_update(of=("self",)).select_related("resource", "translator")
    return rows.get(pk=translation.pk)


def _move(row: Translation, state: TranslationState, *, now: datetime) -> None:
    if state not in TRANSLATION_MOVES[row.state]:
        raise TranslationRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    row.state, row.moved_at = state, now


# --- Personal data -------------------------------------------------------------------------------------------------


def export_of(member: Any) -> list[dict[str, Any]]:
    found = Translation.objects.filter(translator=member).order_by("pk")
    return [{**each} for each in found.values("resource", "language", "state", "written", "credit", "moved_at")]


@transaction.atomic
def forget(member: Any) -> None:
    """What nobody reads yet goes; what is published stays, said by nobody."""
    mine = Translation.objects.filter(translator=member)
    mine.filter(text__isnull=True).delete()
    mine.update(
        translator=None, credit="", state=TranslationState.PUBLISHED, written=F("text"), written_version=F("version")
    )
