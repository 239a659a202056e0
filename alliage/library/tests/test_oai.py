"""OAI-PMH: every verb, every error, long lists that go on, what went; nothing that is not for everyone."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing

from alliage.library import oai, oai_xml
from alliage.library.models import Resource
from alliage.library.queries import oai as queries
from alliage.library.services import resources
from alliage.library.tests.factories import NOW, proposed, published
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NAMES = {"o": "http://www.openarchives.org/OAI/2.0/", "dc": "http://purl.org/dc/elements/1.1/"}
RECORDS = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}


def ask(client, *, post=False, **arguments):
    response = (client.post if post else client.get)("/oai", arguments)
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    return ET.fromstring(response.content)


def asked(client, **arguments):
    """Arguments whose names are words of Python: `since` is `from`."""
    return ask(client, **{{"since": "from"}.get(name, name): value for name, value in arguments.items()})


def error(root) -> str:
    return root.find("o:error", NAMES).get("code")


def identifiers(root) -> list[str]:
    return [each.text for each in root.iterfind(".//o:header/o:identifier", NAMES)]


def said(root, name) -> list[str]:
    return [each.text for each in root.iterfind(f".//dc:{name}", NAMES)]


def test_it_says_what_it_is(client):
    empty = ask(client, verb="Identify")
    assert empty.find(".//o:earliestDatestamp", NAMES).text
    published()
    root = ask(client, verb="Identify", post=True)
    assert root.find(".//o:protocolVersion", NAMES).text == "2.0"
    assert root.find(".//o:deletedRecord", NAMES).text == "persistent"
    assert root.find(".//o:earliestDatestamp", NAMES).text == "2026-11-26T12:00:00Z"
    assert "@" in root.find(".//o:adminEmail", NAMES).text
    assert root.find("o:request", NAMES).attrib == {"verb": "Identify"}


def test_a_record_says_what_everyone_reads(client):
    TermFactory(vocabulary="leviers", code="alliance", label="Apprendre à faire alliance")
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    resource = published(
        leviers=["alliance"], territories=["commune:97411"], source="Une séance",
        authors=[{"name": "Alix Demo", "organisation": "L’Atelier"}, {"name": "Sacha", "role": "relecteur"}],
    )  # fmt: skip
    newer = published(title="La suivante")
    resources.make_obsolete(resource, reason="Une loi", replacement=newer, by=None, now=NOW)
    root = ask(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=oai.identifier(resource.pk))
    assert said(root, "title") == [resource.title]
    assert (said(root, "creator"), said(root, "contributor")) == (["Alix Demo, L’Atelier"], ["Sacha"])
    assert "Saint-Denis" in said(root, "coverage")
    assert said(root, "identifier") == [resource.permanent_url]
    assert said(root, "relation")[0].endswith(newer.get_absolute_url())
    assert (said(root, "source"), said(root, "date")) == (["Une séance"], ["2024"])
    specs = [each.text for each in root.iterfind(".//o:setSpec", NAMES)]
    assert specs == ["sorte:pratique", "levier:alliance"]


def test_a_text_that_xml_cannot_hold_is_written_without_it(client):
    published(title="Un\x0btitre \x01étrange <b>&", summary="", source="")
    assert said(asked(client, **RECORDS), "title") == ["Un titre étrange <b>&"]


def test_formats_and_sets_are_listed(client):
    resource = published()
    assert asked(client, verb="ListMetadataFormats").find(".//o:metadataPrefix", NAMES).text == "oai_dc"
    one = asked(client, verb="ListMetadataFormats", identifier=oai.identifier(resource.pk))
    assert one.find(".//o:metadataPrefix", NAMES).text == "oai_dc"
    specs = [each.text for each in asked(client, verb="ListSets").iterfind(".//o:setSpec", NAMES)]
    assert {"sorte", "sorte:pratique", "levier"} <= set(specs)


def test_a_set_is_harvested_alone(client):
    TermFactory(vocabulary="leviers", code="alliance")
    TermFactory(vocabulary="leviers", code="numerique")
    first = published(kind="guide", sections={"pourquoi": "Pour voir"}, leviers=["alliance", "numerique"])
    second = published()

    def of(code):
        return identifiers(asked(client, **RECORDS, set=code))

    assert of("sorte:guide") == of("levier:alliance") == of("levier") == [oai.identifier(first.pk)]
    assert of("sorte") == [oai.identifier(first.pk), oai.identifier(second.pk)]
    assert error(asked(client, **RECORDS, set="levier:inconnu")) == "noRecordsMatch"
    assert error(asked(client, **RECORDS, set="sorte:kit")) == "noRecordsMatch"


def test_a_long_list_goes_on_even_when_it_changes_meanwhile(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(queries, "PER_PAGE", 2)
    made = [published(now=NOW + timedelta(minutes=rank)) for rank in range(5)]
    with django_assert_num_queries(2):
        root = asked(client, verb="ListIdentifiers", metadataPrefix="oai_dc", since="2026-11-26", until="2026-11-26")
    token = root.find(".//o:resumptionToken", NAMES)
    assert (token.get("completeListSize"), token.get("cursor")) == ("5", "0")
    found = identifiers(root)
    resources.ask_renewal(made[0], by=None, now=NOW + timedelta(minutes=9))
    sizes = []
    while token.text:
        root = asked(client, verb="ListIdentifiers", resumptionToken=token.text)
        found += identifiers(root)
        token = root.find(".//o:resumptionToken", NAMES)
        sizes.append((len(identifiers(root)), token.get("cursor")))
    assert sizes == [(2, "2"), (2, "4")]
    assert found == [oai.identifier(each.pk) for each in (*made, made[0])]


def test_only_what_changed_since_is_given(client):
    old, new = published(), published(now=NOW + timedelta(days=2))
    one, other = [oai.identifier(old.pk)], [oai.identifier(new.pk)]
    assert identifiers(asked(client, **RECORDS, since="2026-11-27")) == other
    assert identifiers(asked(client, **RECORDS, until="2026-11-26")) == one
    assert identifiers(asked(client, **RECORDS, since="2026-11-26T12:00:00Z", until="2026-11-26T12:00:00Z")) == one
    assert identifiers(asked(client, **RECORDS, until="9999-12-31")) == one + other
    assert error(asked(client, **RECORDS, since="2026-11-29")) == "noRecordsMatch"


def test_what_was_being_written_during_a_harvest_is_in_the_next_one():
    """Dated when it was written, read only once that was kept."""
    nothing = {"verb": ["ListRecords"], "metadataPrefix": ["oai_dc"], "from": ["2026-11-26"]}
    with pytest.raises(oai.OaiError, match="Nothing"):
        oai_xml.answered(oai.parse(nothing), now=NOW)
    said = ET.fromstring(oai_xml.answered(oai.parse({"verb": ["Identify"]}), now=NOW))
    began = NOW - timedelta(minutes=2)
    written = published(now=began)
    since = said.findtext("o:responseDate", namespaces=NAMES)
    answer = oai_xml.answered(oai.parse({**nothing, "from": [since]}), now=NOW + timedelta(days=1))
    assert identifiers(ET.fromstring(answer)) == [oai.identifier(written.pk)]


def test_what_went_is_said_to_have_gone_and_nothing_else(client):
    TermFactory(vocabulary="leviers", code="alliance")
    withdrawn, hidden = published(leviers=["alliance"]), published(title="Secret")
    resources.withdraw(withdrawn, by=None, now=NOW)
    resources.hide(hidden, by=None, now=NOW)
    root = asked(client, **RECORDS)
    assert [each.get("status") for each in root.iterfind(".//o:header", NAMES)] == ["deleted", "deleted"]
    assert root.find(".//o:metadata", NAMES) is None
    assert b"Secret" not in ET.tostring(root)
    assert b"levier" not in ET.tostring(root)


def test_drafts_are_unknown(client):
    draft = proposed().resource
    assert error(asked(client, **RECORDS)) == "noRecordsMatch"
    one = asked(client, verb="GetRecord", metadataPrefix="oai_dc", identifier=oai.identifier(draft.pk))
    assert error(one) == "idDoesNotExist"


def test_who_is_not_named_is_not_harvested(client):
    TerritoryFactory(kind="commune", code="97411", name="Saint-Denis")
    published(hides_place=True, territories=["commune:97411"], source="Mairie de Saint-Denis")
    text = ET.tostring(asked(client, **RECORDS), encoding="unicode")
    assert "Saint-Denis" not in text
    assert "Alix" not in text


TOKEN = signing.dumps(
    {"v": "ListIdentifiers", "s": "", "f": "", "u": "", "a": [NOW.isoformat(), 1], "n": 0}, salt=oai.SALT
)


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("badVerb", {}), ("badVerb", {"verb": "Rien"}), ("badVerb", {"verb": ["Identify", "Identify"]}),
        ("badArgument", {"verb": "Identify", "set": "a"}), ("badArgument", {"verb": "ListRecords"}),
        ("badArgument", {**RECORDS, "from": ["2026-01-01", "2026-01-02"]}), ("badArgument", {**RECORDS, "from": "hier"}),
        ("badArgument", {**RECORDS, "from": "2026-02-30"}), ("badArgument", {**RECORDS, "from": "2026-02-30T00:00:00Z"}),
        ("badArgument", {**RECORDS, "from": "2026-01-02", "until": "2026-01-01"}),
        ("badArgument", {**RECORDS, "from": "2026-01-01", "until": "2026-01-02T00:00:00Z"}),
        ("badArgument", {"verb": "ListRecords", "resumptionToken": "a", "set": "b"}),
        ("cannotDisseminateFormat", {"verb": "ListRecords", "metadataPrefix": "marc"}),
        ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": "a:b:c"}),
        ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": TOKEN}),
        ("badResumptionToken", {"verb": "ListSets", "resumptionToken": "\x00"}),
        ("idDoesNotExist", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:localhost:ressource-0"}),
        ("idDoesNotExist", {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:ailleurs:ressource-1"}),
        ("idDoesNotExist", {"verb": "ListMetadataFormats", "identifier": "oai:localhost:ressource-999"}),
    ],
    ids=range(19),
)  # fmt: skip
def test_each_error_has_its_code(client, code, arguments):
    published()
    root = ask(client, **arguments)
    assert error(root) == code
    if code in ("badVerb", "badArgument"):
        assert root.find("o:request", NAMES).attrib == {}


def test_dates_are_those_of_greenwich():
    assert oai.stamp(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00Z"
    assert Resource.objects.count() == 0
