"""One's own entry, and those one may edit: write, keep a draft, see it as others do, publish, withdraw, give."""

import secrets
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.enums import ConsentKind
from alliage.accounts.models import Member
from alliage.accounts.services.consents import current_text
from alliage.directory import permissions
from alliage.directory.enums import ADDRESSES, EntryKind, Visibility
from alliage.directory.forms import profiles as forms
from alliage.directory.models import Entry
from alliage.directory.queries import profiles as queries
from alliage.directory.queries.shown import Level
from alliage.directory.services import profiles as services
from alliage.refusals import Refusal
from alliage.ui import limits

MORE_LINES = 3
DRAFTS_PER_PERSON = "400/10m"
# Giving an entry says whether an address has an account: nobody tries many.
GIVEN_PER_PERSON = "10/1h"
# The word of the address, and whose eyes the page lends.
READERS = {"visiteur": Level.ANYONE, "membre": Level.MEMBER, "vous": Level.OWNER}


def found_or_404(kinds: str, slug: str) -> Entry:
    """The entry at this address, whoever may see it: the caller asks `permissions`."""
    entry = queries.by_slug(slug)
    if entry is None or ADDRESSES[EntryKind(entry.kind)] != kinds:
        raise Http404(f"No entry {kinds}/{slug}.")
    return entry


def editable(request: HttpRequest, kinds: str, slug: str) -> Entry:
    """The entry, for those who may edit it; for others an entry that they cannot see does not exist."""
    entry = found_or_404(kinds, slug)
    if not permissions.can_edit(request.user, entry):
        if permissions.can_see(request.user, entry):
            raise PermissionDenied
        raise Http404(f"No entry {kinds}/{slug} for this person.")
    return entry


# --- Edit -----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """« Ma fiche »: begun by its first draft or saving, seen by nobody else before it is published."""
    return _edit(request, queries.of_member(request.user), EntryKind.CATALYST, reverse("directory:mine"))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    entry = editable(request, kinds, slug)
    return _edit(request, entry, EntryKind(entry.kind), queries.edit_url(entry))


def _edit(request: HttpRequest, entry: Entry | None, kind: EntryKind, here: str) -> HttpResponse:
    member: Any = request.user
    if request.method != "POST":
        return _page(request, entry, kind, here, _opened(entry, kind, member))
    act = request.POST.get("act", "save")
    lines = len([name for name in request.POST if name.startswith("area_") and not name.endswith("_code")])
    if act == "more":
        form = forms.EntryForm(
            kind=kind, entry=entry, lines=lines + MORE_LINES, initial=_typed(request, kind, entry), auto_id="id_%s"
        )
        return _page(request, entry, kind, here, form, posted=True)
    if act == "draft":
        return _keep_by_button(request, entry, kind, here)
    return _save(request, entry, kind, here)


def _save(request: HttpRequest, entry: Entry | None, kind: EntryKind, here: str) -> HttpResponse:
    """Write, or give the form back as it was typed, with why."""
    member: Any = request.user
    form = forms.EntryForm(request.POST, request.FILES, kind=kind, entry=entry)
    version = request.POST.get("version", "")
    if form.is_valid():
        try:
            entry = entry or services.begin(member, by=member, now=timezone.now())
            saved = services.write(
                entry,
                form.written(),
                version=version or _first_version(entry),
                by=member,
                now=timezone.now(),
                tab=request.POST.get("tab", "")[:32],
            )
        except services.ChangedMeanwhile as refusal:
            form.add_error(None, refusal.message)
            version = refusal.version
        except Refusal as refusal:
            form.add_error("photo" if request.FILES else None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré. Voici ce que chacun en voit."))
            return redirect(queries.url(saved, "preview"))
    return _page(request, entry, kind, here, form, version=version, posted=True)


def _first_version(entry: Entry) -> str:
    """A form shown before there was an entry: it may be saved if the entry was only begun since, by a draft."""
    return services.version_of(entry) if entry.changes.count() == 1 else ""


def _typed(request: HttpRequest, kind: EntryKind, entry: Entry | None) -> dict[str, Any]:
    typed = forms.initial_of_draft(forms.drafted(request.POST), kind=kind, entry=entry)
    return {**typed, "latitude": request.POST.get("latitude", ""), "longitude": request.POST.get("longitude", "")}


def _opened(entry: Entry | None, kind: EntryKind, member: Member) -> forms.EntryForm:
    """The form as it was left: the draft when there is one, what was saved otherwise."""
    initial = forms.initial_of(entry, kind=kind, name=member.name)
    draft = services.draft_of(entry, member)
    if draft:
        initial = {**initial, **forms.initial_of_draft(draft["data"], kind=kind, entry=entry)}
    return forms.EntryForm(kind=kind, entry=entry, initial=initial)


def _page(
    request: HttpRequest,
    entry: Entry | None,
    kind: EntryKind,
    here: str,
    form: forms.EntryForm,
    *,
    version: str | None = None,
    posted: bool = False,
    seen: str = "",
) -> HttpResponse:
    member: Any = request.user
    draft = services.draft_of(entry, member)
    own = kind == EntryKind.CATALYST and (entry is None or entry.owner_id == member.pk)
    if version is None:
        version = request.POST.get("version", "") if posted else services.version_of(entry)
        version = draft["version"] if draft and not posted else version
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (_("Ma fiche") if own else _("Modifier %(name)s") % {"name": entry.name if entry else ""}, ""),
        ],
        "entry": entry,
        "own": own,
        "form": form,
        "here": here,
        "draft_url": f"{here}brouillon/" if own else queries.url(entry, "draft") if entry else "",
        "version": version,
        "tab": request.POST.get("tab") or secrets.token_hex(8),
        "seen": seen or (request.POST.get("seen", "") if posted else (draft or {}).get("at", "")),
        "draft_at": parse_datetime(draft["at"]) if draft else None,
        "is_stale": draft is not None and not posted and draft["version"] not in ("", services.version_of(entry)),
        "is_published": entry is not None and entry.visibility != Visibility.NOBODY,
        "missing": queries.missing(entry) if entry else [],
        "changes": list(queries.changes_of(entry)) if entry else [],
        "preview_url": queries.url(entry, "preview") if entry else "",
        "people_url": queries.people_url(entry) if entry and kind != EntryKind.CATALYST else "",
        "give_url": queries.url(entry, "give") if entry and permissions.can_give(member, entry) else "",
    }
    return render(request, "directory/profile_edit.html", context, status=422 if form.errors else 200)


# --- Draft ----------------------------------------------------------------------------------------------------------


def _kept(request: HttpRequest, entry: Entry | None) -> tuple[Entry, str]:
    member: Any = request.user
    now = timezone.now()
    entry = entry or services.begin(member, by=member, now=now)
    version = request.POST.get("version", "") or services.version_of(entry)
    at = services.keep_draft(
        entry,
        forms.drafted(request.POST),
        mark=services.Mark(
            version, request.POST.get("tab", "")[:32], request.POST.get("seen", "")[:40], force="force" in request.POST
        ),
        by=member,
        now=now,
    )
    return entry, at


def _keep_by_button(request: HttpRequest, entry: Entry | None, kind: EntryKind, here: str) -> HttpResponse:
    """« Garder le brouillon », for browsers without script: the page comes back as it was typed."""
    try:
        _kept(request, entry)
    except Refusal as refusal:
        form = forms.EntryForm(kind=kind, entry=entry, initial=_typed(request, kind, entry))
        messages.error(request, refusal.message)
        if isinstance(refusal, services.ChangedMeanwhile):
            messages.info(request, _("Pour garder malgré tout ce que vous voyez ici, gardez le brouillon de nouveau."))
            return _page(request, entry, kind, here, form, posted=True, seen=refusal.version)
        return _page(request, entry, kind, here, form, posted=True)
    messages.success(request, _("Votre brouillon est gardé. Vous seul le voyez."))
    return redirect(here)


@never_cache
@login_required
@require_POST
def draft_of_mine(request: HttpRequest) -> HttpResponse:
    return _draft(request, queries.of_member(request.user), reverse("directory:mine"))


@never_cache
@login_required
@require_POST
def draft(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    entry = editable(request, kinds, slug)
    return _draft(request, entry, queries.edit_url(entry))


def _draft(request: HttpRequest, entry: Entry | None, here: str) -> HttpResponse:
    """Sent by `ui/autosave.js` while one types: says when it was kept, or why not. `drop` forgets the draft."""
    member: Any = request.user
    if "drop" in request.POST:
        if entry is not None:
            services.drop_draft(entry, by=member)
        messages.success(request, _("Le brouillon est effacé\u00a0: voici ce qui était enregistré."))
        return redirect(here)
    excess = limits.count(request, "directory.draft", per_person=DRAFTS_PER_PERSON)
    if excess:
        return limits.too_many(JsonResponse({"message": excess.message}), excess)
    if "name" not in request.POST:
        return JsonResponse({"message": _("Rien à garder.")}, status=400)
    try:
        entry, at = _kept(request, entry)
    except services.ChangedMeanwhile as refusal:
        return JsonResponse({"message": refusal.message, "seen": refusal.version}, status=409)
    except Refusal as refusal:
        return JsonResponse({"message": refusal.message}, status=422)
    said = timezone.localtime(parse_datetime(at)).strftime("%H:%M")
    return JsonResponse(
        {
            "seen": at,
            "version": services.version_of(entry),
            "message": _("Brouillon gardé à %(hour)s. Vous seul le voyez.") % {"hour": said},
        }
    )


# --- Preview, publish, withdraw -------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def preview(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """What was saved, as a visitor, a member and its owner see it."""
    return _preview(request, editable(request, kinds, slug))


def _preview(request: HttpRequest, entry: Entry, form: forms.PublishForm | None = None) -> HttpResponse:
    reader = request.GET.get("comme", "visiteur")
    reader = reader if reader in READERS else "visiteur"
    labels = {"visiteur": _("Ce que voit un visiteur"), "membre": _("un membre"), "vous": _("vous")}
    can_publish = permissions.can_publish(request.user, entry)
    whole = queries.with_ends(Entry.objects.select_related("territory", "category", "scale", "photo")).get(pk=entry.pk)
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (entry.name, queries.edit_url(entry)),
            (_("Ce que chacun voit"), ""),
        ],
        "entry": entry,
        "sheet": queries.sheet(whole, READERS[reader]),
        "reader": reader,
        "tabs": [{"label": labels[each], "url": f"?comme={each}", "current": each == reader} for each in READERS],
        "is_published": entry.visibility != Visibility.NOBODY,
        "seen": READERS[reader] >= READERS_OF[Visibility(entry.visibility)],
        "has_draft": services.draft_of(entry, request.user) is not None,  # type: ignore[arg-type]
        "edit_url": queries.edit_url(entry),
        "publish_form": (form or _publish_form(entry)) if can_publish else None,
        "publish_url": queries.url(entry, "publish"),
        "withdraw_url": queries.url(entry, "withdraw"),
        "owner_alone": entry.kind == EntryKind.CATALYST and not can_publish,
    }
    return render(request, "directory/profile_preview.html", context, status=422 if form and form.errors else 200)


READERS_OF = {Visibility.PUBLIC: Level.ANYONE, Visibility.MEMBERS: Level.MEMBER, Visibility.NOBODY: Level.OWNER}


def _publish_form(entry: Entry, data: Any = None) -> forms.PublishForm:
    """What is agreed to: the dated text in force for a person; that one may speak for it, for a group."""
    if entry.kind == EntryKind.CATALYST:
        text = current_text(ConsentKind.PROFILE).text
    else:
        text = _("Je peux publier cette fiche au nom de «\u00a0%(name)s\u00a0».") % {"name": entry.name}
    published = entry.visibility != Visibility.NOBODY
    return forms.PublishForm(
        data, text=text, initial={"visibility": entry.visibility if published else Visibility.PUBLIC}
    )


@never_cache
@login_required
@require_POST
def publish(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    entry = editable(request, kinds, slug)
    if not permissions.can_publish(request.user, entry):
        raise PermissionDenied
    form = _publish_form(entry, request.POST)
    if not form.is_valid():
        return _preview(request, entry, form)
    member: Any = request.user
    services.publish(entry, form.cleaned_data["visibility"], by=member, now=timezone.now(), where=_("ma fiche"))
    messages.success(request, _("La fiche est publiée. Vous pouvez la retirer à tout moment, d’un geste."))
    return redirect(entry)


@login_required
@require_POST
def withdraw(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    entry = editable(request, kinds, slug)
    member: Any = request.user
    services.withdraw(entry, by=member, now=timezone.now())
    messages.success(request, _("La fiche est retirée\u00a0: plus personne d’autre ne la voit, nulle part."))
    return redirect(queries.url(entry, "preview"))


# --- For somebody else ----------------------------------------------------------------------------------------------


def member_of(email: str) -> Member | None:
    return Member.objects.filter(email__iexact=email.strip(), is_active=True).first()


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create_for(request: HttpRequest) -> HttpResponse:
    """An animator begins the entry of someone, and may give it at once."""
    if not permissions.can_create_for(request.user):
        raise PermissionDenied
    member: Any = request.user
    form = forms.PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holder = member_of(form.cleaned_data["email"]) if form.cleaned_data["email"] else None
            if form.cleaned_data["email"] and holder is None:
                raise services.ProfileRefused(
                    _("Aucun compte n’a cette adresse\u00a0: invitez d’abord cette personne, ou laissez vide.")
                )
            entry = services.create_for(form.cleaned_data["name"], holder=holder, by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect(queries.edit_url(entry))
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (_("Commencer la fiche de quelqu’un"), "")],
        "form": form,
    }
    return render(request, "directory/profile_create_for.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """Hand an entry over: its holder, or an animator."""
    entry = editable(request, kinds, slug)
    if not permissions.can_give(request.user, entry):
        raise PermissionDenied
    member: Any = request.user
    form = forms.GiveForm(request.POST or None)
    excess = limits.count(request, "directory.give", per_person=GIVEN_PER_PERSON) if request.method == "POST" else None
    if excess:
        form.add_error(None, excess.message)
    elif request.method == "POST" and form.is_valid():
        holder = member_of(form.cleaned_data["email"])
        try:
            if holder is None:
                raise services.ProfileRefused(_("Aucun compte n’a cette adresse. Vérifiez-la, ou invitez la personne."))
            services.give(entry, holder, by=member, now=timezone.now())
        except Refusal as refusal:
            form.add_error("email", refusal.message)
        else:
            messages.success(request, _("La fiche est confiée à cette personne, qui en est prévenue."))
            return redirect("directory:mine" if not permissions.can_see(member, entry) else entry)
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (entry.name, queries.edit_url(entry)),
            (_("Confier la fiche"), ""),
        ],
        "entry": entry,
        "form": form,
    }
    page = render(request, "directory/profile_give.html", context, status=422 if form.errors else 200)
    return limits.too_many(page, excess) if excess else page
