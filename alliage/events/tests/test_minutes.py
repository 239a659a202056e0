"""What an account says by rule, and of what it never says a word; who writes and signs it."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.events.enums import Standing
from alliage.events.live_enums import ContributionState
from alliage.events.models import Appearance, Event, Minutes, Sequence, Sheet
from alliage.events.queries import minutes as queries
from alliage.events.queries import minutes_of_members
from alliage.events.registers.proceedings import can_see
from alliage.events.services import minutes as services
from alliage.events.services import needs as need_services
from alliage.events.services.minutes import Line, MinutesRefused, Said
from alliage.events.tests import recounted
from alliage.events.tests.factories import NOW, ItemFactory, SpeakerFactory, rencontre
from alliage.events.tests.recounted import answered, caption, card, closed, held, polled, rapporteur, wrote_after
from alliage.events.tests.workshops import board_of, comes, first_of, says
from alliage.rooms.enums import CardState
from alliage.rooms.models import Room

pytestmark = pytest.mark.django_db


def sentences(sequence) -> list[str]:
    return [source.sentence for source in queries.of_sequence(sequence)]


def of(member) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def path_of(sequence) -> str:
    return reverse("events:minutes", args=[sequence.event.slug, sequence.pk])


# --- By rule -------------------------------------------------------------------------------------------------------


def test_decisions_come_first_then_questions_the_most_chosen_first():
    sequence = held()
    answered(sequence, "Qui paie ?", "Chacun pour un tiers", votes_count=2)
    answered(sequence, "Et après ?", votes_count=7)
    card(sequence, "Et le calendrier ?")
    card(sequence, "Ouvrir un atelier", kind="suite", phase="suite")
    found = sentences(sequence)
    assert found[0].endswith("\u00a0: Ouvrir un atelier.")
    assert found[1] == "La question «\u00a0Et après ?\u00a0» (7 voix) a reçu une réponse à l’oral."
    assert found[2] == "À la question «\u00a0Qui paie ?\u00a0» (2 voix), il est répondu\u00a0: Chacun pour un tiers."
    assert found[3] == "La question «\u00a0Et le calendrier ?\u00a0» reste sans réponse."
    assert [source.answer for source in queries.answered(queries.of_sequence(sequence))] == [
        "répondue à l’oral",
        "Chacun pour un tiers",
    ]


def test_what_was_most_chosen_says_how_many_chose_it():
    sequence = held()
    sequence.room = recounted.room("atelier_2020")
    sequence.save()
    card(sequence, "Une carte commune", kind="besoin", phase="debat", votes_count=4)
    card(sequence, "Peu choisi", kind="besoin", phase="debat")
    card(sequence, "D’abord la carte.", kind="priorite", phase="structuration", votes_count=3)
    found = sentences(sequence)
    assert found[0].endswith("D’abord la carte.")
    assert "parmi les plus choisis (4 voix)\u00a0: Une carte commune." in found[1]
    assert len(found) == 2


def test_a_poll_says_who_comes_first_from_five_answers_on():
    sequence = held()
    polled(sequence, ["oui"] * 4 + ["non"])
    assert sentences(sequence) == [
        "Au sondage «\u00a0On continue ?\u00a0» (5 réponses)\u00a0: «\u00a0Oui\u00a0» vient en tête, à 80\u00a0%."
    ]
    other = held(slug="autre")
    polled(other, ["oui", "non"] * 3)
    assert "viennent ensemble en tête, à 50" in sentences(other)[0]
    words = held(slug="mots")
    polled(words, [["confiance"]] * 5, kind="words", options=[])
    assert "le mot le plus donné est «\u00a0confiance\u00a0»" in sentences(words)[0]
    number = held(slug="nombre")
    polled(number, list(range(5)), kind="number", options=[])
    assert sentences(number) == ["Au sondage «\u00a0On continue ?\u00a0» (5 réponses)."]


def test_few_answers_texts_and_what_is_still_open_give_no_poll():
    sequence = held()
    polled(sequence, ["oui"] * 4)
    polled(sequence, ["Je suis Rose."] * 5, kind="text", options=[])
    polled(sequence, ["oui"] * 6, is_closed=False)
    assert sentences(sequence) == []


def test_it_says_how_many_came_from_five_people_on():
    sequence = held()
    recounted.came(sequence, 4)
    assert sentences(sequence) == []
    recounted.came(sequence, 1)
    assert sentences(sequence) == ["5 personnes inscrites sont venues en séance."]


def test_it_takes_what_was_written_after_once_shown():
    sequence = held()
    wrote_after(sequence, "À Cayenne, c’est pareil")
    wrote_after(sequence, "Attend encore", ContributionState.WAITING)
    wrote_after(sequence, "Masqué", ContributionState.HIDDEN)
    assert len(sentences(sequence)) == 1
    assert "À Cayenne, c’est pareil" in sentences(sequence)[0]


def test_it_takes_the_needs_of_the_board_without_their_authors():
    sequence = first_of(rencontre())
    need = says(board_of(sequence), comes(sequence, name="Rose Amandier"), role="maire", aim="ne pas recommencer seul")
    assert sentences(sequence) == ["En tant que maire, j’ai besoin de trouver un pair afin de ne pas recommencer seul."]
    assert "Rose" not in str(queries.of_sequence(sequence))
    need_services.hide(need, by=None, now=NOW)
    assert sentences(sequence) == []


def test_a_confidential_room_and_a_rehearsal_say_nothing():
    for more in ({"is_confidential": True}, {"is_rehearsal": True}):
        sequence = held(slug=f"w-{uuid4().hex[:6]}")
        Room.objects.filter(pk=sequence.room.pk).update(**more)
        card(sequence, "Secret", kind="suite", phase="suite")
        polled(sequence, ["oui"] * 9)
        sequence = Sequence.objects.select_related("room").get(pk=sequence.pk)
        assert sentences(sequence) == []


@pytest.mark.parametrize("state", [CardState.PRIVATE, CardState.WAITING, CardState.HIDDEN])
def test_what_is_private_waits_or_is_hidden_is_not_said(state):
    sequence = held()
    card(sequence, "Secret", kind="suite", phase="suite", state=state)
    answered(sequence, "Secret ?", "Oui", state=state)
    assert sentences(sequence) == []


def test_a_card_of_a_step_that_is_no_more_is_not_said():
    sequence = held()
    card(sequence, "Perdu", kind="inconnu")
    assert sentences(sequence) == []


def test_a_sequence_without_a_room_says_nothing(django_assert_max_num_queries):
    day = rencontre()
    with django_assert_max_num_queries(6):
        found = queries.sources(day.sequences.select_related("room"))
    assert set(map(len, found.values())) == {0}


# --- Write, sign ---------------------------------------------------------------------------------------------------


def kept(sequence, *lines, by=None, edition=0, **more) -> Minutes:
    return services.write(sequence, Said(lines, edition=edition, **more), by=by or MemberFactory(), now=NOW)


def test_what_is_written_is_published_once_somebody_signs_it():
    sequence = held()
    source = answered(sequence, "Qui paie ?", "Nous")
    line = Line("On paie ensemble.", f"card:{source.pk}")
    row = kept(sequence, line, Line(" "), Line("Et c’est bien."))
    assert (len(row.lines), row.is_signed, row.published) == (2, False, [])
    by = MemberFactory(name="Rose Amandier")
    row = services.sign(sequence, Said((line, Line("Et c’est bien.")), edition=1), by=by, now=NOW)
    assert (row.signed_name, row.is_public) == ("Rose Amandier", True)
    assert row.published[0]["source"] == {"label": "question posée en séance", "text": "Qui paie ?"}
    assert row.published[1] == {"text": "Et c’est bien.", "ref": "", "source": None}


def test_what_changes_after_the_signature_waits_for_another_one():
    sequence = held()
    services.sign(sequence, Said((Line("Signé."),), edition=0), by=MemberFactory(), now=NOW)
    row = kept(sequence, Line("Changé."), edition=1)
    assert (row.published[0]["text"], row.lines[0]["text"], row.is_signed) == ("Signé.", "Changé.", True)


def test_two_people_do_not_write_over_one_another():
    sequence = held()
    kept(sequence, Line("Le premier."))
    with pytest.raises(MinutesRefused, match="Quelqu’un d’autre"):
        kept(sequence, Line("Le second."))
    assert Minutes.objects.get().lines[0]["text"] == "Le premier."


def test_nobody_signs_nothing_and_the_signature_may_be_taken_back():
    sequence, by = held(), MemberFactory()
    assert services.take_back(sequence, by=by, now=NOW) is None
    with pytest.raises(MinutesRefused, match="sans une phrase"):
        services.sign(sequence, Said((), edition=0), by=by, now=NOW)
    assert not Minutes.objects.filter(signed_at__isnull=False).exists()
    services.sign(sequence, Said((Line("Oui."),), edition=Minutes.objects.count()), by=by, now=NOW)
    row = services.take_back(sequence, by=by, now=NOW)
    assert (row.is_signed, row.published, row.lines[0]["text"]) == (False, [], "Oui.")
    assert services.take_back(sequence, by=by, now=NOW) == row


def test_a_source_that_is_gone_keeps_what_was_signed_of_it_and_a_forged_one_is_dropped():
    sequence = held()
    source = answered(sequence, "Qui paie ?", "Nous")
    line = Line("On paie ensemble.", f"card:{source.pk}")
    services.sign(sequence, Said((line, Line("Inventé.", "card:999999")), edition=0), by=MemberFactory(), now=NOW)
    source.delete()
    row = services.sign(sequence, Said((line,), edition=1), by=MemberFactory(), now=NOW)
    assert row.published[0]["source"]["text"] == "Qui paie ?"
    other = services.sign(sequence, Said((Line("Inventé.", "card:999999"),), edition=2), by=MemberFactory(), now=NOW)
    assert (other.published[0]["ref"], other.published[0]["source"]) == ("", None)


def test_neither_replay_nor_transcript_without_the_agreement_of_those_who_speak():
    sequence = held()
    speaker = SpeakerFactory(event=sequence.event, name="Léa Corail")
    Appearance.objects.create(item=ItemFactory(sequence=sequence), speaker=speaker, standing=Standing.CONFIRMED)
    sheet = Sheet.objects.create(speaker=speaker, seed="a", token_digest="a" * 64)
    for more in ({"replay_url": "https://exemple.fr/film"}, {"shares_transcript": True}):
        with pytest.raises(MinutesRefused, match="Léa Corail"):
            kept(sequence, Line("Texte."), **more)
    assert kept(sequence, Line("Texte.")).edition == 1
    sheet.recording, sheet.recording_at = "yes", NOW
    sheet.save()
    caption(sequence, "Bonjour à toutes")
    row = services.sign(
        sequence,
        Said((Line("Texte."),), edition=1, replay_url="https://exemple.fr/film", shares_transcript=True),
        by=MemberFactory(),
        now=NOW,
    )
    assert "Bonjour à toutes" in row.transcript
    silent = held(slug="silence")
    assert (
        services.sign(
            silent, Said((Line("x"),), edition=0, shares_transcript=True), by=MemberFactory(), now=NOW
        ).transcript
        == ""
    )


def test_moderation_hides_an_account_and_gives_it_back():
    sequence = held()
    row = services.sign(sequence, Said((Line("Texte."),), edition=0), by=MemberFactory(), now=NOW)
    visitor = MemberFactory()
    assert can_see(visitor, row)
    services.hide(row, by=None, now=NOW)
    row.refresh_from_db()
    assert not can_see(visitor, row)
    services.restore(row, by=None, now=NOW)
    row.refresh_from_db()
    assert row.is_public


def test_the_database_refuses_a_signature_without_a_name():
    row = kept(held(), Line("Texte."))
    for broken in ({"signed_at": NOW}, {"signed_name": "Rose"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Minutes.objects.filter(pk=row.pk).update(**broken)


def test_whoever_leaves_keeps_a_copy_of_what_they_wrote_and_signed():
    sequence, by = held(), MemberFactory()
    services.sign(sequence, Said((Line("Texte."),), edition=0), by=by, now=NOW)
    kept(sequence, Line("Un autre."), edition=1)
    assert minutes_of_members.export_of(by)[0]["signed"] == ["Texte."]
    assert minutes_of_members.export_of(by)[0]["written"] == []
    assert minutes_of_members.export_of(MemberFactory()) == []


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_rapporteur_corrects_the_first_draft_then_signs_it():
    sequence = held()
    source = answered(sequence, "Qui paie ?", "Nous")
    wrote_after(sequence, "Et à Cayenne aussi")
    client = of(rapporteur(sequence))
    page = client.get(path_of(sequence)).content.decode()
    assert f'value="card:{source.pk}"' in page
    assert "il est répondu\u00a0: Nous." in page
    assert f"#ecrit-{source.pk}" in page
    assert not Minutes.objects.exists()
    sent = {"edition": "0", "text-0": "On paie ensemble.", "ref-0": f"card:{source.pk}", "text-9": "Et c’est bien.\0"}
    assert client.post(path_of(sequence), sent | {"act": "keep"}).status_code == 302
    page = client.get(path_of(sequence)).content.decode()
    assert "Gardé en séance, pas dans le texte" in page
    assert "Et à Cayenne aussi" in page
    closed(sequence.event)
    answer = client.post(path_of(sequence), sent | {"edition": "1", "act": "sign"})
    assert answer.url == f"{reverse('events:proceedings', args=[sequence.event.slug])}#sequence-{sequence.pk}"
    assert "Signé par Rose Amandier" in client.get(path_of(sequence)).content.decode()
    client.post(path_of(sequence), {"act": "take_back"})
    assert not Minutes.objects.get().is_signed


def test_what_was_typed_comes_back_when_it_is_refused():
    sequence = held()
    client = of(rapporteur(sequence))
    kept(sequence, Line("D’abord."))
    answer = client.post(path_of(sequence), {"edition": "0", "text-0": "Mon texte.", "act": "keep"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mon texte." in page
    assert "Quelqu’un d’autre" in page
    assert 'name="edition" value="1"' in page
    answer = client.post(
        path_of(sequence), {"edition": "1", "text-0": "Mon texte.", "replay_url": "x y", "act": "keep"}
    )
    assert (answer.status_code, "Mon texte." in answer.content.decode()) == (422, True)
    assert client.post(path_of(sequence), {"edition": "1", "text-0": "Mon texte.", "act": "keep"}).status_code == 302


def test_a_line_whose_source_was_withdrawn_says_so():
    sequence = held()
    kept(sequence, Line("Texte.", "card:999"))
    assert "Sa source n’est plus là" in of(rapporteur(sequence)).get(path_of(sequence)).content.decode()


def test_nobody_else_writes_it(client):
    sequence = held()
    assert of(MemberFactory()).get(path_of(sequence)).status_code == 403
    assert of(MemberFactory()).post(path_of(sequence), {"act": "sign"}).status_code == 403
    assert client.get(path_of(sequence)).status_code == 302


def test_before_the_end_the_page_says_that_more_will_come():
    day = rencontre()
    sequence = Sequence.objects.get(event=day, rank=1)
    assert "n’est pas finie" in of(rapporteur(sequence)).get(path_of(sequence)).content.decode()
    assert Event.objects.get(pk=day.pk).ends_at > timezone.now()
