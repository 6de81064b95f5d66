"""O que se escreve na auditoria: só acrescentar."""
