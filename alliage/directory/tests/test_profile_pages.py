"""The pages where people write entries: what they show, what they keep, whom they turn away."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from alliage.accounts.enums import ConsentKind, Role
from alliage.accounts.models import Consent
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import EntryKind, Visibility
from alliage.directory.forms.profiles import EntryForm, initial_of
from alliage.directory.models import Entry, JoinRequest, Membership
from alliage.directory.queries import profiles as queries
from alliage.directory.services import profiles as services
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, OrganisationFactory, TeamFactory
from alliage.files.tests.factories import picture, upload
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.enums import Kind
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
MINE = "/annuaire/ma-fiche/"


@pytest.fixture(autouse=True)
def _var(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def signed_in(member):
    client = MemberClient()
    client.force_login(member)
    return client


@pytest.fixture
def alix():
    return MemberFactory(name="Alix Payet")


@pytest.fixture
def browser(alix):
    return signed_in(alix)


class _Fields(HTMLParser):
    """What a browser sends of the form of an entry, as it stands on the page."""

    def __init__(self):
        super().__init__()
        self.data, self.inside, self.select, self.area = {}, False, None, None

    def handle_starttag(self, tag, pairs):
        attrs = dict(pairs)
        if tag == "form":
            self.inside = attrs.get("id") == "fiche"
        if not self.inside:
            return
        name = attrs.get("name")
        if tag == "input" and name and attrs.get("type") not in {"file", "submit"}:
            if attrs.get("type") not in {"checkbox", "radio"} or "checked" in attrs:
                self.data.setdefault(name, []).append(attrs.get("value") or ("on" if "checked" in attrs else ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in attrs:
            self.data[self.select] = [attrs.get("value", "")]
        elif tag == "textarea":
            self.area = name
            self.data[name] = [""]

    def handle_data(self, text):
        if self.area:
            self.data[self.area][0] += text.removeprefix("\n") if not self.data[self.area][0] else text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None


def fields(response):
    reader = _Fields()
    reader.feed(response.content.decode())
    return reader.data


def save(client, url=MINE, follow=False, **typed):
    return client.post(url, {**fields(client.get(url)), "act": "save", **typed}, follow=follow)


def main(response):
    return html.unescape(response.content.decode()).partition("<main")[2]


# --- Edit -----------------------------------------------------------------------------------------------------------


def test_my_entry_is_begun_by_its_first_saving_and_then_seen_as_others_do(browser, alix):
    assert not Entry.objects.exists()
    response = browser.get(MINE)
    assert fields(response)["name"] == ["Alix Payet"]
    assert not Entry.objects.exists()
    response = save(browser, function="Chargée de mission")
    entry = Entry.objects.get()
    assert (response.status_code, response["Location"]) == (302, queries.url(entry, "preview"))
    assert (entry.owner, entry.function, entry.visibility) == (alix, "Chargée de mission", Visibility.NOBODY)


def test_everything_typed_is_saved_and_comes_back(browser):
    TerritoryFactory(kind=Kind.REGION, code="03", name="Guyane")
    TerritoryFactory(
        kind=Kind.COMMUNE, code="97302", name="Cayenne", latitude=4.94, longitude=-52.33, precision="exact"
    )
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu")
    TermFactory(vocabulary=Vocabulary.MISSIONS, code="animer", parent=metier)
    TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliances")
    TermFactory(vocabulary=Vocabulary.ODD, code="17")
    TermFactory(vocabulary=Vocabulary.CATEGORIES, code="association")
    TermFactory(vocabulary=Vocabulary.SCALES, code="local")
    typed = {
        "name": "Alix  Payet", "function": "Directrice", "presentation": "Bonjour à tous", "category": "association",
        "metiers": ["lieu"], "missions": ["animer"], "leviers": ["alliances"], "odd": ["17"], "scale": "local",
        "area_1": "cayenne", "area_2_code": "region:03", "area_2": "Guyane", "is_national": "on", "cross_border": "Brésil",
        "territory": "97302", "position": "typed", "latitude": "4,9", "longitude": "-52.3", "blur": "1000",
        "phone": "0594 12 34 56", "phone_visibility": "public", "website": "exemple.fr", "link_label_1": "Blog",
        "link_url_1": "https://blog.exemple.fr", "link_url_2": "https://autre.exemple.fr", "contact_visibility": "members",
        "memberships_visibility": "members", "function_visibility": "members",
    }  # fmt: skip
    assert save(browser, **typed).status_code == 302
    entry = Entry.objects.get()
    assert entry.name == "Alix Payet"
    assert sorted(entry.terms.values_list("code", flat=True)) == ["17", "alliances", "animer", "lieu"]
    assert sorted(entry.areas.values_list("name", flat=True)) == ["Cayenne", "Guyane"]
    assert (entry.category.code, entry.scale.code, entry.territory.name) == ("association", "local", "Cayenne")
    assert entry.website == "https://exemple.fr"
    assert entry.links == [
        {"label": "Blog", "url": "https://blog.exemple.fr"},
        {"label": "https://autre.exemple.fr", "url": "https://autre.exemple.fr"},
    ]
    assert (entry.phone_visibility, entry.contact_visibility, entry.function_visibility) == (
        "public",
        "members",
        "members",
    )
    assert entry.latitude is not None
    assert (entry.latitude, entry.longitude) != (4.9, -52.3)
    shown = fields(browser.get(MINE))
    assert shown["missions"] == ["animer"]
    assert shown["area_1_code"] == ["commune:97302"]
    assert shown["position"] == ["kept"]
    assert shown["latitude"] == [""]
    assert save(browser).status_code == 302
    again = Entry.objects.get()
    assert (again.latitude, again.longitude, again.links) == (entry.latitude, entry.longitude, entry.links)
    assert again.changes.count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "obligatoire"),
        ({"missions": ["animer"]}, "cochez-le aussi"),
        ({"phone": "appelez-moi"}, "numéro de téléphone"),
        ({"phone": "()()()()()"}, "numéro de téléphone"),
        ({"website": "javascript:alert(1)"}, "URL"),
        ({"link_url_1": "javascript:alert(1)"}, "URL"),
        ({"link_label_1": "Blog"}, "effacez son titre"),
        ({"area_1": "xyzxyz"}, "Aucun territoire"),
        ({"position": "commune"}, "Indiquez une commune"),
        ({"position": "commune", "territory": "com:988"}, "pas de point"),
        ({"position": "typed", "latitude": "4"}, "Indiquez ce nombre"),
        ({"position": "typed", "latitude": "95", "longitude": "4"}, "90"),
        ({"phone_visibility": "amis"}, "choix"),
        ({"presentation": "é" * 801}, "800"),
    ],
)
def test_a_refused_form_comes_back_filled(browser, typed, said):
    metier = TermFactory(vocabulary=Vocabulary.METIERS, code="lieu")
    TermFactory(vocabulary=Vocabulary.MISSIONS, code="animer", parent=metier)
    TerritoryFactory(kind=Kind.COM, code="988", name="Nouvelle-Calédonie")
    response = save(browser, **{"function": "Directrice des alliances", **typed})
    assert response.status_code == 422
    page = main(response)
    assert said in page
    assert "Directrice des alliances" in page
    assert not Entry.objects.exists()


def test_a_closer_position_must_be_given_again(browser, alix):
    CatalystFactory(owner=alix, latitude=4.9, longitude=-52.3, blur=5000)
    response = save(browser, blur="500")
    assert response.status_code == 422
    assert "indiquez-le de nouveau" in main(response)


def test_an_entry_is_placed_at_the_middle_of_its_commune(browser):
    TerritoryFactory(
        kind=Kind.COMMUNE, code="97302", name="Cayenne", latitude=4.94, longitude=-52.33, precision="exact"
    )
    assert save(browser, territory="97302", position="commune", blur="0").status_code == 302
    assert (Entry.objects.get().latitude, Entry.objects.get().longitude) == (4.94, -52.33)


def test_a_refused_photo_says_why_and_keeps_the_rest(browser):
    response = save(browser, photo=upload(b"MZ program", "moi.jpg"), function="Maire")
    assert response.status_code == 422
    assert "Maire" in main(response)
    assert not Entry.objects.get().photo
    assert save(browser, photo=upload(picture("JPEG", (400, 300)), "moi.jpg")).status_code == 302
    assert "removes_photo" in browser.get(MINE).content.decode()
    save(browser, removes_photo="on")
    assert not Entry.objects.get().photo


def test_more_lines_of_territories_lose_nothing(browser):
    TerritoryFactory(kind=Kind.REGION, code="03", name="Guyane")
    before = len([name for name in fields(browser.get(MINE)) if re.fullmatch(r"area_\d+", name)])
    response = browser.post(
        MINE, {**fields(browser.get(MINE)), "act": "more", "function": "Maire", "area_1": "Guyane", "latitude": "4,9"}
    )
    shown = fields(response)
    assert len([name for name in shown if re.fullmatch(r"area_\d+", name)]) == before + 3
    assert (shown["function"], shown["area_1"], shown["latitude"]) == (["Maire"], ["Guyane"], ["4,9"])
    assert not Entry.objects.exists()


def test_a_name_without_letters_is_refused_once_the_rest_is_right(browser, alix):
    CatalystFactory(owner=alix)
    response = save(browser, name="« ! »", function="Directrice")
    assert response.status_code == 422
    assert "une lettre ou un chiffre" in main(response)
    assert "Directrice" in main(response)


def test_two_tabs_the_later_save_is_told_and_loses_nothing(browser):
    save(browser)
    first, second = fields(browser.get(MINE)), fields(browser.get(MINE))
    assert browser.post(MINE, {**first, "act": "save", "function": "Maire"}).status_code == 302
    refused = browser.post(MINE, {**second, "act": "save", "function": "Adjointe au maire"})
    assert refused.status_code == 422
    assert "Adjointe au maire" in main(refused)
    assert "a changé" in main(refused)
    assert Entry.objects.get().function == "Maire"
    assert browser.post(MINE, {**fields(refused), "act": "save"}).status_code == 302
    assert Entry.objects.get().function == "Adjointe au maire"


def test_two_tabs_before_there_was_an_entry(browser):
    first, second = fields(browser.get(MINE)), fields(browser.get(MINE))
    browser.post(MINE, {**first, "act": "save", "function": "Maire"})
    assert browser.post(MINE, {**second, "act": "save", "function": "Adjointe"}).status_code == 422
    assert Entry.objects.get().function == "Maire"


# --- Draft ----------------------------------------------------------------------------------------------------------


def keep(client, url=f"{MINE}brouillon/", **typed):
    return client.post(url, {**fields(client.get(MINE)), **typed})


def test_what_is_typed_is_kept_and_found_again_by_its_author_alone(browser, alix):
    response = keep(browser, function="Maire", latitude="4,91234", odd=["17"])
    assert response.status_code == 200
    told = response.json()
    entry = Entry.objects.get()
    assert told["seen"] == services.draft_of(entry, alix)["at"]
    assert told["version"] == services.version_of(entry)
    assert "4,91234" not in str(entry.draft)
    assert entry.function == ""
    page = browser.get(MINE)
    assert fields(page)["function"] == ["Maire"]
    assert "brouillon" in main(page)
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    seen = animator.get(queries.edit_url(entry))
    assert seen.status_code == 200
    assert fields(seen)["function"] == [""]
    assert save(browser).status_code == 302
    assert Entry.objects.get().function == "Maire"
    assert services.draft_of(Entry.objects.get(), Entry.objects.get().owner) is None


def test_an_unticked_box_stays_unticked_in_a_draft(browser, alix):
    entry = CatalystFactory(owner=alix, is_national=True)
    entry.terms.add(TermFactory(vocabulary=Vocabulary.ODD, code="17"))
    sent = fields(browser.get(MINE))
    del sent["is_national"], sent["odd"]
    browser.post(f"{MINE}brouillon/", sent)
    shown = fields(browser.get(MINE))
    assert "is_national" not in shown
    assert "odd" not in shown


def test_a_draft_over_another_window_s_is_refused_until_one_insists(browser):
    first, second = fields(browser.get(MINE)), fields(browser.get(MINE))
    url = f"{MINE}brouillon/"
    assert browser.post(url, {**first, "function": "Une"}).status_code == 200
    refused = browser.post(url, {**second, "function": "Deux"})
    assert refused.status_code == 409
    assert "autre fenêtre" in refused.json()["message"]
    assert browser.post(url, {**second, "function": "Deux", "force": "1"}).status_code == 200
    assert fields(browser.get(MINE))["function"] == ["Deux"]


def test_without_script_a_button_keeps_the_draft_and_says_when_it_did_not(browser):
    first, second = fields(browser.get(MINE)), fields(browser.get(MINE))
    response = browser.post(MINE, {**first, "act": "draft", "function": "Une"})
    assert (response.status_code, response["Location"]) == (302, MINE)
    refused = browser.post(MINE, {**second, "act": "draft", "function": "Deux"})
    assert fields(refused)["function"] == ["Deux"]
    assert "pas encore gardé" in html.unescape(refused.content.decode())
    assert browser.post(MINE, {**fields(refused), "act": "draft"}).status_code == 302
    assert fields(browser.get(MINE))["function"] == ["Deux"]
    long = browser.post(MINE, {**fields(browser.get(MINE)), "act": "draft", "presentation": "é" * 70_000})
    assert "trop long" in html.unescape(long.content.decode())


def test_each_editor_of_a_group_keeps_her_own_draft(browser, alix):
    group = OrganisationFactory(owner=MemberFactory())
    MembershipFactory(group=group, person=CatalystFactory(owner=alix), is_editor=True)
    url = queries.edit_url(group)
    holder = signed_in(group.owner)
    for client, text in ((browser, "Version d’Alix"), (holder, "Version de la présidente")):
        answer = client.post(queries.url(group, "draft"), {**fields(client.get(url)), "presentation": text})
        assert answer.status_code == 200
    assert fields(browser.get(url))["presentation"] == ["Version d’Alix"]
    assert fields(holder.get(url))["presentation"] == ["Version de la présidente"]
    assert "Version" not in fields(signed_in(MemberFactory(role=Role.ANIMATOR)).get(url))["presentation"][0]


def test_a_draft_sent_after_the_session_ended_is_given_back(browser, alix):
    sent = fields(browser.get(MINE))
    browser.logout()
    answer = browser.post(f"{MINE}brouillon/", {**sent, "presentation": "Trois lignes écrites avec soin."})
    assert answer.status_code == 403
    assert "Trois lignes écrites avec soin." in html.unescape(answer.content.decode())


def test_a_draft_is_erased_on_demand(browser):
    assert browser.post(f"{MINE}brouillon/", {"drop": "1"}).status_code == 302
    keep(browser, function="Maire")
    browser.post(f"{MINE}brouillon/", {"drop": "1"})
    assert Entry.objects.get().draft is None
    assert fields(browser.get(MINE))["function"] == [""]


def test_a_draft_says_why_it_is_not_kept(browser, monkeypatch):
    assert keep(browser, presentation="é" * 70_000).status_code == 422
    assert browser.post(f"{MINE}brouillon/", {}).status_code == 400
    monkeypatch.setattr("alliage.directory.views.profiles.DRAFTS_PER_PERSON", "0/10m")
    assert keep(browser, function="Maire").status_code == 429


def test_a_draft_older_than_the_entry_says_so(browser, alix):
    keep(browser, function="Maire")
    entry = Entry.objects.get()
    animator = signed_in(MemberFactory(role=Role.ANIMATOR, name="Lou"))
    save(animator, queries.edit_url(entry), presentation="Corrigée")
    page = browser.get(MINE)
    assert "a changé depuis" in main(page)
    refused = browser.post(MINE, {**fields(page), "act": "save"})
    assert refused.status_code == 422
    assert "Lou" in main(refused)


# --- Preview, publish, withdraw -------------------------------------------------------------------------------------

SECRET = {
    "function": {"function": "Fonction secrète"},
    "presentation": {"presentation": "Présentation secrète"},
    "phone": {"phone": "0594 99 88 77"},
    "links": {"website": "https://site-secret.exemple.fr", "links": [{"label": "Lien secret", "url": "https://l.fr"}]},
    "place": {},
    "memberships": {},
    "photo": {},
}
TRACES = {
    "function": "Fonction secrète", "presentation": "Présentation secrète", "phone": "0594 99 88 77",
    "links": "site-secret", "place": "Saint-Lieu-Secret", "memberships": "Groupe secret", "photo": "/fichiers/",
}  # fmt: skip
READ_BY = {
    Visibility.PUBLIC: {"visiteur", "membre", "vous"},
    Visibility.MEMBERS: {"membre", "vous"},
    Visibility.NOBODY: {"vous"},
}


@pytest.mark.parametrize("visibility", Visibility.values)
@pytest.mark.parametrize("name", list(SECRET))
def test_a_field_is_shown_to_whom_its_owner_chose_on_preview_and_on_the_page(browser, alix, name, visibility):
    entry = CatalystFactory(
        owner=alix, territory=TerritoryFactory(name="Saint-Lieu-Secret"), place_precision="seat",
        **{key: value for values in SECRET.values() for key, value in values.items()},
        **{f"{each}_visibility": Visibility.NOBODY for each in SECRET if each != name},
        **{f"{name}_visibility": visibility},
    )  # fmt: skip
    MembershipFactory(person=entry, group=OrganisationFactory(name="Groupe secret"))
    save(browser, photo=upload(picture("JPEG", (200, 200)), "moi.jpg"))
    for reader in ("visiteur", "membre", "vous"):
        page = (
            main(browser.get(queries.url(entry, "preview"), {"comme": reader}))
            .partition("<article")[2]
            .partition("</article")[0]
        )
        assert (TRACES[name] in page) == (reader in READ_BY[visibility]), reader
        if reader != "vous":
            assert not [trace for other, trace in TRACES.items() if other != name and trace in page]
    for reader, client in (("visiteur", Client()), ("membre", signed_in(MemberFactory()))):
        page = client.get(entry.get_absolute_url())
        assert page.status_code == 200
        assert (TRACES[name] in html.unescape(page.content.decode())) == (reader in READ_BY[visibility]), reader
        photo = Entry.objects.get(pk=entry.pk).photo
        expected = 200 if name == "photo" and reader in READ_BY[visibility] else 404
        for url in (photo.get_absolute_url(), photo.small_url, photo.medium_url):
            assert client.get(url).status_code == expected
    assert browser.get(Entry.objects.get(pk=entry.pk).photo.small_url).status_code == 200


def test_the_photo_is_at_the_head_of_the_page_and_of_the_frame_for_those_who_may_see_it(browser, alix):
    entry = CatalystFactory(owner=alix, name="Alix Rey", slug="alix-rey")
    save(browser, photo=upload(picture("JPEG", (200, 200)), "moi.jpg"))
    frame = "/integrer/fiche/alix-rey/"
    for path in (entry.get_absolute_url(), frame):
        (image,) = re.findall(r"<img[^>]*entry-photo[^>]*>", Client().get(path).content.decode())
        small, medium = re.search(r'srcset="(\S+) 1x, (\S+) 2x"', image).groups()
        assert 'alt="Photo\u00a0: Alix Rey" width="96" height="96"' in image
        assert ('loading="lazy"' in image) == (path == frame)
        assert all(Client().get(url).status_code == 200 for url in (small, medium))
    Entry.objects.filter(pk=entry.pk).update(photo_visibility=Visibility.MEMBERS)
    assert "<img" not in Client().get(frame).content.decode()
    assert "entry-photo" not in Client().get(entry.get_absolute_url()).content.decode()
    assert "entry-photo" in signed_in(MemberFactory()).get(entry.get_absolute_url()).content.decode()


def test_nothing_is_published_without_the_box_ticked(browser, alix):
    save(browser)
    entry = Entry.objects.get()
    url = queries.url(entry, "publish")
    response = browser.post(url, {"visibility": "public"})
    assert response.status_code == 422
    assert "votre accord" in main(response)
    assert not Consent.objects.filter(text__kind=ConsentKind.PROFILE).exists()
    assert Client().get(entry.get_absolute_url()).status_code == 404
    assert browser.post(url, {"visibility": "public", "agrees": "on"}).status_code == 302
    assert Consent.objects.get(text__kind=ConsentKind.PROFILE).where == "ma fiche"
    assert Client().get(entry.get_absolute_url()).status_code == 200
    assert "Changer qui la voit" in main(browser.get(queries.url(entry, "preview")))


def test_one_click_withdraws_at_once(browser, alix):
    save(browser, function="Maire", photo=upload(picture("JPEG", (200, 200)), "moi.jpg"))
    entry = Entry.objects.get()
    browser.post(queries.url(entry, "publish"), {"visibility": "public", "agrees": "on"})
    assert Client().get(Entry.objects.get().photo.small_url).status_code == 200
    response = browser.post(queries.url(entry, "withdraw"), follow=True)
    assert "plus personne" in html.unescape(response.content.decode())
    for client in (Client(), signed_in(MemberFactory())):
        assert client.get(entry.get_absolute_url()).status_code == 404
        assert client.get(Entry.objects.get().photo.small_url).status_code == 404
        assert "Alix" not in b"".join(client.get("/annuaire.csv").streaming_content).decode()
        assert client.get(queries.url(entry, "write")).status_code == 404


def test_the_preview_says_that_a_draft_is_not_shown(browser):
    save(browser)
    entry = Entry.objects.get()
    assert "Vous avez un brouillon" not in main(browser.get(queries.url(entry, "preview")))
    browser.post(queries.url(entry, "draft"), {"name": "Tapée", "version": "", "tab": "a"})
    page = main(browser.get(queries.url(entry, "preview")))
    assert "Vous avez un brouillon" in page
    assert "Tapée" not in page


def test_members_only_is_said_on_the_preview(browser):
    save(browser)
    entry = Entry.objects.get()
    assert "n’est pas publiée" in main(browser.get(queries.url(entry, "preview")))
    browser.post(queries.url(entry, "publish"), {"visibility": "members", "agrees": "on"})
    assert "visible que des membres" in main(browser.get(queries.url(entry, "preview"), {"comme": "?"}))


def test_an_animator_edits_withdraws_and_cannot_publish_a_person(browser, alix):
    save(browser)
    entry = Entry.objects.get()
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert save(animator, queries.edit_url(entry), function="Corrigée").status_code == 302
    page = main(animator.get(queries.url(entry, "preview")))
    assert "confiez-la-lui" in page
    assert animator.post(queries.url(entry, "publish"), {"visibility": "public", "agrees": "on"}).status_code == 403
    assert "Derniers changements" in main(browser.get(MINE))


# --- Whom the pages turn away ---------------------------------------------------------------------------------------

ACTS = ("edit", "draft", "preview", "publish", "withdraw", "give", "people")


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("make", [CatalystFactory, OrganisationFactory, TeamFactory])
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.NOBODY])
def test_another_person_reaches_nothing_of_an_entry(alix, act, make, visibility):
    entry = make(
        owner=alix,
        visibility=visibility,
        draft={
            f"m{alix.pk}": {"data": {"name": ["Secret"]}, "tab": "a", "at": "2026-11-26T09:00:00+00:00", "version": "1"}
        },
    )
    before = Entry.objects.values().get(pk=entry.pk)
    url = queries.url(entry, act)
    visitor, other = Client(), signed_in(MemberFactory())
    for method in ("get", "post"):
        answer = getattr(visitor, method)(url, {"name": "Pris"} if method == "post" else None)
        assert answer.status_code in {302, 403, 405}
        assert "Secret" not in answer.content.decode()
        answer = getattr(other, method)(url, {"name": "Pris"} if method == "post" else None)
        assert answer.status_code in {403, 404, 405}
        assert "Secret" not in answer.content.decode()
    assert Entry.objects.values().get(pk=entry.pk) == before


def test_unknown_entries_and_wrong_kinds_do_not_exist(browser, alix):
    person = CatalystFactory(owner=alix)
    assert browser.get(f"/annuaire/organisations/{person.slug}/modifier/").status_code == 404
    assert browser.get("/annuaire/catalyseurs/inconnue/modifier/").status_code == 404
    assert browser.get(queries.people_url(person)).status_code == 404
    assert browser.get(queries.url(person, "join")).status_code == 404


# --- For somebody else ----------------------------------------------------------------------------------------------


def test_an_animator_begins_an_entry_and_gives_it(browser, alix):
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    url = "/annuaire/catalyseurs/nouveau/"
    assert browser.get(url).status_code == 403
    assert animator.get(url).status_code == 200
    assert "Aucun compte" in main(animator.post(url, {"name": "Alix", "email": "inconnue@exemple.fr"}))
    assert animator.post(url, {"name": "Alix"}).status_code == 302
    entry = Entry.objects.get()
    give = queries.url(entry, "give")
    assert animator.get(give).status_code == 200
    assert "Aucun compte" in main(animator.post(give, {"email": "inconnue@exemple.fr"}))
    assert animator.post(give, {"email": alix.email.upper()}).status_code == 302
    assert Entry.objects.get().owner == alix
    assert "déjà cette fiche" in main(animator.post(give, {"email": alix.email}))
    assert browser.get(give).status_code == 403
    lou = MemberFactory()
    assert animator.post(url, {"name": "Lou", "email": lou.email}).status_code == 302
    assert Entry.objects.get(owner=lou).name == "Lou"


# --- Groups ---------------------------------------------------------------------------------------------------------


def test_a_new_organisation_warns_of_one_that_resembles(browser, alix):
    OrganisationFactory(name="Le Relais de Cayenne")
    url = "/annuaire/organisations/nouvelle/"
    assert browser.get(url).status_code == 200
    response = browser.post(url, {"name": "Relais de Cayenne", "role": "directrice"})
    assert "Est-ce l’une de celles-ci" in main(response)
    assert Entry.objects.count() == 1
    assert browser.post(url, {"name": "Relais de Cayenne", "another": "1"}).status_code == 302
    made = Entry.objects.get(owner=alix)
    assert (made.kind, made.visibility) == (EntryKind.ORGANISATION, Visibility.NOBODY)
    assert browser.post(url, {"name": ""}).status_code == 422
    refused = browser.post(url, {"name": "« ! »", "another": "1"})
    assert refused.status_code == 422
    assert "une lettre ou un chiffre" in main(refused)
    assert save(browser, queries.edit_url(made), other_names="RDC").status_code == 302


def test_a_team_is_made_for_the_territory_of_the_link(browser, alix):
    TerritoryFactory(kind=Kind.EPCI, code="244200770", name="Saint-Étienne Métropole")
    url = "/annuaire/equipes/nouvelle/?territoire=epci:244200770"
    assert "Saint-Étienne Métropole" in main(browser.get(url))
    typed = {"name": "Équipe de la métropole", "territory_code": "epci:244200770", "means": "part_time"}
    assert browser.post(url, typed).status_code == 302
    team = Entry.objects.get()
    assert (team.kind, team.means, team.areas.get().name) == ("team", "part_time", "Saint-Étienne Métropole")
    Entry.objects.update(visibility=Visibility.PUBLIC)
    assert "Est-ce l’une de celles-ci" in main(browser.post(url, {**typed, "name": "Tout autre nom"}))
    assert browser.post(url, {"name": "Équipe"}).status_code == 422
    page = browser.get(queries.edit_url(team))
    assert fields(page)["means"] == ["part_time"]
    assert save(browser, queries.edit_url(team), means="none").status_code == 302
    assert "aucun moyen" in main(browser.get(queries.url(team, "preview")))


def test_a_territory_s_page_leads_members_to_its_team(browser):
    TerritoryFactory(kind=Kind.EPCI, code="244200770", name="Saint-Étienne Métropole")
    link = "/annuaire/equipes/nouvelle/?territoire=epci:244200770"
    assert link in main(browser.get("/territoires/epci/244200770/"))
    assert link not in main(Client().get("/territoires/epci/244200770/"))


def test_a_form_sent_without_its_choices_leaves_them_as_they_are(browser, alix):
    entry = CatalystFactory(owner=alix, phone_visibility="members", latitude=4.9, longitude=-52.3, blur=2000)
    sent = {name: values for name, values in fields(browser.get(MINE)).items() if name in {"version", "tab", "name"}}
    assert browser.post(MINE, {**sent, "act": "save"}).status_code == 302
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.phone_visibility, kept.latitude, kept.blur) == ("members", 4.9, 2000)
    assert (kept.function_visibility, kept.contact_visibility) == ("public", "public")


def test_people_join_are_invited_and_leave_by_pages(browser, alix):
    holder = MemberFactory(name="Lou")
    keeper = signed_in(holder)
    group = OrganisationFactory(owner=holder, name="Relais")
    join = queries.url(group, "join")
    assert "votre fiche" in main(browser.get(join))
    assert browser.post(join, {"role": "bénévole"}).status_code == 422
    person = CatalystFactory(owner=alix, name="Alix Payet")
    assert browser.post(join, {"role": "bénévole", "text": "Bonjour"}).status_code == 302
    people = queries.people_url(group)
    page = main(keeper.get(people))
    assert "Alix Payet" in page
    assert "Bonjour" in page
    row = JoinRequest.objects.get()
    answer = f"/annuaire/rattachements/{row.pk}/repondre/"
    assert browser.post(answer, {"act": "accept"}).status_code == 404
    assert keeper.post(answer, {"act": "dance"}).status_code == 404
    assert keeper.post(answer, {"act": "accept"})["Location"] == people
    assert keeper.post(answer, {"act": "accept"}, follow=True).status_code == 200
    membership = Membership.objects.get()
    role = f"{people}{membership.pk}/"
    prefix = f"p{membership.pk}"
    assert keeper.post(role, {f"{prefix}-role": "x" * 121}).status_code == 302
    assert keeper.post(role, {f"{prefix}-role": "présidente", f"{prefix}-is_editor": "on"}).status_code == 302
    membership.refresh_from_db()
    assert (membership.role, membership.is_editor) == ("présidente", True)
    assert "Relais" in main(browser.get("/mon-espace/"))
    assert browser.post(queries.url(group, "leave"))["Location"] == group.get_absolute_url()
    assert browser.post(queries.url(group, "leave")).status_code == 404
    assert "Aucune fiche" in main(keeper.post(people, {"person": "Personne"}))
    CatalystFactory(owner=MemberFactory(), name="Alix Payet-Martin")
    CatalystFactory(owner=MemberFactory(), name="Alix Payet-Durand")
    assert "Plusieurs personnes" in main(keeper.post(people, {"person": "Payet"}))
    assert keeper.post(people, {"person": "alix payet", "role": "experte"}).status_code == 302
    invitation = JoinRequest.objects.get(kind="invite")
    assert "vous invite" in main(browser.get("/mon-espace/"))
    assert browser.post(f"/annuaire/rattachements/{invitation.pk}/repondre/", {"act": "accept"})["Location"] == MINE
    again = Membership.objects.get(person=person)
    assert keeper.post(f"{people}{again.pk}/", {"remove": "1"})["Location"] == people
    assert not Membership.objects.exists()
    keeper.post(people, {"person": "Alix Payet-Martin"})
    other = JoinRequest.objects.get(kind="invite", state="open")
    assert keeper.post(f"/annuaire/rattachements/{other.pk}/repondre/", {"act": "withdraw"})["Location"] == people


def test_the_holder_cannot_leave_before_handing_over(alix, browser):
    group = OrganisationFactory(owner=alix)
    CatalystFactory(owner=alix)
    assert browser.post(queries.url(group, "join"), {}).status_code == 302
    assert "Ne plus en faire partie" in main(browser.get(queries.url(group, "join")))
    browser.post(queries.url(group, "leave"))
    assert Membership.objects.count() == 1
    secret = OrganisationFactory(visibility=Visibility.NOBODY, owner=alix)
    assert browser.post(queries.url(secret, "join"), {})["Location"] == queries.people_url(secret)
    lou = MemberFactory()
    MembershipFactory(group=secret, person=CatalystFactory(owner=lou))
    assert signed_in(lou).post(queries.url(secret, "leave"))["Location"] == MINE


def test_an_organisation_is_claimed_at_the_desk(browser, alix):
    group = OrganisationFactory(name="Relais")
    claim = queries.url(group, "claim")
    assert browser.get(claim).status_code == 200
    assert browser.post(claim, {"text": ""}).status_code == 422
    assert browser.post(claim, {"text": "Je suis la directrice"}).status_code == 302
    assert "attente" in main(browser.post(claim, {"text": "Je suis la directrice"}))
    assert browser.get("/annuaire/rattachements/").status_code == 403
    animator = signed_in(MemberFactory(role=Role.ANIMATOR))
    assert "Je suis la directrice" in main(animator.get("/annuaire/rattachements/"))
    assert "Fiches demandées" in main(animator.get("/moderation/"))
    row = JoinRequest.objects.get()
    response = animator.post(f"/annuaire/rattachements/{row.pk}/repondre/", {"act": "accept"})
    assert response["Location"] == "/annuaire/rattachements/"
    assert Entry.objects.get(pk=group.pk).owner == alix
    assert browser.get(claim)["Location"] == queries.url(group, "join")
    assert "Aucune demande" in main(animator.get("/annuaire/rattachements/"))


# --- « Mon espace » -------------------------------------------------------------------------------------------------


def test_my_space_offers_an_entry_then_says_what_is_missing(browser, alix):
    assert "Créer ma fiche" in main(browser.get("/mon-espace/"))
    save(browser)
    page = main(browser.get("/mon-espace/"))
    assert "votre fonction" in page
    assert "Voir et publier" in page


def test_lists_cost_a_constant_number_of_queries(browser, alix, django_assert_max_num_queries):
    entry = CatalystFactory(owner=alix)
    browser.get(MINE)
    with django_assert_max_num_queries(20):
        browser.get(MINE)
    browser.get(queries.url(entry, "preview"))
    group = OrganisationFactory(owner=alix)
    MembershipFactory.create_batch(12, group=group)
    with django_assert_max_num_queries(12):
        browser.get(queries.people_url(group))
    MembershipFactory.create_batch(12, person=entry)
    with django_assert_max_num_queries(12):
        browser.get(queries.url(entry, "preview"))


def test_a_form_with_no_terms_of_a_metier_draws_it_bare():
    TermFactory(vocabulary=Vocabulary.METIERS, code="seul")
    form = EntryForm(kind="catalyst", initial=initial_of(None, kind="catalyst"))
    assert [each["missions"] for each in form.metier_ticks()] == [[]]
