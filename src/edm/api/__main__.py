"""``python -m edm.api`` runs the control plane in the foreground."""

import sys

from edm.api.server import main

sys.exit(main())
