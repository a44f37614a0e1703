from . import test_example_provider, test_first_call, test_first_call_removed
