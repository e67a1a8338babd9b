"""The server's settings have defaults, and errors that name the key and what to do."""

import pytest

from autograder.course.course import CourseError
from autograder.server.settings import Kind, Limits, Provider, Retention, Sessions, Settings, read_settings, secret_of

FULL = """
url = "https://handin.example.edu/"
database = "postgresql+psycopg://handin@db/handin"
administrators = ["Root"]

[sessions]
idle_hours = 8
wrong_in_ten_minutes = 5

[limits]
file_bytes = 1_000_000

[providers.hub]
kind = "jupyterhub"
url = "https://hub.example.edu"
client_id = "service-handin"
client_secret_file = "hub.secret"
title = "JupyterHub"
link_by_login = true
"""


@pytest.fixture
def read(tmp_path):
    secret = tmp_path / "hub.secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)

    def read(text, url=None):
        (tmp_path / "server.toml").write_text(text)
        return read_settings(tmp_path, url)

    return read


def test_a_server_without_the_file_has_the_defaults(tmp_path):
    assert read_settings(tmp_path) == Settings()


def test_a_file_says_all_settings(read, tmp_path):
    found = read(FULL)
    assert found.url == "https://handin.example.edu"
    assert (found.origin, found.https) == ("https://handin.example.edu", True)
    assert found.database == "postgresql+psycopg://handin@db/handin"
    assert found.administrators == ("root",)
    assert found.sessions == Sessions(idle_hours=8, wrong_in_ten_minutes=5)
    assert found.limits == Limits(file_bytes=1_000_000)
    assert found.providers == {
        "hub": Provider(
            Kind.JUPYTERHUB, "https://hub.example.edu", "service-handin", "hub.secret", "JupyterHub", link_by_login=True
        )
    }
    assert secret_of(found.providers["hub"], tmp_path) == "s3cret"


def test_the_command_line_goes_before_the_file(read):
    assert read(FULL, "http://localhost:9/").url == "http://localhost:9"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("url =", "is no TOML"),
        ('adress = "x"', "adress is not known: there are url, database, administrators"),
        ("[limits]\nfile_byte = 1", r"\[limits\] file_byte is not known: did you mean file_bytes\?"),
        ("[sessions]\nidle_hours = 'x'", r"Expected `float`, got `str` - at `\$.sessions.idle_hours`"),
        ("[limits]\nwaiting = 0", r"\[limits\] waiting is 0: write a number above 0"),
        ('url = "handin.example.edu"', "'handin.example.edu' is no address of a server"),
        (FULL.replace("https://hub", "http://hub"), "write an address with https"),
        (FULL.replace("https://hub.example.edu", "https://hub.example.edu?x=1"), "write an address with https"),
        (FULL.replace("providers.hub", 'providers."a/b"'), r"\[providers.a/b\]: name it with letters"),
        (FULL.replace("hub.secret", "no.secret"), "there is no file .*no.secret: write the secret"),
        (FULL.replace('"jupyterhub"', '"ldap"'), "Invalid enum value 'ldap'"),
        (FULL + "linkbylogin = true", r"\[providers.hub\] linkbylogin is not known: did you mean link_by_login\?"),
    ],
)
def test_an_error_names_the_key_and_what_to_do(read, text, message):
    with pytest.raises(CourseError, match=message):
        read(text)


def test_a_secret_that_others_can_read_is_no_secret(read, tmp_path):
    (tmp_path / "hub.secret").chmod(0o644)
    with pytest.raises(CourseError, match="can be read by others on this machine: run `chmod 600 "):
        read(FULL)


def test_a_hub_on_this_machine_needs_no_tls(read):
    assert read(FULL.replace("https://hub.example.edu", "http://127.0.0.1:8000")).providers["hub"].url


def test_proxies_are_addresses_or_networks_and_never_everybody(read):
    assert read('trusted_proxies = ["10.0.0.5", "10.1.0.0/16", "fd00::/8"]').trusted_proxies[1] == "10.1.0.0/16"
    assert read("trusted_proxies = []").trusted_proxies == ()
    for wrong in ("*", "proxy.example.edu", "10.0.0.1/8"):
        with pytest.raises(CourseError, match="proxy's address or its network"):
            read(f'trusted_proxies = ["{wrong}"]')


def test_the_metrics_token_is_in_a_file_that_nobody_else_reads(read, tmp_path):
    secret = tmp_path / "hub.secret"
    found = read('metrics_token_file = "hub.secret"')
    assert found.metrics_token == "s3cret"
    assert "s3cret" not in repr(found)
    secret.write_text("\n")
    with pytest.raises(CourseError, match="is empty"):
        read('metrics_token_file = "hub.secret"')
    secret.chmod(0o644)
    with pytest.raises(CourseError, match="chmod 600"):
        read('metrics_token_file = "hub.secret"')
    with pytest.raises(CourseError, match=r"metrics_token_file.*there is no file"):
        read('metrics_token_file = "none"')


def test_retention_is_set_in_days(read):
    assert read("[retention]\nlogs_days = 7").retention == Retention(logs_days=7)
    for wrong, said in (("logs_days = 0", "above 0"), ("log_days = 7", "did you mean logs_days")):
        with pytest.raises(CourseError, match=said):
            read(f"[retention]\n{wrong}")
