import pytest
from django import forms
from django.core.signing import TimestampSigner

from alliage.ui.honeypot import MOMENT, TRAP, HoneypotMixin


class QuestionForm(HoneypotMixin, forms.Form):
    question = forms.CharField()


def sent(age, clock, **more):
    """What a person sends `age` seconds after the page was shown."""
    clock.moment = 1_000_000.0
    moment = QuestionForm()[MOMENT].value()
    clock.moment += age
    return QuestionForm({"question": "Où ?", MOMENT: moment, **more})


@pytest.fixture
def clock(monkeypatch, settings):
    class Clock:
        moment = 0.0

    if hasattr(settings, "HONEYPOT_SECONDS"):
        del settings.HONEYPOT_SECONDS
    monkeypatch.setattr("django.core.signing.time.time", lambda: Clock.moment)
    return Clock


def test_a_person_who_takes_their_time_passes_and_the_trap_is_not_part_of_the_answer(clock):
    for age in (3, 30 * 24 * 3600):
        form = sent(age, clock)
        assert form.is_valid()
        assert form.cleaned_data == {"question": "Où ?"}


def test_a_robot_that_answers_at_once_or_fills_the_trap_is_refused(clock):
    for age, trap in ((1, ""), (10, "https://exemple.fr")):
        form = sent(age, clock, **{TRAP: trap})
        assert not form.is_valid()
        assert form.has_error("__all__", "robot")


@pytest.mark.parametrize(
    "moment", ["", "1:abc:def", TimestampSigner(salt="other").sign("1")], ids=["none", "garbled", "forged"]
)
def test_a_forged_or_missing_moment_is_refused(moment):
    assert not QuestionForm({"question": "Où ?", MOMENT: moment}).is_valid()


def test_a_site_may_ask_for_no_delay_but_still_for_a_moment(clock, settings):
    settings.HONEYPOT_SECONDS = 0
    assert sent(0, clock).is_valid()
    assert not QuestionForm({"question": "Où ?"}).is_valid()


def test_the_trap_is_labelled_and_out_of_the_way_of_the_keyboard():
    field = QuestionForm()[TRAP]
    assert field.label == "Laissez ce champ vide"
    assert 'tabindex="-1"' in str(field)
