"""Keypane beside its peers: each file measures one promise, `python -m benchmarks` tells all."""
