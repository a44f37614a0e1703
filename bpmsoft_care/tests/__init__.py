from . import (
    test_contract,
    test_decision,
    test_estimate,
    test_hooks,
    test_js,
    test_offer_portal,
    test_secret,
    test_secret_canary,
)
