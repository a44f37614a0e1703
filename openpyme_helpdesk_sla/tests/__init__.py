from . import test_lanes
