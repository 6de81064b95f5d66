"""O que todos os contextos usam e nenhum possui: erros, texto, tempo, HTTP. Sem modelos, sem palavra do domínio."""
