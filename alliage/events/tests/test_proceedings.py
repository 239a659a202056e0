"""Proceedings: opened when the day closes, gathered, stopped in versions; what must never enter; the survey; where a sequence leads."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import EntryKind
from alliage.directory.models import EntryTerm
from alliage.directory.tests.factories import CatalystFactory
from alliage.events.enums import EventState, ItemKind, SequenceKind, Standing, StewardRole
from alliage.events.live_enums import ContributionState
from alliage.events.models import (
    Appearance,
    AttendeeMail,
    Contribution,
    Event,
    Item,
    Minutes,
    Need,
    Proceedings,
    ProceedingsVersion,
    Sequence,
    Sheet,
    Specification,
)
from alliage.events.queries import after
from alliage.events.queries import minutes as reads
from alliage.events.queries import proceedings as queries
from alliage.events.registers.proceedings import close as close_job
from alliage.events.registers.proceedings import holds_survey
from alliage.events.registry import Offered
from alliage.events.services import minutes, proceedings, surveys
from alliage.events.services.minutes import Line
from alliage.events.services.proceedings import ProceedingsRefused
from alliage.events.tests import recounted
from alliage.events.tests.factories import SequenceFactory, SpeakerFactory, rencontre, seated, webinar
from alliage.events.tests.recounted import answered, card, closed, held, polled, signed, wrote_after
from alliage.events.tests.workshops import board_of, comes, first_of, holder, says
from alliage.events.tests.workshops import published as published_specification
from alliage.files import services as files
from alliage.files.tests.factories import PDF, upload
from alliage.jobs.models import Job
from alliage.library.models import Resource, ResourceTerm
from alliage.library.tests.factories import published
from alliage.questionnaires import services as asking
from alliage.questionnaires.models import Opening, Response
from alliage.rooms.enums import CardState
from alliage.rooms.models import Card, Room
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.taxonomy.tests.factories import TermFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


def of(member) -> MemberClient:
    client = MemberClient()
    client.force_login(member)
    return client


def page_of(event) -> str:
    return reverse("events:proceedings", args=[event.slug])


def read(client, event) -> str:
    answer = client.get(page_of(event))
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(content: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def past(**said) -> Event:
    """A Rencontre of yesterday."""
    day = rencontre(**said)
    back = day.starts_at - (timezone.now() - timedelta(days=1))
    for sequence in day.sequences.all():
        Sequence.objects.filter(pk=sequence.pk).update(
            starts_at=sequence.starts_at - back, ends_at=sequence.ends_at - back
        )
    Event.objects.filter(pk=day.pk).update(starts_at=day.starts_at - back, ends_at=timezone.now() - timedelta(hours=12))
    return Event.objects.get(pk=day.pk)


def lever(code: str = "alliance") -> Term:
    return Term.objects.filter(vocabulary=Vocabulary.LEVIERS, code=code).first() or TermFactory(
        vocabulary=Vocabulary.LEVIERS, code=code, label="Apprendre à faire alliance"
    )


# --- Closed --------------------------------------------------------------------------------------------------------


def test_a_day_that_ends_is_closed_once_by_a_job():
    day, to_come, draft = past(), webinar(), webinar(state=EventState.DRAFT)
    Event.objects.filter(pk=draft.pk).update(starts_at=day.starts_at, ends_at=day.ends_at)
    assert proceedings.close_due(timezone.now()) == 1
    assert Job.objects.get(kind=proceedings.JOB).payload == {"event": day.pk}
    assert proceedings.close_due(timezone.now()) == 0
    assert list(Proceedings.objects.values_list("event", "last_number")) == [(day.pk, 1)]
    assert close_job(None, {"event": day.pk}) == {"version": 1}
    assert close_job(None, {"event": 0}) == {"version": 0}
    assert queries.of_event(to_come) is None


def test_before_the_end_the_page_says_when_proceedings_will_come(client):
    day = rencontre()
    assert "paraîtront ici après" in read(client, day)
    assert client.get(reverse("events:proceedings_pdf", args=[day.slug])).status_code == 404
    assert "se préparent" in read(client, past(slug="finie"))


def test_proceedings_of_what_one_may_not_see_do_not_exist(client):
    day = past(state=EventState.DRAFT)
    closed(day)
    for path in (page_of(day), reverse("events:proceedings_pdf", args=[day.slug])):
        assert client.get(path).status_code == 404
    hidden = past(slug="masquee", is_hidden=True)
    closed(hidden)
    assert client.get(reverse("events:proceedings_version", args=[hidden.slug, 1])).status_code == 404


def test_breaks_mirrors_and_what_was_cancelled_have_no_account():
    day = past()
    first = day.sequences.get(rank=1)
    SequenceFactory(event=day, rank=20, kind=SequenceKind.BREAK, title="Déjeuner")
    SequenceFactory(event=day, rank=21, mirror_of=first, title="Miroir")
    SequenceFactory(event=day, rank=22, is_cancelled=True, title="Annulée")
    titles = [each.title for each in queries.told(day)]
    assert not {"Déjeuner", "Miroir", "Annulée"} & set(titles)
    assert len(titles) == 5


def test_the_day_of_2020_says_that_its_accounts_are_not_held_here_and_where_its_replay_is_told_of(client):
    day = past(slug="rencontre-2020")
    Event.objects.filter(pk=day.pk).update(
        ends_at=timezone.now() - timedelta(days=2000), starts_at=timezone.now() - timedelta(days=2001)
    )
    closed(Event.objects.get(pk=day.pk))
    page = read(client, day)
    assert "ne sont pas conservés ici" in page
    assert "carenews.com" in page
    assert "Aucun compte rendu n’est encore signé." in page
    assert surveys.of_event(day) is None


# --- Gathered ------------------------------------------------------------------------------------------------------


def test_nothing_of_what_was_said_is_read_before_somebody_signs(client):
    sequence = held(title="Un webinaire d’hier")
    answered(sequence, "Qui paie ?", "Nous tous")
    polled(sequence, ["oui"] * 6)
    closed(sequence.event)
    page = read(client, sequence.event)
    assert "Pas encore de compte rendu signé." in page
    assert "Nous tous" not in page
    assert "On continue" not in page
    assert "Aucun compte rendu n’est encore signé." in page


def test_once_signed_everyone_reads_it_with_its_sources_its_questions_and_its_polls(client):
    sequence = held()
    source = answered(sequence, "Qui paie ?", "Nous tous", votes_count=3)
    polled(sequence, ["oui"] * 4 + ["non"])
    closed(sequence.event)
    signed(
        sequence,
        Line("On paie ensemble.", f"card:{source.pk}"),
        Line("Et c’est bien."),
        replay_url="https://exemple.fr/film",
    )
    page = read(client, sequence.event)
    anchor = f"card{source.pk}-{sequence.pk}"
    assert f'href="#{anchor}"' in page
    assert f'id="{anchor}"' in page
    for words in (
        "On paie ensemble.",
        "signé par Rose Amandier",
        "Nous tous",
        "On continue",
        "80\u00a0%",
        "exemple.fr/film",
    ):
        assert words in page, words


def test_documents_slides_and_people_come_from_the_programme(client):
    day = past()
    sequence = day.sequences.get(rank=1)
    resource = published(title="Le kit « ODD 17 »")
    item = Item.objects.get(sequence=sequence)
    Item.objects.filter(pk=item.pk).update(resource=resource, kind=ItemKind.TOOL)
    speakers = {standing: SpeakerFactory(event=day, name=f"Léa {standing}") for standing in Standing.values}
    for standing, speaker in speakers.items():
        Appearance.objects.create(item=item, speaker=speaker, standing=standing)
    # Who speaks twice is named once.
    again = Item.objects.create(sequence=sequence, rank=9, title="Conclusion", kind=ItemKind.CONCLUSION)
    Appearance.objects.create(item=again, speaker=speakers["confirmed"], standing=Standing.CONFIRMED)
    slides = files.store(upload(PDF, "diapos.pdf"), by_id=None, purpose="events.slides", now=timezone.now())
    sheet = Sheet.objects.create(
        speaker=speakers["confirmed"], seed="a", token_digest="a" * 64, slides=slides, shares_slides=True
    )
    closed(day)
    page = read(client, day)
    for words in ("Le kit", "Léa confirmed", "Léa expected", "sans confirmation", "diapos.pdf"):
        assert words in page, words
    assert page.count("Léa confirmed") == page.count(slides.get_absolute_url()) + 1
    assert "Léa declined" not in page
    Resource.objects.filter(pk=resource.pk).update(is_hidden=True)
    Sheet.objects.filter(pk=sheet.pk).update(shares_slides=False)
    page = read(client, day)
    assert "Le kit" not in page
    assert "diapos.pdf" not in page


def test_the_organiser_says_what_is_read_before_and_where_the_replay_is(client):
    owner = MemberFactory()
    day = past(owner=owner)
    closed(day)
    path = reverse("events:proceedings_prepare", args=[day.slug])
    sent = {
        "act": "describe", "text": "Lisez d’abord la séquence 2.", "replay_url": "https://exemple.fr/jour",
        "label_0": "Un article", "url_0": "https://exemple.fr/article", "url_1": "https://exemple.fr/nu",
    }  # fmt: skip
    assert of(owner).post(path, sent).status_code == 302
    page = read(client, day)
    for words in ("Lisez d’abord", "exemple.fr/jour", "Un article", "exemple.fr/nu"):
        assert words in page, words
    answer = of(owner).post(path, sent | {"replay_url": "pas une adresse"})
    assert (answer.status_code, "Lisez d’abord" in answer.content.decode()) == (422, True)
    with pytest.raises(ProceedingsRefused, match="quand la journée est finie"):
        proceedings.describe(webinar(), text="", links=[], replay_url="", by=owner, now=timezone.now())


# --- Nothing confidential ------------------------------------------------------------------------------------------


def test_what_is_hidden_after_the_signature_leaves_the_page_the_versions_and_the_pdf_at_once(client):
    sequence = held()
    sources = [answered(sequence, f"Question {rank}", f"Réponse {rank}") for rank in range(2)]
    later = wrote_after(sequence, "Écrit de Cayenne")
    closed(sequence.event)
    signed(
        sequence,
        *(Line(f"Phrase {rank}.", f"card:{source.pk}") for rank, source in enumerate(sources)),
        Line("Phrase de Cayenne.", f"after:{later.pk}"),
    )
    version = proceedings.stop(sequence.event, now=timezone.now())
    paths = [page_of(sequence.event), reverse("events:proceedings_version", args=[sequence.event.slug, version.number])]
    pdfs = [reverse("events:proceedings_pdf", args=[sequence.event.slug]), f"{paths[1][:-1]}.pdf"]
    for path in paths:
        assert "Phrase 0." in client.get(path).content.decode()
    for path in pdfs:
        assert "Phrase 0." in words_of(client.get(path).content)
    Card.objects.filter(pk=sources[0].pk).update(state=CardState.HIDDEN)
    Contribution.objects.filter(pk=later.pk).update(state=ContributionState.HIDDEN)
    for path in paths:
        page = client.get(path).content.decode()
        assert "Phrase 1." in page
        for words in ("Phrase 0.", "Question 0", "Réponse 0", "Phrase de Cayenne"):
            assert words not in page, (path, words)
    for path in pdfs:
        assert "Phrase 0." not in words_of(client.get(path).content)
        assert "Question 0" not in words_of(client.get(path).content)


def test_a_card_erased_by_its_author_goes_while_a_room_erased_in_its_time_keeps_what_was_signed(client):
    sequence = held()
    one, other = answered(sequence, "Une", "Oui"), answered(sequence, "Autre", "Oui")
    closed(sequence.event)
    signed(sequence, Line("Phrase une.", f"card:{one.pk}"), Line("Phrase autre.", f"card:{other.pk}"))
    one.delete()
    assert "Phrase une." not in read(client, sequence.event)
    other.delete()
    Room.objects.filter(pk=sequence.room.pk).update(erased_at=timezone.now())
    assert "Phrase autre." in read(client, sequence.event)
    Room.objects.filter(pk=sequence.room.pk).delete()
    assert "Phrase autre." in read(client, sequence.event)


def test_an_account_that_moderation_hides_leaves_the_page_whole(client):
    sequence = held()
    polled(sequence, ["oui"] * 6)
    closed(sequence.event)
    signed(sequence, Line("Phrase."), replay_url="https://exemple.fr/film")
    minutes.hide(sequence.minutes, by=None, now=timezone.now())
    page = read(client, sequence.event)
    for words in ("Phrase.", "exemple.fr/film", "On continue", "Rose Amandier"):
        assert words not in page, words


def test_the_names_and_addresses_of_those_who_came_are_nowhere(client):
    sequence = held()
    seated(sequence, name="Zoé Discrète", email="zoe@exemple.fr")
    recounted.came(sequence, 6)
    Event.objects.filter(pk=sequence.event.pk).update(join_url="https://visio.exemple.fr/secret", phone="0102030405")
    answered(sequence, "Qui paie ?", "Nous")
    closed(sequence.event)
    signed(sequence, *(Line(each.sentence, each.ref) for each in minutes.reads.of_sequence(sequence)))
    page = read(client, sequence.event)
    pdf = words_of(client.get(reverse("events:proceedings_pdf", args=[sequence.event.slug])).content)
    for words in ("Zoé", "zoe@", "visio.exemple", "0102030405", "@exemple.fr"):
        assert words not in page.split("<main")[1]
        assert words not in pdf
    assert "6 personnes inscrites" in page


def test_a_confidential_room_gives_nothing_even_to_a_signed_account(client):
    sequence = held()
    Room.objects.filter(pk=sequence.room.pk).update(is_confidential=True)
    sequence = Sequence.objects.select_related("room", "event").get(pk=sequence.pk)
    answered(sequence, "Secret ?", "Secret")
    polled(sequence, ["oui"] * 8)
    closed(sequence.event)
    signed(sequence, Line("On a travaillé."))
    page = read(client, sequence.event)
    assert "On a travaillé." in page
    assert "Secret" not in page
    assert "On continue" not in page


def test_a_need_that_moderation_hides_leaves_with_its_sentence(client):
    day = past()
    workshop = first_of(day)
    need = says(board_of(workshop), comes(workshop))
    closed(day)
    signed(workshop, Line("Il faut un pair.", f"need:{need.pk}"))
    assert "Il faut un pair." in read(client, day)
    Need.objects.filter(pk=need.pk).update(is_hidden=True)
    assert "Il faut un pair." not in read(client, day)


def test_a_specification_that_moderation_hides_leaves_too(client):
    day = past()
    workshop = first_of(day)
    board = board_of(workshop)
    says(board, comes(workshop))
    holders = {name: holder(workshop, name).member for name in (StewardRole.RAPPORTEUR, StewardRole.FACILITATOR)}
    row = published_specification(board, **holders)
    closed(day)
    assert row.get_absolute_url() in read(client, day)
    Specification.objects.filter(pk=row.pk).update(is_hidden=True)
    assert row.get_absolute_url() not in read(client, day)


def test_of_what_was_written_afterwards_the_draft_takes_the_first_words():
    sequence = held()
    for rank in range(7):
        wrote_after(sequence, f"Mot {rank}")
    assert [source.text for source in reads.of_sequence(sequence) if source.ref.startswith("after:")] == [
        f"Mot {rank}" for rank in range(5)
    ]


def test_whoever_leaves_is_named_neither_today_nor_in_versions(client):
    sequence = held()
    by = recounted.rapporteur(sequence)
    closed(sequence.event)
    signed(sequence, Line("Phrase."), by=by)
    version = proceedings.stop(sequence.event, now=timezone.now())
    proceedings.forget_member(by, now=timezone.now())
    for path in (
        page_of(sequence.event),
        reverse("events:proceedings_version", args=[sequence.event.slug, version.number]),
    ):
        page = client.get(path).content.decode()
        assert "Phrase." in page
        assert "Rose Amandier" not in page
    proceedings.forget_member(MemberFactory(), now=timezone.now())


# --- Versions, files -----------------------------------------------------------------------------------------------


def test_a_version_keeps_its_words_and_the_same_words_are_one_version(client):
    sequence = held()
    closed(sequence.event)
    assert proceedings.stop(sequence.event, now=timezone.now()).number == 1
    signed(sequence, Line("Première rédaction."))
    assert proceedings.stop(sequence.event, now=timezone.now()).number == 2
    sequence.minutes.refresh_from_db()
    signed(sequence, Line("Seconde rédaction."))
    old = client.get(reverse("events:proceedings_version", args=[sequence.event.slug, 2])).content.decode()
    assert "Première rédaction." in old
    assert "Seconde rédaction." in read(client, sequence.event)
    assert client.get(reverse("events:proceedings_version", args=[sequence.event.slug, 9])).status_code == 404
    assert client.get(reverse("events:proceedings_version_pdf", args=[sequence.event.slug, 9])).status_code == 404
    assert proceedings.stop(webinar(), now=timezone.now()) is None
    proceedings.build(webinar(), now=timezone.now())


def test_the_database_refuses_two_versions_of_one_number():
    sequence = held()
    closed(sequence.event)
    row = ProceedingsVersion.objects.get()
    for number in (1, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProceedingsVersion.objects.create(proceedings=row.proceedings, number=number, content={})


def test_the_pdf_is_a_whole_document_made_once_for_the_same_words(client, monkeypatch):
    day = past(theme="L’ODD 17 en pratique")
    sequence = day.sequences.get(rank=1)
    sequence.room = recounted.room()
    sequence.save()
    source = answered(sequence, "Qui paie ?", "Nous tous")
    polled(sequence, ["oui"] * 5)
    closed(day)
    signed(sequence, Line("On paie ensemble.", f"card:{source.pk}"))
    proceedings.describe(
        day, text="Avant.", links=[{"label": "Un article", "url": "https://exemple.fr/a"}], replay_url="https://exemple.fr/r",
        by=MemberFactory(), now=timezone.now(),
    )  # fmt: skip
    path = reverse("events:proceedings_pdf", args=[day.slug])
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf"
    words = words_of(answer.content)
    for said in (
        "Actes",
        "On paie ensemble. [question posée en séance",
        "Nous tous",
        "Oui",
        "Pas encore de compte rendu signé",
        "Un article",
    ):
        assert said in words, said
    monkeypatch.setattr("alliage.formats.pdf.sheet", lambda *_args, **_options: pytest.fail("made twice"))
    assert client.get(path).content == answer.content


def test_once_a_day_what_changed_is_gathered_again(client):
    day = past()
    closed(day)
    Item.objects.filter(sequence__event=day).update(resource=published(title="Venu ensuite"))
    assert "Venu ensuite" not in read(client, day)
    assert proceedings.tidy(timezone.now()) == 1
    assert "Venu ensuite" in read(client, day)


def test_a_transcript_is_read_when_whoever_signs_lets_it(client):
    sequence = held()
    recounted.caption(sequence, "Bonjour à toutes et à tous")
    path = reverse("events:transcript", args=[sequence.event.slug, sequence.pk])
    closed(sequence.event)
    assert client.get(path).status_code == 404
    signed(sequence, Line("Phrase."))
    assert client.get(path).status_code == 404
    sequence.minutes.refresh_from_db()
    signed(sequence, Line("Phrase."), shares_transcript=True)
    assert "Bonjour à toutes et à tous" in client.get(path).content.decode()
    assert "Lire la transcription" in read(client, sequence.event)
    minutes.hide(sequence.minutes, by=None, now=timezone.now())
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 60])
def test_reading_costs_the_same_whatever_was_said(client, count, django_assert_max_num_queries):
    day = past()
    sequence = day.sequences.get(rank=1)
    sequence.room = recounted.room()
    sequence.save()
    lines = []
    for rank in range(count):
        source = card(sequence, f"Décision {rank}", kind="suite", phase="suite")
        lines.append(Line(f"Phrase {rank}.", f"card:{source.pk}"))
        SequenceFactory(event=day, rank=100 + rank)
    closed(day)
    signed(sequence, *lines)
    for path in (page_of(day), reverse("events:proceedings_version", args=[day.slug, 1])):
        with django_assert_max_num_queries(6):
            page = client.get(path)
        assert len(page.content) < 100_000
    assert json.dumps(queries.of_event(day).content)


# --- Prepare -------------------------------------------------------------------------------------------------------


def test_the_organiser_opens_them_at_once_follows_what_is_left_and_stops_a_version():
    owner = MemberFactory()
    day = past(owner=owner)
    path, client = reverse("events:proceedings_prepare", args=[day.slug]), of(owner)
    assert "Les ouvrir maintenant" in client.get(path).content.decode()
    client.post(path, {"act": "describe", "text": "x"})
    client.post(path, {"act": "open"})
    assert "Premier jet à relire" in client.get(path).content.decode()
    sequence = day.sequences.get(rank=1)
    signed(sequence, Line("Phrase."))
    minutes.write(
        day.sequences.get(rank=2), minutes.Said((Line("En cours."),), edition=0), by=owner, now=timezone.now()
    )
    hidden = first_of(day)
    signed(hidden, Line("Masqué."))
    minutes.hide(hidden.minutes, by=None, now=timezone.now())
    page = client.get(path).content.decode()
    for words in ("Signé par Rose Amandier", "pas encore signé", "Masqué par la modération"):
        assert words in page, words
    client.post(path, {"act": "stop"})
    assert ProceedingsVersion.objects.count() == 2
    assert of(MemberFactory()).get(path).status_code == 403
    future = webinar(owner=owner)
    ahead = reverse("events:proceedings_prepare", args=[future.slug])
    assert "à la fin de la journée" in client.get(ahead).content.decode()
    client.post(ahead, {"act": "open"})
    client.post(ahead, {"act": "stop"})
    assert queries.of_event(future) is None
    assert "Préparer les actes" in client.get(page_of(future)).content.decode()


# --- Survey --------------------------------------------------------------------------------------------------------


def test_those_who_had_a_seat_are_asked_once_by_mail_and_answer_without_a_name(client):
    sequence = held()
    seated(sequence)
    closed(sequence.event)
    surveys.ask(sequence.event, now=timezone.now())
    letter = AttendeeMail.objects.get()
    assert reverse("events:survey", args=[sequence.event.slug]) in letter.text
    opening = Opening.objects.get(scope=surveys.SCOPE)
    assert (opening.is_anonymous, opening.floor, opening.is_open) == (True, 5, True)
    answer = client.get(reverse("events:survey", args=[sequence.event.slug]))
    assert "Cinq questions" in client.get(answer.url).content.decode()
    assert client.get(reverse("events:survey", args=[webinar().slug])).status_code == 404


def test_nobody_is_written_to_when_nobody_registered_and_nobody_is_asked_of_a_day_long_gone():
    closed(held().event)
    assert not AttendeeMail.objects.exists()
    assert Opening.objects.filter(scope=surveys.SCOPE).count() == 1
    old = held(slug="vieux", starts_at=timezone.now() - timedelta(days=90))
    closed(old.event)
    assert surveys.of_event(old.event) is None


def answered_by(event, people: int) -> None:
    opening = surveys.of_event(event)
    for rank in range(people):
        said = {"utile": "n4", "suite": ["essayer"], "conditions": {"parole": "n3"}, "mieux": f"Texte {rank} de Zoé"}
        asking.answer(opening, said, respondent=f"v{rank}", now=timezone.now())
    asking.close(opening, by=None, now=timezone.now())
    proceedings.build(event, now=timezone.now())


def test_the_results_enter_the_proceedings_at_the_end_from_five_answers_without_what_was_typed(client):
    sequence = held()
    closed(sequence.event)
    assert "Ce qu’en ont pensé" not in read(client, sequence.event)
    answered_by(sequence.event, 5)
    page = read(client, sequence.event)
    for words in ("Ce qu’en ont pensé", "5 réponses, sans nom", "Beaucoup", "100\u00a0%"):
        assert words in page, words
    assert "Zoé" not in page
    words = words_of(client.get(reverse("events:proceedings_pdf", args=[sequence.event.slug])).content)
    assert "Beaucoup" in words
    assert "Zoé" not in words


def test_below_five_answers_no_figure_is_told(client):
    sequence = held()
    closed(sequence.event)
    answered_by(sequence.event, 4)
    page = read(client, sequence.event)
    assert "Moins de 5 réponses" in page
    assert "100\u00a0%" not in page
    assert client.get(reverse("events:proceedings_pdf", args=[sequence.event.slug])).status_code == 200


def test_the_organisers_hold_the_survey():
    owner = MemberFactory()
    event = held(owner=owner).event
    assert holds_survey(owner, str(event.pk))
    assert not holds_survey(MemberFactory(), str(event.pk))
    assert not holds_survey(owner, "x")
    closed(event)
    assert Response.objects.count() == 0
    page = of(owner).get(reverse("events:proceedings_prepare", args=[event.slug])).content.decode()
    assert "Suivre la consultation" in page
    assert of(owner).get(surveys.of_event(event).get_absolute_url()).status_code == 200


# --- Where a sequence leads ----------------------------------------------------------------------------------------


def request_of(member=None):
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/")
    request.user = member or AnonymousUser()
    return request


def test_a_sequence_leads_to_the_resources_and_the_people_of_its_theme():
    day = past()
    sequence = day.sequences.get(rank=1)
    term = lever()
    assert after.levers_of(sequence) == []
    day.levers.add(term)
    assert after.levers_of(sequence) == [term]
    resource = published(title="Monter une alliance")
    ResourceTerm.objects.get_or_create(resource=resource, term=term)
    person = CatalystFactory(name="Léa Corail", kind=EntryKind.CATALYST, visibility="public")
    EntryTerm.objects.create(entry=person, term=term)
    found = after.offers(sequence, request_of())
    titles = [link.title for offered in found for link in offered.links]
    assert "Monter une alliance" in titles
    assert "Léa Corail" in titles
    library = next(each for each in found if each.links and each.links[0].title == "Monter une alliance")
    assert library.more.url == "/ressources/?levier=alliance"
    person.visibility = "members"
    person.save()
    assert after.of_directory(sequence, [term], request_of()) is None
    assert after.of_directory(sequence, [term], request_of(MemberFactory())).links
    Resource.objects.filter(pk=resource.pk).update(is_hidden=True)
    assert after.of_library(sequence, [term], request_of()) is None


def test_without_a_theme_only_what_needs_none_is_offered():
    sequence = past().sequences.get(rank=1)
    assert after.of_library(sequence, [], request_of()) is None
    assert after.of_directory(sequence, [], request_of()) is None
    assert all(isinstance(each, Offered) for each in after.offers(sequence, request_of()))


def test_after_the_day_the_page_of_a_sequence_opens_on_what_comes_next(client):
    day = past()
    sequence = day.sequences.get(rank=1)
    path = reverse("events:sequence", args=[day.slug, sequence.pk])
    page = client.get(path).content.decode()
    assert "Et ensuite" in page
    assert "n’a pas encore de compte rendu signé" in page
    closed(day)
    signed(sequence, Line("Phrase."))
    page = client.get(path).content.decode()
    assert "Lire le compte rendu" in page
    assert f"{page_of(day)}#sequence-{sequence.pk}" in page
    assert "Relire et signer" in of(recounted.rapporteur(sequence)).get(path).content.decode()
    assert "Préparer les actes" in of(MemberFactory(role="animator")).get(day.get_absolute_url()).content.decode()
    assert "Préparer les actes" not in client.get(day.get_absolute_url()).content.decode()
    ahead = rencontre(slug="a-venir").sequences.get(rank=1)
    assert "Lire les actes" not in client.get(reverse("events:sequence", args=["a-venir", ahead.pk])).content.decode()


def test_after_a_webinar_its_page_offers_the_survey_while_it_is_open(client):
    event = held(title="Un webinaire").event
    closed(event)
    path = reverse("events:event", args=[event.slug])
    page = client.get(path).content.decode()
    assert reverse("events:survey", args=[event.slug]) in page
    asking.close(surveys.of_event(event), by=None, now=timezone.now())
    assert reverse("events:survey", args=[event.slug]) not in client.get(path).content.decode()
    assert Minutes.objects.count() == 0
