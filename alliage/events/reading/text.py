"""« 9h00 – 9h45 – Les alliances et les ODD »: a programme pasted as it was written, with its temps, contents, partners and people.

What is read is a proposal: whoever pasted it looks at it before anything is written. A programme cut out of a PDF has lines broken
anywhere and empty ones between; a line goes on when it ends as no line ends, or when the next begins as none begins.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from alliage.events.enums import PartnerKind, SequenceKind, Standing
from alliage.events.reading import contents
from alliage.events.reading.plans import PartnerPlan, Plan, SequencePlan, TempsPlan, at, french

LONGEST = 60_000
# A line this long was cut by its page: the next one goes on, unless a gap stands between.
CUT = 95
_HOURS = re.compile(
    r"^\W*?(?:de\s+)?(\d{1,2})\s*(?:[hH]|:|heures?)\s*(\d{2})?\s*(?:-|–|—|−|à|a|/)\s*(\d{1,2})\s*(?:[hH]|:|heures?)\s*(\d{2})?"
    r"\s*[-–—−:.|]?\s*(.*)$"
)
_PARTNERS = re.compile(r"^(.*?)[\s,–—(-]*\ben partenariat avec\b\s*:?\s*(.*)$", re.IGNORECASE)
_SUPPORT = re.compile(r"^(.*?)[\s,–—(-]*\bavec l[’'`´]appui d(?:e\b|es\b|u\b|[’'])\s*:?\s*(.*)$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[•●▪■◦‣·*►\uf000-\uf0ff]+|[-–—]\s|o\s)\s*")
_SUB_BULLET = re.compile(r"^\s*(?:o\s|◦)\s*")
_ANNOUNCED = re.compile(r"^(.+?[^\s:])\s*:\s+(\d+\s.+)$", re.DOTALL)
_STAR = re.compile(r"^\s*\*\s*(?:intervenant|en cours de|à confirmer)", re.IGNORECASE)
_NOISE = re.compile(r"^\W*\d{0,3}\W*$")
_BREAK = re.compile(r"\b(pause|déjeuner|dejeuner)\b", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"(?:[,:;(–—-]|\b(?:de|du|des|la|le|les|l’|l'|d’|et|en|au|aux|à|sur|pour|par|avec|dans|un|une|co-))\s*$",
    re.IGNORECASE,
)


@dataclass
class Block:
    """A line with hours, and the lines under it."""

    start: int
    end: int
    title: str
    lines: list[str] = field(default_factory=list)

    def holds(self, other: "Block") -> bool:
        """A temps: the next one begins in it and lasts less."""
        return self.start <= other.start < self.end and other.end - other.start < self.end - self.start


def read(text: str, day: date) -> Plan:
    """The plan of a pasted text; without a line that begins with hours, it is empty."""
    blocks = [each for each in _blocks(text[:LONGEST]) if each.title]
    known = "*" in text  # « * Intervenant en cours de confirmation »
    plan, open_temps = Plan(), None
    for rank, block in enumerate(blocks):
        following = blocks[rank + 1] if rank + 1 < len(blocks) else None
        if following is not None and block.holds(following):
            plan.temps.append(_temps(block, day))
            open_temps = block
            continue
        within = len(plan.temps) - 1 if open_temps is not None and block.start < open_temps.end else None
        plan.sequences.append(_sequence(block, day, rank=len(plan.sequences) + 1, temps=within, known=known))
    number = 0
    for each in plan.sequences:
        if each.kind != SequenceKind.BREAK:
            number += 1
            each.number = number
    return plan


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    cut = False
    for raw in text.replace("\r", "").replace("\x00", "").replace("\x0c", "\n").split("\n"):
        line = french(" ".join(raw.split()))
        found = _HOURS.match(line)
        if _STAR.match(line):
            break
        if not line or _NOISE.match(line):
            cut = False
            continue
        if found:
            blocks.append(_begun(found))
        elif blocks:
            _under(blocks[-1], line, after_cut=cut)
        cut = len(line) >= CUT
    return blocks


def _begun(found: re.Match[str]) -> Block:
    first, first_minutes, last, last_minutes, title = found.groups()
    start, end = int(first) * 60 + int(first_minutes or 0), int(last) * 60 + int(last_minutes or 0)
    return Block(start, end if end > start else end + 24 * 60, title.strip())


def _under(block: Block, line: str, *, after_cut: bool) -> None:
    """A line of its own, or the end of the one before."""
    before = block.lines[-1] if block.lines else block.title
    begins = bool(_BULLET.match(line)) or contents.begins(line) or bool(_PARTNERS.match(line) or _SUPPORT.match(line))
    goes_on = after_cut or bool(_UNFINISHED.search(before)) or (line[0].islower() and bool(before))
    if begins or not goes_on:
        block.lines.append(line)
        return
    glue = "" if before.endswith("-") and not before.endswith(" -") and line[0].islower() else " "
    if block.lines:
        block.lines[-1] = f"{before}{glue}{line}"
    else:
        block.title = f"{before}{glue}{line}"


def _partners(line: str) -> tuple[str, list[PartnerPlan]] | None:
    """What stands before, and who is named."""
    for pattern, kind in ((_PARTNERS, PartnerKind.PARTNER), (_SUPPORT, PartnerKind.SUPPORT)):
        found = pattern.match(line)
        if found:
            names = contents.names_of(found[2].rstrip(" )."))
            return found[1].strip(), [PartnerPlan(name.rstrip(" *"), kind=kind) for name in names]
    return None


def _temps(block: Block, day: date) -> TempsPlan:
    said = _partners(block.title)
    title, partners = said or (block.title, [])
    found = _ANNOUNCED.match(title)
    title, announced = (found[1].strip(), found[2].strip()) if found else (title.strip(" :"), "")
    kept = []
    for line in block.lines:
        more = _partners(line)
        if more:
            partners += more[1]
        else:
            kept.append(_BULLET.sub("", line))
    return TempsPlan(
        title[:200] or "–",
        at(day, block.start),
        at(day, block.end),
        announced[:300],
        "\n".join(kept),
        partners=partners,
    )


def _sequence(block: Block, day: date, *, rank: int, temps: int | None, known: bool) -> SequencePlan:
    said = _partners(block.title)
    title, partners = said or (block.title, [])
    one = SequencePlan(
        rank, title.strip(" :–-")[:200] or "–", at(day, block.start), at(day, block.end), temps=temps, partners=partners
    )
    if _BREAK.search(title):
        one.kind, one.takes_registrations = SequenceKind.BREAK, False
    elif re.match(r"(?:sous-)?ateliers\b", title, re.IGNORECASE):
        one.kind = SequenceKind.WORKSHOPS
    texts: list[str] = []
    for line in block.lines:
        more = _partners(line) if not contents.begins(_BULLET.sub("", line)) else None
        if more and not more[0].strip(" :"):
            one.partners += more[1]
        elif _SUB_BULLET.match(line) and one.items:
            texts.append(_SUB_BULLET.sub("", line))
        else:
            _read_line(one, line, texts, known=known)
    one.text = "\n".join(texts)
    return one


def _read_line(one: SequencePlan, line: str, texts: list[str], *, known: bool) -> None:
    """A content when it begins as one; otherwise a line of the presentation."""
    plain = _BULLET.sub("", line).strip()
    if re.fullmatch(r"\*+[^*]+\*+", line):  # « ** Pause déjeuner ** »
        return
    item = contents.read(plain)
    if item is None:
        texts.append(plain)
        return
    if not known:  # a programme without any star says nothing of who is confirmed
        for person in item.people:
            person.standing = Standing.EXPECTED
    one.items.append(item)
