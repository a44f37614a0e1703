from . import portal_session, servers
