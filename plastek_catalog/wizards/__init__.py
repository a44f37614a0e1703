from . import plastek_hand_over_wizard, plastek_raise_wizard, plastek_refuse_wizard, plastek_try_wizard
