"""Recommendations: a resource and a word for somebody; both sides alone read the word; who refuses them is left in peace."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.enums import Visibility
from alliage.directory.tests.factories import CatalystFactory, MembershipFactory, TeamFactory
from alliage.library import previews
from alliage.library.enums import Sharing
from alliage.library.models import Receipt, Recommendation, RecommendationMute, RecommendedResource
from alliage.library.queries import recommendations as queries
from alliage.library.services import recommendations as services
from alliage.library.services import resources
from alliage.library.services.recommendations import To
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_collections import made
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.notifications.links import address_digest
from alliage.notifications.models import Notification, OutgoingMail, RefusedAddress

pytestmark = pytest.mark.django_db
SECRET = "canari"
SEND = "/ressources/recommander/"


@pytest.fixture
def sender():
    return MemberFactory(name="Alix")


def held(member=None, **more):
    """The entry of a person."""
    return CatalystFactory(owner=member or MemberFactory(), **more)


def send(sender, to=None, *, found=None, note=SECRET, sent="s", now=NOW) -> Recommendation:
    found = [published(title="Une lecture")] if found is None else found
    return services.recommend(found, to=to or To(held()), note=note, sent=sent, by=sender, now=now)


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"address_hint": "j…@exemple.fr"}, id="to-an-entry-and-an-address"),
        pytest.param({"entry": None}, id="to-nobody"),
        pytest.param({"resource_count": 0, "note": ""}, id="says-nothing"),
    ],
)
def test_the_database_refuses(sender, broken):
    found = send(sender)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recommendation.objects.filter(pk=found.pk).update(**broken)


def test_the_database_holds_a_line_a_receipt_and_a_refusal_once(sender):
    found, other = send(sender), MemberFactory()
    receipt, line = found.receipts.get(), found.lines.get()
    services.mute(None, by=other, now=NOW)
    services.mute(sender, by=other, now=NOW)
    for row in (
        RecommendedResource(recommendation=found, resource=line.resource),
        Receipt(recommendation=found, person=receipt.person, seed="a", token_digest="b"),
        RecommendationMute(person=other, sender=sender),
        RecommendationMute(person=other, sender=None),
        RecommendationMute(person=other, sender=other),
        Receipt(recommendation=found, seed="c", token_digest="d", by_link=True),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


# --- Send ----------------------------------------------------------------------------------------------------------


def test_it_goes_to_those_who_hold_the_entry_without_the_word(sender):
    team, holder, editor, reader = TeamFactory(owner=MemberFactory()), None, MemberFactory(), MemberFactory()
    holder = team.owner
    MembershipFactory(group=team, person=CatalystFactory(owner=editor), is_editor=True)
    MembershipFactory(group=team, person=CatalystFactory(owner=reader))
    found = send(sender, To(team))
    assert {receipt.person for receipt in found.receipts.all()} == {holder, editor}
    told = Notification.objects.filter(kind=services.KIND)
    assert {each.title for each in told} == {"Alix vous recommande une ressource"}
    assert SECRET not in str(list(told.values()))
    assert "verra la date" in told[0].text


def test_the_same_display_of_the_form_sends_once(sender):
    entry, found = held(), [published()]
    assert send(sender, To(entry), found=found) == send(sender, To(entry), found=found)
    assert Receipt.objects.count() == Notification.objects.filter(kind=services.KIND).count() == 1


def test_several_or_none_are_said_in_words(sender):
    send(sender, found=[published(), published()], note="")
    send(sender, found=[], sent="t")
    titles = set(Notification.objects.filter(kind=services.KIND).values_list("title", flat=True))
    assert titles == {"Alix vous recommande 2 ressources", "Alix vous écrit un mot à propos des ressources"}


def test_an_address_receives_a_link_and_is_not_kept(sender):
    found = send(sender, To(address="jeanne@exemple.fr"))
    mail = OutgoingMail.objects.get(to="jeanne@exemple.fr")
    assert "Une lecture" in mail.text
    assert "Alix verra la date" in mail.text
    assert SECRET not in mail.text + mail.html
    assert sender.email not in mail.text + mail.html
    assert found.address_hint == "j…@exemple.fr"
    assert "List-Unsubscribe" in mail.headers


def test_an_address_that_wants_no_more_receives_nothing(sender):
    RefusedAddress.objects.create(digest=address_digest("jeanne@exemple.fr"), scope=services.SCOPE, refused_at=NOW)
    send(sender, To(address="jeanne@exemple.fr"))
    assert not OutgoingMail.objects.filter(to="jeanne@exemple.fr").exists()


def test_the_address_of_a_member_tells_the_member_and_not_the_sender(sender):
    member = MemberFactory(email="teva@exemple.fr")
    found = send(sender, To(address="Teva@exemple.fr"))
    assert found.receipts.get().person == member
    assert found.address_hint == "T…@exemple.fr"
    assert not OutgoingMail.objects.filter(key__startswith="address|").exists()


def test_what_cannot_be_sent_says_why(sender):
    withdrawn = published()
    resources.withdraw(withdrawn, by=None, now=NOW)
    withdrawn.refresh_from_db()
    for to, found, note, why in (
        (To(held()), [], "  ", "au moins une ressource"),
        (To(held()), [published()] * 21, "", "au plus"),
        (To(held()), [withdrawn], "", "plus publiée"),
        (To(held(contact_visibility=Visibility.NOBODY)), None, "", "ne reçoit pas"),
        (To(held(MemberFactory(is_active=False))), None, "", "Personne"),
        (To(held(sender)), None, "", "Personne"),
        (To(TeamFactory()), None, "", "Personne"),
    ):
        with pytest.raises(services.RecommendationRefused, match=why):
            send(sender, to, found=found, note=note)


def test_nobody_floods(sender, monkeypatch):
    monkeypatch.setattr(services, "MOST_A_DAY", 3)
    monkeypatch.setattr(services, "MOST_ADDRESSES_A_DAY", 1)
    send(sender, To(address="a@exemple.fr"))
    with pytest.raises(services.RecommendationRefused, match="demain"):
        send(sender, To(address="b@exemple.fr"), sent="t")
    send(sender, sent="t")
    send(sender, sent="u")
    with pytest.raises(services.RecommendationRefused, match="demain"):
        send(sender, sent="v")


def test_who_refuses_them_receives_nothing_and_the_sender_sees_no_difference(sender):
    one, all_of_them = MemberFactory(), MemberFactory()
    for _twice in range(2):
        services.mute(sender, by=one, now=NOW)
        services.mute(None, by=all_of_them, now=NOW)
    for rank, member in enumerate((one, all_of_them)):
        send(sender, To(held(member)), sent=str(rank))
    assert not Receipt.objects.exists()
    assert not Notification.objects.filter(kind=services.KIND).exists()
    text = text_of(signed_in(sender).get("/ressources/recommandations/?vue=envoyees"))
    assert text.count("pas encore lue") == 2
    services.unmute(sender.pk, by=one, now=NOW)
    services.unmute(None, by=all_of_them, now=NOW)
    assert not RecommendationMute.objects.exists()
    with pytest.raises(services.RecommendationRefused):
        services.mute(one, by=one, now=NOW)


# --- Read ----------------------------------------------------------------------------------------------------------


def test_both_sides_alone_read_it(sender, client):
    member = MemberFactory()
    receipt = send(sender, To(held(member))).receipts.get()
    page = receipt.get_absolute_url()
    assert client.get(page).status_code == 302
    for stranger in (MemberFactory(role="administrator"), sender):
        assert signed_in(stranger).get(page).status_code == 404
        assert signed_in(stranger).post(page, {"act": "put_away"}).status_code == 404
    link = reverse("library:recommendation_link", args=[previews.token_of(receipt.seed)])
    assert client.get(link).status_code == 404
    assert SECRET in text_of(signed_in(member).get(page))
    assert SECRET in text_of(signed_in(sender).get("/ressources/recommandations/?vue=envoyees"))
    for person in (MemberFactory(role="administrator"), member):
        assert SECRET not in text_of(signed_in(person).get("/ressources/recommandations/?vue=envoyees"))
    assert SECRET not in text_of(signed_in(member).get("/ressources/recommandations/"))
    assert SECRET not in text_of(signed_in(member).get("/mon-espace/"))
    assert SECRET not in f"{receipt} {receipt.recommendation} {receipt.recommendation.lines.get()}"


def test_the_sender_reads_when_it_was_opened_signed_in(sender):
    member = MemberFactory()
    receipt = send(sender, To(held(member))).receipts.get()
    page, mine, client = receipt.get_absolute_url(), "/ressources/recommandations/?vue=envoyees", signed_in(member)
    assert "à lire" in text_of(client.get("/ressources/recommandations/"))
    client.head(page)
    client.get(page, headers={"Sec-Purpose": "prefetch;prerender"})
    assert "pas encore lue" in text_of(signed_in(sender).get(mine))
    assert "la date de votre première lecture" in text_of(client.get(page))
    assert "lue le" in text_of(signed_in(sender).get(mine))
    services.opened(receipt, by_link=True, now=NOW)
    receipt.refresh_from_db()
    assert not receipt.by_link
    assert "à lire" not in text_of(client.get("/ressources/recommandations/"))


def test_a_link_opens_without_an_account_and_says_that_it_was_the_link(sender, client):
    send(sender, To(address="jeanne@exemple.fr"))
    link = re.search(r"/ressources/recommandations/lien/[-\w]+/", OutgoingMail.objects.get().text)[0]
    answer = client.get(link)
    assert SECRET in text_of(answer)
    assert "noindex" in answer["X-Robots-Tag"]
    assert "lien ouvert le" in text_of(signed_in(sender).get("/ressources/recommandations/?vue=envoyees"))
    assert client.get("/ressources/recommandations/lien/inconnu/").status_code == 404
    sender.is_active = False
    sender.save()
    assert client.get(link).status_code == 404


def test_what_is_withdrawn_is_not_read_here_either(sender):
    member, withdrawn = MemberFactory(), published(title="Un titre discret")
    receipt = send(sender, To(held(member)), found=[withdrawn], note="").receipts.get()
    resources.withdraw(withdrawn, by=None, now=NOW)
    for person, page in (
        (member, receipt.get_absolute_url()),
        (member, "/ressources/recommandations/"),
        (sender, "/ressources/recommandations/?vue=envoyees"),
    ):
        assert "titre discret" not in text_of(signed_in(person).get(page))


def test_i_put_it_away_or_refuse_the_sender(sender):
    member = MemberFactory()
    entry = held(member)
    first = send(sender, To(entry)).receipts.get()
    second = send(sender, To(entry), sent="t").receipts.get()
    client = signed_in(member)
    client.post(first.get_absolute_url(), {"act": "put_away"})
    assert list(queries.received_by(member)) == [second]
    assert "n’en saura rien" in text_of(client.post(second.get_absolute_url(), {"act": "mute"}, follow=True))
    page = "/ressources/recommandations/"
    assert "Alix" in text_of(client.get(page))
    client.post(page, {"act": f"unmute:{sender.pk}"})
    assert not RecommendationMute.objects.exists()
    client.post(page, {"act": "mute_all"})
    assert "aucune recommandation. Personne" in text_of(client.get(page))
    client.post(page, {"act": "unmute_all"})
    client.post(page, {"act": "unmute:x"})
    assert not RecommendationMute.objects.exists()


def test_the_page_leads_to_the_sender_when_everyone_reads_her_entry(sender):
    member = MemberFactory()
    receipt = send(sender, To(held(member))).receipts.get()
    assert "par sa fiche" not in text_of(signed_in(member).get(receipt.get_absolute_url()))
    CatalystFactory(owner=sender)
    assert "par sa fiche" in text_of(signed_in(member).get(receipt.get_absolute_url()))


# --- The form ------------------------------------------------------------------------------------------------------


def test_i_recommend_from_the_page_of_a_resource(sender):
    resource, entry, client = published(title="Une lecture"), held(name="Jeanne Apatou"), signed_in(sender)
    assert f"{SEND}?ressource={resource.pk}" in text_of(client.get(resource.get_absolute_url()))
    page = f"{SEND}?ressource={resource.pk}&fiche={entry.slug}"
    assert 'value="Jeanne Apatou"' in text_of(client.get(page))
    typed = {"entry_code": f"catalyst:{entry.pk}", "resources": [resource.pk], "note": SECRET, "sent": "a"}
    for _twice in range(2):
        assert "vue=envoyees" in client.post(page, typed)["Location"]
    assert [line.resource for line in Recommendation.objects.get().lines.all()] == [resource]


def test_i_recommend_a_collection_and_one_more(sender):
    found, more, entry, client = made(sender, "Une", "Deux"), published(), held(), signed_in(sender)
    page = f"{SEND}?collection={found.pk}"
    pks = list(found.items.values_list("resource_id", flat=True))
    typed = {"entry_code": f"catalyst:{entry.pk}", "resources": pks, "another_code": f"resource:{more.pk}"}
    client.post(page, typed)
    assert list(Recommendation.objects.get().lines.values_list("resource", flat=True)) == [*pks, more.pk]
    foreign = made(MemberFactory(), "Trois", sharing=Sharing.PRIVATE)
    assert "Trois" not in text_of(client.get(f"{SEND}?collection={foreign.pk}"))


def test_a_refused_form_comes_back_filled(sender, client):
    assert client.get(SEND).status_code == 302
    entry, client = held(contact_visibility=Visibility.NOBODY), signed_in(sender)
    named = {"entry_code": f"catalyst:{entry.pk}"}
    for typed in (
        {},
        {"address": "jeanne"},
        named | {"address": "jeanne@exemple.fr"},
        named,
        {"entry": "Personne de ce nom"},
        {"note": "Un\0mot", "address": "jeanne@exemple.fr"},
    ):
        answer = client.post(
            f"{SEND}?fiche=inconnue&ressource=x,{'9' * 30}", {"note": "Un mot gardé", "sent": "abc"} | typed
        )
        assert answer.status_code == 422, typed
        assert 'value="abc"' in text_of(answer)
    assert not Recommendation.objects.exists()


# --- Time, personal data -------------------------------------------------------------------------------------------


def test_what_is_old_is_forgotten(sender):
    send(sender)
    services.forget_old(NOW + services.KEPT)
    assert Recommendation.objects.exists()
    services.forget_old(NOW + services.KEPT * 2)
    assert not Recommendation.objects.exists()


def test_an_account_that_closes_takes_what_it_sent_and_received(sender):
    member = MemberFactory(name="Jeanne")
    entry = held(member)
    send(sender, To(entry))
    send(member, To(held(sender)), note="En retour")
    send(sender, To(address="a@exemple.fr"), sent="t")
    services.mute(None, by=member, now=NOW)
    services.mute(sender, by=member, now=NOW)
    said = queries.export_of(member)
    assert [each["mot"] for each in said["recues"]] == [SECRET]
    assert [each["mot"] for each in said["envoyees"]] == ["En retour"]
    assert said["refusees"] == ["tout le monde", "Alix"]
    assert [each["a"] for each in queries.export_of(sender)["envoyees"]] == [entry.name, "a…@exemple.fr"]
    services.forget_member(member)
    assert Recommendation.objects.filter(sender=member).count() == Receipt.objects.filter(person=member).count() == 0
    assert Recommendation.objects.filter(sender=sender).count() == 2
    assert not RecommendationMute.objects.exists()


def test_an_entry_of_the_directory_leads_there_for_those_who_may(sender, client):
    entry, own = held(), held(sender)
    silent, nobodys = held(contact_visibility=Visibility.NOBODY), CatalystFactory()
    link = f"{SEND}?fiche={entry.slug}"
    assert SEND not in text_of(client.get(entry.get_absolute_url()))
    browser = signed_in(sender)
    assert link in browser.get(entry.get_absolute_url()).content.decode()
    for other in (own, silent, nobodys):
        assert SEND not in browser.get(other.get_absolute_url()).content.decode()
    assert f'value="{entry.kind}:{entry.pk}"' in browser.get(link).content.decode()
