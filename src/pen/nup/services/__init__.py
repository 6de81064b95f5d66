"""Os atos do cadastro e da numeração."""
