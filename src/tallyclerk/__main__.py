"""`python -m tallyclerk`."""

import sys

from tallyclerk.cli import main

sys.exit(main())
