"""One view per pane: renders a frozen state, says what was wanted, decides nothing."""
