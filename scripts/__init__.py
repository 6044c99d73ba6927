"""Programs that serve the development of Keypane and are not shipped."""
