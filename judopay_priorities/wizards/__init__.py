from . import judopay_confirm_wizard, judopay_dedicate_wizard, judopay_defect_wizard
