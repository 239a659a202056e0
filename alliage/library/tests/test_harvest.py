"""Resources from files and from outside banks: read, published with their source, taken back, taken over."""

import io
import json
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.files.models import StoredFile
from alliage.files.tests.factories import PDF, docx, upload
from alliage.formats import csv, xlsx
from alliage.formats import json as json_format
from alliage.imports import services as imports
from alliage.imports.engine import Report
from alliage.imports.enums import Duplicates, SourceState
from alliage.imports.models import ImportRun, RowReport, Source
from alliage.imports.registry import Importing, SourceRef, kinds
from alliage.imports.services import following
from alliage.library import exports, permissions
from alliage.library.enums import State
from alliage.library.importers import batch, cells, copies
from alliage.library.importers.batch import Plan
from alliage.library.models import Proposal, Resource, ResourceFile, Translation, Version
from alliage.library.queries.resources import shown
from alliage.library.services import files, harvest, proposals, resources, translations
from alliage.library.tests.factories import NOW, published
from alliage.taxonomy.models import Term
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
HEADER = "titre;adresse;résumé;auteurs;année;licence"


@pytest.fixture
def animator() -> Any:
    return MemberFactory(role=Role.ANIMATOR)


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(following, "PAUSE", 0)
    settings.FETCH_LOCAL = True


def kind() -> Any:
    found = kinds.get("library.resource")
    assert found is not None
    return found


def imported(
    content: str | bytes, *, by: Any, name: str = "banque.csv", choice: str = Duplicates.SKIP, **typed: str
) -> ImportRun:
    """Import a file to the end, as a person does on the screens."""
    content = content.encode() if isinstance(content, str) else content
    run = imports.receive(upload(content, name), kind=kind(), by=by, now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(duplicates=choice)
    run.refresh_from_db()
    run = imports.try_out(run, mapping=run.mapping | typed, by=by, now=NOW)
    run.refresh_from_db()
    if Report.from_json(run.report).accepted:
        run = imports.write(run, skip_refused=True, by=by, now=NOW)
        run.refresh_from_db()
    return run


def said(run: ImportRun) -> dict[str, int]:
    report = Report.from_json(run.report)
    return {
        name: getattr(report, name)
        for name in ("created", "updated", "unchanged", "skipped", "refused_count", "withdrawn")
        if getattr(report, name)
    }


def reasons(run: ImportRun) -> list[str]:
    return [refused.reason for refused in Report.from_json(run.report).refused]


# --- Files of others -----------------------------------------------------------------------------------------------


class TestFilesOfOthers:
    def test_a_row_becomes_a_resource_that_says_where_it_comes_from(self, animator: Any) -> None:
        row = "Une cuisine partagée;https://www.exemple.fr/cuisine;Six communes cuisinent.;Alix Exemple (Ville d’exemple);2024;CC BY 4.0"
        run = imported(f"{HEADER}\n{row}", by=animator, source_name="Carnets d’exemple, 2025")
        assert said(run) == {"created": 1}
        resource = shown().get()
        assert (resource.title, resource.kind, resource.year, resource.licence) == (
            "Une cuisine partagée",
            "lien",
            2024,
            "cc-by-4.0",
        )
        assert resource.source == "Carnets d’exemple, 2025"
        assert resource.content["links"] == [{"url": "https://www.exemple.fr/cuisine", "label": "La page d’origine"}]
        assert resource.content["authors"][0]["organisation"] == "Ville d’exemple"
        assert resource.owner is None
        assert "Carnets d’exemple, 2025" in exports.latest(resource).source

    def test_the_same_file_again_changes_nothing(self, animator: Any) -> None:
        content = f"{HEADER}\nUne cuisine partagée;https://www.exemple.fr/cuisine;Six communes.;;2024;"
        imported(content, by=animator)
        assert said(imported(content, by=animator)) == {"unchanged": 1}
        assert Version.objects.count() == 1

    def test_what_changed_in_the_file_is_a_new_version(self, animator: Any) -> None:
        imported(f"{HEADER}\nUne cuisine;https://www.exemple.fr/cuisine;Six communes.;;2024;", by=animator)
        again = imported(f"{HEADER}\nUne cuisine;https://www.exemple.fr/cuisine;Sept communes.;;2024;", by=animator)
        assert said(again) == {"updated": 1}
        assert shown().get().summary == "Sept communes."
        assert shown().get().edition == 2

    def test_what_someone_wrote_here_since_stays(self, animator: Any) -> None:
        imported(f"{HEADER}\nUne cuisine;https://www.exemple.fr/cuisine;Six communes.;;2024;", by=animator)
        resource = shown().get()
        proposal = proposals.open_proposal(
            resource, by=animator, now=NOW, content=resource.content | {"summary": "Relue ici."}
        )
        again = f"{HEADER}\nUne cuisine;https://www.exemple.fr/cuisine;Sept communes.;;2024;"
        assert said(imported(again, by=animator)) == {"unchanged": 1}
        resources.publish(proposal, by=animator, now=NOW)
        assert said(imported(again, by=animator)) == {"unchanged": 1}
        assert shown().get().summary == "Relue ici."

    def test_what_looks_like_a_resource_of_ours_is_set_aside(self, animator: Any) -> None:
        published(title="Une cuisine partagée")
        run = imported(f"{HEADER}\nUne cuisine partagee;;;;;", by=animator)
        assert said(run) == {"skipped": 1}
        merged = imported(f"{HEADER}\nUne cuisine partagee;;;;;", by=animator, choice=Duplicates.MERGE)
        assert said(merged) == {"skipped": 1}
        assert said(imported(f"{HEADER}\nUne cuisine partagee;;;;;", by=animator, choice=Duplicates.CREATE)) == {
            "created": 1
        }

    def test_two_rows_of_one_identifier_are_one_resource(self, animator: Any) -> None:
        run = imported("id;titre\n7;Une cuisine\n7;Un jardin", by=animator)
        assert said(run) == {"created": 1, "skipped": 1}

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("Une cuisine;javascript:alert(1);", "n’est pas une adresse de page web"),
            ("Une cuisine;;Atlantide", "Aucun territoire ne s’appelle"),
            ("!!!;;", "ni lettre ni chiffre"),
            ("Une cuisine;https://exemple.fr/" + "a" * 320 + ";", "trop long"),
        ],
        ids=["script", "unknown place", "no letter", "long address"],
    )
    def test_a_row_that_cannot_be_kept_says_why(self, row: str, reason: str, animator: Any) -> None:
        run = imports.receive(
            upload(f"titre;adresse;territoire\n{row}".encode(), "b.csv"), kind=kind(), by=animator, now=NOW
        )
        run = imports.try_out(run, mapping=run.mapping, by=animator, now=NOW)
        run.refresh_from_db()
        assert reason in reasons(run)[0]
        assert not Resource.objects.exists()

    def test_places_are_found_by_code_or_by_name(self, animator: Any) -> None:
        TerritoryFactory(kind="departement", code="974", name="La Réunion")
        imported("titre;territoires\nUne cuisine;departement:974", by=animator)
        imported("titre;territoires\nUn jardin;La Réunion", by=animator)
        assert {tuple(each.content["territories"]) for each in shown()} == {("departement:974",)}

    def test_the_answers_for_the_whole_file_are_used(self, animator: Any) -> None:
        imported("titre\nUn guide", by=animator, kind_name="guide", licence_name="licence-ouverte-2.0")
        assert (shown().get().kind, shown().get().licence) == ("guide", "licence-ouverte-2.0")

    def test_undoing_withdraws_what_was_made_and_tells_harvesters(self, animator: Any) -> None:
        content = f"{HEADER}\nUne cuisine;https://www.exemple.fr/cuisine;Six communes.;;2024;"
        run = imported(content, by=animator)
        before = Resource.objects.get().changed_at
        imports.undo(run, by=animator, now=LATER)
        resource = Resource.objects.get()
        assert (resource.state, resource.is_shown) == (State.WITHDRAWN, False)
        assert resource.changed_at > before
        assert said(imported(content, by=animator)) == {"created": 1}
        assert shown().get().pk == resource.pk

    def test_undoing_puts_the_former_version_back(self, animator: Any) -> None:
        imported(f"{HEADER}\nUne cuisine;https://www.exemple.fr/c;Six communes.;;2024;", by=animator)
        run = imported(f"{HEADER}\nUne grande cuisine;https://www.exemple.fr/c;Sept.;Alix;2024;", by=animator)
        imports.undo(run, by=animator, now=LATER)
        resource = shown().get()
        assert (resource.title, resource.edition, resource.authors.count()) == ("Une cuisine", 1, 0)
        assert (Version.objects.count(), Proposal.objects.count()) == (1, 1)


# --- Our own files -------------------------------------------------------------------------------------------------


def our_csv() -> str:
    rows = (exports.row(record) for record in exports.records(None))
    return csv.text(exports.COLUMNS, rows)


def our_xlsx() -> bytes:
    return b"".join(xlsx.lines(exports.COLUMNS, (exports.row(record) for record in exports.records(None))))


def our_json() -> bytes:
    found = list(exports.records(None))
    return "".join(json_format.lines(len(found), found)).encode()


@pytest.fixture
def ours() -> Resource:
    TerritoryFactory(kind="departement", code="42", name="Loire")
    Term.objects.get_or_create(vocabulary="leviers", code="alliance", defaults={"label": "Faire alliance"})
    return published(
        title="=Un atelier (de réparation)",
        summary="Trois communes ; une idée\u00a0: « ouvrir ».",
        sections={"contexte": "- Un bourg\n- sans réparateur", "methode": "+ trois réunions"},
        territories=["departement:42"],
        links=[{"url": "https://exemple.fr/a", "label": "Le plan"}, {"url": "https://exemple.fr/b", "label": ""}],
        authors=[
            {"name": "Alix Demo", "organisation": "Ville d’exemple, service jeunesse", "role": "auteur"},
            {"name": "Sam Demo", "organisation": "", "role": "traducteur"},
        ],
        conditions=[{"importance": "required", "text": "Un local", "check": ""}],
        context={"size": "<2000", "phase": "bilan"},
        proof="teste",
        proof_text="Deux ans.",
    )


def signed_by(document: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(document)).read("docProps/core.xml")


def with_file(member: Any) -> Resource:
    stored = files.send(upload(PDF, "plan.pdf"), by=member, now=NOW)
    return published(by=member, files=[{"id": str(stored.pk), "label": "Le plan"}])


STEPS = [
    {"key": "a1", "title": "Trouver un local", "text": "Visiter | comparer ; choisir.\n\n- un\n- deux", "minutes": 90, "role": "élue", "resource": None},
    {"key": "b2", "title": "Ouvrir", "text": "", "minutes": None, "role": "", "resource": None},
]  # fmt: skip
NEEDED = [
    {"importance": "required", "text": "Un local ; ou un abri : couvert", "check": ""},
    {"importance": "contextual", "text": "Un bourg", "check": "population_max:10000"},
]


def elsewhere(content: bytes, settings: Any) -> bytes:
    """The same export, as another platform gives it."""
    return content.replace(settings.ORIGIN.encode(), b"https://autre.exemple.fr")


class TestKitsAndConditions:
    @pytest.fixture
    def kit(self) -> Resource:
        sheet = published(title="Une fiche")
        steps = [STEPS[0], STEPS[1] | {"resource": sheet.pk}]
        return published(kind="kit", title="Un kit", sections={}, kit_items=steps, conditions=NEEDED)

    @pytest.mark.parametrize("extension", ["csv", "json"])
    def test_they_come_back_unchanged(self, extension: str, kit: Resource, animator: Any) -> None:
        content = {"csv": our_csv, "json": our_json}[extension]()
        run = imported(content, by=animator, name=f"ressources.{extension}")
        assert (said(run), reasons(run)) == ({"unchanged": 2}, [])

    @pytest.mark.parametrize("comes_first", ["Une fiche", "Un kit"])
    def test_another_platform_takes_them_whole(
        self, comes_first: str, kit: Resource, animator: Any, settings: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(batch, "PIECE", 1)
        records = sorted(json.loads(our_json())["results"], key=lambda each: each["title"] != comes_first)
        content = elsewhere(json.dumps(records).encode(), settings)
        resources.withdraw(kit, by=None, now=NOW)
        run = imported(content, by=animator, name="ressources.json", choice=Duplicates.CREATE)
        assert (said(run), reasons(run)) == ({"created": 2}, [])
        made = shown().get(title="Un kit")
        assert (made.content["conditions"], made.conditions.count()) == (NEEDED, 2)
        assert [step | {"resource": None} for step in made.content["kit_items"]] == STEPS
        sheet = Resource.objects.get(external_id__startswith="https://autre.exemple.fr", title="Une fiche")
        assert [step["resource"] for step in made.content["kit_items"]] == [None, sheet.pk]
        assert said(imported(content, by=animator, name="ressources.json")) == {"unchanged": 2}

    def test_the_steps_of_a_bank_that_is_followed_lead_to_its_resources_at_once(
        self, kit: Resource, animator: Any, settings: Any
    ) -> None:
        lost = json.loads(
            our_json().replace(f'"resource":{kit.content["kit_items"][1]["resource"]}'.encode(), b'"resource":9999')
        )
        whole, lost = (
            elsewhere(json.dumps(each).encode(), settings).decode() for each in (json.loads(our_json()), lost)
        )
        for each in list(Resource.objects.all()):
            resources.withdraw(each, by=None, now=NOW)
        with bank("/banque.json") as served:
            served.pages[""] = lost
            source = followed(served, by=animator)
            made = shown().get(title="Un kit")
            assert made.content["kit_items"][1]["resource"] is None
            served.pages[""] = whole
            read_again(source)
            Source.objects.filter(pk=source.pk).update(sha256="another")
            read_again(source)
        made.refresh_from_db()
        assert made.content["kit_items"][1]["resource"] == shown().get(title="Une fiche").pk
        assert made.edition == 2

    def test_a_table_gives_titles_and_readable_conditions(self, kit: Resource, animator: Any, settings: Any) -> None:
        content = elsewhere(our_csv().encode(), settings)
        assert "contextual (population_max:10000): Un bourg" in content.decode()
        imported(content, by=animator, choice=Duplicates.CREATE)
        made = shown().get(title="Un kit", source_code__startswith="file:")
        assert made.content["conditions"] == NEEDED
        assert [step["title"] for step in made.content["kit_items"]] == ["Trouver un local", "Ouvrir"]
        assert said(imported(content, by=animator)) == {"unchanged": 2}, "steps keep their keys"

    def test_a_step_that_a_table_adds_leaves_the_others_as_they_are(self, kit: Resource, animator: Any) -> None:
        content = our_csv().replace("Trouver un local ; Ouvrir", "Trouver un local ; Inviter ; Ouvrir")
        content = content.replace("required: Un local ; ou un abri : couvert ; ", "Du temps ; ")
        assert said(imported(content, by=animator)) == {"updated": 1, "unchanged": 1}
        kit.refresh_from_db()
        first, added, last = kit.content["kit_items"]
        assert (first, added["title"], last["key"]) == (STEPS[0], "Inviter", "b2")
        assert kit.content["conditions"][0] == {"importance": "optional", "text": "Du temps", "check": ""}

    def test_json_that_is_cut_is_refused(self, kit: Resource, animator: Any) -> None:
        rows = "titre;kit_items\nUn autre kit;{cassé"
        run = imports.receive(upload(rows.encode(), "b.csv"), kind=kind(), by=animator, now=NOW)
        run = imports.try_out(run, mapping=run.mapping, by=animator, now=NOW)
        run.refresh_from_db()
        assert "n’est pas du JSON entier" in reasons(run)[0]

    def test_a_bank_that_reserves_its_rights_gives_neither(self, animator: Any) -> None:
        table = "titre;adresse;conditions;licence\nUne cuisine;https://www.exemple.fr/c;Un local;{licence}"
        with bank("/banque.csv") as served:
            served.pages[""] = table.format(licence="")
            source = followed(served, by=animator)
            assert shown().get().content["conditions"] == []
            served.pages[""] = table.format(licence="CC BY 4.0")
            read_again(source)
        assert shown().get().content["conditions"][0]["text"] == "Un local"


ENGLISH = {"title": "A shared repair workshop", "summary": "Three towns.", "sections": {"methode": "Three meetings."}}


def translate(resource: Resource, text: dict[str, Any], *, credit: str = "Alix", by: Any = None) -> Translation:
    """A translation that everyone reads; one that somebody here holds, given `by`."""
    found = Translation.objects.filter(resource=resource).first()
    made = translations.bring(found, resource, text | {"language": "en", "credit": credit, "is_late": False}, now=NOW)
    Translation.objects.filter(pk=made.pk).update(translator=by)
    resource.refresh_from_db()
    return made


class TestTranslations:
    @pytest.fixture
    def read_elsewhere(self, settings: Any) -> bytes:
        """What another platform publishes: a resource and its translation."""
        theirs = published()
        translate(theirs, ENGLISH)
        content = elsewhere(our_json(), settings)
        resources.withdraw(theirs, by=None, now=NOW)
        return content

    def take(self, content: bytes, animator: Any) -> ImportRun:
        return imported(content, by=animator, name="r.json", choice=Duplicates.CREATE)

    @pytest.mark.parametrize("extension", ["csv", "json", "xlsx"])
    def test_our_export_of_them_comes_back_unchanged(self, extension: str, animator: Any) -> None:
        translate(published(), ENGLISH)
        content = {"csv": our_csv, "json": our_json, "xlsx": our_xlsx}[extension]()
        run = imported(content, by=animator, name=f"r.{extension}")
        assert (said(run), reasons(run)) == ({"unchanged": 1}, [])
        assert RowReport.objects.get(run=run).reason == ""

    def test_our_file_does_not_correct_one_and_says_so(self, animator: Any) -> None:
        translate(published(), ENGLISH)
        run = imported(our_json().replace(b"Three meetings", b"Four meetings"), by=animator, name="r.json")
        assert said(run) == {"unchanged": 1}
        assert "se corrige sur la page" in RowReport.objects.get(run=run).reason
        assert Translation.objects.get().text == ENGLISH

    def test_they_come_with_the_resource_and_its_page_reads_them(
        self, read_elsewhere: bytes, animator: Any, client: Any
    ) -> None:
        assert said(self.take(read_elsewhere, animator)) == {"created": 1}
        made = shown().get()
        (row,) = made.translations.all()
        assert (row.text, row.credit, row.version, row.translator, row.state) == (ENGLISH, "Alix", 1, None, "published")
        assert made.translated == ["en"]
        assert "Three meetings." in client.get(f"{made.get_absolute_url()}?langue=en").content.decode()
        assert said(self.take(read_elsewhere, animator)) == {"unchanged": 1}

    def test_what_changed_in_one_is_no_new_version_of_the_text(self, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere, animator)
        run = self.take(read_elsewhere.replace(b"Three meetings", b"Four meetings"), animator)
        made = shown().get()
        assert (said(run), made.edition) == ({"updated": 1}, 1)
        assert Translation.objects.get(resource=made).text["sections"] == {"methode": "Four meetings."}
        imports.undo(run, by=animator, now=LATER)
        assert Translation.objects.get(resource=made).text == ENGLISH

    def test_one_that_the_bank_left_behind_is_late_here_too(self, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere, animator)
        moved = read_elsewhere.replace("Trois réunions".encode(), "Cinq réunions".encode())
        self.take(moved.replace(b'"is_late":false', b'"is_late":true'), animator)
        row = Translation.objects.get(resource=shown().get())
        assert (row.version, row.resource.edition) == (1, 2)
        self.take(moved.replace(b"Cinq", b"Six"), animator)
        row.refresh_from_db()
        assert row.version == 3

    def test_one_that_comes_later_is_taken_later(self, read_elsewhere: bytes, animator: Any) -> None:
        (record,) = json.loads(read_elsewhere)["results"]
        before = json.dumps([record | {"translations": []}]).encode()
        assert said(self.take(before, animator)) == {"created": 1}
        assert said(self.take(json.dumps([record]).encode(), animator)) == {"updated": 1}
        assert (shown().get().translated, shown().get().edition) == (["en"], 1)

    def test_one_that_comes_late_is_late_from_the_first_time(self, read_elsewhere: bytes, animator: Any) -> None:
        late = read_elsewhere.replace(b'"is_late":false', b'"is_late":true')
        self.take(late, animator)
        made = shown().get()
        assert exports.record(made, tongues=exports.said_elsewhere([made])[made.pk])["translations"][0]["is_late"]
        pages = [f"{made.get_absolute_url()}?langue=en", reverse("library:translate", args=[made.pk])]
        pages.append(reverse("library:translation_edit", args=[made.pk, "en"]))
        client = MemberClient()
        client.force_login(animator)
        page, all_, edit = (client.get(address).content.decode() for address in pages)
        assert "Traduction en retard" in page
        assert "d’après une version plus ancienne" in page
        assert "en retard" in all_
        assert "suit une version plus ancienne" in edit
        assert not any("comparer/?de=" in each for each in (page, all_, edit)), "that version never was here"
        Translation.objects.update(credit="")
        assert "Traduction d’après une version plus ancienne" in client.get(pages[0]).content.decode()
        Translation.objects.update(credit="Alix")
        assert said(self.take(late, animator)) == {"unchanged": 1}

    def test_one_that_the_bank_brings_up_to_date_is_no_longer_late(self, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere.replace(b'"is_late":false', b'"is_late":true'), animator)
        assert said(self.take(read_elsewhere, animator)) == {"updated": 1}
        assert (Translation.objects.get(resource=shown().get()).version, shown().get().edition) == (1, 1)
        assert said(self.take(read_elsewhere, animator)) == {"unchanged": 1}

    @pytest.mark.parametrize("summary", ["Trois communes", "Deux communes"])
    def test_one_that_the_bank_withdrew_is_taken_back(self, summary: str, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere, animator)
        (record,) = json.loads(read_elsewhere.replace(b"Trois communes", summary.encode()))["results"]
        without = json.dumps([record | {"translations": []}]).encode()
        run = self.take(without, animator)
        made = shown().get()
        assert (said(run), made.translated, made.translations.count()) == ({"updated": 1}, [], 0)
        assert said(self.take(without, animator)) == {"unchanged": 1}
        imports.undo(run, by=animator, now=LATER)
        made.refresh_from_db()
        assert (made.translated, made.translations.get().text) == (["en"], ENGLISH)

    def test_one_that_the_bank_names_without_its_text_stays(self, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere, animator)
        (record,) = json.loads(read_elsewhere)["results"]
        named = record | {"translations": [{"language": "en", "url": "https://autre.exemple.fr/r"}]}
        assert said(self.take(json.dumps([named]).encode(), animator)) == {"unchanged": 1}
        silent = {name: value for name, value in record.items() if name != "translations"}
        assert said(self.take(json.dumps([silent]).encode(), animator)) == {"unchanged": 1}
        assert (cells.tongues("en | de"), cells.tongues("")) == (None, set()), "a table says their names only"

    def test_one_that_somebody_wrote_here_is_not_the_bank_s_to_take_back(
        self, read_elsewhere: bytes, animator: Any
    ) -> None:
        self.take(read_elsewhere, animator)
        made, writer = shown().get(), MemberFactory()
        Translation.objects.filter(resource=made).update(translator=writer)
        (record,) = json.loads(read_elsewhere)["results"]
        without = json.dumps([record | {"translations": []}]).encode()
        assert said(self.take(without, animator)) == {"unchanged": 1}
        translations.forget(writer)
        assert said(self.take(without, animator)) == {"unchanged": 1}, "it stays, said by nobody"
        assert made.translations.get().text == ENGLISH

    def test_those_of_a_bank_that_reserves_its_rights_from_now_on_go(self, settings: Any, animator: Any) -> None:
        theirs = published(licence="cc-by-4.0")
        translate(theirs, ENGLISH)
        content = elsewhere(our_json(), settings).decode()
        resources.withdraw(theirs, by=None, now=NOW)
        with bank("/banque.json") as served:
            served.pages[""] = content
            source = followed(served, by=animator)
            assert shown().get().translated == ["en"]
            served.pages[""] = content.replace('"cc-by-4.0"', '"tous-droits-reserves"')
            read_again(source)
        assert (shown().get().translated, shown().get().content["sections"]) == ([], {})

    def test_undoing_takes_them_away(self, read_elsewhere: bytes, animator: Any) -> None:
        run = self.take(read_elsewhere, animator)
        made = shown().get()
        imports.undo(run, by=animator, now=LATER)
        made.refresh_from_db()
        assert (made.is_shown, made.translated, made.translations.count()) == (False, [], 0)

    def test_one_that_somebody_holds_here_stays(self, read_elsewhere: bytes, animator: Any) -> None:
        self.take(read_elsewhere, animator)
        made = shown().get()
        translate(made, ENGLISH, by=animator)
        changed = read_elsewhere.replace(b"Three meetings", b"Four meetings")
        assert said(self.take(changed, animator)) == {"unchanged": 1}
        assert said(self.take(changed.replace(b"Trois communes", b"Deux communes"), animator)) == {"updated": 1}
        assert Translation.objects.get(resource=made).text == ENGLISH

    def test_a_resource_that_hides_its_place_does_not_name_who_translated_it(
        self, settings: Any, animator: Any
    ) -> None:
        theirs = published(hides_place=True)
        translate(theirs, ENGLISH)
        Translation.objects.update(credit="Alix")
        content = elsewhere(our_json(), settings)
        resources.withdraw(theirs, by=None, now=NOW)
        self.take(content, animator)
        assert Translation.objects.get(resource=shown().get()).credit == ""

    def test_what_is_no_translation_is_left(self, animator: Any) -> None:
        row = {
            "title": "Une cuisine",
            "translations": [
                ENGLISH | {"language": code, "url": "", "is_late": False, "credit": ""} for code in ("fr", "xx")
            ],
        }
        row["translations"].append(row["translations"][0] | {"language": "en", "sections": "Trois"})
        imported(json.dumps([row]), by=animator, name="r.json")
        assert Translation.objects.get().text == {
            "title": ENGLISH["title"],
            "summary": ENGLISH["summary"],
            "sections": {},
        }


class TestFilesByTheirAddress:
    """Served by a bank, or by another platform like ours."""

    TABLE = "titre;adresse;licence;fichiers\nUne cuisine;https://www.exemple.fr/c;{licence};{files}"

    @pytest.fixture(autouse=True)
    def own_storage(self, tmp_path: Any, settings: Any) -> None:
        settings.MEDIA_ROOT = tmp_path

    @pytest.fixture
    def served(self) -> Any:
        with bank("/banque.csv") as found:
            found.files = {"/fichiers/plan%20du%20local.pdf": PDF, "/fichiers/page": b"<html><p>Bonjour</p></html>"}
            yield found

    def table(self, served: Any, *paths: str, licence: str = "CC BY 4.0") -> str:
        root = served.url.removesuffix("/banque.csv")
        return self.TABLE.format(licence=licence, files=" | ".join(root + path for path in paths))

    def test_they_are_copied_once_and_read_by_everyone(self, served: Any, animator: Any, client: Any) -> None:
        served.pages[""] = self.table(served, "/fichiers/plan%20du%20local.pdf")
        source = followed(served, by=animator)
        (file,) = shown().get().content["files"]
        assert (file["name"], file["size"]) == ("plan du local.pdf", len(PDF))
        assert b"".join(client.get(exports.file_url(file)).streaming_content) == PDF
        told = RowReport.objects.get(run=source.runs.get())
        assert told.reason == "1 fichier à copier."
        read_again(source)
        Source.objects.filter(pk=source.pk).update(sha256="another")
        read_again(source)
        assert (shown().get().edition, served.asked.count("/fichiers/plan%20du%20local.pdf")) == (1, 1)

    def test_what_cannot_be_copied_is_a_link_and_is_not_asked_again(self, served: Any, animator: Any) -> None:
        content = self.table(served, "/fichiers/page", "/fichiers/plan%20du%20local.pdf")
        assert said(imported(content, by=animator)) == {"created": 1}
        found = shown().get().content
        assert [link["label"] for link in found["links"]] == ["La page d’origine", "page"]
        assert len(found["files"]) == 1
        assert said(imported(content, by=animator)) == {"unchanged": 1}
        assert served.asked.count("/fichiers/page") == 1

    def test_what_can_be_neither_copied_nor_cited_is_no_new_version(self, served: Any, animator: Any) -> None:
        root = served.url.removesuffix("/banque.csv")
        full = " | ".join(f"https://exemple.fr/{rank}" for rank in range(30))
        rows = [
            f"Une cuisine;1;CC BY 4.0;oui;;{root}/fichiers/page",
            f"Un jardin;2;CC BY 4.0;;{full};{root}/fichiers/page",
        ]
        served.pages[""] = "\n".join(["titre;id;licence;hides_place;links;fichiers", *rows])
        source = followed(served, by=animator)
        before = list(Resource.objects.order_by("pk").values_list("changed_at", flat=True))
        Source.objects.filter(pk=source.pk).update(sha256="another")
        read_again(source)
        assert {each.edition for each in shown()} == {1}
        assert list(Resource.objects.order_by("pk").values_list("changed_at", flat=True)) == before
        served.pages[""] = served.pages[""].replace("Un jardin", "Un verger")
        read_again(source)
        assert sorted(shown().values_list("title", "edition")) == [("Un verger", 2), ("Une cuisine", 1)]

    def test_one_that_our_table_adds_and_that_is_cited_already_is_no_new_version(
        self, served: Any, animator: Any
    ) -> None:
        ours = with_file(animator)
        address = settings.ORIGIN + exports.file_url(ours.content["files"][0])
        added = served.url.replace("/banque.csv", "/fichiers/page")
        content = our_csv().replace(address, f"{address} ; {added}")
        imported(content, by=animator)
        ours.refresh_from_db()
        assert (ours.edition, [link["url"] for link in ours.content["links"]]) == (2, [added])
        imported(content, by=animator)
        ours.refresh_from_db()
        assert ours.edition == 2
        imported(content.replace("Trois communes", "Deux communes"), by=animator)
        ours.refresh_from_db()
        assert ours.edition == 3

    def test_a_reserved_file_of_a_resource_that_hides_its_place_is_not_cited(self, served: Any, animator: Any) -> None:
        root = served.url.removesuffix("/banque.csv")
        content = f"titre;licence;hides_place;fichiers\nUne cuisine;Tous droits réservés;oui;{root}/plan.pdf"
        imported(content, by=animator)
        assert (shown().get().content["links"], shown().get().content["files"]) == ([], [])
        assert said(imported(content, by=animator)) == {"unchanged": 1}

    def test_a_file_that_the_bank_adds_is_copied_and_one_that_it_drops_is_let_go(
        self, served: Any, animator: Any
    ) -> None:
        served.files["/b.pdf"] = PDF + b"%"
        imported(self.table(served, "/fichiers/plan%20du%20local.pdf"), by=animator)
        first = shown().get().content["files"]
        imported(self.table(served, "/fichiers/plan%20du%20local.pdf", "/b.pdf"), by=animator)
        kept, added = shown().get().content["files"]
        assert ([kept], added["name"]) == (first, "b.pdf")
        imported(self.table(served, "/b.pdf"), by=animator)
        assert shown().get().content["files"] == [added]
        assert shown().get().edition == 3

    def test_a_licence_that_reserves_the_rights_gives_links(self, served: Any, animator: Any) -> None:
        content = self.table(served, "/fichiers/plan%20du%20local.pdf", licence="Tous droits réservés")
        imported(content, by=animator)
        found = shown().get().content
        assert (found["files"], found["links"][1]["label"]) == ([], "plan du local.pdf")
        assert said(imported(content, by=animator)) == {"unchanged": 1}
        assert not served.asked

    @pytest.mark.parametrize("limit", ["MOST_FILES", "MOST_BYTES", "MOST_SECONDS"])
    def test_too_many_for_one_import_are_links_and_its_report_says_so(
        self, limit: str, served: Any, animator: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(copies, limit, 0)
        run = imported(self.table(served, "/fichiers/plan%20du%20local.pdf"), by=animator)
        found = shown().get().content
        assert (found["files"], len(found["links"]), served.asked) == ([], 2, [])
        client = MemberClient()
        client.force_login(animator)
        words = "1 fichier n’a pas été copié"
        assert words in client.get(run.get_absolute_url()).content.decode()
        assert any(words in line for line in Report.from_json(run.report).lines())

    def test_what_was_fetched_counts_even_when_it_is_no_file(
        self, served: Any, animator: Any, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(copies, "MOST_BYTES", 10)
        imported(self.table(served, "/fichiers/page", "/fichiers/plan%20du%20local.pdf"), by=animator)
        assert served.asked == ["/fichiers/page"]

    def test_nobody_is_waited_for_longer_than_what_is_left(self, served: Any, animator: Any, monkeypatch: Any) -> None:
        waited: list[float] = []
        monkeypatch.setattr(copies, "MOST_SECONDS", 7)
        monkeypatch.setattr(files, "fetch", lambda _url, seconds: waited.append(seconds) or PDF)
        imported(self.table(served, "/a.pdf"), by=animator)
        assert 0 < waited[0] <= 7

    def test_too_many_for_one_resource_are_refused(self, served: Any, animator: Any) -> None:
        run = imports.receive(
            upload(self.table(served, *(f"/{rank}.pdf" for rank in range(21))).encode(), "b.csv"),
            kind=kind(),
            by=animator,
            now=NOW,
        )
        run = imports.try_out(run, mapping=run.mapping, by=animator, now=NOW)
        run.refresh_from_db()
        assert reasons(run) == ["20 fichiers au plus."]

    def test_what_has_no_address_is_refused_in_words(self, animator: Any) -> None:
        content = b"titre;fichiers\nUne cuisine;plan.pdf"
        run = imports.receive(upload(content, "b.csv"), kind=kind(), by=animator, now=NOW)
        run = imports.try_out(run, mapping=run.mapping, by=animator, now=NOW)
        run.refresh_from_db()
        assert "plan.pdf\u00a0» n’est pas une adresse" in reasons(run)[0]

    @pytest.mark.parametrize(
        "address",
        [f"https://exemple.fr/{'a' * 600}.pdf", "https://exemple.fr/a\u200bb.pdf", "https://[exemple/x.pdf"],
        ids=["long", "no width", "broken"],
    )
    @pytest.mark.parametrize("licence", ["CC BY 4.0", "Tous droits réservés"])
    def test_an_address_that_cannot_be_kept_refuses_its_row_from_the_trial_on(
        self, licence: str, address: str, served: Any, animator: Any
    ) -> None:
        content = self.TABLE.format(licence=licence, files=address) + "\nUn jardin;https://www.exemple.fr/j;;"
        run = imports.receive(upload(content.encode(), "b.csv"), kind=kind(), by=animator, now=NOW)
        run = imports.try_out(run, mapping=run.mapping, by=animator, now=NOW)
        run.refresh_from_db()
        assert "Fichiers\u00a0: «\u00a0https://" in reasons(run)[0]
        run = imports.write(run, skip_refused=True, by=animator, now=NOW)
        run.refresh_from_db()
        assert said(run) == {"created": 1, "refused_count": 1}

    @pytest.mark.parametrize("extension", ["csv", "json"])
    def test_so_does_one_that_our_own_table_adds(self, extension: str, served: Any, animator: Any) -> None:
        ours = with_file(animator)
        address = settings.ORIGIN + exports.file_url(ours.content["files"][0])
        content = {"csv": our_csv, "json": lambda: our_json().decode()}[extension]()
        run = imported(content.replace(address, "https://[exemple/x.pdf"), by=animator, name=f"r.{extension}")
        assert "Fichiers\u00a0: «\u00a0https://[exemple" in reasons(run)[0]

    @pytest.mark.parametrize("path", ["/", "/..", "/%2E%2E", "/%2F"])
    def test_a_file_that_its_address_does_not_name_is_copied(self, path: str, served: Any, animator: Any) -> None:
        served.files |= {path: PDF}
        content = self.table(served, path)
        assert said(imported(content, by=animator)) == {"created": 1}
        assert said(imported(content, by=animator)) == {"unchanged": 1}

    @pytest.mark.parametrize("extension", ["csv", "json"])
    def test_our_export_of_them_comes_back_unchanged(self, extension: str, served: Any, animator: Any) -> None:
        with_file(animator)
        content = {"csv": our_csv, "json": our_json}[extension]()
        run = imported(content, by=animator, name=f"ressources.{extension}")
        assert (said(run), reasons(run)) == ({"unchanged": 1}, [])

    def test_a_file_that_our_table_adds_is_copied_by_who_imports(self, served: Any, animator: Any) -> None:
        ours = with_file(animator)
        address = settings.ORIGIN + exports.file_url(ours.content["files"][0])
        added = served.url.replace("/banque.csv", "/fichiers/plan%20du%20local.pdf")
        run = imported(our_csv().replace(address, f"{address} ; {added}"), by=animator)
        assert said(run) == {"updated": 1}
        before = ours.content["files"]
        ours.refresh_from_db()
        assert (ours.content["files"][0], ours.content["files"][1]["name"]) == (before[0], "plan du local.pdf")
        origins = set(ResourceFile.objects.values_list("origin", flat=True))
        assert origins == {"", added}

    def test_another_platform_copies_them_under_their_names(self, served: Any, animator: Any) -> None:
        ours = with_file(animator)
        here = served.url.removesuffix("/banque.csv")
        served.files[exports.file_url(ours.content["files"][0])] = PDF
        content = our_json().replace(settings.ORIGIN.encode(), here.encode())
        resources.withdraw(ours, by=None, now=NOW)
        assert said(imported(content, by=animator, name="r.json", choice=Duplicates.CREATE)) == {"created": 1}
        (file,) = shown().get().content["files"]
        assert (file["name"], file["label"]) == ("plan.pdf", "Le plan")
        assert said(imported(content, by=animator, name="r.json")) == {"unchanged": 1}

    def test_a_resource_that_hides_its_place_takes_no_name_with_a_file(self, served: Any, animator: Any) -> None:
        signed = docx()
        served.files |= {"/signed.docx": signed, "/unreadable.pdf": b"%PDF-1.4 %%EOF"}
        root = served.url.removesuffix("/banque.csv")
        content = (
            f"titre;licence;hides_place;fichiers\nUne cuisine;CC BY 4.0;oui;{root}/signed.docx | {root}/unreadable.pdf"
        )
        imported(content, by=animator)
        found = shown().get().content
        (file,) = found["files"]
        assert b"python-docx" in signed_by(signed)
        assert b"python-docx" not in signed_by(StoredFile.objects.get(pk=file["id"]).file.read())
        assert not found["links"], "an address would name the bank"


class TestOurOwnFiles:
    @pytest.mark.parametrize("extension", ["csv", "json", "xlsx"])
    def test_our_export_comes_back_unchanged(self, extension: str, ours: Resource, animator: Any) -> None:
        content = {"csv": our_csv, "json": our_json, "xlsx": our_xlsx}[extension]()
        run = imported(content, by=animator, name=f"ressources.{extension}")
        assert (said(run), reasons(run)) == ({"unchanged": 1}, [])
        assert Version.objects.count() == 1

    def test_what_was_changed_in_it_is_a_version_by_who_imports(self, ours: Resource, animator: Any) -> None:
        content = our_csv().replace("Deux ans.", "Trois ans.").replace("https://exemple.fr/b", "https://exemple.fr/c")
        assert said(imported(content, by=animator)) == {"updated": 1}
        ours.refresh_from_db()
        assert ours.content["proof_text"] == "Trois ans."
        assert ours.content["links"] == [
            {"url": "https://exemple.fr/a", "label": "Le plan"},
            {"url": "https://exemple.fr/c", "label": ""},
        ]
        assert ours.content["conditions"], "what no column says stays"
        assert ours.versions.get(number=2).by == animator

    def test_a_place_that_readers_may_not_know_is_kept(self, animator: Any) -> None:
        TerritoryFactory(kind="departement", code="42", name="Loire")
        hidden = published(hides_place=True, territories=["departement:42"])
        content = our_csv().replace("Trois communes", "Quatre communes")
        assert "departement:42" not in content
        assert said(imported(content, by=animator)) == {"updated": 1}
        hidden.refresh_from_db()
        assert (hidden.content["territories"], hidden.edition) == ([], 2)
        assert harvest.last_content(hidden)["territories"] == ["departement:42"]

    def test_a_text_that_someone_writes_is_not_written_over(self, ours: Resource, animator: Any) -> None:
        proposals.open_proposal(ours, by=animator, now=NOW)
        run = imported(our_csv().replace("Deux ans.", "Trois ans."), by=animator)
        assert "Quelqu’un écrit la version suivante" in reasons(run)[0]

    def test_a_resource_that_went_is_not_brought_back(self, ours: Resource, animator: Any) -> None:
        content = our_csv()
        resources.withdraw(ours, by=animator, now=NOW)
        assert "n’est plus publiée" in reasons(imported(content, by=animator))[0]

    def test_the_same_resource_twice_in_a_file_is_told(self, ours: Resource, animator: Any) -> None:
        lines = our_csv().replace("Deux ans.", "Trois ans.").split("\r\n", 1)
        run = imported("\r\n".join([*lines, lines[1].replace("Trois ans.", "Dix ans.")]), by=animator)
        assert "Une autre ligne" in reasons(run)[0]


# --- Outside banks -------------------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Carnets d’exemple</title><link>https://www.exemple.fr/</link><language>fr-FR</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><link>https://www.exemple.fr/{key}</link><guid isPermaLink="false">{key}</guid>
<description>&lt;p&gt;Le &lt;b&gt;texte&lt;/b&gt; de {title}.&lt;/p&gt;</description><dc:creator>Alix Exemple</dc:creator>
<pubDate>Thu, 05 Mar 2026 08:00:00 +0100</pubDate></item>"""
OAI = """<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-11-26T08:00:00Z</responseDate>
<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"""
RECORD = """<record><header><identifier>oai:exemple.fr:{key}</identifier><datestamp>2026-01-01</datestamp></header><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>
<dc:identifier>https://www.exemple.fr/{key}</dc:identifier><dc:date>2021-02-03</dc:date><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>
<dc:description>Ce que dit {title}.</dc:description></oai_dc:dc></metadata></record>"""
LIST = "/oai?verb=ListRecords&metadataPrefix=oai_dc"
NOTHING = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="noRecordsMatch"/></OAI-PMH>'
GONE = '<record><header status="deleted"><identifier>oai:exemple.fr:{key}</identifier><datestamp>2026-01-01</datestamp></header></record>'


def rss(*titles: str) -> str:
    return RSS.format(items="".join(ITEM.format(title=title, key=title.split()[-1]) for title in titles))


def oai(*titles: str, token: str = "", extra: str = "") -> str:
    records = "".join(RECORD.format(title=title, key=title.split()[-1]) for title in titles)
    return OAI.format(records=records + extra, token=token)


class Bank:
    """A site that publishes: pages by resumption token, the first one under ""; `since` is its answer to « since when », if another,
    under the status `since_status`."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.files: dict[str, bytes] = {}
        self.since = self.url = ""
        self.since_status = 200


@contextmanager
def bank(path: str = "/flux.xml") -> Any:
    served = Bank()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            served.asked.append(self.path)
            asked = parse_qs(urlsplit(self.path).query)
            token = asked.get("resumptionToken", [""])[0]
            said = served.since if "from" in asked and served.since else served.pages.get(token, "")
            content = served.files.get(self.path, said.encode())
            self.send_response(served.since_status if "from" in asked else 200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()


def followed(served: Bank, *, by: Any, licence: str = "", is_personal: bool = False) -> Source:
    """A bank whose first reading was tried and accepted by an animator."""
    values = {
        "name": "Carnets d’exemple", "url": served.url, "every_hours": 24, "licence": licence, "attribution": "",
        "contact": "", "is_personal": is_personal,
    }  # fmt: skip
    source = imports.follow_source(values, kind=kind(), by=by, now=NOW)
    imports.read_source(source, writes=False, by=by, now=NOW)
    run = source.runs.get()
    run = imports.try_out(run, mapping=run.mapping, by=by, now=NOW)
    run.refresh_from_db()
    imports.write(run, skip_refused=True, by=by, now=NOW)
    source.refresh_from_db()
    return source


def read_again(source: Source, *, whole: bool = False) -> None:
    imports.read_source(source, writes=True, by=None, now=NOW, whole=whole)
    source.refresh_from_db()


class TestOutsideBanks:
    def test_a_feed_gives_summaries_and_links(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
        assert (source.state, source.record_count) == (SourceState.WELL, 2)
        resource = shown().get(title="Une cuisine")
        assert resource.summary == "Le texte de Une cuisine."
        assert resource.content["links"][0]["url"] == "https://www.exemple.fr/cuisine"
        assert (resource.licence, resource.content["sections"]) == ("tous-droits-reserves", {})
        assert (resource.source, resource.year, resource.language) == ("Carnets d’exemple", 2026, "fr")

    def test_what_leaves_a_feed_is_not_gone(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
            served.pages[""] = rss("Un jardin", "Un four")
            read_again(source)
        assert sorted(shown().values_list("title", flat=True)) == ["Un four", "Un jardin", "Une cuisine"]

    def test_the_tokens_of_a_list_are_followed(self, animator: Any) -> None:
        with bank("/oai?verb=ListRecords&metadataPrefix=oai_dc") as served:
            served.pages = {
                "": oai("Une cuisine", token="a/1"),
                "a/1": oai("Un jardin", token="b 2", extra=GONE.format(key="parti")),
                "b 2": oai("Un four"),
            }
            source = followed(served, by=animator)
        assert source.record_count == 3
        assert served.asked[1] == "/oai?verb=ListRecords&resumptionToken=a%2F1"
        assert shown().get(title="Un four").licence == "cc-by-4.0"
        assert shown().get(title="Un four").content["sections"] == {"description": "Ce que dit Un four."}

    def test_what_leaves_a_list_is_withdrawn_and_comes_back_under_its_number(self, animator: Any) -> None:
        with bank("/oai?verb=ListRecords&metadataPrefix=oai_dc") as served:
            served.pages[""] = oai("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
            kept = shown().get(title="Un jardin").pk
            served.pages[""] = oai("Une cuisine")
            read_again(source, whole=True)
            assert [each.title for each in shown()] == ["Une cuisine"]
            assert Resource.objects.get(pk=kept).state == State.WITHDRAWN
            served.pages[""] = oai("Une cuisine", "Un jardin")
            read_again(source)
        assert shown().get(title="Un jardin").pk == kept

    def test_what_a_long_reading_writes_or_withdraws_is_dated_of_its_end_for_harvesters(self, animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine", "Un jardin", "Un four")
            source = followed(served, by=animator)
            began = source.runs.get().created_at
        assert all(each.changed_at > each.published_at > began for each in shown())
        code, four = harvest.code_of_source(source.pk), shown().get(title="Un four")
        ref = SourceRef(source.pk, source.name, source.url, "", "", is_personal=False)
        harvest.withdraw(
            Importing(None, LATER, source=ref, clock=lambda: LATER + timedelta(minutes=9)), [four.external_id]
        )
        four.refresh_from_db()
        assert (four.changed_at, four.source_code) == (LATER + timedelta(minutes=9), harvest.gone(code))

    def test_what_a_reading_changed_is_dated_again_once_others_can_read_it(
        self, animator: Any, django_capture_on_commit_callbacks: Any
    ) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
        one, other = shown().order_by("pk")
        ref = SourceRef(source.pk, source.name, source.url, "", "", is_personal=False)
        moments = iter(LATER + timedelta(minutes=rank) for rank in (1, 7))
        with django_capture_on_commit_callbacks(execute=True):
            harvest.withdraw(
                Importing(None, LATER, source=ref, clock=lambda: next(moments)), [one.external_id, other.external_id]
            )
            one.refresh_from_db()
            assert one.changed_at == LATER + timedelta(minutes=1)
            Resource.objects.filter(pk=other.pk).update(changed_at=LATER + timedelta(minutes=2))
        one.refresh_from_db()
        other.refresh_from_db()
        assert one.changed_at == LATER + timedelta(minutes=7)
        assert other.changed_at == LATER + timedelta(minutes=2), "it changed for another reason since"

    def test_a_list_is_then_asked_for_what_changed_only(self, animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine", "Un jardin", "Un four")
            source = followed(served, by=animator)
            read_on, day = source.read_whole_at, (source.refreshed_at - timedelta(days=1)).date()
            served.pages[""] = oai("Une serre", extra=GONE.format(key="jardin") + GONE.format(key="inconnu"))
            read_again(source)
            assert served.asked[-1] == f"{LIST}&from={day}"
            assert sorted(each.title for each in shown()) == ["Un four", "Une cuisine", "Une serre"]
            assert (source.state, source.record_count, source.read_whole_at) == (SourceState.WELL, 3, read_on)
            runs, before = source.runs.count(), source.refreshed_at
            read_again(source)
            served.pages[""] = NOTHING
            read_again(source)
            assert (source.runs.count(), source.read_whole_at) == (runs, read_on), "nothing is new"
            assert source.refreshed_at > before
            served.pages[""] = oai("Un four")
            read_again(source, whole=True)
        assert [each.title for each in shown()] == ["Un four"]
        assert (served.asked[-1], source.read_whole_at > read_on) == (LIST, True)

    @pytest.mark.parametrize(
        "known",
        [
            {"read_whole_at": None},
            {"read_whole_at": datetime(2026, 1, 1, tzinfo=UTC)},
            {"refreshed_at": None},
            {"is_personal": True},
            {"mapping": {"title": "titre", "url": "adresse"}},
            {"state": SourceState.HELD},
        ],
        ids=["never whole", "long ago", "never", "personal", "known by its page", "held"],
    )
    def test_it_is_read_whole_when_changes_would_not_be_enough(self, known: dict[str, Any], animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            Source.objects.filter(pk=source.pk).update(**known)
            before = source.read_whole_at
            read_again(source)
        assert served.asked[-1] == LIST
        assert source.read_whole_at > before, "what did not change was read whole too"

    @pytest.mark.parametrize("answer", ["error", "table"])
    def test_a_repository_that_cannot_say_what_changed_is_read_whole(self, answer: str, animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            wrong = '<OAI-PMH><error code="badArgument"/></OAI-PMH>' if answer == "error" else "titre\nUn four"
            served.since, served.pages[""] = wrong, oai("Une cuisine", "Un jardin")
            read_again(source)
        assert served.asked[-1] == LIST
        assert (source.state, shown().count()) == (SourceState.WELL, 2)

    @pytest.mark.parametrize("status", [400, 422, 500])
    def test_a_repository_that_refuses_the_question_is_read_whole(self, status: int, animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            served.since_status, served.pages[""] = status, oai("Une cuisine", "Un jardin")
            read_again(source)
        assert served.asked[-1] == LIST
        assert (source.state, shown().count()) == (SourceState.WELL, 2)

    def test_what_is_restored_while_pages_are_followed_stays(self, animator: Any) -> None:
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
            served.pages = {"": oai("Une serre", extra=GONE.format(key="jardin"), token="a"), "a": oai("Un jardin")}
            read_again(source)
        assert sorted(each.title for each in shown()) == ["Un jardin", "Une cuisine", "Une serre"]

    def test_a_person_asks_for_all_of_it(self, animator: Any) -> None:
        client = MemberClient()
        client.force_login(animator)
        with bank(LIST) as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            page = client.get(source.get_absolute_url()).content.decode()
            assert "Tout relire" in page
            assert "Lue en entier le" in page
            client.post(reverse("imports:read_source", args=[source.pk]), {"tout": "1"})
            assert served.asked[-1] == LIST
            client.post(reverse("imports:read_source", args=[source.pk]))
            assert served.asked[-1] != LIST

    def test_a_list_that_breaks_off_changes_nothing(self, animator: Any) -> None:
        with bank("/oai?verb=ListRecords&metadataPrefix=oai_dc") as served:
            served.pages = {"": oai("Une cuisine", token="a"), "a": oai("Un jardin")}
            source = followed(served, by=animator)
            served.pages["a"] = (
                '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><error code="badResumptionToken"/></OAI-PMH>'
            )
            read_again(source)
        assert source.state == SourceState.FAILED
        assert "badResumptionToken" in source.error
        assert shown().count() == 2

    def test_a_list_that_goes_round_is_given_up(self, animator: Any) -> None:
        with bank("/oai?verb=ListRecords&metadataPrefix=oai_dc") as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            served.pages = {"": oai("Une cuisine", token="a"), "a": oai("Un jardin", token="a")}
            read_again(source)
        assert (source.state, shown().count()) == (SourceState.FAILED, 1)

    def test_nobody_writes_it_here_until_it_is_taken_over(self, animator: Any) -> None:
        with bank("/oai?verb=ListRecords&metadataPrefix=oai_dc") as served:
            served.pages[""] = oai("Une cuisine")
            source = followed(served, by=animator)
            resource = shown().get()
            assert not permissions.can_edit(animator, resource)
            client = MemberClient()
            client.force_login(animator)
            address = reverse("library:take_over", args=[resource.pk])
            page = client.get(resource.get_absolute_url()).content.decode()
            assert address in page
            assert "elle se corrige là-bas" in page
            assert reverse("library:edit", args=[resource.pk]) not in page
            assert client.get(address).status_code == 200
            assert client.post(address).status_code == 302
            assert client.post(address).status_code == 302, "twice is once"
            resource.refresh_from_db()
            assert (resource.owner, permissions.can_edit(animator, resource)) == (animator, True)
            served.pages[""] = oai("Une cuisine").replace("Ce que dit", "Ce que disait")
            read_again(source)
        assert shown().get().summary == "Ce que dit Une cuisine."

    def test_it_is_taken_over_once_and_only_while_it_follows(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            followed(served, by=animator)
        resource, other = shown().get(), MemberFactory(role=Role.ANIMATOR)
        harvest.take_over(resource, by=animator, now=NOW)
        harvest.take_over(resource, by=animator, now=NOW)
        with pytest.raises(resources.ResourceRefused):
            harvest.take_over(resource, by=other, now=NOW)
        assert resource.owner == animator

    def test_a_version_that_someone_has_just_begun_is_left_alone(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            source = followed(served, by=animator)
        resource = shown().get()
        plan = Plan(
            1, resource.pk, resource.content | {"summary": "Autre."}, (resource.source_code, resource.external_id)
        )
        proposals.open_proposal(resource, by=animator, now=NOW)
        harvest.write([plan], importing=Importing(None, NOW), bank=source.name)
        assert shown().get().edition == 1

    def test_members_and_visitors_may_not_take_it_over(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            followed(served, by=animator)
        resource, client = shown().get(), MemberClient()
        assert not permissions.can_take_over_from_bank(AnonymousUser(), resource)
        client.force_login(MemberFactory())
        assert client.post(reverse("library:take_over", args=[resource.pk])).status_code == 403
        assert client.post(reverse("library:take_over", args=[published().pk])).status_code == 403

    def test_what_an_animator_withdrew_does_not_come_back(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            source = followed(served, by=animator)
            resources.withdraw(shown().get(), by=animator, now=NOW)
            served.pages[""] = rss("Une cuisine").replace("Le &lt;b&gt;texte", "Le nouveau &lt;b&gt;texte")
            read_again(source)
        assert not shown().exists()

    def test_what_moderation_hid_stays_hidden_and_unchanged(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            source = followed(served, by=animator)
            resources.hide(shown().get(), by=animator, now=NOW)
            served.pages[""] = rss("Une cuisine").replace("Le &lt;b&gt;texte", "Le nouveau &lt;b&gt;texte")
            read_again(source)
        assert (shown().exists(), Resource.objects.get().edition) == (False, 1)

    def test_its_export_is_not_a_way_to_change_it(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            followed(served, by=animator)
        run = imported(our_csv().replace("Une cuisine", "Un four"), by=animator)
        assert "suit une banque extérieure" in reasons(run)[0]

    def test_a_bank_that_is_no_longer_followed_takes_its_resources_away(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
        assert imports.stop_following(source, keep_records=False, now=LATER) == 2
        assert not shown().exists()
        assert Resource.objects.filter(changed_at=LATER).count() == 2

    def test_or_leaves_them_as_ours(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine", "Un jardin")
            source = followed(served, by=animator)
        taken = published(title="Autre chose")
        Resource.objects.filter(pk=taken.pk).update(source_code="file:carnets-dexemple", external_id="jardin")
        assert imports.stop_following(source, keep_records=True, now=LATER) == 2
        assert all(permissions.can_edit(animator, resource) for resource in shown())
        assert Resource.objects.get(title="Un jardin").external_id == ""

    def test_personal_data_of_a_bank_are_forgotten(self, animator: Any) -> None:
        with bank() as served:
            served.pages[""] = rss("Une cuisine")
            source = followed(served, by=animator, is_personal=True)
        resources.withdraw(shown().get(), by=animator, now=NOW)
        imports.stop_following(source, keep_records=False, now=LATER)
        resource = Resource.objects.get()
        kept = json.dumps([resource.content, resource.title, resource.summary, resource.external_id])
        assert "cuisine" not in kept
        assert "Alix" not in kept
        assert not Version.objects.exists()
        assert not resource.authors.exists()
