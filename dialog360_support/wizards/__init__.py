from . import (
    dialog360_close_wizard,
    dialog360_expect_wizard,
    dialog360_response_wizard,
    dialog360_split_line,
    dialog360_split_wizard,
    dialog360_triage_wizard,
)
