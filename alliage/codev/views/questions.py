"""`/entraide/`: the list and its filters, its exports, the page of a question, its earlier texts, what its author decides."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliage.codev import help_permissions as permissions
from alliage.codev.forms.answers import AnswerForm, ComplementForm
from alliage.codev.help_enums import Readers
from alliage.codev.help_texts import READY
from alliage.codev.models import Question
from alliage.codev.queries import answers as answer_reads
from alliage.codev.queries import bringing
from alliage.codev.queries import questions as reads
from alliage.codev.queries import similar as likeness
from alliage.codev.queries.questions import MINE, UNANSWERED, Asked
from alliage.codev.services import help_drafts
from alliage.codev.services import questions as services
from alliage.codev.views.asking import crumbs, own
from alliage.directory.queries import understanding
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, json, rss
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.ui import limits

EXTENSIONS = ("csv", "json", "rss")
ACTS_PER_PERSON = "60/10m"
COLUMNS = (
    "id", "kind", "kind_label", "title", "text", "leviers", "metiers", "odd", "territory_kind", "territory_code",
    "territory_name", "answers", "is_answered", "asked_on", "last_on", "is_demo", "url",
)  # fmt: skip


def address_of(wanted: Asked) -> str:
    query = wanted.query()
    return f"{reverse('codev:questions')}?{query}" if query else reverse("codev:questions")


def row(question: Question, viewer: Any) -> dict[str, Any]:
    """One line of a list."""
    return {
        "question": question,
        "url": question.get_absolute_url(),
        "where": grammar.title(question.territory) if question.territory else "",
        "terms": reads.terms_of(question)[:3],
        "is_mine": viewer.is_authenticated and question.author_id == viewer.pk,
    }


# --- List ----------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Ask, and what was asked: what this person may read, narrowed by the filters of the address."""
    wanted = reads.asked(request.GET)
    if "lieu" in request.GET:
        return redirect(address_of(wanted))
    if wanted.view == MINE and not request.user.is_authenticated:
        wanted = wanted.without("etat")
    counts = reads.counts(wanted, request.user)
    total = {UNANSWERED: counts.unanswered, MINE: counts.mine}.get(wanted.view, counts.total)
    page = CountedPaginator(reads.PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    found = reads.rows(wanted, request.user)[start : start + reads.PER_PAGE] if total else []
    tail = f"?{wanted.query()}" if wanted.query() else ""
    context = {
        "crumbs": [(_("Entraide"), "")],
        "wanted": wanted,
        "parameters": wanted.parameters(),
        "place_asked": grammar.title(wanted.territory) if wanted.territory else "",
        "leviers": [(term.code, term.label) for term in taxonomy.terms(Vocabulary.LEVIERS)],
        "tabs": _tabs(wanted, counts, request.user),
        "chips": [{"label": label, "url": address_of(wanted.without(name))} for name, label in wanted.labels()],
        "clear_url": reverse("codev:questions"),
        "total": total,
        "page": page,
        "rows": [row(question, request.user) for question in found],
        "query": wanted.query(),
        "exports": [
            {"label": extension.upper(), "url": reverse("codev:questions_export", args=[extension]) + tail}
            for extension in EXTENSIONS
        ],
        "ready": READY,
        "sent": secrets.token_hex(16),
        "is_member": permissions.can_post(request.user),
        "sees_subjects": permissions.can_see_subjects(request.user),
    }
    return render(request, "codev/questions.html", context)


def _tabs(wanted: Asked, counts: reads.Counts, viewer: Any) -> list[dict[str, Any]]:
    tabs = [("", _("Toutes"), counts.total), (UNANSWERED, _("Sans réponse"), counts.unanswered)]
    if viewer.is_authenticated:
        tabs.append((MINE, _("Les miennes"), counts.mine))
    return [
        {
            "label": label,
            "url": address_of(Asked(wanted.q, wanted.kind, wanted.levier, wanted.territory, view)),
            "current": wanted.view == view,
            "count": count,
        }
        for view, label, count in tabs
    ]


# --- Open formats --------------------------------------------------------------------------------------------------


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """What everyone reads, whoever asks: what members alone read stays on its page."""
    wanted = reads.asked(request.GET)
    return _WRITERS[extension](request, wanted, reads.exported(wanted))


def _as_csv(request: HttpRequest, _wanted: Asked, found: Any) -> HttpResponseBase:
    rows = (_flat(reads.record(question)) for question in found.iterator(chunk_size=500))
    return csv.response("entraide.csv", COLUMNS, rows, excel="excel" in request.GET)


def _flat(record: dict[str, Any]) -> list[Any]:
    return [" ".join(record[name]) if isinstance(record[name], list) else record[name] for name in COLUMNS]


def _as_json(_request: HttpRequest, _wanted: Asked, found: Any) -> HttpResponseBase:
    return json.response(found.count(), (reads.record(question) for question in found.iterator(chunk_size=500)))


def _as_rss(request: HttpRequest, wanted: Asked, found: Any) -> HttpResponseBase:
    page = rss.page(request)
    entries = [
        rss.Entry(question.title, question.get_absolute_url(), question.text, question.created_at, question.edited_at)
        for question in found[page.rows]
    ]
    lead = _("Ce que des membres du réseau demandent à tous, les dernières questions d’abord.")
    return rss.response(_("Entraide"), address_of(wanted), lead, entries, feed_url=request.get_full_path(), page=page)


_WRITERS: dict[str, Callable[[HttpRequest, Asked, Any], HttpResponseBase]] = {
    "csv": _as_csv,
    "json": _as_json,
    "rss": _as_rss,
}


# --- One question --------------------------------------------------------------------------------------------------


@require_safe
def question(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    found = reads.question(pk, request.user)
    if found is None:
        if not request.user.is_authenticated and Question.objects.filter(pk=pk, is_hidden=False).exists():
            return redirect_to_login(request.get_full_path())
        raise Http404(f"No question {pk} for this person.")
    if slug != found.slug:
        return redirect(found)
    return page(request, found)


def page(
    request: HttpRequest, found: Question, form: AnswerForm | None = None, complement: tuple[int, Any] | None = None
) -> HttpResponse:
    """The page of a question; with a form that was refused, filled."""
    viewer, now = request.user, timezone.now()
    rows = answer_reads.of_question(found, viewer)
    names = reads.people([found.author, found.accepted_by, *answer_reads.speakers(rows)], viewer)
    may_answer = permissions.can_answer(viewer, found)
    draft = help_drafts.draft_of(viewer, help_drafts.answer_to(found)) if may_answer and form is None else None
    typed = {name: values[0] for name, values in draft["data"].items() if values} if draft else {}
    context = {
        "crumbs": crumbs((found.title, "")),
        "question": found,
        "where": grammar.title(found.territory) if found.territory else "",
        "terms": [(reads.code_of(term), term) for term in reads.terms_of(found)],
        "author": names.get(found.author_id) if found.author_id else reads.gone(),
        "accepted_by": names.get(found.accepted_by_id) if found.accepted_by_id else None,
        "answers": [answer_reads.line(each, found, viewer, names, now=now, bound=complement) for each in rows],
        # Nobody is sent their own question.
        "call": None if permissions.wrote(viewer, found) else reads.call_of(found, viewer),
        "calls": answer_reads.calls_told(found) if permissions.wrote(viewer, found) else [],
        "is_mine": permissions.wrote(viewer, found),
        "may_answer": may_answer or form is not None,
        "may_open": permissions.wrote(viewer, found) and not any(each.author_id != viewer.pk for each in rows),
        "my_groups": bringing.my_groups(viewer, now) if permissions.can_bring(viewer, found) else [],
        "may_leave_subjects": permissions.wrote(viewer, found) or permissions.can_see_subjects(viewer),
        "answer_form": form or AnswerForm(initial={"reuse": "ask", **typed}),
        "complement_form": ComplementForm(),
        "answer_place": help_drafts.answer_to(found),
        "drafted": bool(draft),
        "seen": draft["at"] if draft else "",
        "tab": request.POST.get("tab", "").replace("\0", "")[:40] or secrets.token_hex(8),
        "sent": request.POST.get("sent", "").replace("\0", "")[:64] or secrets.token_hex(16),
        "addable": _addable(found) if permissions.wrote(viewer, found) else [],
        "found": likeness.of_question(found, viewer),
        "sign_in": f"{reverse('account_login')}?next={found.get_absolute_url()}",
    }
    failed = (form is not None and form.errors) or (complement is not None and complement[1].errors)
    return render(request, "codev/question.html", context, status=422 if failed else 200)


def _addable(found: Question) -> list[tuple[str, str]]:
    """Subjects that its author may add."""
    having = {term.pk for term in reads.terms_of(found)}
    words = (Vocabulary.LEVIERS, Vocabulary.METIERS, Vocabulary.ODD)
    return [
        (reads.code_of(term), term.label) for each in words for term in taxonomy.terms(each) if term.pk not in having
    ]


@require_safe
def texts(request: HttpRequest, pk: int) -> HttpResponse:
    """The earlier texts of a question and of its answers, for those who read it."""
    found = reads.question(pk, request.user)
    if found is None:
        raise Http404(f"No question {pk} for this person.")
    context = {
        "crumbs": crumbs((found.title, found.get_absolute_url()), (_("Textes d’avant"), "")),
        "question": found,
        "history": answer_reads.history(found),
    }
    return render(request, "codev/question_texts.html", context)


# --- What its author decides ---------------------------------------------------------------------------------------


@login_required
@require_POST
@limits.limit("codev.question_act", per_person=ACTS_PER_PERSON)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Subjects corrected in one tap, readers, close, reopen, withdraw, no longer a subject."""
    what = request.POST.get("acte", "")
    if what == "quitter-sujets":
        found = reads.question(pk, request.user)
        if found is None:
            raise Http404(f"No question {pk} for this person.")
        if not (permissions.wrote(request.user, found) or permissions.can_see_subjects(request.user)):
            raise PermissionDenied
    else:
        found = own(request, pk)
    try:
        said = _do(request, found, what)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    if said:
        messages.success(request, said)
    return redirect("codev:questions") if what == "retirer" and said else redirect(found)


def _do(request: HttpRequest, found: Question, what: str) -> str:
    """Do it, and say so; nothing for an act that nobody knows."""
    now = timezone.now()
    if what == "sujets":
        return _correct(request, found)
    if what == "lecteurs":
        readers = request.POST.get("lecteurs", "")
        if readers not in Readers.values:
            return ""
        services.show_to(found, readers, now=now)
        return _("C’est changé.")
    acts: dict[str, tuple[Callable[..., None], str]] = {
        "clore": (services.close, _("Votre question est close\u00a0: elle reste lisible.")),
        "rouvrir": (services.reopen, _("Votre question attend de nouveau des réponses.")),
        "retirer": (services.withdraw, _("Votre question est effacée.")),
        "quitter-sujets": (services.leave_subjects, _("Elle n’est plus proposée comme sujet.")),
    }
    if what not in acts:
        return ""
    service, said = acts[what]
    service(found, now=now)
    return said


def _correct(request: HttpRequest, found: Question) -> str:
    """One subject less, or one more; the territory less."""
    terms, place = reads.terms_of(found), found.territory
    less, more = request.POST.get("moins", ""), understanding.by_code(request.POST.get("plus", ""))
    if less == "territoire":
        place = None
    kept = [term for term in terms if reads.code_of(term) != less]
    services.correct(found, [*kept, *([more] if more is not None else [])], place, now=timezone.now())
    return _("C’est corrigé.")
