import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Os chamados que já havia: o pedido, e depois cada coisa que se disse.
INDEXAR = """
SET LOCAL statement_timeout = 0;
INSERT INTO atendimento_textodochamado (chamado_id, vetor)
SELECT c.id, setweight(to_tsvector('portuguese', pedido) || to_tsvector('pen_sem_acentos', pedido), 'A')
    || setweight(to_tsvector('portuguese', dito) || to_tsvector('pen_sem_acentos', dito), 'B')
    || setweight(to_tsvector('portuguese', interno) || to_tsvector('pen_sem_acentos', interno), 'C')
FROM atendimento_chamado c, LATERAL (
    SELECT concat_ws(' ', c.assunto, c.descricao, (SELECT string_agg(r.value, ' ') FROM jsonb_each_text(c.respostas) r)) AS pedido,
        coalesce(left(string_agg(texto, ' ') FILTER (WHERE NOT interno), 100000), '') AS dito,
        coalesce(left(string_agg(texto, ' ') FILTER (WHERE interno), 100000), '') AS interno
    FROM atendimento_passodochamado WHERE chamado_id = c.id) p
"""


class Migration(migrations.Migration):

    dependencies = [
        ('atendimento', '0001_inicial'),
        ('protocolo_integrado', '0001_initial'),  # as configurações de busca em português
    ]

    operations = [
        migrations.AddIndex(
            model_name='chamado',
            index=models.Index(fields=['produto', '-id'], name='chamado_por_produto'),
        ),
        migrations.AddIndex(
            model_name='chamado',
            index=models.Index(fields=['orgao', '-id'], name='chamado_por_orgao'),
        ),
        migrations.CreateModel(
            name='TextoDoChamado',
            fields=[
                ('chamado', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='atendimento.chamado')),
                ('vetor', django.contrib.postgres.search.SearchVectorField(help_text='Pesos: A, o pedido; B, o que se disse; C, o que só as equipes leem.')),
            ],
            options={
                'verbose_name': 'texto do chamado',
                'verbose_name_plural': 'textos dos chamados',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vetor'], name='texto_do_chamado_por_palavra')],
            },
        ),
        migrations.RunSQL(INDEXAR, reverse_sql=migrations.RunSQL.noop),
    ]
