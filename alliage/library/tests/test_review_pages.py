"""Pages of reviews: what everyone reads of the queue, what each side may do, what is kept when an act is refused, what never leaks."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from alliage.accounts.enums import Role
from alliage.accounts.tests.clients import MemberClient
from alliage.accounts.tests.factories import MemberFactory
from alliage.library.enums import ProposalState, RemarkState
from alliage.library.forms.reviews import Act
from alliage.library.models import Proposal
from alliage.library.services import contributing, proposals, reviews
from alliage.library.tests.factories import NOW, published, said
from alliage.library.tests.test_reviews import asked, reader, submitted, taken
from alliage.library.views.reviews import since
from alliage.notifications.models import OutgoingMail
from alliage.notifications.services import compose_due
from alliage.ui.drafts import Mark

pytestmark = pytest.mark.django_db
SECRET = "canari"


def page_of(proposal) -> str:
    return reverse("library:review", args=[proposal.pk])


def signed_in(person) -> MemberClient:
    client = MemberClient()
    client.force_login(person)
    return client


def post(person, proposal, act, **more):
    return signed_in(person).post(page_of(proposal), {"acte": act.value} | more)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# --- The queue that everyone reads ---------------------------------------------------------------------------------


def test_the_queue_says_what_waits_and_since_when_but_nothing_of_it(client):
    author, someone = MemberFactory(name=f"Autrice {SECRET}"), reader(name=f"Relectrice {SECRET}")
    secret = said(
        title=f"Titre {SECRET}", summary=f"Résumé {SECRET}", sections={"contexte": f"Texte {SECRET}"},
        authors=[{"name": f"Nom {SECRET}"}],
    )  # fmt: skip
    proposal, remark = asked(someone, by=author, **secret)
    reviews.answer(remark, text=f"Réponse {SECRET}", by=author, now=NOW)
    page = client.get(reverse("library:review_queue"))
    assert page.status_code == 200
    assert SECRET not in text_of(page)
    assert "Pratique" in text_of(page)
    assert "nouvelle ressource" in text_of(page)
    reviews.show_title(proposal, shown=True, by=author, now=NOW)
    shown = text_of(client.get(reverse("library:review_queue")))
    assert f"Titre {SECRET}" in shown
    assert shown.count(SECRET) == 1


def test_the_queue_is_taken_away_without_what_it_does_not_show(client):
    proposal = submitted(title=f"Titre {SECRET}", summary=f"Résumé {SECRET}")
    taken(title=f"Titre {SECRET}")
    for path in ("/ressources/relecture.csv", "/ressources/relecture.json"):
        text = b"".join(client.get(path)).decode()
        assert SECRET not in text
        assert "pratique" in text
    reviews.show_title(proposal, shown=True, by=proposal.author, now=NOW)
    rows = json.loads(b"".join(client.get("/ressources/relecture.json?etat=submitted")))
    assert [(row["title"], row["moved_on"]) for row in rows["results"]] == [(f"Titre {SECRET}", "2026-11-26")]
    assert rows["count"] == 1


def test_the_queue_is_narrowed_by_state(client):
    submitted()
    taken()
    queue = reverse("library:review_queue")
    assert text_of(client.get(queue)).count('class="waiting"') == 2
    assert text_of(client.get(f"{queue}?etat=in_review")).count('class="waiting"') == 1
    assert text_of(client.get(f"{queue}?etat=draft")).count('class="waiting"') == 2
    assert "Rien n’attend ici" in text_of(client.get(f"{queue}?etat=changes_asked"))


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "depuis aujourd’hui"), (1, "depuis hier"), (12, "depuis 12 jours")],
    ids=["today", "yesterday", "long"],
)
def test_the_age_of_a_move_is_said_in_days(days, words):
    assert since(NOW, NOW + timedelta(days=days)) == words


# --- Reviewers -----------------------------------------------------------------------------------------------------


def test_reviewers_find_what_to_take_and_what_they_read():
    someone = reader()
    mine, waiting = taken(someone, title="Celle que je relis"), submitted(title="Celle qui attend")
    url = reverse("library:to_review")
    page = text_of(signed_in(someone).get(url))
    assert page.index("Celle que je relis") < page.index("Celle qui attend")
    assert "première contribution" in page
    Proposal.objects.filter(pk=waiting.pk).update(moved_at=NOW - timedelta(days=365))
    late = text_of(signed_in(someone).get(f"{url}?vue=tard"))
    assert "Celle qui attend" in late
    assert "Celle que je relis" not in late
    assert "Celle que je relis" in text_of(signed_in(reader()).get(f"{url}?vue=tout"))
    assert signed_in(mine.author).get(url).status_code == 403


def test_a_proposal_does_not_exist_for_others():
    proposal, member = submitted(), MemberFactory()
    assert signed_in(member).get(page_of(proposal)).status_code == 404
    assert signed_in(member).get(page_of(proposal) + "changements/").status_code == 404
    assert post(member, proposal, Act.TAKE).status_code == 404
    draft = proposals.take_back(proposal, by=proposal.author, now=NOW)
    assert signed_in(reader()).get(page_of(draft)).status_code == 404
    assert signed_in(member).get("/ressources/relecture/999999/").status_code == 404


def test_a_reviewer_takes_a_text_remarks_and_asks():
    proposal, someone = submitted(summary=""), reader()
    page = text_of(signed_in(someone).get(page_of(proposal)))
    assert "Personne ne relit encore ce texte" in page
    assert "Un résumé" in page
    assert post(someone, proposal, Act.TAKE).status_code == 302
    answer = post(someone, proposal, Act.REMARK, part="sections.contexte", text="Dites où.")
    assert answer["Location"].endswith("#partie-sections-contexte")
    remark = proposal.remarks.get()
    page = text_of(signed_in(someone).get(page_of(proposal)))
    assert "Pas encore envoyée" in page
    assert "On sait pour qui, où et pourquoi." in page
    assert "Dites où." not in text_of(signed_in(proposal.author).get(page_of(proposal)))
    assert post(someone, proposal, Act.REWRITE, remark=remark.pk, text="Dites où et quand.").status_code == 302
    assert post(someone, proposal, Act.REMARK, part="title", text="Trop long.").status_code == 302
    gone = proposal.remarks.get(part="title")
    assert post(someone, proposal, Act.FORGET, remark=gone.pk, text="Trop long.").status_code == 302
    assert proposal.remarks.get() == remark
    assert post(someone, proposal, Act.ASK, text="Merci").status_code == 302
    assert "Dites où et quand." in text_of(signed_in(proposal.author).get(page_of(proposal)))


def test_the_author_answers_and_sends_back():
    proposal, remark = asked()
    author, someone = proposal.author, proposal.reviewer
    page = text_of(signed_in(author).get(page_of(proposal)))
    assert "Des changements vous sont demandés" in page
    assert "0 sur 1" in page
    assert post(author, proposal, Act.ANSWER, remark=remark.pk, part="title", text="Où donc ?").status_code == 302
    assert post(author, proposal, Act.MET, remark=remark.pk, part="title", text="C’est fait").status_code == 302
    assert "1 sur 1" in text_of(signed_in(author).get(page_of(proposal)))
    assert post(author, proposal, Act.UNMET, remark=remark.pk).status_code == 302
    assert post(author, proposal, Act.MET, remark=remark.pk).status_code == 302
    assert post(author, proposal, Act.SEND_BACK).status_code == 302
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.IN_REVIEW
    assert "Où donc ?" in text_of(signed_in(someone).get(page_of(proposal)))
    assert post(someone, proposal, Act.REOPEN, remark=remark.pk, text="Le canton").status_code == 302
    assert post(someone, proposal, Act.SETTLE, remark=remark.pk).status_code == 302
    remark.refresh_from_db()
    assert remark.state == RemarkState.SETTLED
    answer = post(someone, proposal, Act.ACCEPT, text="Merci")
    proposal.resource.refresh_from_db()
    assert answer["Location"] == proposal.resource.get_absolute_url()


def test_the_form_of_the_text_lists_what_is_still_to_be_met():
    proposal = taken()
    for part in ("sections.methode", "title", "authors", ""):
        reviews.remark(proposal, part=part, text=f"À revoir ({part})", by=proposal.reviewer, now=NOW)
    reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW)
    edit = reverse("library:edit", args=[proposal.resource_id])
    page = text_of(signed_in(proposal.author).get(edit))
    found = [page.index(f"À revoir ({part})") for part in ("title", "sections.methode", "authors", "")]
    assert found == sorted(found)
    for anchor in ("id_title", "id_s_methode", "auteurs"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    reviews.say_met(proposal.remarks.get(part="title"), by=proposal.author, now=NOW)
    assert "À revoir (title)" not in text_of(signed_in(proposal.author).get(edit))


def test_a_text_typed_and_not_saved_is_not_left_behind():
    proposal, _remark = asked()
    author = proposal.author
    mark = Mark(proposal.token, "fenetre", "", force=False)
    contributing.keep_draft(proposal, {"title": ["Un atelier à Guéret"]}, mark=mark, by=author, now=NOW)
    page = post(author, proposal, Act.SEND_BACK)
    assert page.status_code == 422
    assert "n’est pas enregistrée" in text_of(page)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.CHANGES_ASKED


def test_a_text_is_given_back_taken_over_refused_and_begun_again():
    proposal, animator = taken(), MemberFactory(role=Role.ANIMATOR)
    someone, author = proposal.reviewer, proposal.author
    assert "Relire à sa place" in text_of(signed_in(animator).get(page_of(proposal)))
    assert post(animator, proposal, Act.TAKE_OVER).status_code == 302
    assert post(animator, proposal, Act.GIVE_BACK, text="Je pars").status_code == 302
    assert post(someone, proposal, Act.TAKE).status_code == 302
    assert post(someone, proposal, Act.REFUSE, text="Une annonce").status_code == 302
    page = text_of(signed_in(author).get(page_of(proposal)))
    assert "Une annonce" in page
    answer = post(author, proposal, Act.START_AGAIN)
    assert answer["Location"] == reverse("library:edit", args=[proposal.resource_id])


def test_the_author_says_whether_the_title_is_shown():
    proposal = submitted()
    assert post(proposal.author, proposal, Act.SHOW_TITLE).status_code == 302
    assert "Ne plus montrer le titre" in text_of(signed_in(proposal.author).get(page_of(proposal)))
    assert post(proposal.author, proposal, Act.HIDE_TITLE).status_code == 302
    proposal.refresh_from_db()
    assert not proposal.shows_title


@pytest.mark.parametrize("act", list(Act), ids=lambda act: act.value)
def test_an_act_of_the_other_side_is_refused(act):
    proposal, remark = asked()
    other = reader()
    if act in (Act.TAKE,):
        assert post(proposal.author, proposal, act).status_code == 403
    else:
        assert post(other, proposal, act, remark=remark.pk, text="Bonjour").status_code == 403


def test_what_was_typed_comes_back_with_a_refused_act():
    proposal = taken()
    page = post(proposal.reviewer, proposal, Act.REMARK, part="title", text="x" * 2001)
    assert page.status_code == 422
    assert "x" * 2001 in text_of(page)
    assert "2\u00a0000 caractères" in text_of(page) or "2 000 caractères" in text_of(page)
    page = post(proposal.reviewer, proposal, Act.ACCEPT, text="Bravo")
    assert page.status_code == 302
    proposal, remark = asked()
    page = post(proposal.reviewer, proposal, Act.SETTLE, remark=remark.pk, text="Bien vu")
    assert page.status_code == 422
    assert "chez la personne qui l’écrit" in text_of(page)
    page = post(proposal.author, proposal, Act.MET, remark=999, text="Bien vu")
    assert "n’existe plus" in text_of(page)
    page = post(proposal.author, proposal, Act.MET, remark=remark.pk, text="Bien\0 vu")
    assert page.status_code == 422
    assert "Bien vu" in text_of(page)
    assert signed_in(proposal.author).post(page_of(proposal), {"acte": "rien"}).status_code == 422


def test_remarks_about_a_part_that_is_gone_are_read_with_the_whole():
    proposal = taken()
    reviews.remark(proposal, part="sections.methode", text="Un peu court.", by=proposal.reviewer, now=NOW)
    reviews.ask_changes(proposal, by=proposal.reviewer, now=NOW)
    text = said(kind="lien", sections={"description": "Une page."})
    proposals.write(proposal, text, token=proposal.token, by=proposal.author, now=NOW)
    assert "Un peu court." in text_of(signed_in(proposal.author).get(page_of(proposal)))


def test_rounds_are_compared_with_one_another_and_with_what_is_published():
    resource = published()
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    changes = page_of(proposal) + "changements/"
    proposals.submit(proposal, by=resource.owner, now=NOW)
    someone = reader()
    reviews.take(proposal, by=someone, now=NOW)
    assert "Rien n’a changé" in text_of(signed_in(someone).get(changes))
    reviews.ask_changes(proposal, by=someone, now=NOW, note="Le lieu")
    text = said(title="Un atelier à Guéret")
    proposals.write(proposal, text, token=proposal.token, by=resource.owner, now=NOW)
    act = proposal.acts.get(deed="submitted")
    for query in ("", "?avec=rien", "?avec=publiee", f"?avec={act.pk}"):
        page = text_of(signed_in(someone).get(changes + query))
        assert "<ins>" in page
        assert "Guéret" in page
    assert "ce qui est publié" in page


def test_what_was_never_submitted_has_nothing_to_be_compared_with():
    proposal = proposals.take_back(submitted(), by=None, now=NOW)
    assert signed_in(proposal.author).get(reverse("library:review_changes", args=[proposal.pk])).status_code == 404


def test_what_was_given_up_is_not_read():
    resource = published()
    proposal = proposals.open_proposal(resource, by=resource.owner, now=NOW)
    proposals.drop(proposal, by=resource.owner, now=NOW)
    assert signed_in(resource.owner).get(page_of(proposal)).status_code == 404


# --- What never leaks ----------------------------------------------------------------------------------------------


def test_no_mail_says_what_was_remarked_nor_by_whom_nor_a_title_that_hides_its_place():
    someone = reader(name=f"Relectrice {SECRET}")
    proposal = taken(someone, title=f"Titre {SECRET}", hides_place=True)
    reviews.remark(proposal, part="title", text=f"Remarque {SECRET}", by=someone, now=NOW)
    reviews.ask_changes(proposal, by=someone, now=NOW, note=f"Message {SECRET}")
    proposals.submit(proposal, by=proposal.author, now=NOW)
    reviews.refuse(proposal, reason=f"Raison {SECRET}", by=someone, now=NOW)
    compose_due(now=NOW + timedelta(days=8))
    mails = OutgoingMail.objects.exclude(person=someone)
    assert mails
    assert not any(SECRET in mail.subject + mail.text + mail.html for mail in mails)


def test_readers_never_learn_who_reviewed(client):
    someone = reader(name=f"Relectrice {SECRET}")
    proposal = taken(someone)
    reviews.accept(proposal, by=someone, now=NOW, note=f"Message {SECRET}")
    resource = proposal.resource
    resource.refresh_from_db()
    for path in (
        resource.get_absolute_url(),
        reverse("library:versions", args=[resource.pk, resource.slug]),
        reverse("library:version", args=[resource.pk, resource.slug, 1]),
        reverse("library:format", args=[resource.pk, resource.slug, "json"]),
        reverse("library:index"),
        "/ressources.json",
    ):
        answer = client.get(path)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code in (200, 404), path
        assert SECRET not in body.decode(), path


def test_mon_espace_says_what_a_reviewer_may_read():
    someone = reader()
    assert "À relire" not in text_of(signed_in(someone).get("/mon-espace/"))
    taken(someone, title="Celle que je relis")
    submitted()
    page = text_of(signed_in(someone).get("/mon-espace/"))
    assert "Celle que je relis" in page
    assert "1 texte attend une relecture" in page
    assert "1 texte attend une relecture" not in text_of(signed_in(MemberFactory()).get("/mon-espace/"))


def test_a_refused_author_finds_the_reason_and_the_text_again_from_her_own_pages():
    proposal = taken(title="Un texte refusé")
    reviews.refuse(proposal, reason="Une annonce", by=proposal.reviewer, now=NOW)
    author = signed_in(proposal.author)
    page = author.get(reverse("library:mine"))
    assert page.status_code == 200
    assert page_of(proposal) in text_of(page)
    assert "Non retenue" in text_of(page)
    assert "Un texte refusé" in text_of(author.get(reverse("library:edit", args=[proposal.resource_id])))
    assert "Non retenue" not in text_of(author.get("/mon-espace/"))
    assert author.get(reverse("library:help_ask", args=[proposal.resource_id])).status_code == 200
