"""Writes of requests for help: sent, read, answered, passed on, handed to the animators, closed, forgotten.

Whoever asks gives a name and a way to answer; these and the words exchanged are read by the recipients, and by animators
once the request was handed over. They are erased when the request expires. Mails hold links, never these words.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from alliage.accounts.enums import Role
from alliage.accounts.models import Member
from alliage.directory import secret_links, working_days
from alliage.directory.enums import (
    RECIPIENT_MOVES,
    REQUEST_MOVES,
    Outcome,
    RecipientState,
    RequestState,
    Voice,
)
from alliage.directory.filters import Place
from alliage.directory.models import Entry, HelpRequest, RequestMessage, RequestRecipient
from alliage.directory.permissions import can_be_asked
from alliage.notifications.services import notify, notify_many, send_mail_to_address
from alliage.refusals import Refusal
from alliage.territories import grammar

MOST_RECIPIENTS = 3
MOST_A_DAY = 400
# The reminder comes so many working days before the request is handed over.
REMINDED_BEFORE = 2
AT_ONCE = 200
LONGEST_REASON = 300
OPEN = (RecipientState.SENT, RecipientState.SEEN)
WAITING = (RequestState.SENT, RequestState.SEEN)

RECEIVED, WORD, WAITS = "directory.request_received", "directory.request_word", "directory.request_waiting"
TO_RECIPIENTS, TO_REQUESTER = "directory.request_received", "directory.request_answered"


class RequestRefused(Refusal):
    """The request cannot be sent, or can no longer be changed so."""


@dataclass(frozen=True)
class Asking:
    """What the form says: a need, where, and who to answer to. `slots` are half-days when one may call.

    `chosen` and `refused` are codes of topics that were added to what the need says, or taken out of it.
    """

    need: str
    territory: Place | None
    name: str
    email: str = ""
    phone: str = ""
    slots: Sequence[working_days.Slot] = ()
    chosen: Sequence[str] = ()
    refused: Sequence[str] = ()


# --- Send ----------------------------------------------------------------------------------------------------------


def send(
    asking: Asking,
    entries: Sequence[Entry],
    *,
    by: Member | None,
    now: datetime,
    sent: str = "",
    reasons: Mapping[int, str] | None = None,
) -> HelpRequest:
    """Take a request and tell those it is for; without any, or when none can be reached, animators take it over.

    `sent` is what one display of the form has of its own: the same words sent twice from it are one request. `reasons`
    says why each entry, by its number.
    """
    if len(entries) > MOST_RECIPIENTS:
        raise RequestRefused(_("Choisissez trois personnes au plus : chacune lira votre demande et y répondra."))
    _refuse_flood(entries, now=now)
    if not (asking.email or asking.phone):
        raise RequestRefused(_("Indiquez une adresse électronique ou un numéro de téléphone, pour la réponse."))
    seed = secrets.token_urlsafe(32)
    row = HelpRequest(
        seed=seed,
        token_digest=secret_links.digest(secret_links.secret_from(seed)),
        sent_key=_key(sent, asking, [entry.pk for entry in entries]) if sent else "",
        need=asking.need.strip(),
        territory_id=asking.territory.id if asking.territory else None,
        name=asking.name.strip(),
        email=asking.email.strip(),
        phone=asking.phone.strip(),
        slots=[slot.value for slot in asking.slots],
        chosen=list(asking.chosen),
        refused=list(asking.refused),
        time_zone=working_days.zone_of(asking.territory),
        requester=by,
        created_at=now,
        **_deadlines(now),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            told = _address(row, entries, now=now, reasons=reasons)
            if not told:
                _hand_over(row, now=now)
            _tell_requester(row, "sent", now=now)
    except IntegrityError:
        same = HelpRequest.objects.filter(sent_key=row.sent_key).first() if row.sent_key else None
        if same is None:
            raise
        return same
    return row


def _refuse_flood(entries: Sequence[Entry], *, now: datetime) -> None:
    """A whole hall may ask one person; a robot stops there."""
    today = RequestRecipient.objects.filter(sent_at__gt=now - timedelta(days=1))
    for entry in entries:
        if today.filter(entry=entry).count() >= MOST_A_DAY:
            raise RequestRefused(
                _(
                    "%(name)s a reçu beaucoup de demandes aujourd’hui : choisissez quelqu’un d’autre, ou confiez la "
                    "vôtre à l’équipe d’animation."
                )
                % {"name": entry.name}
            )


def _deadlines(now: datetime) -> dict[str, datetime]:
    days = settings.REQUEST_DAYS
    return {
        "remind_at": working_days.after(now, max(days - REMINDED_BEFORE, 1)),
        "due_at": working_days.after(now, days),
        "expires_at": _expiry(now),
    }


def _expiry(now: datetime) -> datetime:
    """Each act about a request gives it the whole delay again."""
    return now + timedelta(days=settings.REQUEST_KEPT_DAYS)


def _key(*parts: Any) -> str:
    return sha256(repr(parts).encode(errors="replace")).hexdigest()


def _address(
    row: HelpRequest,
    entries: Iterable[Entry],
    *,
    now: datetime,
    reasons: Mapping[int, str] | None = None,
    passed_by: RequestRecipient | None = None,
) -> list[RequestRecipient]:
    """Add recipients and tell them; answers those who could be told. One who cannot be reached is no recipient."""
    told, why = [], reasons or {}
    for entry in entries:
        if not can_be_asked(entry):
            continue
        recipient = RequestRecipient.objects.create(
            request=row, entry=entry, passed_by=passed_by, reason=why.get(entry.pk, "")[:LONGEST_REASON], sent_at=now
        )
        if _tell_recipient(recipient, RECEIVED, now=now):
            told.append(recipient)
        else:
            recipient.delete()
    return told


# --- What recipients do --------------------------------------------------------------------------------------------


@transaction.atomic
def see(recipient: RequestRecipient, *, now: datetime) -> None:
    """The link was opened."""
    row, mine = _locked(recipient)
    if mine.state == RecipientState.SENT:
        _move_recipient(mine, RecipientState.SEEN)
        mine.seen_at = now
        mine.save(update_fields=["state", "seen_at"])
        if row.state == RequestState.SENT:
            _move(row, RequestState.SEEN)
            row.save(update_fields=["state"])


@transaction.atomic
def answer(recipient: RequestRecipient, *, text: str, now: datetime, sent: str = "") -> RequestMessage:
    """Answer, and again as often as needed: whoever asks is told by mail, with the link of their page."""
    row, mine = _locked(recipient)
    _refuse_closed(row)
    message, is_new = _say(row, Voice.RECIPIENT, text, recipient=mine, sent=sent, now=now)
    if is_new:
        if mine.state != RecipientState.ANSWERED:
            _move_recipient(mine, RecipientState.ANSWERED)
            mine.answered_at = now
            mine.save(update_fields=["state", "answered_at"])
        _answered(row, now=now)
        _tell_requester(row, "answered", now=now, key=str(message.pk))
    return message


@transaction.atomic
def decline(recipient: RequestRecipient, *, text: str = "", now: datetime) -> None:
    """Not this time. When nobody else may answer, animators take the request over at once."""
    row, mine = _locked(recipient)
    _refuse_closed(row)
    _move_recipient(mine, RecipientState.DECLINED)
    mine.save(update_fields=["state"])
    if text.strip():
        _say(row, Voice.RECIPIENT, text, recipient=mine, now=now)
    if row.state in WAITING and not row.recipients.filter(secret_links.STILL_READS, state__in=OPEN).exists():
        _hand_over(row, now=now)
        _tell_requester(row, "handed_over", now=now)
    _prolong(row, now=now)


@transaction.atomic
def pass_on(recipient: RequestRecipient, entry: Entry, *, now: datetime) -> RequestRecipient:
    """Pass it to a colleague, who reads it in turn; whoever asks sees it on their page."""
    row, mine = _locked(recipient)
    _refuse_closed(row)
    if row.recipients.filter(entry=entry).exists():
        raise RequestRefused(_("%(name)s a déjà reçu cette demande.") % {"name": entry.name})
    _move_recipient(mine, RecipientState.PASSED)
    mine.save(update_fields=["state"])
    told = _address(
        row,
        [entry],
        now=now,
        reasons={entry.pk: _("transmise par %(name)s") % {"name": mine.entry.name}},
        passed_by=mine,
    )
    if not told:
        raise RequestRefused(
            _("%(name)s ne peut pas être joint d’ici. La demande reste chez vous.") % {"name": entry.name}
        )
    _prolong(row, now=now)
    return told[0]


# --- What whoever asks does ----------------------------------------------------------------------------------------


@transaction.atomic
def add_word(row: HelpRequest, *, text: str, now: datetime, sent: str = "") -> RequestMessage:
    """Whoever asks adds something: every recipient who has not withdrawn is told, animators too once they have it."""
    row = _lock(row)
    _refuse_closed(row)
    message, is_new = _say(row, Voice.REQUESTER, text, sent=sent, now=now)
    if is_new:
        for recipient in _listening(row):
            _tell_recipient(recipient, WORD, now=now, key=str(message.pk))
        if row.handed_over_at:
            _tell_animators(row, now=now, key=str(message.pk))
        _prolong(row, now=now)
    return message


@transaction.atomic
def close(row: HelpRequest, *, outcome: str, now: datetime) -> None:
    """« J’ai été aidé », or not. Closing twice keeps the last answer."""
    row = _lock(row)
    if row.purged_at:
        raise RequestRefused(_("Cette demande a été effacée."))
    if row.state != RequestState.CLOSED:
        _move(row, RequestState.CLOSED)
        row.closed_at = now
    row.outcome = Outcome(outcome)
    row.expires_at = _expiry(now)
    row.save(update_fields=["state", "closed_at", "outcome", "expires_at"])


@transaction.atomic
def erase(row: HelpRequest, *, now: datetime) -> None:
    """Forget who asked, what for, and every word exchanged; links open nothing more. The counts stay."""
    row = _lock(row)
    if row.purged_at:
        return
    if row.state != RequestState.CLOSED:
        _move(row, RequestState.CLOSED)
        row.closed_at = now
    row.messages.all().delete()
    row.recipients.update(reason="")
    row.need = row.name = row.email = row.phone = row.sent_key = ""
    row.slots, row.chosen, row.refused, row.requester, row.purged_at = [], [], [], None, now
    row.save()


def forget_member(member: Member, *, now: datetime) -> None:
    """What a member asked is erased with the account; what they answered stays, unsigned, for whoever asked."""
    for row in HelpRequest.objects.filter(requester=member, purged_at=None):
        erase(row, now=now)


# --- What animators do ---------------------------------------------------------------------------------------------


@transaction.atomic
def reply(row: HelpRequest, *, text: str, by: Member, now: datetime, sent: str = "") -> RequestMessage:  # noqa: ARG001 the view checked who; the thread says « équipe d’animation »
    """An animator answers a request that was handed over."""
    row = _lock(row)
    _refuse_not_ours(row)
    _refuse_closed(row)
    message, is_new = _say(row, Voice.ANIMATOR, text, sent=sent, now=now)
    if is_new:
        _answered(row, now=now)
        _tell_requester(row, "answered", now=now, key=str(message.pk))
    return message


@transaction.atomic
def route(row: HelpRequest, entry: Entry, *, by: Member, now: datetime) -> RequestRecipient:  # noqa: ARG001 as above
    """An animator sends a request that was handed over to one more catalyst, with new deadlines."""
    row = _lock(row)
    _refuse_not_ours(row)
    _refuse_closed(row)
    if row.recipients.filter(entry=entry).exists():
        raise RequestRefused(_("%(name)s a déjà reçu cette demande.") % {"name": entry.name})
    told = _address(row, [entry], now=now, reasons={entry.pk: _("orientée par l’équipe d’animation")})
    if not told:
        raise RequestRefused(_("%(name)s ne peut pas être joint d’ici : ni compte, ni adresse.") % {"name": entry.name})
    if row.state == RequestState.HANDED_OVER:
        _move(row, RequestState.SENT)
    for name, value in _deadlines(now).items():
        setattr(row, name, value)
    row.reminded_at = None
    row.save(update_fields=["state", "remind_at", "due_at", "expires_at", "reminded_at"])
    return told[0]


# --- What time does ------------------------------------------------------------------------------------------------


def tend(now: datetime) -> None:
    """Remind those who have not answered, hand over what waited too long, erase what expired; each on its own."""
    waiting = Q(state__in=WAITING)
    for row in _due(waiting & Q(due_at__lte=now)):
        _hand_over_late(row, now=now)
    for row in _due(waiting & Q(remind_at__lte=now, reminded_at=None, due_at__gt=now)):
        _remind(row, now=now)
    for row in _due(Q(expires_at__lte=now, purged_at=None)):
        erase(row, now=now)


def _due(which: Q) -> list[HelpRequest]:
    return list(HelpRequest.objects.filter(which).order_by("pk")[:AT_ONCE])


@transaction.atomic
def _hand_over_late(row: HelpRequest, *, now: datetime) -> None:
    row = _lock(row)
    if row.state in WAITING:
        _hand_over(row, now=now)
        _tell_requester(row, "handed_over", now=now)


@transaction.atomic
def _remind(row: HelpRequest, *, now: datetime) -> None:
    row = _lock(row)
    if row.state in WAITING and row.reminded_at is None:
        row.reminded_at = now
        row.save(update_fields=["reminded_at"])
        waiting = row.recipients.filter(secret_links.STILL_READS, state__in=OPEN)
        for recipient in waiting.select_related("entry__owner", "request__territory"):
            _tell_recipient(recipient, RECEIVED, now=now, key="reminder")


# --- Shared --------------------------------------------------------------------------------------------------------


def _lock(row: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.select_for_update().get(pk=row.pk)


def _locked(recipient: RequestRecipient) -> tuple[HelpRequest, RequestRecipient]:
    row = HelpRequest.objects.select_for_update().get(pk=recipient.request_id)
    return row, RequestRecipient.objects.select_related("entry").get(pk=recipient.pk)


def _refuse_closed(row: HelpRequest) -> None:
    if row.state == RequestState.CLOSED:
        raise RequestRefused(_("Cette demande est close : rien n’a été envoyé."))


def _refuse_not_ours(row: HelpRequest) -> None:
    if row.handed_over_at is None:
        raise RequestRefused(_("Cette demande attend encore la réponse de ceux qui l’ont reçue."))


def _move(row: HelpRequest, state: str) -> None:
    if state not in REQUEST_MOVES[row.state]:
        raise RequestRefused(_("Cette demande vient de changer d’état. Rien n’a été fait : relisez la page."))
    row.state = state


def _move_recipient(recipient: RequestRecipient, state: str) -> None:
    if state not in RECIPIENT_MOVES[recipient.state]:
        raise RequestRefused(_("Vous avez déjà répondu à cette demande, ou elle a été transmise."))
    recipient.state = state


def _say(
    row: HelpRequest,
    voice: Voice,
    text: str,
    *,
    now: datetime,
    recipient: RequestRecipient | None = None,
    sent: str = "",
) -> tuple[RequestMessage, bool]:
    """Write one word of the thread, and whether it is new: the same form sent twice is one word."""
    if not text.strip():
        raise RequestRefused(_("Écrivez votre message avant de l’envoyer."))
    key = _key(sent, voice, recipient and recipient.pk, text) if sent else ""
    already = row.messages.filter(sent_key=key).first() if key else None
    if already:
        return already, False
    return (
        RequestMessage.objects.create(
            request=row, voice=voice, recipient=recipient, text=text.strip(), sent_key=key, created_at=now
        ),
        True,
    )


def _answered(row: HelpRequest, *, now: datetime) -> None:
    if row.state != RequestState.ANSWERED:
        _move(row, RequestState.ANSWERED)
        row.answered_at = row.answered_at or now
    row.expires_at = _expiry(now)
    row.save(update_fields=["state", "answered_at", "expires_at"])


def _prolong(row: HelpRequest, *, now: datetime) -> None:
    row.expires_at = _expiry(now)
    row.save(update_fields=["expires_at"])


def _hand_over(row: HelpRequest, *, now: datetime) -> None:
    _move(row, RequestState.HANDED_OVER)
    row.handed_over_at = now
    row.save(update_fields=["state", "handed_over_at"])
    _tell_animators(row, now=now)


def _listening(row: HelpRequest) -> list[RequestRecipient]:
    left = (RecipientState.DECLINED, RecipientState.PASSED)
    still = row.recipients.filter(secret_links.STILL_READS).exclude(state__in=left)
    return list(still.select_related("entry__owner", "request__territory"))


# --- Telling -------------------------------------------------------------------------------------------------------


def _tell_animators(row: HelpRequest, *, now: datetime, key: str = "") -> None:
    animators = Member.objects.filter(role__in=[Role.ANIMATOR, Role.ADMINISTRATOR], is_active=True)
    notify_many(animators, WAITS, row, by=None, now=now, key=key)


def _tell_recipient(recipient: RequestRecipient, kind: str, *, now: datetime, key: str = "") -> bool:
    """Tell whoever holds the entry, else write to its address; False when neither is possible."""
    entry = recipient.entry
    if entry.owner is not None and entry.owner.is_active:
        notify(entry.owner, kind, recipient, by=None, now=now, key=key)
        return True
    address = _address_of(entry)
    if not address:
        return False
    mail = send_mail_to_address(
        address,
        "directory/mail/request_received.html",
        {
            "recipient": recipient,
            "of": _of(recipient.request),
            "word": kind == WORD,
            "reminder": key == "reminder",
            "path": secret_links.recipient_path(recipient),
        },
        key=f"request|{recipient.pk}|{kind}|{key}",
        scope=TO_RECIPIENTS,
        label=_("Demandes d’aide reçues"),
        now=now,
    )
    return mail is not None


def _address_of(entry: Entry) -> str:
    """Fictitious people have an address in demonstration only, where no mail leaves."""
    if entry.is_demo:
        return f"{entry.slug[:60]}@demonstration.exemple.fr" if settings.DEMO else ""
    return entry.email


def _of(row: HelpRequest) -> str:
    return grammar.of(row.territory) if row.territory else ""


def _tell_requester(row: HelpRequest, what: str, *, now: datetime, key: str = "") -> None:
    """One line and the link of their page: what is exchanged stays there."""
    if row.email:
        _renew_link(row)
        send_mail_to_address(
            row.email,
            "directory/mail/request_followed.html",
            {
                "row": row,
                "what": what,
                "of": _of(row),
                "path": secret_links.requester_path(row),
                "names": [one.entry.name for one in row.recipients.select_related("entry")],
            },
            key=f"request|{row.pk}|{what}|{key}",
            scope=TO_REQUESTER,
            label=_("Suites de mes demandes d’aide"),
            now=now,
        )


def _renew_link(row: HelpRequest) -> None:
    """The link of the mail opens the page even after the site's key was changed; earlier links then stop working."""
    wanted = secret_links.digest(secret_links.secret_from(row.seed))
    if row.token_digest != wanted:
        row.token_digest = wanted
        row.save(update_fields=["token_digest"])
