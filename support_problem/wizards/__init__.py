from . import support_answer_wizard, support_missing_wizard
