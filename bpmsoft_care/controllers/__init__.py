from . import (
    offer,
    order,
    people,
    secret,
)
