"""Adapters: the real world behind the ports. Only `main.py` chooses among them."""
