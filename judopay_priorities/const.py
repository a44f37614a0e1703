"""Judopay's words as the engine writes them."""

#: ``support.provider.code`` of the provider that this addon brings
PROVIDER = "judopay"

#: mail aliases of the queues: (XML id, name before the @)
ALIASES = (
    ("team_service_desk", "judopay-help"),
    ("team_transactions", "judopay-transactions"),
)
