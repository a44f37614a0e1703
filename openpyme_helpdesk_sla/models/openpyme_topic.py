from odoo import fields, models


class OpenpymeTopic(models.Model):
    """What consultancy is about: a concept, a module in use or a new one (O-3, O-11)."""

    _name = "openpyme.topic"
    _description = "Consultancy Topic"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _name_unique = models.UniqueIndex("((name->>'en_US')) WHERE active")
