"""Os atos do atendimento."""
