"""« Regards croisés : la Fonda, Villes au Carré, animés par Le RAMEAU »: one content of a sequence, as a programme writes it."""

import re

from alliage.events.enums import PASTILLES, ItemKind, Part, Standing
from alliage.events.reading.plans import ItemPlan, PersonPlan

_QUOTED = r"[«\"“]\s*(?:{})\s*[»\"”]"
_KINDS: tuple[tuple[re.Pattern[str], ItemKind], ...] = tuple(
    (re.compile(rf"^{words}", re.IGNORECASE), kind)
    for words, kind in (
        (r"mises? en perspective\b", ItemKind.PERSPECTIVE),
        (r"points? de vue\b", ItemKind.VIEWPOINT),
        (r"r[ée]sultats? d(?:e l)?[’'][ée]tude\b|r[ée]sultats? de l[’'][ée]tude\b", ItemKind.STUDY),
        (r"regards? crois[ée]s?\b", ItemKind.CROSSED),
        (r"croisements? de regards\b", ItemKind.CROSSING),
        (r"[ée]changes?\b", ItemKind.EXCHANGE),
        (r"t[ée]moignages?\b", ItemKind.TESTIMONY),
        (r"d[ée]bats?\b|mise en d[ée]bat\b", ItemKind.DEBATE),
        (r"illustrations?\b", ItemKind.ILLUSTRATION),
        (r"pastilles?\s*" + _QUOTED.format("outillage|outils?"), ItemKind.TOOL),
        (r"pastilles?\s*" + _QUOTED.format("[ée]clairages?"), ItemKind.INSIGHT),
        (r"exposition\b", ItemKind.EXHIBITION),
        (r"exemples? introductifs?\b", ItemKind.EXAMPLE),
        (r"sous-ateliers?\b|travail en (?:sous-)?groupes?\b", ItemKind.WORK),
        (r"mises? en commun\b", ItemKind.SHARING),
        (r"conclusions?\b(?! d)", ItemKind.CONCLUSION),
    )
)
# Who is named after « de »: one person, with a function after the comma.
_ONE = frozenset({ItemKind.PERSPECTIVE, ItemKind.TESTIMONY})
# Who is named after the colon: organisations or people, separated by commas.
_MANY = frozenset({ItemKind.CROSSED, ItemKind.DEBATE})
_MINUTES = re.compile(r"\(\s*(\d{1,3})\s*(?:mn|min|minutes?)\s*\)", re.IGNORECASE)
_LED = re.compile(r",?\s*\(?anim[ée]+s?\s+par\s+(.+?)\)?$", re.IGNORECASE)
_BESIDE = re.compile(r",(?![^(«]*[)»])")
# What stands before a colon that no quotation holds, and after it.
_COLON = re.compile(r"^((?:[^«»:]|«[^»]*»)*?)\s*:\s+(.+)$")
_PRESENTED = re.compile(
    r"^pastilles?\s*[«\"“][^»\"”]*[»\"”]\s*(?:de\s+l[ae]\s+|de\s+l[’']|d[eu]s?\s+|d[’'])(.+)$", re.IGNORECASE
)
_WITH = re.compile(r"^(.*?)\s+(?:notamment\s+)?avec\s*:\s*(.+)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:de\s+|d[’'])?(?:(le|la|les)\s+|l[’'])(?=\S)", re.IGNORECASE)


def kind_of(line: str) -> ItemKind | None:
    return next((kind for pattern, kind in _KINDS if pattern.match(line)), None)


def begins(line: str) -> bool:
    """Whether a line begins as a content does: by its kind, with a capital."""
    return bool(line) and line[0].isupper() and kind_of(line) is not None


def names_of(words: str) -> list[str]:
    """« la Fonda, la Fondation de France et METI » → three names, each without its article."""
    parts = [each.strip() for each in _BESIDE.split(words) if each.strip()]
    if parts and (last := re.match(r"^(.+?)\s+et\s+((?:l[’']|l[ae]s?\s|[A-ZÉÈÀ0-9]).*)$", parts[-1])):
        parts[-1:] = [last[1], last[2]]
    return [name for each in parts if (name := named(each))]


def named(words: str) -> str:
    """A name as it stands alone: « la Fonda » → « Fonda », « Le RAMEAU » stays (the article has its capital)."""
    words = words.strip(" .;:")
    found = _ARTICLE.match(words)
    if found and words[: found.end()].strip()[0].islower():
        words = words[found.end() :]
    return words[:1].upper() + words[1:] if words[:1].islower() else words


def read(line: str) -> ItemPlan | None:
    """The content of a line, or None when it is none."""
    kind = kind_of(line)
    if kind is None:
        return None
    text, minutes = line.strip(), _MINUTES.search(line)
    item = ItemPlan(kind, text=text, minutes=int(minutes[1]) if minutes else None)
    led = _LED.search(text)
    rest = text[: led.start()] if led else text
    if led:
        item.people += [_person(name, Part.LEADS) for name in names_of(led[1])]
    if kind in _ONE:
        _one(item, rest)
    elif kind in _MANY:
        _many(item, rest)
    elif kind in PASTILLES:
        _pastille(item, rest)
    else:
        shown = _WITH.match(rest)
        item.title = _title(shown[1] if shown else rest)
        if shown:
            item.people[:0] = [_person(name, Part.SPEAKS) for name in names_of(shown[2])]
    return item


def _pastille(item: ItemPlan, rest: str) -> None:
    """« Pastille « outillage » du Comité 21 : guide pratique… »: who presents it, then what it is."""
    parted = _COLON.match(rest)
    before, title = (parted[1], parted[2]) if parted else (rest, rest)
    item.title = _title(title)
    by = _PRESENTED.match(before)
    if by:
        item.people.insert(0, _person(by[1], Part.PRESENTS))


def _one(item: ItemPlan, rest: str) -> None:
    found = re.match(r"^.*?\s(?:de\s+l[ae]\s+|de\s+l[’']|d[eu]\s+|d[’'])(?=\S)(.+)$", rest)
    if found is None:
        item.title = _title(rest)
        return
    name, _comma, role = found[1].partition(",")
    item.people.insert(0, _person(name, Part.SPEAKS, role.strip()))


def _many(item: ItemPlan, rest: str) -> None:
    before, colon, names = rest.partition(":")
    if not colon:
        item.title = _title(rest)
        return
    if len(before.split()) > 3:  # « Débat sur les échelons : … »: more than its kind
        item.title = before.strip()[:300]
    item.people[:0] = [_person(name, Part.SPEAKS) for name in names_of(names)]


def _title(rest: str) -> str:
    plain = _MINUTES.sub("", rest).strip(" .:")
    return (plain[:1].upper() + plain[1:])[:300]


def _person(words: str, part: str, role: str = "") -> PersonPlan:
    """« Convergences* » is not confirmed yet. Somebody has a function; without one it is an organisation, until someone says otherwise."""
    expected = words.rstrip().endswith("*") or role.rstrip().endswith("*")
    name, role = named(words.replace("*", "")), role.replace("*", "").strip(" .")
    standing = Standing.EXPECTED if expected else Standing.CONFIRMED
    if role:
        return PersonPlan(name[:200], role[:200], part=part, standing=standing)
    return PersonPlan(organisation=name[:200], part=part, standing=standing)
