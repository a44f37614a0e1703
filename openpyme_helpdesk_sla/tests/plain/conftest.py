"""Makes ``openpyme_helpdesk_sla.tools`` importable without Odoo: see the one of ``support_sla``."""

import sys
import types
from pathlib import Path

if "openpyme_helpdesk_sla" not in sys.modules:
    package = types.ModuleType("openpyme_helpdesk_sla")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["openpyme_helpdesk_sla"] = package
