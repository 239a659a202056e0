"""The open data file and its codebook: whole, exact, the same bytes for the same library, and nothing that readers may not know."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.jobs.models import Job
from alliage.library import content as contents
from alliage.library import dumps, exports
from alliage.library.enums import SHOWN, ResourceKind, UseKind
from alliage.library.models import Adaptation, Dump, Use
from alliage.library.queries import dump as queries
from alliage.library.services import dump, proposals, resources, reuse
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_storage(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def given(client: Any) -> Any:
    return client.get(reverse("library:data_file"))


def opened(client: Any) -> zipfile.ZipFile:
    answer = given(client)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


class TestCodebook:
    def test_every_column_is_explained_and_nothing_else(self) -> None:
        fields = queries.fields()
        assert tuple(field.name for field in fields) == exports.COLUMNS
        assert all(field.meaning for field in fields)

    def test_every_field_of_json_is_explained(self) -> None:
        explained = {field.in_json.split(".")[0] for field in queries.fields()}
        assert set(exports.record(published())) == explained

    def test_types_and_values_are_those_that_are_written(self) -> None:
        TerritoryFactory(kind="departement", code="42", name="Loire")
        record = exports.record(published(territories=["departement:42"], proof="teste", context={"size": "<2000"}))
        for field in queries.fields():
            value: Any = record
            for name in field.in_json.split("."):
                value = value.get(name) if isinstance(value, dict) else None
            found = value if isinstance(value, list) else [value]
            codes = {code for code, _label in field.values}
            if codes:
                assert {each for each in found if each} <= codes, field.name
            assert field.is_many == isinstance(value, list) or value is None, field.name

    def test_states_and_kinds_are_all_there(self) -> None:
        by_name = {field.name: field for field in queries.fields()}
        assert len(by_name["state"].values) == len(SHOWN)
        assert {code for code, _label in by_name["kind"].values} == set(ResourceKind.values)

    def test_its_page_is_for_everyone(self, client: Any, django_assert_max_num_queries: Any) -> None:
        published()
        dump.make(NOW)
        with django_assert_max_num_queries(6):
            page = client.get(reverse("library:data"))
        content = page.content.decode()
        assert "section_contexte" in content
        assert reverse("library:data_file") in content
        assert len(page.content) < 100_000

    def test_its_page_says_when_the_file_is_being_made(self, client: Any) -> None:
        assert "se prépare" in client.get(reverse("library:data")).content.decode()


class TestFile:
    def test_it_holds_every_resource_in_tables_and_in_json(self, client: Any) -> None:
        first, second = published(), published(title="Une autre")
        dump.make(NOW)
        archive = opened(client)
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("ressources.csv"), encoding="utf-8", newline="")))
        assert [row["id"] for row in rows] == [str(first.pk), str(second.pk)]
        assert [each["id"] for each in json.load(archive.open("ressources.json"))["results"]] == [first.pk, second.pk]
        assert json.load(archive.open("dictionnaire.json"))["fields"][0]["name"] == "id"
        assert archive.read("dictionnaire.csv").startswith(b"champ,en_json,type,sens,valeurs")
        assert "attribution" in archive.read("LISEZMOI.txt").decode()

    def test_it_says_what_became_of_each_elsewhere(self) -> None:
        member = MemberFactory()
        original, own, other = published(), published(by=member, title="La nôtre"), published(title="Une autre")
        told = reuse.tell_adaptation(original, reuse.Told("Plus court"), sent="a", by=member, now=NOW, own=own)
        reuse.tell_adaptation(original, reuse.Told("Ailleurs"), sent="b", by=MemberFactory(), now=NOW)
        Use.objects.create(resource=original, member=member, kind=UseKind.USED)
        said = {each["id"]: each for each in exports.records(None)}
        assert [said[original.pk][name] for name in ("adaptations", "useful", "used")] == [2, 0, 1]
        assert said[own.pk]["adapted_from"] == original.permanent_url
        assert [said[other.pk][name] for name in ("adapted_from", "adaptations")] == [None, 0]
        Adaptation.objects.filter(pk=told.pk).update(is_hidden=True)
        assert [each["adapted_from"] for each in exports.records([own.pk])] == [None]
        assert [each["adaptations"] for each in exports.records([original.pk])] == [1]

    def test_the_same_library_gives_the_same_bytes(self) -> None:
        published()
        one, other = io.BytesIO(), io.BytesIO()
        dumps.write(one, queries.numbers())
        dumps.write(other, queries.numbers())
        assert one.getvalue() == other.getvalue()

    def test_what_readers_may_not_know_is_not_in_it(self, client: Any) -> None:
        TerritoryFactory(kind="departement", code="42", name="Loire")
        owner = MemberFactory(name="Propriétaire Secrète")
        proposed(title="Brouillon secret")
        shown = published(by=owner, title="Visible")
        proposals.open_proposal(shown, by=owner, now=NOW, content=contents.cleaned(said(title="Version secrète")))
        resources.withdraw(published(title="Retirée secrète"), by=None, now=NOW)
        resources.hide(published(title="Masquée secrète"), by=None, now=NOW)
        published(
            title="Sans nom",
            hides_place=True,
            territories=["departement:42"],
            authors=[{"name": "Autrice secrète"}],
            source="Source secrète",
        )
        dump.make(NOW)
        archive = opened(client)
        for name in archive.namelist():
            text = archive.read(name).decode().lower()
            assert "secr" not in text, name
            if name.startswith("ressources"):
                assert "loire" not in text
                assert owner.email.lower() not in text

    @pytest.mark.parametrize("change", ["withdraw", "hide", "publish"])
    def test_a_file_that_says_more_than_readers_may_know_is_no_longer_given(self, change: str, client: Any) -> None:
        resource = published()
        dump.make(NOW)
        assert given(client).status_code == 200
        if change == "publish":
            published(title="Une autre")
        else:
            getattr(resources, change)(resource, by=None, now=NOW + timedelta(seconds=1))
        answer = given(client)
        assert (answer.status_code, answer["Retry-After"]) == (503, "300")
        dump.ask_due(NOW)
        assert given(client).status_code == 200
        assert Dump.objects.count() == 1

    def test_the_former_file_goes(self, django_capture_on_commit_callbacks: Any) -> None:
        published()
        former = dump.make(NOW)
        published(title="Une autre")
        with django_capture_on_commit_callbacks(execute=True):
            made = dump.make(NOW)
        assert former is not None
        assert made is not None
        assert not default_storage.exists(former.name)
        assert default_storage.exists(made.name)

    def test_the_same_library_is_not_made_twice(self) -> None:
        published()
        dump.ask_due(NOW)
        dump.ask_due(NOW)
        assert Job.objects.filter(kind=dump.JOB).count() == 1

    def test_a_library_that_changes_meanwhile_is_made_at_the_next_turn(self, monkeypatch: Any) -> None:
        published()
        write = dumps.write

        def changing(stream: Any, numbers: list[int]) -> None:
            write(stream, numbers)
            published(title="Arrivée entre-temps")

        monkeypatch.setattr(dump.dumps, "write", changing)
        assert dump.make(NOW) is None
        assert not Dump.objects.exists()

    def test_a_reader_that_has_it_already_is_told_so(self, client: Any) -> None:
        published()
        dump.make(NOW)
        etag = given(client)["ETag"]
        assert client.get(reverse("library:data_file"), headers={"If-None-Match": etag}).status_code == 304
