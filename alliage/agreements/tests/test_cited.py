"""A partner for which nobody acts does not block a convention: somebody of it is written to, or the others name it only."""

from datetime import timedelta

import pytest

from alliage.accounts.tests.factories import MemberFactory
from alliage.agreements import documents
from alliage.agreements.enums import PartnerState, State
from alliage.agreements.models import Agreement
from alliage.agreements.queries import agreements as queries
from alliage.agreements.queries import conventions
from alliage.agreements.services import partners
from alliage.agreements.services.agreements import AgreementRefused
from alliage.agreements.tests.factories import (
    LATER,
    NOW,
    agreed,
    asked_of,
    group,
    opened,
    owner_of,
    scoped,
    sides,
    sign,
)
from alliage.directory.models import Entry
from alliage.directory.tests.factories import CatalystFactory, OrganisationFactory
from alliage.notifications.models import OutgoingMail

pytestmark = pytest.mark.django_db


def left_alone(entry):
    """Whoever held it is gone."""
    Entry.objects.filter(pk=entry.pk).update(owner=None)


def third(made, name="Troisième"):
    """A third partner, in; then nobody holds its entry."""
    entry = group(name)
    by = owner_of(sides(made)[0])
    found = partners.invite(made, entry, by=by, now=NOW)
    partners.accept(found, by=entry.owner, now=NOW)
    return entry


# --- Named only ----------------------------------------------------------------------------------------------------


def test_one_that_nobody_holds_is_named_once_and_may_be_asked_later():
    made, alone = scoped(), OrganisationFactory(name="Seule")
    by = owner_of(sides(made)[0])
    found = partners.cite(made, alone, by=by, now=NOW)
    assert (found.state, found.name) == (PartnerState.CITED, "Seule")
    assert partners.cite(made, alone, by=by, now=NOW) == found
    assert "Seule est cité dans l’accord, sans le signer." in [each.text for each in queries.history(made)]
    holder = MemberFactory()
    Entry.objects.filter(pk=alone.pk).update(owner=holder)
    assert queries.mine(holder) == []
    with pytest.raises(AgreementRefused, match="invitez-la"):
        partners.cite(made, Entry.objects.get(pk=alone.pk), by=by, now=NOW)
    assert partners.invite(made, Entry.objects.get(pk=alone.pk), by=by, now=NOW).state == PartnerState.INVITED


def test_one_that_lost_its_people_no_longer_blocks_the_signature():
    made = scoped()
    entry = third(made)
    sign(asked_of(made, entry))
    first, second = sides(made)[:2]
    left_alone(entry)
    # It signed a text that the others changed since: nobody is left to sign again.
    asked_of(made, entry).signatures.update(undone_at=NOW)
    sign(first)
    assert sign(second).state == State.SCOPING
    assert [each.is_unheld for each in queries.partners(made, owner_of(first))] == [False, False, True]
    found = partners.cite_partner(asked_of(made, entry), by=owner_of(first), now=LATER)
    assert (found.state, Agreement.objects.get(pk=made.pk).state) == (PartnerState.CITED, State.AGREED)
    assert partners.cite_partner(found, by=owner_of(first), now=LATER).answered_at == LATER
    assert conventions.cited_of(made) == ["Troisième"]


def test_what_it_had_signed_counts_no_more():
    made = scoped()
    entry = third(made)
    sign(asked_of(made, entry))
    left_alone(entry)
    found = partners.cite_partner(asked_of(made, entry), by=owner_of(sides(made)[0]), now=LATER)
    assert not found.signatures.filter(undone_at=None).exists()


def test_one_whose_entry_is_gone_is_named_by_what_it_was_called():
    made = scoped()
    third(made).delete()
    alone = made.partners.get(entry=None)
    found = partners.cite_partner(alone, by=owner_of(sides(made)[0]), now=LATER)
    assert (found.state, found.name) == (PartnerState.CITED, "Troisième")


def test_it_is_refused_once_signed_for_a_person_and_for_who_left():
    made = scoped()
    by = owner_of(sides(made)[0])
    with pytest.raises(AgreementRefused, match="pas une personne"):
        partners.cite(made, CatalystFactory(), by=by, now=NOW)
    with pytest.raises(AgreementRefused, match="Quelqu’un tient"):
        partners.cite_partner(sides(made)[1], by=by, now=NOW)
    other = opened(mine=group("C"), other=group("D"))
    waiting = sides(other)[1]
    partners.decline(waiting, by=owner_of(waiting), now=NOW)
    left_alone(waiting.entry)
    with pytest.raises(AgreementRefused, match="n’est plus dans cet accord"):
        partners.cite_partner(waiting, by=by, now=NOW)
    with pytest.raises(AgreementRefused, match="n’est plus dans cet accord"):
        partners.cite(other, Entry.objects.get(pk=waiting.entry_id), by=by, now=NOW)
    done = agreed(mine=group("E"), other=group("F"))
    with pytest.raises(AgreementRefused, match="ne changent plus"):
        partners.cite(done, OrganisationFactory(), by=by, now=NOW)


def test_what_somebody_signed_names_nobody_more_but_one_asked_before_may_still_be_named():
    made = scoped()
    first = sides(made)[0]
    waiting = partners.invite(made, group("Troisième"), by=owner_of(first), now=NOW)
    left_alone(waiting.entry)
    sign(first)
    with pytest.raises(AgreementRefused, match="déjà signé"):
        partners.cite(made, OrganisationFactory(), by=owner_of(first), now=NOW)
    found = partners.cite(made, Entry.objects.get(pk=waiting.entry_id), by=owner_of(first), now=NOW)
    assert (found.pk, found.state) == (waiting.pk, PartnerState.CITED)


def test_one_named_by_mistake_is_no_longer_named_until_all_have_signed():
    made, alone = scoped(), OrganisationFactory(name="Seule")
    first, second = sides(made)[:2]
    by = owner_of(first)
    found = partners.cite(made, alone, by=by, now=NOW)
    for _twice in range(2):
        partners.cite_no_more(found, by=by, now=NOW)
    assert conventions.cited_of(made) == []
    assert [each.text for each in queries.history(made)].count("Seule n’est plus cité dans l’accord.") == 1
    found = partners.cite(made, alone, by=by, now=NOW)
    sign(first)
    sign(second)
    with pytest.raises(AgreementRefused, match="ne changent plus"):
        partners.cite_no_more(found, by=by, now=LATER)


def test_one_that_was_in_keeps_what_it_did_when_it_is_no_longer_named():
    made = scoped()
    entry = third(made)
    sign(asked_of(made, entry))
    left_alone(entry)
    by = owner_of(sides(made)[0])
    found = partners.cite_partner(asked_of(made, entry), by=by, now=LATER)
    partners.cite_no_more(found, by=by, now=LATER)
    assert made.partners.get(pk=found.pk).state == PartnerState.LEFT


# --- Written to ----------------------------------------------------------------------------------------------------


def test_somebody_of_it_is_written_to_once_a_month_and_nothing_is_said_of_the_agreement():
    made, alone = scoped(subject="Zibeline"), OrganisationFactory(name="Seule")
    by = owner_of(sides(made)[0])
    for now in (NOW, LATER, NOW + timedelta(days=40)):
        partners.ask_to_hold(made, alone, "ines@exemple.fr", by=by, now=now)
    sent = list(OutgoingMail.objects.filter(to="ines@exemple.fr"))
    assert len(sent) == 2
    said = "".join(f"{each.subject}{each.text}{each.html}" for each in sent)
    assert f"/{alone.slug}/reclamer/" in said
    assert "Zibeline" not in said
    with pytest.raises(AgreementRefused, match="Quelqu’un tient"):
        partners.ask_to_hold(made, sides(made)[1].entry, "ines@exemple.fr", by=by, now=NOW)


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_inviting_one_that_nobody_holds_offers_both_ways(client):
    made, alone = scoped(), OrganisationFactory(name="Seule")
    client.force_login(owner_of(sides(made)[0]))
    url = f"{made.get_absolute_url()}inviter/"
    refused = client.post(url, {"entry": "Seule"})
    assert refused.status_code == 422
    assert all(each in refused.text for each in ("Personne ne tient la fiche de Seule", "La citer, sans qu’elle signe"))
    assert "sans-personne" not in client.get(f"{url}?entry=inconnue").text
    assert "sans-personne" not in client.get(f"{url}?entry={sides(made)[1].entry.slug}").text
    assert "sans-personne" in client.get(f"{url}?entry={alone.slug}").text
    assert client.post(url, {"entry": alone.slug, "act": "hold", "email": "non"}).status_code == 422
    done = client.post(url, {"entry": alone.slug, "act": "hold", "email": "ines@exemple.fr"}, follow=True)
    assert "un courriel part" in done.text
    assert OutgoingMail.objects.filter(to="ines@exemple.fr").count() == 1
    done = client.post(url, {"entry": alone.slug, "act": "cite"}, follow=True)
    assert "ne le signe pas" in done.text
    assert "partenaire cité, non signataire" in done.text
    act = f"withdraw:{asked_of(made, alone).pk}"
    assert f'value="{act}"' in done.text
    assert "n’est plus citée" in client.post(f"{made.get_absolute_url()}geste/", {"act": act}, follow=True).text


def test_the_page_and_the_paper_say_who_is_named_and_did_not_sign(client):
    made = scoped()
    entry = third(made)
    left_alone(entry)
    first, second = sides(made)[:2]
    client.force_login(owner_of(first))
    url = made.get_absolute_url()
    page = client.get(url).text
    assert "Personne ne tient plus sa fiche" in page
    act = f"cite:{asked_of(made, entry).pk}"
    assert client.post(f"{url}geste/", {"act": "cite:0"}).status_code == 404
    assert "cité dans l’accord" in client.post(f"{url}geste/", {"act": act}, follow=True).text
    sign(first)
    sign(second)
    done = Agreement.objects.get(pk=made.pk)
    assert done.state == State.AGREED
    assert "non signataires\u00a0: Troisième" in client.get(f"{url}convention/").text
    assert "partenaire cité, non signataire" in client.get(url).text
    assert documents.printed(done, now=LATER).startswith(b"%PDF")
    assert [each.text for each in documents._cited(done)] == ["Partenaires cités, non signataires\u00a0: Troisième"]
    assert documents._cited(agreed(mine=group("C"), other=group("D"))) == []
