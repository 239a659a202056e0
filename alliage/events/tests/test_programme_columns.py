"""Names in the cells of a programme's table: what is written is read back."""

import pytest

from alliage.events import programme_columns as columns
from alliage.events.enums import Standing
from alliage.events.programme_columns import Organisation, Someone


@pytest.mark.parametrize(
    ("someone", "cell"),
    [
        (Someone("Gabriel Attal", "Secrétaire d’Etat"), "Gabriel Attal, Secrétaire d’Etat"),
        (Someone("Awa Diallo"), "Awa Diallo"),
        (Someone("", "", Organisation("La Fonda", "la-fonda")), "[La Fonda @la-fonda]"),
        (Someone("", "", Organisation("Convergences"), Standing.EXPECTED), "[Convergences] *"),
        (
            Someone("Awa Diallo", "directrice, puis maire", Organisation("Le Lieu", "le-lieu"), Standing.DECLINED),
            "Awa Diallo, directrice, puis maire [Le Lieu @le-lieu] †",
        ),
    ],
)
def test_someone_is_written_and_read_back(someone: Someone, cell: str):
    assert columns.person_cell(someone) == cell
    assert columns.person_of(cell) == someone


def test_several_people_share_a_cell():
    people = [Someone("Awa Diallo"), Someone("", "", Organisation("La Fonda"))]
    assert columns.people_of(columns.people_cell(people)) == people
    assert columns.people_of(" | ") == []


def test_several_partners_share_a_cell():
    partners = [Organisation("Comité 21", "comite-21"), Organisation("Territoire Paris Est Marne & Bois")]
    assert columns.organisations_of(columns.organisations_cell(partners)) == partners


def test_a_name_that_holds_a_separator_is_not_cut_in_two():
    assert columns.people_of(columns.people_cell([Someone("Awa | Diallo [dite]")])) == [Someone("Awa / Diallo (dite)")]


def test_each_column_is_named_once():
    assert len(set(columns.HEADER)) == len(columns.COLUMNS)
    assert set(columns.PARTS) <= set(columns.HEADER)
