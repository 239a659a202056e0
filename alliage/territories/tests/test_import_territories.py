"""Reference files become territories; later files change them without losing anything."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from alliage.territories import lookup, services
from alliage.territories.enums import Change, Kind, Status
from alliage.territories.importers.reference import Reference, ReferenceRefused
from alliage.territories.importers.territories import import_reference
from alliage.territories.models import DataSource, Territory, TerritoryChange
from alliage.territories.tests.files import FIRST, changed, reference_folder

NOW = datetime(2026, 2, 1, 8, tzinfo=UTC)
LATER = datetime(2027, 2, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def imported(folder, rows, *, now=NOW, version="1", **options):
    return import_reference(Reference(reference_folder(folder, rows, version=version)), now=now, **options)


def commune(code: str) -> Territory:
    return Territory.objects.get(kind=Kind.COMMUNE, code=code)


def test_territories_are_linked_to_what_contains_them(tmp_path):
    report = imported(tmp_path, FIRST)
    saint_etienne = commune("42218")
    assert saint_etienne.epci.name == "Saint-Étienne Métropole"
    assert saint_etienne.departement.name == "Loire"
    assert saint_etienne.departement.seat == saint_etienne
    assert saint_etienne.region.code == "84"
    assert saint_etienne.siren == "214202186"
    assert (saint_etienne.latitude, saint_etienne.precision) == (45.4397, "exact")
    assert commune("98818").com.name == "Nouvelle-Calédonie"
    assert commune("98818").departement is None
    assert commune("69381").part_of == commune("69123")
    assert commune("69381").status == Status.BOROUGH
    assert report.created[Kind.COMMUNE] == 8
    assert not report.told


def test_the_source_is_recorded_with_its_licence_and_counts(tmp_path):
    imported(tmp_path, FIRST)
    source = DataSource.objects.get(name="decoupage")
    assert source.licence == "Licence Ouverte 2.0"
    assert source.imported_at == NOW
    assert source.counts["commune"] == 8
    assert str(source).startswith("Communes, intercommunalités")


def test_the_same_files_are_not_imported_twice(tmp_path):
    imported(tmp_path, FIRST)
    report = imported(tmp_path, FIRST, now=LATER)
    assert report.up_to_date
    assert "déjà en place" in report.lines()[0]
    assert DataSource.objects.get(name="decoupage").imported_at == NOW


def test_a_forced_import_of_the_same_files_changes_nothing(tmp_path):
    imported(tmp_path, FIRST)
    before = list(Territory.objects.order_by("pk").values())
    report = imported(tmp_path, FIRST, force=True)
    assert list(Territory.objects.order_by("pk").values()) == before
    assert not report.created
    assert not report.updated
    assert report.unchanged[Kind.COMMUNE] == 8


def test_progress_ends_at_one_hundred(tmp_path):
    told = []
    imported(tmp_path, FIRST, progress=lambda done, what: told.append((done, what)))
    assert told[0][0] == 0
    assert told[-1] == (100, "terminé")
    assert [done for done, _what in told] == sorted(done for done, _what in told)


def second_year(tmp_path):
    """Firminy joins Saint-Étienne, Montbrison gets a new name, Saint-Thomas-la-Garde moves, a commune appears."""
    from alliage.territories.data.build import row

    rows = changed(
        FIRST,
        "42095",
        _42218={"old_codes": "42095 42219"},
        _42147={"name": "Montbrison-en-Forez"},
        _42268={"epci": "244200770"},
    )
    rows.append(row("commune", "42999", "Neuve", departement="42", region="84", epci="244200770"))
    return imported(tmp_path / "2", rows, now=LATER, version="2")


def test_a_merged_commune_becomes_former_and_leads_to_the_one_that_replaced_it(tmp_path):
    imported(tmp_path, FIRST)
    report = second_year(tmp_path)
    firminy = commune("42095")
    assert firminy.status == Status.FORMER
    assert firminy.part_of == commune("42218")
    assert firminy.epci is None
    assert lookup.successor(firminy) == commune("42218")
    assert lookup.resolve(Kind.COMMUNE, "42095") == commune("42218")
    change = firminy.changes.get(change=Change.MERGED)
    assert (change.after, change.effective_on, change.version) == ("Saint-Étienne", date(2026, 1, 1), "2")
    assert str(change) == "Firminy\u00a0: réuni à un autre territoire"
    assert "  Firminy (42095) → Saint-Étienne" in report.lines()


def test_a_renamed_commune_keeps_its_identity_and_its_former_name(tmp_path):
    imported(tmp_path, FIRST)
    before = commune("42147").pk
    report = second_year(tmp_path)
    assert commune("42147").pk == before
    change = TerritoryChange.objects.get(change=Change.RENAMED)
    assert (change.before, change.after) == ("Montbrison", "Montbrison-en-Forez")
    assert "  Montbrison (42147) → Montbrison-en-Forez" in report.lines()


def test_a_commune_that_changes_epci_is_told(tmp_path):
    imported(tmp_path, FIRST)
    report = second_year(tmp_path)
    assert commune("42268").epci.name == "Saint-Étienne Métropole"
    change = TerritoryChange.objects.get(change=Change.MOVED)
    assert change.before == "Communauté d’agglomération Loire Forez"
    assert "Passés dans une autre intercommunalité\u00a0: 1" in report.lines()


def test_a_new_commune_is_told(tmp_path):
    imported(tmp_path, FIRST)
    report = second_year(tmp_path)
    assert report.told[Change.CREATED] == ["Neuve (42999)"]
    assert commune("42999").changes.get().change == Change.CREATED


def test_a_commune_that_comes_back_is_restored(tmp_path):
    imported(tmp_path, FIRST)
    second_year(tmp_path)
    report = imported(tmp_path / "3", FIRST, version="3")
    assert commune("42095").status == Status.CURRENT
    assert commune("42095").part_of is None
    assert report.told[Change.RESTORED] == ["Firminy (42095)"]
    assert commune("42999").status == Status.FORMER
    assert report.told[Change.ENDED] == ["Neuve (42999)"]
    assert lookup.resolve(Kind.COMMUNE, "42999") is None


def test_a_commune_that_becomes_delegated_leads_to_its_whole(tmp_path):
    imported(tmp_path, FIRST)
    rows = changed(FIRST, _42095={"status": "delegated", "part_of": "42218", "epci": ""})
    rows.sort(key=lambda one: one["status"] != "current")
    imported(tmp_path / "2", rows, version="2")
    assert commune("42095").status == Status.DELEGATED
    assert lookup.resolve(Kind.COMMUNE, "42095") == commune("42218")
    assert commune("42095").changes.get().change == Change.MERGED


def test_a_delegated_commune_that_vanishes_still_leads_to_its_whole(tmp_path):
    imported(tmp_path, FIRST)
    imported(tmp_path / "2", changed(FIRST, "42222"), version="2")
    assert commune("42222").status == Status.FORMER
    assert lookup.resolve(Kind.COMMUNE, "42222") == commune("42147")


def test_an_epci_whose_communes_all_went_to_another_one_is_merged_into_it(tmp_path):
    imported(tmp_path, FIRST)
    rows = changed(FIRST, "200065894", _42147={"epci": "244200770"}, _42268={"epci": "244200770"})
    imported(tmp_path / "2", rows, version="2")
    gone = Territory.objects.get(kind=Kind.EPCI, code="200065894")
    assert gone.status == Status.FORMER
    assert gone.part_of.code == "244200770"


def test_an_epci_whose_communes_parted_is_ended(tmp_path):
    imported(tmp_path, FIRST)
    rows = changed(FIRST, "200065894", _42147={"epci": "244200770"}, _42268={"epci": ""})
    report = imported(tmp_path / "2", rows, version="2")
    gone = Territory.objects.get(kind=Kind.EPCI, code="200065894")
    assert (gone.status, gone.part_of) == (Status.FORMER, None)
    assert any("aucune" in sentence for sentence in report.told[Change.MOVED])


def test_a_code_of_the_past_leads_to_the_commune_of_today(tmp_path):
    imported(tmp_path, FIRST)
    assert lookup.find(Kind.COMMUNE, "42219") == commune("42218")
    assert lookup.find(Kind.EPCI, "42219") is None
    assert lookup.resolve(Kind.COMMUNE, "99999") is None
    rows = changed(FIRST, _42218={"old_codes": ""}, _42095={"old_codes": "42219"})
    imported(tmp_path / "2", rows, version="2")
    assert lookup.find(Kind.COMMUNE, "42219") == commune("42095")


def test_a_point_given_by_the_operator_is_kept(tmp_path):
    imported(tmp_path, FIRST)
    Territory.objects.filter(code="42218").update(latitude=45.1, point_source="IGN")
    imported(tmp_path, FIRST, force=True)
    assert commune("42218").latitude == 45.1


def test_a_custom_territory_follows_its_communes(tmp_path):
    imported(tmp_path, FIRST)
    one = [commune(code).pk for code in ("42095", "42147")]
    both = [commune(code).pk for code in ("42095", "42218")]
    follows, _ = services.write_custom_territory(name="Ondaine", communes=one, by_id=None, now=NOW)
    shrinks, _ = services.write_custom_territory(name="Gier", communes=both, by_id=None, now=NOW)
    second_year(tmp_path)
    assert set(follows.communes.values_list("code", flat=True)) == {"42218", "42147"}
    assert set(shrinks.communes.values_list("code", flat=True)) == {"42218"}
    follows.refresh_from_db()
    assert follows.population == 172_718 + 15_964


def test_territories_without_a_point_say_so(tmp_path):
    folder = reference_folder(tmp_path, FIRST, located=False)
    import_reference(Reference(folder), now=NOW)
    assert commune("42218").latitude is None
    assert commune("42218").precision == ""


def test_a_long_list_of_changes_is_cut(tmp_path):
    imported(tmp_path, FIRST)
    report = second_year(tmp_path)
    report.told[Change.CREATED] = [f"Commune {number}" for number in range(25)]
    assert "  et 5 autres" in report.lines()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "sources.json").unlink(), "sources.json lisible"),
        (lambda folder: (folder / "sources.json").write_text('{"version": "1"}'), "sources.json lisible"),
        (lambda folder: (folder / "points.csv.gz").unlink(), "illisible"),
        (lambda folder: (folder / "points.csv.gz").write_bytes(b"cut"), "empreinte"),
    ],
)
def test_a_damaged_file_writes_nothing(tmp_path, damage, message):
    folder = reference_folder(tmp_path, FIRST)
    damage(folder)
    with pytest.raises(ReferenceRefused, match=message):
        import_reference(Reference(folder), now=NOW)
    assert not Territory.objects.exists()


def test_a_code_given_twice_writes_nothing(tmp_path):
    with pytest.raises(ReferenceRefused, match="deux fois"):
        imported(tmp_path, [*FIRST, FIRST[-1]])
    assert not Territory.objects.exists()


def test_a_link_that_leads_nowhere_writes_nothing(tmp_path):
    with pytest.raises(ReferenceRefused, match=r"Firminy \(42095\) renvoie au code 000"):
        imported(tmp_path, changed(FIRST, _42095={"epci": "000"}))
    assert not Territory.objects.exists()


def test_a_file_without_the_columns_writes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("alliage.territories.tests.files.COLUMNS", ["kind", "code", "name"])
    rows = [{"kind": "commune", "code": "42218", "name": "Saint-Étienne"}]
    with pytest.raises(ReferenceRefused, match="colonnes attendues"):
        imported(tmp_path, rows)


def test_the_command_says_what_it_did(tmp_path, capsys):
    folder = reference_folder(tmp_path, FIRST)
    call_command("import_territories", folder=folder)
    told = capsys.readouterr()
    assert "commune\u00a0: 8 (créations\u00a0: 8, mises à jour\u00a0: 0)" in told.out
    assert "Territoires\u00a0: 100\u00a0% (terminé)" in told.err


def test_the_command_refuses_a_folder_without_data(tmp_path):
    with pytest.raises(CommandError, match=r"sources\.json"):
        call_command("import_territories", folder=tmp_path)


def test_a_terminal_gets_one_line_of_progress():
    from io import StringIO

    from django.core.management.base import OutputWrapper

    from alliage.territories.importers.progress import ProgressLine

    class Terminal(StringIO):
        def isatty(self):
            return True

    out = Terminal()
    line = ProgressLine(OutputWrapper(out), "Territoires")
    line.end()
    for percent in (1, 1, 2):
        line(percent, "commune")
    line.end()
    assert out.getvalue().count("\r") == 2
    assert out.getvalue().endswith("\n")


def test_a_part_of_a_former_commune_that_turns_in_circles_has_no_successor(tmp_path):
    imported(tmp_path, FIRST)
    for code, other in (("42095", "42147"), ("42147", "42095")):
        Territory.objects.filter(code=code).update(status=Status.FORMER, part_of=commune(other))
    assert lookup.successor(commune("42095")) is None
