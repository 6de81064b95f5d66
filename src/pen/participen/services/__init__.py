"""Os atos do fórum."""
