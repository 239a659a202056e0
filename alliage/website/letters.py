"""Writes of the network's letter: subscribe, confirm, prepare, send once, forget those who left."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.enums import ConsentKind
from alliage.accounts.models import Member
from alliage.accounts.services import withdraw_consent
from alliage.jobs import services as jobs
from alliage.notifications import links
from alliage.notifications.models import RefusedAddress
from alliage.notifications.services import send_mail_to_address
from alliage.refusals import Refusal
from alliage.website import queries
from alliage.website.models import Letter, NewsPage, Subscriber

SCOPE = "website.letter"
CONFIRMATION = "website.letter_confirmation"
JOB = "website.letter"
CONFIRM_WITHIN = timedelta(days=7)
_SALT = "alliage.website.letter"


class LetterRefused(Refusal):
    """The letter cannot be sent, or the link cannot be followed."""


# --- Subscribe -----------------------------------------------------------------------------------------------------


def confirmation_path(email: str) -> str:
    token = signing.dumps(email.strip().lower(), salt=_SALT)
    return reverse("website:letter_confirm", args=[token])


def read_confirmation(token: str) -> str:
    """The address that a link confirms."""
    try:
        return str(signing.loads(token, salt=_SALT, max_age=CONFIRM_WITHIN))
    except signing.BadSignature as error:
        raise LetterRefused(
            _("Ce lien n’est plus valable. Demandez la lettre à nouveau : un autre lien vous sera envoyé.")
        ) from error


def ask_for_letter(email: str, *, now: datetime) -> None:
    """Write to an address to ask whether it wants the letter; at most once a day. Nothing is kept until it says yes.

    The answer is the same for an address that receives it already: nobody learns who does.
    """
    context = {"confirm_url": settings.ORIGIN + confirmation_path(email)}
    template, label = "website/mail/letter_confirm.html", _("confirmation d’abonnement")
    send_mail_to_address(email, template, context, key=f"{now:%Y-%m-%d}", scope=CONFIRMATION, label=label, now=now)


@transaction.atomic
def confirm(email: str, *, now: datetime) -> Subscriber:
    """The address said yes: it is kept, and what it refused before is forgotten. Twice is once."""
    RefusedAddress.objects.filter(digest=links.address_digest(email), scope=SCOPE).delete()
    return Subscriber.objects.get_or_create(email=email.lower(), defaults={"confirmed_at": now})[0]


def forget_address(email: str) -> None:
    Subscriber.objects.filter(email=email.lower()).delete()


# --- Prepare and send ----------------------------------------------------------------------------------------------


@transaction.atomic
def prepare(*, title: str, intro: str, news: Iterable[NewsPage], now: datetime) -> Letter:
    letter = Letter.objects.create(title=title.strip(), intro=intro.strip(), created_at=now)
    letter.news.set(news)
    return letter


@transaction.atomic
def send(letter: Letter, *, by: Member, now: datetime) -> Letter:
    """Send a letter to everyone who wants it, once: the mails are written by a job, one by one, each with its key."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.sent_at is not None:
        raise LetterRefused(_("Cette lettre est déjà partie : une lettre ne s’envoie qu’une fois."))
    if not locked.intro and not locked.news.exists():
        raise LetterRefused(_("Cette lettre est vide : choisissez une actualité, ou écrivez quelques mots."))
    locked.sent_at, locked.sent_by = now, by
    locked.save(update_fields=["sent_at", "sent_by"])
    jobs.enqueue(JOB, payload={"letter": locked.pk}, by=by, now=now, key=f"letter {locked.pk}", label=locked.title)
    return locked


def recipients() -> Iterator[str]:
    """Addresses that want the letter, each once: members who agreed, then those who subscribed by their address."""
    members = Member.objects.filter(
        is_active=True, consents__text__kind=ConsentKind.NEWSLETTER, consents__withdrawn_at=None
    )
    seen: set[str] = set()
    addresses = members.order_by("pk").values_list("email", flat=True)
    for query in (addresses, Subscriber.objects.order_by("pk").values_list("email", flat=True)):
        for email in query.iterator():
            if email.lower() not in seen:
                seen.add(email.lower())
                yield email


def write_mails(letter: Letter, *, now: datetime) -> int:
    """Put the letter in the outbox for each recipient; a second run writes none twice. Answers how many want it."""
    news = queries.news_of(letter)
    context = {"letter": letter, "news": news, "url": settings.ORIGIN + letter.get_absolute_url()}
    template, label = "website/mail/letter.html", _("lettre du réseau")
    count = 0
    for email in recipients():
        mail = send_mail_to_address(
            email, template, context, key=f"letter {letter.pk}", scope=SCOPE, label=label, now=now
        )
        count += mail is not None
    return count


def forget_refusals(now: datetime) -> int:
    """Carry out what the one click of a mail asked: the address is forgotten, the member's agreement is taken back.

    Until then nothing is sent there (`send_mail_to_address`). The refusal itself goes: to agree again is to receive again.
    """
    refused = set(RefusedAddress.objects.filter(scope=SCOPE).values_list("digest", flat=True))
    if not refused:
        return 0
    for email in list(recipients()):
        digest = links.address_digest(email)
        if digest in refused:
            _forget(email, now)
    return RefusedAddress.objects.filter(scope=SCOPE, digest__in=refused).delete()[0]


@transaction.atomic
def _forget(email: str, now: datetime) -> None:
    forget_address(email)
    for member in Member.objects.filter(email__iexact=email):
        withdraw_consent(member, ConsentKind.NEWSLETTER, by=member, now=now)
