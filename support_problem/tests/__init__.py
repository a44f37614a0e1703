from . import (
    test_answers,
    test_broadcast,
    test_missing_page,
    test_page_access,
    test_portal_answers,
    test_portal_validation,
    test_problem,
    test_problem_course,
    test_review_access,
    test_uninstall,
    test_validation,
)
