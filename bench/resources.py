"""Makes the library grow, and measures whole requests of its list: `python -m bench.resources` in a site that is prepared.

Words, facets with their counts, excerpts, HTML. SIZES may be given: `python -m bench.resources 5000 100000`.
"""

import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import lists, texts

SEED = 42
BATCH = 1_000
SIZES = (5_000, 100_000)
FIRST = datetime(2016, 1, 1, 12, tzinfo=UTC)
PAGES = [
    "/ressources/",
    "/ressources/?page=20",
    "/ressources/?q=alliance",
    "/ressources/?q=jardin+partage+ecole+commune",
    "/ressources/?q=tiers-lieu+rural&levier=alliance&odd=11&sorte=pratique",
    "/ressources/?levier=alliance&levier=modele&odd=11&odd=17&region=84",
    "/ressources/?q=mobilite&territoire=region:84",
    "/ressources/?q=allliance+partenaraits",
    "/ressources/?q=alliance+xylophone&levier=alliance",
    "/recherche/?q=alliance+territoire",
    "/recherche/choisir.json?q=jardin+part&sorte=ressources",
]
KINDS = ("pratique", "guide", "etude", "outil", "lettre", "retour")
SIZES_OF_PLACES = ("<2000", "2000-10000", "10000-50000", "50000-200000", ">200000")


def fill_library(target: int) -> None:
    """Published resources up to `target`, with all their facets, spread over communes."""
    from alliage.library.models import Resource, ResourcePlace, ResourceTerm
    from alliage.taxonomy.models import Term
    from alliage.territories.enums import Kind
    from alliage.territories.snapshot import snapshot

    chance = random.Random(SEED + target)
    terms = {(term.vocabulary, term.code): term.pk for term in Term.objects.all()}
    communes = [row for row in snapshot().rows if row.kind == Kind.COMMUNE]
    for first in range(Resource.objects.count(), target, BATCH):
        places = [chance.choice(communes) for _ in range(min(BATCH, target - first))]
        made = Resource.objects.bulk_create(_resource(chance, f"{place.kind}:{place.code}", terms) for place in places)
        ResourcePlace.objects.bulk_create(
            ResourcePlace(resource=one, territory_id=place.id) for one, place in zip(made, places, strict=True)
        )
        ResourceTerm.objects.bulk_create(
            (ResourceTerm(resource=one, term_id=pk) for one in made for pk in _terms(one.content, terms)),
            batch_size=BATCH,
        )


def _terms(content: dict[str, Any], terms: dict[tuple[str, str], int]) -> list[int]:
    from alliage.library.content import TERMS

    return [terms[vocabulary, code] for name, vocabulary in TERMS.items() for code in content[name]]


def _resource(chance: random.Random, place: str, terms: dict[tuple[str, str], int]) -> Any:
    from alliage.library import content as contents
    from alliage.library import kinds
    from alliage.library.models import Resource

    kind = chance.choice(KINDS)
    sections = [section.code for section in kinds.sections(kind)]
    said = {
        name: list(chance.sample(lists.VALUES[name], chance.randint(1, lists.MOST.get(name, 1))))
        for name in lists.VALUES
    }
    content = contents.cleaned(
        {
            "kind": kind,
            "title": texts.title(chance)[:160],
            "summary": chance.choice(texts.sentences())[:400],
            "sections": {code: texts.body(chance, chance.randint(2, 4)) for code in sections},
            "medoc": chance.choice(("methode", "exemple", "donnee", "outil", "competence")),
            "leviers": said["levier"],
            "metiers": said["metier"],
            "odd": said["odd"],
            "audiences": said["public"],
            "territories": [place],
            "context": {
                "territory_kind": chance.choice(("commune", "epci")),
                "size": chance.choice(SIZES_OF_PLACES),
                "density": chance.choice(("dense", "intermediaire", "rural")),
                "phase": said["phase"][0],
                "actors": said["public"],
            },
            "proof": said["preuve"][0],
            "licence": said["licence"][0],
            "year": int(said["annee"][0]),
        }
    )
    at = FIRST + timedelta(hours=chance.randrange(90_000))
    medoc = next((pk for (_vocabulary, code), pk in terms.items() if code == content["medoc"]), None)
    return Resource(
        kind=kind, title=content["title"], summary=content["summary"], content=content, medoc_id=medoc,
        proof=content["proof"], licence=content["licence"], year=content["year"], state="published", edition=1,
        published_at=at, edited_at=at, changed_at=at,
    )  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliage.config.settings")
    import django

    django.setup()
    from bench.run import measure_pages
    from bench.server import command_cost, megabytes, page_server

    for size in map(int, sys.argv[1:]) if sys.argv[1:] else SIZES:
        fill_library(size)
        seconds, processor, peak = command_cost(dict(os.environ), "reindex")
        print(f"{size} resources: reindex {seconds:.0f} s, {processor:.0f} s of processor, {peak:.0f} MB at most")
        with page_server(dict(os.environ)) as server:
            for cost in measure_pages(server, PAGES):
                print(
                    f"{cost.path:75} {cost.status} cpu {cost.cpu_ms:6.1f} p50 {cost.p50_ms:6.1f} p95 {cost.p95_ms:6.1f} ms"
                    f" {cost.bytes_sent / 1024:6.1f} kB {cost.queries} SQL"
                )
            print(f"memory of the page worker: {megabytes(server.pids):.0f} MB")


if __name__ == "__main__":
    main()
