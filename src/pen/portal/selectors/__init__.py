"""O que o portal lê."""
