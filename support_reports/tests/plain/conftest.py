"""Makes the tools of the reports and of the engine importable without Odoo: see the one of ``support_sla``."""

import sys
import types
from pathlib import Path

for name in ("support_reports", "support_sla"):
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(Path(__file__).resolve().parents[3] / name)]
        sys.modules[name] = package
