from . import catalogue, contacts, health, new_ticket, portal, search
