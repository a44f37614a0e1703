"""Makes ``dialog360_support.tools`` importable without Odoo: see the one of ``support_sla``."""

import sys
import types
from pathlib import Path

if "dialog360_support" not in sys.modules:
    package = types.ModuleType("dialog360_support")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["dialog360_support"] = package
