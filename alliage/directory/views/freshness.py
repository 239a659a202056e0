"""« Toujours exact »: the link of a reminder, the button of who holds an entry, and the animators' desk."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alliage.directory import freshness, freshness_links, permissions
from alliage.directory.enums import FreshnessWay
from alliage.directory.forms.freshness import DeskForm, ReasonForm
from alliage.directory.models import Entry
from alliage.directory.queries import freshness as queries
from alliage.directory.queries.profiles import edit_url
from alliage.directory.services import freshness as services
from alliage.directory.views.profiles import found_or_404

PER_PAGE = 30
MOST_BY_HAND = 200


# --- The link of a reminder ----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def still_right(request: HttpRequest, token: str) -> HttpResponse:
    """A page asks before acting (programs open links by themselves); a POST confirms. The signed link is the right to act."""
    asked = freshness_links.read(token)
    if asked is None:
        return render(request, "directory/still_right_gone.html", status=404)
    if request.method == "POST":
        if not asked.is_done:
            services.confirm(asked.entry, way=FreshnessWay.LINK, by=asked.entry.owner, now=timezone.now())
        return redirect(request.path)
    today = timezone.localdate()
    context = {
        "entry": asked.entry,
        "is_done": asked.is_done,
        "freshness": freshness.tag(asked.entry.confirmed_on, today),
        "edit_url": edit_url(asked.entry),
    }
    return render(request, "directory/still_right.html", context)


# --- Who holds the entry -------------------------------------------------------------------------------------------


@require_POST
@login_required
def confirm(request: HttpRequest, kinds: str, slug: str) -> HttpResponse:
    """« Toujours exact », from the page of the entry or from « mon espace »."""
    entry = found_or_404(kinds, slug)
    if not permissions.can_confirm(request.user, entry):
        if permissions.can_see(request.user, entry):
            raise PermissionDenied
        raise Http404(f"No entry {kinds}/{slug} for this person.")
    member: Any = request.user
    services.confirm(entry, way=FreshnessWay.OWNER, by=member, now=timezone.now())
    messages.success(request, _("C’est noté : votre fiche est à jour."))
    return redirect(entry)


# --- Animators -----------------------------------------------------------------------------------------------------


def _refuse_others(request: HttpRequest) -> None:
    if not permissions.can_keep_fresh(request.user):
        raise PermissionDenied


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Who is due: narrowed, asked now, one by one or those ticked."""
    _refuse_others(request)
    if request.method == "POST":
        return _ask(request)
    today, form = timezone.localdate(), DeskForm(request.GET)
    page = Paginator(queries.for_the_desk(form.asked(), today), PER_PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    rows = [_row(entry, today) for entry in page.object_list]
    context = {
        "form": form,
        "page": page,
        "query": kept.urlencode(),
        "rows": rows,
        "any_asked": any(row["can_be_asked"] for row in rows),
        "waiting": queries.waiting_for_animators(today).count(),
    }
    return render(request, "directory/to_confirm.html", context)


def _row(entry: Any, today: Any) -> dict[str, Any]:
    return {
        "entry": entry,
        "url": reverse("directory:to_confirm_entry", args=[entry.slug]),
        "freshness": freshness.tag(entry.confirmed_on, today),
        "can_be_asked": entry.owner is not None and entry.owner.is_active,
    }


def _ask(request: HttpRequest) -> HttpResponse:
    slugs = [slug for slug in request.POST.getlist("fiche")[:MOST_BY_HAND] if slug_re.match(slug)]
    entries = list(queries.shown_to_others().filter(slug__in=slugs).order_by("pk"))
    member: Any = request.user
    asked, left = services.remind_by_hand(entries, by=member, now=timezone.now())
    if not entries:
        messages.error(request, _("Cochez les fiches dont vous voulez demander la confirmation."))
    if asked:
        text = ngettext("%(count)d rappel est parti.", "%(count)d rappels sont partis.", asked) % {"count": asked}
        messages.success(request, text)
    if left:
        text = ngettext(
            "%(count)d fiche n’a pas reçu de rappel : personne ne la tient, ou elle en a reçu un cette semaine.",
            "%(count)d fiches n’ont pas reçu de rappel : personne ne les tient, ou elles en ont reçu un cette semaine.",
            left,
        ) % {"count": left}
        messages.warning(request, text)
    return redirect(request.get_full_path())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk_entry(request: HttpRequest, slug: str) -> HttpResponse:
    """One entry: ask, confirm on behalf, take off the map."""
    _refuse_others(request)
    entry = queries.of_the_desk(slug)
    if entry is None:
        raise Http404(f"No entry {slug} at the desk.")
    form = ReasonForm(request.POST if request.POST.get("acte") in ("confirmer", "retirer") else None)
    if request.method == "POST":
        done = _settle(request, entry, form)
        if done is not None:
            return done
    today = timezone.localdate()
    context = {
        **_row(entry, today),
        "form": form,
        "acts": queries.acts_of(entry),
        "is_confirmed_today": entry.confirmed_on == today,
    }
    return render(request, "directory/to_confirm_entry.html", context, status=422 if form.errors else 200)


def _settle(request: HttpRequest, entry: Entry, form: ReasonForm) -> HttpResponse | None:
    act, member, now = request.POST.get("acte"), request.user, timezone.now()
    done: Any = {"confirmer": services.confirm, "retirer": services.take_off_the_map}.get(str(act))
    if act == "rappeler":
        asked, _left = services.remind_by_hand([entry], by=member, now=now)  # type: ignore[arg-type]
        if asked:
            messages.success(request, _("Le rappel est parti."))
        else:
            messages.warning(request, _("Pas de rappel : personne ne tient cette fiche, ou il en est parti un cette semaine."))  # fmt: skip
        return redirect(request.path)
    if done is None or not form.is_valid():
        return None
    done(entry, way=FreshnessWay.ANIMATOR, by=member, now=now, reason=form.cleaned_data["reason"])
    said = _("La fiche est confirmée.") if act == "confirmer" else _("La fiche n’est plus sur la carte.")
    messages.success(request, said)
    return redirect("directory:to_confirm")
