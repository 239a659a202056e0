"""Collections: keep a resource, write one's collection, read somebody's, take it away."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.accounts.secret_links import private
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, documents, json
from alliage.library import permissions
from alliage.library.cards import card
from alliage.library.enums import Sharing
from alliage.library.forms.collections import CollectionForm, ItemsForm, SharingForm
from alliage.library.models import Collection, CollectionItem, Resource
from alliage.library.queries import collections as queries
from alliage.library.queries import packs
from alliage.library.services import collections as services
from alliage.library.services.kits import Typed, mark
from alliage.library.views.packs import pack_file, pack_page
from alliage.library.views.resources import crumbs, found_or_404
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "120/10m"
PER_PAGE = 40
PUBLIC_PER_PAGE = 30


def _mine_crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Mes collections"), reverse("library:my_collections")), *more)


# --- Keep ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("library.keep", per_person=PER_PERSON)
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """One gesture puts it in « À garder »; the page chooses where else, and tells visitors how to keep it without an account."""
    resource = found_or_404(request, pk)
    if not resource.is_shown:
        raise Http404(f"Nobody reads resource {pk}.")
    if request.method == "POST":
        return _keep(request, resource)
    is_member = permissions.can_keep(request.user)
    context = {
        "crumbs": crumbs((resource.title, resource.get_absolute_url()), (_("Garder"), "")),
        "resource": resource,
        "collections": list(queries.holding(request.user, resource)) if is_member else [],
        "form": CollectionForm(),
        "is_member": is_member,
    }
    return render(request, "library/collection_keep.html", context)


@login_required
def _keep(request: HttpRequest, resource: Resource) -> HttpResponse:
    now = timezone.now()
    try:
        chosen = _chosen(request)
        if "let_go" in request.POST and chosen is not None:
            services.let_go(chosen, resource.pk, by=request.user, now=now)
            messages.success(request, _("Retirée de «\u00a0%(name)s\u00a0».") % {"name": chosen.name})
            return redirect("library:keep", resource.pk)
        item = services.keep(resource, collection=chosen, by=request.user, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("library:keep", resource.pk)
    messages.success(request, _("Gardée dans «\u00a0%(name)s\u00a0».") % {"name": item.collection.name})
    return redirect(resource) if chosen is None else redirect("library:keep", resource.pk)


def _chosen(request: HttpRequest) -> Collection | None:
    """The collection that the button names, a new one when a name was typed, None for the usual one."""
    if "new" in request.POST:
        form = CollectionForm(request.POST)
        if not form.is_valid():
            raise services.CollectionRefused(_("Donnez un nom à cette collection."))
        return services.create(form.named(), by=request.user, now=timezone.now())
    number = request.POST.get("collection", "")
    if not number:
        return None
    found = queries.by_number(int(number)) if number.isascii() and number.isdecimal() and len(number) <= 18 else None
    if found is None or not permissions.holds_collection(request.user, found):
        raise Http404("No such collection of this member.")
    return found


# --- One's own -----------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("library.collection", per_person=PER_PERSON)
def mine(request: HttpRequest) -> HttpResponse:
    """My collections, and a new one."""
    form = CollectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create(form.named(), by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("library:my_collection", made.pk)
    context = {
        "crumbs": crumbs((_("Mes collections"), "")),
        "collections": list(queries.mine(request.user)),
        "form": form,
    }
    return render(request, "library/collection_mine.html", context, status=422 if form.errors else 200)


def _mine_or_404(request: HttpRequest, pk: int) -> Collection:
    found = queries.by_number(pk)
    if found is None or not permissions.can_see_collection(request.user, found):
        raise Http404(f"No collection {pk} for this person.")
    if not permissions.holds_collection(request.user, found):
        raise PermissionDenied
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes, order: one form whose every button keeps the notes that were typed."""
    found = _mine_or_404(request, pk)
    page = Paginator(queries.all_items(found), PER_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        return _arrange(request, found, page)
    context = {
        "crumbs": _mine_crumbs((found.name, "")),
        "collection": found,
        "lines": [_line(item) for item in page],
        "page": page,
        "link": queries.link_of(found),
    }
    return render(request, "library/collection_edit.html", context)


def _line(item: CollectionItem) -> dict[str, Any]:
    shown = item.resource.is_shown
    return {"item": item, "card": card(item.resource) if shown else None, "mark": mark(item.note)}


def _arrange(request: HttpRequest, collection: Collection, page: Page) -> HttpResponse:
    pks = [item.pk for item in page]
    form, now = ItemsForm(request.POST, pks=pks), timezone.now()
    form.full_clean()
    said = form.cleaned_data
    notes = {pk: Typed(said[f"note_{pk}"], said[f"was_{pk}"]) for pk in pks if f"note_{pk}" in request.POST}
    services.write_notes(collection, notes, by=request.user, now=now)
    act, _colon, number = said["act"].partition(":")
    item = next((each for each in page if str(each.pk) == number), None)
    if item is not None and act == "drop":
        services.let_go(collection, item.resource_id, by=request.user, now=now)
        messages.success(request, _("Retirée de cette collection."))
    elif item is not None and act in ("up", "down"):
        services.move(collection, item.pk, act == "up", by=request.user, now=now)
    else:
        messages.success(request, _("Notes enregistrées."))
    return redirect(request.get_full_path() + (f"#gardee-{number}" if item is not None and act != "drop" else ""))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share, take the link back, throw away."""
    found = _mine_or_404(request, pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = CollectionForm(request.POST if act == "rename" else None, initial={"name": found.name, "text": found.text})
    sharing = SharingForm(request.POST if act == "share" else None, initial={"sharing": found.sharing})
    try:
        done = _settled(request, found, act, form, sharing)
    except Refusal as refusal:
        (form if act == "rename" else sharing).add_error(None, refusal.message) if act in (
            "rename",
            "share",
        ) else messages.error(request, refusal.message)
        done = ""
    if done:
        return redirect(done)
    context = {
        "crumbs": _mine_crumbs((found.name, reverse("library:my_collection", args=[pk])), (_("Réglages"), "")),
        "collection": found,
        "form": form,
        "sharing": sharing,
        "link": queries.link_of(found),
    }
    status = 422 if form.errors or sharing.errors else 200
    return render(request, "library/collection_settings.html", context, status=status)


def _settled(request: HttpRequest, collection: Collection, act: str, form: CollectionForm, sharing: SharingForm) -> str:
    """Do what was asked; answers where to go, or nothing when there is something to say again."""
    now, by = timezone.now(), request.user
    if act == "rename" and form.is_valid():
        services.rename(collection, form.named(), by=by, now=now)
    elif act == "share" and sharing.is_valid():
        services.share(collection, sharing.cleaned_data["sharing"], by=by, now=now)
    elif act == "link":
        services.change_link(collection, by=by, now=now)
        messages.success(request, _("L’ancien lien n’ouvre plus rien. En voici un nouveau."))
        return request.path
    elif act == "remove":
        services.remove(collection, by=by, now=now)
        messages.success(request, _("Cette collection est supprimée, avec vos notes. Les ressources restent publiées."))
        return reverse("library:my_collections")
    else:
        return ""
    messages.success(request, _("C’est enregistré."))
    return request.path


# --- Read ----------------------------------------------------------------------------------------------------------


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Collections that everyone reads."""
    found = queries.public()
    page = CountedPaginator(PUBLIC_PER_PAGE, count=found.count()).get_page(request.GET.get("page"))
    start = max(page.start_index() - 1, 0)
    context = {
        "crumbs": crumbs((_("Collections"), "")),
        "collections": list(found[start : start + PUBLIC_PER_PAGE]),
        "page": page,
    }
    return render(request, "library/collection_list.html", context)


def _public_or_404(request: HttpRequest, pk: int) -> Collection:
    found = queries.by_number(pk)
    if found is None or not permissions.can_see_collection(request.user, found):
        raise Http404(f"No collection {pk} for this person.")
    return found


def _linked_or_404(token: str) -> Collection:
    found = queries.by_token(token)
    if found is None:
        raise Http404("No collection for this link, or no longer.")
    return found


@require_safe
def collection(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """A collection as everyone reads it: its holder sees the same here, without her notes."""
    found = _public_or_404(request, pk)
    if found.slug != slug:
        return redirect(found)
    stem = found.get_absolute_url().removesuffix("/")
    return _reading(
        request,
        found,
        files=[("CSV", f"{stem}.csv"), ("JSON", f"{stem}.json")],
        take_url=reverse("library:collection_take", args=[found.pk]),
        is_public=found.sharing == Sharing.PUBLIC,
    )


@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for who holds the secret link: found by no search engine, kept by no cache."""
    found = queries.by_token(token)
    if found is None:
        return private(render(request, "library/collection_gone.html", status=404))
    files = [(each.upper(), reverse("library:collection_link_export", args=[token, each])) for each in ("csv", "json")]
    take_url = reverse("library:collection_link_take", args=[token])
    return private(_reading(request, found, files=files, take_url=take_url, is_public=False))


def _reading(
    request: HttpRequest, found: Collection, *, files: list[tuple[str, str]], take_url: str, is_public: bool
) -> HttpResponse:
    items = queries.items(found)
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": crumbs((_("Collections"), reverse("library:collections")), (found.name, "")),
        "collection": found,
        "cards": [card(item.resource) for item in page],
        "page": page,
        "holder": queries.holder_of(found),
        "exports": [{"label": label, "url": url} for label, url in files],
        "take_url": take_url,
        "is_public": is_public,
        "is_mine": permissions.holds_collection(request.user, found),
    }
    return render(request, "library/collection.html", context)


# --- Take away -----------------------------------------------------------------------------------------------------


def _exported(request: HttpRequest, found: Collection, extension: str, *, with_notes: bool) -> HttpResponseBase:
    records = queries.records(found, with_notes=with_notes)
    if extension == "json":
        return json.response(queries.items(found).count(), records)
    lines = queries.lines(records, with_notes=with_notes)
    name, columns = documents.filename(found.name, "csv"), queries.columns(with_notes=with_notes)
    return csv.response(name, columns, lines, excel="excel" in request.GET)


@require_safe
def export(request: HttpRequest, pk: int, slug: str, extension: str) -> HttpResponseBase:
    """The whole collection as everyone reads it."""
    return _exported(request, _public_or_404(request, pk), extension, with_notes=False)


@never_cache
@require_safe
def link_export(request: HttpRequest, token: str, extension: str) -> HttpResponseBase:
    return private(_exported(request, _linked_or_404(token), extension, with_notes=False))


@never_cache
@require_safe
@login_required
def my_export(request: HttpRequest, pk: int, extension: str) -> HttpResponseBase:
    """The same with one's own notes."""
    return _exported(request, _mine_or_404(request, pk), extension, with_notes=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("library.pack", per_person="12/10m")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """The ZIP of a collection."""
    found = _public_or_404(request, pk)
    return _take(request, found, reverse("library:collection_zip", args=[found.pk]), found.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limit("library.pack", per_person="12/10m")
def link_take(request: HttpRequest, token: str) -> HttpResponse:
    found = _linked_or_404(token)
    back = reverse("library:collection_link", args=[token])
    return private(_take(request, found, reverse("library:collection_link_zip", args=[token]), back))


def _take(request: HttpRequest, found: Collection, zip_url: str, back: str) -> HttpResponse:
    context = {"crumbs": crumbs((found.name, back), (_("Emporter"), "")), "formats": [], "back": back}
    return pack_page(request, ("collection", found.pk), packs.of_collection(found), zip_url=zip_url, context=context)


@never_cache
@require_safe
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _public_or_404(request, pk)
    return pack_file(packs.of_collection(found), ask_url=reverse("library:collection_take", args=[found.pk]))


@never_cache
@require_safe
def link_archive(request: HttpRequest, token: str) -> HttpResponseBase:
    found = _linked_or_404(token)
    ask_url = reverse("library:collection_link_take", args=[token])
    return private(pack_file(packs.of_collection(found), ask_url=ask_url))
