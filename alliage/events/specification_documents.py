"""A specification as a document to keep, to print or to edit, and its needs as a table: the same words in every format."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from alliage.events.models import Specification, SpecificationVersion
from alliage.events.queries.specifications import ShownNeed, ShownPart
from alliage.events.services.needs import LABELS
from alliage.events.specification_texts import NEEDS, WORDS
from alliage.events.workshop_enums import Priority
from alliage.formats.documents import Block, Document, Heading, Items, Link, Paragraph, blocks_of
from alliage.ui.templatetags.ui import date_fr

HEADER = [
    "numero", "priorite", "voix", "phrase", "en_tant_que", "besoin", "afin_de",
    "exemple", "contrainte", "donnee", "point_non_tranche", "objection", "auteurs", "vient_de", "suite", "suite_le",
]  # fmt: skip


def document(specification: Specification, version: SpecificationVersion, parts: Iterable[ShownPart]) -> Document:
    """The version, who signed it and where it is read."""
    address = settings.ORIGIN + specification.get_absolute_url()
    return Document(
        title=specification.title,
        kicker=_("Macro-cahier des charges"),
        lead=_lead(specification),
        blocks=[*_state(version), *_parts(parts), *_end(specification, version, address)],
        foot=f"Alliage · {address}",
        authors=[signature.name for signature in version.signatures.all() if signature.name],
    )


def _lead(specification: Specification) -> str:
    event = specification.event.title if specification.event is not None else ""
    place = specification.territory.name if specification.territory is not None else ""
    return " · ".join(filter(None, (event, place)))


def _state(version: SpecificationVersion) -> Iterator[Block]:
    if not list(version.signatures.all()):
        yield Paragraph(_("Version de travail, pas encore signée."), note=True)


def _parts(parts: Iterable[ShownPart]) -> Iterator[Block]:
    for part in parts:
        yield Heading(part.label)
        if part.code != NEEDS:
            yield from blocks_of(part.text)
        for label, needs in part.columns:
            yield Heading(label, level=3)
            for need in needs:
                yield from _need(need)


def _need(need: ShownNeed) -> Iterator[Block]:
    yield Paragraph(f"{need.plain['number']}. {need.sentence}")
    details = [
        _("%(label)s\u00a0: %(words)s") % {"label": LABELS[name], "words": need.plain[name]}
        for name in WORDS[3:]
        if need.plain[name]
    ]
    if details:
        yield Items(details)
    facts = [need.authors, votes_said(need.plain["votes"])]
    if sources := [str(each["number"]) for each in need.plain["from"]]:
        facts.append(_("né des besoins n° %(numbers)s") % {"numbers": ", ".join(sources)})
    yield Paragraph(" · ".join(filter(None, facts)), note=True)


def votes_said(count: int) -> str:
    return _("%(count)s voix") % {"count": count} if count else ""


def _end(specification: Specification, version: SpecificationVersion, address: str) -> Iterator[Block]:
    yield Heading(_("Signé par"))
    signed = [
        _("%(name)s (%(role)s), le %(date)s")
        % {
            "name": each.name or _("une personne qui a quitté le réseau"),
            "role": each.get_role_display(),
            "date": date_fr(each.at),
        }
        for each in version.signatures.all()
    ]
    yield Items(signed) if signed else Paragraph(_("Personne encore."))
    words = {"number": version.number, "date": date_fr(version.at)}
    yield Paragraph(_("Version %(number)s, du %(date)s.") % words, note=True)
    if specification.adapted_from is not None:
        source = specification.adapted_from
        yield Link(source.title, settings.ORIGIN + source.get_absolute_url(), before=_("Parti de\u00a0:"))
    yield Link(address, address, before=_("Adresse permanente\u00a0:"))


def rows(needs: Iterable[ShownNeed]) -> Iterator[list[Any]]:
    """For `formats.csv`."""
    for need in needs:
        plain = need.plain
        yield [
            plain["number"],
            Priority(plain["priority"]).label,
            plain["votes"],
            need.sentence,
            *(plain[name] for name in WORDS),
            need.authors,
            " ".join(str(each["number"]) for each in plain["from"]),
            need.outcome.get_outcome_display() if need.outcome else "",
            need.outcome.on.isoformat() if need.outcome else "",
        ]
