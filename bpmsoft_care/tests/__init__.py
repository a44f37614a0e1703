from . import (
    test_contract,
    test_hooks,
    test_secret,
    test_secret_canary,
)
