"""360dialog's words as the engine writes them."""

#: ``support.provider.code`` of the provider that this addon brings
PROVIDER = "dialog360"

#: mail aliases of the queues: (XML id, name before the @)
ALIASES = (("team_support", "360dialog"),)
