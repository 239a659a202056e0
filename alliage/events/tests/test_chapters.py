"""Chapters of a recording: read from lines, put in order, opened at their moment where the host allows."""

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from alliage.accounts.tests.clients import MemberClient
from alliage.events import chapters
from alliage.events.chapters import Chapter, ChapterRefused
from alliage.events.models import Minutes
from alliage.events.services import minutes as services
from alliage.events.services.minutes import Line
from alliage.events.tests.recounted import closed, held, rapporteur, signed

FILM = "https://tube.exemple.fr/w/abc123"


def test_lines_are_read_in_the_order_of_the_recording_and_written_as_typed():
    found = chapters.read("12:30 Le témoignage\n\n  0:00 Accueil \n1:02:05\u00a0Questions\n75:00 Suite")
    assert found == [Chapter(0, "Accueil"), Chapter(750, "Le témoignage"), Chapter(3725, "Questions"), Chapter(4500, "Suite")]  # fmt: skip
    assert chapters.written(found) == "00:00 Accueil\n12:30 Le témoignage\n1:02:05 Questions\n1:15:00 Suite"
    assert chapters.read(chapters.written(found)) == found


@pytest.mark.parametrize("text", ["Accueil", "12:75 Trop", "12:30", "12 Accueil", "-1:00 Avant"])
def test_what_is_no_chapter_is_said_with_an_example(text):
    with pytest.raises(ChapterRefused, match="12:30 Le témoignage"):
        chapters.read(text)


def test_two_chapters_do_not_begin_at_once_nor_are_there_too_many():
    with pytest.raises(ChapterRefused, match="commencent à 01:00"):
        chapters.read("1:00 Un\n01:00 Deux")
    with pytest.raises(ChapterRefused, match="60 chapitres au plus"):
        chapters.read("\n".join(f"{minute}:00 Partie" for minute in range(61)))


@pytest.mark.parametrize(
    ("film", "opened"),
    [
        (FILM, f"{FILM}?start=750"),
        ("https://tube.exemple.fr/videos/watch/abc?start=3", "https://tube.exemple.fr/videos/watch/abc?start=750"),
        ("https://www.youtube.com/watch?v=abc&t=4", "https://www.youtube.com/watch?v=abc&t=750s"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=750s"),
        ("https://www.dailymotion.com/video/abc", "https://www.dailymotion.com/video/abc?start=750"),
        ("https://vimeo.com/123", "https://vimeo.com/123#t=750s"),
        ("https://exemple.fr/film.MP4", "https://exemple.fr/film.MP4#t=750"),
        ("https://exemple.fr/film", ""),
    ],
)
def test_a_chapter_opens_the_video_at_its_moment_where_the_host_allows(film, opened):
    assert chapters.address(film, 750) == opened


# --- On the page ---------------------------------------------------------------------------------------------------


def read(client, event) -> str:
    return client.get(reverse("events:proceedings", args=[event.slug])).text


@pytest.mark.django_db
def test_everyone_reads_them_once_the_account_is_signed_and_the_recording_is_there(client):
    sequence = held()
    closed(sequence.event)
    said = (Chapter(0, "Accueil"), Chapter(750, "Le témoignage"))
    signed(sequence, Line("Phrase."), chapters=said)
    assert "Le témoignage" not in read(client, sequence.event)
    signed(sequence, Line("Phrase."), chapters=said, replay_url=FILM)
    page = read(client, sequence.event)
    assert f'<a href="{FILM}?start=750" rel="external">12:30 Le témoignage</a>' in page
    services.hide(sequence.minutes, by=None, now=timezone.now())
    assert "Le témoignage" not in read(client, sequence.event)


@pytest.mark.django_db
def test_a_host_without_moments_has_chapters_without_links_and_the_document_lists_them(client, tmp_path):
    sequence = held()
    closed(sequence.event)
    signed(sequence, Line("Phrase."), chapters=(Chapter(750, "Le témoignage"),), replay_url="https://exemple.fr/film")
    assert "<li>12:30 Le témoignage</li>" in read(client, sequence.event)
    answer = client.get(reverse("events:proceedings_pdf", args=[sequence.event.slug]))
    file = tmp_path / "actes.pdf"
    file.write_bytes(answer.getvalue() if answer.streaming else answer.content)
    assert "12:30 Le témoignage" in "\n".join(page.extract_text() for page in PdfReader(file).pages)


@pytest.mark.django_db
def test_they_are_typed_one_by_line_and_come_back_when_one_is_refused():
    sequence = held()
    client = MemberClient()
    client.force_login(rapporteur(sequence))
    path = reverse("events:minutes", args=[sequence.event.slug, sequence.pk])
    sent = {"edition": "0", "text-0": "Phrase.", "act": "keep"}
    answer = client.post(path, sent | {"chapters": "12:30 Le témoignage\nEnsuite"})
    assert answer.status_code == 422
    assert "12:30 Le témoignage\nEnsuite" in answer.text
    assert client.post(path, sent | {"chapters": "12:30 Le témoignage"}).status_code == 302
    assert Minutes.objects.get().chapters == [{"at": 750, "title": "Le témoignage"}]
    assert "12:30 Le témoignage" in client.get(path).text
