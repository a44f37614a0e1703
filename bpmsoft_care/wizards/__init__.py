from . import (
    bpmsoft_decide_wizard,
    bpmsoft_decide_wizard_line,
    bpmsoft_estimate_wizard,
    bpmsoft_priority_wizard,
    bpmsoft_proposal_wizard,
    bpmsoft_secret_wizard,
    bpmsoft_withdraw_wizard,
)
