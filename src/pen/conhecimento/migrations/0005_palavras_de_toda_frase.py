from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('conhecimento', '0004_termo_do_artigo'),
    ]

    operations = [
        # As palavras que toda frase tem entram no índice quando «pen preparar» indexa outra vez os artigos, que não têm termo nenhum.
        migrations.RunSQL("DELETE FROM conhecimento_termodoartigo", migrations.RunSQL.noop),
    ]
