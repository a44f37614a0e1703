"""Plas-Tek's words as the engine writes them."""

#: ``support.provider.code`` of the provider that this addon brings
PROVIDER = "plastek"

#: ``support.tier.code`` of the lines as the addon ships them
FIRST_LINE, SECOND_LINE = "first", "second"

#: mail aliases of the queues: (XML id, name before the @)
ALIASES = (
    ("team_support", "plastek-support"),
    ("team_first_line", "plastek-line"),
)
