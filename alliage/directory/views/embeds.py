"""« Intégrer »: the page that makes the text to paste, the frames themselves, oEmbed, and the sites that may show them.

Frames are written without a request: no session, no cookie, no menu, no bar; nothing but what anyone may read.
"""

import logging
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.directory import embeds, permissions
from alliage.directory.enums import HostState
from alliage.directory.filters import parse
from alliage.directory.forms.embeds import RECORD, AllowForm, AskForm, BuildForm, DecideForm
from alliage.directory.models import EmbedHost
from alliage.directory.queries import embeds as queries
from alliage.directory.registry import Embeddable, Frame, embeddables
from alliage.directory.services import embeds as services
from alliage.refusals import Refusal
from alliage.ui import limits

logger = logging.getLogger(__name__)

ASKED_PER_PERSON = "5/1d"
_SCRIPT = Path(__file__).resolve().parent.parent / "static" / "directory" / "hauteur.js"
_LINK = re.compile(r"<a(?=\s)")


# --- Frames --------------------------------------------------------------------------------------------------------


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, code: str, record: str = "") -> HttpResponse:
    """One frame, for the page of another site if it is allowed; else a card that says so, with a link."""
    kind = embeddables.get(code)
    if kind is None or kind.is_list == bool(record):
        raise Http404(f"No frame {code}/{record}.")
    policy = queries.policy(request.headers.get("Referer", ""))
    found = kind.frame(record, request.GET)
    if found is None:
        return _bare("directory/embed/gone.html", {"title": _("Cette page n’est plus publique")}, policy, status=404)
    if not policy.is_allowed:
        return _bare("directory/embed/not_listed.html", _context(found), policy)
    if policy.counted_as and request.method == "GET":
        _count(policy.counted_as, kind)
    return _bare(found.template, _context(found), policy)


def _context(found: Frame) -> dict[str, Any]:
    return {"title": found.title, "url": settings.ORIGIN + found.url, **found.context}


def _bare(template: str, context: dict[str, Any], policy: queries.Policy, *, status: int = 200) -> HttpResponse:
    """Every link opens in the whole window: a visitor must never browse our site inside somebody else's."""
    page = render_to_string(template, context | {"origin": settings.ORIGIN, "home": settings.ORIGIN + "/"})
    answer = HttpResponse(_LINK.sub('<a target="_top" rel="noopener"', page), status=status)
    answer._csp_replace = {"frame-ancestors": policy.ancestors}  # type: ignore[attr-defined]  # noqa: SLF001 the attribute django-csp's decorators set
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def _count(host: str, kind: Embeddable) -> None:
    """A display that could not be counted is shown all the same."""
    try:
        services.count(host, kind.code, on=timezone.localdate())
    except DatabaseError:
        logger.warning("A display of a frame could not be counted.", exc_info=True)


@cache
def _height_script() -> bytes:
    return _SCRIPT.read_bytes()


@require_safe
def height_script(_request: HttpRequest) -> HttpResponse:
    """The script of the pages that show our frames, at an address that never changes."""
    answer = HttpResponse(_height_script(), content_type="text/javascript; charset=utf-8")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(answer, public=True, max_age=86400)
    return answer


# --- oEmbed --------------------------------------------------------------------------------------------------------


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What to paste for one page of ours (oembed.com). Unknown and private look the same."""
    asked = request.GET.get("format", "json")
    if not request.GET.get("url"):
        answer: HttpResponse = JsonResponse({"error": _("Donnez l’adresse d’une page : ?url=")}, status=400)
    elif asked not in ("json", "xml"):
        answer = JsonResponse({"error": _("Formats connus : json, xml.")}, status=501)
    elif (found := embeds.frame_of(request.GET["url"][:2000])) is None:
        answer = JsonResponse({"error": _("Aucune page publique à cette adresse.")}, status=404)
    else:
        sizes = {name: request.GET.get(name, "") for name in ("maxwidth", "maxheight")}
        said = embeds.oembed(found, **sizes)
        xml = asked == "xml"
        answer = (
            HttpResponse(embeds.as_xml(said), content_type="text/xml; charset=utf-8") if xml else JsonResponse(said)
        )
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


# --- The page that makes the text to paste -------------------------------------------------------------------------


@require_safe
def builder(request: HttpRequest) -> HttpResponse:
    """Choose what to show, look at it, copy two lines."""
    form = BuildForm(request.GET, auto_id="integrer_%s")
    asked = request.GET.get("quoi") or embeds.lists()[0].code
    context: dict[str, Any] = {"form": form, "asked": asked, "record": RECORD, "ask_form": AskForm()}
    if asked == RECORD:
        found = embeds.frame_of(request.GET.get("adresse", "").strip())
        if found is not None:
            path = embeds.path_of(found.kind.code, found.record)
            context |= _to_paste(path, found.frame.title, found.kind.height)
        context["unknown"] = bool(request.GET.get("adresse")) and found is None
    elif (kind := embeddables.get(asked)) is not None and kind.is_list:
        context |= _list_context(kind, request.GET)
    context |= {
        "figures": queries.figures(timezone.localdate()),
        "is_animator": permissions.can_keep_fresh(request.user),
        "anywhere": settings.EMBED_ANYWHERE,
    }
    answer = render(request, "directory/embed_builder.html", context)
    answer._csp_update = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # noqa: SLF001 as above
    return answer


def _list_context(kind: Embeddable, asked: QueryDict) -> dict[str, Any]:
    """What is asked of a list: what the form shows of it, what it only keeps, what it does not understand; and what to paste."""
    filters, of_entries = kind.filters(asked), kind.filters is parse
    shown, query = kind.frame("", asked), filters.query()
    fields = ("nature", "metier", "territoire") if of_entries else ("territoire",)
    return {
        "has_entries": of_entries,
        "place_name": kind.place,
        "place": filters.territory.name if filters.territory else asked.get(kind.place, ""),
        "territory": filters.parameters().get("territoire", ""),
        "others": [(name, value) for name, value in parse_qsl(query) if name not in fields],
        "other_labels": [label for name, label in filters.active() if name not in fields],
        "ignored": filters.ignored,
        **(_to_paste(embeds.path_of(kind.code, query=query), shown.title, kind.height) if shown is not None else {}),
    }


def _to_paste(path: str, title: str, height: int) -> dict[str, Any]:
    return {
        "snippet": embeds.snippet(path, title=title, height=height),
        "frame_path": path,
        "frame_title": title,
        "frame_height": height,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A site asks to show our frames: two questions, no account."""
    form, excess = AskForm(request.POST or None), None
    if request.method == "POST":
        excess = limits.count(request, "directory.embed", per_person=ASKED_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid():
            try:
                row = services.ask(form.cleaned_data["host"], note=form.cleaned_data["note"], now=timezone.now())
            except Refusal as refusal:
                form.add_error("host", refusal.message)
            else:
                messages.success(request, _said_of(row))
                return redirect("directory:embed_builder")
    page = render(request, "directory/embed_ask.html", {"form": form}, status=422 if form.errors else 200)
    response = limits.remember_browser(request, page)
    return limits.too_many(response, excess) if excess else response


def _said_of(row: EmbedHost) -> str:
    words = {
        HostState.ASKED: _("La demande pour %(host)s est reçue. L’équipe d’animation y répond en quelques jours."),
        HostState.ALLOWED: _("%(host)s est déjà autorisé : collez les deux lignes dans votre page."),
        HostState.REFUSED: _("L’équipe d’animation a déjà répondu non pour %(host)s. Écrivez-lui pour en parler."),
    }
    return words[HostState(row.state)] % {"host": row.host}


# --- Animators -----------------------------------------------------------------------------------------------------


def _refuse_others(request: HttpRequest) -> None:
    if not permissions.can_keep_fresh(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sites(request: HttpRequest) -> HttpResponse:
    """Sites that ask, sites that may, and how often they showed what."""
    _refuse_others(request)
    form = AllowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = _allowed(request, form)
        except Refusal as refusal:
            form.add_error("host", refusal.message)
        else:
            messages.success(request, _("%(host)s peut montrer nos cadres.") % {"host": row.host})
            return redirect("directory:embed_sites")
    shown = queries.displays(timezone.localdate())
    labels = {each.code: each.label for each in embeddables}
    for rows in shown.values():
        for line in rows:
            line["label"] = labels.get(line["kind"], line["kind"])
    allowed = list(queries.sites(HostState.ALLOWED))
    context = {
        "form": form,
        "asked": queries.sites(HostState.ASKED),
        "allowed": [{"row": row, "shown": shown.pop(row.host, [])} for row in allowed],
        "refused": queries.sites(HostState.REFUSED),
        "others": shown.items(),
    }
    return render(request, "directory/embed_sites.html", context, status=422 if form.errors else 200)


def _allowed(request: HttpRequest, form: AllowForm) -> EmbedHost:
    said, member = form.cleaned_data, request.user
    subdomains = said["with_subdomains"]
    return services.allow(said["host"], with_subdomains=subdomains, by=member, now=timezone.now())  # type: ignore[arg-type]


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    _refuse_others(request)
    row, form = get_object_or_404(EmbedHost, pk=pk), DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Dites si ce site est autorisé ou refusé."))
        return redirect("directory:embed_sites")
    row = services.decide(row, **form.cleaned_data, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    said = _("%(host)s peut montrer nos cadres.") if row.state == HostState.ALLOWED else _("%(host)s ne peut pas montrer nos cadres.")  # fmt: skip
    messages.success(request, said % {"host": row.host})
    return redirect("directory:embed_sites")
