"""The server's address and the token: where they are found, and where they are not sent."""

import stat

import pytest

from autograder_client import settings
from autograder_client.errors import ClientError
from autograder_client.settings import Settings, checked, keep

URL = "https://handin.example.edu"


def test_variables_go_before_files(monkeypatch):
    keep("server", "https://other.example.edu")
    keep("token", "kept")
    monkeypatch.setenv("AUTOGRADER_SERVER", f"{URL}/")
    monkeypatch.setenv("AUTOGRADER_TOKEN", "set")
    assert Settings.found() == Settings(URL, "set")


def test_what_was_kept_is_found_and_only_its_owner_reads_it():
    keep("server", URL)
    file = keep("token", "kept")
    assert Settings.found() == Settings(URL, "kept")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_kept_token_is_not_told_to_another_server():
    keep("server", URL)
    keep("token", "kept")
    with pytest.raises(ClientError, match="no token"):
        Settings.found("https://other.example.edu")


def test_a_hubs_token_is_told_to_nobody(monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hub")
    with pytest.raises(ClientError, match="no token"):
        Settings.found(URL)


def test_what_is_missing_is_named_with_what_to_do():
    with pytest.raises(ClientError, match="give its address with --server, or set AUTOGRADER_SERVER"):
        Settings.found()
    with pytest.raises(ClientError, match=f"make one on {URL}/tokens and run `autograder-client sign-in`"):
        Settings.found(URL)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("handin.example.edu", "is no address of a server"),
        ("https://handin.example.edu/?a=b", "is no address of a server"),
        ("https://ada:pw@handin.example.edu", "holds a password"),
        ("http://handin.example.edu", "is not encrypted"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_the_reason(url, said):
    with pytest.raises(ClientError, match=said):
        checked(url)


def test_this_machine_needs_no_encryption_and_a_closed_network_can_do_without(monkeypatch):
    assert checked("http://127.0.0.1:8765/") == "http://127.0.0.1:8765"
    monkeypatch.setenv("AUTOGRADER_INSECURE", "1")
    assert checked("http://handin.lan") == "http://handin.lan"


def test_a_token_is_not_in_what_is_printed_of_settings():
    assert "s3cret" not in repr(Settings(URL, "s3cret"))


def test_a_file_that_cannot_be_read_is_named():
    (settings.folder() / "server").mkdir(parents=True)
    with pytest.raises(ClientError, match="remove it and sign in again"):
        Settings.found()
