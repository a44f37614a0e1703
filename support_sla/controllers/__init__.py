from . import new_ticket, portal
