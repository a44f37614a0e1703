from . import (
    test_backlog,
    test_impact,
    test_lanes,
    test_leader,
    test_portal,
    test_red,
    test_reply,
    test_review,
    test_scenario,
)
