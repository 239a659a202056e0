"""« Trouver un catalyseur », and the requests for help: found, sent, followed, answered, handed over."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from alliage.directory import filters, secret_links, working_days
from alliage.directory.enums import RecipientState, RequestState
from alliage.directory.forms.requests import AnswerForm, AskForm, OutcomeForm, WordForm
from alliage.directory.models import Entry, HelpRequest, RequestRecipient
from alliage.directory.queries import matching, understanding
from alliage.directory.queries import requests as queries
from alliage.directory.services import requests as services
from alliage.moderation.permissions import can_moderate
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar, suggestions
from alliage.territories.folding import search_key
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT

MOST_CHOICES, MOST_PROPOSED = 6, 20
MOST_TOPICS = 40
LONGEST_PLACE = 200
PER_PAGE = 30
ASKED_PER_PERSON, SAID_PER_PERSON = "10/10m", "30/10m"
SAYING = ("repondre", "decliner", "transmettre")


# --- What is asked -------------------------------------------------------------------------------------------------


class Place:
    """The territory of an address: found, or the choices to be made between, or unknown.

    `territoire` is the word of letters that are already printed, and of the directory's own filters.
    """

    def __init__(self, parameters: Any) -> None:
        typed = " ".join(parameters.get("lieu", "").replace("\0", " ").split())[:LONGEST_PLACE]
        code = parameters.get("lieu_code", "")[:LONGEST_PLACE]
        self.text = code or typed or parameters.get("territoire", "").replace("\0", "").strip()[:LONGEST_PLACE]
        self.territory: filters.Place | None = None
        self.choices: list[suggestions.Suggestion] = []
        kind, colon, number = self.text.partition(":")
        if colon:
            self.territory = snapshot().by_code.get((kind, number.strip()))
        elif self.text:
            self._understand()
        self.is_unknown = bool(self.text) and not (self.territory or self.choices)

    def _understand(self) -> None:
        proposed = suggestions.find(self.text, limit=MOST_CHOICES)
        asked = search_key(self.text)
        said = [one for one in proposed if asked in (search_key(one.label), search_key(one.name), one.code.lower())]
        candidates = said or proposed
        if len(candidates) == 1:
            self.territory = self._read(candidates[0].pk)
        else:
            self.choices = candidates

    @staticmethod
    def _read(pk: int) -> filters.Place | None:
        """From memory when it is in force, else from the database: a part of a commune, a territory of the past."""
        return snapshot().by_id.get(pk) or Territory.objects.select_related("part_of").filter(pk=pk).first()

    @property
    def written(self) -> str:
        """What the field holds: the territory found, so written that sending it again finds it, or what was typed.

        Its code is left out of the page: without JavaScript, a code would win over a name that was changed.
        """
        if self.territory is None:
            return self.text
        title = grammar.title(self.territory)
        proposed = suggestions.find(title, limit=MOST_PROPOSED)
        return next((one.label for one in proposed if one.pk == self.territory.id), title)

    @property
    def code(self) -> str:
        return f"{self.territory.kind}:{self.territory.code}" if self.territory else ""


def _need(parameters: Any) -> str:
    return " ".join(parameters.get("besoin", "").replace("\0", " ").split())[: understanding.LONGEST_NEED]


@dataclass(frozen=True)
class Topics:
    """What the visitor changed in what was understood: codes added (`avec`) and removed (`sans`).

    Every link and form of the search carries them on. One that was removed, then added again, is wanted.
    """

    chosen: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, parameters: QueryDict, need: str) -> "Topics":
        """Those of an address; none when they were said of another need (`sujets_de`), which the form replaced."""
        if parameters.get("sujets_de", mark_of(need)) != mark_of(need):
            return cls()
        chosen, refused = _codes(parameters, "avec"), _codes(parameters, "sans")
        return cls(chosen, tuple(code for code in refused if code not in chosen))

    def without(self, code: str) -> "Topics":
        return Topics(tuple(each for each in self.chosen if each != code), (*self.refused, code))

    def understand(self, need: str) -> list[understanding.Understood]:
        return understanding.understand(need, chosen=self.chosen, refused=self.refused)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What a form sends of them."""
        return [*(("avec", code) for code in self.chosen), *(("sans", code) for code in self.refused)]


def _codes(parameters: QueryDict, name: str) -> tuple[str, ...]:
    asked = dict.fromkeys(parameters.getlist(name)[:MOST_TOPICS])
    return tuple(code for code in asked if understanding.by_code(code))


def mark_of(need: str) -> str:
    """Tells one need from another in a form."""
    return f"{crc32(need.encode(errors='replace')):08x}"


def _query(need: str, place: str, topics: Topics, **more: Any) -> str:
    asked: dict[str, Any] = {"besoin": need, "lieu": place, "avec": topics.chosen, "sans": topics.refused, **more}
    return urlencode({name: value for name, value in asked.items() if value}, doseq=True, safe=":")


# --- Find ----------------------------------------------------------------------------------------------------------


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """A need in words and a territory give catalysts, each with the reasons."""
    need, place = _need(request.GET), Place(request.GET)
    topics = Topics.of(request.GET, need)
    understood = topics.understand(need)
    every = "plus" in request.GET
    found = matching.find(
        understood,
        place.territory,
        need=need,
        today=timezone.localdate(),
        limit=matching.MOST_SHOWN if every else matching.SHOWN,
    )
    here = place.code or ("" if place.choices else place.text)
    context = {
        "crumbs": [(_("Annuaire"), reverse("directory:index")), (_("Trouver un catalyseur"), "")],
        "need": need,
        "place": place,
        "at": grammar.at(place.territory) if place.territory else "",
        "asked": bool(need or topics.chosen or place.text),
        "understood": _chips(understood, need, here, topics),
        "addable": _addable(understood),
        "topics": topics,
        "mark": mark_of(need),
        "found": found,
        "told": _told(found, place),
        "here": [_line(match, need, here, topics) for match in found.here],
        "elsewhere": [_line(match, need, here, topics) for match in found.elsewhere],
        "more_url": "" if every or not found.more else f"?{_query(need, here, topics, plus=1)}",
        "animators_url": f"{reverse('directory:ask')}?{_query(need, here, topics)}",
        "directory_url": f"{reverse('directory:index')}?{urlencode({'territoire': place.code}, safe=':')}"
        if place.code
        else reverse("directory:index"),
    }
    return render(request, "directory/find.html", context)


def _chips(understood: list[understanding.Understood], need: str, here: str, topics: Topics) -> list[dict[str, Any]]:
    return [
        {"label": one.term.label, "words": one.words, "url": f"?{_query(need, here, topics.without(one.code))}"}
        for one in understood
    ]


def _addable(understood: list[understanding.Understood]) -> list[tuple[str, str]]:
    """Métiers, leviers and ODD that were not understood, to be added by hand."""
    there = {one.code for one in understood}
    return [
        (f"{vocabulary}:{term.code}", term.label)
        for vocabulary in (Vocabulary.METIERS, Vocabulary.LEVIERS, Vocabulary.ODD)
        for term in taxonomy.terms(vocabulary)
        if f"{vocabulary}:{term.code}" not in there
    ]


def _told(found: matching.Found, place: Place) -> str:
    """How wide we had to look."""
    if place.territory is None:
        return ""
    if not found.here:
        return _("Personne ne dit encore agir %(at)s ni tout près.") % {"at": grammar.at(place.territory)}
    if found.nearest <= matching.Nearness.INTERCOMMUNALITY:
        return ""
    com = getattr(place.territory, "com_id", None) is not None
    wider = {
        matching.Nearness.DEPARTEMENT: _("voici qui agit dans votre collectivité.")
        if com
        else _("voici qui agit dans votre département."),
        matching.Nearness.NEIGHBOUR: _("voici qui agit dans une commune voisine."),
        matching.Nearness.REGION: _("voici qui agit dans votre région."),
        matching.Nearness.SAME_DEPARTEMENT: _("voici qui agit ailleurs dans votre collectivité.")
        if com
        else _("voici qui agit ailleurs dans votre département."),
        matching.Nearness.NATIONAL: _("voici qui agit dans toute la France."),
        matching.Nearness.SAME_REGION: _("voici qui agit ailleurs dans votre région."),
        matching.Nearness.OUT: _("voici qui n’est pas loin."),
    }
    return _("Personne ne dit encore agir précisément %(at)s : %(wider)s") % {
        "at": grammar.at(place.territory),
        "wider": wider[found.nearest],
    }


def _line(match: matching.Match, need: str, here: str, topics: Topics) -> dict[str, Any]:
    one = match.shown
    place = grammar.title(one.territory) if one.territory else ""
    return {
        "slug": one.slug,
        "name": one.name,
        "url": one.url,
        "function": one.function,
        "place": place,
        "is_demo": one.is_demo,
        "is_fresh": match.is_fresh,
        "reasons": match.reasons,
        "phone": one.phone,
        "ask_url": f"{reverse('directory:ask')}?{_query(need, here, topics, a=one.slug)}",
    }


# --- Ask -----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The form, with or without an account. What was typed stays on the page whatever the answer."""
    place, need = Place(request.GET), _need(request.GET)
    topics = Topics.of(request.GET, need)
    again = _query(need, place.code or place.text, topics)
    entries = queries.catalysts(request.GET.getlist("a")[: 2 * services.MOST_RECIPIENTS])
    zone, now = working_days.zone_of(place.territory), timezone.now()
    form = AskForm(request.POST or None, initial=_initial(request), zone=zone, now=now)
    excess = None
    if len(entries) > services.MOST_RECIPIENTS:
        entries = entries[: services.MOST_RECIPIENTS]
        messages.info(request, _("Trois personnes au plus lisent une demande : voici les trois premières."))
    if request.method == "POST":
        excess = limits.count(request, "directory.request", per_person=ASKED_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid():
            row = _send(request, form, place, entries, topics)
            if row is not None:
                return redirect(secret_links.requester_path(row))
    context = {
        "crumbs": [
            (_("Annuaire"), reverse("directory:index")),
            (_("Trouver un catalyseur"), f"{reverse('directory:find')}?{again}"),
            (_("Envoyer ma demande"), ""),
        ],
        "form": form,
        # What is kept in the browser belongs to this need and these people: another search starts afresh.
        "draft": f"demande-{crc32(request.GET.urlencode().encode()):08x}",
        "entries": entries,
        "place": place,
        "at": grammar.at(place.territory) if place.territory else "",
        "kept_days": settings.REQUEST_KEPT_DAYS,
        "answer_days": settings.REQUEST_DAYS,
        "open_slots": bool(form.is_bound and request.POST.getlist("slots")),
    }
    response = limits.remember_browser(request, render(request, "directory/ask.html", context))
    return limits.too_many(response, excess) if excess else response


def _initial(request: HttpRequest) -> dict[str, str]:
    user: Any = request.user
    known = {"name": user.name, "contact": user.email} if user.is_authenticated else {}
    return {"need": _need(request.GET), **known}


def _send(
    request: HttpRequest, form: AskForm, place: Place, entries: list[Entry], topics: Topics
) -> HelpRequest | None:
    """The request, or None with the reason on the form."""
    member: Any = request.user if request.user.is_authenticated else None
    answers = form.cleaned_data
    email, phone = answers["contact"]
    asking = services.Asking(
        need=answers["need"],
        territory=place.territory,
        name=answers["name"],
        email=email,
        phone=phone,
        slots=answers["slots"],
        chosen=topics.chosen,
        refused=topics.refused,
    )
    try:
        return services.send(
            asking, entries, by=member, now=timezone.now(), sent=_sent(request), reasons=_why(asking, entries)
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _why(asking: services.Asking, entries: list[Entry]) -> dict[int, str]:
    """« Pourquoi vous », for each one who receives it: what in these words and this territory led to them."""
    understood = understanding.understand(asking.need, chosen=asking.chosen, refused=asking.refused)
    found = matching.why(entries, understood, asking.territory, need=asking.need)
    return {pk: _fitting(reasons) for pk, reasons in found.items()}


def _fitting(reasons: list[str]) -> str:
    """The strongest ones, whole, as long as there is room."""
    kept = ""
    for reason in reasons:
        longer = f"{kept}, {reason}" if kept else capfirst(reason)
        if len(longer) > services.LONGEST_REASON:
            break
        kept = longer
    return kept


def _sent(request: HttpRequest) -> str:
    """What one display of a form has of its own."""
    member = request.user.pk if request.user.is_authenticated else ""
    return f"{member}|{limits.browser_token(request)}|{request.POST.get(MOMENT, '')}"


# --- Follow --------------------------------------------------------------------------------------------------------


def _secret(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: no other site learns its address, no engine keeps it."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return _secret(render(request, "directory/request_gone.html", status=404))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tracking(request: HttpRequest, token: str) -> HttpResponse:
    """The page of whoever asks: where it stands, what was answered; add a word, close, erase."""
    now = timezone.now()
    row = secret_links.by_secret(token, now=now)
    if row is None:
        return _gone(request)
    form, closing = WordForm(), OutcomeForm()
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "directory.request_word", per_person=SAID_PER_PERSON)
        act = request.POST.get("acte")
        form = WordForm(request.POST if act == "ajouter" else None)
        closing = OutcomeForm(request.POST if act == "clore" else None)
        done = None if excess else _follow(request, row, str(act), form, closing)
        if done:
            return _secret(done)
    thread = queries.thread(row)
    context = {
        "row": row,
        "thread": thread,
        "of": _of(row),
        "at": _at(row),
        "form": form,
        "closing": closing,
        "excess": excess,
        "animators": row.handed_over_at is not None,
        "answer_lost": row.state == RequestState.ANSWERED and not queries.is_answered(thread),
    }
    with timezone.override(row.time_zone):  # « envoyée le … à … », at the hour of whoever asks
        page = render(request, "directory/request.html", context)
    response = _secret(limits.remember_browser(request, page))
    return limits.too_many(response, excess) if excess else response


def _follow(
    request: HttpRequest, row: HelpRequest, act: str, form: WordForm, closing: OutcomeForm
) -> HttpResponse | None:
    """Do what whoever asks wants; the page again when something is missing."""
    now = timezone.now()
    try:
        if act == "ajouter" and form.is_valid():
            services.add_word(row, text=form.cleaned_data["text"], now=now, sent=_sent(request))
            messages.success(request, _("Votre mot est transmis."))
        elif act == "clore" and closing.is_valid():
            services.close(row, outcome=closing.cleaned_data["outcome"], now=now)
            messages.success(request, _("C’est noté, merci. Votre demande est close."))
        elif act == "effacer":
            services.erase(row, now=now)
            messages.success(request, _("Votre demande et tout ce qui vous concerne sont effacés."))
            return redirect("directory:find")
        else:
            return None
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(request.path)


# --- Answer --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The page of one who received a request, by the link of the mail: read, answer, decline, pass on."""
    now = timezone.now()
    recipient = secret_links.by_recipient(token, now=now)
    if recipient is None:
        return _gone(request)
    form = AnswerForm()
    excess = None
    if request.method == "GET":
        services.see(recipient, now=now)
    elif request.method == "POST":
        excess = limits.count(request, "directory.request_word", per_person=SAID_PER_PERSON)
        act = request.POST.get("acte", "")
        form = AnswerForm(request.POST if act in SAYING else None)
        done = None if excess else _answer(request, recipient, act, form)
        if done:
            return _secret(done)
    recipient = secret_links.by_recipient(token, now=now) or recipient
    thread = queries.thread(recipient.request, of=recipient, where=_at(recipient.request))
    context = {
        "recipient": recipient,
        "row": recipient.request,
        "thread": thread,
        "of": _of(recipient.request),
        "form": form,
        "excess": excess,
        "may_answer": thread.is_open,
        "may_leave": thread.is_open and recipient.state in queries.TO_ANSWER,
        "colleagues": queries.colleagues(recipient) if recipient.state in queries.TO_ANSWER else [],
        "is_passed": recipient.state == RecipientState.PASSED,
    }
    response = _secret(limits.remember_browser(request, render(request, "directory/request_received.html", context)))
    return limits.too_many(response, excess) if excess else response


def _answer(request: HttpRequest, recipient: RequestRecipient, act: str, form: AnswerForm) -> HttpResponse | None:
    now = timezone.now()
    try:
        if act == "repondre" and form.is_valid():
            services.answer(recipient, text=form.cleaned_data["text"], now=now, sent=_sent(request))
            messages.success(request, _("Votre réponse est partie. Merci pour ce territoire."))
        elif act == "decliner":
            services.decline(recipient, text=request.POST.get("text", "")[:4000], now=now)
            messages.success(request, _("C’est noté : quelqu’un d’autre prendra le relais."))
        elif act == "transmettre":
            return _pass_on(request, recipient)
        else:
            return None
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(request.path)


def _pass_on(request: HttpRequest, recipient: RequestRecipient) -> HttpResponse:
    may = {entry.slug: entry for entry in queries.colleagues(recipient)}
    entry = may.get(request.POST.get("a", ""))
    if entry is None:
        messages.error(request, _("Choisissez à qui transmettre la demande."))
    else:
        services.pass_on(recipient, entry, now=timezone.now())
        messages.success(request, _("La demande est transmise à %(name)s.") % {"name": entry.name})
    return redirect(request.path)


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What a member received, with the link of each."""
    page = Paginator(queries.received_by(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"recipient": one, "url": secret_links.recipient_path(one), "of": _of(one.request)} for one in page.object_list
    ]
    return render(request, "directory/requests_received.html", {"page": page, "rows": rows})


def _of(row: HelpRequest) -> str:
    return grammar.of(row.territory) if row.territory else ""


def _at(row: HelpRequest) -> str:
    return grammar.at(row.territory) if row.territory else ""


# --- Animators -----------------------------------------------------------------------------------------------------


def _refuse_others(request: HttpRequest) -> None:
    if not can_moderate(request.user):
        raise PermissionDenied


@never_cache
@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Requests that wait for an animator, the oldest first."""
    _refuse_others(request)
    now = timezone.now()
    page = Paginator(queries.handed_over(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"row": row, "of": _of(row), "age": _age(row, now), "extract": row.need} for row in page.object_list]
    return render(request, "directory/requests_desk.html", {"page": page, "rows": rows, "figures": queries.figures()})


def _age(row: HelpRequest, now: Any) -> str:
    days = queries.age_in_days(row, now=now)
    return (
        ngettext("depuis %(days)d jour", "depuis %(days)d jours", days) % {"days": days} if days else _("aujourd’hui")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def desk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One request that was handed over: answer it, or find it a catalyst."""
    _refuse_others(request)
    row = queries.of_animators(pk)
    if row is None:
        raise Http404
    form = AnswerForm(request.POST if request.POST.get("acte") == "repondre" else None)
    if request.method == "POST":
        done = _settle(request, row, form)
        if done:
            return done
    thread = queries.thread(row, where=_at(row))
    asked = {one.entry_id for one in thread.recipients}
    understood = understanding.understand(row.need, chosen=row.chosen, refused=row.refused)
    found = matching.find(understood, row.territory, need=row.need, today=timezone.localdate(), limit=12)
    proposals = [match for match in (*found.here, *found.elsewhere) if match.shown.pk not in asked]
    context = {
        "row": row,
        "thread": thread,
        "of": _of(row),
        "form": form,
        "age": _age(row, timezone.now()),
        "proposals": proposals,
    }
    return render(request, "directory/request_desk.html", context)


def _settle(request: HttpRequest, row: HelpRequest, form: AnswerForm) -> HttpResponse | None:
    now, animator = timezone.now(), request.user
    try:
        if request.POST.get("acte") == "repondre" and form.is_valid():
            services.reply(row, text=form.cleaned_data["text"], by=animator, now=now, sent=_sent(request))  # type: ignore[arg-type]
            messages.success(request, _("Votre réponse est partie."))
        elif request.POST.get("acte") == "orienter":
            entry = next(iter(queries.catalysts([request.POST.get("a", "")])), None)
            if entry is None:
                messages.error(request, _("Choisissez à qui envoyer la demande."))
                return redirect(row)
            services.route(row, entry, by=animator, now=now)  # type: ignore[arg-type]
            messages.success(request, _("La demande est envoyée à %(name)s.") % {"name": entry.name})
        else:
            return None
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(row)
