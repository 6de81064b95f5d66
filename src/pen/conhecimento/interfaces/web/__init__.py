"""As páginas do conhecimento."""
