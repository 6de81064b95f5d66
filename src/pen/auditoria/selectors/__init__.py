"""O que se lê da auditoria. Toda leitura começa em ``atos_visiveis``."""
