from . import support_service
