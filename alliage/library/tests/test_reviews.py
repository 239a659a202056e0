"""Reviews: one reader at a time, remarks that are sent together, answered, settled; accepted or refused, never in the dark."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from alliage.accounts.enums import Role
from alliage.accounts.tests.factories import MemberFactory
from alliage.directory.tests.factories import CatalystFactory
from alliage.library import permissions
from alliage.library.enums import (
    OPEN,
    PROPOSAL_MOVES,
    QUEUED,
    REMARK_MOVES,
    ProposalState,
    RemarkState,
    ReviewDeed,
    State,
)
from alliage.library.models import Proposal, Remark, RemarkWord, ReviewAct
from alliage.library.queries import reviews as queries
from alliage.library.services import proposals, resources, review_log, reviews
from alliage.library.tests.factories import NOW, proposed, published, said
from alliage.notifications.models import Notification

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def reader(**more):
    return MemberFactory(role=Role.FACILITATOR, **more)


def submitted(**more) -> Proposal:
    return proposals.submit(proposed(**more), by=None, now=NOW)


def taken(someone=None, **more) -> Proposal:
    proposal = submitted(**more)
    reviews.take(proposal, by=someone or reader(), now=NOW)
    return proposal


def asked(someone=None, **more) -> tuple[Proposal, Remark]:
    """Sent back to its author, with one remark."""
    proposal = taken(someone, **more)
    remark = reviews.remark(proposal, part="title", text="Dites où.", by=proposal.reviewer, now=NOW)
    reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW)
    remark.refresh_from_db()
    return proposal, remark


def told(person) -> list[str]:
    return [row.kind for row in Notification.objects.filter(person=person).order_by("pk")]


# --- Who reads it --------------------------------------------------------------------------------------------------


def test_reviewers_are_told_that_a_text_waits_but_not_its_author_nor_its_title():
    author, other = reader(), reader()
    submitted(by=author, title="Un titre gardé")
    assert told(author) == []
    assert told(other) == [review_log.TO_TAKE]
    row = Notification.objects.get(person=other)
    assert "gardé" not in row.title + row.text


def test_a_text_is_read_by_one_person_at_a_time():
    proposal, someone, other = submitted(), reader(), reader()
    reviews.take(proposal, by=someone, now=NOW)
    reviews.take(proposal, by=someone, now=LATER)
    assert (proposal.state, proposal.reviewer, proposal.moved_at) == (ProposalState.IN_REVIEW, someone, NOW)
    assert proposal.acts.filter(deed=ReviewDeed.TAKEN).count() == 1
    with pytest.raises(reviews.ReviewRefused, match="vient de prendre"):
        reviews.take(proposal, by=other, now=NOW)
    assert told(proposal.author) == [review_log.MINE]


def test_nobody_reads_her_own_text():
    author = reader()
    proposal = submitted(by=author)
    with pytest.raises(reviews.ReviewRefused, match="Vous avez écrit"):
        reviews.take(proposal, by=author, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(reviewer=F("author"))


def test_a_text_that_was_not_proposed_is_not_read():
    proposal = proposed()
    with pytest.raises(proposals.ProposalRefused, match="entre-temps"):
        reviews.take(proposal, by=reader(), now=NOW)


def test_what_is_given_back_waits_for_somebody_else_with_its_remarks():
    proposal = taken()
    someone = proposal.reviewer
    reviews.remark(proposal, part="", text="Une phrase de trop.", by=someone, now=NOW)
    reviews.give_back(proposal, by=someone, now=LATER, note="Je pars en congé.")
    assert (proposal.state, proposal.reviewer, proposal.moved_at) == (ProposalState.SUBMITTED, None, LATER)
    assert proposal.remarks.count() == 1
    with pytest.raises(reviews.ReviewRefused, match="ne relisez plus"):
        reviews.give_back(proposal, by=someone, now=LATER)


def test_what_its_author_is_changing_stays_there_when_its_reviewer_leaves():
    proposal, _remark = asked()
    reviews.give_back(proposal, by=proposal.reviewer, now=LATER)
    assert (proposal.state, proposal.reviewer) == (ProposalState.CHANGES_ASKED, None)
    assert proposals.submit(proposal, by=proposal.author, now=LATER).state == ProposalState.SUBMITTED


def test_an_animator_goes_on_in_the_place_of_another():
    proposal, animator = taken(), MemberFactory(role=Role.ANIMATOR)
    former = proposal.reviewer
    reviews.take_over(proposal, by=animator, now=LATER)
    reviews.take_over(proposal, by=animator, now=LATER)
    assert proposal.reviewer == animator
    assert told(former)[-1] == review_log.REVIEWED
    with pytest.raises(reviews.ReviewRefused, match="Personne ne relit"):
        reviews.take_over(submitted(), by=animator, now=NOW)
    another = taken()
    with pytest.raises(reviews.ReviewRefused, match="Vous avez écrit"):
        reviews.take_over(another, by=another.author, now=NOW)


def test_a_reviewer_who_left_is_replaced_without_being_told():
    proposal, _remark = asked()
    reviews.give_back(proposal, by=proposal.reviewer, now=NOW)
    animator = MemberFactory(role=Role.ANIMATOR)
    reviews.take_over(proposal, by=animator, now=LATER)
    assert proposal.reviewer == animator


# --- Remarks -------------------------------------------------------------------------------------------------------


def test_remarks_are_the_reviewer_s_own_until_they_are_sent_together():
    proposal = taken()
    someone = proposal.reviewer
    first = reviews.remark(proposal, part="title", text=" Dites où. ", by=someone, now=NOW)
    assert reviews.remark(proposal, part="title", text="Dites où.", by=someone, now=NOW) == first
    reviews.rewrite_remark(first, text="Dites où et quand.", by=someone, now=NOW)
    gone = reviews.remark(proposal, part="sections.contexte", text="Trop long.", by=someone, now=NOW)
    reviews.rewrite_remark(gone, text=" ", by=someone, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="n’existe plus"):
        reviews.rewrite_remark(gone, text="Trop court.", by=someone, now=NOW)
    assert [remark.text for remark in queries.remarks_of(proposal, with_unsent=True)] == ["Dites où et quand."]
    assert queries.remarks_of(proposal, with_unsent=False) == []
    reviews.ask_changes(proposal, by=someone, now=LATER)
    assert [remark.sent_at for remark in queries.remarks_of(proposal, with_unsent=False)] == [LATER]
    assert (proposal.state, proposal.moved_at) == (ProposalState.CHANGES_ASKED, LATER)


@pytest.mark.parametrize(
    ("part", "text", "why"),
    [("sections.rien", "Bonjour", "n’existe pas"), ("title", " \0 ", "Écrivez")],
    ids=["part", "text"],
)
def test_a_remark_is_about_a_part_and_says_something(part, text, why):
    proposal = taken()
    with pytest.raises(reviews.ReviewRefused, match=why):
        reviews.remark(proposal, part=part, text=text, by=proposal.reviewer, now=NOW)


def test_what_is_sent_is_answered_rather_than_rewritten():
    proposal, remark = asked()
    proposals.submit(proposal, by=proposal.author, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="est partie"):
        reviews.rewrite_remark(remark, text="Autre chose", by=proposal.reviewer, now=NOW)


def test_changes_are_asked_with_a_reason():
    proposal = taken()
    with pytest.raises(reviews.ReviewRefused, match="ce qui est à reprendre"):
        reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW)
    reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW, note="Raccourcissez.")
    assert proposal.acts.first().note == "Raccourcissez."


def test_nothing_is_asked_while_the_text_is_on_its_author_s_side():
    proposal, remark = asked()
    someone = proposal.reviewer
    for act in (
        lambda: reviews.remark(proposal, part="", text="Encore", by=someone, now=NOW),
        lambda: reviews.settle(remark, by=someone, now=NOW),
        lambda: reviews.ask_changes(proposal, by=someone, now=NOW, note="Encore"),
        lambda: reviews.accept(proposal, by=someone, now=NOW),
        lambda: reviews.refuse(proposal, reason="Non", by=someone, now=NOW),
    ):
        with pytest.raises(reviews.ReviewRefused, match="chez la personne qui l’écrit"):
            act()


def test_only_who_took_it_asks():
    proposal, other = taken(), reader()
    for act in (
        lambda: reviews.remark(proposal, part="", text="Encore", by=other, now=NOW),
        lambda: reviews.ask_changes(proposal, by=other, now=NOW, note="Encore"),
        lambda: reviews.accept(proposal, by=other, now=NOW),
        lambda: reviews.refuse(proposal, reason="Non", by=other, now=NOW),
    ):
        with pytest.raises(reviews.ReviewRefused, match="ne relisez plus"):
            act()


def test_the_author_says_what_was_met_and_the_reviewer_settles_it():
    proposal, remark = asked()
    author, someone = proposal.author, proposal.reviewer
    reviews.say_met(remark, by=author, now=NOW, text="J’ai ajouté le lieu.")
    reviews.say_met(remark, by=author, now=LATER, text="J’ai ajouté le lieu.")
    assert (remark.state, remark.words.count()) == (RemarkState.MET, 1)
    reviews.say_unmet(remark, by=author, now=NOW)
    assert remark.state == RemarkState.OPEN
    reviews.say_met(remark, by=author, now=NOW)
    proposals.submit(proposal, by=author, now=LATER)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.IN_REVIEW
    assert told(someone)[-1] == review_log.REVIEWED
    with pytest.raises(reviews.ReviewRefused, match="pas chez vous"):
        reviews.say_met(remark, by=author, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="ce qui manque"):
        reviews.reopen(remark, text="", by=someone, now=NOW)
    reviews.reopen(remark, text="Le canton aussi.", by=someone, now=NOW)
    assert remark.state == RemarkState.OPEN
    reviews.settle(remark, by=someone, now=NOW, text="Merci.")
    reviews.settle(remark, by=someone, now=NOW)
    assert remark.state == RemarkState.SETTLED
    assert [word.text for word in remark.words.all()] == ["J’ai ajouté le lieu.", "Le canton aussi.", "Merci."]


def test_what_is_settled_is_not_met_again():
    proposal, remark = asked()
    Remark.objects.filter(pk=remark.pk).update(state=RemarkState.SETTLED)
    with pytest.raises(reviews.ReviewRefused, match="entre-temps"):
        reviews.say_met(remark, by=proposal.author, now=NOW)


def test_a_word_under_a_remark_is_read_by_both_sides_while_somebody_reads():
    proposal, remark = asked()
    reviews.answer(remark, text="Où exactement ?", by=proposal.author, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="Écrivez votre réponse"):
        reviews.answer(remark, text=" ", by=proposal.author, now=NOW)
    proposals.submit(proposal, by=proposal.author, now=NOW)
    unsent = reviews.remark(proposal, part="", text="Autre", by=proposal.reviewer, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="pas encore partie"):
        reviews.answer(unsent, text="Oui", by=proposal.author, now=NOW)
    reviews.refuse(proposal, reason="Hors sujet", by=proposal.reviewer, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="est finie"):
        reviews.answer(remark, text="Pourquoi ?", by=proposal.author, now=NOW)


# --- What becomes of it --------------------------------------------------------------------------------------------


def test_it_is_published_once_every_remark_is_settled():
    proposal, remark = asked()
    author, someone = proposal.author, proposal.reviewer
    proposals.write(
        proposal, said(title="Un atelier à Guéret"), token=proposal.token, by=author, now=NOW, note="Le lieu"
    )
    proposals.submit(proposal, by=author, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="reste 1 remarque"):
        reviews.accept(proposal, by=someone, now=NOW)
    reviews.settle(remark, by=someone, now=NOW)
    version = reviews.accept(proposal, by=someone, now=LATER, note="Bravo à vous")
    assert (version.number, version.note, version.content["title"]) == (1, "Le lieu", "Un atelier à Guéret")
    assert proposal.state == ProposalState.ACCEPTED
    assert proposal.acts.first().note == "Bravo à vous"
    assert Notification.objects.filter(person=author).latest("pk").title.endswith("c’est publié")


def test_what_is_refused_says_why_and_its_author_keeps_the_text():
    proposal = taken()
    author, someone = proposal.author, proposal.reviewer
    reviews.remark(proposal, part="title", text="Trop vague", by=someone, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="Dites pourquoi"):
        reviews.refuse(proposal, reason="", by=someone, now=NOW)
    reviews.refuse(proposal, reason="Une annonce, pas une pratique.", by=someone, now=NOW)
    assert (proposal.state, proposal.content["title"]) == (ProposalState.DROPPED, said()["title"])
    assert queries.refusal_of(proposal).note == "Une annonce, pas une pratique."
    assert len(queries.remarks_of(proposal, with_unsent=False)) == 1
    assert not permissions.can_read_proposal(someone, proposal)
    assert permissions.can_read_proposal(author, proposal)
    again = reviews.start_again(proposal, by=author, now=LATER)
    assert (again.state, again.content) == (ProposalState.DRAFT, proposal.content)
    assert reviews.start_again(proposal, by=author, now=LATER) == again
    with pytest.raises(reviews.ReviewRefused, match="pas de texte"):
        reviews.start_again(again, by=author, now=LATER)


def test_a_text_of_what_was_withdrawn_is_not_begun_again():
    resource = published()
    proposal = proposals.submit(proposals.open_proposal(resource, by=resource.owner, now=NOW), by=None, now=NOW)
    reviews.take(proposal, by=reader(), now=NOW)
    reviews.refuse(proposal, reason="Déjà dit", by=proposal.reviewer, now=NOW)
    resources.withdraw(resource, by=None, now=NOW)
    with pytest.raises(reviews.ReviewRefused, match="retirée"):
        reviews.start_again(proposal, by=resource.owner, now=NOW)


def test_giving_up_takes_the_remarks_along_and_tells_who_was_reading():
    resource = published()
    proposal = proposals.submit(proposals.open_proposal(resource, by=resource.owner, now=NOW), by=None, now=NOW)
    someone = reader()
    reviews.take(proposal, by=someone, now=NOW)
    reviews.remark(proposal, part="title", text="Trop vague", by=someone, now=NOW)
    proposals.drop(proposal, by=resource.owner, now=NOW)
    assert not Remark.objects.exists()
    assert set(ReviewAct.objects.values_list("content", "note")) == {(None, "")}
    assert Notification.objects.filter(person=someone).latest("pk").title.endswith("est abandonné")


def test_a_first_text_that_is_given_up_is_told_too():
    proposal = taken()
    someone = proposal.reviewer
    proposals.drop(proposal, by=proposal.author, now=NOW)
    assert not ReviewAct.objects.exists()
    assert told(someone)[-1] == review_log.REVIEWED


def test_the_title_is_shown_in_the_queue_by_its_author_alone_and_never_when_it_hides_its_place():
    proposal = submitted(title="Un titre gardé")
    row = queries.waiting(queries.public_rows().get())
    assert (row.title, row.kind, row.is_new) == ("", "pratique", True)
    reviews.show_title(proposal, shown=True, by=proposal.author, now=NOW)
    assert queries.waiting(queries.public_rows().get()).title == "Un titre gardé"
    reviews.show_title(proposal, shown=False, by=proposal.author, now=NOW)
    hidden = submitted(title="Un titre caché", hides_place=True)
    with pytest.raises(reviews.ReviewRefused, match="reste caché"):
        reviews.show_title(hidden, shown=True, by=hidden.author, now=NOW)
    Proposal.objects.update(shows_title=True)
    assert {queries.waiting(row).title for row in queries.public_rows()} == {"Un titre gardé", ""}


# --- Tables, constraints -------------------------------------------------------------------------------------------


def test_every_state_leads_somewhere_or_nowhere():
    assert set(REMARK_MOVES) == set(RemarkState.values)
    assert all(moves <= set(RemarkState.values) for moves in REMARK_MOVES.values())
    assert all(PROPOSAL_MOVES[state] for state in OPEN)


@pytest.mark.parametrize("state", ProposalState.values, ids=str)
@pytest.mark.parametrize("to", ProposalState.values, ids=str)
def test_a_proposal_moves_as_its_table_says(state, to):
    proposal = Proposal(state=state)
    if to in PROPOSAL_MOVES[state]:
        proposals.move(proposal, ProposalState(to), now=NOW)
        assert proposal.state == to
    else:
        with pytest.raises(proposals.ProposalRefused, match="entre-temps"):
            proposals.move(proposal, ProposalState(to), now=NOW)


@pytest.mark.parametrize(
    ("model", "broken"),
    [
        (Remark, {"state": "inconnu"}), (Remark, {"text": ""}), (Remark, {"sent_at": None, "state": "met"}),
        (RemarkWord, {"text": ""}), (ReviewAct, {"deed": "inconnu"}), (ReviewAct, {"deed": "refused", "note": ""}),
    ],
    ids=["state", "text", "unsent", "word", "deed", "refusal"],
)  # fmt: skip
def test_the_database_refuses(model, broken):
    proposal, remark = asked()
    reviews.answer(remark, text="Oui", by=proposal.author, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**broken)


def test_names_of_rows_say_nothing_of_what_is_said():
    proposal, remark = asked(title="Un titre gardé")
    reviews.answer(remark, text="Oui", by=proposal.author, now=NOW)
    for row in (remark, remark.words.get(), proposal.acts.first(), proposal):
        assert "gardé" not in str(row)
        assert "Oui" not in str(row)


# --- Who may -------------------------------------------------------------------------------------------------------


def test_who_may_what():
    proposal, someone, other = submitted(), reader(), reader()
    author, animator, member = proposal.author, MemberFactory(role=Role.ANIMATOR), MemberFactory()
    assert [permissions.can_review(user, proposal) for user in (author, member, someone, animator)] == [
        False, False, True, True,
    ]  # fmt: skip
    reviews.take(proposal, by=someone, now=NOW)
    people = (author, member, someone, other, animator)
    assert [permissions.can_go_on_reviewing(user, proposal) for user in people] == [False, False, True, False, False]
    assert [permissions.can_take_over(user, proposal) for user in people] == [False, False, False, False, True]
    assert [permissions.can_answer_review(user, proposal) for user in people] == [True, False, False, False, True]
    assert [permissions.can_speak_in_review(user, proposal) for user in people] == [True, False, True, False, True]
    assert [permissions.can_read_proposal(user, proposal) for user in people] == [True, False, True, True, True]


def test_an_author_named_by_her_entry_does_not_review(client):
    someone = reader()
    CatalystFactory(slug="alix-demo", owner=someone)
    resource = published(authors=[{"name": "Alix Demo", "entry": "alix-demo"}])
    proposal = proposals.submit(proposals.open_proposal(resource, by=resource.owner, now=NOW), by=None, now=NOW)
    assert not permissions.can_review(someone, proposal)


def test_a_reviewer_who_did_not_prove_who_they_are_reads_nothing():
    proposal, animator = submitted(), MemberFactory(role=Role.ANIMATOR)
    animator.lacks_second_factor = True
    assert not permissions.is_reviewer(animator)
    assert not permissions.can_read_proposal(animator, proposal)


# --- Time, desk, people --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "is_first", "late"),
    [(2, True, False), (4, True, True), (4, False, False), (8, False, True)],
    ids=["first-2", "first-4", "known-4", "known-8"],
)
def test_a_text_that_nobody_takes_is_told_to_animators_sooner_when_it_is_a_first(days, is_first, late):
    author, animator = MemberFactory(), MemberFactory(role=Role.ANIMATOR)
    if not is_first:
        published(by=author)
    submitted(by=author, title="Un titre gardé")
    now = NOW + timedelta(days=days)
    Notification.objects.all().delete()
    reviews.tend_reviews(now)
    reviews.tend_reviews(now)
    rows = list(Notification.objects.filter(person=animator))
    assert [row.kind for row in rows] == ([reviews.ORPHAN] if late else [])
    assert queries.orphans(now).count() == int(late)
    assert not any("gardé" in row.title + row.text for row in rows)


def test_a_silent_reviewer_and_a_forgetful_author_are_reminded():
    proposal = taken()
    assert queries.orphans(NOW + timedelta(days=13)).count() == 0
    assert queries.orphans(NOW + timedelta(days=15)).count() == 1
    reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW, note="Raccourcissez")
    reviews.tend_reviews(NOW + timedelta(days=31))
    assert told(proposal.author)[-1] == reviews.FORGOTTEN
    assert queries.orphans(NOW + timedelta(days=31)).count() == 0


def test_what_is_hidden_or_withdrawn_is_in_no_queue():
    resource = published()
    proposals.submit(proposals.open_proposal(resource, by=resource.owner, now=NOW), by=None, now=NOW)
    assert queries.counts() == {ProposalState.SUBMITTED: 1}
    resources.hide(resource, by=None, now=NOW)
    assert queries.counts() == {}
    resources.restore(resource, by=None, now=NOW)
    resources.withdraw(resource, by=None, now=NOW)
    assert list(queries.public_rows()) == []
    assert set(QUEUED) < set(OPEN)


def test_a_reviewer_who_leaves_leaves_no_name_and_no_text_stuck():
    proposal, remark = asked()
    someone = proposal.reviewer
    waiting = taken(someone)
    reviews.answer(remark, text="Oui", by=someone, now=NOW)
    kept = queries.export_of(someone)
    assert {"Dites où.", "Oui"} <= {row.get("text") for row in kept}
    assert not any("content" in row for row in kept)
    reviews.forget_member(someone)
    for row in (proposal, waiting, remark):
        row.refresh_from_db()
    assert (waiting.state, waiting.reviewer, proposal.state, proposal.reviewer) == (
        ProposalState.SUBMITTED, None, ProposalState.CHANGES_ASKED, None,
    )  # fmt: skip
    assert (remark.author, remark.words.get().by) == (None, None)
    assert queries.export_of(someone) == []


def test_publishing_at_once_is_kept_in_the_history():
    animator = MemberFactory(role=Role.ANIMATOR)
    proposal = proposed()
    resources.publish(proposal, by=animator, now=NOW)
    assert proposal.acts.get().deed == ReviewDeed.PUBLISHED
    assert told(proposal.author) == [review_log.MINE]
    assert proposal.resource.state != State.WITHDRAWN
