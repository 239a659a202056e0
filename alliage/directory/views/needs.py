"""« Besoins et offres »: a list, its map and its exports; one page each; posted, answered, renewed, ended."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliage.directory import secret_links
from alliage.directory.enums import EntryKind, NeedKind, NeedSide, NeedState
from alliage.directory.forms.needs import EndForm, NeedForm, initial
from alliage.directory.forms.profiles import ContactForm
from alliage.directory.models import Alert, Need
from alliage.directory.permissions import can_tend_need
from alliage.directory.queries import category_of, need_matching
from alliage.directory.queries import needs as reads
from alliage.directory.queries.need_filters import KM_PER_DEGREE, RADII, NeedFilters, need_filters, sides
from alliage.directory.registry import begun_at, born_at
from alliage.directory.services import needs as services
from alliage.directory.views.lists import CountedPaginator
from alliage.formats import csv, geojson, json, rss, xlsx
from alliage.refusals import Refusal
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.territories.enums import Kind
from alliage.territories.maps import place
from alliage.territories.maps.focus import focused
from alliage.territories.maps.marks import Mark
from alliage.territories.maps.views import Map, france
from alliage.ui import limits
from alliage.ui.honeypot import MOMENT
from alliage.ui.templatetags.ui import french_number

COLUMNS = (
    "id", "side", "kind", "title", "text", "partnership", "partnership_label", "odd", "leviers", "territory_kind",
    "territory_code", "territory_name", "latitude", "longitude", "by", "by_kind", "by_slug", "category", "state",
    "opened_on", "expires_on", "is_demo", "url",
)  # fmt: skip
EXTENSIONS = ("csv", "xlsx", "json", "geojson", "rss")
POSTED_PER_PERSON, ANSWERED_PER_PERSON, TENDED_PER_PERSON = "10/10m", "10/10m", "30/10m"


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Annuaire"), reverse("directory:index")), *more]


def address_of(filters: NeedFilters) -> str:
    query = filters.query()
    return f"{reverse('directory:needs')}?{query}" if query else reverse("directory:needs")


# --- List ----------------------------------------------------------------------------------------------------------


def card(need: Need, *, filters: NeedFilters | None = None) -> dict[str, Any]:
    """One line of a list: what, who, where, until when."""
    return {
        "need": need,
        "url": need.get_absolute_url(),
        "side": NeedSide(need.side).label,
        "kind": NeedKind(need.kind).label,
        "who": need.entry.name if need.entry else need.name,
        "where": grammar.title(need.territory) if need.territory else _("toute la France"),
        "reason": _reason(need, filters) if filters else "",
    }


def _reason(need: Need, filters: NeedFilters) -> str:
    """Where it is, seen from the place that is asked."""
    km = getattr(need, "km", None)
    if km is not None and filters.territory:
        if need.territory_id == filters.territory.id:
            return _("sur place")
        return _("à %(km)s km %(of)s") % {"km": french_number(max(round(km), 1)), "of": grammar.of(filters.territory)}
    return ""


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Needs, offers and calls: a list and its map, narrowed by the same filters."""
    filters = need_filters(request.GET.dict())
    if "lieu" in request.GET and not filters.ignored:
        return redirect(address_of(filters))
    now = timezone.now()
    counts = reads.side_counts(filters, now=now)
    total = counts.get(filters.side, 0) if filters.side else sum(counts.values())
    page = CountedPaginator(reads.PER_PAGE, count=total).get_page(request.GET.get("page"))
    start = page.start_index() - 1 if total else 0
    found = reads.with_details(reads.rows(filters, now=now))[start : start + reads.PER_PAGE] if total else []
    spots = reads.spots(filters, now=now) if total else []
    choices = _choices(filters)
    context = {
        "crumbs": crumbs((_("Besoins et offres"), "")),
        "filters": filters,
        "parameters": filters.parameters(),
        "place_asked": filters.territory.name if filters.territory else request.GET.get("lieu", ""),
        "may_measure": filters.territory is not None and filters.territory.kind == Kind.COMMUNE,
        "total": total,
        "tabs": _tabs(filters, counts),
        "chips": [{"label": label, "url": address_of(filters.without(name))} for name, label in filters.active()],
        "clear_url": reverse("directory:needs"),
        "choices": choices,
        "page": page,
        "cards": [card(need, filters=filters) for need in found],
        "map": _map(filters, spots),
        "unplaced_count": total - sum(spot.count for spot in spots),
        "ways_out": [] if total else _ways_out(filters, now),
        "query": filters.query(),
        "exports": _exports(filters),
        "radii": radii(),
        "refined": any(choice["chosen"] for choice in choices),
        "new_url": _new_url(filters),
    }
    return render(request, "directory/needs.html", context)


def _new_url(filters: NeedFilters) -> str:
    place = filters.parameters().get("territoire", "")
    tail = urlencode({"territoire": place}) if place else ""
    return f"{reverse('directory:need_new')}?{tail}" if tail else reverse("directory:need_new")


def _tabs(filters: NeedFilters, counts: dict[str, int]) -> list[dict[str, Any]]:
    whole = replace(filters, side="")
    tabs = [{"label": _("Tout"), "url": address_of(whole), "current": not filters.side, "count": sum(counts.values())}]
    for code, label in sides().items():
        url = address_of(replace(filters, side=code))
        tabs.append({"label": label, "url": url, "current": code == filters.side, "count": counts.get(code, 0)})
    return tabs


def _choices(filters: NeedFilters) -> list[dict[str, Any]]:
    """Filters that are lists: name, label, values, and the one in force."""
    terms = {
        "partenariat": (_("Type de partenariat"), Vocabulary.PARTNERSHIPS, filters.partnership),
        "odd": (_("Objectif de développement durable"), Vocabulary.ODD, filters.goal),
        "levier": (_("Levier"), Vocabulary.LEVIERS, filters.levier),
        "categorie": (_("Qui le dit"), Vocabulary.CATEGORIES, filters.category),
    }
    found = [
        {
            "name": name,
            "label": label,
            "chosen": chosen,
            "values": [(t.code, f"{t.code}. {t.label}" if name == "odd" else t.label) for t in taxonomy.terms(words)],
        }
        for name, (label, words, chosen) in terms.items()
    ]
    kinds = [(value, str(label).capitalize()) for value, label in NeedKind.choices]
    return [
        {"name": "quoi", "label": _("Ce qui est cherché ou donné"), "chosen": filters.kind, "values": kinds},
        *found,
    ]


def radii() -> list[tuple[int, str]]:
    return [(km, _("%(km)s km") % {"km": km}) for km in RADII]


def _map(filters: NeedFilters, spots: list[reads.Spot]) -> Map | None:
    if not spots:
        return None
    marks, label = [_mark(spot, filters) for spot in spots], _("Carte des besoins et des offres")
    around = place.close(filters.territory) if filters.territory else None
    if filters.territory is None or around is None:
        return france(marks, label=label, list_anchor="liste")
    if filters.radius:
        around = replace(around, box=around.box.grown(0, 2 * filters.radius / KM_PER_DEGREE))
    label = _("Carte des besoins et des offres, centrée sur %(place)s") % {"place": grammar.the(filters.territory)}
    return focused(around, marks, label=label, note=f"{label}.", here=place.point(filters.territory))


def _mark(spot: reads.Spot, filters: NeedFilters) -> Mark:
    place = spot.territory
    if spot.count == 1:
        url = reverse("directory:need", args=[spot.pk, slugify(spot.title)[:60] or "a"])
        return Mark(place.latitude or 0, place.longitude or 0, f"{spot.title} ({place.name})", url)
    count = ngettext("%(count)d annonce", "%(count)d annonces", spot.count) % {"count": spot.count}
    url = f"{address_of(replace(filters, territory=place, radius=0))}#liste"
    return Mark(place.latitude or 0, place.longitude or 0, f"{place.name}, {count}", url, spot.count)


def _ways_out(filters: NeedFilters, now: datetime) -> list[dict[str, Any]]:
    labels = dict(filters.active())
    return [
        {
            "removed": labels.get(way.removed, ""),
            "radius": way.filters.radius if not way.removed and way.filters.radius else 0,
            "place": grammar.title(way.filters.territory) if way.filters.territory and not way.removed else "",
            "count": way.count,
            "url": address_of(way.filters),
        }
        for way in reads.ways_out(filters, now=now)
    ]


def _exports(filters: NeedFilters) -> list[dict[str, str]]:
    tail = f"?{filters.query()}" if filters.query() else ""
    return [
        {"label": extension.upper(), "url": reverse("directory:needs_export", args=[extension]) + tail}
        for extension in EXTENSIONS
    ]


# --- Open formats --------------------------------------------------------------------------------------------------


def record(need: Need) -> dict[str, Any]:
    """One need as plain data, as anyone may read it: codes, and labels beside them."""
    partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, need.partnership_id)
    place, entry = need.territory, need.entry
    category = category_of(entry) if entry else None
    return {
        "id": need.pk,
        "side": need.side,
        "kind": need.kind,
        "title": need.title,
        "text": need.text,
        "partnership": partnership.code if partnership else None,
        "partnership_label": partnership.label if partnership else None,
        "odd": [term.code for term in reads.terms_of(need, Vocabulary.ODD)],
        "leviers": [term.code for term in reads.terms_of(need, Vocabulary.LEVIERS)],
        "territory_kind": place.kind if place else None,
        "territory_code": place.code if place else None,
        "territory_name": place.name if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
        "by": entry.name if entry else need.name,
        "by_kind": entry.kind if entry else None,
        "by_slug": entry.slug if entry else None,
        "category": category.code if category else None,
        "state": need.state,
        "opened_on": need.opened_at.date() if need.opened_at else None,
        "expires_on": need.expires_at.date() if need.expires_at else None,
        "is_demo": need.is_demo,
        "url": settings.ORIGIN + need.get_absolute_url(),
    }


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponseBase:
    """The whole list behind the page, with the same filters. Only what everyone may read."""
    filters, now = need_filters(request.GET.dict()), timezone.now()
    found = reads.with_details(reads.rows(filters, now=now))
    return _WRITERS[extension](request, filters, found)


def _as_csv(request: HttpRequest, _filters: NeedFilters, found: Any) -> HttpResponseBase:
    return csv.response("besoins-et-offres.csv", COLUMNS, _lines(found), excel="excel" in request.GET)


def _as_xlsx(_request: HttpRequest, _filters: NeedFilters, found: Any) -> HttpResponseBase:
    return xlsx.response("besoins-et-offres.xlsx", COLUMNS, _lines(found), sheet=_("Besoins et offres"))


def _lines(found: Any) -> Iterator[list[Any]]:
    """One cell each: the codes of a list are joined."""
    for row in map(record, found.iterator(chunk_size=500)):
        yield [" ".join(row[name]) if isinstance(row[name], list) else row[name] for name in COLUMNS]


def _as_json(_request: HttpRequest, _filters: NeedFilters, found: Any) -> HttpResponseBase:
    return json.response(found.count(), (record(need) for need in found.iterator(chunk_size=500)))


def _as_geojson(_request: HttpRequest, _filters: NeedFilters, found: Any) -> HttpResponseBase:
    rows = (record(need) for need in found.iterator(chunk_size=500))
    return geojson.response(
        geojson.feature(geojson.point(row["longitude"], row["latitude"]), row, id=row["id"]) for row in rows
    )


def _as_rss(request: HttpRequest, filters: NeedFilters, found: Any) -> HttpResponseBase:
    page = rss.page(request)
    entries = (
        rss.Entry(_titled(need), need.get_absolute_url(), need.text, need.opened_at or need.created_at, need.updated_at)
        for need in found.order_by("-opened_at", "-pk")[page.rows]
    )
    title, lead = _("Besoins et offres du réseau"), _("Qui cherche, qui propose, qui soutient ; les derniers d’abord.")
    return rss.response(title, address_of(filters), lead, entries, feed_url=request.get_full_path(), page=page)


def _titled(need: Need) -> str:
    return f"{str(NeedSide(need.side).label).capitalize()}\u00a0: {need.title}"


_WRITERS: dict[str, Callable[[HttpRequest, NeedFilters, Any], HttpResponseBase]] = {
    "csv": _as_csv,
    "xlsx": _as_xlsx,
    "json": _as_json,
    "geojson": _as_geojson,
    "rss": _as_rss,
}


# --- One need ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One need, what answers it, and a form of three fields to answer it."""
    now = timezone.now()
    found = reads.need(pk, request.user, now=now)
    if found is None:
        raise Http404(f"No need {pk}.")
    if slug != found.slug:
        return redirect(found, permanent=False)
    member: Any = request.user if request.user.is_authenticated else None
    form = ContactForm(request.POST or None, initial={"name": member.name, "email": member.email} if member else {})
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "directory.need_answer", per_person=ANSWERED_PER_PERSON)
        done = None if excess else _answer(request, found, form, now)
        if done:
            return done
        if excess:
            form.add_error(None, excess.message)
    response = render(request, "directory/need.html", _detail(request, found, form, now), status=_status(form))
    response = limits.remember_browser(request, response)
    return limits.too_many(response, excess) if excess else response


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _answer(request: HttpRequest, found: Need, form: ContactForm, now: datetime) -> HttpResponse | None:
    if not form.is_valid():
        return None
    member: Any = request.user if request.user.is_authenticated else None
    try:
        services.answer_need(
            found,
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            text=form.cleaned_data["text"],
            sent=_sent(request),
            now=now,
            by=member,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _("Votre message est parti. La réponse arrivera à votre adresse."))
    return redirect(found)


def _sent(request: HttpRequest) -> str:
    """What one display of a form has of its own."""
    return f"{limits.browser_token(request)}|{request.POST.get(MOMENT, '')}"


def _detail(request: HttpRequest, found: Need, form: ContactForm, now: datetime) -> dict[str, Any]:
    is_shown = reads.is_shown(found, now)
    partnership = taxonomy.term_by_id(Vocabulary.PARTNERSHIPS, found.partnership_id)
    return card(found) | {
        "crumbs": crumbs((_("Besoins et offres"), reverse("directory:needs")), (found.title, "")),
        "partnership": partnership,
        "goals": reads.terms_of(found, Vocabulary.ODD),
        "leviers": reads.terms_of(found, Vocabulary.LEVIERS),
        "born": born_at(found.origin),
        "is_shown": is_shown,
        "is_met": found.state == NeedState.MET,
        "may_tend": can_tend_need(request.user, found),
        "answers": found.answers.count(),
        "form": form,
        "end_form": EndForm(),
        "alliance_url": alliance_url(found),
        "alert_url": _alert_url(found),
        "matches": [
            {"card": card(match.need), "reasons": match.reasons} for match in need_matching.matches(found, now=now)
        ]
        if is_shown
        else [],
    }


def _alert_url(need: Need) -> str:
    """To be told of what comes next on the same territory."""
    place = f"territoire={need.territory.kind}:{need.territory.code}" if need.territory else ""
    return f"{reverse('directory:alerts')}?{urlencode({'liste': Alert.Function.NEEDS.value, 'filtres': place})}"


def alliance_url(need: Need) -> str:
    """Where what came of it becomes an alliance, already written; none for a person or someone without an entry."""
    if need.entry is None or need.entry.kind == EntryKind.CATALYST or need.state != NeedState.MET:
        return ""
    said = {"organisation": need.entry.slug, "objet": need.title, "sorti": need.outcome}
    said["lieu"] = need.territory.name if need.territory else ""
    said["partenariat"] = need.partnership.code if need.partnership else ""
    return f"{reverse('directory:alliance_declare')}?{urlencode(said)}"


# --- Post ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Post a need, an offer or a call: for one's entry at once, without an account once the address is confirmed."""
    speakers = reads.speakable(request.user)
    start = _start(request)
    form = NeedForm(request.POST or None, speakers=speakers, initial=start)
    excess = None
    if request.method == "POST":
        excess = limits.count(request, "directory.need", per_person=POSTED_PER_PERSON)
        if excess:
            form.add_error(None, excess.message)
        elif form.is_valid() and (done := _post(request, form)):
            return done
    context = {
        "crumbs": crumbs((_("Besoins et offres"), reverse("directory:needs")), (_("Proposer"), "")),
        "form": form,
        "speaker": speakers[0] if len(speakers) == 1 else None,
        "is_new": True,
        # What was begun elsewhere is not covered by the draft of something else.
        "draft": f"besoin-{start['origin']}" if "origin" in start else "besoin-ou-offre",
    }
    page = render(request, "directory/need_form.html", context, status=_status(form))
    response = limits.remember_browser(request, page)
    return limits.too_many(response, excess) if excess else response


def _start(request: HttpRequest) -> dict[str, Any]:
    """What the link that led here already says."""
    asked = need_filters(request.GET.dict())
    start: dict[str, Any] = {"side": asked.side or NeedSide.NEED.value, "kind": asked.kind}
    if asked.territory:
        place = asked.territory
        start |= {"place": place.name, "place_code": f"{place.kind}:{place.code}"}
    origin = request.GET.get("ne", "")
    begun = begun_at(origin, request)
    if begun is not None:
        start |= {"title": begun.title, "text": begun.text, "origin": origin}
    if request.user.is_authenticated:
        start |= {"name": request.user.name, "email": request.user.email}
    return start


def _said(request: HttpRequest, form: NeedForm) -> services.Said:
    """Where it was first said is kept when it was said by who posts it, and may be told."""
    origin = form.cleaned_data["origin"]
    may_tell = begun_at(origin, request) is not None and born_at(origin) is not None
    return replace(form.said(), origin=origin if may_tell else "")


def _post(request: HttpRequest, form: NeedForm) -> HttpResponse | None:
    now, speaker = timezone.now(), form.speaker()
    member: Any = request.user if request.user.is_authenticated else None
    if speaker is not None:
        made = services.post_need(_said(request, form), speaker, by=member, now=now, sent=_sent(request))
        messages.success(request, _("C’est publié pour 90 jours. Les réponses vous arrivent par courriel."))
        return redirect(made)
    try:
        services.post_without_account(
            _said(request, form),
            name=form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            by=member,
            now=now,
            sent=_sent(request),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None
    context = {
        "crumbs": crumbs((_("Besoins et offres"), reverse("directory:needs")), (_("Proposer"), "")),
        "email": form.cleaned_data["email"],
        "days": services.UNCONFIRMED_KEPT.days,
    }
    return render(request, "directory/need_sent.html", context)


def _edit(request: HttpRequest, found: Need, back: str) -> HttpResponse:
    form = NeedForm(request.POST or None, speakers=[], is_new=False, initial=initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_need(found, form.said(), now=timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("C’est à jour."))
            return redirect(back)
    context = {
        "crumbs": crumbs(
            (_("Besoins et offres"), reverse("directory:needs")), (found.title, back), (_("Modifier"), "")
        ),
        "form": form,
        "need": found,
        "is_new": False,
        "draft": f"besoin-{found.pk}",
    }
    return render(request, "directory/need_form.html", context, status=_status(form))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _tended(request, pk)
    return _edit(request, found, found.get_absolute_url())


def _tended(request: HttpRequest, pk: int) -> Need:
    found = reads.need(pk, request.user, now=timezone.now())
    if found is None:
        raise Http404(f"No need {pk}.")
    if not can_tend_need(request.user, found):
        raise PermissionDenied
    return found


@login_required
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Renew or end, from the page of the need."""
    found = _tended(request, pk)
    _do(request, found)
    return redirect(found)


def _do(request: HttpRequest, found: Need) -> None:
    now, what = timezone.now(), request.POST.get("acte")
    try:
        if what == "publier":
            services.confirm_need(found, now=now)
            messages.success(request, _("C’est confirmé : votre annonce est montrée à tous pour 90 jours."))
        elif what == "prolonger":
            services.renew_need(found, now=now)
            messages.success(request, _("C’est prolongé de 90 jours."))
        elif what == "clore":
            form = EndForm(request.POST)
            services.close_need(found, outcome=form.cleaned_data["outcome"] if form.is_valid() else "", now=now)
            messages.success(request, _("C’est clos. Merci de l’avoir dit."))
    except Refusal as refusal:
        messages.error(request, refusal.message)


# --- By the link of a mail -----------------------------------------------------------------------------------------


def _secret(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: no other site learns its address, no engine keeps it."""
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The page of whoever posted it, or holds the entry: confirm, renew, end, erase. A link alone changes nothing."""
    found = secret_links.need_by_token(token)
    if found is None:
        return _secret(render(request, "directory/need_gone.html", status=404))
    if request.method == "POST":
        excess = limits.count(request, "directory.need_follow", per_person=TENDED_PER_PERSON)
        if excess:
            messages.error(request, excess.message)
        elif request.POST.get("acte") == "effacer" and found.entry is None:
            services.erase_need(found, now=timezone.now())
            messages.success(request, _("Votre annonce et tout ce qui vous concerne sont effacés."))
            return _secret(redirect("directory:needs"))
        else:
            _do(request, found)
        return _secret(limits.remember_browser(request, redirect(request.path)))
    now = timezone.now()
    context = card(found) | {
        "is_draft": found.state == NeedState.DRAFT,
        "is_shown": reads.is_shown(found, now),
        "is_over": found.state in (NeedState.MET, NeedState.CLOSED),
        "is_met": found.state == NeedState.MET,
        "may_erase": found.entry is None,
        "answers": found.answers.count(),
        "end_form": EndForm(),
        "edit_url": _edit_url(found, token),
        "matches": [
            {"card": card(match.need), "reasons": match.reasons} for match in need_matching.matches(found, now=now)
        ]
        if reads.is_shown(found, now)
        else [],
    }
    return _secret(render(request, "directory/need_follow.html", context))


def _edit_url(found: Need, token: str) -> str:
    if found.entry is None:
        return reverse("directory:need_follow_edit", args=[token])
    return reverse("directory:need_edit", args=[found.pk])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_edit(request: HttpRequest, token: str) -> HttpResponse:
    """Only what was posted without an account is written by a link; who holds an entry signs in."""
    found = secret_links.need_by_token(token)
    if found is None or found.entry is not None:
        return _secret(render(request, "directory/need_gone.html", status=404))
    return _secret(_edit(request, found, reverse("directory:need_follow", args=[token])))
