from . import contacts, health, new_ticket, portal, request_form, search
