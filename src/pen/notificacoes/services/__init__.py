"""O que muda nas notificações."""
