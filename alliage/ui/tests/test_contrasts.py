import pytest

from alliage.ui.contrasts import TOKENS, contrast, contrasts, tokens


@pytest.mark.parametrize("pair", contrasts(), ids=lambda pair: f"{pair.ink} on {pair.ground}")
def test_what_is_written_can_be_read_in_light_and_in_dark(pair):
    assert pair.held, (pair.light, pair.dark, pair.least)


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_text_is_written_in_triple_a_and_tints_carry_ink_above_ten():
    held = {(pair.ink, pair.ground): min(pair.light, pair.dark) for pair in contrasts()}
    assert held["ink", "ground"] >= 13
    assert all(held["ink", tint] >= 10 for tint in ("tint-teal", "tint-copper", "tint-brass"))


def test_older_browsers_get_the_light_values():
    text = TOKENS.read_text()
    for name, (light, _dark) in tokens().items():
        assert f"--{name}: {light};" in text
