from . import (
    openpyme_cover_wizard,
    openpyme_cover_wizard_line,
    openpyme_invite_wizard,
    openpyme_leader_wizard,
    openpyme_path_wizard,
    openpyme_reply_wizard,
    openpyme_review_line,
    openpyme_review_wizard,
    openpyme_server_pause_wizard,
    openpyme_step_wizard,
    openpyme_task_wizard,
    openpyme_task_wizard_line,
)
