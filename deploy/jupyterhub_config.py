"""A JupyterHub for a course, whose students hand in at the kit's grading server: docs/reference/jupyterhub.md.

Edit what is in capitals, choose an authenticator, and start the hub as root with `jupyterhub -f jupyterhub_config.py`.
"""

from pathlib import Path

c = get_config()  # noqa: F821

HUB = "https://hub.example.edu"  # as browsers know it; a proxy with TLS sends it to port 8000 here
HANDIN = "https://handin.example.edu"  # the grading server, the same way to port 8765: a host name of its own
COURSE = Path("/srv/course")  # with nbgrader_config.py
DATA = Path("/srv/handin")  # the grading server's folder, with server.toml
AUTOGRADER = "/opt/autograder/.venv/bin/autograder"  # of the checkout in which `make install` was run
GRADER = "grader"  # the account that marks, with uid 1000: both folders are its own, and nobody else reads them
STAFF = {"ina"}  # who gets formgrader
CONTAINERS_SEE = "172.17.0.1"  # this machine, as Docker's containers see it

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.hub_ip = CONTAINERS_SEE
# c.JupyterHub.authenticator_class = ...; its names must be those of the roster, and people must not choose their own.

# The hub starts the grading server, and again when it has ended. It is no page below the hub's address: pages on one
# host share cookies, and each student's notebook server is such a page.
SECRET = (DATA / "hub.secret").read_text().strip()
c.JupyterHub.services = [
    {
        "name": "handin",
        "command": [AUTOGRADER, "serve", "--data", str(DATA), "--url", HANDIN],
        "cwd": str(COURSE),
        "user": GRADER,
        "api_token": SECRET,
        "oauth_client_id": "service-handin",
        "oauth_redirect_uri": f"{HANDIN}/sign-in/hub/callback",
        "oauth_no_confirm": True,
    }
]
USES_HANDIN = "access:services!service=handin"
c.JupyterHub.load_roles = [{"name": "user", "scopes": ["self", USES_HANDIN]}]

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = "autograder-student"
c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
c.DockerSpawner.remove = True
# What a student keeps.
c.DockerSpawner.volumes = {"home-{username}": "/home/user"}
c.DockerSpawner.notebook_dir = "/home/user"
c.DockerSpawner.extra_host_config = {"cap_drop": ["ALL"], "security_opt": ["no-new-privileges"]}
c.Spawner.default_url = "/lab"
c.Spawner.mem_limit = "2G"
c.Spawner.cpu_limit = 1

DAYS = 30


def sign_in(spawner):
    """Let a notebook server use the grading server as its user, with a token that opens nothing else."""
    spawner.environment["AUTOGRADER_SERVER"] = HANDIN
    spawner.environment["AUTOGRADER_TOKEN"] = spawner.user.new_api_token(
        note="handing in from a notebook server", expires_in=DAYS * 24 * 3600, scopes=[USES_HANDIN]
    )
    if spawner.user.name in STAFF:
        spawner.image = "autograder"
        spawner.volumes = {**spawner.volumes, str(COURSE): "/course"}
        spawner.notebook_dir = "/course"


c.Spawner.pre_spawn_hook = sign_in
