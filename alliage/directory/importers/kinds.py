"""What an animator may import in the directory, and the outside directories it may follow."""

from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import ADDRESSES, EntryKind
from alliage.directory.importers import alliances, needs
from alliage.directory.importers.batch import key_of, make_batch
from alliage.directory.importers.columns import columns
from alliage.directory.services import alliances as of_alliances
from alliage.directory.services import exchange
from alliage.directory.services import needs as of_needs
from alliage.imports.registry import Harvest, ImportKind, Undo

LABELS = {
    EntryKind.ORGANISATION: (
        _("Organisations"),
        _("Associations, entreprises, collectivités, lieux… Une ligne pour chacune : un nom suffit, une commune la place sur la carte."),
    ),
    EntryKind.CATALYST: (
        _("Catalyseurs"),
        _("Des personnes. Elles ne sont pas montrées au public : chacune publie sa fiche elle-même."),
    ),
    EntryKind.TEAM: (
        _("Équipes de territoire"),
        _("Les équipes qui agissent pour une commune, une intercommunalité, un département… et leurs moyens."),
    ),
}  # fmt: skip


def _invite(run_id: UUID) -> tuple[Any, str]:
    return _("Inviter ces personnes à tenir leur fiche"), f"{reverse('directory:to_invite')}?import={run_id}"


def _kind(kind: EntryKind) -> ImportKind:
    label, description = LABELS[kind]
    after: Any = partial(exchange.after_undo, kind)
    return ImportKind(
        f"directory.{kind.value}",
        label,
        columns(kind),
        make_batch=make_batch(kind),
        description=description,
        result_url=f"/annuaire/?nature={ADDRESSES[kind]}",
        undo=Undo(
            along=exchange.ALONG,
            keep=exchange.reason_to_keep,
            after=after,
            around=exchange.people_of,
            last=exchange.find_again,
        ),
        harvest=Harvest(
            key_of,
            partial(exchange.known, kind),
            partial(exchange.withdraw, kind),
            partial(exchange.forget, kind),
            partial(exchange.keep, kind),
        ),
        finds_duplicates=True,
        then=_invite if kind == EntryKind.CATALYST else None,
    )


ALLIANCES = ImportKind(
    "directory.alliance",
    _("Alliances"),
    alliances.columns(),
    make_batch=alliances.make_batch,
    description=_(
        "Qui fait quoi avec qui, depuis quand. Une ligne pour chacune : les deux organisations sont déjà dans l’annuaire."
    ),
    result_url="/annuaire/alliances/",
    undo=Undo(after=of_alliances.after_undo),
    finds_duplicates=True,
)
NEEDS = ImportKind(
    "directory.need",
    _("Besoins et offres"),
    needs.columns(),
    make_batch=needs.make_batch,
    description=_(
        "Ce que cherchent ou proposent des organisations de l’annuaire que personne ne tient encore, ou dont vous tenez la fiche."
    ),
    result_url="/annuaire/besoins/",
    undo=Undo(after=of_needs.after_undo, unnoticed=frozenset({"reminded_at"})),
    finds_duplicates=True,
)
KINDS = [*(_kind(kind) for kind in LABELS), ALLIANCES, NEEDS]
