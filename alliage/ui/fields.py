"""Fields that forms of every function share: a day, an hour."""

from django import forms

from alliage import days


class DayField(forms.DateField):
    """The browser's own calendar; « 3/12/2026 » where there is none. Within a hundred years: calendars are written with it."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y")
    default_validators = [days.must_be_near]


class HourField(forms.TimeField):
    """The browser's own clock; « 9 h 30 », « 9h » where there is none."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    input_formats = ("%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M", "%H h")
