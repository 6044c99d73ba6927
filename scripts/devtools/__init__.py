"""The parts of dev.py. Standard library only: they run before anything is installed.

Reading order: `ground` (paths, speech, child processes), `lock` (the hashed
lock), `needs` and `system` (what the machine must have, and how it gets it),
`environment` (.venv), `session` (screen, bus and keyring for tests), then one
module per command: `suite`, `checks`, `programs`.
"""
