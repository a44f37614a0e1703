"""Makes ``bpmsoft_care.tools`` importable without Odoo: see the one of ``support_sla``."""

import sys
import types
from pathlib import Path

if "bpmsoft_care" not in sys.modules:
    package = types.ModuleType("bpmsoft_care")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["bpmsoft_care"] = package
