"""People sign in through a real JupyterHub on this machine; skipped where there is none.

An environment with `jupyterhub`, and `configurable-http-proxy` of npm on the path, is enough:

    JUPYTERHUB=/path/to/environment/bin pytest --all tests/server/test_jupyterhub.py
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import textwrap
import threading
import time
from dataclasses import replace

import httpx
import pytest
import uvicorn

from autograder.server.app import make_app
from autograder.server.settings import Kind, Provider, Settings
from tests.support.sampling import thorough
from tests.support.school import make_school

PLACES = os.pathsep.join([os.environ.get("JUPYTERHUB", ""), os.environ.get("PATH", "")])
HUB = shutil.which("jupyterhub", path=PLACES) or ""
PROXY = shutil.which("configurable-http-proxy", path=PLACES) or ""
SECRET = "a secret of hub and server: 0123456789abcdef"
# Makes tokens as the hub's own hook does, which runs in it.
HOOK = "a-secret-of-whoever-makes-tokens-0123456789abcdef"
STARTS = 90.0

pytestmark = [thorough, pytest.mark.skipif(not (HUB and PROXY), reason="there is no JupyterHub here")]


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The addresses of a server that knows the hub, and of the hub."""
    ours, hub, inner, proxy = (free_port() for _ in range(4))
    folder = tmp_path_factory.mktemp("served")
    (folder / "secret").write_text(SECRET)
    school = make_school(folder)
    address = f"http://127.0.0.1:{hub}"
    provider = Provider(Kind.JUPYTERHUB, address, "service-handin", "secret", title="Campus", link_by_login=True)
    settings = Settings(url=f"http://127.0.0.1:{ours}", providers={"hub": provider})
    config = uvicorn.Config(make_app(replace(school.server, settings=settings)), port=ours, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    place = tmp_path_factory.mktemp("hub")
    (place / "jupyterhub_config.py").write_text(
        textwrap.dedent(f"""
        c = get_config()
        c.JupyterHub.bind_url = {address!r}
        c.JupyterHub.hub_port = {inner}
        c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
        c.JupyterHub.authenticator_class = "dummy"
        c.Authenticator.allow_all = True
        c.JupyterHub.services = [{{
            "name": "handin", "api_token": {SECRET!r}, "oauth_no_confirm": True,
            "oauth_redirect_uri": "{settings.url}/sign-in/hub/callback",
        }}, {{"name": "hook", "api_token": {HOOK!r}}}]
        c.JupyterHub.load_roles = [
            {{"name": "user", "scopes": ["self", "access:services!service=handin"]}},
            {{"name": "admin", "services": ["hook"]}},
        ]
        """)
    )
    environment = {**os.environ, "PATH": os.pathsep.join([os.path.dirname(HUB), os.path.dirname(PROXY), PLACES])}
    environment.pop("PYTHONPATH", None)
    log = (place / "log").open("wb")
    process = subprocess.Popen([HUB], cwd=place, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + STARTS
        while True:
            try:
                httpx.get(f"{address}/hub/health", follow_redirects=True).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None and time.monotonic() < until, (place / "log").read_text()[-3000:]  # noqa: PT018
                time.sleep(0.2)
        yield settings.url, address
    finally:
        process.terminate()
        process.wait(60)
        log.close()
        server.should_exit = True
        thread.join()
        school.database.close()


@pytest.fixture
def served(both):
    """The server's address."""
    return both[0]


def sign_in(browser, login):
    """Sign in at the hub when it asks, as a person does who came from the server's page; return the last page."""
    page = browser.get("/sign-in/hub", params={"next": "/tokens"})
    assert page.status_code == 200, page.text
    assert "/hub/login" in str(page.url)
    (token,) = set(re.findall(r'name="_xsrf" value="([^"]+)"', page.text))
    return browser.post(str(page.url), data={"username": login, "password": "any", "_xsrf": token})


def test_who_is_on_the_roster_signs_in_through_the_hub(served):
    with httpx.Client(base_url=served, follow_redirects=True, timeout=30) as browser:
        page = sign_in(browser, "ada")
        assert (page.status_code, str(page.url)) == (200, f"{served}/tokens")
        assert browser.get("/api/v1/me").json()["login"] == "ada"
        # The hub's pages and this server's are on one machine, and share no cookie that counts.
        assert browser.get("/api/v1/me").json()["signed_in_by"] == "session"


def test_who_is_on_no_roster_is_told_so(served):
    with httpx.Client(base_url=served, follow_redirects=True, timeout=30, headers={"Accept": "text/html"}) as browser:
        page = sign_in(browser, "mallory")
        assert page.status_code == 403
        assert "You are mallory at Campus" in page.text
        assert browser.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize(("scope", "status"), [("access:services!service=handin", 200), ("read:users!user=ada", 401)])
def test_a_token_that_the_hub_makes_for_handing_in_opens_the_server_and_no_other_does(both, scope, status):
    server, hub = both
    with httpx.Client(base_url=f"{hub}/hub/api", headers={"Authorization": f"token {HOOK}"}, timeout=30) as maker:
        there = maker.post("/users/ada")
        assert there.status_code in (201, 409), there.text
        made = maker.post("/users/ada/tokens", json={"scopes": [scope], "expires_in": 3600})
        assert made.status_code == 201, made.text
        # At the hub it does nothing but say whose it is.
        own = {"Authorization": f"token {made.json()['token']}"}
        assert maker.post("/users/ada/tokens", headers=own).status_code == 403
    answer = httpx.get(f"{server}/api/v1/me", headers={"Authorization": f"Bearer {made.json()['token']}"}, timeout=30)
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["login"] == "ada"
