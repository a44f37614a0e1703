from . import plastek_raise_wizard, plastek_refuse_wizard, plastek_try_wizard
