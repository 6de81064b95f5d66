"""As portas do correio."""
