"""Safe fetch of outside addresses: the only door through which the platform reads another site.

An address that people give us (a partner's feed, a web hook) must not make our server talk to its own network. The
name is resolved once, every address found is checked, and the connection goes to the address that was checked: a name
that changes its mind between the two (DNS rebinding) gains nothing. Certificates are still verified by name. Each
redirect goes through the same door. Size, time and content types are bounded, compression bombs included.

    Fetcher().get("https://exemple.fr/flux.xml", accept=("application/rss+xml", "text/xml"))

Works in the worker, never in a page: the other site may take all of `seconds`. Proxies of the environment are not
used, since they would resolve names again.
"""

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from alliage import __version__
from alliage.refusals import Refusal

MAX_REDIRECTS = 5
MAX_BYTES = 5 * 1024 * 1024
SECONDS = 20.0
CONNECT_SECONDS = 5.0
PORTS = frozenset({80, 443, 8080, 8443})
USER_AGENT = f"Alliage/{__version__} (platform of a network; reads an address given by one of its members)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 64 * 1024
# Networks that carry an IPv4 address inside an IPv6 one, whose real destination is elsewhere.
_TRANSLATED = [
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class FetchRefused(Refusal):
    """The outside address may not be read, does not answer, or answers too much."""


@dataclass(frozen=True)
class Fetched:
    """What the other site answered. `url` is the last address, after redirects; `unchanged` has no content."""

    url: str
    content: bytes = field(repr=False)
    content_type: str
    charset: str
    etag: str
    last_modified: str
    unchanged: bool = False

    @property
    def text(self) -> str:
        return self.content.decode(self.charset, "replace")


def is_public(address: IPAddress) -> bool:
    """True for an address of the open internet: not this machine, not its network, not a disguise of these."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in network for network in _TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def system_resolve(host: str, port: int) -> list[str]:
    """Ask the system for every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


Resolve = Callable[[str, int], list[str]]
Dial = Callable[[str, int, float], httpcore.NetworkStream]


def system_dial(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Connect to a checked address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the deadline, so that a trickle of bytes cannot outlast it."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream = stream
        self._left = left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._bounded(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._bounded(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._bounded(timeout))
        return _TimedStream(secured, self._left)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _bounded(self, timeout: float | None) -> float:
        left = self._left()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left if timeout is None else min(timeout, left)


class _CheckedNetwork(httpcore.NetworkBackend):
    """Resolves, checks, then connects to what was checked."""

    def __init__(self, resolve: Resolve, dial: Dial, left: Callable[[], float], *, local: bool = False) -> None:
        self._resolve = resolve
        self._dial = dial
        self._left = left
        self._local = local

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 the deadline says how long
        local_address: str | None = None,  # noqa: ARG002 httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 httpcore's signature
    ) -> httpcore.NetworkStream:
        error: Exception = FetchRefused(_("Ce site ne répond pas."))
        for address in self._checked(host.strip("[]"), port):
            seconds = min(self._left(), CONNECT_SECONDS)
            if seconds <= 0:
                raise httpcore.ConnectTimeout("deadline")
            try:
                return _TimedStream(self._dial(address, port, seconds), self._left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchRefused(_("Ce nom de site n’existe pas : vérifiez l’adresse.")) from error
        # One bad address is enough: a name that mixes both is up to something.
        if not addresses or not all(self._allows(ipaddress.ip_address(address)) for address in addresses):
            raise FetchRefused(_("Cette adresse mène à un réseau privé : la plateforme n’y va pas."))
        return addresses

    def _allows(self, address: IPAddress) -> bool:
        return is_public(address) or (self._local and address.is_loopback)


class _Transport(httpx.HTTPTransport):
    """httpx's transport on a network that checks."""

    def __init__(self, network: _CheckedNetwork, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, trust_env=False, retries=0)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, network_backend=network, max_connections=1, max_keepalive_connections=0, retries=0
        )


@dataclass(frozen=True)
class Fetcher:
    """Reads outside addresses. The defaults are for real; tests give their own names and connections.

    `local` lets it read this very machine, on any port: development and tests only.
    """

    resolve: Resolve = system_resolve
    dial: Dial = system_dial
    context: ssl.SSLContext | None = None
    user_agent: str = USER_AGENT
    clock: Callable[[], float] = time.monotonic
    local: bool = False

    def get(
        self,
        url: str,
        *,
        accept: tuple[str, ...] = (),
        max_bytes: int = MAX_BYTES,
        seconds: float = SECONDS,
        headers: dict[str, str] | None = None,
        etag: str = "",
        last_modified: str = "",
    ) -> Fetched:
        """Read an address, or say why not (`FetchRefused`). `accept` lists the content types wanted, all if empty.

        With the `etag` or the `last_modified` of the last time, the answer may be that nothing changed (`unchanged`).
        """
        sent = {
            "Accept": ", ".join(accept) or "*/*",
            "Accept-Encoding": "gzip",
            **({"If-None-Match": etag} if etag else {}),
            **({"If-Modified-Since": last_modified} if last_modified else {}),
            **(headers or {}),
        }
        with self._client(seconds, sent) as client, _in_words():
            return self._follow(client, url, accept, max_bytes)

    def status(self, url: str, *, seconds: float = SECONDS) -> int:
        """How an address answers, without reading what it gives: to HEAD, then to GET where HEAD is not well received.

        Without any answer, `FetchRefused` says why.
        """
        with self._client(seconds, {"Accept": "*/*"}) as client, _in_words():
            try:
                status = self._answer(client, "HEAD", url)
            except httpx.HTTPError:
                status = 0
            return status if 200 <= status < 400 else self._answer(client, "GET", url)

    def _client(self, seconds: float, sent: dict[str, str]) -> httpx.Client:
        """A client for one question, redirects included, that ends at its deadline."""
        deadline = self.clock() + seconds
        network = _CheckedNetwork(self.resolve, self.dial, lambda: deadline - self.clock(), local=self.local)
        transport = _Transport(network, self.context or ssl.create_default_context())
        headers = {"User-Agent": self.user_agent, **sent}
        return httpx.Client(transport=transport, trust_env=False, timeout=seconds, headers=headers)

    def _answer(self, client: httpx.Client, method: str, url: str) -> int:
        for _hop in range(MAX_REDIRECTS + 1):
            checked = check_url(url, any_port=self.local)
            client.cookies.clear()
            with client.stream(method, checked) as response:
                target = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not target:
                    return response.status_code
                url = _joined(checked, target)
        raise FetchRefused(_("Cette adresse renvoie trop de fois vers une autre."))

    def check(self, url: str) -> None:
        """Refuse at once an address that could never be read."""
        check_url(url, any_port=self.local)

    def _follow(self, client: httpx.Client, url: str, accept: tuple[str, ...], max_bytes: int) -> Fetched:
        for _hop in range(MAX_REDIRECTS + 1):
            checked = check_url(url, any_port=self.local)
            client.cookies.clear()
            with client.stream("GET", checked) as response:
                target = response.headers.get("location")
                if response.status_code == httpx.codes.NOT_MODIFIED and _asked_whether_changed(response.request):
                    return _unchanged(response)
                if response.status_code not in _REDIRECTS or not target:
                    return _read(response, accept, max_bytes)
                url = _joined(checked, target)
        raise FetchRefused(_("Cette adresse renvoie trop de fois vers une autre."))


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise FetchRefused(_("Ce site met trop de temps à répondre.")) from error
    except httpx.HTTPError as error:
        raise FetchRefused(_("Ce site ne répond pas correctement.")) from error


def fetcher() -> Fetcher:
    """The one that the platform uses, as it is set."""
    return Fetcher(local=settings.FETCH_LOCAL)


def check_url(url: str, *, any_port: bool = False) -> httpx.URL:
    """Refuse an address that is not plainly a web page's: scheme, password inside, port."""
    try:
        parsed = httpx.URL(url.strip())
        host, port = parsed.host, parsed.port
    except (httpx.InvalidURL, ValueError, UnicodeError) as error:
        raise FetchRefused(_("Cette adresse n’est pas valable.")) from error
    if parsed.scheme not in {"http", "https"} or not host:
        raise FetchRefused(_("Cette adresse n’est pas celle d’un site web : elle commence par https://."))
    if parsed.userinfo:
        raise FetchRefused(_("Cette adresse contient un identifiant : retirez-le."))
    if port is not None and port not in PORTS and not any_port:
        raise FetchRefused(_("Cette adresse utilise un port inhabituel : la plateforme n’y va pas."))
    return parsed


def _joined(url: httpx.URL, target: str) -> str:
    """Where a redirect leads."""
    try:
        return urljoin(str(url), target)
    except ValueError as error:
        raise FetchRefused(_("Cette adresse n’est pas valable.")) from error


def _asked_whether_changed(request: httpx.Request) -> bool:
    return "if-none-match" in request.headers or "if-modified-since" in request.headers


def _unchanged(response: httpx.Response) -> Fetched:
    etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    return Fetched(str(response.url), b"", "", "utf-8", etag, modified, unchanged=True)


def _read(response: httpx.Response, accept: tuple[str, ...], max_bytes: int) -> Fetched:
    if response.status_code != 200:
        raise FetchRefused(_("Ce site a répondu par une erreur (%(status)s).") % {"status": response.status_code})
    header = Message()
    header["Content-Type"] = response.headers.get("content-type", "application/octet-stream")
    content_type = header.get_content_type()
    if accept and content_type not in accept:
        raise FetchRefused(
            _("Cette adresse ne donne pas le contenu attendu, mais « %(type)s ».") % {"type": content_type}
        )
    content = bytearray()
    for piece in _pieces(response):
        content += piece
        if len(content) > max_bytes:
            raise FetchRefused(_("Ce contenu est trop volumineux."))
    return Fetched(
        url=str(response.url),
        content=bytes(content),
        content_type=content_type,
        charset=_known_charset(str(header.get_content_charset("utf-8"))),
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _known_charset(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError):
        return "utf-8"
    return name


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    """Yield the content in small pieces, unpacked little by little whatever the other side packed."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        yield from response.iter_raw(_PIECE)
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise FetchRefused(_("Ce site compresse son contenu d’une façon que nous n’acceptons pas."))
    unpacker = zlib.decompressobj(wbits=31)
    try:
        for packed in response.iter_raw(_PIECE):
            waiting = packed
            while waiting:
                yield unpacker.decompress(waiting, _PIECE)
                waiting = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchRefused(_("Ce site ne répond pas correctement.")) from error
