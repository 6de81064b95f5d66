import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import pen.comum.identificadores
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

# Dois vetores do mesmo texto: com acentos (o radical sai certo) e sem (quem digita não acentua). Nomes não têm radical.
BUSCA_EM_PORTUGUES = """
CREATE TEXT SEARCH CONFIGURATION pen_sem_acentos (COPY = pg_catalog.portuguese);
ALTER TEXT SEARCH CONFIGURATION pen_sem_acentos
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, portuguese_stem;
CREATE TEXT SEARCH CONFIGURATION pen_nomes (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION pen_nomes ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE FUNCTION protocolo_integrado_vetor(assunto text, nomes text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('portuguese', assunto) || to_tsvector('pen_sem_acentos', assunto), 'A')
        || setweight(to_tsvector('pen_nomes', nomes), 'B')
$$;
"""
SEM_BUSCA_EM_PORTUGUES = """
DROP FUNCTION protocolo_integrado_vetor(text, text);
DROP TEXT SEARCH CONFIGURATION pen_nomes;
DROP TEXT SEARCH CONFIGURATION pen_sem_acentos;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identidade', '0001_initial'),
    ]

    operations = [
        UnaccentExtension(),
        migrations.RunSQL(BUSCA_EM_PORTUGUES, reverse_sql=SEM_BUSCA_EM_PORTUGUES),
        migrations.CreateModel(
            name='Andamento',
            fields=[
                ('pk', models.CompositePrimaryKey('numero', 'orgao_id', 'chave', blank=True, editable=False, primary_key=True, serialize=False)),
                ('numero', models.CharField(db_collation='C', max_length=50)),
                ('chave', models.UUIDField(help_text='BLAKE2b de instante, unidade e operação.')),
                ('ocorrido_em', models.DateTimeField()),
                ('registrado_em', models.DateTimeField()),
                ('posicao', models.PositiveIntegerField(help_text='Ordem na remessa, para desempatar o mesmo segundo.')),
                ('nivel', models.PositiveSmallIntegerField(choices=[(0, 'público'), (1, 'resumido'), (2, 'oculto')], null=True)),
                ('nivel_definido', models.BooleanField(default=False)),
                ('unidade', models.TextField(blank=True)),
                ('operacao', models.TextField(blank=True)),
                ('orgao', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'andamento',
                'verbose_name_plural': 'andamentos',
            },
        ),
        migrations.CreateModel(
            name='Remessa',
            fields=[
                ('id', models.UUIDField(default=pen.comum.identificadores.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ambiente', models.CharField(choices=[('producao', 'produção'), ('homologacao', 'homologação')], max_length=12)),
                ('canal', models.CharField(choices=[('soap', 'SOAP'), ('rest', 'REST')], max_length=4)),
                ('recebida_em', models.DateTimeField()),
                ('duracao_ms', models.PositiveIntegerField()),
                ('documentos', models.PositiveIntegerField()),
                ('aceitos', models.PositiveIntegerField()),
                ('recusados', models.PositiveIntegerField()),
                ('novos', models.PositiveIntegerField(default=0)),
                ('alterados', models.PositiveIntegerField(default=0)),
                ('repetidos', models.PositiveIntegerField(default=0)),
                ('andamentos_novos', models.PositiveIntegerField(default=0)),
                ('erro', models.TextField(blank=True, help_text='Por que a remessa inteira foi recusada, se foi.')),
                ('credencial', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.credencialdesistema')),
                ('orgao', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'remessa',
                'verbose_name_plural': 'remessas',
            },
        ),
        migrations.CreateModel(
            name='Recusa',
            fields=[
                ('pk', models.CompositePrimaryKey('remessa_id', 'posicao', blank=True, editable=False, primary_key=True, serialize=False)),
                ('posicao', models.PositiveIntegerField(help_text='Posição do documento na remessa, a partir de 1.')),
                ('protocolo', models.CharField(blank=True, max_length=80)),
                ('codigo', models.CharField(choices=[('NF001', 'credencial recusada'), ('NF002', 'lista ilegível ou grande demais'), ('NF003', 'número de protocolo malformado'), ('NF004', 'falta elemento obrigatório'), ('NF005', 'data inválida'), ('NF006', 'data no futuro'), ('NF007', 'texto longo demais'), ('NF008', 'órgão suspenso'), ('NF009', 'outro erro negocial')], max_length=5)),
                ('motivo', models.TextField()),
                ('documento_bruto', models.TextField()),
                ('remessa', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='protocolo_integrado.remessa')),
            ],
            options={
                'verbose_name': 'recusa',
                'verbose_name_plural': 'recusas',
            },
        ),
        migrations.CreateModel(
            name='Interessado',
            fields=[
                ('pk', models.CompositePrimaryKey('numero', 'orgao_id', 'ordem', blank=True, editable=False, primary_key=True, serialize=False)),
                ('numero', models.CharField(db_collation='C', max_length=50)),
                ('ordem', models.PositiveIntegerField()),
                ('nome', models.CharField(max_length=500)),
                ('documento_hash', models.BinaryField(null=True)),
                ('documento_mascarado', models.CharField(blank=True, max_length=20)),
                ('orgao', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'interessado',
                'verbose_name_plural': 'interessados',
                'indexes': [models.Index(condition=models.Q(('documento_hash__isnull', False)), fields=['documento_hash'], name='interessado_por_documento')],
            },
        ),
        migrations.CreateModel(
            name='Registro',
            fields=[
                ('pk', models.CompositePrimaryKey('numero', 'orgao_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('numero', models.CharField(db_collation='C', help_text='Número canônico: só algarismos e letras.', max_length=50)),
                ('numero_enviado', models.CharField(max_length=80)),
                ('forma', models.CharField(max_length=16)),
                ('veredito', models.CharField(max_length=20)),
                ('especie', models.CharField(max_length=200)),
                ('assunto', models.TextField()),
                ('identificacao', models.CharField(blank=True, max_length=200)),
                ('produzido_em', models.DateTimeField()),
                ('relacionados', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, size=None)),
                ('visibilidade', models.PositiveSmallIntegerField(choices=[(0, 'público'), (1, 'resumido'), (2, 'oculto')], default=0)),
                ('conteudo', models.UUIDField(help_text='Resumo dos metadados e interessados: igual, nada mudou.')),
                ('registrado_em', models.DateTimeField()),
                ('atualizado_em', models.DateTimeField(help_text='Última vez em que algo mudou.')),
                ('carregado_em', models.DateTimeField(help_text='Última vez em que o órgão enviou este número, mudado ou não.')),
                ('vetor', django.contrib.postgres.search.SearchVectorField(null=True)),
                ('orgao', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'registro',
                'verbose_name_plural': 'registros',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fastupdate=True, fields=['vetor'], name='registro_vetor'), models.Index(models.OrderBy(models.F('atualizado_em'), descending=True), models.F('numero'), name='registro_por_atualizacao'), models.Index(models.F('orgao'), models.OrderBy(models.F('atualizado_em'), descending=True), name='registro_por_orgao'), models.Index(models.F('produzido_em'), name='registro_por_producao')],
                'constraints': [models.CheckConstraint(condition=models.Q(('numero__regex', '^[0-9A-Z]{1,50}$')), name='registro_numero_canonico'), models.CheckConstraint(condition=models.Q(('visibilidade__lte', 2)), name='registro_visibilidade_conhecida'), models.CheckConstraint(condition=models.Q(('visibilidade', 0), ('vetor', None), _connector='OR'), name='registro_nao_publico_nao_e_buscavel')],
            },
        ),
        migrations.AddIndex(
            model_name='remessa',
            index=models.Index(models.F('orgao'), models.OrderBy(models.F('recebida_em'), descending=True), name='remessa_por_orgao'),
        ),
        migrations.AddConstraint(
            model_name='remessa',
            constraint=models.CheckConstraint(condition=models.Q(('documentos', django.db.models.expressions.CombinedExpression(models.F('aceitos'), '+', models.F('recusados')))), name='remessa_soma_documentos'),
        ),
    ]
