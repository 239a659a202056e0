"""What happens to agreements when an account closes."""

from django.db import transaction

from alliage.accounts.models import Member
from alliage.agreements.models import Agreement, Answer, Moment, Partner, Review, Signature


@transaction.atomic
def forget_member(member: Member) -> None:
    """What they did in the name of an organisation stays the organisation's; that it was they does not."""
    Agreement.objects.filter(holder=member).update(holder=None)
    Partner.objects.filter(invited_by=member).update(invited_by=None)
    for model in (Moment, Signature, Answer):
        model.objects.filter(by=member).update(by=None)
    Review.objects.filter(opened_by=member).update(opened_by=None)
