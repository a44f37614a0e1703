from . import test_catalogue, test_corrections, test_flags, test_routing
