"""O mapa por preencher, com o que há nesta instalação: quem importa copia daqui os códigos."""

from pen.atendimento.enums import SistemaDeOrigem
from pen.atendimento.models import Equipe, TipoDeSuporte

_SITUACOES = {
    SistemaDeOrigem.GLPI: """\
"1" = "na_fila"                       # no JSON, os números; na planilha, as palavras
"2" = "em_atendimento"                # sem atendente que seja da equipe, fica na fila
"3" = "em_atendimento"
"4" = "aguardando_usuario"
"5" = "encerrado/resolvido"
"6" = "encerrado/resolvido"
"Novo" = "na_fila"
"Em atendimento (atribuído)" = "em_atendimento"
"Em atendimento (planejado)" = "em_atendimento"
"Processando (atribuído)" = "em_atendimento"
"Processando (planejado)" = "em_atendimento"
"Pendente" = "aguardando_usuario"
"Solucionado" = "encerrado/resolvido"
"Fechado" = "encerrado/resolvido"
""",
    SistemaDeOrigem.ZAMMAD: """\
"new" = "na_fila"
"open" = "em_atendimento"             # sem atendente que seja da equipe, fica na fila
"pending reminder" = "aguardando_usuario"
"pending close" = "aguardando_usuario"
"closed" = "encerrado/resolvido"
"merged" = "encerrado/duplicado"
"removed" = "encerrado/cancelado"
""",
}
_PALAVRAS = {
    SistemaDeOrigem.GLPI: ("A categoria", '"SEI > Erro"', "A entidade", '"Entidade raiz > MGI"', "O grupo técnico"),
    SistemaDeOrigem.ZAMMAD: ("O grupo", '"Suporte SEI"', "A organização", '"Ministério da Gestão"', "O grupo"),
}
_MODELO = """\
# O que cada palavra do {sistema} vira no PEN Aberto. «*» é o resto; «(vazio)», o que não diz nada. Sem «*», o que não
# estiver aqui não entra, e o ensaio diz o que falta. Maiúsculas, acentos e espaços repetidos não importam.

[geral]
origem = "{sistema}"                  # o nome desta base; outra base do mesmo sistema precisa de outro nome
fuso = "America/Sao_Paulo"            # das datas que não dizem o seu
# categoria = "produto"               # no JSON: de que campo vem a categoria, se não é do de costume

# [colunas]                           # na planilha: só as que têm um nome que não se conhece
# solicitante = "E-mail do requerente"

[situacoes]                           # na_fila, em_atendimento, aguardando_usuario, aguardando_terceiro, ou encerrado/desfecho
{situacoes}
[produtos]                            # {categoria} → produto/tipo
# {exemplo_de_categoria} = "{folha}"
# "*" = "{folha}"
{folhas}

[orgaos]                              # {entidade} → código ou sigla do órgão
# {exemplo_de_entidade} = "2981"
# "*" = "2981"

[equipes]                             # {grupo} → equipe
"*" = "{equipe}"
{equipes}
"""


def escrever_modelo_de_mapa(sistema: SistemaDeOrigem) -> str:
    """O mapa em TOML, com as situações de costume e, em comentários, os códigos que há aqui."""
    tipos = TipoDeSuporte.objects.filter(retirado_em=None).select_related("produto").order_by("produto__codigo", "ordem")
    folhas = [f"{tipo.produto.codigo}/{tipo.codigo}" for tipo in tipos]
    equipes = [equipe.codigo for equipe in Equipe.objects.filter(encerrada_em=None)]
    categoria, exemplo_de_categoria, entidade, exemplo_de_entidade, grupo = _PALAVRAS[sistema]
    return _MODELO.format(
        sistema=sistema.value, situacoes=_SITUACOES[sistema], categoria=categoria, exemplo_de_categoria=exemplo_de_categoria,
        entidade=entidade, exemplo_de_entidade=exemplo_de_entidade, grupo=grupo, folha=next(iter(folhas), "produto/tipo"),
        folhas="\n".join(f"#   {folha}" for folha in folhas), equipe=next(iter(equipes), "triagem"),
        equipes="\n".join(f"#   {equipe}" for equipe in equipes),
    )  # fmt: skip
