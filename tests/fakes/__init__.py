"""Fakes that stand in for the ports; the contract suites hold them to the real thing."""
