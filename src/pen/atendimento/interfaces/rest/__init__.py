"""A API da Central, para programas que agem em nome de uma pessoa."""
