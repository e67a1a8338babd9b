"""Makes ``python -m autograder_client`` the client's commands."""

import sys

from autograder_client.cli import main

sys.exit(main())
