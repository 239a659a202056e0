"""Reports, and something that may be reported."""

from datetime import UTC, datetime

import factory
from django.contrib.auth.models import Group

from alliage.moderation.enums import Act, Reason
from alliage.moderation.models import Decision, Report
from alliage.moderation.registry import Reportable

# A Tuesday, 10 in the morning in Paris.
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


class Notebook:
    """What the tests know of the objects they report: hidden ones, and authors."""

    def __init__(self):
        self.hidden = set()
        self.authors = {}

    def hide(self, obj, *, by, now):
        self.hidden.add(obj.pk)

    def restore(self, obj, *, by, now):
        self.hidden.discard(obj.pk)

    def reportable(self):
        return Reportable(
            code="test.group",
            model=Group,
            label="groupe d’essai",
            can_see=lambda user, obj: obj.pk not in self.hidden,
            hide=self.hide,
            restore=self.restore,
            url=lambda obj: f"/groupes/{obj.pk}/",
            author=lambda obj: self.authors.get(obj.pk),
        )


class DecisionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Decision

    object_kind = "test.group"
    object_id = "1"
    title = "Page signalée"
    act = Act.HIDE
    reason = "Elle montre une adresse."
    report_count = 1
    by_id = 1
    decided_at = NOW


class ReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Report

    object_kind = "test.group"
    object_id = "1"
    title = "Page signalée"
    url = "/groupes/1/"
    reason = Reason.WRONG
    created_at = NOW
