"""Por onde se chega ao atendimento."""
