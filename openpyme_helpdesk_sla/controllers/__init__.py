from . import (
    change,
    portal_session,
    servers,
)
