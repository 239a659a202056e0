"""What people send is checked by its content, kept apart, and read by those who may."""

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from PIL import Image, ImageCms

from alliage.files import archives, images, services, signatures, texts, types
from alliage.files.archives import ArchiveRefused, open_archive
from alliage.files.enums import Kind, TextState
from alliage.files.models import StoredFile
from alliage.files.services import FileRefused, safe_name, store
from alliage.files.tests.factories import ODT_TYPE, PDF, archive, docx, odt, picture, purpose, upload, workbook
from alliage.refusals import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def kept(content, name="fichier", **options):
    with purpose(**options):
        return store(upload(content, name), by_id=7, purpose="test.any", now=NOW)


def refusal(content, name="fichier", **options):
    with pytest.raises(Refusal) as caught:
        kept(content, name, **options)
    assert not StoredFile.objects.exists()
    return caught.value.message


def signed_pdf(secret="Mairie de Canari", **options):
    """A PDF whose properties, both copies of them, and whose remark name somebody."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import FreeText
    from pypdf.generic import NameObject, StreamObject, TextStringObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    writer.add_metadata({"/Author": secret})
    twice = StreamObject()
    twice.set_data(secret.encode())
    writer.root_object[NameObject("/Metadata")] = twice
    remark = FreeText(text="Oui", rect=(0, 0, 9, 9))
    remark[NameObject("/T")] = TextStringObject(secret)
    writer.add_annotation(0, remark)
    if options:
        writer.encrypt(**options)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}


# --- Keeping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind", "extension"),
    [
        (PDF, Kind.DOCUMENT, "pdf"),
        (docx(), Kind.DOCUMENT, "docx"),
        (odt(), Kind.DOCUMENT, "odt"),
        (workbook([["a"]]), Kind.TABLE, "xlsx"),
        ("nom;code\nÉvry;91228".encode(), Kind.TABLE, "csv"),
        ("nom;code\nÉvry;91228".encode("utf-16"), Kind.TABLE, "csv"),
        (picture("PNG", mode="RGBA"), Kind.IMAGE, "png"),
        (picture("JPEG"), Kind.IMAGE, "jpg"),
        (picture("WEBP"), Kind.IMAGE, "jpg"),
        (picture("GIF", mode="L"), Kind.IMAGE, "png"),
    ],
)
def test_a_file_is_known_by_its_content_not_by_its_name(content, kind, extension):
    stored = kept(content, "photo.exe")
    assert (stored.kind, stored.extension, stored.name) == (kind, extension, f"photo.{extension}")
    assert stored.owner_id == 7
    with stored.file.open() as file:
        assert file.read(4) != b""
    assert stored.size == stored.file.size
    assert str(stored) == stored.name


def test_an_unknown_purpose_is_a_programming_error():
    with pytest.raises(LookupError):
        store(upload(b"x"), by_id=None, purpose="test.unknown", now=NOW)


def test_files_are_kept_out_of_what_the_site_serves(settings):
    stored = kept(PDF)
    assert str(settings.VAR_DIR / "files") in stored.file.path
    assert stored.file.name == f"{stored.pk.hex[:2]}/{stored.pk.hex}.pdf"


def test_nothing_is_left_when_keeping_fails(settings, monkeypatch):
    def fail(self, **kwargs):
        raise IntegrityError

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(IntegrityError):
        kept(PDF)
    assert [path for path in (settings.VAR_DIR / "files").rglob("*") if path.is_file()] == []


def test_a_file_thrown_away_is_gone(django_capture_on_commit_callbacks):
    stored = kept(PDF)
    path = stored.file.path
    with django_capture_on_commit_callbacks(execute=True):
        services.discard(stored)
    assert not StoredFile.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path)  # noqa: PTH123, SIM115
    other = kept(PDF)
    services.discard_content(other)
    assert not other.file.storage.exists(other.file.name)


def test_the_database_refuses_an_empty_file_and_an_unknown_kind():
    stored = kept(PDF)
    for fields in ({"size": 0}, {"kind": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.filter(pk=stored.pk).update(**fields)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\moi\\Évry 2026.docx", "Évry 2026.pdf"),
        ("a\u202efdp.exe", "a fdp.pdf"),
        ("x\0y\n.pdf", "x y.pdf"),
        ("...", "fichier.pdf"),
        ("", "fichier.pdf"),
        ("L’été (2).tar.gz", "L’été (2).tar.pdf"),
        ("a" * 300, "a" * 100 + ".pdf"),
        ("<script>.pdf", "script.pdf"),
    ],
)
def test_names_are_safe_everywhere(name, safe):
    assert safe_name(name, "pdf") == safe


# --- Refusing -------------------------------------------------------------------------------------------------------


def test_a_heavy_file_is_refused():
    assert "1 Mo au plus" in refusal(b"x" * 1_048_577, max_bytes=1_048_576)


def test_a_kind_that_is_not_expected_is_refused():
    assert "image" in refusal(PDF, kinds=frozenset({Kind.IMAGE}))


def test_an_empty_file_is_refused():
    assert "vide" in refusal(b"")


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + b"\0" * 100,
        b"MZ plain text program",
        b"\x7fELF" + b"\1" * 100,
        b"#!/bin/sh\nrm -rf /",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><x/>",
        b"<!DOCTYPE html><p>x",
        "  <script>alert(1)</script>".encode("utf-16"),
        b"a;b\n<?php system('x') ?>",
        b"\x1f\x8b\x08" + b"\0" * 50,
        b"Rar!\x1a\x07\x00" + b"\0" * 50,
        b"\x01\x02\x03\x04",
    ],
)
def test_programs_markup_and_unknown_files_are_refused(content):
    assert "pas accepté" in refusal(content, "tableau.csv")


def test_two_types_at_once_are_refused():
    zipped = archive({"a.txt": "x"})
    assert "deux types" in refusal(PDF + zipped)
    assert "deux types" in refusal(picture("PNG") + zipped)
    assert "deux types" in refusal(b"a;b\n%PDF-1.4\n")


def test_a_cut_pdf_is_refused():
    assert "incomplet" in refusal(PDF[:-6])


@pytest.mark.parametrize("active", [b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/XFA"])
def test_a_pdf_that_acts_is_refused(active):
    assert "programme" in refusal(PDF.replace(b"trailer", b"<<" + active + b" 6 0 R>>trailer"))


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/activeX/activeX1.xml": b"x"},
        {"Basic/script-lc.xml": b"x"},
        {"word/embeddings/a.exe": b"x"},
        {"word/media/image1.png": b"MZ\x90\0"},
        {"[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml"},
        {"word/_rels/settings.xml.rels": b'<Relationship TargetMode="External"/>'},
    ],
)
def test_macros_and_programs_in_a_document_are_refused(parts):
    assert "macro" in refusal(docx(**parts))


def test_a_document_that_declares_entities_is_refused():
    assert "déclarations" in refusal(docx(**{"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}))


@pytest.mark.parametrize(
    "parts",
    [
        {"a.txt": "x"},
        {"[Content_Types].xml": "x", "ppt/presentation.xml": "x"},
        {"mimetype": "application/vnd.oasis.opendocument.graphics", "content.xml": "x"},
    ],
)
def test_other_archives_are_refused(parts):
    assert "ni un texte ni un tableau" in refusal(archive(parts))


def test_a_damaged_archive_is_refused():
    assert "abîmé" in refusal(b"PK\x03\x04" + b"x" * 200)


def test_a_locked_archive_is_refused():
    content = bytearray(archive({"mimetype": ODT_TYPE, "content.xml": "x"}))
    position = content.find(b"PK\x01\x02")
    content[position + 8] |= 1
    assert "mot de passe" in refusal(bytes(content))


def test_a_bomb_of_much_content_is_refused(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1_000)
    assert "décompressé" in refusal(archive({"a": b"x" * 2_000}))


def test_a_bomb_of_many_parts_is_refused():
    assert "décompressé" in refusal(archive({str(n): b"" for n in range(1_001)}))


def test_a_dense_bomb_is_refused():
    assert "décompressé" in refusal(archive({"a": b"\0" * 6_000_000}))


def test_a_part_never_gives_more_than_it_declared():
    content = archive({"a": b"x" * 1_000})
    lying = content.replace(struct.pack("<I", 1_000), struct.pack("<I", 10))
    opened = open_archive(io.BytesIO(lying))
    with pytest.raises(zipfile.BadZipFile):
        opened.read("a")


def test_an_archive_that_cannot_be_opened_is_said():
    with pytest.raises(ArchiveRefused):
        open_archive(io.BytesIO(b"nothing"))


# --- Pictures -------------------------------------------------------------------------------------------------------


def png(width, height):
    """A picture that declares a size and holds nothing."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    assert "trop de pixels" in refusal(png(10_000, 10_000))
    assert "trop de pixels" in refusal(png(40_000, 40_000))


def test_a_damaged_picture_is_refused():
    assert "abîmée" in refusal(picture("JPEG")[:300])


def test_a_picture_keeps_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    stored = kept(picture("JPEG", (40, 20), exif=exif))
    with Image.open(stored.file.path) as image:
        assert not image.getexif()
        assert image.size == (20, 40)
    assert (stored.width, stored.height) == (20, 40)


def test_a_large_picture_is_bounded():
    stored = kept(picture("JPEG", (4_000, 1_000)))
    assert (stored.width, stored.height) == (images.MAX_SIDE, 640)


def test_a_picture_for_print_becomes_one_for_screens():
    stored = kept(picture("JPEG", mode="CMYK"))
    with Image.open(stored.file.path) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize("broken", [False, True])
def test_wide_colours_are_brought_back_to_screens(broken):
    profile = b"not a profile" if broken else ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stored = kept(picture("JPEG", icc_profile=profile))
    with Image.open(stored.file.path) as image:
        assert "icc_profile" not in image.info


def test_a_drawing_of_few_colours_stays_sharp():
    out = io.BytesIO()
    Image.new("RGB", (50, 50), "teal").save(out, "WEBP", lossless=True)
    assert kept(out.getvalue()).extension == "png"


# --- Text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [(PDF, ["Bonjour"]), (docx(), ["Faire alliance", "qui ; quoi"]), (odt(), ["Faire alliance"])],
)
def test_the_text_of_a_document_is_read_in_the_background(content, words):
    stored = kept(content, extract_text=True)
    stored.refresh_from_db()
    assert stored.text_state == TextState.READ
    for word in words:
        assert word in stored.text


def test_a_table_has_no_text_to_read():
    assert kept(b"a;b\n1;2", extract_text=True).text_state == TextState.NONE


def test_a_document_without_text_says_so():
    stored = kept(PDF.replace(b"(Bonjour) Tj", b"            "), extract_text=True)
    stored.refresh_from_db()
    assert stored.text_state == TextState.FAILED
    assert services.extract_text("00000000-0000-4000-8000-000000000000", now=NOW) is None


def test_reading_stops_when_there_is_too_much_or_too_long(monkeypatch):
    monkeypatch.setattr(texts, "_READERS", {"pdf": lambda stream: iter(["abc"] * 1_000)})
    monkeypatch.setattr(texts, "MAX_CHARACTERS", 10)
    assert texts.text_of(io.BytesIO(), "pdf") == "abc\nabc\nab"
    monkeypatch.setattr(texts, "MAX_CHARACTERS", 1_000_000)
    moments = iter([0, 10, 100])
    assert texts.text_of(io.BytesIO(), "pdf", clock=lambda: next(moments)) == "abc\nabc"


def test_a_document_too_large_to_read_is_left(monkeypatch):
    monkeypatch.setattr(texts, "MAX_PART", 10)
    with pytest.raises(texts.TextUnreadable):
        texts.text_of(io.BytesIO(docx()), "docx")
    with pytest.raises(texts.TextUnreadable):
        texts.text_of(io.BytesIO(b""), "csv")


def test_every_type_is_known_by_its_extension():
    assert all(known.extension == extension for extension, known in types.TYPES.items())
    assert issubclass(FileRefused, Refusal)


def test_a_damaged_archive_is_refused_in_words():
    broken = bytearray(archive({"[Content_Types].xml": "<a/>", "word/document.xml": "bonjour " * 50}, packed=False))
    broken[broken.index(b"bonjour")] ^= 1  # its sum is wrong
    assert "abîmé" in refusal(bytes(broken))


def test_a_picture_whose_end_is_a_wrong_table_of_archive_hides_something():
    table = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 1, 1, 5_000, 0, 0)
    assert "deux types" in refusal(picture() + table)


def test_a_disk_that_takes_no_file_is_said_and_nothing_is_half_kept(settings):
    (settings.VAR_DIR / "files").write_text("no folder can be made here")
    assert "manque de place" in refusal(PDF)


def test_the_function_of_a_file_is_told_when_its_text_was_read():
    told = []
    stored = kept(docx(), extract_text=True, text_read=lambda file, now: told.append((file.pk, file.text[:14], now)))
    assert [each[:2] for each in told] == [(stored.pk, "Faire alliance")]


def test_the_text_of_a_file_thrown_away_meanwhile_is_told_to_nobody():
    told = []
    with purpose(extract_text=True, text_read=lambda file, now: told.append(file)):
        services._keep_text(StoredFile(purpose="test.any", text="Faire alliance"), now=NOW)
    assert told == []


# --- Who made it ------------------------------------------------------------------------------------------------------

NAMED = b'<w:document xmlns:w="w"><w:ins w:author="Canari" w:date="2026"><w:t>Faire alliance</w:t></w:ins></w:document>'


@pytest.mark.parametrize(
    ("content", "secret", "said"),
    [
        (archive(parts(docx()) | {"word/comments.xml": NAMED}), b"Canari", b"Faire alliance"),
        (docx(), b"python-docx", b"Faire alliance"),
        (
            archive(
                parts(workbook([["a"]]))
                | {"xl/persons/person.xml": b'<person displayName="Canari"/>', "xl/tables/table1.xml": b'<table displayName="T1"/>'}
            ),
            b"Canari",
            b'displayName="T1"',
        ),
        (archive(parts(odt()) | {"content.xml": b"<p><dc:creator>Canari</dc:creator>Oui</p>"}, packed=False), b"Canari", b"Oui"),
        (odt(), b"odfdo", b"Faire alliance"),
    ],
)  # fmt: skip
def test_an_office_file_no_longer_says_who_made_it(content, secret, said):
    extension = recognised(content)
    cleaned = signatures.unsigned(content, extension)
    assert any(secret in part for part in parts(content).values())
    assert not any(secret in part for part in parts(cleaned).values())
    assert any(said in part for part in parts(cleaned).values())
    assert recognised(cleaned) == extension
    assert signatures.unsigned(cleaned, extension) == cleaned


HIDDEN = {
    "xl/workbook.xml": b"<x15ac:absPath xmlns:x15ac='a' url=\"C:\\Canari\\\"/><fileSharing readOnlyRecommended='1' userName='Canari'/>",
    "xl/revisions/revisionHeaders.xml": b'<header guid="1" userName="Canari"/>',
    "xl/revisions/userNames.xml": b'<userInfo guid="1" name="Canari"/>',
    "xl/_rels/workbook.xml.rels": b'<a Target="file:///C:\\Canari\\a.xlsx"/><a Target="https://exemple.fr/"/><a Target="\\\\Canari\\b"/>',
    "package/services/metadata/core-properties/1.psmdcp": b"<creator>Canari</creator>",
    "Object 1/meta.xml": b"<dc:creator>Canari</dc:creator>",
    "word/embeddings/a.docx": archive({"docProps/core.xml": b"Canari", "word/document.xml": b"Dedans"}),
}


def everything(content):
    """All the parts of a document, and of those that it embeds."""
    found = parts(content)
    return [part for name, part in found.items() if not name.endswith("docx")] + [
        inner for name, part in found.items() if name.endswith("docx") for inner in parts(part).values()
    ]


def test_an_office_file_says_nothing_of_folders_of_who_had_it_open_nor_in_what_it_embeds():
    cleaned = signatures.unsigned(archive(HIDDEN), "xlsx")
    said = b"".join(everything(cleaned))
    assert b"".join(everything(archive(HIDDEN))).count(b"Canari") == 9
    assert b"Canari" not in said
    assert b"Dedans" in said
    assert b'Target="https://exemple.fr/"' in said
    assert b"readOnlyRecommended='1'" in said
    assert signatures.unsigned(cleaned, "xlsx") == cleaned


def test_what_is_embedded_and_cannot_be_cleaned_is_refused():
    nested = archive({"a": b"x"})
    for _rank in range(60):
        nested = archive({"word/embeddings/a.docx": nested})
    for content in (archive({"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), nested):
        with pytest.raises(FileRefused, match="le nom de qui l’a fait"):
            signatures.unsigned(content, "docx")


def recognised(content):
    return types.recognise(io.BytesIO(content)).extension


def test_a_pdf_no_longer_says_who_made_it():
    from pypdf import PdfReader

    cleaned = signatures.unsigned(signed_pdf(), "pdf")
    assert b"Canari" in signed_pdf()
    assert b"Canari" not in cleaned
    assert PdfReader(io.BytesIO(cleaned)).pages[0].extract_text() == "Bonjour"
    assert signatures.unsigned(cleaned, "pdf") == cleaned
    assert signatures.unsigned(PDF, "pdf") == PDF
    assert signatures.unsigned(b"nom;code", "csv") == b"nom;code"


@pytest.mark.parametrize("content", [signed_pdf(user_password="", owner_password="x"), b"%PDF-1.4 %%EOF"])
def test_a_pdf_whose_names_cannot_be_taken_away_is_refused(content):
    with pytest.raises(FileRefused, match="le nom de qui l’a fait"):
        signatures.unsigned(content, "pdf")


def test_a_kept_file_is_written_again_without_its_makers(django_capture_on_commit_callbacks):
    stored = kept(signed_pdf())
    before, path = stored.size, stored.file.path
    with django_capture_on_commit_callbacks(execute=True):
        assert services.unsign(stored)
    again = StoredFile.objects.get()
    with again.file.open() as file:
        content = file.read()
    assert b"Canari" not in content
    assert len(content) == again.size != before
    assert again.sha256 == hashlib.sha256(content).hexdigest()
    assert not Path(path).exists()
    assert not services.unsign(again)
