"""Signs people in through JupyterHub or an OpenID provider.

The browser is sent to the provider with a state, a nonce and the digest of a verifier (PKCE), which a cookie of ten
minutes holds; what comes back has to belong to them. The address that the provider sends browsers back to is fixed, and
so are the provider's own: they come from ``server.toml``, and from what an OpenID provider says of itself over TLS.
Nothing in a request chooses an address that this server asks.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException
from sqlalchemy.orm import Session

from autograder.i18n.messages import say
from autograder.server.accounts import people
from autograder.server.accounts.access import public
from autograder.server.accounts.credentials import cookie_name
from autograder.server.accounts.hub_tokens import linked, person_at
from autograder.server.accounts.people import make_secret
from autograder.server.accounts.tokens import SIGN_IN
from autograder.server.errors import RequestError
from autograder.server.pages.sign_in import begin
from autograder.server.server import Server, Serves, not_found
from autograder.server.settings import Kind, Provider, secret_of
from autograder.server.tables import NAME, Identity, Person

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)
STATE_COOKIE = "autograder_sign_in"
STATE_SECONDS = 600
# Seconds to connect, and between two parts of an answer.
PATIENCE = (3.05, 5.0)
# A provider's keys and addresses are asked for anew after so long.
KEPT_SECONDS = 3600.0
# Signed by a key that only the provider has.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
# Clocks may differ by so many seconds.
LEEWAY = 120


class ProviderError(Exception):
    """A provider did not answer, or not as it has to; the message is for the log."""


class Pending(msgspec.Struct, frozen=True):
    """What a browser keeps while it is at a provider.

    Attributes:
        provider: The provider's name.
        state: Comes back with the browser.
        nonce: Comes back in an ID token.
        verifier: Shows the provider that who asks for the token has sent the browser.
        next: Where to go then.
        links: Whether a person who is signed in here is linked to whom the provider names.
    """

    provider: str
    state: str
    nonce: str
    verifier: str
    next: str
    links: bool


@dataclass(frozen=True)
class Asserted:
    """Who a provider says somebody is.

    Attributes:
        subject: The provider's own, unchanging name of the person.
        login: The name by which the person signs in there; empty when it says none that can be relied on.
    """

    subject: str
    login: str


@router.get(SIGN_IN + "/{provider}", dependencies=[Depends(public)])
def leave(request: Request, provider: str, serves: Serves, next: str = "/") -> Response:
    """Send a browser to a provider."""
    found = _provider(serves, provider)
    pending = Pending(provider, make_secret(), make_secret(), make_secret(), next[:NAME], from_here(request, serves))
    try:
        client = _client(serves, provider, found)
        place = _places(found)["authorization_endpoint"]
    except ProviderError as fault:
        raise _unanswered(provider, found, fault) from fault
    nonce = {"nonce": pending.nonce} if found.kind is Kind.OIDC else {}
    address, _ = client.create_authorization_url(place, pending.state, pending.verifier, **nonce)
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        cookie_name(serves.settings, STATE_COOKIE),
        base64.urlsafe_b64encode(msgspec.json.encode(pending)).decode(),
        max_age=STATE_SECONDS,
        secure=serves.settings.https,
        httponly=True,
        # It comes back by a link from the provider's site.
        samesite="lax",
    )
    return answer


@router.get(SIGN_IN + "/{provider}/callback", dependencies=[Depends(public)])
def come_back(
    request: Request, provider: str, serves: Serves, state: str = "", code: str = "", error: str = ""
) -> Response:
    """Sign in a browser that comes back from a provider."""
    found = _provider(serves, provider)
    pending = _pending(request, serves)
    if (
        pending is None
        or pending.provider != provider
        or not hmac.compare_digest(pending.state.encode(), state.encode(errors="replace"))
    ):
        raise RequestError(
            400,
            "sign-in-again",
            say("This sign-in was not begun in this browser, or took too long."),
            say("Sign in again."),
        )
    if error or not code:
        raise RequestError(
            403, "sign-in-refused", say("{provider} did not sign you in.", provider=title(provider, found)), _again()
        )
    try:
        asserted = _asserted(serves, provider, found, pending, code)
    except ProviderError as fault:
        raise _unanswered(provider, found, fault) from fault
    with serves.database.writing() as session:
        known = _person(session, request, serves, pending, found, asserted)
        if known is None:
            raise RequestError(
                403,
                "not-known",
                say(
                    "You are {login} at {provider}, and this server knows nobody of that name.",
                    login=asserted.login or asserted.subject,
                    provider=title(provider, found),
                ),
                say(
                    "Tell your course's instructor this name: it has to be on the roster. If you have a sign-in link, "
                    "sign in with it first, and then here once."
                ),
            )
        answer = begin(session, request, serves, known[0], pending.next, provider, known[1])
    answer.delete_cookie(cookie_name(serves.settings, STATE_COOKIE), secure=serves.settings.https)
    return answer


def from_here(request: Request, serves: Server) -> bool:
    """Return whether a person has begun this on a page of this server, or by an address that they have typed.

    Another site's page can lead a browser to a provider, at which it has signed it in as its own author before: the
    person who is signed in here would be linked to that one.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    # Browsers name no site to a server without TLS; they name the page, which `Referrer-Policy` lets them do here.
    return request.headers.get("Referer", "").startswith(f"{serves.settings.url}/")


def title(name: str, provider: Provider) -> str:
    """Return what people know a provider by."""
    return provider.title or name


def redirect_uri(serves: Server, provider: str) -> str:
    """Return the address that a provider sends browsers back to, which it has to be told."""
    return f"{serves.settings.url}{SIGN_IN}/{provider}/callback"


def _again() -> Any:
    return say("Try again, or sign in with a token.")


def _provider(serves: Server, name: str) -> Provider:
    found = serves.settings.providers.get(name)
    if found is None:
        raise not_found()
    return found


def _pending(request: Request, serves: Server) -> Pending | None:
    try:
        said = base64.urlsafe_b64decode(request.cookies.get(cookie_name(serves.settings, STATE_COOKIE), ""))
        return msgspec.json.decode(said, type=Pending)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None


def _unanswered(name: str, provider: Provider, fault: ProviderError) -> RequestError:
    log.warning("sign-in through %s failed: %s", name, fault)
    return RequestError(
        502,
        "provider",
        say("{provider} could not be asked who you are.", provider=title(name, provider)),
        _again(),
    )


def _client(serves: Server, name: str, provider: Provider) -> OAuth2Session:
    try:
        secret = secret_of(provider, serves.data)
    except OSError as fault:
        raise ProviderError(f"its client secret cannot be read: {fault}") from fault
    return OAuth2Session(
        provider.client_id,
        secret,
        scope="openid profile email" if provider.kind is Kind.OIDC else None,
        redirect_uri=redirect_uri(serves, name),
        code_challenge_method="S256",
        token_endpoint_auth_method=_auth_method(provider),
        default_timeout=PATIENCE,
    )


def _auth_method(provider: Provider) -> str:
    """Return how the secret is sent: in a form to JupyterHub, which takes no other, and as an OpenID provider says."""
    if provider.kind is Kind.JUPYTERHUB:
        return "client_secret_post"
    # What a provider that says nothing has to take.
    known = _places(provider).get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"


def _places(provider: Provider) -> Mapping[str, Any]:
    """Return a provider's addresses, by the names that OpenID has for them.

    Raises:
        ProviderError: It does not say them, or not as it has to.
    """
    url = provider.url.rstrip("/")
    if provider.kind is Kind.JUPYTERHUB:
        return {
            "authorization_endpoint": f"{url}/hub/api/oauth2/authorize",
            "token_endpoint": f"{url}/hub/api/oauth2/token",
            "user": f"{url}/hub/api/user",
        }
    kept = _kept.get(url)
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    said = _get(OAuth2Session(default_timeout=PATIENCE), f"{url}/.well-known/openid-configuration")
    if str(said.get("issuer", "")).rstrip("/") != url:
        raise ProviderError(f"{url} says that it is {said.get('issuer')!r}: write that as its url in server.toml")
    for place in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _check_place(provider, place, said.get(place))
    if "userinfo_endpoint" in said:
        _check_place(provider, "userinfo_endpoint", said["userinfo_endpoint"])
    _kept[url] = (time.monotonic(), said)
    return said


# What OpenID providers say of themselves, by address, with the time of this machine's own clock.
_kept: dict[str, tuple[float, Mapping[str, Any]]] = {}


def _check_place(provider: Provider, name: str, place: Any) -> None:
    """Check that an address that a provider names leads not from TLS to none, and so to no service of this machine.

    Raises:
        ProviderError: It does.
    """
    own, parts = urlsplit(provider.url), urlsplit(place if isinstance(place, str) else "")
    if not parts.hostname or (parts.scheme != "https" and (parts.scheme, parts.netloc) != (own.scheme, own.netloc)):
        raise ProviderError(f"{provider.url} names {place!r} as its {name}, which is no address with https")


def _get(client: OAuth2Session, place: str, **headers: str) -> dict[str, Any]:
    try:
        # It follows no redirect: that could lead anywhere.
        answer = client.get(place, headers=headers, withhold_token=True, allow_redirects=False)
        said = answer.json() if answer.status_code == 200 else None
    except (RequestException, ValueError) as fault:
        raise ProviderError(f"{place}: {type(fault).__name__}: {fault}") from fault
    if not isinstance(said, dict):
        raise ProviderError(f"{place} answered {answer.status_code}")
    return said


def _asserted(serves: Server, name: str, provider: Provider, pending: Pending, code: str) -> Asserted:
    """Ask a provider who has come back with a code.

    Raises:
        ProviderError: It does not say so, or not as it has to.
    """
    places, client = _places(provider), _client(serves, name, provider)
    try:
        token = client.fetch_token(
            places["token_endpoint"],
            code=code,
            code_verifier=pending.verifier,
            grant_type="authorization_code",
            allow_redirects=False,
        )
    except (AuthlibBaseError, RequestException, ValueError, TypeError, KeyError) as fault:
        raise ProviderError(f"no token: {type(fault).__name__}: {fault}") from fault
    access = token.get("access_token")
    if not isinstance(access, str):
        raise ProviderError("no token")
    if provider.kind is Kind.JUPYTERHUB:
        user = _get(client, places["user"], Authorization=f"token {access}")
        return _checked(user.get("name"), user.get("name") if user.get("kind", "user") == "user" else None)
    claims = _claims(serves, provider, places, pending, token)
    if provider.login_claim not in claims and "userinfo_endpoint" in places:
        more = _get(client, places["userinfo_endpoint"], Authorization=f"Bearer {access}")
        # Of another person, it is no word about this one.
        claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
    login = claims.get(provider.login_claim)
    if provider.login_claim == "email" and claims.get("email_verified") is not True:
        login = None
    return _checked(claims["sub"], login)


def _checked(subject: Any, login: Any) -> Asserted:
    if not isinstance(subject, str) or not 0 < len(subject) <= NAME or "\0" in subject:
        raise ProviderError("it names nobody")
    fits = isinstance(login, str) and len(login) <= NAME and "\0" not in login
    return Asserted(subject, people.normal_login(login) if fits else "")


def _claims(
    serves: Server, provider: Provider, places: Mapping[str, Any], pending: Pending, token: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what an ID token says, after its signature, issuer, audience, times and nonce were checked.

    Raises:
        ProviderError: One of them is not right.
    """
    try:
        keys = KeySet.import_key_set(_get(OAuth2Session(default_timeout=PATIENCE), places["jwks_uri"]))  # type: ignore[arg-type]
        decoded = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "values": [places["issuer"]]},
                "aud": {"essential": True, "values": [provider.client_id]},
                "nonce": {"essential": True, "values": [pending.nonce]},
            },
            {"nonce": pending.nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=round(serves.clock().timestamp()), leeway=LEEWAY)
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ProviderError(f"its ID token is not right: {type(fault).__name__}: {fault}") from fault
    return dict(claims)


def _person(
    session: Session, request: Request, serves: Server, pending: Pending, provider: Provider, asserted: Asserted
) -> tuple[Person, people.Opens] | None:
    """Return the person that a provider has named, and the courses that this opens; None when nobody is known as that.

    Known is who has been linked before; who is signed in here already, has begun on a page of this server, and is
    linked now; and, where ``server.toml`` says that the provider's logins are those of rosters, the person of that
    login.
    """
    name = pending.provider
    row = session.get(Identity, (name, asserted.subject))
    cookie = request.cookies.get(cookie_name(serves.settings), "") if pending.links else ""
    mine = people.find_session(session, cookie, serves.clock()) if cookie else None
    found: tuple[Person, people.Opens] | None
    if row is None and mine is not None:
        found = None if linked(session, name, mine.person, mine.opens) else (mine.person, mine.opens)
    else:
        found = person_at(session, name, provider, asserted.subject, asserted.login)
    if found is None:
        return None
    person, opens = found
    if row is None:
        row = Identity(provider=name, subject=asserted.subject, person_id=person.id, linked_at=serves.clock())
        session.add(row)
    elif mine is not None and mine.person_id == person.id:
        # Who was linked by one course's link comes with another's.
        opens = people.together(opens, mine.opens)
    row.opens = people.as_kept(opens)
    return person, opens
