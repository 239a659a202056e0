"""French around names: written as a reader would expect it."""

import csv
from pathlib import Path

import pytest

from alliage.territories import grammar
from alliage.territories.enums import Kind, Status
from alliage.territories.models import Territory


def named(name, kind=Kind.COMMUNE, article=0, *, code="x", nature="", status=Status.CURRENT):
    return Territory(kind=kind, code=code, name=name, article_code=article, nature=nature, status=status)


@pytest.mark.parametrize(
    ("name", "article", "of", "at"),
    [
        ("Paris", 0, "de Paris", "à Paris"),
        ("Amiens", 1, "d’Amiens", "à Amiens"),
        ("Hyères", 1, "d’Hyères", "à Hyères"),
        ("Honfleur", 0, "de Honfleur", "à Honfleur"),
        ("Yvetot", 1, "d’Yvetot", "à Yvetot"),
        ("Évreux", 1, "d’Évreux", "à Évreux"),
        ("Le Havre", 2, "du Havre", "au Havre"),
        ("La Rochelle", 3, "de La Rochelle", "à La Rochelle"),
        ("Les Sables-d'Olonne", 4, "des Sables-d’Olonne", "aux Sables-d’Olonne"),
        ("L'Isle-Jourdain", 5, "de L’Isle-Jourdain", "à L’Isle-Jourdain"),
        ("Aux Marais", 6, "des Marais", "aux Marais"),
        ("Los Masos", 8, "de Los Masos", "à Los Masos"),
        ("Le Vernet-Chaméane", 0, "du Vernet-Chaméane", "au Vernet-Chaméane"),
        ("Le Mont-Dore", 0, "du Mont-Dore", "au Mont-Dore"),
        ("Uturoa", 0, "d’Uturoa", "à Uturoa"),
        ("Lempdes", 0, "de Lempdes", "à Lempdes"),
        ("Lesparre-Médoc", 0, "de Lesparre-Médoc", "à Lesparre-Médoc"),
    ],
)
def test_a_commune_follows_its_article(name, article, of, at):
    commune = named(name, article=article)
    assert (grammar.of(commune), grammar.at(commune)) == (of, at)


@pytest.mark.parametrize(
    ("kind", "code", "the", "of", "at"),
    [
        (Kind.DEPARTEMENT, "02", "l’Aisne", "de l’Aisne", "dans l’Aisne"),
        (Kind.DEPARTEMENT, "32", "le Gers", "du Gers", "dans le Gers"),
        (Kind.DEPARTEMENT, "35", "Ille-et-Vilaine", "d’Ille-et-Vilaine", "en Ille-et-Vilaine"),
        (Kind.DEPARTEMENT, "40", "les Landes", "des Landes", "dans les Landes"),
        (Kind.DEPARTEMENT, "69", "le Rhône", "du Rhône", "dans le Rhône"),
        (Kind.DEPARTEMENT, "73", "la Savoie", "de la Savoie", "en Savoie"),
        (Kind.DEPARTEMENT, "75", "Paris", "de Paris", "à Paris"),
        (Kind.DEPARTEMENT, "2B", "la Haute-Corse", "de la Haute-Corse", "en Haute-Corse"),
        (Kind.DEPARTEMENT, "973", "la Guyane", "de la Guyane", "en Guyane"),
        (Kind.DEPARTEMENT, "974", "La Réunion", "de La Réunion", "à La Réunion"),
        (Kind.REGION, "06", "Mayotte", "de Mayotte", "à Mayotte"),
        (Kind.REGION, "11", "l’Île-de-France", "d’Île-de-France", "en Île-de-France"),
        (Kind.REGION, "44", "le Grand Est", "du Grand Est", "dans le Grand Est"),
        (Kind.COM, "988", "la Nouvelle-Calédonie", "de la Nouvelle-Calédonie", "en Nouvelle-Calédonie"),
        (Kind.COM, "986", "Wallis-et-Futuna", "de Wallis-et-Futuna", "à Wallis-et-Futuna"),
    ],
)
def test_usage_decides_for_departements_regions_and_collectivities(kind, code, the, of, at):
    territory = named("x", kind, code=code)
    assert (grammar.the(territory), grammar.of(territory), grammar.at(territory)) == (the, of, at)


@pytest.mark.parametrize(
    ("name", "nature", "title", "of", "at"),
    [
        (
            "CC du Kreiz-Breizh (CCKB)", "CC", "Communauté de communes du Kreiz-Breizh (CCKB)",
            "de la communauté de communes du Kreiz-Breizh (CCKB)",
            "dans la communauté de communes du Kreiz-Breizh (CCKB)",
        ),
        (
            "Communauté de communes du Pays de l’Ozon", "CC", "Communauté de communes du Pays de l’Ozon",
            "de la communauté de communes du Pays de l’Ozon",
            "dans la communauté de communes du Pays de l’Ozon",
        ),
        (
            "CA Coeur d'Essonne Agglomération", "CA", "Communauté d’agglomération Cœur d’Essonne Agglomération",
            "de la communauté d’agglomération Cœur d’Essonne Agglomération",
            "dans la communauté d’agglomération Cœur d’Essonne Agglomération",
        ),
        ("CU d'Arras", "CU", "Communauté urbaine d’Arras", "de la communauté urbaine d’Arras", "dans la communauté urbaine d’Arras"),
        ("Métropole de Lyon", "MET69", "Métropole de Lyon", "de la Métropole de Lyon", "dans la Métropole de Lyon"),
        ("Eurométropole de Strasbourg", "METRO", "Eurométropole de Strasbourg", "de l’Eurométropole de Strasbourg", "dans l’Eurométropole de Strasbourg"),
        ("Brest Métropole", "METRO", "Brest Métropole", "de Brest Métropole", "à Brest Métropole"),
        ("Orléans Métropole", "METRO", "Orléans Métropole", "d’Orléans Métropole", "à Orléans Métropole"),
    ],
)  # fmt: skip
def test_an_intercommunality_is_named_in_full(name, nature, title, of, at):
    epci = named(name, Kind.EPCI, nature=nature)
    assert (grammar.title(epci), grammar.of(epci), grammar.at(epci)) == (title, of, at)


def test_an_ept_and_a_custom_territory_are_named_with_what_they_are():
    assert grammar.at(named("Plaine Commune", Kind.EPT)) == "dans l’établissement public territorial Plaine Commune"
    assert (
        grammar.of(named("Pays d'Auray", Kind.CUSTOM))
        == "du territoire «\N{NO-BREAK SPACE}Pays d’Auray\N{NO-BREAK SPACE}»"
    )


@pytest.mark.parametrize(
    ("territory", "label"),
    [
        (named("Lyon"), "commune"),
        (named("Lyon 1er", status=Status.BOROUGH), "arrondissement municipal"),
        (named("Serres", status=Status.DELEGATED), "commune déléguée"),
        (named("Serres", status=Status.FORMER), "ancienne commune"),
        (named("CC X", Kind.EPCI, nature="CC"), "communauté de communes"),
        (named("X", Kind.EPCI), "intercommunalité"),
        (named("Aisne", Kind.DEPARTEMENT), "département"),
    ],
)
def test_what_a_territory_is_has_words(territory, label):
    assert grammar.kind_label(territory) == label


def test_every_listed_territory_has_its_three_forms_with_printed_apostrophes():
    with (Path(grammar.__file__).parent / "data" / "grammar.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 101 + 18 + 8
    assert all(row["the"] and row["of"] and row["at"] and "'" not in "".join(row.values()) for row in rows)
