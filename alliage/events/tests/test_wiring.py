"""The pages of one noun lead to those of the others: what one gave, measured or prepared is found where one looks for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.events import registration_links, speaker_links
from alliage.events.models import Appearance, Sequence, Stay
from alliage.events.services import registrations, sheets
from alliage.events.services.registrations import Said
from alliage.events.tests.factories import SpeakerFactory, rencontre, webinar

pytestmark = pytest.mark.django_db


def test_the_page_of_a_sequence_shows_what_its_speakers_gave_and_nothing_of_the_others(client):
    day = rencontre()
    sequence = Sequence.objects.get(event=day, rank=1)
    awa, silent, elsewhere = (SpeakerFactory(event=day, name=name) for name in ("Awa Diallo", "Sans mots", "Ailleurs"))
    for rank, speaker in enumerate((awa, silent)):
        Appearance.objects.create(item=sequence.items.get(), speaker=speaker, rank=rank)
    for speaker in (awa, elsewhere):
        sheet = sheets.ensure(speaker)
        sheet.bio = f"{speaker.name} relie les communes."
        sheet.save()
    page = client.get(f"/rencontres/{day.slug}/sequences/{sequence.pk}/").content.decode()
    assert "Awa Diallo relie les communes." in page
    assert "Ailleurs relie" not in page


def test_a_speaker_finds_the_way_in_on_their_own_page(client):
    day = rencontre()
    sequence = Sequence.objects.get(event=day, rank=1)
    speaker = SpeakerFactory(event=day)
    Appearance.objects.create(item=sequence.items.get(), speaker=speaker)
    token = speaker_links.token_of(sheets.ensure(speaker).seed)
    page = client.get(f"/intervenants/{token}/").content.decode()
    assert f"/sequences/{sequence.pk}/direct/?intervention={token}" in page


def test_someone_registered_reads_how_long_they_were_there_once_it_began(client):
    now = timezone.now()
    event = webinar(starts_at=now + timedelta(minutes=5))
    sequence = Sequence.objects.get(event=event)
    said = Said("inscrite@exemple.fr", "Inscrite", sequences=frozenset({sequence.pk}))
    attendee = registrations.register(event, said, by=None, now=now).attendee
    path = f"/inscriptions/{registration_links.token_of(attendee.seed)}/"
    assert "Votre présence mesurée" not in client.get(path).content.decode()
    for row in (event, sequence):
        row.starts_at, row.ends_at = now - timedelta(hours=2), now - timedelta(hours=1)
        row.save()
    Stay.objects.create(attendee=attendee, sequence=sequence, began_at=sequence.starts_at, last_at=sequence.ends_at)
    page = client.get(path).content.decode()
    assert "Votre présence mesurée" in page
    assert f"{path}attestation.pdf" in page


def test_who_organises_is_led_to_the_rooms_and_animators_to_a_new_rencontre(client):
    day = rencontre(owner=MemberFactory())
    organising, animating = MemberClient(), MemberClient()
    organising.force_login(day.owner)
    animating.force_login(MemberFactory(role="animator"))
    assert f"/agenda/{day.slug}/salles/" in organising.get(f"/rencontres/{day.slug}/preparer/").content.decode()
    assert "/agenda/proposer/?nature=rencontre" in animating.get("/rencontres/").content.decode()
    assert "/agenda/proposer/?nature=rencontre" not in client.get("/rencontres/").content.decode()
