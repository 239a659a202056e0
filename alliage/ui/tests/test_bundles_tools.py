"""Fetching the build tools trusts what this machine trusts."""

import ssl

from alliage.ui.bundles import build


def test_node_trusts_the_authorities_of_the_machine_beside_its_own(monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=512")
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/une-autorite.pem")
    environment = build.node_environment()
    assert environment["NODE_OPTIONS"] == "--max-old-space-size=512 --use-system-ca"
    assert environment["SSL_CERT_FILE"] == "/etc/une-autorite.pem"
    assert "NODE_TLS_REJECT_UNAUTHORIZED" not in environment


def test_what_a_person_already_asked_of_node_is_not_asked_twice(monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--use-system-ca")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    environment = build.node_environment()
    assert environment["NODE_OPTIONS"] == "--use-system-ca"
    assert environment.get("SSL_CERT_FILE") == ssl.get_default_verify_paths().cafile
