from . import health, new_ticket, portal, search
