from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import ConsentKind
from alliage.accounts.models import Consent, ConsentText
from alliage.accounts.queries import consents_of, has_consent
from alliage.accounts.services import ConsentRefusal, give_consent, load_consent_texts, withdraw_consent
from alliage.accounts.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def give(member, kind=ConsentKind.NEWSLETTER, now=NOW):
    return give_consent(member, kind, by=member, now=now, where="test")


def test_a_consent_keeps_the_text_its_version_the_date_and_the_place(member):
    consent = give(member)
    assert (consent.text.kind, consent.text.version, consent.given_at, consent.where) == ("newsletter", 1, NOW, "test")
    assert has_consent(member, ConsentKind.NEWSLETTER)
    assert str(consent.text) == "newsletter v1"
    assert str(consent) == f"{member}: newsletter v1"


def test_the_same_consent_twice_is_one_consent(member):
    assert give(member) == give(member, now=NOW + timedelta(days=1))


def test_a_new_version_asks_again_and_replaces_the_old_consent(member):
    load_consent_texts()
    give(member)
    newer = ConsentText.objects.create(kind="newsletter", version=2, text="Autre.", published_at=NOW)
    line = next(line for line in consents_of(member) if line.kind == ConsentKind.NEWSLETTER)
    assert line.text == newer
    assert line.is_outdated
    give(member, now=NOW + timedelta(hours=1))
    assert [consent.text.version for consent in Consent.objects.filter(member=member, withdrawn_at=None)] == [2]
    line = next(line for line in consents_of(member) if line.kind == ConsentKind.NEWSLETTER)
    assert not line.is_outdated


def test_a_consent_can_be_taken_back_and_given_again(member):
    give(member)
    assert withdraw_consent(member, ConsentKind.NEWSLETTER, by=member, now=NOW + timedelta(hours=1)) == 1
    assert not has_consent(member, ConsentKind.NEWSLETTER)
    give(member, now=NOW + timedelta(hours=2))
    assert Consent.objects.filter(member=member).count() == 2


def test_the_account_terms_cannot_be_taken_back(member):
    give(member, ConsentKind.TERMS)
    with pytest.raises(ConsentRefusal):
        withdraw_consent(member, ConsentKind.TERMS, by=member, now=NOW)


def test_nobody_consents_for_another(member):
    other = MemberFactory()
    with pytest.raises(ConsentRefusal):
        give_consent(member, ConsentKind.NEWSLETTER, by=other, now=NOW, where="test")
    with pytest.raises(ConsentRefusal):
        withdraw_consent(member, ConsentKind.NEWSLETTER, by=other, now=NOW)


def test_texts_are_published_once(member):
    assert load_consent_texts() >= len(ConsentKind)
    assert set(ConsentText.objects.values_list("kind", flat=True)) == set(ConsentKind.values)
    assert load_consent_texts() == 0
    assert [line.kind for line in consents_of(member)] == list(ConsentKind)


def test_kinds_without_a_text_are_not_shown(member):
    ConsentText.objects.create(kind="newsletter", version=1, text="Lettre.", published_at=NOW)
    assert [line.kind for line in consents_of(member)] == [ConsentKind.NEWSLETTER]


def test_the_database_refuses_two_consents_in_force_and_dates_upside_down(member):
    consent = give(member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(member=member, text=consent.text, given_at=NOW, where="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(pk=consent.pk).update(withdrawn_at=NOW - timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.create(kind="newsletter", version=1, text="x", published_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentText.objects.create(kind="other", version=1, text="x", published_at=NOW)
