"""A small France for tests of pages: two régions, an intercommunality, La Réunion, a collectivity."""

from types import SimpleNamespace

from alliage.territories.enums import Kind, Precision, Status
from alliage.territories.tests.factories import TerritoryFactory


def small_france() -> SimpleNamespace:
    region = TerritoryFactory(kind=Kind.REGION, code="84", name="Auvergne-Rhône-Alpes", population=8_200_000)
    bretagne = TerritoryFactory(kind=Kind.REGION, code="53", name="Bretagne", population=3_400_000)
    loire = TerritoryFactory(
        kind=Kind.DEPARTEMENT, code="42", name="Loire", article_code=3, population=770_000, region=region
    )
    rhone = TerritoryFactory(
        kind=Kind.DEPARTEMENT, code="69", name="Rhône", article_code=2, population=1_900_000, region=region
    )
    metropole = TerritoryFactory(
        kind=Kind.EPCI, code="244200770", name="Saint-Étienne Métropole", nature="METRO", siren="244200770",
        population=408_000, latitude=45.44, longitude=4.39, precision=Precision.MEMBERS,
    )  # fmt: skip
    around = {"departement": loire, "region": region, "epci": metropole}
    etienne = TerritoryFactory(
        code="42218", name="Saint-Étienne", population=173_136, siren="214202186", postal_codes="42000 42100",
        latitude=45.43, longitude=4.39, **around,
    )  # fmt: skip
    chamond = TerritoryFactory(
        code="42207", name="Saint-Chamond", population=35_000, latitude=45.47, longitude=4.51, **around
    )
    small = TerritoryFactory(
        code="42001", name="Aboën", article_code=1, population=420, latitude=45.44, longitude=4.39,
        precision=Precision.EPCI, **around,
    )  # fmt: skip
    lyon = TerritoryFactory(
        code="69123", name="Lyon", population=520_000, departement=rhone, region=region, latitude=45.75, longitude=4.85
    )
    island = TerritoryFactory(kind=Kind.REGION, code="04", name="La Réunion", population=889_000)
    reunion = TerritoryFactory(kind=Kind.DEPARTEMENT, code="974", name="La Réunion", population=889_000, region=island)
    denis = TerritoryFactory(
        code="97411", name="Saint-Denis", population=155_000, latitude=-20.88, longitude=55.45,
        departement=reunion, region=island,
    )  # fmt: skip
    polynesie = TerritoryFactory(kind=Kind.COM, code="987", name="Polynésie française", population=278_000)
    papeete = TerritoryFactory(
        code="98735", name="Papeete", population=26_000, latitude=-17.53, longitude=-149.57, com=polynesie
    )
    for place, seat in (
        (loire, etienne),
        (rhone, lyon),
        (region, lyon),
        (reunion, denis),
        (island, denis),
        (polynesie, papeete),
    ):
        place.seat = seat
        place.save()
    rochetaillee = TerritoryFactory(
        code="42191", name="Rochetaillée", status=Status.ASSOCIATED, part_of=etienne, departement=loire, region=region,
        latitude=45.41, longitude=4.45,
    )  # fmt: skip
    return SimpleNamespace(
        **{name: value for name, value in locals().items() if name not in ("around", "place", "seat")}
    )
