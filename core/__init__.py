"""Keypane's core: a program without a window. Imports no Qt; imports downwards only."""

__version__ = "0.1.0"
