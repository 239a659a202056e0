"""Write to an entry by its form: mails leave, and nothing is kept of what they say."""

from datetime import datetime, timedelta
from email.utils import formataddr
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.enums import ADDRESSES, EntryKind
from alliage.directory.models import Contact, Entry
from alliage.directory.services.joining import animators, editors_of
from alliage.formats.mail import render
from alliage.notifications.services import queue_mail, send_mail_to_address
from alliage.refusals import Refusal

# How long a sending is recognised; then only its date and number of recipients remain, for our own counts.
KEEP = timedelta(days=30)
# How long the date itself is kept.
KEEP_COUNTS = timedelta(days=365)
SCOPE = "directory.contact_copy"
# What one entry receives in a day: a whole hall may write to it, a robot stops there.
MOST_A_DAY = 400


class ContactRefused(Refusal):
    """The message cannot be sent."""


def recipients_of(entry: Entry) -> list[Member]:
    """Who receives what is written to an entry: its holder, the editors of a group, or animators when nobody does."""
    if entry.kind == EntryKind.CATALYST:
        holder = entry.owner
        found = [holder] if holder is not None and holder.is_active else []
    else:
        found = editors_of(entry)
    return found or list(animators())


def write_to(
    entry: Entry, *, name: str, email: str, text: str, sent: str, now: datetime, by: Member | None = None
) -> Contact:
    """Send a message to who holds an entry, and tell its sender. The same display of the form sends it once.

    Who receives it answers the sender directly (Reply-To); the sender learns nobody's address. A member receives a copy
    at her own address; an address that anyone may have typed is only told that a message left, not what it says: the
    form would else send anything to anyone.
    """
    name, email, text = " ".join(name.split()), email.strip(), text.strip()
    key = sha256(repr((sent, entry.pk, name, email, text)).encode(errors="replace")).hexdigest()
    if same := Contact.objects.filter(sent_key=key).first():
        return same
    _refuse_flood(entry, now=now)
    people = recipients_of(entry)
    is_theirs = by is not None and by.email.lower() == email.lower()
    try:
        with transaction.atomic():
            contact = Contact.objects.create(entry=entry, sent_key=key, recipients=len(people), created_at=now)
            for person in people:
                _mail(contact, person, name=name, email=email, text=text, now=now)
            _copy(contact, name=name if is_theirs else "", email=email, text=text if is_theirs else "", now=now)
    except IntegrityError:
        return Contact.objects.get(sent_key=key)
    return contact


def _refuse_flood(entry: Entry, *, now: datetime) -> None:
    if entry.contacts.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise ContactRefused(
            _(
                "Cette fiche a reçu beaucoup de messages aujourd’hui. Votre texte est conservé\u00a0: renvoyez-le demain."
            )
        )


def _mail(contact: Contact, person: Member, *, name: str, email: str, text: str, now: datetime) -> None:
    entry = contact.entry
    context = {
        "entry": entry,
        "person": person,
        "sender": name,
        "sender_email": email,
        "text": text,
        "is_owner": entry.owner_id == person.pk,
        "settings_url": reverse("directory:edit", args=[ADDRESSES[EntryKind(entry.kind)], entry.slug]),
    }
    queue_mail(
        render("directory/mail/contact.html", context),
        key=f"directory.contact|{contact.pk}|{person.pk}",
        label=_("Message reçu par une fiche"),
        person=person,
        to=person.email,
        headers={"Reply-To": formataddr((name, email))},
        now=now,
    )


def _copy(contact: Contact, *, name: str, email: str, text: str, now: datetime) -> None:
    send_mail_to_address(
        email,
        "directory/mail/contact_copy.html",
        {"entry": contact.entry, "sender": name, "text": text},
        key=f"contact|{contact.pk}",
        scope=SCOPE,
        label=_("Copies de mes messages"),
        now=now,
    )


def forget_old(now: datetime) -> None:
    """After 30 days a sending is not recognised any more; after a year nothing says it happened."""
    Contact.objects.filter(created_at__lt=now - KEEP).exclude(sent_key=None).update(sent_key=None)
    Contact.objects.filter(created_at__lt=now - KEEP_COUNTS).delete()
