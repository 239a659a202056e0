from alliage.ui.storage import StaticFilesStorage


def test_static_files_are_compressed_by_gzip_alone():
    compressor = StaticFilesStorage(location="/nowhere", base_url="/static/").create_compressor()
    assert compressor.use_gzip
    assert not compressor.use_brotli
