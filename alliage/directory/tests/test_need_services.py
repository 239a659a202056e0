"""Needs, offers and calls: posted, confirmed, matched, answered, renewed, ended, forgotten; and alerts on lists."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory import loading, secret_links
from alliage.directory.enums import (
    NEED_MOVES,
    ChangeAct,
    EntryKind,
    NeedKind,
    NeedSide,
    NeedState,
    Visibility,
)
from alliage.directory.models import Alert, Contact, Entry, EntryChange, Need, NeedAnswer
from alliage.directory.permissions import can_tend_need
from alliage.directory.queries import alerts as alert_reads
from alliage.directory.queries import need_matching as matching
from alliage.directory.queries import needs as reads
from alliage.directory.queries import supports
from alliage.directory.queries.need_filters import NeedFilters, need_filters, shown_needs
from alliage.directory.queries.snapshot import snapshot
from alliage.directory.services import alerts, load_demonstration_needs
from alliage.directory.services import needs as services
from alliage.directory.tests.factories import (
    AllianceFactory,
    CatalystFactory,
    MembershipFactory,
    NeedFactory,
    OrganisationFactory,
    changed,
)
from alliage.notifications.links import Unsubscription, address_digest
from alliage.notifications.models import Notification, OutgoingMail
from alliage.notifications.services import unsubscribe
from alliage.taxonomy.enums import Vocabulary
from alliage.taxonomy.tests.factories import TermFactory
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


def said(**values):
    return services.Said(**{"side": "besoin", "kind": "lieu", "title": "Un local"} | values)


def held(**values):
    """An organisation and the member who holds it."""
    return OrganisationFactory(owner=MemberFactory(), **values)


def visitor(now=NOW, **values):
    """A post without an account, not confirmed yet."""
    return services.post_without_account(said(**values), name="Jeanne  Apatou", email="jeanne@exemple.fr", now=now)


def mails(subject=""):
    return list(OutgoingMail.objects.filter(subject__contains=subject).order_by("pk"))


@pytest.fixture
def land():
    loire = TerritoryFactory(kind="departement", code="42", name="Loire", latitude=45.7, longitude=4.2)
    points = {"here": ("42218", 45.43, 4.39), "near": ("42207", 45.47, 4.51), "far": ("42187", 46.03, 4.07)}
    found = {
        key: TerritoryFactory(
            kind="commune", code=code, name=f"Ville {code}", latitude=lat, longitude=lon, departement=loire
        )
        for key, (code, lat, lon) in points.items()
    }
    away = TerritoryFactory(kind="commune", code="97411", name="Saint-Denis", latitude=-20.9, longitude=55.4)
    bare = TerritoryFactory(kind="commune", code="42001", name="Sans point", latitude=None, longitude=None)
    return found | {"loire": loire, "away": away, "bare": bare}


# --- Post and end --------------------------------------------------------------------------------------------------


def test_a_need_of_an_entry_is_shown_at_once_and_posted_once(land):
    entry = held()
    terms = [TermFactory(vocabulary=Vocabulary.ODD, code="11")]
    first = services.post_need(said(terms=terms, territory=land["here"]), entry, by=entry.owner, now=NOW, sent="a")
    assert services.post_need(said(), entry, by=entry.owner, now=NOW, sent="a") == first
    assert services.post_need(said(), entry, by=entry.owner, now=NOW) != first
    assert first.state == NeedState.OPEN
    assert first.expires_at == NOW + 90 * DAY
    assert list(first.terms.all()) == terms
    assert shown_needs(NOW).filter(pk=first.pk).exists()
    assert "ville" in first.search_text


def test_a_post_without_an_account_is_seen_by_nobody_until_its_link_is_followed():
    need = visitor()
    again = services.post_without_account(said(), name="J", email="jeanne@exemple.fr", now=NOW, sent="b")
    assert services.post_without_account(said(), name="J", email="jeanne@exemple.fr", now=NOW, sent="b") == again
    assert (need.state, need.name) == (NeedState.DRAFT, "Jeanne Apatou")
    assert not shown_needs(NOW).exists()
    (mail, _other) = mails("Confirmez")
    assert secret_links.need_path(need) in mail.text
    assert need.seed not in mail.text
    token = secret_links.need_path(need).rstrip("/").rpartition("/")[2]
    found = secret_links.need_by_token(token)
    services.confirm_need(found, now=NOW)
    services.confirm_need(found, now=NOW + DAY)
    assert (found.state, found.opened_at) == (NeedState.OPEN, NOW)
    assert list(shown_needs(NOW)) == [found]
    services.erase_need(found, now=NOW + DAY)
    assert secret_links.need_by_token(token) is None


def test_a_form_sent_twice_at_the_same_moment_posts_once(monkeypatch):
    entry = held()
    first = services.post_need(said(), entry, by=None, now=NOW, sent="a")
    asked = []
    real = Need.objects.filter

    def late(**values):
        asked.append(values)
        return Need.objects.none() if len(asked) == 1 and "sent_key" in values else real(**values)

    monkeypatch.setattr(services.Need.objects, "filter", late)
    assert services.post_need(said(), entry, by=None, now=NOW, sent="a") == first
    monkeypatch.undo()
    with pytest.raises(IntegrityError), transaction.atomic():
        services.post_need(said(side="cri"), entry, by=None, now=NOW, sent="b")


def test_an_answer_sent_twice_at_the_same_moment_leaves_once(monkeypatch):
    need = NeedFactory()
    first = services.answer_need(need, **ANSWER, now=NOW)
    monkeypatch.setattr(services.NeedAnswer.objects, "filter", lambda **_asked: NeedAnswer.objects.none())
    assert services.answer_need(need, **ANSWER, now=NOW) == first


def test_links_for_those_who_hold_an_entry_are_signed():
    need = NeedFactory()
    token = secret_links.need_path(need).rstrip("/").rpartition("/")[2]
    assert secret_links.need_by_token(token) == need
    assert secret_links.need_by_token(f"{need.pk}:a:b") is None
    assert secret_links.need_by_token(f"²{need.pk}:a:b") is None
    assert secret_links.need_by_token("99999999:a:b") is None
    assert secret_links.need_by_token("unknown") is None


def test_the_link_of_an_entry_ends_with_who_may_edit_it_with_moderation_and_after_a_month(monkeypatch):
    entry = held()
    editor = MembershipFactory(group=entry, is_editor=True, person=CatalystFactory(owner=MemberFactory()))
    need = NeedFactory(entry=entry)

    def token():
        need.refresh_from_db()
        return secret_links.need_path(Need.objects.get(pk=need.pk)).rstrip("/").rpartition("/")[2]

    with_editor = token()
    assert secret_links.need_by_token(with_editor) == need
    editor.delete()
    assert secret_links.need_by_token(with_editor) is None
    alone = token()
    Entry.objects.filter(pk=entry.pk).update(owner=MemberFactory())
    assert secret_links.need_by_token(alone) is None
    given = token()
    Entry.objects.filter(pk=entry.pk).update(is_hidden=True)
    assert secret_links.need_by_token(given) is None
    Entry.objects.filter(pk=entry.pk).update(is_hidden=False)
    assert secret_links.need_by_token(given) == need
    monkeypatch.setattr(secret_links, "_NEED_LINK", -DAY)
    assert secret_links.need_by_token(given) is None


def test_it_is_edited_renewed_and_ended():
    entry = held()
    need = services.post_need(said(), entry, by=entry.owner, now=NOW)
    services.edit_need(need, said(title="Un hangar"), now=NOW + DAY)
    assert (need.title, "hangar" in need.search_text) == ("Un hangar", True)
    services.renew_need(need, now=NOW + 10 * DAY)
    assert need.expires_at == NOW + 100 * DAY
    services.tend_needs(NOW + 101 * DAY)
    need.refresh_from_db()
    assert need.state == NeedState.EXPIRED
    services.edit_need(need, said(title="Encore"), now=NOW + 101 * DAY)
    services.renew_need(need, now=NOW + 102 * DAY)
    assert (need.state, need.opened_at) == (NeedState.OPEN, NOW + 102 * DAY)
    services.close_need(need, outcome=" Un  local prêté. ", now=NOW + 103 * DAY)
    assert (need.state, need.outcome) == (NeedState.MET, "Un local prêté.")
    for refused in (
        lambda: services.renew_need(need, now=NOW),
        lambda: services.close_need(need, now=NOW),
        lambda: services.edit_need(need, said(), now=NOW),
    ):
        with pytest.raises(services.NeedRefused):
            refused()
    other = services.post_need(said(), entry, by=entry.owner, now=NOW)
    services.close_need(other, now=NOW)
    assert other.state == NeedState.CLOSED
    assert not reads.is_public(other, NOW)
    assert reads.is_public(need, NOW)


def test_a_draft_cannot_be_renewed_and_its_edit_tells_nobody():
    need = visitor()
    with pytest.raises(services.NeedRefused):
        services.renew_need(need, now=NOW)
    services.edit_need(need, said(title="Autre"), now=NOW)
    assert need.title == "Autre"


def test_moderation_hides_and_shows_again():
    need = NeedFactory()
    services.hide_need(need, by=None, now=NOW)
    need.refresh_from_db()
    assert not shown_needs(NOW).exists()
    assert not reads.is_shown(need, NOW)
    services.restore_need(need, by=None, now=NOW)
    assert shown_needs(NOW).exists()


def test_every_move_leads_to_a_known_state():
    assert set(NEED_MOVES) == set(NeedState)
    assert all(moves <= set(NeedState) for moves in NEED_MOVES.values())


@pytest.mark.parametrize(
    "broken",
    [
        {"side": "cri"},
        {"kind": "or"},
        {"state": "perdu"},
        {"title": ""},
        {"outcome": "Bien"},
        {"expires_at": None},
        {"expires_at": NOW - 365 * DAY},
        {"state": NeedState.MET, "ended_at": None},
        {"ended_at": NOW},
        {"entry": None},
        {"email": "a@exemple.fr"},
        {"entry": None, "purged_at": NOW},
    ],
)
def test_the_database_refuses_what_makes_no_sense(broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        NeedFactory(**broken)


def test_an_alert_is_for_someone():
    for broken in ({"email": "", "confirmed_at": NOW}, {"member": MemberFactory(), "email": "", "confirmed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.create(
                function="besoins", label="x", seed="s", token_digest="d", last_sent=NOW, created_at=NOW, **broken
            )


# --- Who sees, who may ---------------------------------------------------------------------------------------------


def test_the_same_rule_in_sql_and_for_one():
    hidden, private = OrganisationFactory(is_hidden=True), OrganisationFactory(visibility=Visibility.MEMBERS)
    for values in (
        {}, {"state": NeedState.ANSWERED}, {"state": NeedState.EXPIRED}, {"state": NeedState.MET}, {"is_hidden": True},
        {"state": NeedState.CLOSED}, {"entry": hidden}, {"entry": private}, {"entry": hidden, "state": NeedState.MET},
        {"opened_at": NOW - 100 * DAY},
    ):  # fmt: skip
        need = NeedFactory(**values)
        assert reads.is_shown(need, NOW) == shown_needs(NOW).filter(pk=need.pk).exists(), values
    draft = visitor()
    assert not reads.is_shown(draft, NOW)


def test_those_who_hold_the_entry_and_animators_tend_it():
    entry = held()
    editor = MemberFactory()
    MembershipFactory(group=entry, person=CatalystFactory(owner=editor), is_editor=True)
    need = NeedFactory(entry=entry, state=NeedState.CLOSED)
    posted = visitor()
    animator, other = MemberFactory(role=Role.ANIMATOR), MemberFactory()
    for user, may in ((entry.owner, True), (editor, True), (animator, True), (other, False)):
        assert can_tend_need(user, need) == may
        assert (reads.need(need.pk, user, now=NOW) is not None) == may
    assert not can_tend_need(other, posted)
    assert reads.need(10**9, animator, now=NOW) is None
    assert list(reads.mine(editor)) == list(reads.mine(entry.owner)) == [need]


def test_one_speaks_for_published_entries_only():
    member = MemberFactory()
    own = CatalystFactory(owner=member)
    group = held()
    MembershipFactory(group=group, person=own, is_editor=True)
    OrganisationFactory(owner=member, visibility=Visibility.MEMBERS)
    assert reads.speakable(member) == [own, group]
    from django.contrib.auth.models import AnonymousUser

    assert reads.speakable(AnonymousUser()) == []


# --- Filters -------------------------------------------------------------------------------------------------------


def test_filters_say_what_they_did_not_recognise_and_forget_a_distance_without_a_commune(land):
    read = need_filters({"nature": "cri", "quoi": "or", "odd": "99", "rayon": "7", "lieu": "xyzzyx", "q": "a\x00b"})
    assert set(read.ignored) == {"cri", "or", "99", "7", "xyzzyx"}
    assert read.q == "ab"
    assert need_filters({"territoire": "departement:42", "rayon": "20"}).radius == 0
    assert need_filters({"territoire": "commune:42001", "rayon": "20"}).radius == 0
    assert need_filters({"territoire": "commune:42218", "lieu": ""}).territory is None
    assert need_filters({"lieu": "Saint-Denis"}).territory.code == "97411"
    both = need_filters(
        {"territoire": "commune:42218", "lieu": "Ville 42218", "rayon": "20", "q": "four", "nature": "offre"}
    )
    assert both.territory.code == "42218"
    assert both.without("territoire").radius == 0
    assert both.without("rayon").radius == 0
    assert both.without("q").q == ""
    assert dict(both.active())["rayon"] == "à 20 km au plus"


def test_labels_of_filters():
    for vocabulary, code in (
        ("odd", "11"),
        ("leviers", "alliance"),
        ("partenariats", "mecenat"),
        ("categories", "fondation"),
    ):
        TermFactory(vocabulary=vocabulary, code=code, label=f"Mot {code}")
    asked = {"odd": "11", "levier": "alliance", "partenariat": "mecenat", "categorie": "fondation", "quoi": "temps"}
    labels = dict(need_filters(asked | {"nature": "appel", "q": "x"}).active())
    assert labels["odd"] == "ODD 11 · Mot 11"
    assert (labels["levier"], labels["quoi"], labels["nature"]) == ("Mot alliance", "Temps", "Appels")
    gone = NeedFilters(levier="parti")
    assert dict(gone.active()) == {"levier": "parti"}
    assert not list(reads.rows(gone, now=NOW))


def test_the_nearest_come_first(land):
    for key in ("far", "here", "near"):
        NeedFactory(title=key, territory=land[key])
    NeedFactory(title="loire", territory=land["loire"])
    NeedFactory(title="partout")
    around = need_filters({"territoire": "commune:42218", "rayon": "100"})
    assert [need.title for need in reads.rows(around, now=NOW)] == ["here", "near", "far"]
    inside = need_filters({"territoire": "departement:42"})
    assert next(need.title for need in reads.rows(inside, now=NOW)) == "loire"
    assert [need.title for need in reads.rows(inside, now=NOW)][-1] == "partout"
    assert {spot.territory.code for spot in reads.spots(inside, now=NOW)} == {"42", "42218", "42207", "42187"}
    assert next(need.title for need in reads.of_territory(land["loire"], now=NOW, limit=2, known=snapshot())) == "loire"


def test_an_empty_list_says_what_would_give_something(land):
    NeedFactory(territory=land["far"], kind=NeedKind.PLACE)
    asked = need_filters({"territoire": "commune:42218", "rayon": "10", "quoi": "lieu", "q": "local"})
    assert not reads.rows(asked, now=NOW).exists()
    ways = reads.ways_out(asked, now=NOW)
    assert next((way.filters.radius, way.removed, way.count) for way in ways) == (100, "", 1)
    assert any(way.filters.territory.code == "42" for way in ways if way.filters.territory)
    assert reads.ways_out(NeedFilters(), now=NOW) == []
    wide = reads.ways_out(need_filters({"quoi": "temps", "q": "???"}), now=NOW)
    assert [way.removed for way in wide] == ["quoi"]
    assert reads.side_counts(NeedFilters(side="offre"), now=NOW) == {"besoin": 1}


def test_what_an_entry_asks_and_offers_costs_nothing_to_others(django_assert_num_queries, land):
    need = NeedFactory(territory=land["here"])
    NeedFactory(entry=need.entry, state=NeedState.CLOSED)
    quiet = OrganisationFactory()
    assert reads.of_entry(need.entry, now=NOW, known=snapshot()) == [need]
    reads.of_entry(quiet, now=NOW, known=snapshot())
    with django_assert_num_queries(1):  # the edition of the directory
        assert reads.of_entry(quiet, now=NOW, known=snapshot()) == []


# --- Matches -------------------------------------------------------------------------------------------------------


def test_a_need_and_an_offer_meet_with_reasons(land):
    goal = TermFactory(vocabulary=Vocabulary.ODD, code="12", label="Consommation")
    levier = TermFactory(vocabulary=Vocabulary.LEVIERS, code="alliance", label="Faire alliance")
    mecenat = TermFactory(vocabulary=Vocabulary.PARTNERSHIPS, code="mecenat", label="Mécénat")
    need = NeedFactory(territory=land["here"], partnership=mecenat, terms=[goal, levier])
    best = NeedFactory(side=NeedSide.OFFER, territory=land["near"], partnership=mecenat, terms=[goal, levier])
    kind = NeedFactory(side=NeedSide.CALL, territory=land["loire"], kind=NeedKind.PLACE)
    same = NeedFactory(side=NeedSide.OFFER, territory=land["here"], kind=NeedKind.TIME, terms=[goal])
    everywhere = NeedFactory(side=NeedSide.OFFER)
    middle = NeedFactory(side=NeedSide.OFFER, territory=land["far"])
    NeedFactory(side=NeedSide.OFFER, territory=land["away"])  # too far
    NeedFactory(side=NeedSide.OFFER, territory=land["bare"])  # nobody knows how far
    NeedFactory(side=NeedSide.OFFER, territory=land["here"], kind=NeedKind.MONEY)  # nothing in common
    NeedFactory(territory=land["here"])  # another need
    NeedFactory(side=NeedSide.OFFER, territory=land["here"], entry=need.entry)  # of the same entry
    found = matching.matches(need, now=NOW, limit=20)
    assert next(match.need for match in found) == best
    assert {match.need for match in found} == {best, kind, same, everywhere, middle}
    said_of = {match.need.pk: match.reasons for match in found}
    assert said_of[best.pk] == [
        "même chose cherchée et donnée\u00a0: lieu",
        "même type de partenariat\u00a0: Mécénat",
        "ODD en commun\u00a0: 12 (Consommation)",
        "leviers en commun\u00a0: Faire alliance",
        "à 10 km, à Ville 42207",
    ]
    assert said_of[everywhere.pk][-1] == "partout en France"
    assert said_of[same.pk][-1].startswith("même territoire")
    assert "l’un contient l’autre" in said_of[kind.pk][-1]
    back = matching.matches(best, now=NOW)
    assert need in [match.need for match in back]
    assert matching.distance(land["bare"], land["here"]) is None
    whole = NeedFactory(territory=land["loire"], kind=NeedKind.PLACE)
    assert best in [match.need for match in matching.matches(whole, now=NOW)]
    nowhere = NeedFactory(territory=land["bare"], kind=NeedKind.PLACE)
    assert {match.need for match in matching.matches(nowhere, now=NOW, limit=20)} >= {everywhere}
    assert matching.compare(need, NeedFactory(side=NeedSide.OFFER, territory=land["away"])) is None
    anywhere = NeedFactory()
    assert everywhere in [match.need for match in matching.matches(anywhere, now=NOW, limit=20)]


def test_a_shared_partnership_alone_that_is_no_longer_a_word_says_nothing(land):
    gone = TermFactory(vocabulary=Vocabulary.PARTNERSHIPS, code="parti", is_active=False)
    need = NeedFactory(territory=land["here"], partnership=gone)
    other = NeedFactory(side=NeedSide.OFFER, territory=land["here"], kind=NeedKind.TIME, partnership=gone)
    assert matching.compare(need, other) is None


def test_those_whom_it_newly_answers_are_told_once(land):
    company, team = held(), held()
    offer = services.post_need(said(side="offre", territory=land["near"]), company, by=company.owner, now=NOW)
    posted = visitor(side="offre", territory=land["here"])
    services.confirm_need(posted, now=NOW)
    need = services.post_need(said(territory=land["here"]), team, by=team.owner, now=NOW)
    services.edit_need(need, said(territory=land["here"], text="Bientôt"), now=NOW)
    told = Notification.objects.filter(kind=services.MATCHED)
    assert [row.person for row in told.filter(object_id=str(need.pk))] == [company.owner]
    assert told.get(object_id=str(need.pk)).title == "Un besoin correspond à ce que vous proposez"
    (mail,) = mails("Une annonce répond à la vôtre")
    assert mail.to == "jeanne@exemple.fr"
    assert offer.title not in mail.text or offer.title == posted.title


# --- Answers -------------------------------------------------------------------------------------------------------


ANSWER = {"name": "Paul", "email": "paul@exemple.fr", "text": "J’ai un local.", "sent": "x"}


def test_an_answer_goes_to_who_holds_the_entry_and_is_counted_once():
    entry = held()
    need = services.post_need(said(), entry, by=entry.owner, now=NOW)
    first = services.answer_need(need, **ANSWER, now=NOW)
    assert services.answer_need(need, **ANSWER, now=NOW) == first
    assert need.state == NeedState.ANSWERED
    services.answer_need(need, **ANSWER | {"text": "Ou deux."}, now=NOW)
    assert need.answers.count() == Contact.objects.filter(entry=entry).count() == 2
    (mail, _second) = [mail for mail in mails() if mail.to == entry.owner.email]
    assert need.get_absolute_url() in mail.text
    assert "paul@exemple.fr" in mail.headers["Reply-To"]


def test_an_answer_to_a_post_without_an_account_shows_no_address_to_its_sender():
    need = visitor()
    with pytest.raises(services.NeedRefused):
        services.answer_need(need, **ANSWER, now=NOW)
    services.confirm_need(need, now=NOW)
    services.answer_need(need, **ANSWER, now=NOW)
    received = next(mail for mail in mails("répond à votre annonce"))
    copy = next(mail for mail in mails("Votre réponse"))
    assert (received.to, copy.to) == ("jeanne@exemple.fr", "paul@exemple.fr")
    assert "jeanne@exemple.fr" not in copy.text + copy.html + str(copy.headers)
    assert NeedAnswer.objects.get().need == need
    services.tend_needs(NOW + 31 * DAY)
    assert NeedAnswer.objects.get().sent_key is None


def test_nothing_typed_leaves_for_an_address_that_anyone_may_have_typed():
    """The forms would else send any words, from us, to an address that anyone typed."""
    member, typed = MemberFactory(email="Maire@saul.exemple.fr"), {"name": "Gagnez www.exemple.org", "text": "Cliquez"}
    need = visitor()
    services.confirm_need(need, now=NOW)
    entry = held()
    theirs = services.post_need(said(), entry, by=entry.owner, now=NOW)
    OutgoingMail.objects.all().delete()
    for rank, each in enumerate((need, theirs)):
        services.answer_need(each, **typed, email="victime@exemple.fr", sent=f"a{rank}", now=NOW)
        services.answer_need(each, **typed, email="victime@exemple.fr", sent=f"b{rank}", now=NOW, by=member)
    services.post_without_account(said(title="Cliquez"), name=typed["name"], email="victime@exemple.fr", now=NOW)
    alerts.ask_alert("annuaire", "q=Cliquez sur exemple.org", email="victime@exemple.fr", now=NOW)
    received = [mail for mail in mails() if mail.to == "victime@exemple.fr"]
    assert len(received) == 6
    for mail in received:
        assert "Cliquez" not in f"{mail.subject}{mail.text}{mail.html}"
        assert "exemple.org" not in f"{mail.subject}{mail.text}{mail.html}"
    OutgoingMail.objects.all().delete()
    services.answer_need(
        need, name="Le maire", email="maire@saul.exemple.fr", text="Venez.", sent="c", now=NOW, by=member
    )
    assert "Venez." in next(mail.text for mail in mails() if mail.to == "maire@saul.exemple.fr")


def test_a_robot_stops_somewhere(monkeypatch):
    monkeypatch.setattr(services, "MOST_WAITING", 2)
    monkeypatch.setattr(services, "MOST_ANSWERS_A_DAY", 2)
    monkeypatch.setattr(alerts, "MOST_WAITING", 1)
    need, _second = visitor(), visitor()
    with pytest.raises(services.NeedRefused, match="confirmer"):
        visitor()
    services.confirm_need(need, now=NOW)
    assert visitor()
    for rank in range(2):
        services.answer_need(need, **ANSWER | {"sent": str(rank)}, now=NOW)
    with pytest.raises(services.NeedRefused, match="demain"):
        services.answer_need(need, **ANSWER | {"sent": "2"}, now=NOW)
    assert services.answer_need(need, **ANSWER | {"sent": "3"}, now=NOW + 2 * DAY)
    asked = alerts.ask_alert("besoins", "", email="v@exemple.fr", now=NOW)
    with pytest.raises(alerts.AlertRefused, match="confirmer"):
        alerts.ask_alert("besoins", "quoi=temps", email="v@exemple.fr", now=NOW)
    assert alerts.ask_alert("besoins", "", email="v@exemple.fr", now=NOW) == asked
    alerts.confirm_alert(asked, now=NOW)
    assert alerts.ask_alert("besoins", "quoi=temps", email="v@exemple.fr", now=NOW)


# --- Time ----------------------------------------------------------------------------------------------------------


def test_time_reminds_ends_and_forgets():
    entry = held()
    need = services.post_need(said(), entry, by=entry.owner, now=NOW)
    posted = visitor()
    services.confirm_need(posted, now=NOW)
    lost = visitor()
    for days in (81, 82):
        services.tend_needs(NOW + days * DAY)
    assert [row.person for row in Notification.objects.filter(kind=services.EXPIRING)] == [entry.owner]
    assert len(mails("Votre annonce arrive à son terme")) == 1
    assert not Need.objects.filter(pk=lost.pk).exists()
    services._remind(need, now=NOW)
    services.tend_needs(NOW + 91 * DAY)
    assert set(Need.objects.values_list("state", flat=True)) == {NeedState.EXPIRED}
    services.tend_needs(NOW + 181 * DAY)
    posted.refresh_from_db()
    assert (posted.state, posted.email, posted.name, posted.text, posted.seed) == (NeedState.CLOSED, "", "", "", "")
    need.refresh_from_db()
    assert need.purged_at is None


def test_what_was_met_keeps_its_title_and_what_came_of_it():
    need = visitor(text="Appelez Jeanne")
    services.confirm_need(need, now=NOW)
    services.close_need(need, outcome="Un local", now=NOW)
    services.tend_needs(NOW + 91 * DAY)
    need.refresh_from_db()
    assert (need.state, need.outcome, need.text, need.email) == (NeedState.MET, "Un local", "", "")
    assert reads.is_public(need, NOW + 91 * DAY)


def test_an_account_that_closes_leaves_nothing_of_the_person():
    member = MemberFactory()
    entry = held()
    kept = services.post_need(said(), entry, by=member, now=NOW)
    services.post_without_account(said(), name="M", email="m@exemple.fr", by=member, now=NOW)
    alerts.ask_alert("besoins", "", member=member, now=NOW)
    rows = list(reads.written_by(member))
    assert [row["email"] for row in rows] == ["", "m@exemple.fr"]
    services.forget_member(member, now=NOW)
    kept.refresh_from_db()
    assert kept.author is None
    assert Need.objects.count() == 1
    assert not Alert.objects.exists()


# --- What is supported ---------------------------------------------------------------------------------------------


def test_what_a_funder_supports_is_only_what_anyone_may_read(land):
    funder = OrganisationFactory(name="La Boussole")
    AllianceFactory(first=funder, outcome="Un atelier", territory=land["here"])
    AllianceFactory(second=funder, territory=land["here"])
    AllianceFactory(first=funder, second=OrganisationFactory(visibility=Visibility.MEMBERS))
    AllianceFactory(first=funder, is_hidden=True)
    NeedFactory(entry=funder, side=NeedSide.CALL)
    NeedFactory(entry=funder, side=NeedSide.CALL, state=NeedState.MET, outcome="Dix projets")
    NeedFactory(entry=funder, side=NeedSide.CALL, is_hidden=True)
    NeedFactory(entry=funder, side=NeedSide.NEED)
    totals = supports.totals(funder, now=NOW)
    assert totals == supports.Totals(alliances=2, partners=2, territories=1, open_calls=1, outcomes=2)
    assert totals.any
    assert len(list(supports.everything(funder, now=NOW))) == 4
    assert not supports.totals(OrganisationFactory(), now=NOW).any


# --- Alerts --------------------------------------------------------------------------------------------------------


def confirmed(query="", function="besoins", email="a@exemple.fr"):
    alert = alerts.ask_alert(function, query, email=email, now=NOW)
    alerts.confirm_alert(alert, now=NOW)
    return alert


def test_an_alert_waits_for_its_address_to_confirm_and_is_asked_once(land):
    twice = confirmed("quoi=temps", email="b@exemple.fr")
    alerts.confirm_alert(twice, now=NOW + DAY)
    assert (twice.confirmed_at, twice.get_absolute_url()) == (NOW, "/annuaire/besoins/?quoi=temps")
    assert confirmed("", email="b@exemple.fr").get_absolute_url() == "/annuaire/besoins/"
    alerts.stop_alert(twice)
    Alert.objects.all().delete()
    first = alerts.ask_alert("besoins", "territoire=commune:42218&rayon=20&x=1", email="A@exemple.fr", now=NOW)
    again = alerts.ask_alert("besoins", "rayon=20&territoire=commune:42218", email="a@exemple.fr", now=NOW)
    assert first == again
    assert first.query == "territoire=commune:42218&rayon=20"
    assert first.label == "Besoins et offres, Ville 42218, à 20 km au plus"
    assert first.get_absolute_url() == f"/annuaire/besoins/?{first.query}"
    assert len([mail for mail in mails("Confirmez votre alerte") if mail.to == "a@exemple.fr"]) == 1
    NeedFactory(territory=land["here"], opened_at=NOW + DAY)
    alerts.send_alerts(NOW + 2 * DAY)
    assert not mails("Du nouveau")
    alerts.send_alerts(NOW + 8 * DAY)
    assert not Alert.objects.exists()


def test_one_mail_a_day_at_most_never_empty_and_only_what_anyone_may_read(land):
    alert = confirmed()
    confirmed("quoi=temps")
    alerts.send_alerts(NOW + DAY)
    assert not mails("Du nouveau")
    NeedFactory(title="Un four", opened_at=NOW + DAY / 2)
    NeedFactory(title="Caché", opened_at=NOW + DAY / 2, is_hidden=True)
    NeedFactory(title="Réservé", opened_at=NOW + DAY / 2, entry=OrganisationFactory(visibility=Visibility.MEMBERS))
    visitor(title="Pas confirmé")
    for hours in (24, 25, 30):
        alerts.send_alerts(NOW + timedelta(hours=hours))
    (mail,) = mails("Du nouveau")
    assert "Un four" in mail.text
    assert not {"Caché", "Réservé", "Pas confirmé"} & {
        word for word in ("Caché", "Réservé", "Pas confirmé") if word in mail.text
    }
    alert.refresh_from_db()
    assert alert.last_sent == NOW + DAY
    assert "List-Unsubscribe" in mail.headers
    for number in range(12):
        NeedFactory(title=f"Encore {number}", opened_at=NOW + DAY + timedelta(hours=number + 1))
    alerts.send_alerts(NOW + 2 * DAY)
    assert "et 2 autres" in mails("Du nouveau")[1].text


def test_who_takes_the_way_out_hears_nothing_more_until_asking_again():
    confirmed()
    unsubscribe(Unsubscription((alerts.SCOPE,), digest=address_digest("a@exemple.fr")), now=NOW)
    NeedFactory(opened_at=NOW + DAY / 2)
    alerts.send_alerts(NOW + DAY)
    assert not mails("Du nouveau")
    assert not Alert.objects.exists()
    confirmed()
    NeedFactory(opened_at=NOW + DAY / 2)
    alerts.send_alerts(NOW + DAY)
    assert len(mails("Du nouveau")) == 1


def test_a_member_is_told_in_the_site_and_by_the_digest():
    member = MemberFactory()
    alert = alerts.ask_alert("annuaire", "q=forge", member=member, now=NOW)
    assert alerts.ask_alert("annuaire", "q=forge", member=member, now=NOW) == alert
    assert alert_reads.of_member(member) == [alert]
    assert alert.get_absolute_url() == "/annuaire/?q=forge"
    alerts.send_alerts(NOW + DAY)
    assert not Notification.objects.filter(kind=alerts.KIND).exists()
    entry = OrganisationFactory(name="La Forge", created_at=NOW + DAY)
    OrganisationFactory(name="Le Pont", created_at=NOW + DAY)
    OrganisationFactory(name="La Forge cachée", created_at=NOW + DAY, visibility=Visibility.MEMBERS)
    old = OrganisationFactory(name="Vieille forge", created_at=NOW - DAY)
    EntryChange.objects.create(entry=old, act=ChangeAct.PUBLISHED, at=NOW + DAY)
    alerts.send_alerts(NOW + 2 * DAY)
    row = Notification.objects.get(kind=alerts.KIND)
    assert row.title == "2 nouveautés\u00a0: Annuaire, «\u00a0forge\u00a0»"
    assert set(row.text.split(" ; ")) == {entry.name, old.name}
    alerts.stop_alert(alert)
    assert not Alert.objects.exists()


def test_nobody_gathers_alerts_without_end(monkeypatch):
    monkeypatch.setattr(alerts, "MOST_ALERTS", 1)
    confirmed()
    with pytest.raises(alerts.AlertRefused):
        alerts.ask_alert("besoins", "quoi=temps", email="a@exemple.fr", now=NOW)


def test_an_alert_asked_at_the_same_moment_elsewhere_is_the_same(monkeypatch):
    alert = confirmed()
    monkeypatch.setattr(alerts.Alert.objects, "filter", lambda **_asked: Alert.objects.none())
    assert alerts.ask_alert("besoins", "", email="a@exemple.fr", now=NOW) == alert


def test_a_catalyst_may_speak_too():
    person = CatalystFactory(owner=MemberFactory())
    need = services.post_need(said(), person, by=person.owner, now=NOW)
    assert need.entry.kind == EntryKind.CATALYST
    changed(person.pk)
    assert reads.of_entry(person, now=NOW, known=snapshot()) == [need]


def test_the_fictitious_needs_are_loaded_once_with_their_dates(land):
    rows = loading.demonstration("needs", loading.DEMONSTRATION_NEEDS)
    assert len(rows) >= 30
    assert {row["side"] for row in rows} == set(NeedSide)
    assert {row["kind"] for row in rows} == set(NeedKind)
    assert load_demonstration_needs(rows, now=NOW) == 0  # no entry of the fictitious network is there
    for slug in {row["entry"] for row in rows} - {rows[0]["entry"]}:
        OrganisationFactory(slug=slug)
    there = [row for row in rows if row["entry"] != rows[0]["entry"]]
    assert load_demonstration_needs(rows, now=NOW) == len(there)
    assert load_demonstration_needs(rows, now=NOW + DAY) == 0
    assert Need.objects.filter(is_demo=True).count() == len(there)
    met = Need.objects.filter(state=NeedState.MET)
    assert all(need.outcome and need.ended_at == NOW for need in met)
    assert not Notification.objects.exists()
