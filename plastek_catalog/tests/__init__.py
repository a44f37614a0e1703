from . import (
    test_catalogue,
    test_check,
    test_choice,
    test_corrections,
    test_coverage,
    test_first_line,
    test_flags,
    test_mailbox,
    test_portal,
    test_review_access,
    test_routing,
    test_words,
)
