"""The examples in deploy/ name what there is: options, addresses, limits."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from autograder.cli import parser
from autograder.server.events import KEEP_ALIVE_SECONDS
from autograder.server.marking.supervisor import END_SECONDS
from autograder.server.operating.metrics import Metrics
from autograder.server.serve import PORT, REQUEST_SECONDS
from autograder.server.settings import Limits, Retention, Settings, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATING = (ROOT / "docs/reference/operating.md").read_text(encoding="utf-8")


def read(name):
    return (DEPLOY / name).read_text(encoding="utf-8")


def commands():
    """Yield the kit's commands in units, the container and the page."""
    for file in sorted(DEPLOY.glob("*.service")):
        for line in re.findall(r"^ExecStart=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE):
            # What a shell of the unit's puts in is no matter here.
            yield re.sub(r"^.*?/bin/autograder |'$|\$\(.*\)", "", line)
    (container,) = re.findall(r'^CMD \["autograder", (.*)\]$', read("Containerfile"), re.MULTILINE)
    yield " ".join(re.findall(r'"([^"]+)"', container))
    yield from re.findall(r"^autograder ((?:serve|server) .*?)(?:  +#.*)?$", OPERATING, re.MULTILINE)


@pytest.mark.parametrize("command", [*commands()])
def test_commands_are_those_that_there_are(command):
    parser().parse_args(shlex.split(command))


def test_the_unit_waits_for_what_is_under_way():
    unit = dict(re.findall(r"^(\w+)=(.*)$", read("autograder.service"), re.MULTILINE))
    assert float(unit["TimeoutStopSec"]) > REQUEST_SECONDS + END_SECONDS
    assert unit["KillMode"] == "mixed"


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_let_through_what_the_server_takes_and_keep_measures_to_themselves(name):
    text = read(name)
    (megabytes,) = re.findall(r"max_(?:body_)?size (\d+)m", text, re.IGNORECASE)
    assert int(megabytes) * 1_000_000 > Limits().attempt_bytes * 1.02
    assert f"127.0.0.1:{PORT}" in text
    assert re.search(r"/metrics[ {return]* 404", text)


def test_nginx_passes_on_who_asks_and_buffers_nothing():
    text = read("nginx.conf")
    for line in (
        "proxy_buffering off;",
        "proxy_request_buffering off;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Host $host;",
    ):
        assert line in text
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s", text)
    assert int(seconds) > 2 * KEEP_ALIVE_SECONDS


def test_alerts_and_the_page_name_measures_that_there_are(school):
    text = Metrics(school.server, lambda: 0).text().decode()
    there = {one.name for one in text_string_to_metric_families(text) if not one.name.endswith("_created")}
    alerts = re.findall(r"expr: (.*)", read("prometheus.yml"))
    for said in ("\n".join(alerts), OPERATING):
        named = {re.sub("_(total|count|sum)$", "", one) for one in re.findall(r"\bautograder_[a-z_]+", said)}
        assert named <= there
    assert there - set(re.findall(r"\bautograder_[a-z_]+?(?=_total|`)", OPERATING)) == {"autograder_build_info"}


def test_the_page_has_the_defaults_of_settings(tmp_path):
    (example,) = re.findall(r"```toml\n(.*?)```", OPERATING, re.DOTALL)
    (tmp_path / "server.toml").write_text(example)
    found = read_settings(tmp_path)
    assert (found.limits, found.retention, found.trusted_proxies) == (Limits(), Retention(), Settings().trusted_proxies)
    assert set(tomllib.loads(example)["retention"]) == set(Retention.__struct_fields__)
