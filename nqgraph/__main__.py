"""``python -m nqgraph``: the command line."""

import sys

from nqgraph.command.cli import main

sys.exit(main())
