"""As páginas de macros e gatilhos."""
