"""O que se lê do registro nacional. Toda leitura começa em ``visiveis``."""
