"""The door to outside addresses stays shut on our own network, whatever the disguise."""

import gzip
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alliage.jobs.fetch import Fetcher, FetchRefused, check_url, is_public, system_dial, system_resolve

PUBLIC = "93.184.215.14"
BOMB = gzip.compress(b"\0" * 50_000_000, 6)


class Site(BaseHTTPRequestHandler):
    """A site whose answers depend on the path."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        {"/": self.page, "/slow": self.slow, "/huge": self.huge, "/bomb": self.bomb}.get(
            self.path.split("?")[0], self.other
        )()

    def page(self):
        self.answer(200, "éléments".encode("latin-1"), {"Content-Type": "text/xml; charset=latin-1", "ETag": '"a"'})

    def slow(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        for _piece in range(100):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def huge(self):
        self.answer(200, b"x" * 3_000_000)

    def bomb(self):
        self.answer(200, BOMB, {"Content-Encoding": "gzip"})

    def other(self):
        kind, _slash, rest = self.path.lstrip("/").partition("/")
        if kind == "to":
            self.answer(302, b"", {"Location": rest})
        elif kind == "status":
            self.answer(int(rest), b"")
        elif kind == "packed":
            self.answer(200, gzip.compress(b"petit"), {"Content-Encoding": rest or "gzip"})
        elif kind == "broken":
            self.answer(200, b"not gzip at all", {"Content-Encoding": "gzip"})
        elif kind == "charset":
            self.answer(200, b"ok", {"Content-Type": f"text/plain; charset={rest}"})
        elif kind == "headers":
            self.answer(200, repr(dict(self.headers)).encode(), {"Content-Type": "text/plain", "Set-Cookie": "a=b"})

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def fetcher(site):
    """A fetcher for which every name is on the open internet, where every connection reaches the test's site."""
    dialled = []

    def dial(address, port, seconds):
        dialled.append(address)
        return system_dial("127.0.0.1", site, seconds)

    fetcher = Fetcher(resolve=lambda host, port: [PUBLIC], dial=dial)
    object.__setattr__(fetcher, "dialled", dialled)
    return fetcher


def test_a_public_page_is_read(fetcher):
    found = fetcher.get("http://exemple.fr/", accept=("text/xml",))
    assert found.text == "éléments"
    assert (found.url, found.content_type, found.etag) == ("http://exemple.fr/", "text/xml", '"a"')
    assert fetcher.dialled == [PUBLIC]


def test_the_platform_says_who_it_is_and_carries_no_secret(fetcher, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen = fetcher.get("http://exemple.fr/headers", headers={"If-None-Match": '"a"'}).text
    assert "Alliage/" in seen
    assert "If-None-Match" in seen
    assert "Cookie" not in seen
    assert "Authorization" not in seen


def test_redirects_are_followed_and_their_cookies_dropped(fetcher):
    assert fetcher.get("http://exemple.fr/to/http://autre.fr/packed").content == b"petit"
    assert len(fetcher.dialled) == 2


def test_too_many_redirects_are_refused(fetcher):
    with pytest.raises(FetchRefused, match="trop de fois"):
        fetcher.get("http://exemple.fr/to//to//to//to//to//to//to/")


@pytest.mark.parametrize("ask", ["get", "status"])
def test_a_redirect_to_what_is_no_address_is_refused(ask, fetcher):
    with pytest.raises(FetchRefused, match="pas valable"):
        getattr(fetcher, ask)("http://exemple.fr/to/http://[autre/x")


def test_a_redirect_without_address_is_an_error(fetcher):
    with pytest.raises(FetchRefused, match="302"):
        fetcher.get("http://exemple.fr/status/302")


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0.0.0.0/",
        "http://10.0.0.8/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://localhost/",
    ],
)
@pytest.mark.parametrize("through", ["{}", "http://exemple.fr/to/{}"])
def test_our_own_network_is_never_reached(site, address, through):
    def resolve(host, port):
        return [PUBLIC] if host == "exemple.fr" else system_resolve(host, port)

    def dial(dialled, port, seconds):
        assert dialled == PUBLIC
        return system_dial("127.0.0.1", site, seconds)

    with pytest.raises(FetchRefused):
        Fetcher(resolve=resolve, dial=dial).get(through.format(address))


def test_a_name_with_one_private_address_is_refused(fetcher):
    mixed = Fetcher(resolve=lambda host, port: [PUBLIC, "10.0.0.1"], dial=fetcher.dial)
    with pytest.raises(FetchRefused, match="réseau privé"):
        mixed.get("http://exemple.fr/")
    assert fetcher.dialled == []


def test_a_name_that_changes_its_mind_gains_nothing(fetcher):
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    rebinding = Fetcher(resolve=lambda host, port: next(answers), dial=fetcher.dial)
    rebinding.get("http://exemple.fr/")
    assert fetcher.dialled == [PUBLIC]
    with pytest.raises(FetchRefused, match="réseau privé"):
        rebinding.get("http://exemple.fr/")


def test_an_unknown_name_is_said(fetcher):
    def resolve(host, port):
        raise socket.gaierror

    with pytest.raises(FetchRefused, match="n’existe pas"):
        Fetcher(resolve=resolve, dial=fetcher.dial).get("http://exemple.fr/")


def test_a_name_without_address_is_refused(fetcher):
    with pytest.raises(FetchRefused):
        Fetcher(resolve=lambda host, port: [], dial=fetcher.dial).get("http://exemple.fr/")


def test_the_next_address_is_tried_when_one_does_not_answer(site):
    def dial(address, port, seconds):
        if address == PUBLIC:
            raise httpcore.ConnectError
        return system_dial("127.0.0.1", site, seconds)

    both = Fetcher(resolve=lambda host, port: [PUBLIC, "2606:2800:21f::1"], dial=dial)
    assert both.get("http://exemple.fr/").content
    neither = Fetcher(resolve=lambda host, port: [PUBLIC], dial=dial)
    with pytest.raises(FetchRefused, match="ne répond pas"):
        neither.get("http://exemple.fr/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://exemple.fr/", "site web"),
        ("file:///etc/passwd", "site web"),
        ("gopher://exemple.fr/", "site web"),
        ("exemple.fr", "site web"),
        ("http://", "site web"),
        ("", "site web"),
        ("http://moi:secret@exemple.fr/", "identifiant"),
        ("http://exemple.fr:22/", "port"),
        ("http://exemple.fr:99999/", "port"),
        ("http://exem ple\0.fr/", "pas valable"),
    ],
)
def test_what_is_not_plainly_a_web_address_is_refused(url, reason):
    with pytest.raises(FetchRefused, match=reason):
        check_url(url)


def test_an_error_page_is_not_content(fetcher):
    with pytest.raises(FetchRefused, match="404"):
        fetcher.get("http://exemple.fr/status/404")


def test_another_type_is_not_what_was_asked_for(fetcher):
    with pytest.raises(FetchRefused, match="text/xml"):
        fetcher.get("http://exemple.fr/", accept=("application/json",))


def test_a_body_that_trickles_is_cut_at_the_deadline(fetcher):
    start = time.monotonic()
    with pytest.raises(FetchRefused, match="trop de temps"):
        fetcher.get("http://exemple.fr/slow", seconds=0.4)
    assert time.monotonic() - start < 2


def test_no_time_left_is_no_connection(fetcher):
    with pytest.raises(FetchRefused, match="trop de temps"):
        fetcher.get("http://exemple.fr/", seconds=0)


def test_a_huge_body_is_cut(fetcher):
    with pytest.raises(FetchRefused, match="volumineux"):
        fetcher.get("http://exemple.fr/huge", max_bytes=1_000_000)


def test_a_compression_bomb_is_cut_before_it_unfolds(fetcher):
    tracemalloc.start()
    with pytest.raises(FetchRefused, match="volumineux"):
        fetcher.get("http://exemple.fr/bomb", max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_only_known_compressions_are_read(fetcher):
    assert fetcher.get("http://exemple.fr/packed/identity").content.startswith(b"\x1f\x8b")
    with pytest.raises(FetchRefused, match="compresse"):
        fetcher.get("http://exemple.fr/packed/br")
    with pytest.raises(FetchRefused, match="correctement"):
        fetcher.get("http://exemple.fr/broken")


def test_an_unknown_charset_falls_back_to_utf_8(fetcher):
    assert fetcher.get("http://exemple.fr/charset/klingon").text == "ok"


def test_a_silent_server_is_refused(fetcher):
    server = socket.create_server(("127.0.0.1", 0))

    def close_at_once():
        server.accept()[0].close()

    thread = threading.Thread(target=close_at_once)
    thread.start()
    port = server.getsockname()[1]
    mute = Fetcher(resolve=lambda h, p: [PUBLIC], dial=lambda a, p, s: system_dial("127.0.0.1", port, s))
    with pytest.raises(FetchRefused, match="correctement"):
        mute.get("http://exemple.fr/")
    thread.join()
    server.close()


def test_certificates_are_verified_by_name(site, fetcher):
    with pytest.raises(FetchRefused, match="correctement"):
        fetcher.get("https://exemple.fr/")


@pytest.fixture(scope="module")
def secure_site(tmp_path_factory):
    """A site with its own certificate, for exemple.fr only; gives its port and what trusts it."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exemple.fr")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("exemple.fr")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "site.pem"
    plain = serialization.NoEncryption()
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], ssl.create_default_context(cafile=pem)
    server.shutdown()
    server.server_close()


def test_the_connection_goes_to_the_checked_address_and_the_certificate_to_the_name(secure_site):
    port, context = secure_site
    secure = Fetcher(
        resolve=lambda host, asked: [PUBLIC],
        dial=lambda address, asked, seconds: system_dial("127.0.0.1", port, seconds),
        context=context,
    )
    assert secure.get("https://exemple.fr/").text == "éléments"
    with pytest.raises(FetchRefused, match="correctement"):
        secure.get("https://autre.fr/")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f::1", True),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("ff02::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00::", False),
        ("::", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_which_addresses_are_of_the_open_internet(address, public):
    assert is_public(ipaddress.ip_address(address)) is public
