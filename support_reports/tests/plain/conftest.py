"""Makes ``support_reports.tools`` importable without Odoo: see the one of ``support_sla``."""

import sys
import types
from pathlib import Path

if "support_reports" not in sys.modules:
    package = types.ModuleType("support_reports")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["support_reports"] = package
