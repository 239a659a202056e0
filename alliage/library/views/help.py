"""Help wanted: the list that everyone reads, one line to answer, what authors ask for their resource."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.directory.forms.profiles import ContactForm
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, json, rss
from alliage.library import permissions
from alliage.library.enums import HelpKind
from alliage.library.forms.help import AskForm
from alliage.library.models import HelpWanted, Resource
from alliage.library.queries import help as queries
from alliage.library.queries import resources as reads
from alliage.library.services import help as services
from alliage.library.views.resources import crumbs
from alliage.refusals import Refusal
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT

PER_PAGE = 30
PER_PERSON = "6/10m"
ASKED_PER_PERSON = "20/1h"
COLUMNS = (
    "id",
    "kind",
    "kind_label",
    "text",
    "resource_kind",
    "resource_kind_label",
    "resource",
    "resource_title",
    "resource_url",
    "created_on",
    "expires_on",
)
EXTENSIONS = ("csv", "json", "rss")


def _asked_kind(request: HttpRequest) -> str:
    kind = request.GET.get("quoi", "")
    return kind if kind in HelpKind.values else ""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What authors look for; who asks is not said."""
    now, kind = timezone.now(), _asked_kind(request)
    counts = queries.counts(now)
    total = counts.get(kind, 0) if kind else sum(counts.values())
    page = CountedPaginator(PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    query = f"quoi={kind}" if kind else ""
    found = queries.shown(now).filter(kind=kind) if kind else queries.shown(now)
    context = {
        "crumbs": crumbs((_("Coups de main"), "")),
        "lines": [queries.row(each) for each in found[start : start + PER_PAGE]],
        "page": page,
        "query": query,
        "tabs": _tabs(kind, counts),
        "exports": [
            {
                "label": extension.upper(),
                "url": reverse("library:help_export", args=[extension]) + (f"?{query}" if query else ""),
            }
            for extension in EXTENSIONS
        ],
    }
    return render(request, "library/help.html", context)


def _tabs(kind: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    url = reverse("library:help")
    tabs = [{"label": _("Tout"), "url": url, "current": not kind, "count": sum(counts.values())}]
    return tabs + [
        {
            "label": str(each.label).capitalize(),
            "url": f"{url}?quoi={each.value}",
            "current": kind == each.value,
            "count": counts.get(each.value, 0),
        }
        for each in HelpKind
    ]


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filter."""
    found, kind = queries.shown(timezone.now()), _asked_kind(request)
    if kind:
        found = found.filter(kind=kind)
    if extension == "rss":
        return _feed(request, found)
    rows = (queries.row(each) for each in found.iterator(chunk_size=500))
    if extension == "json":
        return json.response(found.count(), rows)
    flat = ([row[name] for name in COLUMNS] for row in rows)
    return csv.response("coups-de-main.csv", COLUMNS, flat, excel="excel" in request.GET)


def _feed(request: HttpRequest, found: Any) -> HttpResponse:
    page = rss.page(request)
    entries = [
        rss.Entry(
            title=f"{HelpKind(each.kind).label}".capitalize(),
            url=reverse("library:help_answer", args=[each.pk]),
            summary=each.text,
            published_at=each.created_at,
        )
        for each in found[page.rows]
    ]
    return rss.response(
        _("Coups de main cherchés"),
        reverse("library:help"),
        _("Relecture, données, illustration, traduction : ce que cherchent les autrices et auteurs de ressources."),
        entries,
        feed_url=request.get_full_path(),
        page=page,
    )


# --- Answer --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Three fields, with or without an account. What was typed stays on the page whatever the answer."""
    now = timezone.now()
    wanted = queries.shown(now).filter(pk=pk).first()
    if wanted is None:
        raise Http404(f"No help {pk} is wanted.")
    member: Any = request.user if request.user.is_authenticated else None
    form = ContactForm(
        request.POST if request.method == "POST" else None,
        initial={"name": member.name, "email": member.email} if member else {},
    )
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "library.help", per_person=PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid() and _sent(request, wanted, form, member):
            messages.success(request, _("Votre message est parti. La réponse arrivera à votre adresse."))
            return redirect("library:help")
    line = queries.row(wanted)
    context = {
        "crumbs": crumbs((_("Coups de main"), reverse("library:help")), (str(line["kind_label"]).capitalize(), "")),
        "line": line,
        "wanted": wanted,
        "form": form,
    }
    page = render(request, "library/help_answer.html", context, status=422 if form.errors else 200)
    response = limits.remember_browser(request, page)
    return limits.too_many(response, excess) if excess else response


def _sent(request: HttpRequest, wanted: HelpWanted, form: ContactForm, member: Any) -> bool:
    """Whether the message left; a refusal is written on the form."""
    said = form.cleaned_data
    try:
        services.answer_help(
            wanted,
            name=said["name"],
            email=said["email"],
            text=said["text"],
            sent=f"{limits.browser_token(request)}|{form.data.get(MOMENT, '')}",
            now=timezone.now(),
            by=member,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


# --- Ask, close ----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.help_ask", per_person=ASKED_PER_PERSON)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """What one looks for, for a resource that one writes."""
    resource = _mine_or_404(request, pk)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        member: Any = request.user
        try:
            services.ask_help(resource, **form.cleaned_data, by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est demandé. Les réponses arriveront dans votre boîte."))
            return redirect(request.path)
    proposal = resource.proposals.order_by("-pk").first()
    title = resource.title
    context = {
        "crumbs": [(_("Mon espace"), "/mon-espace/"), (title, _page_of(resource)), (_("Coups de main"), "")],
        "resource": resource,
        "title": title,
        "wanted": list(queries.of_resource(resource)),
        "hides_place": bool(proposal and proposal.content.get("hides_place")),
        "is_draft": not resource.is_shown,
        "form": form,
    }
    return render(request, "library/help_ask.html", context, status=422 if form.errors else 200)


def _page_of(resource: Resource) -> str:
    return str(resource.get_absolute_url()) if resource.is_shown else reverse("library:edit", args=[resource.pk])


def _mine_or_404(request: HttpRequest, pk: int) -> Resource:
    resource = reads.by_number(pk)
    if resource is None or not permissions.can_edit(request.user, resource):
        if resource is not None and resource.is_shown:
            raise PermissionDenied
        raise Http404(f"No resource {pk} for this person.")
    return resource


@require_POST
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """One gesture."""
    wanted = queries.by_number(pk)
    if wanted is None:
        raise Http404(f"No help {pk}.")
    resource = _mine_or_404(request, wanted.resource_id)
    services.close_help(wanted, by=request.user, now=timezone.now())
    messages.success(request, _("C’est clos : plus personne ne voit cette demande."))
    return redirect("library:help_ask", resource.pk)
