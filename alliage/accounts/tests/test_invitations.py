import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from alliage.accounts.enums import Role
from alliage.accounts.models import Invitation, Member
from alliage.accounts.queries import open_invitation
from alliage.accounts.services import InvitationRefusal, accept_invitation, invite, revoke_invitation
from alliage.accounts.services.invitations import VALIDITY, digest
from alliage.accounts.tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _no_wait(settings):
    settings.HONEYPOT_SECONDS = 0


def moment(response):
    return re.search(r'name="moment" value="([^"]+)"', response.content.decode())[1]


def test_only_a_digest_of_the_secret_is_kept(animator):
    invitation, token = invite(" Nina@Exemple.fr ", Role.MEMBER, by=animator, now=NOW)
    assert invitation.email == "nina@exemple.fr"
    assert token not in str(vars(invitation))
    assert open_invitation(digest(token), now=NOW) == invitation
    assert open_invitation(digest("autre"), now=NOW) is None
    assert str(invitation) == "nina@exemple.fr (member)"


def test_inviting_again_takes_the_first_link_back(animator):
    first, _ = invite("nina@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    invite("NINA@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    first.refresh_from_db()
    assert first.revoked_at == NOW


def test_an_invitation_opens_an_account_with_its_role_once(animator):
    invitation, _ = invite("nina@exemple.fr", Role.FACILITATOR, by=animator, now=NOW)
    member = accept_invitation(invitation, by=None, name="Nina", now=NOW)
    assert (member.role, member.name, member.role_changes.get().changed_by) == (Role.FACILITATOR, "Nina", animator)
    assert EmailAddress.objects.get(user=member).verified
    assert member.consents.get().text.kind == "terms"
    with pytest.raises(InvitationRefusal):
        accept_invitation(invitation, by=None, name="Nina", now=NOW)


def test_an_invitation_raises_a_role_and_never_lowers_it(animator):
    member = MemberFactory(email="nina@exemple.fr")
    invitation, _ = invite(member.email, Role.FACILITATOR, by=animator, now=NOW)
    assert accept_invitation(invitation, by=member, now=NOW).role == Role.FACILITATOR
    invitation, _ = invite(member.email, Role.MEMBER, by=animator, now=NOW)
    member.refresh_from_db()
    assert accept_invitation(invitation, by=member, now=NOW).role == Role.FACILITATOR


def test_an_invitation_is_refused_when_too_late_for_another_or_no_longer_the_inviters_to_give(animator):
    invitation, _ = invite("nina@exemple.fr", Role.ANIMATOR, by=animator, now=NOW)
    with pytest.raises(InvitationRefusal):
        accept_invitation(invitation, by=None, now=NOW + VALIDITY)
    with pytest.raises(InvitationRefusal):
        accept_invitation(invitation, by=MemberFactory(), now=NOW)
    Member.objects.filter(pk=animator.pk).update(role=Role.FACILITATOR)
    with pytest.raises(InvitationRefusal):
        accept_invitation(invitation, by=None, now=NOW)
    Invitation.objects.update(invited_by=None)
    with pytest.raises(InvitationRefusal):
        accept_invitation(invitation, by=None, now=NOW)
    assert not Member.objects.filter(email="nina@exemple.fr").exists()


def test_nobody_invites_above_their_role(animator, facilitator):
    with pytest.raises(InvitationRefusal):
        invite("nina@exemple.fr", Role.ADMINISTRATOR, by=animator, now=NOW)
    with pytest.raises(InvitationRefusal):
        invite("nina@exemple.fr", Role.MEMBER, by=facilitator, now=NOW)


def test_an_invitation_can_be_taken_back_until_accepted(animator, administrator):
    invitation, _ = invite("nina@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    revoked = revoke_invitation(invitation, by=animator, now=NOW)
    assert revoke_invitation(revoked, by=animator, now=NOW + timedelta(days=1)).revoked_at == NOW
    accepted, _ = invite("paul@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    accept_invitation(accepted, by=None, name="Paul", now=NOW)
    with pytest.raises(InvitationRefusal):
        revoke_invitation(accepted, by=animator, now=NOW)
    higher, _ = invite("zoe@exemple.fr", Role.ADMINISTRATOR, by=administrator, now=NOW)
    with pytest.raises(InvitationRefusal):
        revoke_invitation(higher, by=animator, now=NOW)


def test_the_database_refuses_two_open_invitations_and_impossible_states(animator):
    invitation, _ = invite("nina@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    for wrong in ({"accepted_at": NOW, "revoked_at": NOW}, {"expires_at": NOW}, {"role": "king"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            email="NINA@exemple.fr", token_digest="x", invited_by=animator, created_at=NOW, expires_at=NOW + VALIDITY
        )


def test_an_animator_invites_lists_and_takes_back(client, animator, mailoutbox, caplog):
    client.force_login(animator)
    page = reverse("accounts:invitations")
    response = client.post(page, {"email": "nina@exemple.fr", "role": "facilitator"}, follow=True)
    assert "nina@exemple.fr" in response.content.decode()
    link = re.search(r"/compte/invitation/([\w-]+)/", mailoutbox[0].body)
    assert mailoutbox[0].to == ["nina@exemple.fr"]
    assert link[1] in mailoutbox[0].alternatives[0].content
    assert link[1] not in caplog.text
    invitation = Invitation.objects.get()
    client.post(reverse("accounts:revoke_invitation", args=[invitation.pk]))
    assert client.get(link[0]).status_code == 410
    client.post(reverse("accounts:revoke_invitation", args=[invitation.pk]))
    assert "annulée" in client.get(page).content.decode()


def test_the_form_offers_no_role_above_and_a_forged_one_is_refused(client, animator):
    client.force_login(animator)
    page = reverse("accounts:invitations")
    assert "administrator" not in client.get(page).content.decode()
    assert client.post(page, {"email": "nina@exemple.fr", "role": "administrator"}).status_code == 200
    assert not Invitation.objects.exists()


def test_accepted_invitations_stay_and_higher_ones_are_hidden(client, animator, administrator):
    accepted, _ = invite("paul@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    accept_invitation(accepted, by=None, name="Paul", now=NOW)
    hidden, _ = invite("zoe@exemple.fr", Role.ADMINISTRATOR, by=administrator, now=NOW)
    client.force_login(animator)
    text = client.get(reverse("accounts:invitations")).content.decode()
    assert "acceptée" in text
    assert "zoe@exemple.fr" not in text
    assert client.post(reverse("accounts:revoke_invitation", args=[hidden.pk])).status_code == 404
    client.post(reverse("accounts:revoke_invitation", args=[accepted.pk]))
    accepted.refresh_from_db()
    assert accepted.revoked_at is None


@pytest.mark.parametrize("who", ["member", "facilitator"])
def test_others_neither_see_nor_send_invitations(client, request, who, animator):
    invitation, _ = invite("nina@exemple.fr", Role.MEMBER, by=animator, now=NOW)
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("accounts:invitations")).status_code == 403
    assert client.post(reverse("accounts:invitations"), {"email": "a@b.fr", "role": "member"}).status_code == 403
    assert client.post(reverse("accounts:revoke_invitation", args=[invitation.pk])).status_code == 403


def test_sending_too_many_invitations_is_stopped(client, animator, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invite": "1/h/user"}
    client.force_login(animator)
    page = reverse("accounts:invitations")
    assert client.post(page, {"email": "a@exemple.fr", "role": "member"}).status_code == 302
    response = client.post(page, {"email": "b@exemple.fr", "role": "member"})
    assert (response.status_code, response["Retry-After"]) == (429, "600")


def test_the_person_invited_opens_an_account_and_is_in(client, animator):
    _, token = invite("nina@exemple.fr", Role.FACILITATOR, by=animator, now=NOW)
    page = reverse("accounts:invitation", args=[token])
    shown = client.get(page)
    assert "Règles du compte" in shown.content.decode()
    data = {"name": "Nina", "moment": moment(shown)}
    assert client.post(page, data).status_code == 200
    response = client.post(page, {**data, "terms": "on"})
    assert response["Location"] == "/mon-espace/"
    nina = Member.objects.get(email="nina@exemple.fr")
    assert client.session["_auth_user_id"] == str(nina.pk)
    assert client.get(page).status_code == 410


def test_a_role_that_needs_it_leads_to_the_second_factor(client, animator):
    _, token = invite("nina@exemple.fr", Role.ANIMATOR, by=animator, now=NOW)
    page = reverse("accounts:invitation", args=[token])
    data = {"name": "Nina", "terms": "on", "moment": moment(client.get(page))}
    assert client.post(page, data)["Location"] == reverse("accounts:second_factor_required")


def test_a_refused_acceptance_is_said_on_the_form(client, animator):
    _, token = invite("nina@exemple.fr", Role.ANIMATOR, by=animator, now=NOW)
    page = reverse("accounts:invitation", args=[token])
    shown = client.get(page)
    Member.objects.filter(pk=animator.pk).update(role=Role.MEMBER)
    data = {"name": "Nina", "terms": "on", "moment": moment(shown)}
    assert "ne peut plus donner ce rôle" in client.post(page, data).content.decode()


def test_someone_with_an_account_signs_in_then_accepts(client, animator):
    member = MemberFactory(email="nina@exemple.fr")
    _, token = invite(member.email, Role.FACILITATOR, by=animator, now=NOW)
    page = reverse("accounts:invitation", args=[token])
    assert client.get(page)["Location"].startswith(reverse("account_login") + "?next=")
    client.force_login(member)
    assert "Accepter l’invitation" in client.get(page).content.decode()
    assert client.post(page)["Location"] == reverse("accounts:home")
    member.refresh_from_db()
    assert member.role == Role.FACILITATOR


def test_someone_else_is_told_to_sign_out(client, animator, member):
    _, token = invite("nina@exemple.fr", Role.FACILITATOR, by=animator, now=NOW)
    page = reverse("accounts:invitation", args=[token])
    client.force_login(member)
    assert "autre adresse" in client.get(page).content.decode()
    client.post(page)
    member.refresh_from_db()
    assert member.role == Role.MEMBER


def test_guessing_links_is_stopped(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "accept_invitation": "1/h/ip"}
    page = reverse("accounts:invitation", args=["essai"])
    client.post(page)
    assert client.post(page).status_code == 429
