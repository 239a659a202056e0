"""A request for help answered by mail: by who holds the entry, and nobody else."""

from datetime import UTC, datetime

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.models import RequestMessage
from alliage.directory.services import requests as services
from alliage.directory.tests.factories import CatalystFactory
from alliage.notifications.registry import replies

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def sent_to(entry):
    asking = services.Asking("Ouvrir un tiers-lieu.", None, "Jeanne Apatou", email="jeanne@exemple.fr")
    return services.send(asking, [entry], by=None, now=NOW).recipients.get()


def test_who_received_a_request_answers_it_by_mail_once():
    member = MemberFactory()
    recipient = sent_to(CatalystFactory(owner=member))
    answer = replies.get(services.RECEIVED).answer
    url = answer(str(recipient.pk), by=member, text="Volontiers, jeudi ?", now=NOW, sent="un-courriel")
    answer(str(recipient.pk), by=member, text="Volontiers, jeudi ?", now=NOW, sent="un-courriel")
    assert RequestMessage.objects.filter(text="Volontiers, jeudi ?").count() == 1
    assert url.startswith("/annuaire/")


def test_someone_else_is_refused():
    recipient = sent_to(CatalystFactory(owner=MemberFactory()))
    with pytest.raises(services.RequestRefused):
        replies.get(services.WORD).answer(str(recipient.pk), by=MemberFactory(), text="Moi", now=NOW, sent="x")
    assert not RequestMessage.objects.filter(text="Moi").exists()
