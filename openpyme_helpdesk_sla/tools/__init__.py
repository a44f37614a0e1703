"""OpenPyme's rules as plain typed Python; nothing here imports Odoo."""
