"""How adaptations and resources form lineages: trees, whose first resource each member of the family knows.

Imported by what publishes; it asks nothing of the other services.
"""

from django.utils.translation import gettext as _

from alliage.library.enums import LICENCES, Licence
from alliage.library.models import Adaptation, Resource
from alliage.refusals import Refusal


class LineageRefused(Refusal):
    """The resource cannot be born from that one."""


def join(original: Resource, resource: Resource | None) -> Resource:
    """Put `resource` (or nothing yet) in the family of `original`, and answer the original, locked. Never a cycle.

    A resource without origin is the first of its family, and alone in that: when both are already of one family, the
    resource is an ancestor of the original.
    """
    asked = {each.pk for each in (original, resource) if each is not None}
    families = Resource.objects.filter(pk__in=asked).values_list("family_id", flat=True)
    wanted = sorted(asked | {pk for pk in families if pk})
    locked = {
        row.pk: row for row in Resource.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    }
    first = locked[original.pk]
    root = first.family_id or first.pk
    if root not in locked:
        raise LineageRefused(_("Cette page a changé entre-temps. Rien n’a été fait : relisez-la."))
    _set_family([first.pk], root)
    if resource is not None:
        _refuse_cycle(locked[resource.pk], root)
        Resource.objects.filter(family=resource.pk).update(family=root)
        _set_family([resource.pk], root)
    first.refresh_from_db()
    return first


def _set_family(pks: list[int], root: int) -> None:
    Resource.objects.filter(pk__in=pks).update(family=root)


def _refuse_cycle(resource: Resource, root: int) -> None:
    if Adaptation.objects.filter(resource=resource).exists():
        raise LineageRefused(_("Cette ressource a déjà une origine : une ressource n’en a qu’une."))
    if root in (resource.pk, resource.family_id):
        raise LineageRefused(_("Cette ressource est à l’origine de l’autre : elle ne peut pas en être l’adaptation."))


def count_again(original: Resource) -> None:
    """How many times it was adapted, as everyone reads it."""
    told = Adaptation.objects.filter(original=original, is_hidden=False).count()
    Resource.objects.filter(pk=original.pk).update(adapted_count=told)


# --- Licences ------------------------------------------------------------------------------------------------------


def may_copy(original: Resource) -> bool:
    """Whether its licence lets one begin from its text."""
    return LICENCES[Licence(original.licence)].may_reuse


def why_not_copied(original: Resource) -> str:
    """What one may still do when its text is not to be copied; nothing when it is."""
    if may_copy(original):
        return ""
    return _(
        "Ses droits sont réservés : on peut s’en inspirer, la citer et dire qu’on l’a adaptée, pas repartir de son texte. Votre ressource commence vide, avec un lien vers elle."
    )


def shares_alike(original: Resource) -> bool:
    return bool(original.licence == Licence.CC_BY_SA)


def refuse_licence(resource: Resource, licence: str) -> None:
    """What was born from a text to share alike is shared alike."""
    origin = Adaptation.objects.filter(resource=resource).select_related("original").first()
    if origin is not None:
        refuse_licence_of(origin.original, licence)


def refuse_licence_of(original: Resource, licence: str) -> None:
    if shares_alike(original) and licence != Licence.CC_BY_SA:
        words = {"title": original.title, "licence": LICENCES[Licence.CC_BY_SA].short}
        raise LineageRefused(
            _("« %(title)s » se partage dans les mêmes conditions : ce qui en est adapté garde la licence %(licence)s.")
            % words
        )


def forget_place(resource: Resource) -> None:
    """A resource that does not name its territory is not betrayed by its lineage."""
    Adaptation.objects.filter(resource=resource).update(territory=None, entry=None)
