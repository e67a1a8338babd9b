"""People make tokens of their own, see each once, and revoke them."""

import re

from tests.server.pages.conftest import URL


def test_a_token_is_shown_once_signs_in_and_is_over_once_it_is_revoked(browser):
    ada = browser("ada")
    page = ada.post("/tokens", label="my <laptop>")
    (secret,) = re.findall(r'<code class="secret">([^<]+)</code>', page.text)
    assert "my &lt;laptop&gt;" in page.text
    assert secret not in ada.get("/tokens").text
    bearer = {"Authorization": f"Bearer {secret}"}
    assert browser().get("/tokens", headers=bearer).status_code == 200
    revoke = re.findall(r'action="(/tokens/\d+/revoked)"', page.text)[0]
    assert browser("ben").post(revoke).status_code == 404
    assert ada.post(revoke).headers["location"] == "/tokens?done=revoked"
    assert browser().get("/tokens", headers=bearer).status_code == 401


def test_a_page_leads_to_the_tokens_and_they_to_what_they_are_for(browser):
    ada = browser("ada")
    assert '<a href="/tokens">Your tokens</a>' in ada.get("/").text
    assert '<a href="/tokens">Your tokens</a>' not in browser().get("/sign-in").text
    made = ada.post("/tokens", label="laptop").text
    assert f"<code>autograder-client sign-in {URL}</code>" in made
    assert '<a href="/client/">' in made
