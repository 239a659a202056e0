"""What a member takes away of her group, in one click: everything that she reads there, as data and as a document."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from alliage.accounts import when
from alliage.codev.models import Cycle, Encounter, Group
from alliage.codev.queries import groups, memberships, session_records, sessions, threads
from alliage.codev.queries.messages import resource_said
from alliage.formats.documents import Block, Document, Heading, Items, Link, Paragraph, blocks_of
from alliage.rooms.queries import notes
from alliage.ui.templatetags.ui import date_fr
from alliage.writing import rendering


def as_data(group: Group, member: Any) -> dict[str, Any]:
    """The group, its people, its cycles, its encounters, what is written in it."""
    return {
        "groupe": groups.record(group),
        "charte": {"version": group.charter_version, "texte": group.charter},
        "visioconference": group.video_url,
        "membres": [
            {"nom": each.member.get_full_name(), "role": each.get_role_display(), "depuis": each.joined_at}
            for each in memberships.active(group)
        ],
        "cycles": [_cycle(each) for each in _cycles(group)],
        "rencontres": [_encounter(each) for each in _encounters(group)],
        "seances": [_session(each) for each in session_records.records(group, member)],
        "notes_des_seances": list(_notes(group)),
        "echanges": threads.export_of(group, member),
    }


def _cycles(group: Group) -> Any:
    return Cycle.objects.filter(group=group).prefetch_related("turns__client", "turns__encounter").order_by("pk")


def _encounters(group: Group) -> Any:
    return Encounter.objects.filter(group=group).order_by("starts_at", "pk")


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "commence_le": cycle.starts_on,
        "etat": cycle.get_state_display(),
        "seances": [
            {
                "rang": turn.position,
                "cliente_ou_client": turn.client.get_full_name() if turn.client else "",
                "date": turn.encounter.starts_at if turn.encounter else None,
            }
            for turn in cycle.turns.all()
        ],
    }


def _notes(group: Group) -> Iterator[dict[str, Any]]:
    """What was written together in the rooms of its sessions, step by step."""
    rooms = [(each.room, each.encounter) for each in sessions.noted(group) if each.room is not None]
    dates = {room.code: encounter.starts_at for room, encounter in rooms}
    for each in notes.written(*(room for room, _encounter in rooms)):
        yield {
            "rencontre_du": dates[each.document.scope_id.partition(":")[0]],
            "etape": each.document.title,
            "texte": each.text,
            "par": each.authors,
        }


def _session(record: session_records.Record) -> dict[str, Any]:
    """As its page and its room show it to this member."""
    session = record.session
    return {
        "rencontre_du": session.encounter.starts_at,
        "etat": session.get_state_display(),
        "cliente_ou_client": session.client.get_full_name() if session.client else "",
        "sujets": [
            {
                "par": each.author.get_full_name(),
                "texte": each.text,
                "enjeux": each.stakes,
                "question_du_reseau": each.shown_question.get_absolute_url() if each.shown_question else None,
                "retenu": each.pk == session.subject_id,
            }
            for each in record.subjects
        ],
        "ecrits": [
            {
                "etape": each.step,
                "zone": each.what,
                "par": each.name,
                "ecrit_par_l_animation": each.is_typed,
                "texte": each.text,
                "reponse": each.answer,
            }
            for each in record.written
        ],
        "engagements": [
            {"texte": each.text, "pour_le": each.due_on, "etat": each.get_state_display(), "ce_qu_il_en_est": each.news}
            for each in record.commitments
        ],
        "appris": [{"par": each.member.get_full_name(), "texte": each.text} for each in record.learnings],
        "ressources": [resource_said(each.resource) for each in record.resources],
    }


def _encounter(encounter: Encounter) -> dict[str, Any]:
    return {
        "titre": encounter.title,
        "debut": encounter.starts_at,
        "minutes": encounter.minutes,
        "etat": encounter.get_state_display(),
        "ordre_du_jour": encounter.text,
        "visioconference": encounter.video_url,
        "telephone": encounter.phone,
    }


def as_document(group: Group, member: Any) -> Document:
    """The same, to be read."""
    return Document(
        title=group.name,
        kicker=group.get_kind_display().capitalize(),
        blocks=list(_blocks(as_data(group, member))),
        foot=_("À garder pour le groupe\u00a0: ce qui s’y dit y reste."),
    )


def _blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield from blocks_of(said["groupe"]["text"])
    yield Heading(_("Membres"))
    yield Items([f"{each['nom']} ({each['role']})" for each in said["membres"]])
    yield Heading(_("Charte"))
    yield from blocks_of(said["charte"]["texte"])
    for cycle in said["cycles"]:
        yield Heading(_("Cycle"))
        yield Items([_turn_words(turn) for turn in cycle["seances"]], numbered=True)
    for title, rows, written in (
        (_("Rencontres"), said["rencontres"], _encounter_blocks),
        (_("Séances"), said["seances"], _session_blocks),
        (_("Notes des séances"), said["notes_des_seances"], _note_blocks),
        (_("Échanges"), said["echanges"], _thread_blocks),
    ):
        if rows:
            yield Heading(title)
        for row in rows:
            yield from written(row)


def _encounter_blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield Heading(said["titre"], level=3)
    yield Paragraph(f"{when.said(said['debut'], said['minutes'])} ({said['etat']})", note=True)
    yield from blocks_of(said["ordre_du_jour"])
    if said["visioconference"]:
        yield Link(said["visioconference"], said["visioconference"], before=_("Visioconférence\u00a0:"))
    if said["telephone"]:
        yield Paragraph(_("Par téléphone\u00a0: %s") % said["telephone"])


def _session_blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield Heading(when.said(said["rencontre_du"]), level=3)
    if said["cliente_ou_client"]:
        yield Paragraph(_("Situation apportée par %s") % said["cliente_ou_client"], note=True)
    parts = (
        (_("Sujets proposés"), [_signed(each["texte"], each["enjeux"], by=each["par"]) for each in said["sujets"]]),
        *_steps(said["ecrits"]),
        (_("Engagements"), [_promised(each) for each in said["engagements"]]),
        (_("Ressources utiles"), said["ressources"]),
        (_("Ce que chacun a appris"), [_signed(each["texte"], by=each["par"]) for each in said["appris"]]),
    )
    for title, items in parts:
        if items:
            yield Heading(title, level=4)
            yield Items(items)


def _steps(written: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """What was written, zone after zone, in the order of the session."""
    zones: dict[tuple[str, str], list[str]] = {}
    for each in written:
        zones.setdefault((each["etape"], each["zone"]), []).append(
            _signed(each["texte"], each["reponse"], by=_author(each))
        )
    for (step, zone), items in zones.items():
        yield f"{step}, {zone}", items


def _author(said: dict[str, Any]) -> str:
    """As the room says it of what was written in someone's name."""
    return ", ".join(filter(None, (said["par"], _("écrit par l’animation") if said["ecrit_par_l_animation"] else "")))


def _signed(*texts: str, by: str) -> str:
    said = " – ".join(" ".join(text.split()) for text in texts if text)
    return f"{said} ({by})" if by else said


def _promised(said: dict[str, Any]) -> str:
    day = date_fr(said["pour_le"])
    return _signed(said["texte"], said["ce_qu_il_en_est"], by=f"{said['etat']}, {day}")


def _note_blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield Heading(said["etape"], level=3)
    yield Paragraph(f"{when.said(said['rencontre_du'])} · {', '.join(said['par'])}", note=True)
    for block in rendering.blocks(said["texte"]):
        yield Heading(block.text, level=4) if isinstance(block, Heading) else block


def _thread_blocks(said: dict[str, Any]) -> Iterator[Block]:
    yield Heading(str(said["titre"]), level=3)
    for message in said["messages"]:
        yield Paragraph(f"{message['par']}, {date_fr(message['ecrit_le'], 'moment')}", note=True)
        yield from blocks_of(message["texte"])
        if with_it := [each for each in (message["ressource"], *message["fichiers"]) if each]:
            yield Items(with_it)


def _turn_words(turn: dict[str, Any]) -> str:
    name = turn["cliente_ou_client"] or _("personne encore")
    return f"{name}, {when.said(turn['date'])}" if turn["date"] else name
