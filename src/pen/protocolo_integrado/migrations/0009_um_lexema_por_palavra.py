from django.db import migrations

# O vetor se monta na aplicação (ADR 0039); «pen reindexar-processos» refaz os de antes, com o serviço no ar.
SEM_A_FUNCAO = """
DROP FUNCTION protocolo_integrado_vetor(text, text);
DROP TEXT SEARCH CONFIGURATION pen_nomes;
"""
COM_A_FUNCAO = """
CREATE TEXT SEARCH CONFIGURATION pen_nomes (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION pen_nomes ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE FUNCTION protocolo_integrado_vetor(assunto text, nomes text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('portuguese', assunto) || to_tsvector('pen_sem_acentos', assunto), 'A')
        || setweight(to_tsvector('pen_nomes', nomes), 'B')
$$;
"""


class Migration(migrations.Migration):

    dependencies = [("protocolo_integrado", "0008_reenvio")]

    operations = [migrations.RunSQL(SEM_A_FUNCAO, reverse_sql=COM_A_FUNCAO)]
