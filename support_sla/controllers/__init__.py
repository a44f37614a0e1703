from . import contacts, health, new_ticket, portal, search
