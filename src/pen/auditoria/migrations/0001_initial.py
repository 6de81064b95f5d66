import django.core.serializers.json
import django.db.models.deletion
import django.db.models.functions.datetime
import pen.comum.identificadores
from django.conf import settings
from django.db import migrations, models

# Só se acrescenta. Os bancos de teste, que o Django sempre chama «test_…», podem ser esvaziados entre um teste e outro.
SO_ACRESCENTAR = """
CREATE FUNCTION auditoria_ato_so_acrescenta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Um ato da auditoria não se altera, não se apaga e não se esvazia (%).', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER ato_nao_muda BEFORE UPDATE OR DELETE ON auditoria_ato
    FOR EACH STATEMENT EXECUTE FUNCTION auditoria_ato_so_acrescenta();
CREATE TRIGGER ato_nao_esvazia BEFORE TRUNCATE ON auditoria_ato
    FOR EACH STATEMENT WHEN (current_database() NOT LIKE 'test\\_%') EXECUTE FUNCTION auditoria_ato_so_acrescenta();
"""
SEM_SO_ACRESCENTAR = """
DROP TRIGGER ato_nao_esvazia ON auditoria_ato;
DROP TRIGGER ato_nao_muda ON auditoria_ato;
DROP FUNCTION auditoria_ato_so_acrescenta();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identidade', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ato',
            fields=[
                ('id', models.UUIDField(default=pen.comum.identificadores.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ocorrido_em', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('credencial_id', models.UUIDField(blank=True, help_text='A credencial do sistema que agiu, se foi um.', null=True)),
                ('ato', models.CharField(help_text='Código estável, como papel.concedido.', max_length=60)),
                ('objeto', models.CharField(help_text='Sobre o que: «tipo:id», sem dado pessoal.', max_length=100)),
                ('detalhes', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, help_text='Ids, códigos e motivos.')),
                ('orgao', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
                ('pessoa', models.ForeignKey(blank=True, db_index=False, help_text='Quem agiu; vazio quando foi um comando ou um sistema.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'ato',
                'verbose_name_plural': 'atos',
                'indexes': [models.Index(fields=['-ocorrido_em', '-id'], name='ato_por_tempo'), models.Index(fields=['orgao', '-ocorrido_em'], name='ato_por_orgao'), models.Index(fields=['pessoa', '-ocorrido_em'], name='ato_por_pessoa'), models.Index(fields=['objeto', '-ocorrido_em'], name='ato_por_objeto')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ato__regex', '^[a-z_]+\\.[a-z_]+$')), name='ato_codigo_bem_formado'), models.CheckConstraint(condition=models.Q(('objeto__regex', '^[a-z_]+:[0-9A-Za-z_./-]+$')), name='ato_objeto_e_tipo_e_id')],
            },
        ),
        migrations.RunSQL(SO_ACRESCENTAR, reverse_sql=SEM_SO_ACRESCENTAR),
    ]
