"""Plain Python of the addon: no Odoo in here."""
