"""Linking something that the search finds: proposals, what was chosen, the field of a form without a script."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone

from alliage.accounts.tests.factories import MemberFactory
from alliage.search import services
from alliage.search.forms import ThingField
from alliage.search.queries import choices
from alliage.search.tests.kinds import note, record
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


class LinkForm(forms.Form):
    thing = ThingField(label="Ressource", codes=["record"])
    other = ThingField(label="Autre", required=False)

    def __init__(self, *args, viewer=VISITOR, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("thing", "other"):
            self.fields[name].viewer = viewer


@pytest.fixture
def garden():
    one = record("Jardin partagé", "Des légumes.")
    record("Jardin nourricier"), note("Jardin des notes"), record("Jardin secret", seen_by="members")
    services.rebuild()
    return one


def labels(q: str, viewer=VISITOR, **asked) -> set[str]:
    return {each.title for each in choices.propose(q, viewer=viewer, **asked)}


def posted(text: str, viewer=VISITOR) -> LinkForm:
    return LinkForm(QueryDict(text), viewer=viewer)


# --- Proposals -----------------------------------------------------------------------------------------------------


def test_words_even_unfinished_or_wrong_propose_what_the_person_may_see(garden):
    assert labels("jard") == {"Jardin partagé", "Jardin nourricier", "Jardin des notes"}
    assert labels("jardyn parta") == {"Jardin partagé"}
    assert labels("jardin partagé x") == {"Jardin partagé"}
    assert labels("jardin", codes=["note"]) == {"Jardin des notes"}
    assert "Jardin secret" in labels("jardin", MemberFactory())
    assert len(choices.propose("jardin", viewer=VISITOR, limit=2)) == 2


def test_nothing_is_proposed_for_nothing_nor_without_an_index(garden):
    assert labels(" ") == labels("\0") == labels("…") == labels("xylophone") == set()


def test_nothing_is_proposed_while_the_index_is_being_made_but_what_was_chosen_stays():
    one = record("Jardin")
    assert labels("jardin") == set()
    assert choices.chosen(f"record:{one.pk}", viewer=VISITOR).title == "Jardin"


def test_what_was_chosen_is_found_again_even_before_it_is_in_the_index(garden):
    value = f"record:{garden.pk}"
    assert choices.chosen(value, viewer=VISITOR).url == f"/fiches/{garden.pk}/"
    new = record("Tout nouveau")
    services.changed("record", [new.pk], now=timezone.now())
    assert choices.chosen(f"record:{new.pk}", viewer=VISITOR).title == "Tout nouveau"


def test_what_a_person_may_not_see_cannot_be_chosen(garden):
    secret = f"record:{Term.objects.get(label='Jardin secret').pk}"
    assert choices.chosen(secret, viewer=VISITOR) is None
    assert choices.chosen(secret, viewer=MemberFactory()).title == "Jardin secret"


@pytest.mark.parametrize(
    "value", ["record:", "record:x", "record:²", "inconnu:1", "record:99999999999999999999", ":", ""]
)
def test_what_names_nothing_is_no_choice(garden, value):
    assert choices.chosen(value, viewer=VISITOR) is None


def test_the_address_of_a_page_names_what_it_shows(garden, settings):
    settings.ORIGIN = "https://exemple.fr"
    path = f"/ressources/{garden.pk}/"  # the page that the kind of these tests declares
    for address in (path, f"https://exemple.fr{path}", f"http://exemple.fr{path}?langue=en#bas", f"exemple.fr{path}"):
        assert choices.at(address, viewer=VISITOR).title == "Jardin partagé", address
    assert labels(f"https://exemple.fr{path}") == {"Jardin partagé"}
    form = posted(f"thing=https://exemple.fr{path}")
    assert form.is_valid()
    assert form.cleaned_data["thing"].id == garden.pk


@pytest.mark.parametrize(
    "text",
    ["jardin", "https://ailleurs.fr/ressources/{pk}/", "/nulle/part/", "/nulle.part", "/ressources/99999/", "javascript:/ressources/{pk}/", "https://[", "//ailleurs.fr/ressources/{pk}/", "/reperes/"],
)  # fmt: skip
def test_an_address_that_is_not_of_such_a_page_names_nothing(garden, settings, text):
    settings.ORIGIN = "https://exemple.fr"
    assert choices.at(text.format(pk=garden.pk), viewer=VISITOR) is None


def test_an_address_shows_nothing_that_one_may_not_see_nor_another_kind(garden):
    secret = Term.objects.get(label="Jardin secret")
    assert choices.at(f"/ressources/{secret.pk}/", viewer=VISITOR) is None
    assert choices.at(f"/ressources/{secret.pk}/", viewer=MemberFactory()).title == "Jardin secret"
    assert choices.at(f"/ressources/{garden.pk}/", viewer=VISITOR, codes=["note"]) is None


# --- The field -----------------------------------------------------------------------------------------------------


def test_the_choice_of_the_picker_is_enough(garden):
    form = posted(f"thing_code=record:{garden.pk}")
    assert form.is_valid()
    assert form.cleaned_data["thing"].id == garden.pk
    assert form.cleaned_data["other"] is None


def test_what_is_typed_over_a_choice_without_a_script_wins_over_it(garden):
    kept, other = f"record:{garden.pk}", f"record:{Term.objects.get(label='Jardin nourricier').pk}"
    for typed, value in (("Jardin partagé", kept), ("JARDIN PARTAGE", kept), ("Jardin nourricier", other)):
        form = posted(f"thing={typed}&thing_code={kept}")
        assert form.is_valid(), typed
        assert form.cleaned_data["thing"].value == value, typed
    form = posted(f"thing=Jardin partagé&other= &other_code={kept}")
    assert form.is_valid()
    assert form.cleaned_data["other"] is None
    assert not posted(f"thing=&thing_code={kept}").is_valid()
    refused = posted(f"thing=xylophone&thing_code={kept}")
    assert not refused.is_valid()
    assert 'value="xylophone"' in str(refused["thing"])
    assert 'name="thing_code" value=""' in str(refused["thing"])


def test_a_form_filled_from_a_dictionary_is_read_too(garden):
    form = LinkForm({"thing": "Jardin partagé", "thing_code": f"record:{garden.pk}"})
    assert form.is_valid()
    assert form.cleaned_data["thing"].id == garden.pk


def test_an_exact_title_is_enough(garden):
    form = posted("thing=jardin PARTAGE&thing_code=")
    assert form.is_valid()
    assert form.cleaned_data["thing"].value == f"record:{garden.pk}"


def test_words_that_may_mean_several_things_are_shown_to_be_ticked(garden):
    form = posted("thing=jardin&thing_code=")
    assert not form.is_valid()
    html = str(form["thing"])
    assert 'value="jardin"' in html
    assert html.count('type="radio"') == 2
    assert f'name="thing_code" value="record:{garden.pk}"' in html
    assert "Jardin secret" not in html
    ticked = posted(f"thing=jardin&thing_code=&thing_code=record:{garden.pk}")
    assert ticked.is_valid()
    assert ticked.cleaned_data["thing"].id == garden.pk


def test_words_that_mean_nothing_are_kept_and_refused(garden):
    form = posted("thing=<b>xylophone")
    assert "xylophone" in form.errors["thing"][0]
    assert "&lt;b&gt;xylophone" in str(form["thing"])
    assert posted("thing=").errors["thing"]


def test_a_choice_of_another_kind_or_that_one_may_not_see_is_refused(garden):
    other = f"note:{Term.objects.get(label='Jardin des notes').pk}"
    assert not posted(f"thing_code={other}").is_valid()
    assert posted(f"thing=Jardin partagé&other_code={other}").is_valid()
    secret = f"record:{Term.objects.get(label='Jardin secret').pk}"
    form = posted(f"thing_code={secret}")
    assert not form.is_valid()
    assert "Jardin secret" not in str(form["thing"])
    assert posted(f"thing_code={secret}", MemberFactory()).is_valid()


def test_a_form_shows_what_was_linked_before(garden):
    html = str(LinkForm(initial={"thing": f"record:{garden.pk}"})["thing"])
    assert 'value="Jardin partagé"' in html
    assert f'value="record:{garden.pk}" data-code' in html
    assert 'data-kinds="fiches"' in html
    choice = choices.chosen(f"record:{garden.pk}", viewer=VISITOR)
    assert 'value="Jardin partagé"' in str(LinkForm(initial={"thing": choice})["thing"])


# --- What the script asks ------------------------------------------------------------------------------------------


def test_the_picker_is_answered_with_what_its_reader_may_see(client, garden):
    answer = client.get("/recherche/choisir.json", {"q": "jardin parta", "sorte": "fiches"})
    assert answer.json()["results"] == [
        {
            "value": f"record:{garden.pk}", "kind": "record", "kind_label": "fiche", "id": garden.pk,
            "label": "Jardin partagé", "url": f"/fiches/{garden.pk}/", "facts": ["un fait"],
        }
    ]  # fmt: skip
    assert "no-store" in answer.headers["Cache-Control"]
    assert len(client.get("/recherche/choisir.json", {"q": "jardin"}).json()["results"]) == 3
    assert client.get("/recherche/choisir.json", {"q": "jardin", "sorte": "inconnue"}).json()["results"] == []
    client.force_login(MemberFactory())
    assert len(client.get("/recherche/choisir.json", {"q": "jardin"}).json()["results"]) == 4
