"""Documents, their changes and their versions: what the services keep, refuse and remove."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from alliage.writing import queries, services
from alliage.writing.enums import State, VersionKind
from alliage.writing.models import Author, Document, Snapshot, Update, Version
from alliage.writing.replicas import Replica
from alliage.writing.services import Change, changes, versions
from alliage.writing.tests.factories import ALIX, BADO, NOW, PURPOSE, essay, essays
from alliage.writing.tests.peers import Peer
from alliage.writing.wire import Unreadable

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def numbers(document):
    return list(document.updates.values_list("number", flat=True))


# --- Documents


def test_a_document_begins_with_a_title_and_maybe_a_text():
    document = services.create(essays(), 7, "  Notes \x00 du jour ", by=None, now=NOW)
    assert (document.title, document.scope, document.scope_id, document.state) == (
        "Notes du jour",
        PURPOSE,
        "7",
        "open",
    )
    assert queries.text_of(document) == ""
    assert queries.text_of(essay("# Ordre du jour\r\nAccueil\rSuite")) == "# Ordre du jour\nAccueil\nSuite"
    with pytest.raises(services.WritingRefused):
        services.create(essays(), 7, " ", by=None, now=NOW)


def test_a_document_is_renamed():
    document = essay()
    services.rename(document, "Autre titre", by=ALIX, now=NOW)
    assert document.title == Document.objects.get().title == "Autre titre"
    with pytest.raises(services.WritingRefused):
        services.rename(document, "\x00", by=ALIX, now=NOW)


def test_a_closed_document_is_written_by_nobody_and_keeps_a_version():
    document = essay("Fini")
    services.close(document, by=ALIX, now=LATER)
    services.close(document, by=ALIX, now=LATER)
    assert (document.state, document.rights_number) == (State.CLOSED, 1)
    assert [version.text for version in document.versions.all()] == ["Fini"]
    with pytest.raises(services.Closed):
        services.write(document, "Encore", by=ALIX, now=LATER)
    services.reopen(document, by=ALIX, now=LATER)
    services.reopen(document, by=ALIX, now=LATER)
    assert (document.state, document.rights_number) == (State.OPEN, 2)
    services.write(document, "Encore", by=ALIX, now=LATER)
    assert queries.text_of(document) == "Encore"


def test_an_erased_document_leaves_nothing():
    document = essay("Secret")
    services.compact(document, now=NOW)
    services.write(document, "Secret encore", by=BADO, now=NOW)
    services.name_version(document, "Avant", by=ALIX, now=NOW)
    other = essay("Reste", scope_id="ailleurs")
    services.erase(document, by=ALIX, now=NOW)
    services.erase(document, by=ALIX, now=NOW)
    for model in (Update, Snapshot, Author, Version):
        assert not model.objects.exclude(document=other).exists()
    with pytest.raises(services.Gone):
        services.write(document, "Trop tard", by=ALIX, now=NOW)
    services.erase_in(PURPOSE, "ailleurs")
    assert not Document.objects.exists()


def test_changed_rights_are_counted_for_one_document_or_all_those_of_a_thing():
    one, two, other = essay(), essay(), essay(scope_id="ailleurs")
    services.changed_rights(one)
    services.changed_rights_in(PURPOSE, "everyone")
    assert [Document.objects.get(pk=each.pk).rights_number for each in (one, two, other)] == [2, 1, 0]


# --- Changes


def test_changes_are_kept_in_order_with_their_authors():
    document = essay()
    peer = Peer()
    sent = [peer.type("Bonjour"), peer.type(" à tous")]
    assert services.apply(document, sent, by=ALIX, now=NOW) == 2
    assert services.apply(document, [peer.type(".")], by=BADO, now=LATER) == 3
    assert numbers(document) == [1, 2, 3]
    assert queries.text_of(document) == "Bonjour à tous."
    assert queries.authors_of(document) == ["Alix Démo", "Bado Démo"]
    assert document.changed_at == LATER
    assert document.size == sum(len(bytes(each.payload)) for each in document.updates.all())


def test_what_was_known_is_not_kept_twice():
    document, peer = essay(), Peer()
    first, second = peer.type("un"), peer.type(" deux")
    services.apply(document, [first, first], by=ALIX, now=NOW)
    services.apply(document, [first, second], by=ALIX, now=NOW)
    assert services.apply(document, [peer.doc.get_update()], by=ALIX, now=NOW) == 2
    assert numbers(document) == [1, 2]


def test_changes_in_disorder_are_put_in_order_and_those_that_lack_others_refused():
    document, peer = essay(), Peer()
    first, second, third = peer.type("un"), peer.type(" deux"), peer.type(" trois")
    services.apply(document, [second, first], by=ALIX, now=NOW)
    assert queries.text_of(document) == "un deux"
    assert numbers(document) == [1, 2]
    fourth = peer.type(".")
    with pytest.raises(services.Incomplete):
        services.apply(document, [fourth], by=ALIX, now=NOW)
    assert numbers(document) == [1, 2]
    services.apply(document, [third, fourth], by=ALIX, now=NOW)
    assert queries.text_of(document) == "un deux trois."


def test_what_is_no_change_is_refused():
    with pytest.raises(Unreadable):
        services.apply(essay(), [b"bonjour"], by=ALIX, now=NOW)


def test_a_text_has_a_longest_length(monkeypatch):
    document, peer = essay(), Peer()
    monkeypatch.setattr(changes, "MOST_CHARACTERS", 10)
    with pytest.raises(services.TooLong):
        services.write(document, "a" * 11, by=ALIX, now=NOW)
    monkeypatch.setattr(changes, "MOST_CHANGES_AT_ONCE", 1)
    with pytest.raises(services.TooLong):
        services.apply(document, [peer.type("a"), peer.type("b")], by=ALIX, now=NOW)
    assert numbers(document) == []


def test_what_was_erased_makes_room(monkeypatch):
    document = essay()
    monkeypatch.setattr(changes, "MOST_BYTES", 1000)
    services.write(document, "a" * 600, by=ALIX, now=NOW)
    services.write(document, "", by=ALIX, now=NOW)
    services.write(document, "b" * 600, by=ALIX, now=NOW)
    assert queries.text_of(document) == "b" * 600
    with pytest.raises(services.TooLong):
        services.write(document, "b" * 600 + "c" * 500, by=ALIX, now=NOW)


def test_what_a_replica_took_in_is_appended_under_the_rights_that_were_asked():
    document, peer = essay(), Peer()
    kept = [Change(peer.type("un"), ALIX), Change(peer.type(" deux"), BADO)]
    assert services.append(document.pk, kept, rights=0, now=NOW) == 2
    assert services.append(document.pk, [], rights=0, now=NOW) == 2
    services.changed_rights(document)
    with pytest.raises(services.RightsChanged):
        services.append(document.pk, [Change(peer.type("."), ALIX)], rights=0, now=NOW)
    services.erase(document, by=ALIX, now=NOW)
    with pytest.raises(services.Gone):
        services.append(document.pk, kept, rights=1, now=NOW)


def test_compaction_keeps_the_text_and_forgets_what_was_erased():
    document = essay("Le secret de Jeanne")
    services.write(document, "Le mot", by=BADO, now=NOW)
    before = document.size
    services.compact(document, now=LATER)
    assert numbers(document) == []
    assert document.size == len(bytes(document.snapshot.state)) < before
    assert b"Jeanne" not in bytes(document.snapshot.state)
    assert queries.text_of(document) == "Le mot"
    services.write(document, "Le mot juste", by=ALIX, now=LATER)
    services.compact(document, now=LATER)
    services.compact(document, now=LATER)
    assert Snapshot.objects.get().number == document.last_number == 3
    assert queries.text_of(document) == "Le mot juste"
    assert queries.authors_of(document) == ["Alix Démo", "Bado Démo"]


def test_a_document_without_a_change_is_not_compacted():
    document = essay()
    services.compact(document, now=NOW)
    assert not Snapshot.objects.exists()


def test_a_replica_behind_catches_up_through_compaction():
    document = essay("un")
    replica, reached = Replica(changes.contents(document)), document.last_number
    services.write(document, "un deux", by=ALIX, now=NOW)
    services.compact(document, now=NOW)
    services.write(document, "un deux trois", by=ALIX, now=NOW)
    number, found = queries.changes_since(document.pk, reached)
    assert (number, [at for at, _payload in found]) == (3, [2, 3])
    for _at, payload in found:
        replica.apply(payload)
    assert replica.text == "un deux trois"
    assert queries.changes_since(document.pk, 3) == (3, [])


# --- Versions


def test_a_version_is_named_once_and_one_goes_back_to_it():
    document = essay("Premier jet")
    version = services.name_version(document, " Avant  relecture ", by=BADO, now=NOW)
    assert services.name_version(document, "Avant relecture", by=ALIX, now=LATER) == version
    assert (version.label, version.text, version.writer_name) == ("Avant relecture", "Premier jet", "Bado Démo")
    services.write(document, "Tout autre chose", by=BADO, now=LATER)
    services.restore_version(version, by=ALIX, now=LATER)
    assert queries.text_of(document) == "Premier jet"
    assert [each.text for each in document.versions.all()] == ["Tout autre chose", "Premier jet"]
    assert queries.authors_of(document, version=version) == ["Alix Démo"]
    services.remove_version(version, by=ALIX, now=LATER)
    assert document.versions.count() == 1
    with pytest.raises(services.WritingRefused):
        services.name_version(document, "  ", by=ALIX, now=NOW)


def test_named_versions_are_counted(monkeypatch):
    monkeypatch.setattr(versions, "MOST_NAMED", 1)
    document = essay("Texte")
    services.name_version(document, "Une", by=ALIX, now=NOW)
    with pytest.raises(services.WritingRefused):
        services.name_version(document, "Deux", by=ALIX, now=NOW)


def test_versions_keep_themselves_from_time_to_time_and_the_oldest_go(monkeypatch):
    monkeypatch.setattr(changes, "MOST_AUTOMATIC", 3)
    document = essay()
    for hour in range(5):
        services.write(document, f"Texte {hour}", by=ALIX, now=NOW + timedelta(hours=hour))
        services.compact(document, now=NOW + timedelta(hours=hour))
        services.write(document, f"Texte {hour} bis", by=ALIX, now=NOW + timedelta(hours=hour, minutes=5))
        services.compact(document, now=NOW + timedelta(hours=hour, minutes=5))
    assert [each.text for each in document.versions.all()] == ["Texte 4", "Texte 3", "Texte 2"]


def test_an_empty_text_is_no_version():
    document = essay("a")
    services.write(document, "", by=ALIX, now=NOW)
    services.close(document, by=ALIX, now=LATER)
    assert not document.versions.exists()


def test_the_same_change_is_kept_by_itself_once():
    document = essay("a")
    changes.keep_version(document, "a", now=NOW)
    changes.keep_version(document, "b", now=NOW)
    assert document.versions.count() == 1


# --- Personal data


def test_an_account_that_closes_takes_its_name_away_and_leaves_the_text(member):
    from alliage.writing.registry import Writer, member_key

    me = Writer(member_key(member), "Marie Démo", can_write=True)
    document = essay("Ce que j’ai écrit", by=me)
    services.name_version(document, "La mienne", by=me, now=NOW)
    [line] = queries.export_of(member)
    assert line == {"ecrit": str(document.pk), "usage": "Essai", "depuis": NOW, "jusqu_a": NOW}
    Document.objects.update(scope="inconnu")
    assert queries.export_of(member)[0]["usage"] == ""
    services.forget_member(member)
    assert queries.export_of(member) == []
    assert queries.authors_of(document) == ["une personne qui a quitté le réseau"]
    assert list(document.updates.values_list("writer_key", flat=True)) == [""]
    assert list(document.versions.values_list("writer_key", "writer_name")) == [("", "")]
    assert queries.text_of(document) == "Ce que j’ai écrit"


def test_nothing_typed_is_in_the_name_of_anything():
    document = essay("canari", title="canari")
    services.compact(document, now=NOW)
    services.write(document, "canari !", by=ALIX, now=NOW)
    version = services.name_version(document, "canari", by=ALIX, now=NOW)
    for thing in (document, document.snapshot, document.updates.get(), document.authors.get(), version):
        assert "canari" not in f"{thing} {thing!r}"


# --- Constraints: each is broken once


def broken(**values):
    document = essay("a")
    rows = {
        "title": lambda: Document.objects.update(title=""),
        "scope": lambda: Document.objects.update(scope=""),
        "scope_id": lambda: Document.objects.update(scope_id=""),
        "state": lambda: Document.objects.update(state="perdu"),
        "twice": lambda: Update.objects.create(document=document, number=1, payload=b"a"),
        "zero": lambda: Update.objects.create(document=document, number=0, payload=b"a"),
        "empty": lambda: Update.objects.create(document=document, number=5, payload=b""),
        "state_empty": lambda: Snapshot.objects.create(document=document, number=1, state=b""),
        "author": lambda: Author.objects.create(document=document, key="member:1"),
        "nobody": lambda: Author.objects.create(document=document, key=""),
        "unnamed": lambda: Version.objects.create(document=document, number=1, kind=VersionKind.NAMED),
        "named": lambda: Version.objects.create(document=document, number=1, label="Un nom"),
        "automatic": lambda: [Version.objects.create(document=document, number=1) for _ in range(2)],
    }
    return rows[values["what"]]


@pytest.mark.parametrize(
    "what",
    ["title", "scope", "scope_id", "state", "twice", "zero", "empty", "state_empty", "author", "nobody", "unnamed",
     "named", "automatic"],
)  # fmt: skip
def test_the_database_holds_the_rules_too(what):
    act = broken(what=what)
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_a_text_is_read_in_one_query(django_assert_num_queries):
    document = essay("a")
    with django_assert_num_queries(1):
        queries.text_of(document)
    assert connection.vendor in {"sqlite", "postgresql"}
