"""A published specification in the library: a study, whose results are the needs. Its lineage is told there too."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.events import specification_texts as texts
from alliage.events.models import Specification, SpecificationVersion
from alliage.library import content as contents
from alliage.library.content import LONGEST, Content
from alliage.library.content import LONGEST_SECTION as LONGEST_PART
from alliage.library.enums import SHOWN, WRITABLE, AuthorRole, Licence, ProposalState, ResourceKind
from alliage.library.models import Resource
from alliage.library.services import contributing, proposals, resources, reuse
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.models import Territory
from alliage.territories.snapshot import snapshot


def keep(
    specification: Specification, version: SpecificationVersion, *, at_once: bool, by: Member, now: datetime
) -> Resource:
    """Its resource, or its next version; published at once, or given to the library’s reviewers."""
    content = contents.cleaned(content_of(specification, version, now=now))
    if specification.resource is None:
        proposal = proposals.begin(content, by=by, now=now, is_demo=by.is_demo)
    else:
        proposal = proposals.open_proposal(specification.resource, by=by, now=now, content=content)
        if proposal.content != content:  # an earlier text still waits for its review: this one takes its place
            if proposal.state == ProposalState.IN_REVIEW:  # somebody reads it: the next version comes after them
                return specification.resource
            if proposal.state not in WRITABLE:
                proposal = proposals.take_back(proposal, by=by, now=now)
            proposal = proposals.write(proposal, content, token=proposal.token, by=by, now=now)
    if at_once:
        names = ", ".join(signature.name for signature in version.signatures.all() if signature.name)
        resources.publish(proposal, by=by, now=now, note=_("Signé par %(names)s.") % {"names": names})
    else:
        contributing.propose(proposal, by=by, now=now)
    kept = Resource.objects.get(pk=proposal.resource_id)
    _tell_origin(specification, kept, by=by, now=now)
    return kept


def _tell_origin(specification: Specification, own: Resource, *, by: Member, now: datetime) -> None:
    """Begun from another specification: the library says so as of any adaptation, once."""
    source = specification.adapted_from
    if source is None or source.resource is None or source.resource.state not in SHOWN:
        return
    words = {"place": specification.territory.name if specification.territory else _("un autre territoire")}
    told = reuse.Told(_("Besoins repris et adaptés pour %(place)s.") % words, territory=specification.territory)
    reuse.tell_adaptation(source.resource, told, sent=f"cahier-{specification.pk}", by=by, now=now, own=own)


def content_of(specification: Specification, version: SpecificationVersion, *, now: datetime) -> Content:
    """In the parts of a study. Nobody is named but those who signed."""
    said = version.content["sections"]
    sections = {
        "objet": _joined(said, "contexte", "publics"),
        "methode": _method(specification),
        "resultats": "\n\n".join(filter(None, (_needs(version.content["needs"]), _joined(said, "exemples", "criteres", "suites")))),
        "limites": _joined(said, "contraintes", "donnees", "non_tranches", "objections"),
    }  # fmt: skip
    title = _("Cahier des charges\u00a0: %(title)s") % {"title": specification.title}
    place = specification.territory
    return {
        "kind": ResourceKind.STUDY.value,
        "title": title[: LONGEST["title"]],
        "summary": _summary(version.content["needs"]),
        "licence": Licence.CC_BY_SA.value,
        "year": localdate(now).year,
        "sections": {code: text[:LONGEST_PART] for code, text in sections.items() if text},
        "authors": [
            {"name": signature.name, "role": AuthorRole.AUTHOR.value}
            for signature in version.signatures.all()
            if signature.name
        ],
        "leviers": _levers(specification),
        "territories": [f"{place.kind}:{place.code}"] if _is_known(place) else [],  # type: ignore[union-attr]
        "links": [
            {
                "url": settings.ORIGIN + specification.get_absolute_url(),
                "label": _("Le cahier des charges, ses fichiers et ses suites"),
            }
        ],
        "source": (specification.event.title if specification.event else "")[: LONGEST["source"]],
    }


def _is_known(place: Territory | None) -> bool:
    """Among the territories in force, which alone a resource names."""
    return place is not None and (place.kind, place.code) in snapshot().by_code


def _levers(specification: Specification) -> list[str]:
    if specification.board is None:
        return []
    root = specification.board.sequence
    codes = root.levers.filter(vocabulary=Vocabulary.LEVIERS).order_by("pk").values_list("code", flat=True)
    return list(codes) or list(
        root.event.levers.filter(vocabulary=Vocabulary.LEVIERS).order_by("pk").values_list("code", flat=True)
    )


def _joined(said: dict[str, str], *codes: str) -> str:
    labels = {part.code: str(part.label) for part in texts.TEXTS}
    return "\n\n".join(f"{labels[code]}\u00a0:\n\n{said[code]}" for code in codes if said.get(code))


def _method(specification: Specification) -> str:
    if specification.board is None:
        return _("Parti d’un cahier des charges publié, puis adapté à ce territoire.")
    return _(
        "Atelier en sous-groupes\u00a0: un exemple introductif, un débat sur les besoins, une structuration. "
        "Les besoins ont été dits, fusionnés et choisis par les participants, puis relus et signés."
    )


def _needs(needs: Iterable[dict[str, Any]]) -> str:
    return "\n\n".join(
        f"{label}\u00a0:\n\n" + "\n".join(f"- {texts.sentence_of(each)}" for each in there)
        for label, there in texts.columns(needs)
    )


def _summary(needs: list[dict[str, Any]]) -> str:
    first = texts.sentence_of(needs[0]) if needs else ""
    words = {"count": len(needs), "first": first}
    if len(needs) > 1:
        return (_("%(count)s besoins priorisés. Le premier\u00a0: %(first)s") % words)[: LONGEST["summary"]]
    return first[: LONGEST["summary"]]
