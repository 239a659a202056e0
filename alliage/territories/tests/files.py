"""Small files in the formats that territories are imported from."""

import hashlib
import json
from pathlib import Path
from typing import Any

from alliage.territories.data.build import COLUMNS, POINT_COLUMNS, SOURCES, row, write

FIRST = [
    row("region", "84", "Auvergne-Rhône-Alpes", seat="69123"),
    row("com", "988", "Nouvelle-Calédonie", seat="98818"),
    row("departement", "42", "Loire", article=3, region="84", seat="42218"),
    row("departement", "69", "Rhône", region="84", seat="69123"),
    row("epci", "244200770", "Saint-Étienne Métropole", nature="METRO", siren="244200770", population=173000),
    row("epci", "200065894", "Communauté d’agglomération Loire Forez", nature="CA", siren="200065894", sort_name="loire forez"),
    row("epci", "200046977", "Métropole de Lyon", nature="MET69", siren="200046977"),
    row("commune", "42218", "Saint-Étienne", departement="42", region="84", epci="244200770", population=172718,
        postal_codes="42000 42100", siren="214202186", old_codes="42219"),
    row("commune", "42095", "Firminy", departement="42", region="84", epci="244200770", population=16994),
    row("commune", "42147", "Montbrison", departement="42", region="84", epci="200065894", population=15964),
    row("commune", "42268", "Saint-Thomas-la-Garde", departement="42", region="84", epci="200065894", population=600),
    row("commune", "69123", "Lyon", departement="69", region="84", epci="200046977", population=522250),
    row("commune", "98818", "Nouméa", com="988", population=94285),
    row("commune", "69381", "Lyon 1er Arrondissement", status="borough", part_of="69123", departement="69", region="84",
        population=28710, postal_codes="69001"),
    row("commune", "42222", "Saint-Galmier", status="delegated", part_of="42147", departement="42", region="84"),
]  # fmt: skip


def changed(rows: list[dict[str, Any]], *drop: str, **by_code: dict[str, Any]) -> list[dict[str, Any]]:
    """The same rows without some communes, and with other values for some codes (`_42218={"name": "…"}`)."""
    kept = [one for one in rows if one["code"] not in drop]
    return [{**one, **by_code.get(f"_{one['code']}", {})} for one in kept]


def reference_folder(folder: Path, rows: list[dict[str, Any]], *, version: str = "1", located: bool = True) -> Path:
    """A folder like `data/`, with these territories, all of them at the same place."""
    folder.mkdir(parents=True, exist_ok=True)
    points = [
        {"kind": one["kind"], "code": one["code"], "latitude": "45.4397", "longitude": "4.3872", "precision": "exact"}
        for one in rows
        if located
    ]
    write(folder / "territories.csv.gz", COLUMNS, rows)
    write(folder / "points.csv.gz", POINT_COLUMNS, points)
    files = [
        {**source, "sha256": hashlib.sha256((folder / source["file"]).read_bytes()).hexdigest()} for source in SOURCES
    ]
    (folder / "sources.json").write_text(json.dumps({"version": version, "files": files}), encoding="utf-8")
    return folder
