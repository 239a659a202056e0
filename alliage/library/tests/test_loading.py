"""The first resources: what the files hold, added once, never over what someone wrote."""

import csv
import gzip
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import loading as network
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import loading
from alliage.library.enums import Licence, Proof, ResourceKind, State
from alliage.library.models import Adaptation, Resource
from alliage.library.queries import transferability
from alliage.library.services import proposals, resources
from alliage.library.services.loading import MARK, load
from alliage.library.tests.factories import NOW
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.models import Term
from alliage.territories import data as territories
from alliage.territories import snapshot
from alliage.territories.tests.factories import TerritoryFactory

OVERSEAS = ("97", "98")
LEVIERS = ("qualifier", "ecosysteme", "strategie", "modele", "alliance", "numerique", "pertinence")


def rows():
    return [row for path in loading.files(with_demo=True) for row in loading.read(path)]


def demonstration():
    return loading.read(loading.DEMONSTRATION)


def words(row):
    return sum(len(text.split()) for text in row["sections"].values())


def row(**more):
    return {
        "code": "un-atelier", "kind": "pratique", "title": "Un atelier partagé", "summary": "Trois communes s’allient.",
        "sections": {"contexte": "Un bourg sans réparateur."}, "licence": "cc-by-sa-4.0",
        "leviers": ["alliance"], "territories": ["commune:97411"],
    } | more  # fmt: skip


def done(*given, now=NOW):
    return [str(outcome) for outcome in load(list(given), now=now)]


@pytest.fixture
def reference(db):
    call_command("load_taxonomy", stdout=StringIO())
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")


# --- What the files hold -------------------------------------------------------------------------------------------


def test_each_levier_has_its_guide_of_500_to_900_words():
    guides = loading.read(loading.GUIDES)
    assert [guide["leviers"] for guide in guides] == [[levier] for levier in LEVIERS]
    assert all(500 <= words(guide) <= 900 for guide in guides)
    assert all("peut être révisé" in guide["source"] for guide in guides)


def test_what_the_programme_names_is_a_summary_under_all_rights_reserved():
    named = loading.read(loading.PROGRAMME_2020)
    assert len(named) == 12
    assert {one["licence"] for one in named} == {Licence.RESERVED}
    assert {one.get("sequence") for one in named} == {None, 1, 2, 3, 5}
    links = [link["url"] for one in named for link in one.get("links", ())]
    assert len(links) == 3
    assert all("innovationterritoriale" in url or "21-mesures" in url for url in links)


def test_the_demonstration_is_spread_over_leviers_metiers_goals_and_overseas():
    practices = [one for one in demonstration() if one["kind"] == ResourceKind.PRACTICE]
    assert len(practices) >= 44
    assert all(one["is_demo"] for one in demonstration())
    leviers = Counter(code for one in practices for code in one["leviers"])
    assert set(leviers) == set(LEVIERS)
    assert min(leviers.values()) >= 6
    assert len({code for one in practices for code in one["metiers"]}) == 4
    assert len({code for one in practices for code in one["odd"]}) == 17
    overseas = [one for one in practices if any(t.split(":")[1].startswith(OVERSEAS) for t in one["territories"])]
    assert len(overseas) >= 10
    # Regions and départements share their first figures: only codes of overseas territories are looked at.
    assert len({t.split(":")[1][:3] for one in overseas for t in one["territories"]}) >= 9
    assert {one["proof"] for one in practices} == set(Proof.values) - {""}


def test_some_say_what_failed_without_naming_their_place():
    silent = [one for one in demonstration() if one.get("hides_place")]
    assert len(silent) >= 6
    assert all("echecs" in one["sections"] for one in silent)


def test_some_are_adaptations_of_others_and_say_what_changed():
    by_code = {one["code"]: one for one in demonstration()}
    adapted = [one for one in by_code.values() if "adapted_from" in one]
    assert len(adapted) >= 6
    assert all(one["adaptation"] and one["adapted_from"] in by_code for one in adapted)
    assert any("adapted_from" in by_code[one["adapted_from"]] for one in adapted)
    assert all(one["published_days_ago"] < by_code[one["adapted_from"]]["published_days_ago"] for one in adapted)


def test_conditions_are_checked_by_what_the_platform_knows():
    checks = {condition["check"] for one in rows() for condition in one.get("conditions", ())} - {""}
    assert {check.partition(":")[0] for check in checks} <= set(transferability.CHECKS)
    asked = {check.partition(":")[2] for check in checks if check.startswith("population")}
    assert asked <= {str(number) for number in transferability.POPULATIONS}


def test_an_adaptation_is_shared_as_its_original_asks():
    by_code = {one["code"]: one for one in demonstration()}
    for one in by_code.values():
        if "adapted_from" in one and by_code[one["adapted_from"]]["licence"] == Licence.CC_BY_SA:
            assert one["licence"] == Licence.CC_BY_SA, one["code"]


def test_codes_names_and_references_hold_together():
    every = rows()
    codes = [one["code"] for one in every]
    assert max(Counter(codes).values()) == 1
    named = {item["resource"] for one in every for item in one.get("kit_items", ()) if "resource" in item}
    named |= {one["obsolete"]["replaced_by"] for one in every if "obsolete" in one}
    assert named - {""} <= set(codes)
    people = {entry["slug"]: entry["name"] for entry in network.demonstration()}
    for one in demonstration():
        assert all(people[author["entry"]] == author["name"] for author in one["authors"])


def test_every_place_is_a_territory_in_force():
    path = Path(territories.__file__).parent / "territories.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        known = {f"{each['kind']}:{each['code']}" for each in csv.DictReader(lines) if each["status"] == "current"}
    assert {place for one in rows() for place in one.get("territories", ())} <= known


def test_every_text_is_typed_as_french_is():
    wrong = re.compile(r"'|\w\s?[!]| [:;?»]|« |[^\S\n]{2}|\s$|\w[;?]")
    for one in rows():
        said = [one["title"], one["summary"], *one["sections"].values(), one.get("proof_text", "")]
        said += [item["text"] for item in one.get("kit_items", ())]
        for text in said:
            assert not wrong.search(text), (one["code"], wrong.search(text))


# --- Loading -------------------------------------------------------------------------------------------------------


def test_a_resource_is_added_once_published_and_marked(reference):
    given = row(is_demo=True, published_days_ago=400)
    assert done(given) == ["added"]
    assert done(given) == ["unchanged"]
    found = Resource.objects.get()
    assert (found.source_code, found.external_id) == ("", "alliage:un-atelier")
    assert (found.state, found.edition, found.is_demo, found.owner) == (State.PUBLISHED, 1, True, None)
    assert (NOW - found.published_at).days == 400
    assert [place.code for place in found.places.all()] == ["97411"]
    assert [term.code for term in found.terms.all()] == ["alliance"]


def test_the_spaces_of_french_stay_in_titles_and_names(reference):
    title = "Qu’est-ce que «\u00a0faire alliance\u00a0»\u00a0? 100\u202f%"
    done(row(title=f" {title}\t", authors=[{"name": "Collectif «\u00a0Ici\u00a0»"}]))
    found = Resource.objects.get()
    assert found.title == title
    assert found.authors.get().name == "Collectif «\u00a0Ici\u00a0»"


def test_a_better_text_is_the_next_version_while_nobody_wrote_here(reference):
    done(row())
    assert done(row(title="Un atelier pour trois communes")) == ["changed"]
    found = Resource.objects.get()
    assert (found.title, found.edition) == ("Un atelier pour trois communes", 2)


def test_what_someone_published_here_is_kept(reference):
    done(row())
    found, member = Resource.objects.get(), MemberFactory()
    proposal = proposals.open_proposal(found, by=member, now=NOW, content=found.content | {"title": "Le nôtre"})
    resources.publish(proposal, by=member, now=NOW)
    assert done(row(title="Un autre titre")) == ["kept"]
    member.delete()
    assert done(row(title="Un autre titre")) == ["kept"]
    assert Resource.objects.get().title == "Le nôtre"


def test_what_someone_is_writing_is_kept(reference):
    done(row())
    proposals.open_proposal(Resource.objects.get(), by=MemberFactory(), now=NOW)
    assert done(row(title="Un autre titre")) == ["kept"]


@pytest.mark.parametrize("act", ["withdraw", "hide"])
def test_what_someone_took_away_is_kept_away(reference, act):
    done(row())
    getattr(resources, act)(Resource.objects.get(), by=None, now=NOW)
    assert done(row(title="Un autre titre")) == ["kept"]
    assert not Resource.objects.get().is_shown


def test_places_and_terms_that_are_not_there_yet_come_later(db):
    given = row(medoc="exemple", context={"actors": ["association"]})
    assert done(given) == ["added"]
    assert not Resource.objects.get().places.exists()
    call_command("load_taxonomy", stdout=StringIO())
    TerritoryFactory(kind="commune", code="97411")
    snapshot.forget()
    assert done(given) == ["changed"]
    found = Resource.objects.get()
    assert (found.medoc, found.content["context"]["actors"]) == (
        Term.objects.get(vocabulary=Vocabulary.RESOURCE_KINDS, code="exemple"),
        ["association"],
    )
    assert found.places.exists()


def test_a_kit_leads_to_the_resources_that_its_steps_name(reference):
    kit = row(code="un-kit", kind="kit", sections={"objectif": "Se voir."}) | {
        "kit_items": [
            {"key": "etape-1", "title": "Lire", "resource": "un-atelier"},
            {"key": "etape-2", "title": "Agir", "resource": "inconnu"},
        ]
    }
    assert done(kit, row()) == ["added", "added"]
    practice = Resource.objects.get(external_id="alliage:un-atelier")
    steps = Resource.objects.get(external_id="alliage:un-kit").content["kit_items"]
    assert [step["resource"] for step in steps] == [practice.pk, None]
    assert done(kit, row()) == ["unchanged", "unchanged"]


def test_what_is_out_of_date_says_why_and_what_replaces_it_once(reference):
    old = row(code="ancien", obsolete={"reason": "Ces aides ont pris fin.", "replaced_by": "un-atelier"})
    late = row(code="tardif", to_renew=True)
    done(old, late, row())
    found = Resource.objects.get(external_id="alliage:ancien")
    assert (found.state, found.obsolete_reason) == (State.OBSOLETE, "Ces aides ont pris fin.")
    assert found.replaced_by == Resource.objects.get(external_id="alliage:un-atelier")
    assert Resource.objects.get(external_id="alliage:tardif").state == State.TO_RENEW
    resources.confirm(found, by=None, now=NOW)
    done(old, late, row())
    assert Resource.objects.get(external_id="alliage:ancien").state == State.PUBLISHED


def test_an_adaptation_is_tied_once_to_what_it_came_from(reference):
    given = row(code="ici", adapted_from="un-atelier", adaptation="Deux jours au lieu de cinq.", year=2025)
    lost = row(code="ailleurs", adapted_from="inconnue", adaptation="Rien.")
    done(given, lost, row())
    told = Adaptation.objects.get()
    assert told.resource == Resource.objects.get(external_id="alliage:ici")
    assert told.original == Resource.objects.get(external_id="alliage:un-atelier")
    assert (told.changes, told.territory.code, told.year) == ("Deux jours au lieu de cinq.", "97411", 2025)
    told.delete()
    done(given, lost, row())
    assert not Adaptation.objects.exists()


def test_nothing_is_tied_to_what_someone_withdrew(reference):
    done(row())
    resources.withdraw(Resource.objects.get(), by=None, now=NOW)
    assert done(row(code="ici", adapted_from="un-atelier", adaptation="Deux jours."), row()) == ["added", "unchanged"]
    assert not Adaptation.objects.exists()


def test_the_first_author_holds_what_they_wrote_unless_it_names_nobody(reference):
    member = MemberFactory()
    CatalystFactory(slug="demo-alix", owner=member)
    authors = [{"name": "Alix", "entry": "demo-alix"}]
    done(
        row(authors=authors),
        row(code="muette", authors=authors, hides_place=True),
        row(code="autre", authors=[{"name": "Bao", "entry": "demo-bao"}]),
    )
    holders = {mark.removeprefix(MARK): owner for mark, owner in Resource.objects.values_list("external_id", "owner")}
    assert holders == {"un-atelier": member.pk, "muette": None, "autre": None}


def test_the_command_brings_in_the_practices_in_demonstration_only(reference, settings):
    settings.DEMO = False
    said = StringIO()
    call_command("load_resources", stdout=said)
    assert "19 ajoutées, 0 mises à jour, 0 inchangées" in said.getvalue()
    settings.DEMO = True
    said = StringIO()
    call_command("load_resources", stdout=said)
    assert f"{len(demonstration())} ajoutées, 0 mises à jour, 19 inchangées" in said.getvalue()
    assert "49 %" in said.getvalue()


def test_a_resource_that_names_nobody_says_nothing_of_its_place_when_loaded(reference):
    done(row(hides_place=True, authors=[{"name": "Alix Demo"}], source="Le bulletin de Saint-Denis"))
    found = Resource.objects.get()
    assert not found.places.exists()
    assert not found.authors.exists()
    assert "97411" not in str(found.content)
    assert "Alix" not in str(found.content)
    assert "97411" not in str(found.versions.get().content)
