from . import plastek_raise_wizard
