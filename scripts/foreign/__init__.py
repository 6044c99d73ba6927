"""Authorization servers that nobody here wrote, fetched and started for the tests."""
