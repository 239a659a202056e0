"""Pages of the network's words and lists."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliage.formats import csv, json
from alliage.refusals import Refusal
from alliage.taxonomy import permissions, queries, services
from alliage.taxonomy.enums import CHILDREN_TITLES, LEADS, SHOWN_WITH, Vocabulary
from alliage.taxonomy.forms import CommentForm, ItemForm, PublishForm
from alliage.taxonomy.models import ListComment, ListItem, ListVersion, NetworkList, Term
from alliage.taxonomy.registry import TermLink, term_links

TERM_COLUMNS = ("vocabulary", "code", "label", "short_label", "help_text", "parent", "position", "source", "source_url")
ITEM_COLUMNS = ("list", "version", "position", "code", "label", "text", "source", "source_url")


def _crumbs(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Repères"), reverse("taxonomy:index")), *further]


def _exports(name: str, *args: Any) -> list[dict[str, str]]:
    return [
        {"label": extension.upper(), "url": reverse(f"taxonomy:{name}_export", args=[*args, extension])}
        for extension in ("csv", "json")
    ]


# --- Vocabularies --------------------------------------------------------------------------------------------------


def _known(code: str) -> Vocabulary:
    try:
        return Vocabulary(code)
    except ValueError:
        raise Http404(f"No vocabulary {code}.") from None


def index(request: HttpRequest) -> HttpResponse:
    """Every vocabulary and every list of the network."""
    shown = [vocabulary for vocabulary in Vocabulary if vocabulary not in SHOWN_WITH]
    vocabularies = [
        {"label": v.label, "lead": LEADS[v], "url": reverse("taxonomy:vocabulary", args=[v]), "terms": queries.terms(v)}
        for v in shown
    ]
    context = {
        "crumbs": [(_("Repères"), "")],
        "vocabularies": vocabularies,
        "lists": queries.list_summaries(),
    }
    return render(request, "taxonomy/index.html", context)


def vocabulary(request: HttpRequest, vocabulary: str) -> HttpResponse:
    """The terms of a vocabulary, each explained and with an anchor of its own."""
    shown = _known(vocabulary)
    if shown in SHOWN_WITH:
        return redirect("taxonomy:vocabulary", SHOWN_WITH[shown], permanent=True)
    links = [link for link in term_links if link.vocabulary == shown]
    terms = queries.terms(shown)
    context = {
        "crumbs": _crumbs((str(shown.label), "")),
        "vocabulary": shown,
        "lead": LEADS[shown],
        "terms": [
            {
                "term": term,
                "children": queries.children(term),
                "links": _steps(term, links),
                "shares_source": term.source == terms[0].source,
            }
            for term in terms
        ],
        "source": terms[0] if terms else None,
        "children_title": CHILDREN_TITLES.get(shown, ""),
        "numbered": shown == Vocabulary.ODD,
        "exports": _exports("vocabulary", shown.value),
    }
    return render(request, "taxonomy/vocabulary.html", context)


def _steps(term: Term, links: list[TermLink]) -> list[dict[str, str]]:
    return [{"label": link.label, "url": link.address(term)} for link in links]


def _term_row(term: Term) -> dict[str, Any]:
    row = {name: getattr(term, name) for name in TERM_COLUMNS}
    row["parent"] = term.parent.code if term.parent else ""
    return row


def vocabulary_export(request: HttpRequest, vocabulary: str, extension: str) -> HttpResponseBase:
    shown = _known(vocabulary)
    rows = [_term_row(term) for term in queries.terms(shown)]
    if extension == "json":
        return json.response(len(rows), rows)
    return csv.response(
        f"reperes-{shown.value}.csv", TERM_COLUMNS, (list(row.values()) for row in rows), excel="excel" in request.GET
    )


# --- Lists of the network: reading ---------------------------------------------------------------------------------


def _list(code: str) -> NetworkList:
    return get_object_or_404(NetworkList, code=code)


def network_list(request: HttpRequest, code: str) -> HttpResponse:
    """What the network reads today, and what members say of it."""
    found = _list(code)
    version = queries.published(found)
    return _list_page(request, found, version, _comment_form(version, None))


def _comment_form(version: ListVersion | None, data: Any) -> CommentForm:
    items = version.items.all() if version else []
    return CommentForm(data, items=[(item.code, item.label) for item in items])


def _list_page(
    request: HttpRequest, found: NetworkList, version: ListVersion | None, form: CommentForm, status: int = 200
) -> HttpResponse:
    editor = permissions.can_edit_lists(request.user)
    labels = {item.code: item.label for item in version.items.all()} if version else {}
    comments = list(queries.comments(found, with_hidden=editor))
    context = {
        "crumbs": _crumbs((found.short_title, "")),
        "list": found,
        "version": version,
        "comments": [{"said": said, "about": labels.get(said.item_code, "")} for said in comments],
        "form": form,
        "can_comment": permissions.can_comment(request.user),
        "can_edit": editor,
        "exports": _exports("list", found.code),
    }
    return render(request, "taxonomy/list.html", context, status=status)


def _item_rows(found: NetworkList, version: ListVersion | None) -> Iterator[dict[str, Any]]:
    for item in version.items.all() if version else []:
        yield {
            "list": found.code, "version": version.number if version else None, "position": item.position,
            "code": item.code, "label": item.label, "text": item.text,
            "source": found.source, "source_url": found.source_url,
        }  # fmt: skip


def list_export(request: HttpRequest, code: str, extension: str) -> HttpResponseBase:
    found = _list(code)
    rows = list(_item_rows(found, queries.published(found)))
    if extension == "json":
        return json.response(len(rows), rows)
    return csv.response(
        f"liste-{found.code}.csv", ITEM_COLUMNS, (list(row.values()) for row in rows), excel="excel" in request.GET
    )


def versions(request: HttpRequest, code: str) -> HttpResponse:
    """The history of a list: each published version, and what it changed."""
    found = _list(code)
    published = list(queries.versions(found))
    befores = [*published[1:], None][: len(published)]
    history = [
        {"version": version, "changes": queries.compare(before, version) if before else None}
        for version, before in zip(published, befores, strict=True)
    ]
    context = {"crumbs": _crumbs((found.short_title, found.get_absolute_url()), (_("Historique"), "")), "list": found}
    return render(request, "taxonomy/versions.html", {**context, "history": history})


def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One published version as it was, compared with another when `?depuis=` names it."""
    found = _list(code)
    published = {each.number: each for each in queries.versions(found)}
    if number not in published:
        raise Http404(f"{code} has no published version {number}.")
    asked = request.GET.get("depuis", "")
    older = published.get(int(asked)) if asked.isdecimal() and len(asked) < 6 else None
    history = reverse("taxonomy:versions", args=[found.code])
    context = {
        "crumbs": _crumbs((found.short_title, found.get_absolute_url()), (_("Historique"), history), (str(number), "")),
        "list": found,
        "version": published[number],
        "others": [each for each in published.values() if each.number != number],
        "older": older,
        "changes": queries.compare(older, published[number]) if older else [],
    }
    return render(request, "taxonomy/version.html", context)


# --- Lists of the network: comments --------------------------------------------------------------------------------


@login_required
@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponse:
    found = _list(code)
    shown = queries.published(found)
    form = _comment_form(shown, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            services.comment(
                found, text=said["text"], item_code=said.get("item", ""), by=request.user, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Votre commentaire est publié. Merci."))
            return redirect(f"{found.get_absolute_url()}#commentaires")
    return _list_page(request, found, shown, form, status=422)


@login_required
@require_POST
def moderate_comment(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Hide a comment, or show it again."""
    _refuse_unless_editor(request)
    said = get_object_or_404(ListComment.objects.select_related("list"), pk=pk)
    if act == "masquer":
        services.hide_comment(said)
        messages.success(request, _("Le commentaire est masqué. Vous pouvez l’afficher à nouveau."))
    else:
        services.show_comment(said)
        messages.success(request, _("Le commentaire est à nouveau affiché."))
    return redirect(f"{said.list.get_absolute_url()}#commentaires")


# --- Lists of the network: writing ---------------------------------------------------------------------------------


def _refuse_unless_editor(request: HttpRequest) -> None:
    if not permissions.can_edit_lists(request.user):
        raise PermissionDenied


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write the draft: add an item, and see what the next version will be."""
    _refuse_unless_editor(request)
    found = _list(code)
    form = ItemForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_item(found, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("L’élément est ajouté au brouillon."))
        return redirect("taxonomy:edit", found.code)
    return _edit_page(request, found, form, PublishForm(), status=422 if form.errors else 200)


def _edit_page(
    request: HttpRequest, found: NetworkList, form: ItemForm, publish_form: PublishForm, status: int = 200
) -> HttpResponse:
    draft, published = queries.draft(found), queries.published(found)
    shown = draft or published
    context = {
        "crumbs": _crumbs((found.short_title, found.get_absolute_url()), (_("Modifier"), "")),
        "list": found,
        "draft": draft,
        "published": published,
        "items": list(shown.items.all()) if shown else [],
        "changes": queries.compare(published, draft) if published and draft else [],
        "form": form,
        "publish_form": publish_form,
    }
    return render(request, "taxonomy/edit.html", context, status=status)


@login_required
def edit_item(request: HttpRequest, code: str, item: str) -> HttpResponse:
    _refuse_unless_editor(request)
    found = _list(code)
    shown = queries.draft(found) or queries.published(found)
    known = next((each for each in shown.items.all() if each.code == item), None) if shown else None
    if known is None:
        raise Http404(f"{code} has no item {item}.")
    form = ItemForm(request.POST or None, initial={"label": known.label, "text": known.text})
    if request.method == "POST" and form.is_valid():
        services.change_item(found, item, **form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("L’élément est modifié dans le brouillon."))
        return redirect("taxonomy:edit", found.code)
    edit_url = reverse("taxonomy:edit", args=[found.code])
    crumbs = _crumbs((found.short_title, found.get_absolute_url()), (_("Modifier"), edit_url), (known.label, ""))
    context = {"crumbs": crumbs, "list": found, "item": known, "form": form}
    return render(request, "taxonomy/edit_item.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move_item(request: HttpRequest, code: str, item: str, act: str) -> HttpResponse:
    """Move an item up or down in the draft, or take it out."""
    _refuse_unless_editor(request)
    found, now = _list(code), timezone.now()
    try:
        if act == "retirer":
            services.remove_item(found, item, by=request.user, now=now)
            messages.success(request, _("L’élément est retiré du brouillon. Les versions publiées le gardent."))
        else:
            services.move_item(found, item, up=act == "monter", by=request.user, now=now)
    except ListItem.DoesNotExist:
        raise Http404(f"{code} has no item {item}.") from None
    return redirect("taxonomy:edit", found.code)


@login_required
@require_POST
def publish(request: HttpRequest, code: str) -> HttpResponse:
    _refuse_unless_editor(request)
    found, form = _list(code), PublishForm(request.POST)
    if form.is_valid():
        try:
            made = services.publish_version(found, note=form.cleaned_data["note"], by=request.user, now=timezone.now())
        except Refusal as refusal:
            form.add_error("note", str(refusal))
        else:
            messages.success(request, _("La version %(number)s est publiée.") % {"number": made.number})
            return redirect(found)
    return _edit_page(request, found, ItemForm(), form, status=422)


@login_required
@require_POST
def drop_draft(request: HttpRequest, code: str) -> HttpResponse:
    _refuse_unless_editor(request)
    found = _list(code)
    services.drop_draft(found)
    messages.success(request, _("Le brouillon est abandonné. Ce qui est publié n’a pas changé."))
    return redirect("taxonomy:edit", found.code)
