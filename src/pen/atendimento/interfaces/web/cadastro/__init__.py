"""O que a equipe central altera: produtos, tipos, formulários, expediente e metas."""
