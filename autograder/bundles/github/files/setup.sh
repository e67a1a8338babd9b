#!/usr/bin/env bash
# Installs the kit on a runner of GitHub's, and puts the course beside it, with the assignment's data. All of it can be
# kept for the next runs.
#
#   setup.sh PYTHON FOLDER
#
# Nothing is imported or read from the current folder, which can be a student's.
set -euo pipefail
python=$1 folder=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$python" -I -m venv "$folder"
pip=("$folder/bin/python" -I -m pip install --quiet --disable-pip-version-check)
"${pip[@]}" --requirement "$here/requirements.txt"
"${pip[@]}" --no-deps --no-index "$here"/wheels/*.whl
cp -R "$here/course" "$folder/course"
AUTOGRADER_COURSE=$folder/course "$folder/bin/python" -I -m autograder.bundles.github.job prepare
