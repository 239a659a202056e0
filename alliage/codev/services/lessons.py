"""Writes of lessons: begun by the client alone from her session, masked name by name, signed, and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliage.accounts.models import Member
from alliage.codev import masking
from alliage.codev.models import Lesson, Session
from alliage.codev.queries import lessons as queries
from alliage.codev.services.groups import GroupRefused
from alliage.codev.services.session_subjects import plain
from alliage.codev.session_enums import LessonState, SessionState
from alliage.library.content import LONGEST, Content
from alliage.library.enums import OPEN, SHOWN, Licence, ResourceKind
from alliage.library.models import Resource
from alliage.library.services import contributing, proposals, resources

SECTIONS = ("contexte", "deroulement", "echecs", "enseignements")
LONGEST_SECTION = 8000
# What the client signs; another text is another version (templates/codev/_lesson_wording.html).
WORDING = 1


class LessonRefused(GroupRefused):
    """The rules of lessons say no."""


@dataclass(frozen=True)
class Signature:
    """The box that was ticked, and what it was ticked for."""

    agrees: bool
    wording: int
    is_named: bool = False
    licence: str = Licence.CC_BY_SA


def begin(session: Session, *, by: Member, now: datetime) -> Lesson:
    """From the client's own cards; once for a session."""
    if session.client_id != by.pk or session.state != SessionState.ENDED:
        raise LessonRefused(
            _("Qui a apporté la situation peut en faire un retour d’expérience, une fois la séance finie.")
        )
    found = Lesson.objects.filter(session=session).first()
    if found is not None:
        return found
    if session.has_shared:
        raise LessonRefused(_("Cette séance a déjà donné un retour d’expérience."))
    texts = {"title": "", **queries.prefilled(session, by)}
    try:
        with transaction.atomic():
            return Lesson.objects.create(author=by, session=session, texts=texts, created_at=now)
    except IntegrityError:  # begun at the same moment
        return Lesson.objects.get(session=session)


def _draft(lesson: Lesson, by: Member) -> Lesson:
    row = Lesson.objects.select_for_update(of=("self",)).filter(pk=lesson.pk, author=by).first()
    if row is None:
        raise LessonRefused(_("Ce texte n’est plus là, ou il n’est pas de vous."))
    if not row.is_draft:
        raise LessonRefused(_("Ce retour est déjà signé\u00a0: il se corrige désormais dans la bibliothèque."))
    return row


@transaction.atomic
def write(lesson: Lesson, texts: Mapping[str, str], *, by: Member, now: datetime) -> Lesson:  # noqa: ARG001 the name of every service
    """Say it otherwise. What was decided of a name holds for as long as the name is there."""
    row = _draft(lesson, by)
    row.texts = {"title": " ".join(plain(texts.get("title", "")).split())[: LONGEST["title"]]} | {
        code: plain(texts.get(code, ""), LONGEST_SECTION) for code in SECTIONS
    }
    row.save(update_fields=["texts"])
    lesson.refresh_from_db()
    return row


@transaction.atomic
def decide(lesson: Lesson, decisions: masking.Decisions, *, by: Member, now: datetime) -> Lesson:  # noqa: ARG001 as above
    """What becomes of each name found. Without a word to put instead, the usual one."""
    row = _draft(lesson, by)
    kept = dict(row.decisions)
    for finding in masking.findings(row.texts.values(), queries.names_for(row)):
        said = decisions.get(finding.key, {})
        if said.get("do") not in (masking.MASK, masking.KEEP):
            continue
        word = " ".join(plain(said.get("word", ""), masking.LONGEST_WORD).split())
        kept[finding.key] = {"do": said["do"], "word": word or finding.instead}
    row.decisions = kept
    row.save(update_fields=["decisions"])
    lesson.refresh_from_db()
    return row


@transaction.atomic
def give_up(lesson: Lesson, *, by: Member, now: datetime) -> None:  # noqa: ARG001 as above
    """Nothing left the group, and nothing remains."""
    _draft(lesson, by).delete()


# --- Sign ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def sign(lesson: Lesson, signature: Signature, *, by: Member, now: datetime) -> Lesson:
    """The client signs what she read: a proposal enters the library's review, and the link with the session is cut."""
    row = _draft(lesson, by)
    if not signature.agrees or signature.wording != WORDING:
        raise LessonRefused(_("Cochez la case pour signer\u00a0: rien n’est parti."))
    final = final_texts(row)
    proposal = proposals.begin(_content(final, signature, by=by), by=by, now=now, is_demo=by.is_demo)
    contributing.propose(proposal, by=by, now=now)
    Session.objects.filter(lesson=row).update(has_shared=True)
    row.session, row.resource = None, proposal.resource
    row.state, row.signed_at, row.wording_version = LessonState.SIGNED, now, signature.wording
    row.is_named, row.texts, row.decisions = signature.is_named, {}, {}
    row.save()
    return row


def final_texts(lesson: Lesson) -> dict[str, str]:
    """What would leave: refused while a name waits for a decision, or when there is nothing to read."""
    names = queries.names_for(lesson)
    waiting = masking.undecided(masking.findings(lesson.texts.values(), names), lesson.decisions)
    if waiting:
        raise LessonRefused(_("Décidez d’abord de chaque nom trouvé dans le texte\u00a0: rien n’est parti."))
    final = {code: masking.masked(text, names, lesson.decisions) for code, text in lesson.texts.items()}
    if not final.get("title") or not any(final.get(code) for code in SECTIONS):
        raise LessonRefused(_("Donnez un titre, et écrivez au moins une partie."))
    return final


def origin() -> str:
    """What is said of where it comes from, and nothing more."""
    return str(_("Issu d’une séance de codéveloppement, groupe non divulgué."))


def _content(final: Mapping[str, str], signature: Signature, *, by: Member) -> Content:
    """Without her name, readers know neither who nor where; where it comes from is said in the text, that everyone reads."""
    sections = {code: final[code] for code in SECTIONS if final.get(code)}
    sections["contexte"] = "\n\n".join(filter(None, (sections.get("contexte", ""), origin())))
    return {
        "kind": ResourceKind.FEEDBACK.value,
        "title": final["title"][: LONGEST["title"]],
        "licence": Licence(signature.licence).value,
        "sections": sections,
        "authors": contributing.author_of(by) if signature.is_named else [],
        "hides_place": not signature.is_named,
        "source": origin() if signature.is_named else "",
    }


# --- Take back -------------------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(lesson: Lesson, *, by: Member, now: datetime) -> Lesson:
    """The client takes her agreement back: what waits is dropped, what is published is withdrawn. Twice is once."""
    row = Lesson.objects.select_for_update(of=("self",)).select_related("resource").get(pk=lesson.pk, author=by)
    if row.is_draft:
        raise LessonRefused(_("Ce retour n’est pas signé\u00a0: vous pouvez l’abandonner."))
    if row.state == LessonState.WITHDRAWN:
        return row
    row.state, row.withdrawn_at = LessonState.WITHDRAWN, now
    row.save(update_fields=["state", "withdrawn_at"])
    if row.resource is not None:
        _take_away(row.resource, by=by, now=now)
    lesson.refresh_from_db()
    return row


def _take_away(resource: Resource, *, by: Member, now: datetime) -> None:
    """A resource that nobody read goes with its proposal; the others, and what waits upon them."""
    waiting = resource.proposals.filter(state__in=OPEN).first()
    if waiting is not None:
        proposals.drop(waiting, by=by, now=now)
    shown = Resource.objects.filter(pk=resource.pk, state__in=SHOWN).first()
    if shown is not None:
        resources.withdraw(shown, by=by, now=now)


def forget_member(member: Member) -> None:
    """What was published stays, as any resource of a member who leaves."""
    Lesson.objects.filter(author=member).delete()
