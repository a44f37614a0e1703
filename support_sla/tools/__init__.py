"""The engine's arithmetic: plain typed Python without Odoo (see docs/architecture.md)."""
