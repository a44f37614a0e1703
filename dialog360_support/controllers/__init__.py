from . import incidents, rate
