from . import (
    test_contract,
    test_form,
    test_hooks,
    test_promises,
)
