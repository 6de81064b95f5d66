"""As portas do conhecimento."""
