"""Files are served to those who may read them, and cached when everyone may."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image

from alliage.files import views
from alliage.files.permissions import can_read
from alliage.files.services import discard, reduced, store
from alliage.files.tests.factories import PDF, picture, purpose, upload
from alliage.jobs.tests.factories import someone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def kept(content=PDF, name="Compte rendu d’été.pdf", by_id=None, **options):
    with purpose(**options):
        return store(upload(content, name), by_id=by_id, purpose="test.any", now=NOW)


def test_who_reads_a_private_file(member):
    stored = kept(by_id=member.pk)
    assert can_read(member, stored)
    assert not can_read(someone(), stored)
    assert not can_read(AnonymousUser(), stored)
    with purpose():
        assert not can_read(someone(), stored)
    with purpose(may_read=lambda user, file: user.is_authenticated):
        assert can_read(someone(), stored)
        assert not can_read(AnonymousUser(), stored)


def test_a_file_of_nobody_is_not_a_visitor_s():
    assert not can_read(AnonymousUser(), kept(by_id=None))


def test_a_private_file_does_not_exist_for_others(client, member):
    stored = kept(by_id=member.pk)
    assert client.get(stored.get_absolute_url()).status_code == 404
    client.force_login(member)
    response = client.get(stored.get_absolute_url())
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PDF
    assert "private" in response["Cache-Control"]
    assert "no-cache" in response["Cache-Control"]


def test_a_public_file_is_cached_and_comes_as_it_is(client):
    stored = kept(picture("JPEG"), "photo.jpg", public=True)
    response = client.get(stored.get_absolute_url(), headers={"accept-encoding": "gzip"})
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "max-age=31536000" in response["Cache-Control"]
    assert "public" in response["Cache-Control"]
    assert not response.has_header("Content-Encoding")
    assert int(response["Content-Length"]) == stored.size
    again = client.get(stored.get_absolute_url(), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_what_a_browser_does_not_show_is_downloaded(client):
    response = client.get(kept(b"a;b\n1;2", "x.csv", public=True).get_absolute_url())
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "text/csv; charset=utf-8"


def test_another_name_leads_to_the_right_one(client):
    stored = kept(public=True)
    response = client.get(f"/fichiers/{stored.pk}/autre.html")
    assert (response.status_code, response["Location"]) == (302, stored.get_absolute_url())
    assert client.get(f"/fichiers/00000000-0000-4000-8000-000000000000/{stored.name}").status_code == 404


def test_a_file_lost_from_the_disk_is_not_an_error(client):
    stored = kept(public=True)
    stored.file.storage.delete(stored.file.name)
    assert client.get(stored.get_absolute_url()).status_code == 404


@pytest.fixture
def media(tmp_path, monkeypatch):
    storage = FileSystemStorage(location=tmp_path / "media")
    monkeypatch.setattr(views, "default_storage", storage)
    return storage


def test_renditions_of_editorial_pictures_are_served_and_cached(client, media):
    media.save("images/photo.width-400.webp", ContentFile(b"x"))
    response = client.get("/media/images/photo.width-400.webp")
    assert response["Content-Type"] == "image/webp"
    assert "immutable" in response["Cache-Control"]
    again = client.get("/media/images/photo.width-400.webp", headers={"if-modified-since": response["Last-Modified"]})
    assert again.status_code == 304
    stale = client.get("/media/images/photo.width-400.webp", headers={"if-modified-since": "yesterday"})
    assert stale.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "original_images/photo.jpg",
        "documents/a.pdf",
        "images/../original_images/photo.jpg",
        "images/..%2f..%2falliage.sqlite3",
        "images/script.svg",
        "images/page.html",
        "images/missing.jpg",
        "",
    ],
)
def test_nothing_else_of_the_media_folder_is_served(client, media, path):
    media.save("original_images/photo.jpg", ContentFile(b"x"))
    media.save("images/script.svg", ContentFile(b"x"))
    assert client.get(f"/media/{path}").status_code == 404


def test_the_site_s_own_storage_serves_renditions():
    assert views.default_storage is default_storage


def test_a_picture_is_read_reduced_by_those_who_may_read_it(client, member):
    stored = kept(picture("JPEG", (400, 300)), "photo.jpg", by_id=member.pk)
    assert client.get(stored.small_url).status_code == 404
    client.force_login(member)
    for side, url in ((96, stored.small_url), (320, stored.medium_url)):
        for _made_then_kept in range(2):
            response = client.get(url)
            image = Image.open(io.BytesIO(b"".join(response.streaming_content)))
            assert (image.size, image.format) == ((side, side), "JPEG")
            assert "private" in response["Cache-Control"]
    assert client.get(f"{stored.get_absolute_url()}?cote=97").status_code == 404
    assert client.get(f"{stored.get_absolute_url()}?cote=x").status_code == 404
    assert client.get(kept(PDF, by_id=member.pk).reduced_url(96)).status_code == 404
    assert client.get(kept(picture("PNG", mode="RGBA"), by_id=member.pk).small_url)["Content-Type"] == "image/png"


def test_a_reduction_made_by_two_processes_at_once_is_read_all_the_same(monkeypatch, caplog):
    stored = kept(picture("JPEG", (400, 300)), "photo.jpg", public=True)
    reduced(stored, 96).close()
    caplog.set_level("INFO", "alliage.files.services")
    there = type(stored.file.storage).exists
    answers = iter([False])  # not there yet when it is first looked for
    monkeypatch.setattr(
        type(stored.file.storage), "exists", lambda storage, name: next(answers, None) is None and there(storage, name)
    )
    with reduced(stored, 96) as content:
        assert Image.open(content).size == (96, 96)
    assert "made twice" in caplog.text


def test_the_reductions_go_with_the_picture(client, django_capture_on_commit_callbacks):
    stored = kept(picture("JPEG", (400, 300)), "photo.jpg", public=True)
    b"".join(client.get(stored.small_url).streaming_content)
    folder = Path(stored.file.path).parent
    assert len(list(folder.iterdir())) == 2
    with django_capture_on_commit_callbacks(execute=True):
        discard(stored)
    assert list(folder.iterdir()) == []


def test_a_reduction_made_twice_in_the_same_instant_is_one(monkeypatch):
    stored = kept(picture("JPEG", (400, 300)), "photo.jpg", public=True)
    reduced(stored, 96).close()
    answers = iter([False])
    exists = FileSystemStorage.exists
    monkeypatch.setattr(FileSystemStorage, "exists", lambda self, name: next(answers, None) or exists(self, name))
    with reduced(stored, 96) as content:
        assert Image.open(content).size == (96, 96)
    with pytest.raises(LookupError):
        reduced(stored, 97)
