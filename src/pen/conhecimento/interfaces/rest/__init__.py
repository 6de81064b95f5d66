"""A API da base de conhecimento."""
