"""OpenPyme's words as the engine writes them."""

#: ``support.provider.code`` of the provider that this addon brings
PROVIDER = "openpyme"

#: mail aliases of the queues: (XML id, name before the @)
ALIASES = (("team_customers", "openpyme"),)

#: ``support.kind.code`` of what is already in operation (O-3)
SUPPORT = "support"
#: ``support.kind.code`` of something new
CHANGE = "change"
#: ``support.kind.code`` of a doubt
CONSULTANCY = "consultancy"

#: ``support.impact.code`` of a stopped operation, attended at once (O-5)
HIGH = "high"
#: level (``support.priority.code``) → field of the entitlement with the hours of resolution agreed for it (O-5)
AGREED_HOURS = {
    "I1": "openpyme_hours_high",
    "I2": "openpyme_hours_medium",
    "I3": "openpyme_hours_low",
}
