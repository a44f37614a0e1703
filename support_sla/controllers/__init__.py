from . import attachment, catalogue, contacts, health, new_ticket, portal, request_form, search
