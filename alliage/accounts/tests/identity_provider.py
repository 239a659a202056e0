"""A small OpenID Connect provider on loopback: it signs in whoever `claims` says, and can sign its user information."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "alliage-essai"


class Provider:
    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {"sub": "personne-1", "email": "nina@exemple.fr", "email_verified": True}
        self.userinfo_claims: dict[str, Any] | None = None
        self.signs_userinfo = False
        self.signing_key: Any = self.key
        self.issuer = ""

    def token(self, claims: dict[str, Any], key: Any) -> str:
        now = int(time.time())
        payload = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **claims}
        return jwt.encode(payload, key, algorithm="RS256", headers={"kid": "un"})

    def answers(self, path: str) -> tuple[str, str]:
        """Content type and body of an address."""
        if path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            content = {f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in names.items()}
            return "application/json", json.dumps({**content, "issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys"})
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return "application/json", json.dumps({"keys": [{**public, "kid": "un", "alg": "RS256", "use": "sig"}]})
        if path == "/token":
            id_token = self.token({"sub": self.claims["sub"]}, self.key)
            return "application/json", json.dumps(
                {"access_token": "acces", "token_type": "Bearer", "expires_in": 60, "id_token": id_token}
            )
        claims = self.userinfo_claims or self.claims
        if self.signs_userinfo:
            return "application/jwt", self.token(claims, self.signing_key)
        return "application/json", json.dumps(claims)


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = provider.answers(self.path.partition("?")[0])
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
