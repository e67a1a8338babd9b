#!/bin/sh
# Gets the original course's captioning data; takes the options of `python -m cs231n.datasets.download`.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 6
python=${PYTHON:-$(command -v python || command -v python3)}
PYTHONPATH="$here/../..${PYTHONPATH:+:$PYTHONPATH}" exec "$python" -m cs231n.datasets.download "$@"
