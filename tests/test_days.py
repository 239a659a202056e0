"""Days that people type stay near enough for calendars, in every form that asks for one."""

from datetime import date

import pytest
from django import forms
from django.utils import timezone

from alliage import days
from alliage.agreements.forms.agreements import ends_on_field
from alliage.codev.forms.compositions import CallForm
from alliage.codev.forms.encounters import day_field as codev_field
from alliage.events.forms.fields import day_field as events_field

FIELDS = {
    "agreements": ends_on_field(),
    "compositions": CallForm.base_fields["starts_on"],
    "encounters": codev_field(),
    "events": events_field(),
}


def test_a_day_is_near_within_a_hundred_years():
    year = timezone.now().year
    assert all(days.is_near(date(each, 12, 31)) for each in (year - 100, year, year + 100))
    assert not any(days.is_near(date(each, 1, 1)) for each in (1, year - 101, year + 101, 9999))


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_no_form_takes_a_day_that_no_calendar_can_write(field):
    assert field.clean("31/12/2050") == date(2050, 12, 31)
    for typed in ("31/12/9999", "0001-01-01"):
        with pytest.raises(forms.ValidationError, match="vérifiez l’année"):
            field.clean(typed)
