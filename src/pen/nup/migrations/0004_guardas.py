from importlib import import_module

from django.conf import settings
from django.db import migrations, models

RESERVAR_DE_ANTES = import_module("pen.nup.migrations.0003_reservar")
# Como em 0003, e mais: o ano aberto por um relógio adiantado não impede o de hoje, e «igual» compara o pedido inteiro.
RESERVAR = """
CREATE FUNCTION nup_reservar(
    p_id uuid, p_codigo text, p_orgaos bigint[], p_orgao bigint, p_chave text, p_quantos int, p_documento text,
    p_credencial uuid, p_pessoa bigint, p_usada boolean, p_agora timestamptz, p_ano int
) RETURNS TABLE (
    r_id uuid, r_ano smallint, r_primeiro int, r_ultimo int, r_igual boolean, r_usada boolean, r_reservada_em timestamptz,
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
        SELECT r.id, r.ano, r.primeiro, r.ultimo,
            (r.unidade_id, r.ultimo - r.primeiro + 1, r.documento, r.usada) = (u.id, p_quantos, p_documento, p_usada),
            r.usada, r.reservada_em, false
        FROM nup_reserva r JOIN unidade u ON r.orgao_id = u.dono WHERE r.chave = p_chave
    ), contado AS (
        UPDATE nup_contador c
        SET ultimo = c.ultimo + p_quantos, ultimo_em = greatest(c.ultimo_em, v_agora), adiantado = false
        FROM unidade u
        WHERE c.unidade_id = u.id AND c.ano = v_ano AND c.aberto AND c.ultimo + p_quantos <= 999999
            AND NOT EXISTS (SELECT FROM nup_contador n WHERE n.unidade_id = u.id AND n.ano > v_ano AND NOT n.adiantado)
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
# O destino de um número é uma linha por ato: a que diz que foi usado continua lá quando ele é anulado.
DESTINOS = """
DROP TRIGGER destino_nao_volta ON nup_destinodonumero;
CREATE TRIGGER destino_nao_muda BEFORE UPDATE ON nup_destinodonumero
    FOR EACH ROW EXECUTE FUNCTION nup_recusa('o destino de um número não muda; acrescenta-se outro');
CREATE FUNCTION nup_destino_nao_volta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nup_destinodonumero
               WHERE reserva_id = NEW.reserva_id AND sequencia = NEW.sequencia AND destino = 'anulado') THEN
        RAISE EXCEPTION 'nup_destinodonumero: um número anulado não volta' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER destino_nao_volta BEFORE INSERT ON nup_destinodonumero
    FOR EACH ROW EXECUTE FUNCTION nup_destino_nao_volta()
"""
DESTINOS_DE_ANTES = """
DROP FUNCTION nup_destino_nao_volta() CASCADE;
DROP TRIGGER destino_nao_muda ON nup_destinodonumero;
CREATE TRIGGER destino_nao_volta BEFORE UPDATE ON nup_destinodonumero
    FOR EACH ROW WHEN (OLD.destino <> 'usado' OR NEW.destino <> 'anulado' OR OLD.sequencia <> NEW.sequencia)
    EXECUTE FUNCTION nup_recusa('um número só passa de usado a anulado')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identidade', '0003_finalidade_da_credencial'),
        ('nup', '0003_reservar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='destinodonumero',
            name='destino_unico',
        ),
        migrations.RemoveConstraint(
            model_name='participacao',
            name='participacao_instituicao_bem_formada',
        ),
        migrations.RemoveConstraint(
            model_name='unidade',
            name='unidade_codigo_bem_formado',
        ),
        migrations.AddField(
            model_name='contador',
            name='adiantado',
            field=models.BooleanField(default=False, help_text='Aberto por um relógio adiantado: não conta até o ano chegar.'),
        ),
        migrations.AddConstraint(
            model_name='destinodonumero',
            constraint=models.UniqueConstraint(fields=('reserva', 'sequencia', 'destino'), name='destino_unico'),
        ),
        migrations.AddConstraint(
            model_name='participacao',
            constraint=models.CheckConstraint(condition=models.Q(('instituicao', None), models.Q(('condicao', 'gestor'), ('instituicao__regex', '^(1[1-7]|2[1-9]|3[1235]|4[1-3]|5[0-3])[0-9]{3}$')), _connector='OR'), name='participacao_instituicao_bem_formada'),
        ),
        migrations.AddConstraint(
            model_name='unidade',
            constraint=models.CheckConstraint(condition=models.Q(('codigo__regex', '^([0-9]{5}|(1[1-7]|2[1-9]|3[1235]|4[1-3]|5[0-3])[0-9]{6})$'), models.Q(('codigo', '00000'), _negated=True)), name='unidade_codigo_bem_formado'),
        ),
        migrations.RunSQL(RESERVAR_DE_ANTES.SEM_RESERVAR, reverse_sql=RESERVAR_DE_ANTES.RESERVAR),
        migrations.RunSQL(RESERVAR, reverse_sql=RESERVAR_DE_ANTES.SEM_RESERVAR),
        migrations.RunSQL(DESTINOS, reverse_sql=DESTINOS_DE_ANTES),
    ]
