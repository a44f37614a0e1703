"""Entry of ./setup/run, ./setup/test and ./setup/odoo (they call it with their own name first)."""

from __future__ import annotations

import sys

from desk.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
