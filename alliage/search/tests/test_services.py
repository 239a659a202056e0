"""What changed, and the index that follows it."""

import json
import shutil

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.jobs.registry import followers, schedule
from alliage.jobs.tests.factories import registered
from alliage.search import engine, folder, queries, registry, services
from alliage.search.models import SearchChange
from alliage.search.registry import SearchableKind
from alliage.search.tests.kinds import RECORD, note, record, visible
from alliage.taxonomy.models import Term

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def titles(question: str, viewer=None) -> list[str]:
    results = queries.search(queries.parse({"q": question}), viewer or AnonymousUser())
    assert results.total == len(results.hits)
    return [hit.plain_title for hit in results.hits]


def broken(_ids):
    yield from ()
    raise ValueError("base illisible")


def test_a_new_object_is_found_once_the_worker_followed():
    services.rebuild()
    one = record("Atelier des alliances")
    services.changed("record", [one.pk, one.pk], now=NOW)
    assert SearchChange.objects.count() == 1
    assert titles("alliances") == []
    assert services.follow(NOW) == 1
    assert titles("alliances") == ["Atelier des alliances"]
    assert not SearchChange.objects.exists()
    assert services.follow() == 0


def test_an_object_that_changed_is_found_by_its_new_words_only():
    one = record("Ancien nom")
    services.rebuild()
    Term.objects.filter(pk=one.pk).update(label="Nouveau titre")
    services.changed("record", [one.pk], now=NOW)
    services.follow()
    assert titles("ancien") == []
    assert titles("nouveau") == ["Nouveau titre"]


def test_what_is_withdrawn_is_gone_at_once_then_from_the_index():
    one, _other = record("Canari jaune"), record("Canari vert")
    services.rebuild()
    assert len(titles("canari")) == 2
    Term.objects.filter(pk=one.pk).update(is_active=False)
    services.changed("record", [one.pk], now=NOW)
    assert titles("canari") == ["Canari vert"]
    services.follow()
    assert titles("canari") == ["Canari vert"]
    assert engine.reader().count(engine.term("title", "canar")) == 1


def test_what_is_withdrawn_without_a_word_is_not_shown_nor_counted(caplog):
    one = record("Canari jaune")
    services.rebuild()
    Term.objects.filter(pk=one.pk).delete()
    assert titles("canari") == []
    assert "a change was not told" in caplog.text


def test_hundreds_of_changes_are_taken_in_by_batches(monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 3)
    services.rebuild()
    made = [record(f"Série {number}") for number in range(8)]
    services.changed("record", [one.pk for one in made], now=NOW)
    assert services.follow() == 8
    assert len(titles("série")) == 8


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(LookupError):
        services.changed("inconnue", [1], now=NOW)


def test_a_change_has_a_kind():
    with pytest.raises(IntegrityError), transaction.atomic():
        SearchChange.objects.create(kind="", object_id=1, changed_at=NOW)


def test_a_change_says_what_it_is_about():
    assert str(SearchChange(number=3, kind="record", object_id=7)) == "3 record:7"


def test_a_change_that_is_rolled_back_was_never_told():
    services.rebuild()
    with transaction.atomic():
        services.changed("record", [1], now=NOW)
        transaction.set_rollback(True)
    assert not SearchChange.objects.exists()


def test_changes_of_a_kind_that_no_longer_exists_are_forgotten():
    services.rebuild()
    SearchChange.objects.create(kind="disparue", object_id=1, changed_at=NOW)
    assert services.follow() == 1
    assert not SearchChange.objects.exists()


def test_a_function_that_fails_keeps_its_changes_and_lets_others_pass(caplog):
    services.rebuild()
    failing = SearchableKind("note", "notes", "note", "Notes", 2, broken, lambda viewer: visible("leviers", viewer))
    one, other = record("Passe"), note("Reste")
    services.changed("record", [one.pk], now=NOW)
    services.changed("note", [other.pk], now=NOW)
    registry.kinds._items["note"] = failing
    with pytest.raises(services.IndexingError, match="note"):
        services.follow()
    assert titles("passe") == ["Passe"]
    assert list(SearchChange.objects.values_list("kind", flat=True)) == ["note"]


def test_a_document_that_cannot_be_kept_keeps_its_changes_and_lets_others_pass(caplog):
    services.rebuild()
    one, wrong, other = record("Passe"), record("Mal rangé", keywords="@couleur:bleu"), note("Passe aussi")
    services.changed("record", [one.pk, wrong.pk], now=NOW)
    services.changed("note", [other.pk], now=NOW)
    with pytest.raises(services.IndexingError, match="record"):
        services.follow()
    assert titles("passe") == ["Passe aussi"]
    assert SearchChange.objects.filter(kind="record").count() == 2
    assert "has no facet couleur" in caplog.text


# --- The whole index -----------------------------------------------------------------------------------------------


def test_the_worker_makes_a_missing_index():
    record("Premier")
    assert engine.reader() is None
    services.follow()
    assert titles("premier") == ["Premier"]


@pytest.mark.parametrize("damage", ["pointer", "not json", "folder", "meta", "layout", "content", "told"])
def test_the_worker_makes_again_an_index_that_is_broken_or_of_another_version(damage):
    record("Premier")
    services.rebuild()
    path, pointer = folder.pointer().path, folder.root() / "current.json"
    said = json.loads(pointer.read_text())
    if damage == "pointer":
        pointer.unlink()
    elif damage == "not json":
        pointer.write_text("[")
    elif damage == "folder":
        shutil.rmtree(path)
    elif damage == "meta":
        (path / "meta.json").write_text("{}")
    elif damage == "told":
        folder.say_broken()
    else:
        pointer.write_text(json.dumps(said | {damage: "autre"}))
    assert not engine.is_right()
    services.follow()
    assert engine.is_right()
    assert folder.pointer().path != path
    assert titles("premier") == ["Premier"]
    assert len(list(folder.root().glob("index-*"))) == 1


def test_a_page_says_when_it_cannot_open_the_index_and_the_worker_mends_it():
    record("Premier")
    services.rebuild()
    shutil.rmtree(folder.pointer().path)
    (folder.root() / "current.json").touch()
    assert not queries.search(queries.parse({"q": "premier"}), AnonymousUser()).ready
    assert folder.is_broken()
    services.follow()
    assert titles("premier") == ["Premier"]


def test_a_page_says_when_it_cannot_read_a_commit(caplog):
    record("Premier")
    services.rebuild()
    assert titles("premier") == ["Premier"]
    (folder.pointer().path / "meta.json").write_text("{}")
    assert engine.reader() is None
    assert folder.is_broken()


def test_an_index_of_another_layout_is_not_read_by_pages():
    services.rebuild()
    pointer = folder.root() / "current.json"
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"layout": "0"}))
    assert engine.reader() is None
    assert not folder.is_broken()


def test_only_one_process_writes():
    services.rebuild()
    one = record("Premier")
    services.changed("record", [one.pk], now=NOW)
    with folder.writing(wait=True) as alone:
        assert alone
        assert services.follow() == 0
    assert services.follow() == 1


def test_what_changes_while_the_index_is_made_again_is_taken_in_afterwards(monkeypatch):
    monkeypatch.setattr(services, "TELL_EVERY", 1)
    one = record("Avant")
    services.changed("record", [one.pk], now=NOW)

    def change_it(_label, _done):
        if one.label == "Avant":
            one.label = "Après"
            one.save()
            services.changed("record", [one.pk], now=NOW)

    assert services.rebuild(tell=change_it).total == 1
    assert SearchChange.objects.count() == 1
    services.follow()
    assert (titles("avant"), titles("après")) == ([], ["Après"])


def test_the_command_tells_how_far_it_is(capsys):
    record("Premier")
    note("Deuxième")
    call_command("reindex")
    written = capsys.readouterr().out
    assert "Fiches\u00a0: 1" in written
    assert "2 documents" in written


def test_one_function_that_fails_does_not_take_the_others_search_away(caplog):
    record("Premier")
    failing = SearchableKind("autre", "autres", "autre", "Autres", 3, broken, RECORD.visible)
    with registered(registry.kinds, failing):
        with pytest.raises(CommandError, match="autre"):
            call_command("reindex")
        assert titles("premier") == ["Premier"]


def test_the_worker_follows_and_refreshes_every_night():
    record("Premier")
    followers.get("search.index").run(NOW)
    before = folder.pointer().path
    schedule.get("search.refresh").run(NOW)
    assert folder.pointer().path != before
    assert titles("premier") == ["Premier"]


def test_an_index_that_is_not_there_cannot_be_changed():
    with pytest.raises(FileNotFoundError):
        engine.amend()
    folder.say_broken()
    assert not folder.is_broken()
