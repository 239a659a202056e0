"""Queries and addresses written once answer what Django's own do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import CharField, Count, Value
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alliage.directory.models import Entry, Need
from alliage.directory.tests.factories import NeedFactory, OrganisationFactory
from alliage.jobs.models import Job
from alliage.prepared import Address, Prepared

pytestmark = pytest.mark.django_db


def test_models_with_their_relations_come_as_from_the_query_itself():
    needs = [NeedFactory() for _ in range(3)]

    def query(numbers, now):
        found = Need.objects.filter(pk__in=numbers, expires_at__gt=now).select_related("entry", "territory")
        return found.only("title", "expires_at", "entry__name", "territory__name").order_by("-pk")

    prepared, now = Prepared(query), timezone.now()
    numbers = [each.pk for each in needs]
    for asked, moment in ((numbers, now), (numbers[:1], now), (numbers, now + timedelta(days=40_000))):
        found, expected = prepared(asked, moment), list(query(asked, moment))
        assert found == expected
        for one, other in zip(found, expected, strict=True):
            assert (one.title, one.expires_at, one.entry, one.territory) == (
                other.title,
                other.expires_at,
                other.entry,
                other.territory,
            )
            assert one.get_deferred_fields() == other.get_deferred_fields()


def test_rows_of_columns_and_single_columns_come_as_they_are_with_their_own_types():
    now = timezone.now()
    job = Job.objects.create(kind="essai", payload={"a": [1]}, created_at=now)
    rows = Prepared(lambda kind: Job.objects.filter(kind=kind).values_list("created_at", "payload", "pk"))
    assert rows("essai") == [(now, {"a": [1]}, job.pk)]
    assert Prepared(lambda: Job.objects.values_list("pk", flat=True))() == [job.pk]


def test_annotations_days_and_unions_come_as_from_the_query_itself():
    needs = [NeedFactory() for _ in range(2)]

    def counted(day, entry):
        found = Need.objects.filter(expires_at__date__gte=day, entry=entry).select_related("entry")
        return found.annotate(others=Count("entry__needs"), named=Upper("title")).order_by("pk")

    prepared, today = Prepared(counted), timezone.localdate()
    for day in (today, today + timedelta(days=40_000)):
        found, expected = prepared(day, needs[0].entry_id), list(counted(day, needs[0].entry_id))
        assert [(one, one.others, one.named, one.entry) for one in found] == [
            (one, one.others, one.named, one.entry) for one in expected
        ]
    assert prepared(today, needs[0].entry_id)

    def both(first, second):
        rows = [
            Need.objects.filter(pk=pk)
            .order_by()
            .annotate(what=Value(what, CharField()))
            .values_list("what", "expires_at")
            for what, pk in (("one", first), ("other", second))
        ]
        return rows[0].union(*rows[1:], all=True)

    first, second = (each.pk for each in needs)
    assert sorted(Prepared(both)(first, second)) == sorted(both(first, second))


def test_the_database_is_asked_each_time_and_the_sql_is_written_once():
    written = []

    def query(slug):
        written.append(slug)
        return Entry.objects.filter(slug=slug)

    prepared = Prepared(query)
    assert prepared("absente") == []
    one = OrganisationFactory()
    with CaptureQueriesContext(connection) as asked:
        assert prepared(one.slug) == [one]
        Entry.objects.filter(pk=one.pk).delete()
        assert prepared(one.slug) == []
    assert len([each for each in asked if each["sql"].startswith("SELECT") and "slug" in each["sql"]]) >= 2
    assert len(written) == 1


def test_a_value_that_the_query_leaves_out_and_a_kind_that_is_not_known_are_refused():
    with pytest.raises(ValueError, match="not in its SQL"):
        Prepared(lambda _slug: Entry.objects.all())("essai")
    for query in (Entry.objects.values("slug"), Entry.objects.prefetch_related("areas")):
        with pytest.raises(ValueError, match="not prepared"):
            Prepared(lambda found=query: found)()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("directory:need", (12, "un-besoin")),
        ("directory:need", (345, "été-à-l’école".replace("’", "-"))),
        ("directory:alliance", (7,)),
        ("library:resource", (1_900_000_001, "text-1-text")),
        ("moderation:report", ()),
    ],
)
def test_an_address_is_the_one_that_the_route_gives(name, values):
    address = Address(name)
    assert address(*values) == reverse(name, args=values)
    assert address(*values) == reverse(name, args=values)
