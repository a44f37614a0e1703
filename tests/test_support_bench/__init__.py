"""What the engine costs beside the plain helpdesk and the peer addon (spec/engine.md, E-10).

``./setup/bench`` makes the databases and runs ``python -m test_support_bench``. No addon, nothing to install.
"""
