"""OAI-PMH 2.0, the protocol by which libraries harvest: what is asked, what may go wrong, how a long list goes on.

Written from the specification of the Open Archives Initiative (openarchives.org/OAI/openarchivesprotocol.html). Nothing
is kept between two requests: a resumption token says, signed, what was asked and the last record that was given. Records come in the
order of their last change, so that one that changes during a harvest comes again at its end, and none is missed.

A change is dated a little before others can read it, when its transaction ends. So our answers bear the hour of a `MARGIN` ago:
who asks next for what changed since our last answer receives what was being written then, and the latest records perhaps twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.core import signing

PREFIX = "oai_dc"
SALT = "alliage.library.oai"
GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
MARGIN = timedelta(minutes=5)
# Verb: what it needs, what it takes.
VERBS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "ListIdentifiers": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "metadataPrefix", "resumptionToken"}),
    ),
    "ListRecords": (
        frozenset({"metadataPrefix"}),
        frozenset({"from", "until", "set", "metadataPrefix", "resumptionToken"}),
    ),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset({"identifier", "metadataPrefix"})),
}
_DAY, _SECOND = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class OaiError(Exception):
    """What the protocol calls an error condition: a code of its list, and a word for whoever harvests."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """A request of the protocol, checked. `start` is included, `end` is not; `after` is the last record given, `given` how many before."""

    verb: str
    identifier: str = ""
    set: str = ""
    start: datetime | None = None
    end: datetime | None = None
    after: tuple[datetime, int] | None = None
    given: int = 0
    arguments: Mapping[str, str] = field(default_factory=dict)


def parse(arguments: Mapping[str, list[str]]) -> Asked:
    """Read a request. Raises `OaiError` as the protocol says."""
    verbs = arguments.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", "The verb is missing, repeated or unknown.")
    verb = verbs[0]
    given = {name: values[0] for name, values in arguments.items() if name != "verb"}
    needed, taken = VERBS[verb]
    if any(len(values) != 1 for values in arguments.values()) or given.keys() - taken:
        raise OaiError("badArgument", "An argument is repeated or not one of this verb.")
    if "resumptionToken" in given:
        if len(given) > 1:
            raise OaiError("badArgument", "A resumption token comes alone.")
        return _resumed(verb, given["resumptionToken"])
    if needed - given.keys():
        raise OaiError("badArgument", f"Missing: {', '.join(sorted(needed - given.keys()))}.")
    if given.get("metadataPrefix", PREFIX) != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"The only format is {PREFIX}.")
    start, end = _period(given.get("from"), given.get("until"))
    return Asked(verb, given.get("identifier", ""), given.get("set", ""), start, end, arguments={"verb": verb, **given})


def _period(start: str | None, end: str | None) -> tuple[datetime | None, datetime | None]:
    kinds = {bool(_SECOND.fullmatch(text)) for text in (start, end) if text is not None}
    if len(kinds) > 1:
        raise OaiError("badArgument", "« from » and « until » have different granularities.")
    first, last = _moment(start), _moment(end)
    if first and last and first > last:
        raise OaiError("badArgument", "« from » is after « until ».")
    if last is None:
        return first, None
    try:
        return first, last + (timedelta(seconds=1) if kinds == {True} else timedelta(days=1))
    except OverflowError:  # the last day there is: until whenever
        return first, None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        if _SECOND.fullmatch(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:  # no such day
        pass
    raise OaiError("badArgument", f"A date is written {GRANULARITY} or YYYY-MM-DD.")


# --- Tokens --------------------------------------------------------------------------------------------------------


def token(asked: Asked, *, after: tuple[datetime, int], given: int) -> str:
    """What to send to receive what follows."""
    said = {
        "v": asked.verb,
        "s": asked.set,
        "f": asked.start.isoformat() if asked.start else "",
        "u": asked.end.isoformat() if asked.end else "",
        "a": [after[0].isoformat(), after[1]],
        "n": given,
    }
    return signing.dumps(said, salt=SALT)


def _resumed(verb: str, text: str) -> Asked:
    try:
        said = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise OaiError("badResumptionToken", "This token was not given by this site.") from error
    if said["v"] != verb:
        raise OaiError("badResumptionToken", "This token goes on with another verb.")
    asked = Asked(
        verb,
        set=said["s"],
        start=datetime.fromisoformat(said["f"]) if said["f"] else None,
        end=datetime.fromisoformat(said["u"]) if said["u"] else None,
        arguments={"verb": verb, "resumptionToken": text},
    )
    return replace(asked, after=(datetime.fromisoformat(said["a"][0]), said["a"][1]), given=said["n"])


# --- Identifiers ---------------------------------------------------------------------------------------------------


def identifier(pk: int) -> str:
    """« oai:alliage.example.org:ressource-12 »: for ever, whatever the title."""
    return f"{_start()}{pk}"


def number(text: str) -> int:
    """The number of a resource, from its identifier."""
    rest = text.removeprefix(_start())
    if rest == text or not _NUMBER.fullmatch(rest):
        raise OaiError("idDoesNotExist", "No resource has this identifier here.")
    return int(rest)


def _start() -> str:
    host = settings.ORIGIN.partition("://")[2].partition(":")[0]
    return f"oai:{host}:ressource-"


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
