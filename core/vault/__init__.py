"""The vault: sealed records, the journal of changes under way, key wraps, backups."""
