"""Agreements: mine, a new one, the page of one and its acts, saying it otherwise, inviting, closing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.accounts.models import Member
from alliage.agreements import permissions
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.forms.agreements import CloseForm, EditForm, EndForm, HoldForm, InviteForm, NewForm, initial
from alliage.agreements.models import Agreement, Partner
from alliage.agreements.models.agreements import LIVED
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries import conventions, reviews
from alliage.agreements.services import agreements as services
from alliage.agreements.services import partners, publishing
from alliage.agreements.services import reviews as review_services
from alliage.agreements.services.conventions import FEWEST
from alliage.agreements.views.finding import acted_or_404, agreement_crumbs, agreement_or_404, crumbs, member_of
from alliage.directory import queries as directory
from alliage.directory.enums import EntryKind
from alliage.directory.models import Entry
from alliage.directory.queries import alliances
from alliage.directory.services.joining import editors_of
from alliage.refusals import Refusal
from alliage.ui import limits

PER_PERSON = "60/1h"
SUGGESTED = 400
LONGEST_NUMBER = 18
# Partners that the page names, signed or not.
SHOWN = frozenset({PartnerState.IN, PartnerState.INVITED, PartnerState.CITED})


def number(text: str) -> int:
    """What a button or an address named; 0 names nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


@never_cache
@require_safe
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Mine; nobody lists the others."""
    context = {
        "crumbs": crumbs(),
        "mine": queries.mine(request.user),
        "can_reword": permissions.can_reword(request.user),
    }
    return render(request, "agreements/index.html", context)


def names() -> list[str]:
    """Offered beside the field."""
    known = directory.visible(to_members=True).exclude(kind=EntryKind.CATALYST)
    return list(known.order_by("sort_name").values_list("name", flat=True)[:SUGGESTED])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.new", per_person="20/1h")
def new(request: HttpRequest) -> HttpResponse:
    """`?alliance=12` begins from an alliance of the directory."""
    alliance = queries.alliance_to_live(number(request.GET.get("alliance", "")), request.user)
    start: dict[str, Any] = {}
    if alliance is not None:
        side = alliances.sides_of(alliance, request.user)[0]
        start = {"mine": side.slug, "other": alliance.other_side(side.pk).name, "subject": alliance.subject}
    form = NewForm(request.POST if request.method == "POST" else None, user=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        given, said = form.cleaned_data, form.said(alliance)
        try:
            by, now = member_of(request), timezone.now()
            made = services.open_agreement(given["mine"], given["other"], said, by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("L’accord est ouvert\u00a0: l’autre organisation est invitée à le rejoindre."))
            return redirect(made)
    context = {
        "crumbs": crumbs((_("Ouvrir un accord"), "")),
        "form": form,
        "has_entries": bool(form.fields["mine"].queryset),  # type: ignore[attr-defined]
        "known": names(),
    }
    return render(request, "agreements/new.html", context, status=422 if form.errors else 200)


# --- One agreement ---------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@login_required
def agreement(request: HttpRequest, pk: str) -> HttpResponse:
    """Where it stands, and the next act."""
    found = agreement_or_404(request, pk)
    known = queries.partners(found, request.user)
    acting = permissions.acts_for(request.user, found)
    context = {
        "crumbs": agreement_crumbs(found),
        "agreement": found,
        "steps": steps(found),
        "acting": acting,
        "asked": [each for each in permissions.mine_in(request.user, found) if not each.is_in],
        "awaiting": [each for each in known if each.state == PartnerState.INVITED],
        "terms": list(found.terms.all()),
        "history": queries.history(found),
        "is_signed": bool(found.digest),
        **_convention(found, known, acting),
        **(_lived(found, known, acting) if found.active_at is not None else {}),
        "links": queries.linked(found),
        "shown": [each for each in acting if each.is_shown],
        "hidden": [each for each in acting if not each.is_shown],
        "today": timezone.localdate(),
    }
    return render(request, "agreements/agreement.html", context)


def steps(agreement: Agreement) -> list[dict[str, str]]:
    """Done, current and later, for the component."""
    order = list(State)
    at = order.index(State(agreement.state))
    states = ["done"] * at + ["current"] + ["later"] * (len(order) - at - 1)
    return [{"label": str(state.label).capitalize(), "state": said} for state, said in zip(order, states, strict=True)]


def _convention(agreement: Agreement, known: list[Partner], acting: list[Partner]) -> dict[str, Any]:
    """Who signed the text of now; it is read only when a signature asks for it."""
    signs = any(each.standing for each in known)
    digest = agreement.digest
    if not digest and signs:
        digest = conventions.digest_of(conventions.text_of(agreement))
    lines = [(each, conventions.signature_of(each, digest) if digest else None) for each in known]
    unsigned = [each for each, signature in lines if each.is_in and signature is None]
    return {
        "lines": [line for line in lines if line[0].state in SHOWN or line[1]],
        "unheld": [each for each in known if each.is_unheld],
        "unsigned": unsigned,
        "to_sign": [each for each in unsigned if each in acting],
        "undone": [each for each in unsigned if each.standing],
        "can_sign": sum(each.is_in for each in known) >= FEWEST,
    }


def _lived(agreement: Agreement, known: list[Partner], acting: list[Partner]) -> dict[str, Any]:
    """Its reviews, and who is awaited in the one that is open."""
    found = reviews.reviews(agreement)
    opened = next((each for each in found if each.closed_at is None), None)
    awaited = reviews.awaited(opened, known) if opened is not None else []
    return {
        "reviews": found,
        "opened": opened,
        "last": next((each for each in found if each.closed_at is not None), None),
        "awaited": awaited,
        "to_answer": [each for each in awaited if each in acting],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.edit", per_person=PER_PERSON)
def edit(request: HttpRequest, pk: str) -> HttpResponse:
    """Everything until it is signed; then until when it lasts."""
    found = acted_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form: EditForm | EndForm = (EndForm if found.state in LIVED else EditForm)(posted, initial=initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            _changed(found, form, by=member_of(request), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(found)
    context = {"crumbs": agreement_crumbs(found, (_("Modifier"), "")), "agreement": found, "form": form}
    return render(request, "agreements/edit.html", context, status=422 if form.errors else 200)


def _changed(agreement: Agreement, form: EditForm | EndForm, *, by: Member, now: datetime) -> None:
    if isinstance(form, EditForm):
        services.edit(agreement, form.said(), by=by, now=now)
    else:
        services.end_on(agreement, form.cleaned_data["ends_on"], by=by, now=now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.invite", per_person="30/1h")
def invite(request: HttpRequest, pk: str) -> HttpResponse:
    """Ask one more; `?entry=…` begins from one. Of one that nobody holds: write to somebody of it, or name it only."""
    found = acted_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = InviteForm(posted, initial={"entry": request.GET.get("entry", "").replace("\0", "")})
    act = request.POST.get("act", "")
    hold = HoldForm(posted if act == "hold" else None)
    if request.method == "POST" and form.is_valid() and (act != "hold" or hold.is_valid()):
        try:
            said = _invited(request, found, form.cleaned_data["entry"], act, hold)
        except Refusal as refusal:
            form.add_error("entry", refusal.message)
        else:
            messages.success(request, said)
            return redirect(found)
    context = {
        "crumbs": agreement_crumbs(found, (_("Inviter"), "")),
        "agreement": found,
        "form": form,
        "hold": hold,
        "unheld": _unheld(form),
        "known": names(),
    }
    return render(request, "agreements/invite.html", context, status=422 if form.errors or hold.errors else 200)


def _invited(request: HttpRequest, found: Agreement, entry: Entry, act: str, hold: HoldForm) -> str:
    """Do it, and say so."""
    by, now = member_of(request), timezone.now()
    if act == "cite":
        partners.cite(found, entry, by=by, now=now)
        return _("C’est noté\u00a0: cette organisation est citée dans l’accord, et ne le signe pas.")
    if act == "hold":
        partners.ask_to_hold(found, entry, hold.cleaned_data["email"], by=by, now=now)
        return _(
            "C’est noté\u00a0: un courriel part, un par mois au plus à la même adresse. Quand sa fiche sera tenue, invitez-la ici."
        )
    partners.invite(found, entry, by=by, now=now)
    return _("L’invitation est partie. Ses personnes y répondent depuis cette page.")


def _unheld(form: InviteForm) -> Entry | None:
    """The organisation that the form names, when nobody holds its entry."""
    try:
        named = InviteForm.base_fields["entry"].clean(form["entry"].value() or "")
    except ValidationError:
        return None
    return None if editors_of(named) else named


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@limits.limit("agreements.close", per_person=PER_PERSON)
def close(request: HttpRequest, pk: str) -> HttpResponse:
    found = acted_or_404(request, pk)
    can_publish = any(alliances.sides_of(link.alliance, request.user) for link in queries.linked(found))
    form = CloseForm(request.POST if request.method == "POST" else None, can_publish=can_publish)
    if request.method == "POST" and form.is_valid():
        by, now = member_of(request), timezone.now()
        try:
            ended = services.close(found, outcome=form.cleaned_data["outcome"], by=by, now=now)
            if form.cleaned_data.get("publish"):
                publishing.tell_outcome(ended, by=by, now=now)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("L’accord est clos. Vous le relirez ici quand vous voudrez."))
            return redirect(found)
    context = {
        "crumbs": agreement_crumbs(found, (_("Clore"), "")),
        "agreement": found,
        "form": form,
        "is_lived": found.state in LIVED,
    }
    return render(request, "agreements/close.html", context, status=422 if form.errors else 200)


# --- Acts of one button ----------------------------------------------------------------------------------------------


def _accept(partner: Partner, **said: Any) -> str:
    partners.accept(partner, **said)
    return _("Vous êtes partenaire\u00a0: vous écrivez la convention avec les autres.")


def _decline(partner: Partner, **said: Any) -> str:
    partners.decline(partner, **said)
    return _("C’est noté\u00a0: l’invitation n’attend plus de réponse.")


def _leave(partner: Partner, **said: Any) -> str:
    partners.leave(partner, **said)
    return _("Votre organisation a quitté l’accord.")


def _show(partner: Partner, **said: Any) -> str:
    publishing.show(partner, **said)
    return _("C’est noté\u00a0: l’alliance est montrée avec chaque partenaire qui a fait le même choix.")


def _hide(partner: Partner, **said: Any) -> str:
    publishing.hide(partner, **said)
    return _("C’est noté\u00a0: l’annuaire ne la montre plus pour votre organisation.")


# Acts in the name of one of my partners, and what is said once they are done.
OF_MINE: dict[str, Callable[..., str]] = {
    "accept": _accept,
    "decline": _decline,
    "leave": _leave,
    "show": _show,
    "hide": _hide,
}


@never_cache
@require_POST
@login_required
@limits.limit("agreements.act", per_person="120/1h")
def act(request: HttpRequest, pk: str) -> HttpResponse:
    """« accept:12 »: in the name of partner 12; « withdraw:13 »: an invitation, or a name that is cited; « cite:13 »: one for which nobody acts; « start », « review » for the whole agreement."""
    found = agreement_or_404(request, pk)
    asked, _colon, key = request.POST.get("act", "").partition(":")
    by, now = member_of(request), timezone.now()
    try:
        if asked in OF_MINE:
            messages.success(request, _of_mine(request, found, asked, number(key)))
        elif permissions.can_act(request.user, found):
            return _of_all(request, found, asked, key=number(key), by=by, now=now)
        else:
            raise Http404(f"No act {asked} here for this person.")
    except Refusal as refusal:
        messages.error(request, refusal.message)
    gone = asked in {"leave", "decline"} and not _still_reads(request, found)
    return redirect("agreements:index") if gone else redirect(found)


def _still_reads(request: HttpRequest, agreement: Agreement) -> bool:
    again = queries.by_number(agreement.pk)
    return again is not None and permissions.can_see(request.user, again)


def _of_mine(request: HttpRequest, agreement: Agreement, asked: str, pk: int) -> str:
    partner = next((each for each in permissions.mine_in(request.user, agreement) if each.pk == pk), None)
    if partner is None:
        raise Http404(f"No partner {pk} here for this person.")
    if asked == "leave" and "sure" not in request.POST:
        raise services.AgreementRefused(_("Cochez la case pour confirmer\u00a0: rien n’a changé."))
    return OF_MINE[asked](partner, by=member_of(request), now=timezone.now())


def _withdrawn(agreement: Agreement, key: int, *, by: Member, now: Any) -> str:
    """An invitation, or the name of one that is only cited."""
    found = agreement.partners.filter(pk=key, state__in=(PartnerState.INVITED, PartnerState.CITED)).first()
    if found is None:
        raise Http404(f"No invitation {key} here.")
    if found.state == PartnerState.CITED:
        partners.cite_no_more(found, by=by, now=now)
        return _("C’est noté\u00a0: cette organisation n’est plus citée.")
    partners.decline(found, by=by, now=now)
    return _("L’invitation est retirée.")


def _of_all(request: HttpRequest, agreement: Agreement, asked: str, *, key: int, by: Member, now: Any) -> HttpResponse:
    if asked == "start":
        services.start(agreement, by=by, now=now)
        messages.success(request, _("C’est parti. Un bilan de santé vous sera proposé dans six mois."))
    elif asked == "review":
        made = review_services.open_review(agreement, by=by, now=now)
        messages.success(request, _("Le bilan est ouvert\u00a0: chaque partenaire répond de son côté."))
        return redirect("agreements:review", agreement.pk, made.number)
    elif asked == "withdraw":
        messages.success(request, _withdrawn(agreement, key, by=by, now=now))
    elif asked == "cite":
        named = agreement.partners.filter(pk=key).first()
        if named is None:
            raise Http404(f"No partner {key} here.")
        partners.cite_partner(named, by=by, now=now)
        messages.success(
            request, _("C’est noté\u00a0: cette organisation est citée dans l’accord, et ne le signe pas.")
        )
    else:
        raise Http404(f"No act {asked} here for this person.")
    return redirect(agreement)
