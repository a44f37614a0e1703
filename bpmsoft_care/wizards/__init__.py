from . import (
    bpmsoft_contact_wizard,
    bpmsoft_decide_wizard,
    bpmsoft_decide_wizard_line,
    bpmsoft_estimate_wizard,
    bpmsoft_extra_wizard,
    bpmsoft_held_wizard,
    bpmsoft_priority_wizard,
    bpmsoft_proposal_wizard,
    bpmsoft_refusal_wizard,
    bpmsoft_secret_wizard,
    bpmsoft_withdraw_wizard,
    support_call_wizard_people,
)
