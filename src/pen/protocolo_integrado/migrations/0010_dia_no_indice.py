import django.contrib.postgres.indexes
from django.contrib.postgres.operations import BtreeGinExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identidade', '0006_orgao_por_sigla'),
        ('protocolo_integrado', '0009_um_lexema_por_palavra'),
    ]

    operations = [
        BtreeGinExtension(),
        # O índice de 10 milhões de processos se faz em perto de um minuto.
        migrations.RunSQL("SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '512MB'", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='registro',
            index=django.contrib.postgres.indexes.GinIndex(models.F('vetor'), models.Func('atualizado_em', output_field=models.DateField(), template="(%(expressions)s AT TIME ZONE 'UTC')::date"), 'orgao', fastupdate=True, name='registro_busca'),
        ),
        migrations.RemoveIndex(model_name='registro', name='registro_vetor'),
    ]
