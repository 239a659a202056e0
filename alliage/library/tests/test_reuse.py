"""Reuse: adapted elsewhere and told, lineages without loops, « utile » undone, what readers ask and what leaks of it."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import OrganisationFactory as EntryFactory
from alliage.library import drawing, sheets
from alliage.library.models import Adaptation, Resource, Suggestion, Use
from alliage.library.queries import reuse as queries
from alliage.library.services import lineage, proposals, resources
from alliage.library.services import reuse as services
from alliage.library.services.reuse import Told
from alliage.library.tests.factories import NOW, published
from alliage.library.tests.test_review_pages import signed_in, text_of
from alliage.moderation.registry import reportable
from alliage.notifications.models import Notification, OutgoingMail
from alliage.territories.tests.factories import TerritoryFactory

pytestmark = pytest.mark.django_db
SECRET = "canari"


@pytest.fixture
def place():
    return TerritoryFactory(kind="commune", code="97302", name="Cayenne", population=60_000)


def tell(original, *, by=None, sent="1", own=None, begins_own=False, **more) -> Adaptation:
    told = Told(**({"changes": "Deux jours par semaine"} | more))
    return services.tell_adaptation(
        original, told, sent=sent, by=by or MemberFactory(), now=NOW, own=own, begins_own=begins_own
    )


def fresh(resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


# --- Tell ----------------------------------------------------------------------------------------------------------


def test_an_adaptation_is_told_at_once_and_its_author_hears_of_it(place, client):
    author, neighbour = MemberFactory(), MemberFactory(name=f"Voisine {SECRET}")
    original = published(by=author)
    tell(original, by=neighbour, territory=place, result="Trente inscrits", year=2025)
    page = text_of(client.get(reverse("library:lineage", args=[original.pk])))
    assert "Cayenne" in page
    assert "Deux jours par semaine" in page
    assert "Trente inscrits" in page
    assert SECRET not in page
    assert fresh(original).adapted_count == 1
    told = Notification.objects.get(person=author)
    assert "Cayenne" in told.title
    assert SECRET not in told.title
    assert not Notification.objects.filter(person=neighbour).exists()


def test_authors_who_sign_with_an_entry_hear_of_it_too():
    signer = MemberFactory()
    entry = EntryFactory(owner=signer)
    original = published(authors=[{"name": entry.name, "entry": entry.slug}])
    tell(original)
    assert Notification.objects.filter(person=signer).count() == 1


def test_the_same_form_sent_twice_is_one_adaptation():
    original, by = published(), MemberFactory()
    assert tell(original, by=by) == tell(original, by=by)
    assert tell(original, by=by, sent="2") != tell(original, by=MemberFactory(), sent="2")
    assert fresh(original).adapted_count == 3


def test_two_sendings_at_the_same_moment_make_one(monkeypatch):
    original, by = published(), MemberFactory()
    first = tell(original, by=by)
    asked = iter([Adaptation.objects.none(), Adaptation.objects.filter(pk=first.pk)])
    seen = Adaptation.objects.filter
    monkeypatch.setattr(
        Adaptation.objects, "filter", lambda **more: next(asked) if "sent_key" in more else seen(**more)
    )
    assert tell(original, by=by) == first


def test_a_rule_of_the_database_is_not_taken_for_a_form_sent_twice():
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(published(), year=12)


def test_what_is_not_shown_is_not_adapted_and_something_is_said():
    original = published()
    with pytest.raises(services.ReuseRefused, match="changé"):
        tell(original, changes="  \0 ")
    resources.withdraw(original, by=None, now=NOW)
    with pytest.raises(services.ReuseRefused, match="plus publiée"):
        tell(original)


@pytest.mark.parametrize("broken", ["changes", "version", "resource", "year"])
def test_the_database_holds_the_rules_of_adaptations(broken):
    told = tell(published())
    setattr(told, broken, {"changes": "", "version": 0, "resource": told.original, "year": 12}[broken])
    with pytest.raises(IntegrityError), transaction.atomic():
        told.save()


# --- A resource of its own -------------------------------------------------------------------------------------------


def test_a_draft_begins_with_the_text_its_attribution_and_its_licence(place):
    by = MemberFactory(name="Jeanne")
    original = published(
        conditions=[{"importance": "required", "text": "Un local"}],
        proof="evalue",
        proof_text="Mesuré",
    )
    told = tell(original, by=by, territory=place, year=2025, begins_own=True)
    content = told.resource.proposals.get().content
    assert content["sections"] == original.content["sections"]
    assert content["title"].endswith("adapté à Cayenne")
    assert (content["licence"], content["year"], content["proof"]) == ("cc-by-sa-4.0", 2025, "")
    assert [author["name"] for author in content["authors"]] == ["Jeanne"]
    assert content["territories"] == ["commune:97302"]
    assert content["conditions"][0]["text"] == "Un local"
    assert "Alix Demo" in content["source"]
    assert content["links"][0]["url"] == original.permanent_url
    assert fresh(told.resource).family_id == original.pk
    assert not queries.lineage(fresh(original)).children[0].url  # still a draft: nobody reads it


def test_a_text_whose_rights_are_reserved_is_not_copied():
    original = published(licence="tous-droits-reserves", kind="lien", sections={"description": SECRET})
    told = tell(original, begins_own=True)
    content = told.resource.proposals.get().content
    assert content["sections"] == {}
    assert SECRET not in str(content)
    assert "réservés" in lineage.why_not_copied(original)
    assert lineage.why_not_copied(published()) == ""


def test_a_title_or_an_attribution_too_long_is_said_shorter(place):
    original = published(title="Un titre " * 17, authors=[{"name": "Nom " * 35}, {"name": "Autre " * 25}])
    content = services.content_from(original, territory=place, year=None, by=MemberFactory())
    assert content["title"] == original.title
    assert content["source"].endswith(original.permanent_url)


def test_what_comes_from_a_text_to_share_alike_is_shared_alike():
    by = MemberFactory()
    told = tell(published(), by=by, begins_own=True)
    proposal = told.resource.proposals.get()
    content = proposal.content | {"licence": "cc-by-4.0"}
    proposal = proposals.write(proposal, content, token=proposal.token, by=by, now=NOW)
    with pytest.raises(lineage.LineageRefused, match="CC BY-SA"):
        proposals.submit(proposal, by=by, now=NOW)
    with pytest.raises(lineage.LineageRefused):
        resources.publish(proposal, by=by, now=NOW)
    with pytest.raises(lineage.LineageRefused):
        tell(published(), own=published(licence="cc0"))
    assert tell(published(licence="cc0"), own=published(licence="cc-by-4.0"), sent="9").resource_id


def test_a_published_resource_takes_its_place_in_the_lineage(client):
    original, own = published(title="La première"), published(title="La nôtre")
    tell(original, own=own)
    page = text_of(client.get(original.get_absolute_url()))
    assert "La nôtre" in page
    assert "Adaptée 1 fois" in page
    assert "Adaptée de" in text_of(client.get(own.get_absolute_url()))


# --- Lineages ------------------------------------------------------------------------------------------------------


def chain(*titles):
    made = [published(title=title) for title in titles]
    for rank, (original, own) in enumerate(pairwise(made)):
        tell(fresh(original), own=fresh(own), sent=str(rank))
    return [fresh(each) for each in made]


def names(node):
    return [(depth, each.name) for depth, each in node.walk()]


def test_a_lineage_is_read_from_any_of_its_resources_in_one_query(django_assert_num_queries):
    first, second, third = chain("A", "B", "C")
    for each in (first, second, third):
        with django_assert_num_queries(1):
            assert names(queries.lineage(each)) == [(0, "A"), (1, "B"), (2, "C")]
    with django_assert_num_queries(0):
        assert queries.lineage(Resource()) is None


def test_a_resource_never_comes_from_what_came_from_it():
    first, _second, third = chain("A", "B", "C")
    with pytest.raises(lineage.LineageRefused, match="à l’origine"):
        tell(third, own=first, sent="x")
    with pytest.raises(lineage.LineageRefused, match="déjà une origine"):
        tell(published(), own=third, sent="y")
    with pytest.raises(lineage.LineageRefused):
        tell(first, own=first, sent="z")


def test_a_family_that_changes_meanwhile_is_not_joined(monkeypatch):
    _first, second = chain("A", "B")
    seen = Resource.objects.filter
    read = iter([Resource.objects.none()])  # as it was before somebody joined them
    monkeypatch.setattr(Resource.objects, "filter", lambda **more: next(read, seen(**more)))
    with pytest.raises(lineage.LineageRefused, match="changé entre-temps"), transaction.atomic():
        lineage.join(second, None)


def test_two_families_that_meet_become_one():
    first, _second = chain("A", "B")
    other = chain("C", "D")
    tell(fresh(first), own=other[0], sent="meet")
    assert {fresh(each).family_id for each in (first, *other)} == {first.pk}
    assert (2, "D") in names(queries.lineage(fresh(other[1])))


def test_taking_back_leaves_what_was_born_with_its_own_family():
    first, second, third = chain("A", "B", "C")
    services.take_back_adaptation(second.origin, by=None, now=NOW)
    assert fresh(first).adapted_count == 0
    assert names(queries.lineage(fresh(third))) == [(0, "B"), (1, "C")]
    assert queries.lineage(fresh(first)) is None
    services.take_back_adaptation(fresh(third).origin, by=None, now=NOW)
    assert fresh(third).family_id is None
    told = tell(first, sent="only told")
    services.take_back_adaptation(told, by=None, now=NOW)
    assert not Adaptation.objects.exists()


def test_what_is_hidden_or_withdrawn_says_nothing_in_a_lineage(place, client):
    first, second, third = chain("A", f"B {SECRET}", "C")
    Adaptation.objects.filter(resource=second).update(territory=None)
    resources.withdraw(second, by=None, now=NOW)
    page = client.get(reverse("library:lineage", args=[first.pk]))
    assert SECRET not in text_of(page)
    assert "C" in [name for _depth, name in names(queries.lineage(fresh(third)))]
    told = tell(first, territory=place, changes=SECRET, sent="hide me")
    services.hide_adaptation(told, by=None, now=NOW)
    assert fresh(first).adapted_count == 1
    assert SECRET not in text_of(client.get(reverse("library:lineage", args=[first.pk])))
    services.restore_adaptation(told, by=None, now=NOW)
    assert SECRET in text_of(client.get(reverse("library:lineage", args=[first.pk])))
    resources.withdraw(first, by=None, now=NOW)
    assert client.get(reverse("library:lineage", args=[first.pk])).status_code == 404
    assert queries.lineage(fresh(third)).name == "Une ressource qui n’est plus montrée"


def test_what_was_born_from_a_hidden_adaptation_stays_in_the_tree():
    first, second, _third = chain("A", "B", "C")
    services.hide_adaptation(second.origin, by=None, now=NOW)
    tree = queries.lineage(fresh(first))
    assert names(tree) == [(0, "A"), (1, "Une ressource qui n’est plus montrée"), (2, "C")]
    assert queries.around(tree)[1] is None


def test_a_family_whose_first_is_gone_is_not_drawn():
    first, second = chain("A", "B")
    Resource.objects.filter(pk=second.pk).update(family=published())
    assert queries.lineage(fresh(second)) is None
    assert queries.around(queries.lineage(published_alone(first))) == (None, None)


def published_alone(first):
    """A resource of the family that its tree does not hold."""
    other = published(title="Ailleurs")
    Resource.objects.filter(pk=other.pk).update(family=first)
    return fresh(other)


def test_a_resource_that_does_not_name_its_territory_is_not_betrayed_by_its_lineage(place, client):
    by = MemberFactory()
    entry = EntryFactory(owner=by, name=f"Fiche {SECRET}")
    original = published()
    place.name = SECRET
    place.save()
    told = tell(original, by=by, territory=place, entry=entry, begins_own=True)
    proposal = told.resource.proposals.get()
    content = proposal.content | {"hides_place": True, "title": "Sans le dire"}
    proposal = proposals.write(proposal, content, token=proposal.token, by=by, now=NOW)
    resources.publish(proposal, by=by, now=NOW)
    for address in (reverse("library:lineage", args=[original.pk]), original.get_absolute_url()):
        assert SECRET not in text_of(client.get(address))
    again = tell(published(), by=by, territory=place, entry=entry, own=published(by=by, hides_place=True), sent="b")
    assert (again.territory, again.entry) == (None, None)


def test_only_entries_that_everyone_reads_are_named(client):
    original, entry = published(), EntryFactory(name=f"Fiche {SECRET}")
    tell(original, entry=entry)
    address = reverse("library:lineage", args=[original.pk])
    assert SECRET in text_of(client.get(address))
    entry.visibility = "nobody"
    entry.save()
    assert SECRET not in text_of(client.get(address))


def test_the_drawing_has_a_box_for_each_step_and_gives_up_when_there_are_too_many(place):
    first, _second, third = chain("Un titre assez long pour tenir sur deux lignes et même davantage", "B", "C")
    tell(fresh(first), territory=place, year=2024, sent="told")
    drawn = drawing.draw(queries.lineage(fresh(third)))
    assert len(drawn.boxes) == 4
    assert len(drawn.paths) == 3
    assert [box.is_here for box in drawn.boxes].count(True) == 1
    assert any(line.endswith("…") for box in drawn.boxes for _y, line in box.lines)
    long = TerritoryFactory(kind="commune", code="42999", name="Un nom de commune vraiment très long")
    for year in (None, 2025):
        tell(fresh(first), own=published(title="E"), territory=long, year=year, sent=f"long {year}")
    facts = [box.facts for box in drawing.draw(queries.lineage(fresh(third))).boxes]
    assert any(each.endswith("…, 2025") for each in facts)
    assert any(each.endswith("…") for each in facts)
    assert all(len(each) <= drawing.FACTS_LENGTH for each in facts)
    for rank in range(drawing.MOST):
        Adaptation.objects.create(original=first, version=1, changes=f"n° {rank}")
    assert drawing.draw(queries.lineage(fresh(third))) is None


def test_the_document_of_a_resource_tells_its_lineage():
    _first, second, _third = chain("La première", "La deuxième", "La troisième")
    words = str(sheets.document(second).blocks)
    assert "La première" in words
    assert "La troisième" in words
    assert "Lignée" not in str(sheets.document(published()).blocks)


def test_what_a_file_says_of_a_lineage_is_written_once(place):
    original, own = published(), published(title="La nôtre", year=2025)
    told = services.load_adaptation(own, original, changes="Autrement", territory=place, now=NOW)
    assert (told.territory, told.year, told.entry) == (place, 2025, None)
    assert services.load_adaptation(own, original, changes="Autrement", now=NOW) is None
    entry = EntryFactory()
    signed = published(title="Signée", authors=[{"name": entry.name, "entry": entry.slug}])
    assert services.load_adaptation(signed, original, changes="Encore", now=NOW).entry == entry


# --- Useful, used --------------------------------------------------------------------------------------------------


def test_a_member_says_once_that_it_is_useful_and_takes_it_back(client):
    resource, member = published(), MemberFactory(name=SECRET)
    for _twice in range(2):
        services.say_use(resource, "utile", by=member, now=NOW)
    services.say_use(resource, "utilise", by=member, now=NOW)
    assert (fresh(resource).useful_count, fresh(resource).used_count) == (1, 1)
    page = text_of(client.get(resource.get_absolute_url()))
    assert "Utile à 1 membre" in page
    assert SECRET not in page
    services.take_back_use(resource, "utile", by=member, now=NOW)
    assert (fresh(resource).useful_count, fresh(resource).used_count) == (0, 1)
    resources.withdraw(resource, by=None, now=NOW)
    with pytest.raises(services.ReuseRefused):
        services.say_use(resource, "utile", by=member, now=NOW)


@pytest.mark.parametrize("more", [{"kind": "autre"}, {}])
def test_the_database_holds_one_of_each_by_member(more):
    resource, member = published(), MemberFactory()
    Use.objects.create(resource=resource, member=member, kind="utile")
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.create(**({"resource": resource, "member": member, "kind": "utile"} | more))


def test_the_button_of_the_page_says_it_and_takes_it_back():
    resource, member = published(), MemberFactory()
    browser = signed_in(member)
    address = reverse("library:use", args=[resource.pk])
    assert browser.post(address, {"avis": "utile"}).url.endswith("#avis")
    assert 'aria-pressed="true"' in text_of(browser.get(resource.get_absolute_url()))
    browser.post(address, {"avis": "inconnu"})
    browser.post(address, {"avis": "utile", "retirer": "1"})
    assert not Use.objects.exists()


# --- What readers ask ----------------------------------------------------------------------------------------------


def test_what_a_reader_asks_is_read_by_the_author_and_by_nobody_else(client):
    author, reader = MemberFactory(), MemberFactory()
    resource = published(by=author)
    asked = services.suggest(resource, f" {SECRET} ", by=reader, now=NOW)
    assert services.suggest(resource, SECRET, by=reader, now=NOW) == asked
    told = Notification.objects.get(person=author)
    assert SECRET not in told.title + told.text
    assert SECRET in text_of(signed_in(author).get(reverse("library:suggestions")))
    assert SECRET in text_of(signed_in(author).get(reverse("library:suggestion", args=[asked.pk])))
    assert SECRET in text_of(signed_in(reader).get(reverse("library:suggestions")))
    for other in (client, signed_in(MemberFactory()), signed_in(MemberFactory(role=Role.FACILITATOR))):
        assert SECRET not in text_of(other.get(resource.get_absolute_url()))
        answer = other.get(reverse("library:suggestion", args=[asked.pk]))
        assert answer.status_code in (302, 404)
        assert SECRET not in text_of(other.get(reverse("library:suggestions")))
    assert signed_in(reader).get(reverse("library:suggestion", args=[asked.pk])).status_code == 403


def nobody_holds(**more):
    resource = published(**more)
    Resource.objects.filter(pk=resource.pk).update(owner=None)
    return fresh(resource)


def test_what_is_asked_of_a_resource_that_nobody_holds_reaches_animators_who_answer():
    animator, reader = MemberFactory(role=Role.ANIMATOR), MemberFactory()
    asked = services.suggest(nobody_holds(), SECRET, by=reader, now=NOW)
    told = Notification.objects.get(person=animator)
    assert told.kind == services.ASKED_DESK
    assert SECRET not in told.title + told.text
    assert list(queries.for_the_desk(NOW)) == [asked]
    browser = signed_in(animator)
    address = reverse("library:suggestion", args=[asked.pk])
    assert SECRET in text_of(browser.get("/ressources/retours/?vue=equipe"))
    assert browser.post(address, {"state": "done", "answer": "Merci"}).url.endswith("?vue=equipe")
    assert Notification.objects.filter(person=reader, title__contains="est faite").exists()
    assert "Aucune proposition" in text_of(browser.get("/ressources/retours/?vue=equipe"))


def test_of_a_resource_that_follows_a_bank_or_whose_holder_left_animators_answer_too():
    animator, gone = MemberFactory(role=Role.ANIMATOR), MemberFactory(is_active=False)
    followed, left = published(), published(by=gone, title="Laissée")
    Resource.objects.filter(pk=followed.pk).update(source_code="source:3")
    asked = [services.suggest(fresh(each), "Un chiffre", by=MemberFactory(), now=NOW) for each in (followed, left)]
    assert Notification.objects.filter(person=animator, kind=services.ASKED_DESK).count() == 2
    assert list(queries.for_the_desk(NOW)) == asked
    assert queries.can_answer(animator, queries.suggestion_by_number(asked[0].pk))


def test_what_somebody_will_answer_is_on_no_desk_until_it_waited_too_long():
    author, signing = MemberFactory(), EntryFactory(owner=MemberFactory())
    held = services.suggest(published(by=author), "Un chiffre", by=MemberFactory(), now=NOW)
    signed = nobody_holds(title="Signée", authors=[{"name": signing.name, "entry": signing.slug}])
    services.suggest(signed, "Un chiffre", by=MemberFactory(), now=NOW)
    assert not Notification.objects.filter(kind=services.ASKED_DESK).exists()
    assert not queries.for_the_desk(NOW).exists()
    assert held in queries.for_the_desk(NOW + timedelta(days=16))


def test_the_desk_of_what_readers_propose_is_for_animators():
    for person in (MemberFactory(), MemberFactory(role=Role.FACILITATOR)):
        assert signed_in(person).get("/ressources/retours/?vue=equipe").status_code == 403


def test_what_readers_propose_is_read_where_the_resource_is_tended_and_written():
    author = MemberFactory()
    resource = published(by=author)
    services.suggest(resource, SECRET, by=MemberFactory(), now=NOW)
    for route in ("library:tend", "library:edit"):
        assert SECRET in text_of(signed_in(author).get(reverse(route, args=[resource.pk])))


def test_what_one_proposed_to_a_resource_that_went_is_said_without_its_title():
    author, reader = MemberFactory(), MemberFactory()
    asked = services.suggest(published(by=author, title=f"Titre {SECRET}"), "Un chiffre", by=reader, now=NOW)
    resources.withdraw(asked.resource, by=None, now=NOW)
    page = text_of(signed_in(reader).get(reverse("library:suggestions")))
    assert "une ressource qui n’est plus montrée" in page
    assert SECRET not in page


def test_an_answer_is_done_or_a_word_and_who_asked_is_told():
    author, reader = MemberFactory(), MemberFactory()
    asked = services.suggest(published(by=author), "Un chiffre", by=reader, now=NOW)
    with pytest.raises(services.ReuseRefused, match="pourquoi"):
        services.answer_suggestion(asked, "declined", answer=" ", by=author, now=NOW)
    with pytest.raises(services.ReuseRefused, match="Choisissez"):
        services.answer_suggestion(asked, "open", answer="quoi", by=author, now=NOW)
    services.answer_suggestion(asked, "declined", answer=f"Non {SECRET}", by=author, now=NOW)
    services.answer_suggestion(asked, "declined", answer=f"Non {SECRET}", by=author, now=NOW)
    with pytest.raises(services.ReuseRefused, match="déjà répondu"):
        services.answer_suggestion(asked, "done", answer="", by=author, now=NOW)
    told = Notification.objects.get(person=reader)
    assert SECRET not in told.title + told.text
    assert SECRET in text_of(signed_in(reader).get(reverse("library:suggestions")))
    again = services.suggest(asked.resource, "Un autre", by=reader, now=NOW)
    services.answer_suggestion(again, "done", answer="", by=author, now=NOW)
    assert Notification.objects.filter(person=reader, title__contains="est faite").exists()
    assert not OutgoingMail.objects.filter(text__contains=SECRET).exists()


def test_the_title_of_what_is_hidden_meanwhile_is_not_said_to_who_asked():
    author, asker = MemberFactory(), MemberFactory()
    asked = services.suggest(published(by=author, title=f"Titre {SECRET}"), "Un chiffre", by=asker, now=NOW)
    resources.withdraw(asked.resource, by=None, now=NOW)
    services.answer_suggestion(asked, "done", answer="", by=author, now=NOW)
    assert SECRET not in Notification.objects.get(person=asker).title
    assert SECRET not in text_of(signed_in(asker).get(reverse("library:suggestions")))


def test_nothing_is_asked_in_silence_or_without_end():
    resource, reader = published(), MemberFactory()
    with pytest.raises(services.ReuseRefused, match="Écrivez"):
        services.suggest(resource, " ", by=reader, now=NOW)
    for rank in range(services.MOST_OPEN):
        services.suggest(resource, f"n° {rank}", by=reader, now=NOW)
    with pytest.raises(services.ReuseRefused, match="attendent"):
        services.suggest(resource, "une de plus", by=reader, now=NOW)
    resources.withdraw(resource, by=None, now=NOW)
    with pytest.raises(services.ReuseRefused, match="plus publiée"):
        services.suggest(resource, "trop tard", by=reader, now=NOW)


@pytest.mark.parametrize(
    "broken", [{"state": "x"}, {"text": ""}, {"state": "declined", "answered_at": NOW}, {"state": "done"}],
    ids=["state", "text", "declined", "done"],
)  # fmt: skip
def test_the_database_holds_the_rules_of_suggestions(broken):
    asked = services.suggest(published(), "Un chiffre", by=MemberFactory(), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=asked.pk).update(**broken)


def test_a_hidden_suggestion_is_read_by_who_wrote_it_alone():
    author, reader = MemberFactory(), MemberFactory()
    asked = services.suggest(published(by=author), "Un chiffre", by=reader, now=NOW)
    kind = reportable.get("library.suggestion")
    assert kind.can_see(author, asked)
    assert kind.title(asked) == asked.resource.title
    assert kind.author(asked) == reader
    assert kind.url(asked).endswith(f"/{asked.pk}/")
    services.hide_suggestion(asked, by=None, now=NOW)
    asked.refresh_from_db()
    assert queries.can_read_suggestion(reader, asked)
    assert not queries.can_read_suggestion(author, asked)
    assert not queries.waiting_for_me(author).exists()
    services.restore_suggestion(asked, by=None, now=NOW)
    assert queries.waiting_for_me(author).exists()


def test_nothing_is_asked_any_more_about_what_was_withdrawn():
    author = MemberFactory()
    asked = services.suggest(published(by=author), "Un chiffre", by=MemberFactory(), now=NOW)
    assert list(queries.waiting_for_me(author)) == [asked]
    resources.withdraw(asked.resource, by=author, now=NOW)
    assert not queries.waiting_for_me(author).exists()
    assert list(queries.for_me(author)) == [asked]


# --- Pages ---------------------------------------------------------------------------------------------------------


def test_the_form_comes_back_filled_then_tells(place):
    original, by = published(by=MemberFactory()), MemberFactory()
    browser = signed_in(by)
    address = reverse("library:adapt", args=[original.pk])
    assert "mêmes conditions" in text_of(browser.get(address))
    page = browser.post(address, {"territory": "Cayenne", "changes": "", "result": "Trop tôt", "sent": "a"})
    assert page.status_code == 422
    assert "Trop tôt" in text_of(page)
    typed = {"territory": "Cayenne", "changes": "Plus court", "result": "", "sent": "a", "year": "2025"}
    page = browser.post(address, typed)
    told = Adaptation.objects.get()
    assert page.url == told.get_absolute_url()
    assert (told.changes, told.territory, told.by) == ("Plus court", place, by)
    page = browser.post(address, typed | {"sent": "b", "own": "nouvelle"})
    assert page.url == reverse("library:edit", args=[Adaptation.objects.latest("pk").resource_id])


def test_one_may_link_a_resource_and_speak_for_an_entry_of_ones_own(place):
    by = MemberFactory()
    entry, other = EntryFactory(owner=by), EntryFactory()
    original, own, theirs = published(), published(by=by, title="La nôtre"), published(title="Pas à moi")
    browser, address = signed_in(by), reverse("library:adapt", args=[original.pk])
    page = text_of(browser.get(address))
    assert "La nôtre" in page
    assert "Pas à moi" not in page
    typed = {"changes": "Autrement", "sent": "a"}
    assert browser.post(address, typed | {"own": str(theirs.pk)}).status_code == 422
    assert browser.post(address, typed | {"entry": str(other.pk)}).status_code == 422
    browser.post(address, typed | {"own": str(own.pk), "entry": str(entry.pk)})
    told = Adaptation.objects.get()
    assert (told.resource, told.entry) == (own, entry)
    assert "La nôtre" not in text_of(browser.get(address))
    assert not queries.own_resources(by, but=fresh(own)).exists()


def test_a_refusal_is_said_on_the_form():
    by = MemberFactory()
    original, own = published(), published(by=by, licence="cc0", title="La nôtre")
    page = signed_in(by).post(
        reverse("library:adapt", args=[original.pk]), {"changes": "Autrement", "sent": "a", "own": str(own.pk)}
    )
    assert page.status_code == 422
    assert "CC BY-SA" in text_of(page)


def test_reserved_rights_are_explained_before_anything_is_typed():
    original = published(licence="tous-droits-reserves")
    page = text_of(signed_in(MemberFactory()).get(reverse("library:adapt", args=[original.pk])))
    assert "droits sont réservés" in page
    assert "brouillon vide" in page


def test_who_said_it_or_an_animator_takes_it_back():
    by = MemberFactory()
    told = tell(published(), by=by)
    address = reverse("library:adaptation_take_back", args=[told.pk])
    assert signed_in(MemberFactory()).post(address).status_code == 403
    assert signed_in(by).post(address).status_code == 302
    assert signed_in(by).post(address).status_code == 404


def test_suggestions_are_asked_answered_and_taken_back_on_pages():
    author, reader = MemberFactory(), MemberFactory()
    resource = published(by=author)
    asking = reverse("library:suggest", args=[resource.pk])
    assert signed_in(reader).get(asking).status_code == 200
    assert signed_in(reader).post(asking, {"text": ""}).status_code == 422
    signed_in(reader).post(asking, {"text": "Un chiffre"})
    asked = Suggestion.objects.get()
    address = reverse("library:suggestion", args=[asked.pk])
    assert "Un chiffre" in text_of(signed_in(author).get("/mon-espace/"))
    page = signed_in(author).post(address, {"state": "declined", "answer": ""})
    assert page.status_code == 422
    assert signed_in(author).post(address, {"state": "done", "answer": "Merci"}).status_code == 302
    assert "Merci" in text_of(signed_in(author).get(address))
    signed_in(reader).post(asking, {"text": "Un autre"})
    other = Suggestion.objects.latest("pk")
    taking = reverse("library:suggestion_take_back", args=[other.pk])
    assert signed_in(author).post(taking).status_code == 404
    assert signed_in(reader).post(taking).status_code == 302
    resources.withdraw(resource, by=None, now=NOW)
    assert signed_in(reader).get(asking).status_code == 404


def test_a_refused_suggestion_stays_on_the_form():
    resource, reader = published(), MemberFactory()
    for rank in range(services.MOST_OPEN):
        services.suggest(resource, f"n° {rank}", by=reader, now=NOW)
    page = signed_in(reader).post(reverse("library:suggest", args=[resource.pk]), {"text": "Encore une"})
    assert page.status_code == 422
    assert "Encore une" in text_of(page)


def test_a_member_takes_away_what_they_said_and_leaves_adaptations_without_name():
    member, resource = MemberFactory(), published()
    told = tell(resource, by=member)
    services.say_use(resource, "utile", by=member, now=NOW)
    asked = services.suggest(resource, "Un chiffre", by=member, now=NOW)
    other = services.suggest(resource, "Le mien", by=MemberFactory(), now=NOW)
    services.answer_suggestion(other, "done", answer="", by=member, now=NOW)
    mine = services.export_of(member)
    assert (len(mine["adaptations"]), len(mine["utile_et_utilise"])) == (1, 1)
    assert [each["text"] for each in mine["propositions"]] == ["Un chiffre"]
    services.forget(member)
    told.refresh_from_db()
    other.refresh_from_db()
    assert (told.by, told.sent_key, other.answered_by) == (None, None, None)
    assert not Suggestion.objects.filter(pk=asked.pk).exists()
    assert fresh(resource).useful_count == 0


def test_names_never_say_anything():
    told = tell(published())
    asked = services.suggest(told.original, "Un chiffre", by=MemberFactory(), now=NOW)
    services.say_use(told.original, "utile", by=asked.by, now=NOW)
    assert [str(each) for each in (told, asked, Use.objects.get())] == [
        f"adaptation {told.pk}", f"proposition d’un lecteur {asked.pk}", f"avis d’usage {Use.objects.get().pk}",
    ]  # fmt: skip
    kind = reportable.get("library.adaptation")
    assert kind.can_see(None, told)
    assert (kind.title(told), kind.author(told)) == (told.original.title, told.by)
