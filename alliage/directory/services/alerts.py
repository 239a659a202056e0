"""Writes of alerts: asked, confirmed, stopped; sent once a day at most, never empty."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory import secret_links
from alliage.directory.models import Alert
from alliage.directory.queries.alerts import News, news, understood
from alliage.notifications.links import Unsubscription, address_digest
from alliage.notifications.services import notify, restore, send_mail_to_address
from alliage.refusals import Refusal

KIND = "directory.alert"
SCOPE, TO_CONFIRM = "directory.alerts", "directory.alert_confirm"
# A mail a day at most: the task may run a little early.
EVERY = timedelta(hours=20)
UNCONFIRMED_KEPT = timedelta(days=7)
MOST_ALERTS = 30
# Alerts of one address that wait for its confirmation: anyone may have typed it.
MOST_WAITING = 5


class AlertRefused(Refusal):
    """The rules of alerts say no."""


def ask_alert(function: str, query: str, *, email: str = "", member: Member | None = None, now: datetime) -> Alert:
    """« Prévenez-moi »: for a member at once, for an address once it is confirmed. Asking twice is once."""
    query, label = understood(function, query)
    whose: dict[str, Any] = {"member": member} if member is not None else {"email": email.strip().lower()}
    found = Alert.objects.filter(function=function, query=query, **whose).first()
    if found is None:
        found = _create(function, query, label, whose, now)
    if found.confirmed_at is None:
        _mail(found.email, "confirm", [found], key=f"{found.pk}|{now:%Y%m%d}", scope=TO_CONFIRM, now=now)
    return found


def _create(function: str, query: str, label: str, whose: dict[str, Any], now: datetime) -> Alert:
    if Alert.objects.filter(**whose).count() >= MOST_ALERTS:
        raise AlertRefused(_("Vous avez déjà beaucoup d’alertes : arrêtez-en une avant d’en ajouter."))
    if "email" in whose and Alert.objects.filter(confirmed_at=None, **whose).count() >= MOST_WAITING:
        raise AlertRefused(_("Cette adresse a déjà des alertes à confirmer\u00a0: ouvrez d’abord les courriels reçus."))
    seed = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            return Alert.objects.create(
                function=function,
                query=query,
                label=label,
                seed=seed,
                token_digest=secret_links.digest(secret_links.secret_from(seed)),
                confirmed_at=now if "member" in whose else None,
                last_sent=now,
                created_at=now,
                **whose,
            )
    except IntegrityError:
        return Alert.objects.get(function=function, query=query, **whose)


@transaction.atomic
def confirm_alert(alert: Alert, *, now: datetime) -> None:
    """The link of the mail was followed; an address that had refused alerts accepts them again."""
    changed = Alert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=now, last_sent=now)
    if changed:
        restore(Unsubscription((SCOPE,), digest=address_digest(alert.email)))
    alert.refresh_from_db()


def stop_alert(alert: Alert) -> None:
    Alert.objects.filter(pk=alert.pk).delete()


# --- What time does ------------------------------------------------------------------------------------------------


def send_alerts(now: datetime) -> None:
    """Tell what is new since the last sending; who has nothing new hears nothing. Forget what nobody confirmed."""
    Alert.objects.filter(confirmed_at=None, created_at__lt=now - UNCONFIRMED_KEPT).delete()
    due = Alert.objects.exclude(confirmed_at=None).filter(last_sent__lte=now - EVERY).select_related("member")
    for alert in due.filter(email="").order_by("pk").iterator(chunk_size=200):
        _tell_member(alert, now=now)
    by_address = due.exclude(email="").order_by("email", "pk").iterator(chunk_size=200)
    for email, alerts in groupby(by_address, key=lambda alert: alert.email):
        _tell_address(email, alerts, now=now)


@transaction.atomic
def _tell_member(alert: Alert, *, now: datetime) -> None:
    found = news(alert, now=now)
    member = alert.member
    if not found.count or member is None:
        return
    alert.news = found
    notify(member, KIND, alert, by=None, now=now, key=f"{now:%Y%m%d}")
    _sent([alert], now=now)


@transaction.atomic
def _tell_address(email: str, alerts: Iterable[Alert], *, now: datetime) -> None:
    every = list(alerts)
    found = [each for each in (news(alert, now=now) for alert in every) if each.count]
    if not found:
        return
    mail = _mail(email, "news", every, key=f"{now:%Y%m%d}", scope=SCOPE, now=now, found=found)
    if mail is None:  # the way out of an earlier mail was taken
        Alert.objects.filter(email=email).exclude(confirmed_at=None).delete()
        return
    _sent([each.alert for each in found], now=now)


def _sent(alerts: Iterable[Alert], *, now: datetime) -> None:
    Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(last_sent=now)


def _mail(
    email: str, what: str, alerts: list[Alert], *, key: str, scope: str, now: datetime, found: list[News] | None = None
) -> Any:
    rows = [
        {"news": each, "path": secret_links.alert_path(each.alert), "url": each.alert.get_absolute_url()}
        for each in found or []
    ]
    context = {"what": what, "alert": alerts[0], "rows": rows, "path": secret_links.alert_path(alerts[0])}
    return send_mail_to_address(
        email,
        "directory/mail/alert.html",
        context | {"origin": settings.ORIGIN},
        key=f"alert|{what}|{key}",
        scope=scope,
        label=_("Mes alertes"),
        now=now,
    )
