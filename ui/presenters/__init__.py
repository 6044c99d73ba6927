"""Presenters: turn what the core knows into states, and what was wanted into jobs."""
