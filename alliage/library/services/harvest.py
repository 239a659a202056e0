"""Writes of imports and of outside banks: published with their source, told to the journal, withdrawn when they leave it.

A number of the library is for ever, and what harvesters read of us keeps the memory of what went: an import that is undone,
like a record that left its bank, is **withdrawn**, never deleted. `source_code` says where a resource stands with its bank:
« source:3 » follows it, « gone:source:3 » left it, « taken:source:3 » is ours since someone took it over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.imports.records import Snapshot, label_of
from alliage.imports.registry import Importing, SourceRef
from alliage.imports.services import forget_record
from alliage.library import content as contents
from alliage.library.content import Content
from alliage.library.enums import OPEN, SHOWN, ProposalState, State
from alliage.library.models import Proposal, Resource, Translation, Version
from alliage.library.permissions import FOLLOWED
from alliage.library.services import files, proposals, resources, translations
from alliage.library.services.resources import ResourceRefused

if TYPE_CHECKING:
    from alliage.library.importers.batch import Plan

GONE, TAKEN = "gone:", "taken:"
FROM_A_FILE = "file:"
LONGEST_KEY = 300
TOGETHER = 200
# What goes with a version without question.
ALONG = frozenset({"library.ReviewAct"})


def code_of_source(number: int) -> str:
    return f"{FOLLOWED}{number}"


def code_of_file(name: str) -> str:
    """Files of the same bank are the same source; without a name, all files are."""
    return f"{FROM_A_FILE}{slugify(name)[:40] or 'import'}"


def gone(code: str) -> str:
    return f"{GONE}{code}"


def taken(code: str) -> str:
    return f"{TAKEN}{code}"


def follows(resource: Resource) -> bool:
    """It says what its bank says, until someone takes it over."""
    return resource.source_code.startswith(FOLLOWED)


def url_of(pk: int) -> str:
    return reverse("library:permanent", args=[pk]) if pk else ""


def held(code: str) -> dict[str, int]:
    """By its key in the bank, the number of each resource that came from it, whatever became of it."""
    return dict(_came_from(code).values_list("external_id", "pk").iterator())


def _came_from(code: str) -> Any:
    return Resource.objects.filter(source_code__in=[code, gone(code), taken(code)])


def led(steps: Iterable[Mapping[str, Any]], known: Mapping[str, int]) -> list[dict[str, Any]]:
    """The steps of a kit; those that lead to something of the same bank lead to it by its number here."""
    return [
        {**step, "resource": known.get(step["leads_to"]) if step["leads_to"] else None}
        if "leads_to" in step
        else {**step}
        for step in steps
    ]


def is_kept(resource: Resource, code: str) -> bool:
    """Somebody decided of it here: taken over, withdrawn, or, for what came by a file, written since."""
    if resource.source_code == taken(code):
        return True
    if resource.state == State.WITHDRAWN:
        return resource.source_code == code
    return resource.state != State.PUBLISHED or (
        not follows(resource) and resource.versions.exclude(note__startswith=_note("")).exists()
    )


def last_content(resource: Resource) -> Content:
    """With what readers may not know, which only the last accepted proposal holds."""
    last = resource.proposals.filter(state=ProposalState.ACCEPTED).order_by("-pk").first()
    return last.content if last is not None else resource.content


def _note(bank: str) -> str:
    """What the history of versions says; it also tells what nobody wrote here."""
    start = _("Repris d’une autre banque")
    return f"{start}\u00a0: {bank}"[:300] if bank else start


# --- Write ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def write(plans: "Sequence[Plan]", *, importing: Importing, bank: str) -> None:
    """Publish what the rows say: new resources, new versions of those we hold."""
    by = Member.objects.filter(pk=importing.by_id).first() if importing.by_id else None
    written = []
    for plan in plans:
        if plan.steps:
            _lead(plan)
        if plan.only_translations:
            _translate(plan, importing=importing)
        elif plan.pk:
            _publish_again(plan, importing=importing, bank=bank, by=by)
        written.append(plan.pk or _publish_new(plan, importing=importing, bank=bank))
        importing.journal.keep()
    _date(written, importing=importing)


def _date(pks: Sequence[int], *, importing: Importing) -> None:
    """For harvesters, all of it changes when it can be read: a writing may last, and who came meanwhile asks for what changed since.
    What follows in the same transaction may last too, so it is dated again as soon as that is kept."""
    clock = importing.clock
    if clock is None:
        return
    moment = clock()
    _redate(pks, dated=importing.now, moment=moment)
    transaction.on_commit(lambda: _redate(pks, dated=moment, moment=clock()), robust=True)


def _redate(pks: Sequence[int], *, dated: datetime, moment: datetime) -> None:
    """Those that nothing else changed meanwhile."""
    for start in range(0, len(pks), TOGETHER):
        Resource.objects.filter(pk__in=pks[start : start + TOGETHER], changed_at=dated).update(changed_at=moment)


def _lead(plan: "Plan") -> None:
    """What its steps lead to may have been written just before."""
    assert plan.marks is not None
    asked = _came_from(plan.marks[0]).filter(external_id__in=[step["leads_to"] for step in plan.steps])
    items = led(plan.steps, dict(asked.values_list("external_id", "pk")))
    plan.content = contents.cleaned(plan.content | {"kit_items": items})


def _publish_new(plan: "Plan", *, importing: Importing, bank: str) -> int:
    """Nobody here wrote it: nobody holds it. Its number."""
    assert plan.marks is not None
    proposal = proposals.begin(plan.content, by=None, now=importing.now)
    code, key = plan.marks
    Resource.objects.filter(pk=proposal.resource_id).update(source_code=code, external_id=key)
    _note_origins(plan)
    resources.publish(proposal, by=None, now=importing.now, note=_note(bank))
    resource = Resource.objects.get(pk=proposal.resource_id)
    _bring_translations(plan, resource, importing=importing)
    importing.journal.updated(resource, _as_withdrawn(resource, importing), number=plan.number)
    return resource.pk


def _translate(plan: "Plan", *, importing: Importing) -> None:
    resource = resources.lock(Resource(pk=plan.pk))
    before = importing.journal.before(resource)
    _bring_translations(plan, resource, importing=importing)
    importing.journal.updated(resource, before, number=plan.number)


def _bring_translations(plan: "Plan", resource: Resource, *, importing: Importing) -> None:
    here = {each.language: each for each in Translation.objects.filter(resource=resource)}
    for said in plan.translations:
        known = here.get(said["language"])
        if known is not None and not translations.is_brought(known):  # somebody writes it here
            continue
        before = importing.journal.before(known) if known is not None else None
        row = translations.bring(known, resource, said, now=importing.now)
        if before is None:
            importing.journal.created(row, number=plan.number)
        else:
            importing.journal.updated(row, before, number=plan.number)
    for row in here.values():
        if is_dropped(plan, row):
            importing.journal.removed(row, number=plan.number)
            translations.take_back(row, resource, now=importing.now)
    resource.refresh_from_db()


def is_dropped(plan: "Plan", row: Translation) -> bool:
    """The bank, from which it came, does not say it any more."""
    return plan.tongues is not None and row.language not in plan.tongues and translations.is_of_a_bank(row)


def _note_origins(plan: "Plan") -> None:
    """Where its copies come from; our own address of a file is not where it comes from."""
    copied = [each for each in plan.files if "id" in each and not each["url"].startswith(settings.ORIGIN)]
    files.note_origins({UUID(each["id"]): each["url"] for each in copied})


def _as_withdrawn(resource: Resource, importing: Importing) -> Snapshot:
    """What undoing puts back: there was nothing, and a number never serves twice."""
    state, code = resource.state, resource.source_code
    resource.state, resource.source_code = State.WITHDRAWN.value, gone(code)
    before = importing.journal.before(resource)
    resource.state, resource.source_code = state, code
    return before


def _publish_again(plan: "Plan", *, importing: Importing, bank: str, by: Any) -> None:
    resource = resources.lock(Resource(pk=plan.pk))
    if resource.proposals.filter(state__in=OPEN).exists():  # someone has just begun to write
        return
    before = importing.journal.before(resource)
    if plan.marks is not None:
        by = None
        Resource.objects.filter(pk=plan.pk).update(source_code=plan.marks[0])
    proposal = proposals.open_proposal(resource, by=by, now=importing.now, content=plan.content)
    _note_origins(plan)
    note = _note(bank) if plan.marks is not None else _("Corrigée par un fichier importé.")
    version = resources.publish(proposal, by=by, now=importing.now, note=note)
    resource.refresh_from_db()
    _bring_translations(plan, resource, importing=importing)
    importing.journal.updated(resource, before, number=plan.number)
    importing.journal.created(proposal, number=plan.number)
    importing.journal.created(version, number=plan.number)


def after_undo(done: Sequence[tuple[str, str]], now: datetime) -> None:
    """What came back is read again by lists, by the search and by harvesters."""
    pks = sorted(int(pk) for label, pk in done if label == label_of(Resource))
    for resource in Resource.objects.filter(pk__in=pks):
        resources.rewrite(resource, now=now)
        translations.count_again(resource, now=now)


# --- Outside banks -------------------------------------------------------------------------------------------------


def _of_source(number: int) -> Any:
    return Resource.objects.filter(source_code=code_of_source(number))


def known(number: int) -> list[str]:
    """What readers may find here of a bank: what leaves it is withdrawn."""
    return list(_of_source(number).filter(state__in=SHOWN).values_list("external_id", flat=True))


@transaction.atomic
def withdraw(importing: Importing, keys: Collection[str]) -> int:
    """They are no longer in their bank."""
    assert importing.source is not None
    wanted: list[str] = sorted(keys)
    left: list[int] = []
    for start in range(0, len(wanted), TOGETHER):
        found = _of_source(importing.source.id).filter(external_id__in=wanted[start : start + TOGETHER])
        for resource in found.order_by("pk"):
            before = importing.journal.before(resource)
            _withdraw(resource, now=importing.now)
            importing.journal.updated(resource, before)
            importing.journal.keep()
            left.append(resource.pk)
    _date(left, importing=importing)
    return len(left)


def _withdraw(resource: Resource, *, now: datetime) -> None:
    resources.withdraw(resource, by=None, now=now)
    resource.source_code = gone(resource.source_code)
    resource.save(update_fields=["source_code"])


@transaction.atomic
def forget(source: SourceRef, now: datetime) -> int:
    """Withdraw all that follows the bank; what is personal in it is forgotten for good."""
    count = 0
    for resource in _of_source(source.id).order_by("pk"):
        if resource.state in SHOWN:
            _withdraw(resource, now=now)
            count += 1
    if source.is_personal:
        _forget_texts(
            Resource.objects.filter(source_code__in=[code_of_source(source.id), gone(code_of_source(source.id))])
        )
    return count


def _forget_texts(found: Iterable[Resource]) -> None:
    """Only the number is left, since it was cited."""
    for resource in found:
        content = contents.cleaned(
            {"kind": resource.kind, "title": _("Ressource retirée"), "licence": resource.licence}
        )
        forget_record(label_of(Resource), [resource.pk])
        for model in (Version, Proposal):
            rows = model.objects.filter(resource=resource)
            forget_record(label_of(model), list(rows.values_list("pk", flat=True)))
            rows.delete()
        Resource.objects.filter(pk=resource.pk).update(
            content=content, title=content["title"], summary="", source="", external_id=f"~{resource.pk}"
        )
        resource.refresh_from_db()
        resources.write_rows(resource)


@transaction.atomic
def keep(source: SourceRef, now: datetime) -> int:
    """The bank is no longer followed: its resources become ours, and say where they came from."""
    code = code_of_file(source.name)
    there = set(Resource.objects.filter(source_code=code).values_list("external_id", flat=True))
    count = 0
    for resource in _of_source(source.id).order_by("pk"):
        resource.source_code = code
        if resource.external_id in there:
            resource.external_id = ""
        resource.save(update_fields=["source_code", "external_id"])
        resources.touched([resource.pk], now=now)
        count += 1
    return count


@transaction.atomic
def take_over(resource: Resource, *, by: Any, now: datetime) -> None:
    """« Prendre la suite »: it no longer follows its bank; who takes it over holds it. Twice is once."""
    row = resources.lock(resource)
    if row.owner_id == by.pk and row.source_code.startswith(TAKEN):
        return
    if not follows(row) or not row.is_shown:
        raise ResourceRefused(_("Cette ressource ne suit plus sa banque\u00a0: relisez sa page."))
    row.source_code, row.owner = taken(row.source_code), by
    row.save(update_fields=["source_code", "owner"])
    resources.touched([row.pk], now=now)
    resource.refresh_from_db()
