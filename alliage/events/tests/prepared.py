"""What the page table needs of those who prepare a Rencontre: a temps, a content, a speaker with a link, a partner."""

from typing import Any

from alliage.events import speaker_links
from alliage.events.models import Event, Partner, Sequence
from alliage.events.services import sheets
from alliage.events.tests.factories import SpeakerFactory


def ids(day: Event) -> dict[str, Any]:
    speaker = SpeakerFactory(event=day, name="Awa Diallo", email="awa@exemple.fr")
    sequence = Sequence.objects.get(event=day, rank=1)
    return {
        "temps": day.temps.earliest("rank").pk,
        "content": sequence.items.earliest("rank").pk,
        "speaker": speaker.pk,
        "speaker_link": speaker_links.token_of(sheets.ensure(speaker).seed),
        "partner": Partner.objects.create(sequence=sequence, name="Partenaire d’exemple").pk,
    }
