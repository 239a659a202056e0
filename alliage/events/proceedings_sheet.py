"""Proceedings as a document of words: what becomes a PDF."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliage.events.queries.proceedings import Content
from alliage.formats.documents import Block, Document, Heading, Items, Link, Paragraph, Table, blocks_of
from alliage.ui.templatetags.ui import date_fr


def said(content: Content, *, made_at: datetime, number: int = 0) -> Document:
    """The whole, in the order of the day."""
    event = content["event"]
    page = reverse("events:proceedings", args=[event["slug"]])
    blocks: list[Block] = list(blocks_of(content["text"])) if content["text"] else []
    blocks += _replay(content["replay_url"])
    blocks += [Link(each["label"], each["url"]) for each in content["links"]]
    temps = None
    for sequence in content["sequences"]:
        if sequence["temps"] and sequence["temps"] != temps:
            blocks.append(Heading(sequence["temps"], 2))
        temps = sequence["temps"]
        blocks += _sequence(sequence)
    blocks += _survey(content.get("survey"))
    blocks += [Heading(_("Où lire ces actes"), 2), Link(settings.ORIGIN + page, settings.ORIGIN + page)]
    when = date_fr(made_at, "moment")
    foot = _("Actes, version %(number)s, arrêtée le %(when)s") if number else _("Actes, au %(when)s")
    return Document(
        title=event["title"],
        blocks=blocks,
        kicker=_("Actes"),
        lead=event["theme"],
        foot=foot % {"number": number, "when": when},
    )


def _replay(url: str | None) -> list[Block]:
    return [Link(url, url, before=_("Rediffusion\u00a0: "))] if url else []


def _chapters(chapters: list[Content] | None) -> list[Block]:
    """None in what was gathered before there were any."""
    return [Items([f"{each['clock']} {each['title']}" for each in chapters])] if chapters else []


def _sequence(sequence: Content) -> list[Block]:
    level = 3 if sequence["temps"] else 2
    starts = date_fr(datetime.fromisoformat(sequence["starts_at"]), "moment")
    blocks: list[Block] = [Heading(sequence["title"], level), Paragraph(starts, note=True)]
    if sequence["is_signed"]:
        blocks += [Paragraph(_cited(line)) for line in sequence["lines"]]
        when = date_fr(datetime.fromisoformat(sequence["signed_at"]), "long")
        signed = _("Compte rendu signé par %(who)s le %(when)s.") % {"who": sequence["signed_name"], "when": when}
        blocks.append(Paragraph(signed, note=True))
        blocks += _replay(sequence["replay_url"])
        blocks += _chapters(sequence.get("chapters"))
        blocks += _questions(sequence["questions"], level + 1)
        for poll in sequence["polls"]:
            blocks += _figures(poll, level + 1)
    else:
        blocks.append(Paragraph(_("Pas encore de compte rendu signé."), note=True))
    if sequence["specification"]:
        blocks.append(
            Link(
                sequence["specification"]["title"],
                settings.ORIGIN + sequence["specification"]["url"],
                before=_("Cahier des charges\u00a0: "),
            )
        )
    if sequence["documents"]:
        blocks.append(Heading(_("Documents cités"), level + 1))
        blocks += [Link(each["title"], settings.ORIGIN + each["url"]) for each in sequence["documents"]]
    if sequence["slides"]:
        blocks.append(Heading(_("Diapositives"), level + 1))
        blocks += [
            Link(each["name"], settings.ORIGIN + each["url"], before=f"{each['who']}\u00a0: ")
            for each in sequence["slides"]
        ]
    blocks += _people(sequence["people"], level + 1)
    return blocks


def _cited(line: Content) -> str:
    return f"{line['text']} [{line['source']['label']}]" if line["source"] else line["text"]


def _questions(questions: list[Content], level: int) -> list[Block]:
    if not questions:
        return []
    return [
        Heading(_("Questions répondues"), level),
        Items([f"{' '.join(each['text'].split())} – {' '.join(each['answer'].split())}" for each in questions]),
    ]


def _figures(found: Content, level: int) -> list[Block]:
    blocks: list[Block] = [Heading(found["title"], level)]
    if found["hidden"]:
        return [*blocks, Paragraph(found["hidden"])]
    blocks.append(Paragraph(f"{found['count']}. {found['words']}".strip(), note=True))
    if found["rows"]:
        blocks.append(Table(found["headers"], found["rows"]))
    return blocks


def _people(people: list[Content], level: int) -> list[Block]:
    came = [_named(each) for each in people if each["is_confirmed"]]
    announced = [_named(each) for each in people if not each["is_confirmed"]]
    blocks: list[Block] = []
    if came:
        blocks += [Heading(_("Avec"), level), Items(came)]
    if announced:
        blocks += [Heading(_("Annoncés par le programme, sans confirmation"), level), Items(announced)]
    return blocks


def _named(person: Content) -> str:
    return ", ".join(filter(None, [person["name"], person["role"]]))


def _survey(found: Content | None) -> list[Block]:
    if found is None:
        return []
    blocks: list[Block] = [Heading(_("Ce qu’en ont pensé les participants"), 2)]
    if found["hidden"]:
        return [*blocks, Paragraph(found["hidden"])]
    for each in found["figures"]:
        blocks += _figures(each, 3)
    return blocks
