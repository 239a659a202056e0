"""A resource as a document to keep, to print or to edit: the same words in PDF, DOCX and ODT."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from alliage.formats.documents import Block, Checks, Document, Heading, Items, Link, Paragraph, blocks_of
from alliage.library import citing, exports, kinds
from alliage.library import content as contents
from alliage.library.content import Content
from alliage.library.enums import AuthorRole, Importance, Licence, Proof, ResourceKind, State
from alliage.library.models import Resource, Translation
from alliage.library.queries import resources as queries
from alliage.library.queries import reuse
from alliage.taxonomy.enums import Vocabulary
from alliage.territories import grammar
from alliage.ui.templatetags.ui import date_fr


def document(resource: Resource, translation: Translation | None = None, *, alone: bool = False) -> Document:
    """The last version, as everyone reads it. `alone`: for what is kept a while, without a word of other resources, which
    may be withdrawn or cease to name their territory meanwhile."""
    content = exports.said(resource, translation)
    work = exports.latest(resource, translation)
    kind = str(ResourceKind(content["kind"]).label)
    return Document(
        title=content["title"],
        kicker=kind[:1].upper() + kind[1:],
        lead=content["summary"],
        blocks=[
            *_warnings(resource, alone=alone),
            *_parts(content),
            *kit_blocks(content),
            *_conditions(content),
            *_documents(content),
            *(() if alone else _lineage(resource)),
            *_origin(resource, content, work),
        ],
        foot=f"{citing.PUBLISHER} · {resource.permanent_url}",
        authors=work.names,
        language=content["language"],
        keywords=work.keywords,
    )


def _warnings(resource: Resource, *, alone: bool) -> Iterator[Block]:
    """What a reader must know first."""
    if resource.is_demo:
        yield Paragraph(_("Démonstration\u00a0: cette ressource est fictive, pour montrer l’outil."), note=True)
    if resource.state == State.OBSOLETE:
        yield Paragraph(_("Dépassée\u00a0: %(reason)s") % {"reason": resource.obsolete_reason})
        if not alone and resource.replaced_by and resource.replaced_by.is_shown:
            yield Link(resource.replaced_by.title, resource.replaced_by.permanent_url, before=_("Remplacée par\u00a0:"))
    if resource.state == State.TO_RENEW:
        yield Paragraph(_("À actualiser\u00a0: une partie de ce texte n’est peut-être plus exacte."))


def _parts(content: Content) -> Iterator[Block]:
    for part in kinds.sections(content["kind"]):
        if part.code in content["sections"]:
            yield Heading(str(part.label))
            yield from blocks_of(content["sections"][part.code])


def kit_blocks(content: Content) -> Iterator[Block]:
    """The steps of a kit, in order, with who and how long."""
    if content["kit_items"]:
        yield Heading(_("Étapes"))
    for rank, item in enumerate(content["kit_items"], start=1):
        yield Heading(f"{rank}. {item['title']}", level=3)
        minutes = _("%(count)d min") % {"count": item["minutes"]} if item["minutes"] else ""
        if facts := " · ".join(words for words in (minutes, item["role"]) if words):
            yield Paragraph(facts, note=True)
        yield from blocks_of(item["text"])


def _conditions(content: Content) -> Iterator[Block]:
    if content["conditions"]:
        yield Heading(_("Ce qu’il faut réunir"))
        yield Checks([f"{each['text']} ({Importance(each['importance']).label})" for each in content["conditions"]])


def _documents(content: Content) -> Iterator[Block]:
    if content["files"] or content["links"]:
        yield Heading(_("Fichiers et liens"))
    for each in content["files"]:
        yield Link(each["label"] or each["name"], exports.file_of(each)["url"], before=_("Fichier\u00a0:"))
    for each in content["links"]:
        yield Link(each["label"] or each["url"], each["url"])


def _lineage(resource: Resource) -> Iterator[Block]:
    """Where it comes from and what it became, as a list that shows its depth."""
    tree = reuse.lineage(resource)
    if tree is None:
        return
    yield Heading(_("Lignée"))
    yield Paragraph(
        _("De la première ressource à ses adaptations\u00a0; chaque tiret est une étape de plus."), note=True
    )
    for depth, node in tree.walk():
        facts = f" ({node.facts})" if node.facts else ""
        mark = _(" – cette ressource") if node.is_here else ""
        yield Paragraph(f"{'– ' * depth}{node.name}{facts}{mark}")


def _origin(resource: Resource, content: Content, work: citing.Work) -> Iterator[Block]:
    yield Heading(_("D’où cela vient"))
    yield Items([line for line in _facts(content) if line])
    yield Heading(_("Citer"), level=3)
    yield Paragraph(citing.text(work))
    licence = Licence(content["licence"])
    if work.licence.url:
        yield Link(str(licence.label), work.licence.url, before=_("Licence\u00a0:"))
    else:
        yield Paragraph(_("Licence\u00a0: %(licence)s") % {"licence": licence.label})
    yield Link(resource.permanent_url, resource.permanent_url, before=_("Adresse permanente\u00a0:"))


def _facts(content: Content) -> Iterator[str]:
    for role in AuthorRole:
        names = [author_line(each) for each in content["authors"] if each["role"] == role]
        yield said(str(role.label).capitalize(), ", ".join(names))
    yield said(_("Territoires"), ", ".join(grammar.title(place) for place in contents.places(content)))
    yield said(_("Contexte"), ", ".join(queries.context_words(content["context"])))
    yield said(_("Leviers"), ", ".join(term.label for term in queries.terms_of(content, "leviers", Vocabulary.LEVIERS)))
    yield said(
        _("ODD"), ", ".join(f"{goal.code}. {goal.label}" for goal in queries.terms_of(content, "odd", Vocabulary.ODD))
    )
    proof = str(Proof(content["proof"]).label) if content["proof"] else ""
    yield said(_("Niveau de preuve"), " – ".join(words for words in (proof, content["proof_text"]) if words))
    yield said(_("Année"), str(content["year"] or ""))
    yield said(_("Source"), content["source"])


def said(label: str, words: str) -> str:
    return _("%(label)s\u00a0: %(words)s") % {"label": label, "words": words} if words else ""


def author_line(each: dict[str, str]) -> str:
    same = each["organisation"] in ("", each["name"])
    return each["name"] if same else f"{each['name']} ({each['organisation']})"


def published(resource: Resource) -> str:
    """« Version 2, publiée le 26 novembre 2026 »."""
    words = {"number": resource.edition, "date": date_fr(resource.edited_at)}
    return _("Version %(number)s, publiée le %(date)s") % words
