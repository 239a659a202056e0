"""Reads of those who contribute: what one holds, where it stands, what the text says that it should not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.directory.enums import Visibility
from alliage.directory.models import Entry
from alliage.files.models import StoredFile
from alliage.library import content as contents
from alliage.library import kinds, previews
from alliage.library.content import Content
from alliage.library.enums import OPEN, SHOWN, WRITABLE, ProposalState, State
from alliage.library.models import Author, Intake, PreviewLink, Proposal, Resource, ResourceFile, ResourceLink
from alliage.prepared import Prepared
from alliage.territories.folding import search_key, search_words
from alliage.ui.drafts import draft_of

# Names shorter than this are also common words: « Eu », « Y ».
SHORTEST_NAME = 4
LISTED = 200


# --- One's own -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """One line of « mes ressources »: a resource that one holds or signs, and the text on its way."""

    resource: Resource
    proposal: Proposal | None
    drafted_title: str | None
    refused: Proposal | None = None

    @property
    def title(self) -> str:
        """The name that its author last typed, saved or not."""
        saved = self.proposal.content.get("title", "") if self.proposal is not None else ""
        return self.drafted_title or saved or self.resource.title

    @property
    def has_draft(self) -> bool:
        return self.drafted_title is not None

    @property
    def is_published(self) -> bool:
        return self.resource.state != State.DRAFT

    @property
    def edit_url(self) -> str:
        """Where it goes on; of a first text that was not kept, where its author reads why."""
        if self.refused is not None:
            return reverse("library:review", args=[self.refused.pk])
        return reverse("library:edit", args=[self.resource.pk])

    @property
    def can_write(self) -> bool:
        if self.proposal is None:
            return self.refused is None
        return self.proposal.state in WRITABLE

    @property
    def missing(self) -> list[str]:
        return contents.missing(self.proposal.content) if self.proposal and self.can_write else []

    @property
    def said(self) -> str:
        """Where it stands and what comes next, in words."""
        if self.refused is not None:
            return _("non retenue\u00a0: lisez pourquoi, et repartez de votre texte")
        if self.proposal is None:
            return str(State(self.resource.state).label)
        return {
            ProposalState.DRAFT: _("brouillon, pas encore proposé"),
            ProposalState.SUBMITTED: _("proposée\u00a0: elle attend quelqu’un pour la relire"),
            ProposalState.IN_REVIEW: _("en relecture"),
            ProposalState.CHANGES_ASKED: _("à reprendre\u00a0: des remarques vous attendent"),
        }[ProposalState(self.proposal.state)]


def mine(member: Any, *, limit: int = LISTED) -> list[Mine]:
    """What this member holds, or signs with an entry of theirs; two queries."""
    going_on = Proposal.objects.filter(Q(state__in=OPEN) | Q(state=ProposalState.DROPPED, resource__state=State.DRAFT))
    opened = Prefetch("proposals", queryset=going_on.order_by("-pk"), to_attr="going_on")
    found = Resource.objects.filter(Q(owner=member) | Q(pk__in=_signed(member))).prefetch_related(opened)
    lines = [_line(resource, member) for resource in found.order_by("-pk")[:limit]]
    return sorted(lines, key=lambda line: (line.proposal is None, -_moved(line).timestamp()))


def on_their_way(member: Any, *, limit: int) -> list[Mine]:
    """Of these, the texts on their way, the last moved first; one query."""
    found: list[Proposal] = _read_on_their_way(limit)(member.pk)
    lines = [Mine(each.resource, each, _drafted_title(each, member)) for each in found]
    return sorted(lines, key=_moved, reverse=True)


@cache
def _read_on_their_way(limit: int) -> Prepared:
    return Prepared(lambda pk: _on_their_way(Member(pk=pk))[:limit])


def _on_their_way(member: Member) -> QuerySet[Proposal]:
    is_theirs = Q(resource__owner=member) | Q(resource__in=_signed(member))
    found = Proposal.objects.filter(is_theirs, state__in=OPEN).select_related("resource").defer("resource__content")
    return found.order_by("-resource_id")


def _signed(member: Any) -> QuerySet[Any, Any]:
    return Author.objects.filter(entry__in=Entry.objects.filter(owner=member)).values("resource")


def _line(resource: Any, member: Any) -> Mine:
    proposal = next((each for each in resource.going_on if each.state in OPEN), None)
    refused = next(iter(resource.going_on), None) if proposal is None else None
    return Mine(resource, proposal, _drafted_title(proposal, member) if proposal is not None else None, refused)


def _drafted_title(proposal: Proposal, member: Any) -> str | None:
    draft = draft_of(proposal.draft, member)
    return (draft["data"].get("title") or [""])[-1].strip() if draft else None


def _moved(line: Mine) -> datetime:
    return line.proposal.moved_at if line.proposal is not None else line.resource.changed_at


def open_proposal_of(resource: Resource) -> Proposal | None:
    """The text on its way, or None."""
    return Proposal.objects.select_related("resource", "reviewer").filter(resource=resource, state__in=OPEN).first()


def token_of(proposal: Proposal) -> str:
    """The mark that a form shown now carries."""
    return Proposal.objects.values_list("token", flat=True).get(pk=proposal.pk)


def last_content(resource: Resource) -> Content:
    """What the next text begins with: the last that was accepted, which also holds what readers may not know; of what was
    never published, the last that was not kept."""
    before = ProposalState.ACCEPTED if resource.edition else ProposalState.DROPPED
    last = resource.proposals.filter(state=before).order_by("-pk").first()
    found: Content = last.content if last is not None else resource.content
    return found


def file_names(ids: Iterable[str], *, resource: Resource, member: Any) -> dict[str, str]:
    """Names of files of this resource, or that this member sent, by number."""
    asked = list(ids)
    held = ResourceFile.objects.filter(resource=resource).values("file")
    theirs = StoredFile.objects.filter(Q(pk__in=held) | Q(owner_id=member.pk), pk__in=asked)
    return {str(pk): name for pk, name in theirs.values_list("pk", "name")} if asked else {}


def intake_of(proposal: Proposal) -> Intake | None:
    return Intake.objects.select_related("job").filter(proposal=proposal).first()


def already_known(url: str, *, but: int) -> Resource | None:
    """A published resource that links to this page already."""
    links = ResourceLink.objects.filter(url=url).exclude(resource=but).values("resource")
    return Resource.objects.filter(pk__in=links, state__in=SHOWN, is_hidden=False).first() if url else None


# --- What is written ---------------------------------------------------------------------------------------------------


def linked_authors(authors: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Authors with the entry that was chosen for them, when everyone may read it and its name is still the one typed."""
    listed = list(authors)
    numbers = {int(each["chosen"].partition(":")[2]) for each in listed if _is_number(each.get("chosen", ""))}
    slugs = {each["chosen"].partition(":")[2] for each in listed if each.get("chosen", "").startswith("fiche:")}
    entries = Entry.objects.filter(Q(pk__in=numbers) | Q(slug__in=slugs), visibility=Visibility.PUBLIC, is_hidden=False)
    by_code: dict[str, Entry] = {}
    for entry in entries if numbers or slugs else ():
        by_code |= {f"{entry.kind}:{entry.pk}": entry, f"fiche:{entry.slug}": entry}
    found = []
    for each in listed:
        chosen = by_code.get(each.get("chosen", ""))
        same = chosen is not None and search_key(chosen.name) == search_key(str(each.get("name", "")))
        found.append({**each, "entry": chosen.slug if chosen is not None and same else ""})
    return found


def _is_number(chosen: str) -> bool:
    code, _colon, number = chosen.partition(":")
    return code != "fiche" and number.isascii() and number.isdecimal() and len(number) <= 18


@dataclass(frozen=True)
class Naming:
    """A word that names a place or a person in a text that should not, and the parts where it stands."""

    name: str
    parts: list[str]


def naming(content: Content) -> list[Naming]:
    """Where a text that does not name its territory names it all the same: places, what contains them, authors."""
    if not content.get("hides_place"):
        return []
    places = contents.places(content)
    names = [place.name for place in places]
    names += [name for author in content["authors"] for name in (author["name"], author["organisation"])]
    texts = _texts(content)
    found = []
    for name in dict.fromkeys(names):
        words = search_key(name)
        where = [label for label, text in texts if f" {words} " in f" {' '.join(search_words(text))} "]
        if len(words) >= SHORTEST_NAME and where:
            found.append(Naming(name, where))
    return found


def _texts(content: Content) -> list[tuple[str, str]]:
    """Every text that readers would read, each with the name of its part."""
    sections = {section.code: section.label for section in kinds.sections(content["kind"])}
    found = [(_("titre"), content["title"]), (_("résumé"), content["summary"])]
    found += [(f"«\u00a0{sections[code]}\u00a0»", text) for code, text in content["sections"].items()]
    found += [(_("étapes"), f"{each['title']} {each['text']}") for each in content["kit_items"]]
    found += [(_("conditions"), each["text"]) for each in content["conditions"]]
    found += [(_("preuve"), content["proof_text"])]
    found += [(_("liens"), f"{each['url']} {each['label']}") for each in content["links"]]
    found += [(_("fichiers"), f"{each['name']} {each['label']}") for each in content["files"]]
    return found


# --- Links for partners ------------------------------------------------------------------------------------------------


def preview_links(proposal: Proposal) -> QuerySet[PreviewLink]:
    return PreviewLink.objects.filter(proposal=proposal).select_related("by", "proposal")


def preview_by_token(token: str, *, now: datetime) -> PreviewLink | None:
    """The link behind an address, while it opens something."""
    links = PreviewLink.objects.select_related("proposal__resource").filter(token_digest=previews.digest(token))
    found = links.filter(proposal__resource__is_hidden=False).first()
    return found if found is not None and previews.is_open(found, now) else None
