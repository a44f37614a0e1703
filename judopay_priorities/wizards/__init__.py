from . import judopay_confirm_wizard, judopay_dedicate_wizard
