"""Writes of needs, offers and calls: posted, confirmed, answered, renewed, ended, forgotten."""

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import formataddr
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory import secret_links
from alliage.directory.enums import NEED_MOVES, NEEDS_SHOWN, NeedState
from alliage.directory.models import Alert, Entry, Need, NeedAnswer
from alliage.directory.queries.need_matching import matches
from alliage.directory.queries.needs import is_shown
from alliage.directory.searchable_needs import CODE as SEARCHED
from alliage.directory.services.contacts import write_to
from alliage.directory.services.entries import rebuilt, touched
from alliage.directory.services.joining import editors_of
from alliage.formats.mail import render
from alliage.imports.records import label_of
from alliage.imports.registry import Importing
from alliage.imports.services import forget_record
from alliage.notifications.services import notify, queue_mail, send_mail_to_address
from alliage.refusals import Refusal
from alliage.search.services import changed
from alliage.taxonomy.models import Term
from alliage.territories.folding import fold
from alliage.territories.models import Territory

if TYPE_CHECKING:
    from alliage.directory.importers.needs import Plan

LASTS = timedelta(days=90)
REMINDED_BEFORE = timedelta(days=10)
# A visitor's post that nobody confirmed; one that ended: how long what is personal is kept.
UNCONFIRMED_KEPT = timedelta(days=7)
ENDED_KEPT = timedelta(days=90)
ANSWER_RECOGNISED = timedelta(days=30)
AT_ONCE = 200
MOST_TOLD = 20
# Posts of one address that wait for its confirmation, answers that one visitor's post receives in a day: a robot stops there.
MOST_WAITING, MOST_ANSWERS_A_DAY = 5, 100
MATCHED, EXPIRING = "directory.need_matched", "directory.need_expiring"
TO_POSTER, COPY = "directory.need", "directory.need_copy"
_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")


class NeedRefused(Refusal):
    """The rules of needs and offers say no."""


@dataclass(frozen=True)
class Said:
    """What is said of a need, an offer or a call. `origin`: where it was first said by the same person; kept as it was posted."""

    side: str
    kind: str
    title: str
    text: str = ""
    partnership: Term | None = None
    terms: Iterable[Term] = field(default=())
    territory: Territory | None = None
    origin: str = ""


def refuse_address(text: str) -> str:
    """Everyone reads it, robots too: an address is not left there by inadvertence."""
    if _ADDRESS.search(text):
        raise NeedRefused(
            _("Retirez l’adresse électronique\u00a0: tout le monde la lirait. On vous répond par le formulaire.")
        )
    return text


# --- Post ----------------------------------------------------------------------------------------------------------


def post_need(said: Said, entry: Entry, *, by: Any, now: datetime, sent: str = "") -> Need:
    """Post in the name of an entry: shown at once. The same display of the form posts once."""
    key = _key(sent, entry.pk, said.title) if sent else None

    def make() -> Need:
        need = Need(entry=entry, author=by, origin=said.origin, sent_key=key, created_at=now)
        _write(need, said, now=now)
        _open(need, now=now)
        return need

    return _once(key, make)


def post_without_account(said: Said, *, name: str, email: str, by: Any = None, now: datetime, sent: str = "") -> Need:
    """Post with an address alone: nobody sees it until the link that it receives is followed."""
    key = _key(sent, email, said.title) if sent else None
    seed = secrets.token_urlsafe(32)

    def make() -> Need:
        _refuse_many_waiting(email.strip())
        need = Need(
            name=" ".join(name.split()),
            email=email.strip(),
            seed=seed,
            token_digest=secret_links.digest(secret_links.secret_from(seed)),
            author=by,
            origin=said.origin,
            sent_key=key,
            created_at=now,
        )
        _write(need, said, now=now)
        _mail_poster(need, "confirm", now=now)
        return need

    return _once(key, make)


def _refuse_many_waiting(email: str) -> None:
    """Each one writes to an address that anyone may have typed."""
    if Need.objects.filter(email__iexact=email, state=NeedState.DRAFT).count() >= MOST_WAITING:
        raise NeedRefused(_("Cette adresse a déjà des annonces à confirmer\u00a0: ouvrez d’abord les courriels reçus."))


def _once(key: str | None, make: Callable[[], Need]) -> Need:
    """What was already made from the same display of the form, even at this very moment, or what is made now."""
    same = Need.objects.filter(sent_key=key).first() if key else None
    if same is not None:
        return same
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        same = Need.objects.filter(sent_key=key).first() if key else None
        if same is None:
            raise
        return same


def _key(*parts: Any) -> str:
    return sha256(repr(parts).encode(errors="replace")).hexdigest()


def _write(need: Need, said: Said, *, now: datetime) -> None:
    need.side, need.kind, need.title, need.text = said.side, said.kind, said.title.strip(), said.text.strip()
    need.partnership, need.territory, need.updated_at = said.partnership, said.territory, now
    need.search_text = _searched(need)
    need.save()
    need.terms.set(said.terms)
    changed(SEARCHED, [need.pk], now=now)


def _searched(need: Need) -> str:
    who = need.entry.name if need.entry else need.name
    place = need.territory.name if need.territory else ""
    return fold(" ".join([need.title, need.text, who, place]))


@transaction.atomic
def confirm_need(need: Need, *, now: datetime) -> None:
    """The link of the mail was followed: everyone may see it. Twice is once."""
    row = _lock(need)
    if row.state == NeedState.DRAFT:
        _open(row, now=now)
    need.refresh_from_db()


@transaction.atomic
def edit_need(need: Need, said: Said, *, now: datetime) -> None:
    """Change what is said; those whom it newly answers are told."""
    row = _lock(need)
    if row.state in (NeedState.MET, NeedState.CLOSED):
        raise NeedRefused(_("C’est terminé : proposez-en un nouveau."))
    _write(row, said, now=now)
    if row.state in NEEDS_SHOWN:
        _place(row, now=now)
        _tell_matches(row, now=now)
    need.refresh_from_db()


@transaction.atomic
def renew_need(need: Need, *, now: datetime) -> None:
    """Ninety days more, from today."""
    row = _lock(need)
    if row.state == NeedState.EXPIRED:
        _open(row, now=now)
    elif row.state in NEEDS_SHOWN:
        row.expires_at, row.reminded_at, row.updated_at = now + LASTS, None, now
        row.save(update_fields=["expires_at", "reminded_at", "updated_at"])
        changed(SEARCHED, [row.pk], now=now)
    else:
        raise NeedRefused(_("C’est terminé, ou pas encore montré : rien n’a été prolongé."))
    need.refresh_from_db()


@transaction.atomic
def close_need(need: Need, *, outcome: str = "", now: datetime) -> None:
    """End it: with what came of it, it is met and stays readable; without, nobody else sees it any more."""
    row = _lock(need)
    outcome = " ".join(outcome.split())
    _move(row, NeedState.MET if outcome else NeedState.CLOSED)
    row.outcome, row.ended_at, row.updated_at = outcome, now, now
    row.save()
    changed(SEARCHED, [row.pk], now=now)
    need.refresh_from_db()


@transaction.atomic
def erase_need(need: Need, *, now: datetime) -> None:
    """Forget it, at the will of whoever posted it."""
    changed(SEARCHED, [need.pk], now=now)
    forget_record(label_of(Need), [need.pk])
    Need.objects.filter(pk=need.pk).delete()


@transaction.atomic
def hide_need(obj: Need, *, by: Any, now: datetime) -> None:  # noqa: ARG001 the moderation's log knows who
    Need.objects.filter(pk=obj.pk).update(is_hidden=True, updated_at=now)
    changed(SEARCHED, [obj.pk], now=now)


@transaction.atomic
def restore_need(obj: Need, *, by: Any, now: datetime) -> None:  # noqa: ARG001 as above
    Need.objects.filter(pk=obj.pk).update(is_hidden=False, updated_at=now)
    changed(SEARCHED, [obj.pk], now=now)
    _place(obj, now=now)


def _open(need: Need, *, now: datetime) -> None:
    _move(need, NeedState.OPEN)
    need.opened_at, need.expires_at, need.reminded_at, need.updated_at = now, now + LASTS, None, now
    need.save()
    changed(SEARCHED, [need.pk], now=now)
    _place(need, now=now)
    _tell_matches(need, now=now)


def _place(need: Need, *, now: datetime) -> None:
    """Those who keep in memory where needs are, and of whom, read it again."""
    touched([need.entry_id] if need.entry_id is not None else [], now=now)


def _lock(need: Need) -> Need:
    return Need.objects.select_for_update().get(pk=need.pk)


def _move(need: Need, state: NeedState) -> None:
    if state not in NEED_MOVES[need.state]:
        raise NeedRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    need.state = state


# --- Answer --------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_need(
    need: Need, *, name: str, email: str, text: str, sent: str, now: datetime, by: Member | None = None
) -> NeedAnswer:
    """Write to whoever posted it, who answers the sender directly; nobody learns another's address before that.

    A member receives a copy at her own address; another address is only told that a message left (see `write_to`).
    """
    row = _lock(need)
    key = _key(sent, row.pk, name, email, text)
    already = NeedAnswer.objects.filter(sent_key=key).first()
    if already is not None:
        return already
    if not is_shown(row, now):
        raise NeedRefused(_("Ce n’est plus ouvert : rien n’a été envoyé."))
    try:
        with transaction.atomic():
            answer = NeedAnswer.objects.create(need=row, sent_key=key, created_at=now)
    except IntegrityError:
        return NeedAnswer.objects.get(sent_key=key)
    about = _("À propos de « %(title)s » (%(url)s)") % {
        "title": row.title,
        "url": settings.ORIGIN + row.get_absolute_url(),
    }
    if row.entry is not None:
        write_to(row.entry, name=name, email=email, text=f"{about}\n\n{text.strip()}", sent=sent, now=now, by=by)
    else:
        _refuse_flood(row, now=now)
        _mail_answer(row, answer, name=" ".join(name.split()), email=email.strip(), text=text.strip(), now=now, by=by)
    if row.state == NeedState.OPEN:
        _move(row, NeedState.ANSWERED)
        row.save(update_fields=["state"])
    need.refresh_from_db()
    return answer


def _refuse_flood(need: Need, *, now: datetime) -> None:
    if need.answers.filter(created_at__gt=now - timedelta(days=1)).count() > MOST_ANSWERS_A_DAY:
        raise NeedRefused(_("Cette annonce a reçu beaucoup de réponses aujourd’hui\u00a0: envoyez la vôtre demain."))


def _mail_answer(
    need: Need, answer: NeedAnswer, *, name: str, email: str, text: str, now: datetime, by: Member | None
) -> None:
    is_theirs = by is not None and by.email.lower() == email.lower()
    context = {"need": need, "sender": name, "sender_email": email, "text": text, "path": secret_links.need_path(need)}
    queue_mail(
        render("directory/mail/need_answer.html", context),
        key=f"directory.need_answer|{answer.pk}",
        label=_("Réponse à un besoin ou à une offre"),
        person=None,
        to=need.email,
        headers={"Reply-To": formataddr((name, email))},
        now=now,
    )
    send_mail_to_address(
        email,
        "directory/mail/need_copy.html",
        {"need": need, "sender": name if is_theirs else "", "text": text if is_theirs else ""},
        key=f"need|{answer.pk}",
        scope=COPY,
        label=_("Copies de mes messages"),
        now=now,
    )


# --- Tell ----------------------------------------------------------------------------------------------------------


def _tell_matches(need: Need, *, now: datetime) -> None:
    """Tell those whose own need, offer or call this one answers: each pair once."""
    for match in matches(need, now=now, limit=MOST_TOLD):
        other = match.need
        if other.entry is None:
            _mail_poster(other, "matched", now=now, key=str(need.pk), found=need)
            continue
        for person in editors_of(other.entry):
            notify(person, MATCHED, need, by=need.author, now=now, key=str(other.pk))


def _mail_poster(need: Need, what: str, *, now: datetime, key: str = "", found: Need | None = None) -> None:
    """Write to someone who posted without an account: one line and the link of their page."""
    send_mail_to_address(
        need.email,
        "directory/mail/need_followed.html",
        {"need": need, "what": what, "found": found, "path": secret_links.need_path(need)},
        key=f"need|{need.pk}|{what}|{key}",
        scope=f"{TO_POSTER}_{what}",
        label=_("Suites de mes besoins et offres"),
        now=now,
    )


# --- What time does ------------------------------------------------------------------------------------------------


def tend_needs(now: datetime) -> None:
    """Remind before the end, end what is past its date, forget what is personal; each on its own."""
    shown = Q(state__in=NEEDS_SHOWN)
    for need in _due(shown & Q(expires_at__lte=now)):
        _expire(need, now=now)
    for need in _due(shown & Q(expires_at__lte=now + REMINDED_BEFORE, expires_at__gt=now, reminded_at=None)):
        _remind(need, now=now)
    Need.objects.filter(state=NeedState.DRAFT, created_at__lt=now - UNCONFIRMED_KEPT).delete()
    of_visitors = Q(entry=None, purged_at=None)
    late = Q(state=NeedState.EXPIRED, expires_at__lt=now - ENDED_KEPT) | Q(ended_at__lt=now - ENDED_KEPT)
    for need in _due(of_visitors & late):
        _purge(need, now=now)
    NeedAnswer.objects.filter(created_at__lt=now - ANSWER_RECOGNISED).exclude(sent_key=None).update(sent_key=None)


def _due(which: Q) -> list[Need]:
    return list(Need.objects.filter(which).order_by("pk")[:AT_ONCE])


@transaction.atomic
def _expire(need: Need, *, now: datetime) -> None:
    Need.objects.filter(pk=need.pk, state=need.state).update(state=NeedState.EXPIRED)
    changed(SEARCHED, [need.pk], now=now)


@transaction.atomic
def _remind(need: Need, *, now: datetime) -> None:
    changed = Need.objects.filter(pk=need.pk, reminded_at=None).update(reminded_at=now)
    if not changed:
        return
    if need.entry is None:
        _mail_poster(need, "expiring", now=now, key=f"{need.expires_at:%Y%m%d}")
        return
    for person in editors_of(need.entry):
        notify(person, EXPIRING, need, by=None, now=now, key=f"{need.expires_at:%Y%m%d}")


@transaction.atomic
def _purge(need: Need, *, now: datetime) -> None:
    """Who posted it is forgotten; of what was met, the title and what came of it stay."""
    row = _lock(need)
    if row.state == NeedState.EXPIRED:
        _move(row, NeedState.CLOSED)
        row.ended_at = now
    row.name = row.email = row.seed = row.text = row.origin = ""
    row.search_text = fold(row.title)
    row.token_digest = row.sent_key = row.author = None
    row.purged_at = now
    row.save()
    changed(SEARCHED, [row.pk], now=now)


@transaction.atomic
def forget_member(member: Member, *, now: datetime) -> None:
    """What a member posted with an address alone goes with the account; what an organisation says stays, unsigned."""
    alone = Need.objects.filter(author=member, entry=None)
    changed(SEARCHED, alone.values_list("pk", flat=True), now=now)
    alone.delete()
    Need.objects.filter(author=member).update(author=None, origin="")
    Alert.objects.filter(member=member).delete()


# --- Files ---------------------------------------------------------------------------------------------------------


def url_of(pk: int) -> str:
    return Need.objects.get(pk=pk).get_absolute_url()


def kept_because(need: Need) -> str:
    """Why a file may not change a need; "" when it may. Who may write in the name of its entry is for permissions."""
    if need.entry is None:
        return _("publiée sans compte\u00a0: elle est à qui l’a écrite, et reste telle quelle")
    if need.is_hidden:
        return _("masquée par la modération\u00a0: elle reste telle quelle")
    if need.state in (NeedState.MET, NeedState.CLOSED):
        return _("terminée\u00a0: elle reste telle quelle")
    return ""


@transaction.atomic
def write_imported(plans: "Sequence[Plan]", *, importing: Importing, silent_because: Callable[[Entry], str]) -> None:
    """Write what rows of a file ask: what is new is shown at once, for ninety days at most.

    Nobody is told of what answers what: a file may hold hundreds, and comes again. Whatever changed since the rows were
    read is left as it is now: what is gone, ended or hidden, an entry that somebody took in hand (`silent_because`).
    """
    by, now = Member.objects.filter(pk=importing.by_id or 0).first(), importing.now
    locked = Need.objects.select_for_update(of=("self",)).select_related("entry").order_by("pk")
    known = {need.pk: need for need in locked.filter(pk__in=[plan.pk for plan in plans if plan.pk])}
    entries = Entry.objects.in_bulk({plan.entry_id for plan in plans})
    speak = {pk for pk, entry in entries.items() if not silent_because(entry)}
    done: list[Need] = []
    for plan in plans:
        if plan.entry_id not in speak:
            continue
        if not plan.pk:
            done.append(_post_imported(plan, entries[plan.entry_id], by, importing))
        elif plan.pk in known and not kept_because(known[plan.pk]):
            done.append(_change_imported(plan, known[plan.pk], importing))
        importing.journal.keep()
    changed(SEARCHED, [need.pk for need in done], now=now)
    placed = {need.entry_id for need in done if need.entry_id is not None and need.state in NEEDS_SHOWN}
    touched(sorted(placed), now=now)


def _post_imported(plan: "Plan", entry: Entry, by: Member | None, importing: Importing) -> Need:
    now = importing.now
    need = Need(entry=entry, author=by, created_at=now, updated_at=now, opened_at=now, **plan.values)
    need.expires_at = plan.until or now + LASTS
    _move(need, NeedState.OPEN)
    need.search_text = _searched(need)
    need.save()
    need.terms.set(set().union(*plan.terms.values()))
    importing.journal.created(need, number=plan.number)
    return need


def _change_imported(plan: "Plan", need: Need, importing: Importing) -> Need:
    """Only what the row changes: what was edited meanwhile beside it stays."""
    before = importing.journal.before(need)
    values = dict(plan.values)
    if plan.until is not None and need.state in NEEDS_SHOWN:
        values |= {"expires_at": plan.until, "reminded_at": None}
    for name, value in values.items():
        setattr(need, name, value)
    need.search_text, need.updated_at = _searched(need), importing.now
    need.save(update_fields=[*values, "search_text", "updated_at"])
    if plan.terms:
        others = {term.pk for term in need.terms.all() if term.vocabulary not in plan.terms}
        need.terms.set(others.union(*plan.terms.values()))
    importing.journal.updated(need, before, number=plan.number)
    return need


def after_undo(done: Sequence[tuple[str, str]], now: datetime) -> None:
    """Lists, maps and the search read again what an undone import took away or put back."""
    pks = [int(pk) for model, pk in done if model == label_of(Need)]
    if pks:
        rebuilt()
        changed(SEARCHED, pks, now=now)
