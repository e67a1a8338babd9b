#!/bin/bash
# Gradescope runs this once, as root, when the image is built.
set -euo pipefail
# Student code runs as another user, who must be able to read Python and what is installed.
umask 022
cd "$(dirname "$0")"
# The oldest release that takes all that was pinned, such as 3.12.3, and its 3.12.
release=$(cat python-version)
python=${release%.*}
kit=/opt/autograder
# Wheels that were packed are for one version of Python.
if [ -e wheels/complete ]; then same=True; else same=False; fi

# Makes an environment with a Python that fits and that can make one: Debian's cannot without a package more.
make_environment() {
    local one
    for one in "python$python" python3.14 python3.13 python3.12 python3; do
        command -v "$one" > /dev/null || continue
        "$one" - << END || continue
import sys
wanted = tuple(map(int, "$release".split(".")))
final = sys.version_info.releaselevel == "final"
sys.exit(not (final and sys.version_info[:3] >= wanted and (not $same or sys.version_info[:2] == wanted[:2])))
END
        if "$one" -m venv "$kit/env" 2> /dev/null; then
            return 0
        fi
        rm -rf "$kit/env"
    done
    return 1
}

# The system's own packages of Python, where they are new enough.
install_system_python() {
    command -v apt-get > /dev/null || return 1
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y "python$python-venv"
}

# A Python of its own: images of Ubuntu 22.04 have none that is new enough.
install_own_python() {
    python3 -m pip --version > /dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y python3-pip
    python3 -m pip install --target "$kit/uv" uv
    UV_PYTHON_INSTALL_DIR="$kit/python" "$kit/uv/bin/uv" python install "$python"
    "$(UV_PYTHON_INSTALL_DIR="$kit/python" "$kit/uv/bin/uv" python find "$python")" -m venv "$kit/env"
}

mkdir -p "$kit"
if ! make_environment; then
    if [ -e wheels/complete ]; then
        echo "setup.sh: this image has no Python $python, at least $release, that can make an environment (venv), and" \
            "the bundle's wheels are for no other: choose another image, or bundle again with --python" >&2
        exit 1
    fi
    { install_system_python && make_environment; } || install_own_python
fi

if [ -e wheels/complete ]; then
    "$kit/env/bin/python" -m pip install --no-index --find-links wheels --requirement requirements.txt wheels/kit/*.whl
else
    "$kit/env/bin/python" -m pip install --no-cache-dir --requirement requirements.txt wheels/kit/*.whl
fi

# Builds the data, and tries all of it with the solution.
"$kit/env/bin/python" -I -m autograder.bundles.gradescope.container set-up

# Tests, solution and salt are root's alone; what a student's code imports lies among them, and is reached by its name.
chmod -R u=rwX,go= .
find . -type d -exec chmod go=x {} +
for packages in course/assignments/*/packages; do
    [ ! -d "$packages" ] || chmod -R go=rX "$packages"
done
