"""A content part by part, as text: what reviewers remark about, and what comparisons compare."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from alliage.library import content as contents
from alliage.library import kinds
from alliage.library.content import Content
from alliage.library.enums import AuthorRole, Density, Importance, Language, Licence, Phase, Proof, ResourceKind, Size
from alliage.library.labels import LIST_LABELS
from alliage.library.queries.resources import terms_of
from alliage.taxonomy import queries as taxonomy
from alliage.taxonomy.enums import Vocabulary
from alliage.territories.enums import Kind

WHOLE = ""
SECTION = "sections."


@dataclass(frozen=True)
class Part:
    """`text` is everything the part says, one line per item when it is a list; `criteria` is what reviewers look at."""

    code: str
    label: str
    text: str
    criteria: str = ""
    is_asked: bool = False

    @property
    def anchor(self) -> str:
        return "partie-" + self.code.replace(".", "-")


def parts(content: Content) -> list[Part]:
    """Every part of a content, in the order in which one reads it; those that say nothing too."""
    return [
        Part("title", _("Titre"), content["title"], _("On comprend de quoi il s’agit sans ouvrir la page."), is_asked=True),
        Part("summary", _("Résumé"), content["summary"], _("Une ou deux phrases : quoi, pour qui, avec quel effet."), is_asked=True),
        *_sections(content),
        *([Part("kit_items", _("Éléments du kit"), _kit(content), _("On peut le dérouler tel quel, dans cet ordre."))] if _is_kit(content) else []),
        Part("conditions", _("Conditions de réussite"), _conditions(content), _("Un autre territoire peut dire si elles sont réunies chez lui.")),
        Part("proof", _("Niveau de preuve"), _proof(content), _("Ce qui est annoncé est étayé.")),
        Part("classing", _("Classement"), _classing(content), _("Ceux qui en ont besoin la trouveront par là."), is_asked=True),
        Part("context", _("Territoires et contexte"), _context(content), _("Si le territoire ne doit pas être nommé, rien dans le texte ne le trahit.")),
        Part("authors", _("Autrices et auteurs"), _authors(content), _("Ceux qui ont fait sont nommés, avec leur accord.")),
        Part("documents", _("Fichiers et liens"), _documents(content), _("Ils s’ouvrent, et l’on a le droit de les partager.")),
        Part("terms", _("Licence et origine"), _terms(content), _("La licence permet ce que l’on souhaite ; la source est dite.")),
    ]  # fmt: skip


def part(content: Content, code: str) -> Part | None:
    return next((each for each in parts(content) if each.code == code), None)


def _sections(content: Content) -> list[Part]:
    return [
        Part(
            SECTION + section.code,
            str(section.label),
            content["sections"].get(section.code, ""),
            str(section.criteria),
            section.asked,
        )
        for section in kinds.sections(content["kind"])
    ]


def _is_kit(content: Content) -> bool:
    return bool(content["kind"] == ResourceKind.KIT)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _said(label: str, words: Any) -> str:
    """« label : words », or nothing."""
    words = ", ".join(str(word) for word in words) if isinstance(words, list) else str(words or "")
    return _("%(label)s : %(words)s") % {"label": label, "words": words} if words else ""


def _kit(content: Content) -> str:
    return "\n\n".join(
        _lines(
            item["title"],
            _("%(count)d min") % {"count": item["minutes"]} if item["minutes"] else "",
            item["role"],
            item["text"],
        )
        for item in content["kit_items"]
    )


def _conditions(content: Content) -> str:
    return _lines(
        *(
            _("%(text)s (%(importance)s)") % {"text": each["text"], "importance": Importance(each["importance"]).label}
            for each in content["conditions"]
        )
    )


def _proof(content: Content) -> str:
    return _lines(str(Proof(content["proof"]).label) if content["proof"] else "", content["proof_text"])


def _classing(content: Content) -> str:
    medoc = taxonomy.term(Vocabulary.RESOURCE_KINDS, content["medoc"]) if content["medoc"] else None
    labels = {
        "leviers": _("Leviers"),
        "metiers": _("Métiers"),
        "odd": _("ODD"),
        "regards": _("Regards"),
        "audiences": _("Publics"),
    }
    return _lines(
        _said(_("Sorte"), ResourceKind(content["kind"]).label),
        _said(_("Nature"), medoc.label if medoc else ""),
        *(
            _said(labels[name], [term.label for term in terms_of(content, name, vocabulary)])
            for name, vocabulary in contents.TERMS.items()
        ),
        *(
            _said(str(label), [item.label for item in taxonomy.facet(contents.NETWORK_LISTS[name]) if item.code in content.get(name, [])])
            for name, label in LIST_LABELS.items()
        ),
    )  # fmt: skip


def _context(content: Content) -> str:
    choices: tuple[tuple[str, str, Callable[[str], Any]], ...] = (
        (_("Sorte de territoire"), "territory_kind", Kind),
        (_("Taille"), "size", Size),
        (_("Densité"), "density", Density),
        (_("Moment"), "phase", Phase),
    )
    context = content["context"]
    return _lines(
        _said(_("Territoires"), [place.name for place in contents.places(content)]),
        _("Ne nomme ni le territoire ni ses auteurs.") if content["hides_place"] else "",
        *(_said(label, labels(context[name]).label if context.get(name) else "") for label, name, labels in choices),
        _said(_("Acteurs"), [term.label for term in terms_of(context, "actors", Vocabulary.CATEGORIES)]),
    )


def _authors(content: Content) -> str:
    return _lines(
        *(
            ", ".join(
                word for word in (each["name"], each["organisation"], str(AuthorRole(each["role"]).label)) if word
            )
            for each in content["authors"]
        )
    )


def _documents(content: Content) -> str:
    return _lines(
        *(each["label"] or each["name"] for each in content["files"]),
        *(_said(each["label"], each["url"]) if each["label"] else each["url"] for each in content["links"]),
    )


def _terms(content: Content) -> str:
    return _lines(
        str(Licence(content["licence"]).label),
        _said(_("Langue"), Language(content["language"]).label),
        _said(_("Année"), content["year"]),
        _said(_("Source"), content["source"]),
    )
