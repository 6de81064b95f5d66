import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pen.comum.identificadores
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='JanelaDeUso',
            fields=[
                ('pk', models.CompositePrimaryKey('chave', 'janela', blank=True, editable=False, primary_key=True, serialize=False)),
                ('chave', models.CharField(db_collation='C', max_length=64)),
                ('janela', models.DateTimeField()),
                ('usos', models.PositiveIntegerField()),
            ],
            options={
                'verbose_name': 'janela de uso',
                'verbose_name_plural': 'janelas de uso',
                'indexes': [models.Index(fields=['janela'], name='janela_de_uso_por_tempo')],
            },
        ),
        migrations.CreateModel(
            name='Orgao',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origem_do_codigo', models.CharField(choices=[('siorg', 'SIORG'), ('ibge', 'IBGE'), ('proprio', 'código próprio desta instalação')], max_length=10)),
                ('codigo', models.CharField(help_text='Código SIORG, IBGE ou próprio; é o login do sistema do órgão.', max_length=10)),
                ('sigla', models.CharField(max_length=30)),
                ('nome', models.CharField(max_length=200)),
                ('esfera', models.CharField(choices=[('federal', 'Federal'), ('estadual', 'Estadual'), ('municipal', 'Municipal')], max_length=10)),
                ('poder', models.CharField(choices=[('executivo', 'Executivo'), ('legislativo', 'Legislativo'), ('judiciario', 'Judiciário'), ('essencial', 'Funções essenciais à Justiça')], max_length=12)),
                ('uf', models.CharField(blank=True, max_length=2)),
                ('situacao', models.CharField(choices=[('ativo', 'ativo'), ('suspenso', 'suspenso'), ('extinto', 'extinto')], default='ativo', max_length=10)),
                ('site', models.URLField(blank=True, max_length=300)),
                ('consulta_publica', models.CharField(blank=True, help_text='Endereço da consulta própria do órgão; {numero} vira o número do processo.', max_length=300)),
                ('superior', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'órgão',
                'verbose_name_plural': 'órgãos',
            },
        ),
        migrations.CreateModel(
            name='CredencialDeSistema',
            fields=[
                ('id', models.UUIDField(default=pen.comum.identificadores.uuid7, editable=False, primary_key=True, serialize=False)),
                ('ambiente', models.CharField(choices=[('producao', 'produção'), ('homologacao', 'homologação')], max_length=12)),
                ('segredo', models.CharField(max_length=200)),
                ('situacao', models.CharField(choices=[('ativa', 'ativa'), ('revogada', 'revogada')], default='ativa', max_length=10)),
                ('criada_em', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('revogada_em', models.DateTimeField(blank=True, null=True)),
                ('ultimo_uso_em', models.DateTimeField(blank=True, null=True)),
                ('orgao', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identidade.orgao')),
            ],
            options={
                'verbose_name': 'credencial de sistema',
                'verbose_name_plural': 'credenciais de sistema',
            },
        ),
        migrations.CreateModel(
            name='Pessoa',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('cpf', models.CharField(blank=True, max_length=11, null=True, unique=True, verbose_name='CPF')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'pessoa',
                'verbose_name_plural': 'pessoas',
                'constraints': [models.CheckConstraint(condition=models.Q(('cpf__regex', '^[0-9]{11}$')), name='pessoa_cpf_tem_11_digitos')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.AddIndex(
            model_name='orgao',
            index=models.Index(fields=['codigo'], name='orgao_por_codigo'),
        ),
        migrations.AddConstraint(
            model_name='orgao',
            constraint=models.UniqueConstraint(fields=('origem_do_codigo', 'codigo'), name='orgao_codigo_unico'),
        ),
        migrations.AddConstraint(
            model_name='orgao',
            constraint=models.CheckConstraint(condition=models.Q(('codigo__regex', '^[0-9A-Z]{1,10}$')), name='orgao_codigo_bem_formado'),
        ),
        migrations.AddConstraint(
            model_name='orgao',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origem_do_codigo', 'ibge'), _negated=True), ('codigo__regex', '^([0-9]{2}|[0-9]{7})$'), _connector='OR'), name='orgao_codigo_ibge_tem_2_ou_7_digitos'),
        ),
        migrations.AddConstraint(
            model_name='orgao',
            constraint=models.CheckConstraint(condition=models.Q(('consulta_publica', ''), ('consulta_publica__regex', '^https?://'), _connector='OR'), name='orgao_consulta_publica_e_endereco_web'),
        ),
        migrations.AddConstraint(
            model_name='credencialdesistema',
            constraint=models.CheckConstraint(condition=models.Q(('segredo__startswith', 'argon2')), name='credencial_guarda_so_hash'),
        ),
        migrations.AddConstraint(
            model_name='credencialdesistema',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('revogada_em', None), ('situacao', 'ativa')), models.Q(('revogada_em__isnull', False), ('situacao', 'revogada')), _connector='OR'), name='credencial_revogada_tem_data'),
        ),
        migrations.RunSQL("ALTER TABLE identidade_janeladeuso SET UNLOGGED", reverse_sql="ALTER TABLE identidade_janeladeuso SET LOGGED"),
    ]
