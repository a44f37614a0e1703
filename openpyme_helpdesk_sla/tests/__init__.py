from . import (
    test_backlog,
    test_impact,
    test_lanes,
    test_leader,
    test_path,
    test_path_problem,
    test_portal,
    test_red,
    test_reply,
    test_review,
    test_scenario,
)
