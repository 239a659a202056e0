"""Days that people type stay near enough for calendars, in every form that asks for one."""

import importlib
import pkgutil
from datetime import date, time

import pytest
from django import forms
from django.utils import timezone

import alliage
from alliage import days
from alliage.ui.fields import DayField, HourField


def all_forms() -> list[type[forms.BaseForm]]:
    """Every form of the platform."""
    for found in pkgutil.walk_packages(alliage.__path__, "alliage."):
        if ".forms" in found.name and ".tests" not in found.name:
            importlib.import_module(found.name)
    found, left = [], [forms.BaseForm]
    while left:
        one = left.pop()
        left += one.__subclasses__()
        if one.__module__.startswith("alliage."):
            found.append(one)
    return found


def test_a_day_is_near_within_a_hundred_years():
    year = timezone.now().year
    assert all(days.is_near(date(each, 12, 31)) for each in (year - 100, year, year + 100))
    assert not any(days.is_near(date(each, 1, 1)) for each in (1, year - 101, year + 101, 9999))


def test_every_form_asks_for_days_and_hours_with_the_same_fields():
    asked = [field for form in all_forms() for field in form.base_fields.values()]
    assert {type(field) for field in asked if isinstance(field, forms.DateField)} == {DayField}
    assert {type(field) for field in asked if isinstance(field, forms.TimeField)} == {HourField}


def test_no_form_takes_a_day_that_no_calendar_can_write():
    field = DayField()
    assert {field.clean(typed) for typed in ("31/12/2050", "31/12/50", "2050-12-31")} == {date(2050, 12, 31)}
    shown = field.widget.render("day", date(2050, 12, 31))
    assert 'type="date"' in shown
    assert 'value="2050-12-31"' in shown
    for typed in ("31/12/9999", "0001-01-01"):
        with pytest.raises(forms.ValidationError, match="vérifiez l’année"):
            field.clean(typed)


@pytest.mark.parametrize("typed", ["9:30", "09:30:00", "9h30", "9 h 30"])
def test_an_hour_is_read_as_it_is_written_in_french(typed):
    assert HourField().clean(typed) == time(9, 30)
