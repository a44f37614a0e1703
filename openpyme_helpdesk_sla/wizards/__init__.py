from . import (
    openpyme_leader_wizard,
    openpyme_path_wizard,
    openpyme_reply_wizard,
    openpyme_review_line,
    openpyme_review_wizard,
    openpyme_server_pause_wizard,
)
