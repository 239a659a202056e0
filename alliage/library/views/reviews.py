"""Reviews: the queue that everyone reads, what reviewers may take, and the page where a text and its remarks meet."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, json
from alliage.library import content as contents
from alliage.library import permissions
from alliage.library.enums import QUEUED, ProposalState, RemarkState, ResourceKind
from alliage.library.forms.reviews import Act, ActForm
from alliage.library.models import Proposal, Remark
from alliage.library.parts import Part, parts
from alliage.library.queries import reviews as queries
from alliage.library.services import contributing, reviews
from alliage.library.views.resources import crumbs
from alliage.refusals import Refusal
from alliage.ui.limits import limit
from alliage.ui.templatetags.ui import date_fr

PER_PAGE = 30
PER_PERSON = "120/1h"
LATE = "tard"
QUEUE_COLUMNS = ("kind", "state", "is_new", "title", "submitted_on", "moved_on")


def since(moment: datetime, now: datetime) -> str:
    """« depuis aujourd’hui », « depuis hier », « depuis 12 jours »: the age of a move, in days of Paris."""
    days = (timezone.localdate(now) - timezone.localdate(moment)).days
    if days <= 0:
        return _("depuis aujourd’hui")
    if days == 1:
        return _("depuis hier")
    return ngettext("depuis %(count)d jour", "depuis %(count)d jours", days) % {"count": days}


# --- The queue that everyone reads ---------------------------------------------------------------------------------

_WAITS_FOR = {
    ProposalState.SUBMITTED: "people",
    ProposalState.IN_REVIEW: "eye",
    ProposalState.CHANGES_ASKED: "edit",
}


def _state_words(state: str) -> str:
    return {
        ProposalState.SUBMITTED: _("attend quelqu’un pour la relire"),
        ProposalState.IN_REVIEW: _("en relecture"),
        ProposalState.CHANGES_ASKED: _("chez la personne qui l’écrit"),
    }[ProposalState(state)]


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, in which state, since when: never what it says, nor by whom."""
    now, counts = timezone.now(), queries.counts()
    state = request.GET.get("etat", "")
    state = state if state in QUEUED else ""
    rows = queries.public_rows()
    if state:
        rows = rows.filter(state=state)
    total = counts.get(state, 0) if state else sum(counts.values())
    page = CountedPaginator(PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    lines = [_queue_line(queries.waiting(row), now) for row in rows[start : start + PER_PAGE]]
    context = {
        "crumbs": crumbs((_("En relecture"), "")),
        "lines": lines,
        "page": page,
        "query": f"etat={state}" if state else "",
        "exports": [
            {
                "label": extension.upper(),
                "url": reverse("library:review_queue_export", args=[extension]) + (f"?etat={state}" if state else ""),
            }
            for extension in ("csv", "json")
        ],
        "tabs": _queue_tabs(state, counts),
        "is_reviewer": permissions.is_reviewer(request.user),
    }
    return render(request, "library/review_queue.html", context)


@require_safe
def queue_export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The same lines, as anyone may take them away: no number leads to a text."""
    state = request.GET.get("etat", "")
    found = queries.public_rows()
    if state in QUEUED:
        found = found.filter(state=state)
    rows = (_queue_row(queries.waiting(row)) for row in found.iterator(chunk_size=500))
    if extension == "json":
        return json.response(found.count(), rows)
    flat = ([row[name] for name in QUEUE_COLUMNS] for row in rows)
    return csv.response("ressources-en-relecture.csv", QUEUE_COLUMNS, flat, excel="excel" in request.GET)


def _queue_row(waiting: queries.Waiting) -> dict[str, Any]:
    return {
        "kind": waiting.kind,
        "state": waiting.state,
        "is_new": waiting.is_new,
        "title": waiting.title or None,
        "submitted_on": timezone.localdate(waiting.since),
        "moved_on": timezone.localdate(waiting.moved_at),
    }


def _queue_line(waiting: queries.Waiting, now: datetime) -> dict[str, Any]:
    kind = waiting.kind.capitalize()
    return {
        "title": waiting.title or kind,
        "kind": kind if waiting.title else "",
        "is_named": bool(waiting.title),
        "is_new": waiting.is_new,
        "icon": _WAITS_FOR[ProposalState(waiting.state)],
        "state": _state_words(waiting.state),
        "since": since(waiting.moved_at, now),
        "submitted_on": timezone.localdate(waiting.since),
    }


def _queue_tabs(state: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    url = reverse("library:review_queue")
    tabs = [{"label": _("Tout"), "url": url, "current": not state, "count": sum(counts.values())}]
    labels = {
        ProposalState.SUBMITTED: _("À relire"),
        ProposalState.IN_REVIEW: _("En relecture"),
        ProposalState.CHANGES_ASKED: _("Chez qui les écrit"),
    }
    return tabs + [
        {"label": label, "url": f"{url}?etat={code.value}", "current": state == code, "count": counts.get(code, 0)}
        for code, label in labels.items()
    ]


# --- What reviewers may take ---------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def to_review(request: HttpRequest) -> HttpResponse:
    """The same queue with titles and authors; what I read first."""
    if not permissions.is_reviewer(request.user):
        raise PermissionDenied
    now, view = timezone.now(), request.GET.get("vue", "")
    late = set(queries.orphans(now).values_list("pk", flat=True))
    found = queries.for_reviewers()
    if view == LATE:
        found = found.filter(pk__in=late)
    elif view != "tout":
        view = ""
        found = found.filter(state=ProposalState.SUBMITTED)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (_("À relire"), "")],
        "mine": [_reviewer_line(one, late, now) for one in queries.taken_by(request.user)[:PER_PAGE]]
        if not view
        else [],
        "lines": [_reviewer_line(one, late, now) for one in page],
        "page": page,
        "query": f"vue={view}" if view else "",
        "tabs": [
            {"label": _("À prendre"), "url": "?", "current": not view},
            {"label": _("Tout ce qui attend"), "url": "?vue=tout", "current": view == "tout"},
            {"label": _("Attend depuis longtemps"), "url": f"?vue={LATE}", "current": view == LATE, "count": len(late)},
        ],
    }
    return render(request, "library/review_list.html", context)


def _reviewer_line(proposal: Any, late: set[int], now: datetime) -> dict[str, Any]:
    return {
        "proposal": proposal,
        "title": proposal.content["title"],
        "kind": _kind(proposal),
        "state": _state_words(proposal.state),
        "since": since(proposal.moved_at, now),
        "is_late": proposal.pk in late,
    }


def _kind(proposal: Proposal) -> str:
    return str(ResourceKind(proposal.content["kind"]).label)


# --- One text and its remarks --------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limit("library.review", per_person=PER_PERSON)
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The same page for both sides: each sees what they may do. A refused act comes back with what was typed."""
    proposal = found_or_404(request, pk)
    form = ActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = _act(request, proposal, form)
        if done is not None:
            return done
    return _page(request, proposal, form)


def found_or_404(request: HttpRequest, pk: int) -> Proposal:
    """For others than its authors and reviewers it does not exist."""
    proposal = queries.by_number(pk)
    if proposal is None or not permissions.can_read_proposal(request.user, proposal) or not proposal.content:
        raise Http404(f"No proposal {pk} for this person.")
    return proposal


def _page(request: HttpRequest, proposal: Proposal, form: ActForm) -> HttpResponse:
    now, user = timezone.now(), request.user
    is_mine = permissions.can_go_on_reviewing(user, proposal)
    reviews_now = is_mine and proposal.state == ProposalState.IN_REVIEW
    answers = permissions.can_answer_review(user, proposal)
    remarks = queries.remarks_of(proposal, with_unsent=permissions.is_reviewer(user) and not answers)
    typed = _typed(form)
    rows = _parts_with_remarks(parts(proposal.content), remarks, typed)
    refusal = queries.refusal_of(proposal) if proposal.state == ProposalState.DROPPED else None
    context = {
        "crumbs": _crumbs_of(request, proposal),
        "proposal": proposal,
        "title": proposal.content["title"],
        "kind": _kind(proposal),
        "state": _state_for(proposal, answers=answers),
        "since": since(proposal.moved_at, now),
        "rows": rows,
        "unsent": sum(1 for remark in remarks if remark.sent_at is None),
        "left": sum(1 for remark in remarks if remark.sent_at and remark.state != RemarkState.SETTLED),
        "unmet": sum(1 for remark in remarks if remark.sent_at and remark.state == RemarkState.OPEN),
        "total": sum(1 for remark in remarks if remark.sent_at),
        "done": sum(1 for remark in remarks if remark.sent_at and remark.state != RemarkState.OPEN),
        "missing": contents.missing(proposal.content),
        "acts": queries.acts_of(proposal),
        "rounds": [(each, _round_label(each)) for each in queries.rounds(proposal)],
        "files": proposal.content["files"],
        "refusal": refusal,
        "form": form,
        "typed": typed,
        "reviews_now": reviews_now,
        "is_mine": is_mine,
        "may_take": proposal.state == ProposalState.SUBMITTED and permissions.can_review(user, proposal),
        "may_take_over": proposal.state in (ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED)
        and permissions.can_take_over(user, proposal),
        "answers": answers,
        "writes_now": answers and proposal.state == ProposalState.CHANGES_ASKED,
        "may_start_again": answers and proposal.state == ProposalState.DROPPED,
        "is_waiting": proposal.state in QUEUED,
        "edit_url": reverse("library:edit", args=[proposal.resource_id]),
        "hides_place": proposal.content["hides_place"],
    }
    return render(request, "library/review.html", context, status=422 if form.errors else 200)


def _state_for(proposal: Proposal, *, answers: bool) -> str:
    if proposal.state not in QUEUED:
        return str(proposal.get_state_display())
    if answers and proposal.state == ProposalState.CHANGES_ASKED:
        return _("chez vous")
    return _state_words(proposal.state)


def _crumbs_of(request: HttpRequest, proposal: Proposal) -> list[tuple[str, str]]:
    if permissions.is_reviewer(request.user):
        first = [(_("Mon espace"), "/mon-espace/"), (_("À relire"), reverse("library:to_review"))]
    else:
        first = [(_("Ressources"), reverse("library:index")), (_("Mes ressources"), reverse("library:mine"))]
    return [*first, (proposal.content["title"], "")]


def _typed(form: ActForm) -> dict[str, Any]:
    """What a refused act held, to be shown again where it was typed."""
    if not form.errors:
        return {}
    return {name: form.data.get(name, "").replace("\0", "") for name in ("acte", "part", "remark", "text")}


def _parts_with_remarks(found: list[Part], remarks: list[Remark], typed: dict[str, Any]) -> list[dict[str, Any]]:
    """Each part with its remarks; what is about the whole, or about a part that is gone, comes last."""
    codes = {part.code for part in found}
    whole = Part("", _("L’ensemble"), "", _("L’essentiel est là, dit simplement, et l’on peut s’en servir."))
    rows = []
    for part in [*found, whole]:
        mine = [each for each in remarks if each.part == part.code or (not part.code and each.part not in codes)]
        was_typed = typed.get("acte") == Act.REMARK and typed.get("part") == part.code
        rows.append(
            {
                "part": part,
                "remarks": [_remark_row(each, typed) for each in mine],
                "typed": typed["text"] if was_typed else "",
                "is_quiet": bool(part.code and not part.text and not mine),
            }
        )
    return rows


def _remark_row(remark: Remark, typed: dict[str, Any]) -> dict[str, Any]:
    is_here = typed.get("remark") == str(remark.pk)
    return {
        "remark": remark,
        "words": list(remark.words.all()),
        "typed": typed["text"] if is_here else "",
        "icon": {RemarkState.OPEN: "edit", RemarkState.MET: "eye", RemarkState.SETTLED: "check"}[
            RemarkState(remark.state)
        ],
    }


def _round_label(each: queries.Round) -> str:
    if each.key == queries.PUBLISHED:
        return _("ce qui est publié")
    return _("le texte proposé le %(day)s") % {"day": date_fr(each.at, "moment")}


# --- Acts ----------------------------------------------------------------------------------------------------------

Doing = Callable[[Proposal, ActForm, Any, datetime], str]


def _remark_of(proposal: Proposal, form: ActForm) -> Remark:
    found = queries.remark(proposal, form.cleaned_data["remark"] or 0)
    if found is None:
        raise reviews.ReviewRefused(_("Cette remarque n’existe plus."))
    return found


def _take(proposal: Proposal, _form: ActForm, by: Any, now: datetime) -> str:
    reviews.take(proposal, by=by, now=now)
    return _("Vous relisez ce texte. La personne qui l’a écrit est prévenue.")


def _take_over(proposal: Proposal, _form: ActForm, by: Any, now: datetime) -> str:
    reviews.take_over(proposal, by=by, now=now)
    return _("Vous relisez ce texte à la place de la personne qui l’avait pris.")


def _give_back(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.give_back(proposal, by=by, now=now, note=form.cleaned_data["text"])
    return _("C’est rendu : quelqu’un d’autre peut le relire. Vos remarques restent.")


def _write_remark(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.remark(proposal, part=form.cleaned_data["part"], text=form.cleaned_data["text"], by=by, now=now)
    return _("Remarque gardée. Elle partira avec les autres, quand vous demanderez des changements.")


def _rewrite(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.rewrite_remark(_remark_of(proposal, form), text=form.cleaned_data["text"], by=by, now=now)
    return _("C’est noté.")


def _forget(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.rewrite_remark(_remark_of(proposal, form), text="", by=by, now=now)
    return _("Remarque retirée.")


def _settle(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.settle(_remark_of(proposal, form), text=form.cleaned_data["text"], by=by, now=now)
    return _("Remarque réglée.")


def _reopen(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.reopen(_remark_of(proposal, form), text=form.cleaned_data["text"], by=by, now=now)
    return _("La remarque est de nouveau à reprendre.")


def _ask(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.ask_changes(proposal, note=form.cleaned_data["text"], by=by, now=now)
    return _("Vos remarques sont parties. Vous serez prévenu quand le texte reviendra.")


def _accept(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.accept(proposal, note=form.cleaned_data["text"], by=by, now=now)
    return _("C’est publié. La personne qui l’a écrit est prévenue.")


def _refuse(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.refuse(proposal, reason=form.cleaned_data["text"], by=by, now=now)
    return _("C’est noté. La personne qui l’a écrit garde son texte et lit vos raisons.")


def _met(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.say_met(_remark_of(proposal, form), text=form.cleaned_data["text"], by=by, now=now)
    return _("C’est noté : reprise.")


def _unmet(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.say_unmet(_remark_of(proposal, form), by=by, now=now)
    return _("C’est noté : à reprendre.")


def _answer(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    reviews.answer(_remark_of(proposal, form), text=form.cleaned_data["text"], by=by, now=now)
    return _("Votre réponse est sous la remarque.")


def _send_back(proposal: Proposal, _form: ActForm, by: Any, now: datetime) -> str:
    if contributing.draft_of(proposal, by):
        raise reviews.ReviewRefused(
            _("Votre dernière saisie n’est pas enregistrée : ouvrez le texte, enregistrez-la, puis renvoyez.")
        )
    contributing.propose(proposal, by=by, now=now)
    return _("C’est envoyé. Vous serez prévenu de la suite.")


def _show_title(proposal: Proposal, form: ActForm, by: Any, now: datetime) -> str:
    shown = form.cleaned_data["acte"] == Act.SHOW_TITLE
    reviews.show_title(proposal, shown=shown, by=by, now=now)
    if shown:
        return _("Le titre est montré dans la file publique.")
    return _("Le titre n’est plus montré dans la file publique.")


def _start_again(proposal: Proposal, _form: ActForm, by: Any, now: datetime) -> str:
    reviews.start_again(proposal, by=by, now=now)
    return _("Voici un nouveau brouillon, avec le texte que vous aviez proposé.")


_ACTS: dict[str, tuple[Callable[[Any, Proposal], bool], Doing]] = {
    Act.TAKE: (permissions.can_review, _take),
    Act.TAKE_OVER: (permissions.can_take_over, _take_over),
    Act.GIVE_BACK: (permissions.can_go_on_reviewing, _give_back),
    Act.REMARK: (permissions.can_go_on_reviewing, _write_remark),
    Act.REWRITE: (permissions.can_go_on_reviewing, _rewrite),
    Act.FORGET: (permissions.can_go_on_reviewing, _forget),
    Act.SETTLE: (permissions.can_go_on_reviewing, _settle),
    Act.REOPEN: (permissions.can_go_on_reviewing, _reopen),
    Act.ASK: (permissions.can_go_on_reviewing, _ask),
    Act.ACCEPT: (permissions.can_go_on_reviewing, _accept),
    Act.REFUSE: (permissions.can_go_on_reviewing, _refuse),
    Act.ANSWER: (permissions.can_speak_in_review, _answer),
    Act.MET: (permissions.can_answer_review, _met),
    Act.UNMET: (permissions.can_answer_review, _unmet),
    Act.SEND_BACK: (permissions.can_answer_review, _send_back),
    Act.SHOW_TITLE: (permissions.can_answer_review, _show_title),
    Act.HIDE_TITLE: (permissions.can_answer_review, _show_title),
    Act.START_AGAIN: (permissions.can_answer_review, _start_again),
}
# Where each act leaves the person: the page of the review, unless said.
_ANCHORED = frozenset({Act.REMARK, Act.REWRITE, Act.FORGET, Act.SETTLE, Act.REOPEN, Act.MET, Act.UNMET, Act.ANSWER})


def _act(request: HttpRequest, proposal: Proposal, form: ActForm) -> HttpResponse | None:
    """Do what was asked, or None when the page is to be shown again with what was typed."""
    if not form.is_valid():
        return None
    act, user = Act(form.cleaned_data["acte"]), request.user
    may, doing = _ACTS[act]
    if not may(user, proposal):
        raise PermissionDenied
    try:
        said = doing(proposal, form, user, timezone.now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, said)
    return redirect(_after(act, proposal, form))


def _after(act: Act, proposal: Proposal, form: ActForm) -> str:
    if act == Act.ACCEPT:
        return str(proposal.resource.get_absolute_url())
    if act in (Act.REFUSE, Act.GIVE_BACK):
        return reverse("library:to_review")
    if act == Act.START_AGAIN:
        return reverse("library:edit", args=[proposal.resource_id])
    page = reverse("library:review", args=[proposal.pk])
    if act in _ANCHORED:
        part = form.cleaned_data["part"]
        return f"{page}#{Part(part, '', '').anchor}"
    return page


# --- What changed --------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """The text against an earlier round, or against what is published, word by word."""
    proposal = found_or_404(request, pk)
    rounds = queries.rounds(proposal)
    asked = request.GET.get("avec", "")
    earlier = next((each for each in rounds if each.key == asked), rounds[0] if rounds else None)
    if earlier is None:
        raise Http404(f"Nothing to compare proposal {pk} with.")
    context = {
        "crumbs": [
            *_crumbs_of(request, proposal)[:-1],
            (proposal.content["title"], reverse("library:review", args=[pk])),
            (_("Ce qui change"), ""),
        ],
        "proposal": proposal,
        "title": proposal.content["title"],
        "comparison": queries.changes(proposal, earlier),
        "before": _round_label(earlier),
        "tabs": [
            {"label": _round_label(each), "url": f"?avec={each.key}", "current": each.key == earlier.key}
            for each in rounds
        ],
    }
    return render(request, "library/review_changes.html", context)
