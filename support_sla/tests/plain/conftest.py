"""Makes ``support_sla.tools`` importable without Odoo.

The addon's own ``__init__`` imports Odoo models, which exist only inside a running Odoo. These tests
must run with nothing but Python, so the name ``support_sla`` stands for the bare folder here. Inside
Odoo the same files are ``odoo.addons.support_sla.tools``; the two never meet, as the modules of
``tools`` import one another relatively.
"""

import sys
import types
from pathlib import Path

if "support_sla" not in sys.modules:
    package = types.ModuleType("support_sla")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["support_sla"] = package
