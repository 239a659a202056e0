"""The committed style sheet, typeface and script are those that the sources build."""

import pytest

from alliage.ui.bundles import build

pytestmark = pytest.mark.skipif(not build.esbuild().exists(), reason="the build tools are not installed (make bundles)")


def test_the_committed_files_are_those_that_the_sources_build():
    pytest.importorskip("fontTools")
    assert build.main(["--check"]) == 0


def test_a_file_that_no_longer_matches_its_source_is_named(tmp_path, monkeypatch, capsys):
    pytest.importorskip("fontTools")
    monkeypatch.setattr(build, "STATIC", tmp_path)
    assert build.main(["--check"]) == 1
    assert "alliage.css ne correspond plus" in capsys.readouterr().err


def test_the_build_writes_every_file(tmp_path, monkeypatch, capsys):
    pytest.importorskip("fontTools")
    monkeypatch.setattr(build, "STATIC", tmp_path)
    monkeypatch.setattr(build, "PDF_FONTS", tmp_path / "fonts")
    assert build.main([]) == 0
    assert {path.name for path in tmp_path.iterdir()} >= {"alliage.css", "alliage.js", build.FONT_FILE}
    assert "octets" in capsys.readouterr().out
