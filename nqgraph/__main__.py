"""``python -m nqgraph``: the command line."""

import sys

from nqgraph.cli import main

sys.exit(main())
