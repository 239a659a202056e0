"""Sessions: their page before, during and after; the room; erasing; those of a group, and its health."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.codev import permissions, session_steps
from alliage.codev.forms.sessions import KeepingForm, LearningForm, PrepareForm, RatingForm, ResourceForm
from alliage.codev.models import Encounter, Group, Session
from alliage.codev.permissions import Standing
from alliage.codev.queries import encounters, groups, session_sheets
from alliage.codev.queries import resources as resource_queries
from alliage.codev.queries import sessions as queries
from alliage.codev.services import session_dates, session_erasing
from alliage.codev.services import sessions as services
from alliage.codev.session_enums import SessionSheet
from alliage.codev.views.groups import crumbs, group_crumbs, inside_or_403, tended_or_403
from alliage.refusals import Refusal
from alliage.rooms.enums import Pace
from alliage.rooms.queries import notes
from alliage.rooms.services import run_sheets

LISTED = 40


def found_or_404(request: HttpRequest, pk: int, number: int) -> tuple[Session, Standing]:
    """The session of an encounter, for the group's members; not yet kept when nobody wrote anything of it."""
    group, standing = inside_or_403(request, pk)
    found = queries.of_encounter(group, number, request.user)
    if found is not None:
        return found, standing
    encounter: Encounter | None = encounters.of_group(group, number, request.user)
    if encounter is None or not group.is_codev or not encounter.is_planned:
        raise Http404(f"Encounter {number} of group {group.pk} is no session.")
    return Session(encounter=encounter, client=_of_turn(encounter)), standing


def own_or_403(request: HttpRequest, pk: int, number: int) -> Session:
    """The session of whom brought the situation: hers even once she left the group."""
    found = queries.of_client(pk, number, request.user)
    if found is None:
        found_or_404(request, pk, number)  # whoever is not in the group does not learn whether it exists
        raise PermissionDenied
    return found


def way_back(request: HttpRequest, session: Session) -> str:
    """The page of the session; for who left the group, the one that everybody reads."""
    is_in = permissions.is_in(request.user, session.group)
    return session.get_absolute_url() if is_in else reverse("codev:index")


def _of_turn(encounter: Encounter) -> Any:
    turn = getattr(encounter, "turn", None)
    return turn.client if turn is not None else None


def saved(session: Session) -> Session:
    """Before the first write: the row of this session."""
    return session if session.pk else services.of_encounter(session.encounter, now=timezone.now())


def session_crumbs(session: Session, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return group_crumbs(
        session.group,
        (_("Séances"), reverse("codev:sessions", args=[session.group.pk])),
        (_("La séance"), session.get_absolute_url()),
        *more,
    )


def own_crumbs(session: Session, back: str, here: str) -> list[tuple[str, str]]:
    if back == session.get_absolute_url():
        return session_crumbs(session, (here, ""))
    return crumbs((here, ""))


# --- The page --------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def session(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Before: what will be worked on, who does what. Live: the room. After: what remains of it."""
    found, standing = found_or_404(request, pk, number)
    return shown(request, found, standing)


def shown(request: HttpRequest, found: Session, standing: Standing, **more: Any) -> HttpResponse:
    context = {
        "crumbs": group_crumbs(found.group, (_("La séance"), "")),
        "group": found.group,
        "standing": standing,
        "session": found,
        "encounter": found.encounter,
        "room": found.room,
        "is_client": found.client_id == request.user.pk,
        "join_url": found.encounter.video_url or found.group.video_url,
    }
    if not found.is_erased:
        context |= {"resources": resource_queries.of_session(found), "resource_form": ResourceForm()}
    if found.is_ended:
        context |= _after(request, found)
    elif found.is_before:
        context |= _before(request, found, standing)
    return render(request, "codev/session.html", context | more, status=422 if more else 200)


def _before(request: HttpRequest, found: Session, standing: Standing) -> dict[str, Any]:
    last = queries.previous(found)
    sheet = found.room.sheet if found.room else None
    return {
        "subjects": queries.subjects(found, request.user) if found.pk else [],
        "similar": queries.similar(found.subject, request.user) if found.subject else [],
        "seats": queries.seats(found, request.user),
        "previous": last,
        "returned": queries.commitments(last) if last else [],
        "is_live": found.room is not None and found.room.is_open,
        "opens_here": standing.facilitates and sheet is not None and sheet.pace == Pace.SPREAD,
        "may_act": found.group.is_active,
        "may_choose": standing.facilitates and session_steps.may_choose(found.room),
    }


def _after(request: HttpRequest, found: Any) -> dict[str, Any]:
    learnings = queries.learnings(found)
    mine = next((each for each in learnings if each.member_id == request.user.pk), None)
    return {
        "notes": notes.of_room(found.room).others if found.room else [],
        "said": queries.said(found),
        "learnings": learnings,
        "learning_form": LearningForm(initial={"text": mine.text if mine else ""}),
        "commitments": queries.commitments(found),
        "ratings": queries.ratings(found),
        "rating_form": None if found.is_rated else RatingForm(),
    }


@never_cache
@require_POST
@login_required
def observe(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Be there to observe, or take part again."""
    found, _standing = found_or_404(request, pk, number)
    wanted = request.POST.get("observe") == "1"
    try:
        services.observe(saved(found), wanted=wanted, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(
            request, _("Vous observerez cette séance.") if wanted else _("Vous participerez à cette séance.")
        )
    return redirect(found)


# --- The room --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def prepare(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The run sheet, who does what, how long each step lasts: then the room is ready."""
    found, standing = found_or_404(request, pk, number)
    if not standing.facilitates:
        raise PermissionDenied
    mine = session_sheets.usable(request.user, found)
    asked = request.GET.get("deroule", "")
    own = mine.get(asked) if asked else found.own_sheet
    code = asked if asked in SessionSheet.values else found.run_sheet
    form = PrepareForm(
        request.POST if request.method == "POST" else None,
        session=found,
        sheet=own.sheet if own else run_sheets.of_platform(code),
        code=code,
        own_sheet=own,
        members=list(groups.active_members(found.group)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.prepare(saved(found), form.wanted(), by=request.user, now=timezone.now())  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("La salle est prête. Le groupe y entre depuis cette page."))
            return redirect(found)
    url = reverse("codev:session_prepare", args=[pk, number])
    context = {
        "crumbs": session_crumbs(found, (_("Préparer la salle"), "")),
        "session": found,
        "form": form,
        "sheet": form.sheet,
        "tabs": [
            {"label": each.label, "url": f"{url}?deroule={each.value}", "current": own is None and each.value == code}
            for each in SessionSheet
        ]
        + [
            {
                "label": each.sheet.title,
                "url": f"{url}?deroule={name}",
                "current": own is not None and each.pk == own.pk,
            }
            for name, each in mine.items()
        ],
    }
    return render(request, "codev/session_prepare.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def open_in_writing(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Begin a session in writing: the group is told of its first step."""
    found, _standing = found_or_404(request, pk, number)
    try:
        room = services.open_in_writing(saved(found), by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect(found)
    messages.success(request, _("La séance est ouverte. Chaque membre reçoit la première étape et son lien."))
    return redirect(room)


@never_cache
@require_safe
@login_required
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The personal link of a step: to the room, for the member whose it is."""
    read = session_steps.read(token)
    found = queries.by_number(read[0]) if read else None
    if read is None or found is None:
        raise Http404("No session behind this link, or no longer.")
    if read[1] != request.user.pk or not permissions.is_in(request.user, found.group):
        raise PermissionDenied
    if found.room is None or not found.is_before:
        return redirect(found)
    return redirect(found.room)


# --- Erase -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def erase(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Say what goes, then erase it: the client alone."""
    found = own_or_403(request, pk, number)
    back = way_back(request, found)
    if request.method == "POST":
        session_erasing.erase(found, by=request.user, now=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("Tout ce qui a été dit dans cette séance est effacé."))
        return redirect(back)
    context = {"crumbs": own_crumbs(found, back, _("Effacer")), "session": found, "back": back}
    return render(request, "codev/session_erase.html", context)


# --- Those of a group ------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of a group; for those who facilitate it, what asks for their care."""
    group, standing = inside_or_403(request, pk)
    return _index(request, group, standing, KeepingForm(initial={"days": session_dates.kept_days(group)}))


def _index(request: HttpRequest, group: Group, standing: Standing, form: KeepingForm) -> HttpResponse:
    listed = list(queries.of_group(group)[:LISTED])
    context = {
        "crumbs": group_crumbs(group, (_("Séances"), "")),
        "group": group,
        "standing": standing,
        "sessions": listed,
        "health": queries.health(group, timezone.now(), listed) if standing.facilitates else None,
        "form": form,
    }
    return render(request, "codev/sessions.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """How long the group keeps what is said in its sessions."""
    group = tended_or_403(request, pk)
    form = KeepingForm(request.POST)
    if not form.is_valid():
        return _index(request, group, permissions.standing(request.user, group), form)
    services.keep(group, form.cleaned_data["days"], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("C’est enregistré, pour toutes les séances du groupe."))
    return redirect("codev:sessions", group.pk)
