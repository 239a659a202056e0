"""Writes of diagnostics on paper: photographs kept and read away from pages, then confirmed by a person or erased; sheets typed.

Nothing of a photograph counts before someone confirmed its page. The picture taken by the telephone goes as soon as the page is put
straight; the straightened one once it is confirmed, or after `KEPT_FOR`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.files import services as files
from alliage.files.models import StoredFile
from alliage.jobs import services as jobs
from alliage.jobs.context import JobContext
from alliage.jobs.models import Job
from alliage.learning import paper_codes, paper_layout
from alliage.learning.enums import RespondentRole
from alliage.learning.models import Diagnostic, PaperPage, Respondent
from alliage.learning.queries import diagnostics as queries
from alliage.learning.queries import papers
from alliage.learning.services import respondents
from alliage.learning.services.diagnostics import DiagnosticRefused, lock
from alliage.paper import layout, reading
from alliage.paper import services as paper
from alliage.paper.enums import PaperState
from alliage.paper.forms import NOTHING

PURPOSE = "learning.paper"
JOB = "learning.read_papers"
KEPT_FOR = paper.KEPT_FOR


class PaperRefused(DiagnosticRefused):
    """The sheet cannot be taken so."""


def _open(diagnostic: Diagnostic) -> Diagnostic:
    row = lock(diagnostic)
    if row.is_closed:
        raise PaperRefused(_("Ce diagnostic est clos\u00a0: il ne reçoit plus de réponses."))
    return row


# --- Photographs -----------------------------------------------------------------------------------------------------


@transaction.atomic
def send(diagnostic: Diagnostic, uploads: Sequence[UploadedFile], *, by: Member, now: datetime) -> Job:
    """Keep photographs, and ask that they be read."""
    row = _open(diagnostic)
    kept = paper.store(uploads, purpose=PURPOSE, by=by, now=now)
    made = [PaperPage.objects.create(diagnostic=row, file=stored, sent_at=now) for stored in kept]
    payload = {"diagnostic": row.pk, "pages": [page.pk for page in made]}
    return jobs.enqueue(JOB, payload=payload, by=by, now=now, label=_("Lire des feuilles photographiées"))


def read_waiting(context: JobContext, payload: dict[str, Any], *, now: datetime) -> None:
    """The job; begun again, it takes what is left."""
    numbers: list[int] = payload["pages"]
    for rank, pk in enumerate(numbers):
        context.progress(rank, len(numbers))
        _read(pk, now=now)


def _read(pk: int, *, now: datetime) -> None:
    """Apart from any transaction: opening a picture takes a while."""
    page = PaperPage.objects.filter(pk=pk, state=PaperState.WAITING).select_related(
        "file", "diagnostic__opening__version"
    )
    row = page.first()
    if row is None or row.file is None:
        return
    with row.file.file.open("rb") as content:
        photograph = content.read()
    try:
        straight = reading.straighten(photograph)
        found, place = _printed(row.diagnostic, straight.code)
    except reading.Unreadable as unreadable:
        PaperPage.objects.filter(pk=pk, state=PaperState.WAITING).update(state=PaperState.UNREAD, why=unreadable.why)
        return
    _keep(row, found, reading.read(straight.grey, place), reading.picture(straight), now=now)


def _printed(diagnostic: Diagnostic, text: str) -> tuple[paper_codes.PaperCode, layout.Page]:
    """Which page it is; a sheet of another diagnostic, or of nobody, is not read."""
    found = paper_codes.read(text)
    if found is None or (found.diagnostic, found.version) != (diagnostic.pk, diagnostic.opening.version_id):
        raise reading.Unreadable("other")
    pages = papers.layout_of(diagnostic)
    return found, pages[found.page - 1]


@transaction.atomic
def _keep(
    page: PaperPage,
    found: paper_codes.PaperCode,
    read: Sequence[reading.Read],
    picture: bytes,
    *,
    now: datetime,
) -> None:
    """Write what was read. A page photographed again replaces the first, unless that one was confirmed."""
    diagnostic = lock(page.diagnostic)
    row = PaperPage.objects.select_related("file").filter(pk=page.pk, state=PaperState.WAITING).first()
    if row is None:
        return  # taken away while it was read
    same = diagnostic.paper_pages.filter(series=found.series, copy=found.copy, page=found.page).first()
    if same is not None and same.state == PaperState.CONFIRMED:
        row.state, row.why = PaperState.UNREAD, "already"
        row.save(update_fields=["state", "why"])
        return
    if same is not None:
        paper.discard(same)
        same.delete()
    row.series, row.copy, row.page = found.series, found.copy, found.page
    row.boxes = {each.code: {key: value for key, value in asdict(each).items() if key != "code"} for each in read}
    row.state = PaperState.READ
    owner = row.file.owner_id if row.file else None
    paper.discard(row)
    upload = SimpleUploadedFile(_("feuille") + ".jpg", picture, "image/jpeg")
    row.file = files.store(upload, by_id=owner, purpose=PURPOSE, now=now)
    row.save()


# --- Confirmed by a person -------------------------------------------------------------------------------------------


@transaction.atomic
def confirm(page: PaperPage, given: Mapping[str, str], *, by: Member, now: datetime) -> Respondent:  # noqa: ARG001 the name of every service
    """What a person says of each line of a page: a value, or `NOTHING`. Its answers count; picture and readings go."""
    diagnostic = _open(page.diagnostic)
    row = PaperPage.objects.select_for_update(of=("self",)).select_related("file").get(pk=page.pk)
    place = papers.sides(diagnostic, row)
    if row.state != PaperState.READ or place is None:
        raise PaperRefused(_("Cette page a déjà été confirmée, ou retirée."))
    settled = _settled(place, given)
    same = diagnostic.paper_pages.filter(series=row.series, copy=row.copy, respondent__isnull=False)
    other = same.select_related("respondent__diagnostic").first()
    who = other.respondent if other else None
    row.respondent = _counted(diagnostic, who, settled, now=now)
    row.state, row.boxes = PaperState.CONFIRMED, {}
    paper.discard(row)
    row.save()
    return row.respondent


@transaction.atomic
def enter(diagnostic: Diagnostic, given: Mapping[str, str], *, series: str, by: Member, now: datetime) -> Respondent:  # noqa: ARG001 as above
    """A sheet typed by hand. `series` is the form's own: sent twice, it counts once."""
    row = _open(diagnostic)
    known = row.paper_pages.filter(series=series, copy=0, page=0).select_related("respondent").first()
    if known is not None and known.respondent is not None:
        return known.respondent
    settled: dict[str, str] = {}
    for place in papers.layout_of(row):
        settled |= _settled(place, given)
    who = _counted(row, None, settled, now=now)
    PaperPage.objects.create(diagnostic=row, series=series, state=PaperState.CONFIRMED, respondent=who, sent_at=now)
    return who


def _settled(place: paper_layout.Page, given: Mapping[str, str]) -> dict[str, str]:
    """What is said of every line, none left out: a doubt is settled by someone, never by silence. Then what was written by hand, typed."""
    for row in place.rows:
        if given.get(row.code) not in {NOTHING, *(box.value for box in row.boxes)}:
            raise PaperRefused(_("Il reste une ligne à trancher\u00a0: dites ce qui est coché, ou que rien ne l’est."))
    said = {row.code: given[row.code] for row in place.rows if given[row.code] != NOTHING}
    words = given.get(place.note.code, "").strip() if place.note is not None else ""
    return said | {place.note.code: words} if place.note is not None and words else said


def _counted(diagnostic: Diagnostic, who: Respondent | None, settled: dict[str, str], *, now: datetime) -> Respondent:
    """The answers of a sheet, under a respondent without a name; the other side joins the first."""
    role, shows = settled.pop(paper_layout.ROLE, ""), settled.pop(paper_layout.CONSENT, "")
    if who is None:
        who = respondents.create(diagnostic, role=RespondentRole.OTHER, now=now)
    if role:
        who = respondents.introduce(who, role=role, shows_role=bool(shows), now=now)
    said = queries.current(queries.response_of(who)) | settled
    if not said:
        raise PaperRefused(_("Aucune réponse sur cette page\u00a0: retirez-la, elle ne compterait pas."))
    return respondents.send(who, said, now=now)


# --- Erased ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove(page: PaperPage, *, by: Member, now: datetime) -> None:  # noqa: ARG001 the name of every service
    """A photograph that is not wanted goes at once. Twice is once; what was confirmed stays."""
    found = PaperPage.objects.select_related("file").filter(pk=page.pk).exclude(state=PaperState.CONFIRMED)
    for row in found:
        paper.discard(row)
        row.delete()


@transaction.atomic
def erase_old(*, now: datetime) -> int:
    """Pictures that nobody confirmed, and those whose diagnostic went; answers how many."""
    old = StoredFile.objects.filter(purpose=PURPOSE, created_at__lte=now - KEPT_FOR)
    for page in PaperPage.objects.filter(file__in=old):
        PaperPage.objects.filter(pk=page.pk).update(state=PaperState.ERASED, file=None, boxes={})
    count = 0
    for stored in old:
        files.discard(stored)
        count += 1
    return count
