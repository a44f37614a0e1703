from . import rate
