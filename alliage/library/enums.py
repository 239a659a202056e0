"""Words of the library: kinds of resources, where a resource and a proposal stand, how sure, under which licence."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResourceKind(models.TextChoices):
    """The codes are also the words of the filter: /ressources/?sorte=pratique."""

    PRACTICE = "pratique", _("pratique")
    KIT = "kit", _("kit")
    GUIDE = "guide", _("guide")
    STUDY = "etude", _("étude")
    TOOL = "outil", _("outil")
    LETTER = "lettre", _("lettre")
    FEEDBACK = "retour", _("retour d’expérience")
    REPLAY = "replay", _("enregistrement d’une séance")
    LINK = "lien", _("lien")


class State(models.TextChoices):
    """Where a resource stands for its readers: `MOVES` says what may follow what."""

    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publiée")
    TO_RENEW = "to_renew", _("à actualiser")
    OBSOLETE = "obsolete", _("dépassée")
    WITHDRAWN = "withdrawn", _("retirée")


MOVES: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.PUBLISHED, State.TO_RENEW, State.OBSOLETE, State.WITHDRAWN}),
    State.TO_RENEW: frozenset({State.PUBLISHED, State.TO_RENEW, State.OBSOLETE, State.WITHDRAWN}),
    State.OBSOLETE: frozenset({State.PUBLISHED, State.OBSOLETE, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.PUBLISHED}),
}
# What readers find. The withdrawn keep their number, so that harvesters learn that they went.
SHOWN = (State.PUBLISHED, State.TO_RENEW, State.OBSOLETE)


class ProposalState(models.TextChoices):
    """Where a text stands on its way to publication: `PROPOSAL_MOVES` says what may follow what."""

    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("proposée")
    IN_REVIEW = "in_review", _("en relecture")
    CHANGES_ASKED = "changes_asked", _("à reprendre")
    ACCEPTED = "accepted", _("acceptée")
    DROPPED = "dropped", _("abandonnée")


PROPOSAL_MOVES: dict[str, frozenset[str]] = {
    ProposalState.DRAFT: frozenset({ProposalState.SUBMITTED, ProposalState.ACCEPTED, ProposalState.DROPPED}),
    ProposalState.SUBMITTED: frozenset({ProposalState.IN_REVIEW, ProposalState.DRAFT, ProposalState.DROPPED}),
    ProposalState.IN_REVIEW: frozenset(
        {ProposalState.SUBMITTED, ProposalState.CHANGES_ASKED, ProposalState.ACCEPTED, ProposalState.DROPPED}
    ),
    ProposalState.CHANGES_ASKED: frozenset({ProposalState.IN_REVIEW, ProposalState.SUBMITTED, ProposalState.DROPPED}),
    ProposalState.ACCEPTED: frozenset(),
    ProposalState.DROPPED: frozenset(),
}
OPEN = (ProposalState.DRAFT, ProposalState.SUBMITTED, ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED)
# What others than the author may know of: it waits for somebody.
QUEUED = (ProposalState.SUBMITTED, ProposalState.IN_REVIEW, ProposalState.CHANGES_ASKED)
# Its author writes, the reviewer reads: never both.
WRITABLE = (ProposalState.DRAFT, ProposalState.CHANGES_ASKED)


class Proof(models.TextChoices):
    """How sure it is, from an idea to what others took up."""

    UNKNOWN = "", _("non précisé")
    IDEA = "idee", _("idée")
    TESTED = "teste", _("testé")
    ASSESSED = "evalue", _("évalué")
    SPREAD = "essaime", _("essaimé")


class Phase(models.TextChoices):
    """The moment of a project that a resource is about."""

    UNKNOWN = "", _("non précisée")
    IDEA = "idee", _("idée")
    START = "lancement", _("lancement")
    RUNNING = "mise-en-oeuvre", _("mise en œuvre")
    REVIEW = "bilan", _("bilan")
    SPREAD = "essaimage", _("essaimage")


class Size(models.TextChoices):
    """How many inhabitants the territory has."""

    UNKNOWN = "", _("non précisée")
    VILLAGE = "<2000", _("moins de 2\N{NARROW NO-BREAK SPACE}000 habitants")
    BOURG = "2000-10000", _("de 2\N{NARROW NO-BREAK SPACE}000 à 10\N{NARROW NO-BREAK SPACE}000 habitants")
    TOWN = "10000-50000", _("de 10\N{NARROW NO-BREAK SPACE}000 à 50\N{NARROW NO-BREAK SPACE}000 habitants")
    CITY = "50000-200000", _("de 50\N{NARROW NO-BREAK SPACE}000 à 200\N{NARROW NO-BREAK SPACE}000 habitants")
    METROPOLIS = ">200000", _("plus de 200\N{NARROW NO-BREAK SPACE}000 habitants")


class Density(models.TextChoices):
    """The three levels of the Insee's grid."""

    UNKNOWN = "", _("non précisée")
    DENSE = "dense", _("dense")
    BETWEEN = "intermediaire", _("intermédiaire")
    RURAL = "rural", _("rural")


class Licence(models.TextChoices):
    """What readers may do with it; `LICENCES` says the rest."""

    CC_BY = "cc-by-4.0", _("Creative Commons Attribution 4.0")
    CC_BY_SA = "cc-by-sa-4.0", _("Creative Commons Attribution – Partage dans les mêmes conditions 4.0")
    CC0 = "cc0", _("Domaine public (CC0)")
    ETALAB = "licence-ouverte-2.0", _("Licence Ouverte 2.0")
    RESERVED = "tous-droits-reserves", _("Tous droits réservés")


@dataclass(frozen=True)
class Terms:
    """Of a licence: its usual short name, its page, and whether one may reuse and change the text."""

    short: str
    url: str
    may_reuse: bool


LICENCES = {
    Licence.CC_BY: Terms("CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.fr", may_reuse=True),
    Licence.CC_BY_SA: Terms("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/deed.fr", may_reuse=True),
    Licence.CC0: Terms("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.fr", may_reuse=True),
    Licence.ETALAB: Terms(
        "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/", may_reuse=True
    ),
    Licence.RESERVED: Terms("tous droits réservés", "", may_reuse=False),
}


class AuthorRole(models.TextChoices):
    AUTHOR = "auteur", _("autrice ou auteur")
    CONTRIBUTOR = "contributeur", _("contribution")
    ILLUSTRATOR = "illustrateur", _("illustration")
    TRANSLATOR = "traducteur", _("traduction")
    REVIEWER = "relecteur", _("relecture")


class Importance(models.TextChoices):
    """How much a practice depends on a condition."""

    REQUIRED = "required", _("indispensable")
    OPTIONAL = "optional", _("utile")
    CONTEXTUAL = "contextual", _("selon le contexte")


class Language(models.TextChoices):
    """Languages that people of the network's territories read and write; others are added here."""

    FR = "fr", _("français")
    EN = "en", _("anglais")
    ES = "es", _("espagnol")
    DE = "de", _("allemand")
    PT = "pt", _("portugais")
    GCF = "gcf", _("créole guadeloupéen et martiniquais")
    GCR = "gcr", _("créole guyanais")
    RCF = "rcf", _("créole réunionnais")
    TY = "ty", _("tahitien")
    BR = "br", _("breton")
    CO = "co", _("corse")
    EU = "eu", _("basque")
    OC = "oc", _("occitan")


# --- Reviews -------------------------------------------------------------------------------------------------------


class ReviewDeed(models.TextChoices):
    """What happened to a proposal: the lines of its history, read by its authors and reviewers."""

    SUBMITTED = "submitted", _("proposée à la relecture")
    TAKEN_BACK = "taken_back", _("reprise par qui l’écrit")
    TAKEN = "taken", _("prise en relecture")
    GIVEN_BACK = "given_back", _("rendue : elle attend quelqu’un d’autre")
    CHANGES_ASKED = "changes_asked", _("changements demandés")
    ACCEPTED = "accepted", _("acceptée et publiée")
    PUBLISHED = "published", _("publiée sans relecture")
    REFUSED = "refused", _("non retenue")
    DROPPED = "dropped", _("abandonnée")


class RemarkState(models.TextChoices):
    """Where a remark stands: its author answers, the reviewer settles. `REMARK_MOVES` says what may follow what."""

    OPEN = "open", _("à reprendre")
    MET = "met", _("reprise, à vérifier")
    SETTLED = "settled", _("réglée")


REMARK_MOVES: dict[str, frozenset[str]] = {
    RemarkState.OPEN: frozenset({RemarkState.MET, RemarkState.SETTLED}),
    RemarkState.MET: frozenset({RemarkState.OPEN, RemarkState.SETTLED}),
    RemarkState.SETTLED: frozenset({RemarkState.OPEN}),
}


class HelpKind(models.TextChoices):
    """What an author looks for."""

    READER = "relecture", _("une relecture")
    FIGURES = "donnees", _("des données")
    PICTURES = "illustration", _("une illustration")
    TRANSLATION = "traduction", _("une traduction")


class DoubtState(models.TextChoices):
    """What became of « ce n’est plus exact »."""

    OPEN = "open", _("à vérifier")
    CORRECTED = "corrected", _("corrigé")
    STILL_RIGHT = "still_right", _("toujours exact")


# --- Kits that are run, collections --------------------------------------------------------------------------------


class StepState(models.TextChoices):
    """Where one step of a kit stands for those who run it."""

    TO_DO = "todo", _("à faire")
    DONE = "done", _("fait")
    SKIPPED = "skipped", _("passée")


class Sharing(models.TextChoices):
    """Who reads a collection; its private notes are read by its holder alone, whatever this says."""

    PRIVATE = "private", _("vous")
    LINK = "link", _("qui a le lien secret")
    PUBLIC = "public", _("tout le monde")


# --- Reuse, translations -------------------------------------------------------------------------------------------


class UseKind(models.TextChoices):
    """What a member says of a resource, in one gesture."""

    USEFUL = "utile", _("utile")
    USED = "utilise", _("nous l’utilisons")


class SuggestionState(models.TextChoices):
    """What became of what a reader asks: its authors settle it once."""

    OPEN = "open", _("à voir")
    DONE = "done", _("fait")
    DECLINED = "declined", _("non retenu")


class TranslationState(models.TextChoices):
    """Where the text on its way stands: written, waiting for somebody who reads it, published."""

    WRITING = "writing", _("en cours d’écriture")
    SUBMITTED = "submitted", _("attend une relecture")
    PUBLISHED = "published", _("publiée")


TRANSLATION_MOVES: dict[str, frozenset[str]] = {
    TranslationState.WRITING: frozenset({TranslationState.WRITING, TranslationState.SUBMITTED}),
    TranslationState.SUBMITTED: frozenset({TranslationState.WRITING, TranslationState.PUBLISHED}),
    TranslationState.PUBLISHED: frozenset({TranslationState.WRITING, TranslationState.SUBMITTED}),
}
