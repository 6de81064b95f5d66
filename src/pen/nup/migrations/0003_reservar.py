from django.db import migrations

# Confere quem numera, conta e reserva, num comando só; quem a chama é services/numeracao.py, que traduz o que ela responde.
# É função para que o plano fique guardado na sessão: planejar custava mais que executar. Sem linha: não há contador que sirva.
# p_ano só vem quando quem chama já escolheu o contador; senão é o do relógio do banco, em Brasília. p_orgao é o dono da chave;
# sem ele, o da unidade.
RESERVAR = """
CREATE FUNCTION nup_reservar(
    p_id uuid, p_codigo text, p_orgaos bigint[], p_orgao bigint, p_chave text, p_quantos int, p_documento text,
    p_credencial uuid, p_pessoa bigint, p_usada boolean, p_agora timestamptz, p_ano int
) RETURNS TABLE (
    r_id uuid, r_ano smallint, r_primeiro int, r_ultimo int, r_da_unidade boolean, r_usada boolean, r_reservada_em timestamptz,
    r_nova boolean
) LANGUAGE plpgsql AS $$
DECLARE
    v_agora timestamptz := coalesce(p_agora, statement_timestamp());
    v_ano smallint := coalesce(p_ano, extract(year FROM v_agora AT TIME ZONE 'America/Sao_Paulo'));
BEGIN
    RETURN QUERY
    WITH unidade AS (
        SELECT u.id, coalesce(p_orgao, u.orgao_id) AS dono FROM nup_unidade u
        WHERE u.codigo = p_codigo AND (u.orgao_id = ANY(p_orgaos) OR u.orgao_gestor_id = ANY(p_orgaos))
    ), feita AS (
        SELECT r.id, r.ano, r.primeiro, r.ultimo, r.unidade_id = u.id, r.usada, r.reservada_em, false
        FROM nup_reserva r JOIN unidade u ON r.orgao_id = u.dono WHERE r.chave = p_chave
    ), contado AS (
        UPDATE nup_contador c SET ultimo = c.ultimo + p_quantos, ultimo_em = greatest(c.ultimo_em, v_agora)
        FROM unidade u
        WHERE c.unidade_id = u.id AND c.ano = v_ano AND c.aberto AND c.ultimo + p_quantos <= 999999
            AND NOT EXISTS (SELECT FROM nup_contador n WHERE n.unidade_id = u.id AND n.ano > v_ano)
            AND NOT EXISTS (SELECT FROM feita)
        RETURNING c.unidade_id, u.dono, c.ano, c.ultimo
    ), nova AS (
        INSERT INTO nup_reserva (id, unidade_id, ano, primeiro, ultimo, orgao_id, chave, documento, credencial_id, pessoa_id,
                                 reservada_em, usada, externa)
        SELECT p_id, c.unidade_id, c.ano, c.ultimo - p_quantos + 1, c.ultimo, c.dono, p_chave, p_documento, p_credencial,
               p_pessoa, v_agora, p_usada, false FROM contado c
        RETURNING id, ano, primeiro, ultimo, true, usada, reservada_em, true
    )
    SELECT * FROM nova UNION ALL SELECT * FROM feita;
END
$$
"""
SEM_RESERVAR = "DROP FUNCTION nup_reservar(uuid, text, bigint[], bigint, text, int, text, uuid, bigint, boolean, timestamptz, int)"


class Migration(migrations.Migration):

    dependencies = [
        ('nup', '0002_conferencia_em_lote'),
    ]

    operations = [migrations.RunSQL(RESERVAR, reverse_sql=SEM_RESERVAR)]
