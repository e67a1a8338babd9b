"""A provider on this machine through which people sign in: an OpenID provider and a JupyterHub, which can misbehave."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "handin", "a secret of both"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))


@dataclass
class LocalProvider:
    """Its state.

    Attributes:
        now: The time in its tokens, in seconds.
        claims: What its ID tokens say, besides what they have to.
        user: What JupyterHub says of who has signed in.
        metadata: What it says of itself, besides what it has to.
        key: The key that it signs with.
        algorithm: How it signs.
        answers: What it answers instead, by path: a status, headers and a body.
        asked: The paths that were asked for, with the headers that came along.
    """

    now: float
    claims: dict[str, Any] = field(default_factory=dict)
    user: dict[str, Any] = field(default_factory=lambda: {"name": "ada", "kind": "user"})
    metadata: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        """Begin to answer."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, {})

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider._answer(self, {name: values[0] for name, values in parse_qs(sent).items()})

            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """End, and wait for that."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def authorize(self, address: str) -> tuple[str, str]:
        """Sign somebody in who comes with an address of this provider's; return the state and a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return asked["state"], code

    def _answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path = urlsplit(request.path).path
        self.asked.append((path, dict(request.headers)))
        if path in self.answers:
            status, headers, body = self.answers[path]
        else:
            status, headers, body = self._right(path, request.headers.get("Authorization", ""), form)
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def _right(self, path: str, authorization: str, form: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        pages: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": self._metadata,
            "/jwks": lambda: {"keys": [KEY.as_dict(private=False)]},
            "/token": lambda: self._token(authorization, form, openid=True),
            "/hub/api/oauth2/token": lambda: self._token(authorization, form, openid=False),
            "/hub/api/user": lambda: self.user if authorization == "token access" else None,
            "/userinfo": lambda: {"sub": "s-1", "preferred_username": "Ada"},
        }
        said = pages.get(path, lambda: None)()
        wrong = 403 if path == "/hub/api/user" else 400
        return (200 if said else wrong), {}, json.dumps(said or {"error": "invalid_grant"}).encode()

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            **self.metadata,
        }

    def _token(self, authorization: str, form: dict[str, str], *, openid: bool) -> dict[str, Any] | None:
        asked = self._codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        posted = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        # JupyterHub looks into the form alone; what an OpenID provider looks into, it says.
        says = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_form = not openid or says == ["client_secret_post"]
        known = posted if in_form else authorization == f"Basic {basic}"
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or not known or _base64(digest) != asked["code_challenge"]:
            return None
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        said: dict[str, Any] = {"access_token": "access", "token_type": "Bearer"}
        return said | {"id_token": self._id_token(asked)} if openid else said

    def _id_token(self, asked: dict[str, str]) -> str:
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "s-1",
            "iat": round(self.now),
            "exp": round(self.now) + 300,
            "nonce": asked["nonce"],
            "preferred_username": "Ada",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm in ("none", "HS256"):
            signed = ".".join(
                _base64(json.dumps(one).encode()) for one in ({"alg": self.algorithm, "kid": "1"}, claims)
            )
            # With what anybody knows as the secret.
            public = KEY.as_pem(private=False)
            mac = b"" if self.algorithm == "none" else hmac.digest(public, signed.encode(), "sha256")
            return f"{signed}.{_base64(mac)}"
        return jwt.encode({"alg": self.algorithm, "kid": "1"}, claims, self.key, algorithms=[self.algorithm])


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
