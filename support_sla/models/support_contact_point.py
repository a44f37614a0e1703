from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re

from ..tools.contact import phone_link, web_link


class SupportContactPoint(models.Model):
    """A way to reach a provider, shown to its customers: an address, a line, a page or a person.

    Customers never read these records: they get words from
    ``support.provider._support_get_contact_points``.
    """

    _name = "support.contact.point"
    _inherit = ["support.used.mixin"]
    _description = "Support Contact Point"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Label", required=True, translate=True, help="As customers read it, for example “24-hour line”."
    )
    kind = fields.Selection(
        [("email", "E-mail"), ("phone", "Phone"), ("web", "Web page"), ("person", "Person")],
        required=True,
        default="phone",
    )
    value = fields.Char(
        string="Number or Address",
        help="The phone number with its country code, the e-mail address, or the address of the web page.",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Address of the Queue",
        domain="[('support_provider_id', '=', provider_id)]",
        index="btree_not_null",
        ondelete="restrict",
        help="Customers see the e-mail address of this queue, whatever it is changed to.",
    )
    role_id = fields.Many2one(
        "support.role",
        string="Who That Is",
        domain="[('provider_id', '=', provider_id)]",
        index="btree_not_null",
        ondelete="restrict",
        help="Customers see the name of whoever has this role for them.",
    )
    show_email = fields.Boolean(string="Show the E-mail Address")
    show_phone = fields.Boolean(string="Show the Phone Number")
    note = fields.Text(translate=True, help="What customers should use it for.")
    hours = fields.Selection(
        [("always", "At any time"), ("open", "In working hours"), ("shut", "Out of hours")],
        string="Answers",
        required=True,
        default="always",
        help="By the working hours of the provider.",
    )
    priority_ids = fields.Many2many(
        "support.priority",
        string="Only For",
        domain="[('provider_id', '=', provider_id)]",
        help="Levels whose tickets show it. Empty: every ticket does.",
    )
    portal_visible = fields.Boolean(string="On the Portal", default=True)
    active = fields.Boolean(default=True)
    shown = fields.Char(
        string="Customers See", compute="_compute_shown", help="The number or address as it is shown now."
    )

    @api.depends(
        "kind", "value", "team_id.alias_name", "team_id.alias_domain_id", "role_id", "portal_visible", "active"
    )
    def _compute_shown(self):
        for point in self:
            if not point.portal_visible or not point.active:
                point.shown = self.env._("nothing")
            elif point.kind == "person":
                point.shown = point.role_id.filled_by if point.role_id else ""
            else:
                value = point._get_value()
                if not value and point.kind == "email" and point.team_id:
                    value = self.env._("nothing: the queue has no e-mail address")
                point.shown = value

    @api.constrains("kind", "value", "team_id", "role_id", "provider_id", "priority_ids")
    def _check_point(self):
        for point in self:
            error = point._find_error()
            if error:
                raise ValidationError(self.env._("%(label)s: %(error)s", label=point.name, error=error))

    def _find_error(self) -> str:
        """What is wrong with it, as a sentence; "" when nothing is."""
        self.ensure_one()
        value = (self.value or "").strip()
        if self.team_id and self.team_id.support_provider_id != self.provider_id:
            return self.env._(
                "The queue “%(queue)s” is not one of %(provider)s.",
                queue=self.team_id.name,
                provider=self.provider_id.name,
            )
        if self.role_id and self.role_id.provider_id != self.provider_id:
            return self.env._(
                "The role “%(role)s” is not one of %(provider)s.",
                role=self.role_id.name,
                provider=self.provider_id.name,
            )
        if self.priority_ids.provider_id - self.provider_id:
            return self.env._("Choose levels of %s only.", self.provider_id.name)
        match self.kind:
            case "person":
                if not self.role_id:
                    return self.env._("Choose the role of the person whom customers are to see.")
            case "email":
                if self.team_id and value:
                    return self.env._(
                        "Either name an address or choose the queue whose address is shown; clear one of the two."
                    )
                if not self.team_id and not (email_normalize(value) and single_email_re.match(value)):
                    return self.env._(
                        "“%s” is no e-mail address. Write one like help@example.com, or choose a queue.", value
                    )
            case "phone":
                if not phone_link(value):
                    return self.env._(
                        "“%s” is no phone number. Write digits with the country code, like +44 20 7946 0000.", value
                    )
            case "web":
                if not web_link(value):
                    return self.env._(
                        "“%s” is no web address. Write it in full, like https://status.example.com.", value
                    )
        return ""

    @api.onchange("kind")
    def _onchange_kind(self):
        """What another kind needs is not kept where nobody sees it."""
        if self.kind != "email":
            self.team_id = False
        if self.kind != "person":
            self.role_id = False
        else:
            self.value = False

    # --- what customers see ------------------------------------------------------------------------

    def _get_value(self) -> str:
        """The number or address; "" of a queue without one, and of a person."""
        self.ensure_one()
        if self.kind == "person":
            return ""
        if self.kind == "email" and self.team_id:
            # sudo: the alias of a queue that the reader may not see is public
            return self.team_id.sudo().alias_email or ""
        return (self.value or "").strip()

    def _describe(self, ticket, now: datetime) -> list[dict[str, Any]]:
        """The point in words (see ``support.provider._support_get_contact_points``), in superuser mode.

        :param ticket: whose customer it is for; a record that exists or a new one
        :return: one, several where several persons have the role, none where there is nothing to show
        """
        self.ensure_one()
        is_open, opens = self.provider_id._support_say_hours(self.hours, now)
        common = {
            "id": self.id,
            "label": self.name,
            "kind": self.kind,
            "note": self.note or "",
            "hours": self.hours,
            "open": is_open,
            "opens": opens,
            "levels": ", ".join(self.priority_ids.mapped("display_name")),
            "more": [],
        }
        if self.kind == "person":
            partners = self.role_id._find_own_partners(ticket, now, True)[1]
            return [
                {**common, "value": partner.name, "url": "", "more": self._describe_ways(partner)}
                for partner in partners
            ]
        value = self._get_value()
        if not value:
            return []
        url = {"email": f"mailto:{value}", "phone": phone_link(value), "web": web_link(value)}[self.kind]
        return [{**common, "value": value, "url": url}]

    def _describe_ways(self, partner) -> list[dict[str, str]]:
        """How to reach a person, as far as the administrator chose to show it."""
        ways = []
        email = email_normalize(partner.email or "")
        if self.show_email and email:
            ways.append({"kind": "email", "value": email, "url": f"mailto:{email}"})
        if self.show_phone and phone_link(partner.phone or ""):
            ways.append({"kind": "phone", "value": partner.phone.strip(), "url": phone_link(partner.phone)})
        return ways
