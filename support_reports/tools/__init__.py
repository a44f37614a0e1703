"""The reports' arithmetic: plain typed Python without Odoo."""
