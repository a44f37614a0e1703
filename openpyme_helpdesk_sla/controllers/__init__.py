from . import servers
