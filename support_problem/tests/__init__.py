from . import (
    test_answers,
    test_missing_page,
    test_page_access,
    test_portal_answers,
    test_problem,
    test_review_access,
    test_validation,
)
