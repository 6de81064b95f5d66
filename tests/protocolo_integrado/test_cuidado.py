"""O cuidado do órgão com o que publica vale na hora, em toda superfície pública, e fica registrado."""

import pytest

from pen.auditoria.models import Ato
from pen.comum.errors import SemPermissao
from pen.protocolo_integrado.acesso import MOVIMENTO_RESERVADO
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.errors import MotivoAusente, ProcessoNaoEncontrado, RetencaoInvalida, RetencaoNaoEncontrada
from pen.protocolo_integrado.models import Andamento, Interessado, Registro
from pen.protocolo_integrado.services.cuidado import (
    criar_regra_de_retencao,
    decidir_visibilidade,
    encerrar_retencao,
    mascarar_nome,
    reter_movimento,
)
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, fabricar_central, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db

SEGREDO = "Denúncia contra Fulano de Tal"
SUPERFICIES = [
    "/protocolo/processos/{n}/",
    "/protocolo/processos/{n}/andamentos.atom",
    "/api/v1/processos/{n}",
    "/api/v1/processos/{n}/andamentos",
    "/api/v1/processos?assunto=denuncia",
    "/protocolo/consulta/?q=denuncia",
    "/Protocolo/documento/detalhes_documento.jsf?protocolo={n}",
]


@pytest.fixture
def caso():
    """Um processo público com assunto e nome que poderiam vazar, e quem gere o órgão."""
    orgao = fabricar_orgao()
    numero = fabricar_nup()
    enviar(
        fabricar_sistema(orgao),
        documento(numero, movimento(operacao="Nota livre: telefone do denunciante"), assunto=SEGREDO,
                  interessados=interessados("Maria Aparecida Souza")),
    )  # fmt: skip
    return orgao, numero, fabricar_gestor(orgao)


def superficies(client, numero):
    textos = []
    for caminho in SUPERFICIES:
        resposta = client.get(caminho.format(n=numero), follow=True)
        textos.append(resposta.content.decode())
    busca = client.post("/api/v1/buscas", {"interessado": "aparecida"}, content_type="application/json")
    return "\n".join([*textos, busca.content.decode()])


def decidir(caso, visibilidade, motivo="Pedido da corregedoria"):
    orgao, numero, gestor = caso
    decidir_visibilidade(por=gestor, numero=numero, orgao_id=orgao.pk, visibilidade=visibilidade, motivo=motivo)


def test_antes_de_ocultar_tudo_aparece(client, caso):
    tudo = superficies(client, caso[1])

    assert all(texto in tudo for texto in (SEGREDO, "Maria Aparecida", "telefone do denunciante"))


def test_ocultado_o_processo_some_de_toda_superficie_publica(client, caso):
    decidir(caso, Visibilidade.OCULTO)

    tudo = superficies(client, caso[1])

    assert not any(texto in tudo for texto in (SEGREDO, "Maria Aparecida", "telefone do denunciante"))
    assert client.get(f"/protocolo/processos/{caso[1]}/").status_code == 404


def test_resumido_mostra_o_numero_sem_assunto_nem_nomes(client, caso):
    decidir(caso, Visibilidade.RESUMIDO)

    assert client.get(f"/protocolo/processos/{caso[1]}/").status_code == 200
    assert not any(t in superficies(client, caso[1]) for t in (SEGREDO, "Maria Aparecida", "telefone do denunciante"))


def test_restaurado_volta_a_pagina_e_a_busca(client, caso):
    antes = superficies(client, caso[1]).count(SEGREDO)
    decidir(caso, Visibilidade.OCULTO)
    decidir(caso, Visibilidade.PUBLICO, "Decisão revista")

    tudo = superficies(client, caso[1])

    assert tudo.count(SEGREDO) == antes
    assert "Maria Aparecida" in tudo


@pytest.mark.parametrize("decidida", [Visibilidade.OCULTO, Visibilidade.RESUMIDO])
def test_o_reenvio_nao_desfaz_o_que_o_orgao_decidiu(client, caso, decidida):
    orgao, numero, _ = caso
    decidir(caso, decidida)

    enviar(
        fabricar_sistema(orgao), documento(numero, movimento(quando="2024-04-01T10:00:00-03:00"), assunto=SEGREDO + " II")
    )

    assert Registro.objects.get(numero=numero).visibilidade == decidida
    assert SEGREDO not in superficies(client, numero)


def test_o_publico_que_o_orgao_decidiu_vale_sobre_a_mencao_no_texto(caso):
    orgao, numero, _ = caso
    decidir(caso, Visibilidade.PUBLICO)

    enviar(fabricar_sistema(orgao), documento(numero, movimento(operacao="Juntado anexo restrito")))

    assert Registro.objects.get(numero=numero).visibilidade == Visibilidade.PUBLICO


def test_cada_ato_fica_na_auditoria_com_o_motivo(caso):
    decidir(caso, Visibilidade.OCULTO, "Segredo de justiça")

    ato = Ato.objects.get(ato="processo.oculto")

    assert (ato.pessoa, ato.orgao, ato.detalhes["motivo"]) == (caso[2], caso[0], "Segredo de justiça")


def test_sem_motivo_nao_se_oculta(caso):
    with pytest.raises(MotivoAusente):
        decidir(caso, Visibilidade.OCULTO, "  ")


def test_so_quem_gere_o_orgao_cuida_do_que_ele_publica(caso):
    orgao, numero, _ = caso
    fraco = fabricar_gestor(orgao)
    fraco.entrada_forte = False
    de_outro = fabricar_gestor(fabricar_orgao())
    leitor = dar_papel(fabricar_pessoa(), "consulta", orgao)
    for pessoa in (fabricar_pessoa(), de_outro, leitor, fraco):
        with pytest.raises(SemPermissao):
            decidir_visibilidade(por=pessoa, numero=numero, orgao_id=orgao.pk, visibilidade=Visibilidade.OCULTO, motivo="x")
    decidir_visibilidade(
        por=fabricar_central(), numero=numero, orgao_id=orgao.pk, visibilidade=Visibilidade.OCULTO, motivo="x"
    )


def test_numero_que_o_orgao_nao_enviou_nao_existe_para_ele(caso):
    orgao = fabricar_orgao()
    with pytest.raises(ProcessoNaoEncontrado):
        decidir_visibilidade(
            por=fabricar_gestor(orgao), numero=caso[1], orgao_id=orgao.pk, visibilidade=Visibilidade.OCULTO, motivo="x"
        )


def test_regra_retem_o_texto_ja_recebido_e_o_que_chegar(client, caso):
    orgao, numero, gestor = caso
    criar_regra_de_retencao(por=gestor, orgao_id=orgao.pk, trecho="NOTA LIVRE:", motivo="Anotações internas")
    enviar(
        fabricar_sistema(orgao),
        documento(numero, movimento(quando="2024-04-01T10:00:00-03:00", operacao="nota livre: outra coisa")),
    )

    tudo = superficies(client, numero)

    assert "telefone do denunciante" not in tudo
    assert "outra coisa" not in tudo
    assert MOVIMENTO_RESERVADO in tudo


def test_regra_de_um_orgao_nao_retem_o_texto_de_outro(client, caso):
    outro = fabricar_orgao()
    criar_regra_de_retencao(por=fabricar_gestor(outro), orgao_id=outro.pk, trecho="nota livre:", motivo="x")

    assert "telefone do denunciante" in superficies(client, caso[1])


def test_trecho_curto_demais_e_recusado(caso):
    with pytest.raises(RetencaoInvalida):
        criar_regra_de_retencao(por=caso[2], orgao_id=caso[0].pk, trecho="nota", motivo="x")


def test_movimento_retido_volta_quando_a_retencao_e_encerrada(client, caso):
    orgao, numero, gestor = caso
    chave = Andamento.objects.get(numero=numero).chave
    retencao = reter_movimento(por=gestor, numero=numero, orgao_id=orgao.pk, chave=chave, motivo="Engano")
    assert "telefone do denunciante" not in superficies(client, numero)

    encerrar_retencao(por=gestor, retencao_id=retencao.pk)

    assert "telefone do denunciante" in superficies(client, numero)


def test_retencao_de_outro_orgao_nao_existe(caso):
    orgao, _, gestor = caso
    regra = criar_regra_de_retencao(por=gestor, orgao_id=orgao.pk, trecho="nota livre", motivo="x")

    with pytest.raises(RetencaoNaoEncontrada):
        encerrar_retencao(por=fabricar_gestor(fabricar_orgao()), retencao_id=regra.pk)


def test_reter_muda_o_etag_de_quem_guardou_copia(client, caso):
    orgao, numero, gestor = caso
    antes = client.get(f"/api/v1/processos/{numero}/andamentos")["ETag"]

    reter_movimento(
        por=gestor, numero=numero, orgao_id=orgao.pk, chave=Andamento.objects.get(numero=numero).chave, motivo="x"
    )

    assert client.get(f"/api/v1/processos/{numero}/andamentos", headers={"If-None-Match": antes}).status_code == 200


def test_criar_regra_muda_o_etag_de_quem_guardou_copia(client, caso):
    antes = client.get(f"/api/v1/processos/{caso[1]}/andamentos")["ETag"]

    criar_regra_de_retencao(por=caso[2], orgao_id=caso[0].pk, trecho="nota livre", motivo="x")

    assert client.get(f"/api/v1/processos/{caso[1]}/andamentos", headers={"If-None-Match": antes}).status_code == 200


def test_nome_mascarado_some_da_pagina_do_assunto_e_da_busca_e_o_reenvio_nao_o_traz_de_volta(client, caso):
    orgao, numero, gestor = caso
    enviar(
        fabricar_sistema(orgao),
        documento(numero, assunto="Pensão de Maria Aparecida Souza", interessados=interessados("Maria Aparecida Souza")),
    )
    mascarar_nome(por=gestor, numero=numero, orgao_id=orgao.pk, ordem=0, motivo="Pedido da titular")
    assert "Aparecida" not in superficies(client, numero)

    enviar(
        fabricar_sistema(orgao),
        documento(
            numero, assunto="Pensão de Maria Aparecida Souza (2)", interessados=interessados("MARIA APARECIDA SOUZA")
        ),
    )

    assert Interessado.objects.get(numero=numero).nome == "M. A. S."
    assert "aparecida" not in superficies(client, numero).lower().replace("buscas?interessado=aparecida", "")
