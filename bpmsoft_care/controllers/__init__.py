from . import (
    offer,
    order,
    secret,
)
