"""The gallery is made from the files: a component without an example, or a drawing that is not valid, fails here."""

import gzip
import re
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from django.conf import settings
from django.urls import reverse

from alliage.ui import gallery
from alliage.ui.bundles import build
from alliage.ui.templatetags.ui import ICONS

STATIC = gallery.HERE / "static" / "ui"


def test_every_component_has_an_example_and_every_example_a_component():
    assert sorted(gallery.EXAMPLES) == gallery.component_names()


@pytest.mark.parametrize("name", gallery.component_names())
def test_every_component_says_its_purpose_at_its_head(name):
    purpose, _arguments = gallery.described(name)
    assert purpose
    assert purpose[0].isupper()


def test_a_component_without_a_comment_is_refused(tmp_path, monkeypatch):
    (tmp_path / "mute.html").write_text("<p></p>")
    monkeypatch.setattr(gallery, "COMPONENTS", tmp_path)
    with pytest.raises(ValueError, match=r"mute\.html"):
        gallery.described("mute")


@pytest.mark.django_db
def test_the_gallery_shows_every_component(client):
    page = client.get(reverse("ui:components")).content.decode()
    for name in gallery.component_names():
        assert f'id="{name}"' in page


@pytest.mark.django_db
def test_the_charter_shows_every_icon_and_every_contrast(client):
    page = client.get(reverse("ui:charter")).content.decode()
    for name in gallery.icon_names():
        assert f"<code>{name}</code>" in page
    assert '<td class="num">13,8</td>' in page


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["liste", "fiche", "formulaire", "formulaire/?refus=1"])
def test_model_pages_open(client, kind):
    address = "/charte-graphique/pages/" + (kind if "?" in kind else f"{kind}/")
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content.decode().count("<h1") == 1


@pytest.mark.django_db
def test_the_model_form_shows_what_it_would_say(client):
    page = client.post("/charte-graphique/pages/formulaire/", {"name": "", "text": "Nous avons écouté."})
    assert "réponses sont à revoir" in page.content.decode()
    assert "Nous avons écouté." in page.content.decode()


@pytest.mark.parametrize("path", sorted(ICONS.glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_is_a_valid_drawing_of_the_set(path):
    root = ET.parse(path).getroot()
    assert root.attrib["viewBox"] == "0 0 24 24"
    assert root.attrib["stroke"] == "currentColor"
    assert root.attrib["stroke-width"] == "1.75"
    assert all(re.fullmatch(r"[MmLlHhVvCcSsAaZzQqTt\d\s.,-]+", drawing.attrib["d"]) for drawing in root)


def test_the_icons_promised_to_other_folders_are_there():
    promised = (
        "map people library exchange learn calendar search user arrow check warning info close menu place phone mail "
        "download external plus edit clock flag sun moon home filter list"
    )
    assert set(promised.split()) <= set(gallery.icon_names())


@pytest.mark.parametrize("name", ["sign.svg", "sign-one-colour.svg", "arcs.svg"])
def test_the_sign_is_four_strokes_of_one_ring(name):
    assert len(ET.parse(STATIC / name).getroot()) == 4


def test_the_style_sheet_stays_light():
    sheet = (STATIC / "alliage.css").read_bytes()
    assert len(sheet) < 40_000
    assert len(gzip.compress(sheet)) < 9_500


def test_the_script_and_the_typeface_stay_light():
    assert (STATIC / "alliage.js").stat().st_size < 6_000
    assert (STATIC / "atkinson-hyperlegible-next.woff2").stat().st_size < 34_000
    assert "SIL Open Font License" in (STATIC / "atkinson-hyperlegible-next.LICENSE.txt").read_text()


@pytest.mark.parametrize(
    "file", [STATIC / build.FONT_FILE, *(build.PDF_FONTS / name for name in build.PDF_WEIGHTS.values())]
)
def test_polynesian_and_kanak_names_are_drawn_in_the_same_typeface(file):
    drawn = pytest.importorskip("fontTools.ttLib").TTFont(file).getBestCmap()
    names = "Teva Mārama, ʻUturoa, Ōtepa, Taʼata, āēīōūĀĒĪŌŪ, Kwênyïï, Pwârâiriwâ, Âjië, Hnaeu"
    # Whole, or from its parts.
    missing = [
        letter
        for letter in names
        if ord(letter) not in drawn and not {*map(ord, unicodedata.normalize("NFD", letter))} <= drawn.keys()
    ]
    assert missing == []


def test_the_lock_file_names_no_registry():
    text = (gallery.HERE / "bundles" / "package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "http" not in re.sub(r'"url": "https://[^"]*(opencollective|github)[^"]*"', "", text)


def test_every_sheet_is_built_from_the_sources_of_its_list():
    listed = (gallery.HERE / "css" / "components" / "index.css").read_text()
    sheets = list((gallery.HERE / "css" / "sheets").glob("*.css"))
    own_sheet = {path.name for path in sheets}
    listed += "".join(sheet.read_text().replace("../components/", "./") for sheet in sheets)
    for path in (gallery.HERE / "css" / "components").glob("*.css"):
        assert path.name == "index.css" or f'"./{path.name}"' in listed or path.name in own_sheet, path.name
    for name in own_sheet:
        assert (STATIC / name).exists()


def test_the_forms_of_the_site_are_drawn_with_our_components():
    assert settings.FORM_RENDERER == "alliage.ui.forms.FormRenderer"
