"""The telephone of a meeting: its number is a link, the code that people add to it is not."""

import pytest

from alliage.rooms.templatetags.room_phones import phone_link


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("01 02 03 04 05", '<a href="tel:0102030405">01 02 03 04 05</a>'),
        ("+33 1 02 03 04 05, code 678#", '<a href="tel:+33102030405">+33 1 02 03 04 05</a>, code 678#'),
        ("01.02.03.04.05 (code 12)", '<a href="tel:0102030405">01.02.03.04.05</a> (code 12)'),
        ("3949 <b>", '<a href="tel:3949">3949</a> &lt;b&gt;'),
    ],
)
def test_the_number_alone_is_dialled(said, shown):
    assert phone_link(said) == shown


@pytest.mark.parametrize("said", ["", "Demander à l’accueil", "+33 (0)1 02 03 04 05", "<b>12"])
def test_what_is_no_number_is_text_and_stays_to_be_escaped(said):
    assert phone_link(said) == said
    assert not hasattr(phone_link(said), "__html__")
