"""Ask: one box, what exists already beside it, drafts; a visitor's text waits while they sign in."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.codev import help_permissions as permissions
from alliage.codev.forms.questions import AskForm, about_question, about_ticked, about_typed
from alliage.codev.help_enums import QuestionKind, Readers
from alliage.codev.help_texts import READY, ready_text, with_ready_text
from alliage.codev.models import Question
from alliage.codev.queries import questions as reads
from alliage.codev.queries import similar as likeness
from alliage.codev.services import help_drafts
from alliage.codev.services import questions as services
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.drafts import DraftTaken, Mark

WAITING = "entraide"
TYPED = ("text", "kind", "readers", "place", "place_code", "vu", "avec", "ou")
POSTED_PER_PERSON, LOOKED_PER_PERSON, DRAFTS_PER_PERSON = "10/10m", "240/10m", "600/10m"
KEPT_PER_PERSON, KEPT_VALUES, KEPT_SIGNS = "30/10m", 12, 200
MODEL = "modele:"


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Entraide"), reverse("codev:questions")), *more]


def line_of(request: HttpRequest, name: str, longest: int = 64) -> str:
    """What a form knows of itself, as it came."""
    return request.POST.get(name, "").replace("\0", "")[:longest]


def sent(request: HttpRequest) -> str:
    """The mark of one display of the form."""
    return line_of(request, "sent") or secrets.token_hex(16)


# --- Ask -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """« Poser » posts; « voir ce qui existe » shows it; a ready text is a beginning. All keep what was typed."""
    if request.method != "POST":
        return limits.remember_browser(request, _start(request))
    act = request.POST.get("act", "post")
    if act.startswith(MODEL):
        return _page(request, _with_model(request, act.removeprefix(MODEL)))
    if act == "oublier":
        return _forgotten(request)
    if not permissions.can_post(request.user):
        return _kept_for_later(request) if act == "post" else _page(request, request.POST)
    return _posted(request) if act == "post" else _page(request, request.POST)


def _posted(request: HttpRequest) -> HttpResponse:
    excess = limits.count(request, "codev.question", per_person=POSTED_PER_PERSON)
    form = AskForm(request.POST)
    if excess:
        form.add_error(None, excess.message)
        return limits.too_many(_page(request, request.POST, form), excess)
    if form.is_valid():
        about = about_typed(request.POST, form.cleaned_data["text"])
        try:
            made = services.post(
                form.said(about), by=request.user, now=timezone.now(), sent=sent(request), tab=line_of(request, "tab")
            )
        except Refusal as refusal:
            form.add_error("text", refusal.message)
        else:
            request.session.pop(WAITING, None)
            messages.success(request, _said_once_posted(made))
            return redirect(made)
    return _page(request, request.POST, form)


def _said_once_posted(made: Question) -> str:
    count = made.calls.count()
    if count:
        return _("C’est posé. Votre question est aussi envoyée à quelques personnes dont la pratique y répond.")
    return _("C’est posé. Vous serez prévenu de chaque réponse.")


def _kept_for_later(request: HttpRequest) -> HttpResponse:
    """A visitor: the text waits in the session, and is there once they signed in."""
    excess = limits.count(request, "codev.question_kept", per_person=KEPT_PER_PERSON)
    if excess:
        form = AskForm(request.POST)
        form.add_error(None, excess.message)
        return limits.too_many(_page(request, request.POST, form), excess)
    request.session[WAITING] = {name: _kept(request, name) for name in TYPED if name in request.POST}
    return HttpResponse(status=303, headers={"Location": redirect_to_login(reverse("codev:question_new"))["Location"]})


def _kept(request: HttpRequest, name: str) -> list[str]:
    """No more than what the form takes: anyone may send anything here."""
    if name == "text":
        return [request.POST[name][: services.LONGEST]]
    return [each[:KEPT_SIGNS] for each in request.POST.getlist(name)[:KEPT_VALUES]]


def _waiting(request: HttpRequest) -> QueryDict | None:
    kept = request.session.get(WAITING)
    if not kept:
        return None
    data = QueryDict(mutable=True)
    for name in TYPED:
        data.setlist(name, kept.get(name, []))
    return data


def _drafted(request: HttpRequest) -> tuple[QueryDict | None, str]:
    """What this member typed here and did not send, and its mark."""
    draft = help_drafts.draft_of(request.user, help_drafts.QUESTION)
    if draft is None:
        return None, ""
    data = QueryDict(mutable=True)
    for name in TYPED:
        data.setlist(name, draft["data"].get(name, []))
    return data, draft["at"]


def _start(request: HttpRequest) -> HttpResponse:
    waiting = _waiting(request)
    kept, seen = _drafted(request)
    data = waiting or kept
    if data is None:
        asked_kind = request.GET.get("modele", "")
        data = QueryDict(mutable=True)
        data["text"] = ready_text(asked_kind)
        data["kind"] = asked_kind if asked_kind in QuestionKind.values else QuestionKind.HELP
    return _page(request, data, seen=seen, waited=waiting is not None, drafted=waiting is None and kept is not None)


def _with_model(request: HttpRequest, kind: str) -> QueryDict:
    data = request.POST.copy()
    if kind in QuestionKind.values:
        data["text"] = with_ready_text(data.get("text", "").replace("\0", ""), kind)
        data["kind"] = kind
    return data


def _forgotten(request: HttpRequest) -> HttpResponse:
    request.session.pop(WAITING, None)
    if request.user.is_authenticated:
        help_drafts.forget(request.user, help_drafts.QUESTION)
    return redirect("codev:question_new")


def _page(request: HttpRequest, data: QueryDict, form: AskForm | None = None, **more: Any) -> HttpResponse:
    text = data.get("text", "").replace("\0", "")[: services.LONGEST]
    kind = data.get("kind", "") if data.get("kind", "") in QuestionKind.values else QuestionKind.HELP
    initial = {"text": text, "kind": kind, "readers": data.get("readers") or Readers.MEMBERS}
    initial["place"] = (data.get("place_code") or data.get("place", "")).replace("\0", "")[:200]
    found = likeness.of_text(text, request.user)
    context = {
        "crumbs": crumbs((_("Poser une question"), "")),
        "form": form or AskForm(initial=initial),
        "about": about_typed(data, text) if text else None,
        "found": found,
        "looked": request.method == "POST",
        "ready": READY,
        "kind": kind,
        "sent": sent(request),
        "tab": line_of(request, "tab") or secrets.token_hex(8),
        "seen": more.pop("seen", line_of(request, "seen")),
        "is_member": permissions.can_post(request.user),
        **more,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "codev/question_new.html", context, status=status)


@require_POST
@limits.limit("codev.similar", per_person=LOOKED_PER_PERSON)
def similar(request: HttpRequest) -> HttpResponse:
    """While one types: what resembles it, and what it is about. A part of a page."""
    text = request.POST.get("text", "").replace("\0", "")[: services.LONGEST]
    context = {"found": likeness.of_text(text, request.user), "about": about_typed(request.POST, text), "looked": True}
    return render(request, "codev/question_beside.html", context)


# --- Drafts --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_POST
def draft(request: HttpRequest, place: str) -> HttpResponse:
    """Sent by `ui/autosave.js`: says when it was kept, or why not."""
    excess = limits.count(request, "codev.help_draft", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    if "text" not in request.POST:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    number = place.partition("-")[2]
    if number and not reads.visible(request.user).filter(pk=number).exists():
        raise Http404(f"No question {number} for this person.")
    names = (*TYPED, "reuse")
    data = {
        name: [each.replace("\0", "") for each in request.POST.getlist(name)] for name in names if name in request.POST
    }
    mark = Mark("", line_of(request, "tab", 40), line_of(request, "seen", 40), force="force" in request.POST)
    try:
        at = help_drafts.keep(place, data, mark=mark, by=request.user, now=timezone.now())
    except DraftTaken as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.at}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    moment = parse_datetime(at)
    said = timezone.localtime(moment).strftime("%H:%M") if moment else ""
    return JsonResponse(
        {"seen": at, "version": "", "message": _("Brouillon gardé à %(hour)s. Vous seul le voyez.") % {"hour": said}}
    )


# --- Change --------------------------------------------------------------------------------------------------------


def own(request: HttpRequest, pk: int) -> Question:
    """The question, for its author; for others who read it, a refusal."""
    found = reads.question(pk, request.user)
    if found is None:
        raise Http404(f"No question {pk} for this person.")
    if not permissions.wrote(request.user, found):
        raise PermissionDenied
    return found


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("codev.question_edit", per_person="30/10m")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text and what it is about; who reads it is changed on its page."""
    found = own(request, pk)
    form = AskForm(request.POST if request.method == "POST" else None, initial={"text": found.text})
    about = about_question(reads.terms_of(found), found.territory)
    if request.method == "POST":
        about = about_ticked(request.POST)
        if form.is_valid():
            try:
                services.edit(found, form.said(about), now=timezone.now())
            except Refusal as refusal:
                form.add_error("text", refusal.message)
            else:
                messages.success(request, _("C’est changé. Le texte d’avant reste lisible."))
                return redirect(found)
    context = {
        "crumbs": crumbs((found.title, found.get_absolute_url()), (_("Modifier"), "")),
        "question": found,
        "form": form,
        "about": about,
    }
    return render(request, "codev/question_edit.html", context, status=422 if form.errors else 200)
