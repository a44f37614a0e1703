from . import (
    support_answer_wizard,
    support_link_wizard,
    support_link_wizard_line,
    support_missing_wizard,
    support_validation_wizard,
)
