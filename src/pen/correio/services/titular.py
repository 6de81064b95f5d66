"""Os direitos de quem é dono dos dados (Lei 13.709/2018, art. 18), no que toca às caixas."""

from collections import defaultdict
from typing import Any

from pen.correio.enums import Especie, Situacao
from pen.correio.models import Conversa, Item
from pen.identidade.public import Pessoa

TROCADAS = (Especie.RECEBIDA, Especie.RESPOSTA, Especie.AUTOMATICA, Especie.COMUNICADO)


def exportar_conversas(pessoa_id: int) -> dict[str, Any]:
    """As conversas do e-mail confirmado da pessoa, com o que ela e a caixa se disseram, e o que ela fez se cuida das caixas."""
    pessoa = Pessoa.objects.get(pk=pessoa_id)
    email = pessoa.email.lower() if pessoa.email_confirmado_em else ""
    conversas = Conversa.objects.filter(remetente=email).select_related("caixa").order_by("pk") if email else []
    ditos = defaultdict(list)
    for item in Item.objects.filter(conversa__in=conversas, especie__in=TROCADAS).order_by("pk"):
        if item.especie != Especie.RECEBIDA or item.de == email:
            ditos[item.conversa_id].append(item)
    feitos = Item.objects.filter(por=pessoa_id).exclude(especie=Especie.NOTA).select_related("conversa__caixa")
    return {
        "conversas_com_as_caixas": [
            {
                "caixa": c.caixa.endereco, "assunto": c.assunto, "recebida_em": c.recebida_em.isoformat(),
                "situacao": Situacao(c.situacao).label,
                "mensagens": [
                    {"em": i.em.isoformat(), "da_pessoa": i.especie == Especie.RECEBIDA, "texto": i.texto}
                    for i in ditos[c.pk]
                ],
            }
            for c in conversas
        ],
        "passos_nas_caixas": [
            {"caixa": i.conversa.caixa.codigo, "em": i.em.isoformat(), "passo": i.get_passo_display() or i.get_especie_display()}
            for i in feitos.order_by("pk")
        ],
    }  # fmt: skip


def manter_conversas(pessoa_id: int) -> None:
    """Nada se apaga com a conta: é correspondência oficial, e some no prazo da guarda."""
