"""O que se lê das notificações."""
