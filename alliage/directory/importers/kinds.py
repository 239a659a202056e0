"""What an animator may import in the directory, and the outside directories it may follow."""

from functools import partial
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliage.directory.enums import ADDRESSES, EntryKind
from alliage.directory.importers.batch import key_of, make_batch
from alliage.directory.importers.columns import columns
from alliage.directory.services import exchange
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


KINDS = [_kind(kind) for kind in LABELS]
