"""What an animator may import in the library, and the outside banks it may follow."""

from django.utils.translation import gettext_lazy as _

from alliage.imports.registry import Harvest, ImportKind, Undo
from alliage.library.importers.batch import key_of, make_batch
from alliage.library.importers.columns import columns
from alliage.library.services import harvest

RESOURCES = ImportKind(
    "library.resource",
    _("Ressources"),
    columns(),
    make_batch=make_batch,
    description=_(
        "Des pratiques, guides, études… d’un tableau, ou d’une autre banque que l’on suit par son flux RSS, son entrepôt OAI-PMH ou son fichier CSV. Chaque fiche dit d’où elle vient et mène à l’original."
    ),
    result_url="/ressources/?tri=recentes",
    undo=Undo(along=harvest.ALONG, after=harvest.after_undo, unnoticed=frozenset({"changed_at"})),
    harvest=Harvest(key_of, harvest.known, harvest.withdraw, harvest.forget, harvest.keep),
    finds_duplicates=True,
)
