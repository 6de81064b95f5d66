"""As páginas das caixas: o que mostram, a quem, e o que se faz nelas."""

import re

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from pen.correio.enums import Especie, Passo, Situacao
from pen.correio.models import Caixa, Caso, Conversa, Expressao, Item
from pen.correio.services.comunicados import escrever_comunicado
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.correio import DE, PROCESSO, SUPORTE, chegar, responder
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db

DA_CENTRAL = {"central"}
TODOS = {"ninguém", "pessoa", "atendente", "central"}
LEITURA = {
    "inicio": TODOS, "conversas": DA_CENTRAL, "conversa": DA_CENTRAL, "original": DA_CENTRAL, "numeros": DA_CENTRAL,
    "caixa": DA_CENTRAL, "triagem": DA_CENTRAL, "expressao": DA_CENTRAL,
    "comunicados": DA_CENTRAL, "novo_comunicado": DA_CENTRAL, "comunicado": DA_CENTRAL, "alterar_comunicado": DA_CENTRAL,
}  # fmt: skip
ESCRITA = {
    "dar_passo": DA_CENTRAL, "excluir_expressao": DA_CENTRAL, "caixa": DA_CENTRAL, "triagem": DA_CENTRAL, "expressao": DA_CENTRAL,
    "novo_comunicado": DA_CENTRAL, "alterar_comunicado": DA_CENTRAL, "enviar_comunicado": DA_CENTRAL,
    "excluir_comunicado": DA_CENTRAL,
}  # fmt: skip


@pytest.fixture
def conversa(caixas) -> Conversa:
    return chegar("Um texto secreto.", assunto="Assunto secreto")


@pytest.fixture
def quem(client):
    """O cliente como cada papel."""
    fabricas = {"pessoa": fabricar_pessoa, "atendente": fabricar_atendente, "central": fabricar_central}

    def como(papel: str):
        return client if papel == "ninguém" else entrar(client, fabricas[papel]())

    return como


def enderecos(conversa: Conversa) -> dict[str, str]:
    comunicado = escrever_comunicado(
        por=fabricar_central(),
        caixa="processo-eletronico",
        assunto="Comunicado secreto",
        texto="Texto secreto.",
        esferas=["federal"],
    )
    partes = {
        "comunicado_id": comunicado.pk,
        "chave": conversa.chave, "passo": "assumir", "item_id": Item.objects.first().pk, "codigo": "adesao-pen",
        "expressao_id": Expressao.objects.first().pk,
    }  # fmt: skip
    todos = {}
    for padrao in get_resolver().url_patterns:
        if isinstance(padrao, URLResolver) and padrao.namespace == "correio":
            for folha in padrao.url_patterns:
                assert isinstance(folha, URLPattern)
                nomes = re.findall(r"<\w+:(\w+)>", str(folha.pattern))
                todos[folha.name] = reverse(f"correio:{folha.name}", kwargs={n: partes[n] for n in nomes})
    return todos


def test_toda_pagina_esta_numa_das_tabelas(conversa):
    assert set(enderecos(conversa)) == {*LEITURA, *ESCRITA}


@pytest.mark.parametrize("papel", sorted(TODOS))
@pytest.mark.parametrize("pagina", LEITURA)
def test_quem_abre_cada_pagina(conversa, quem, papel, pagina):
    resposta = quem(papel).get(enderecos(conversa)[pagina])

    if papel in LEITURA[pagina]:
        assert resposta.status_code == 200
    elif papel == "ninguém":
        assert resposta.status_code == 302 and resposta["Location"].startswith("/entrar/")
    else:
        assert resposta.status_code == 404
    if papel != "central":
        assert b"secreto" not in b"".join(resposta) and DE.encode() not in b"".join(resposta)


@pytest.mark.parametrize("papel", sorted(TODOS))
@pytest.mark.parametrize("pagina", ESCRITA)
def test_quem_muda_em_cada_pagina(conversa, quem, papel, pagina):
    antes = (Caixa.objects.count(), Expressao.objects.count(), Conversa.objects.get().versao)
    resposta = quem(papel).post(enderecos(conversa)[pagina], {"visto": "1"})

    if papel == "ninguém":
        assert resposta.status_code == 302 and resposta["Location"].startswith("/entrar/")
    else:
        assert resposta.status_code in ({302, 422} if papel == "central" else {404})
    if papel != "central":
        assert (Caixa.objects.count(), Expressao.objects.count(), Conversa.objects.get().versao) == antes


@pytest.mark.parametrize("endereco", ["conversas/nao-ha/assumir", "caixas/nao-ha/", "triagem/999999/"])
def test_o_que_nao_existe_e_404_tambem_para_a_central(caixas, quem, endereco):
    cliente = quem("central")

    assert cliente.post(f"/correio/{endereco}", {"visto": "1"}).status_code == 404


def test_passo_que_nao_existe_e_metodo_errado(conversa, quem):
    cliente = quem("central")

    assert cliente.get("/correio/conversas/nao-ha/").status_code == 404
    assert cliente.post(f"/correio/conversas/{conversa.chave}/voar", {"visto": "1"}).status_code == 404
    assert cliente.get(f"/correio/conversas/{conversa.chave}/assumir").status_code == 405
    assert cliente.post("/correio/conversas/").status_code == 405


def test_a_pagina_publica_diz_de_que_trata_cada_caixa_e_so_as_em_uso(caixas, client):
    pagina = client.get("/correio/").text
    assert "adesao.pen@exemplo.gov.br" in pagina and "Análise de caso técnico." in pagina
    assert "Contato com entes federativos aderentes ao ProPEN" in pagina and 'href="/atendimento/"' in pagina
    assert "Triagem" not in pagina and "/correio/conversas/" not in pagina

    Caixa.objects.filter(codigo="adesao-pen").update(ativa=False)
    assert "adesao.pen@" not in client.get("/correio/").text


def test_a_central_responde_pela_pagina(conversa, quem):
    cliente, endereco = quem("central"), f"/correio/conversas/{conversa.chave}/"
    assert "Um texto secreto." in cliente.get(endereco).text
    falta = cliente.post(f"{endereco}responder", {"visto": "1", "texto": "Minha resposta"})
    assert falta.status_code == 422 and "Diga de que caso se trata." in falta.text and "Minha resposta" in falta.text

    feito = cliente.post(f"{endereco}responder", {"visto": "1", "texto": "Minha resposta", "caso": Caso.objects.first().pk})
    assert (feito.status_code, feito["Location"]) == (302, endereco)
    pagina = cliente.get(endereco).text
    assert "Por enviar." in pagina and "respondeu" in pagina and "não abre, não atualiza e não resolve chamados" in pagina


def test_quem_perde_a_corrida_le_o_que_mudou_e_nao_perde_o_que_escreveu(conversa, quem):
    cliente, endereco = quem("central"), f"/correio/conversas/{conversa.chave}/"
    chegar("O que chegou enquanto isso.", In_Reply_To=Item.objects.get().identificacao)
    caso = Caso.objects.first().pk

    perdeu = cliente.post(f"{endereco}responder", {"visto": "1", "texto": "Minha resposta", "caso": caso})
    assert perdeu.status_code == 422 and "A conversa mudou depois que você abriu a página" in perdeu.text
    assert "O que chegou enquanto isso." in perdeu.text and "Minha resposta" in perdeu.text
    assert 'name="visto" value="2"' in perdeu.text  # lido isso, o mesmo botão envia
    assert cliente.post(f"{endereco}responder", {"visto": "2", "texto": "Minha resposta", "caso": caso}).status_code == 302


def test_quem_perde_para_outra_pessoa_le_o_que_escreveu_fora_do_formulario(conversa, quem):
    cliente = quem("central")
    responder(conversa, fabricar_central(), "A resposta da outra.")

    perdeu = cliente.post(
        f"/correio/conversas/{conversa.chave}/responder",
        {"visto": "1", "texto": "A minha", "caso": Caso.objects.first().pk},
    )
    assert perdeu.status_code == 422 and "O que você escreveu não foi enviado" in perdeu.text
    assert (
        "A minha" in perdeu.text
        and "A resposta da outra." in perdeu.text
        and Item.objects.filter(especie=Especie.RESPOSTA).count() == 1
    )


def test_as_recusadas_dizem_por_que_e_se_desfazem(caixas, quem):
    conversa, cliente = chegar(SUPORTE), quem("central")
    lista = cliente.get("/correio/conversas/?situacao=recusada").text
    assert "Recusadas por serem suporte" in lista and conversa.chave in lista
    pagina = cliente.get(f"/correio/conversas/{conversa.chave}/").text
    assert "«erro» (+2): relata um erro" in pagina and "Não era suporte" in pagina

    cliente.post(f"/correio/conversas/{conversa.chave}/aceitar", {"visto": conversa.versao})
    assert conversa.chave in cliente.get("/correio/conversas/").text
    assert Conversa.objects.get().situacao == Situacao.NOVA


@pytest.mark.parametrize("passo", [Passo.ASSUMIR, Passo.RECUSAR, Passo.ARQUIVAR, Passo.ANOTAR, Passo.CLASSIFICAR])
def test_os_outros_passos_pela_pagina(conversa, quem, passo):
    cliente = quem("central")
    dados = {"visto": "1", "texto": "Nota", "motivo": "Acabou", "caso": Caso.objects.first().pk}
    assert cliente.post(f"/correio/conversas/{conversa.chave}/{passo.value}", dados).status_code == 302

    pagina = cliente.get(f"/correio/conversas/{conversa.chave}/")
    assert pagina.status_code == 200


def test_o_original_so_se_baixa_e_o_nome_nao_diz_de_quem_e(conversa, quem):
    resposta = quem("central").get(f"/correio/conversas/{conversa.chave}/originais/{Item.objects.get().pk}")

    assert b"Um texto secreto." in b"".join(resposta.streaming_content)
    assert resposta["Content-Type"] == "application/octet-stream" and resposta["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="mensagem-[0-9a-f]{32}\.eml"', resposta["Content-Disposition"])
    assert "sandbox" in resposta["Content-Security-Policy"] and "no-store" in resposta["Cache-Control"]


def test_original_que_nao_esta_no_disco_diz_que_nao_esta(conversa, quem):
    Item.objects.update(original="0" * 64)

    assert quem("central").get(f"/correio/conversas/{conversa.chave}/originais/{Item.objects.get().pk}").status_code == 503


def test_o_que_vem_de_fora_se_escapa_e_nao_vai_a_titulo_nem_endereco(caixas, quem):
    conversa = chegar(
        "<script>alert(1)</script> texto", assunto="<b>Assunto</b> de Fulana", de='"<i>Fulana</i>" <f@x.exemplo>'
    )
    cliente = quem("central")
    for pagina in (cliente.get(f"/correio/conversas/{conversa.chave}/").text, cliente.get("/correio/conversas/").text):
        assert "<b>Assunto" not in pagina and "<script>alert" not in pagina and "<i>Ful" not in pagina
        assert "Fulana" not in re.search(r"<title>(.*?)</title>", pagina, re.S)[1]
    assert "Fulana" not in conversa.chave


def test_os_filtros_da_fila(caixas, quem):
    cliente = quem("central")
    uma, outra = chegar("Um texto."), chegar("Outro.", para=PROCESSO, de="b@x.exemplo")
    responder(outra, fabricar_central())

    def aparecem(consulta: str) -> set[str]:
        return {c.chave for c in (uma, outra) if c.chave in cliente.get(f"/correio/conversas/?{consulta}").text}

    assert aparecem("") == {uma.chave}
    assert aparecem("situacao=") == {uma.chave, outra.chave}
    assert aparecem("situacao=&caixa=processo-eletronico") == {outra.chave}
    assert aparecem(f"situacao=&caso={Conversa.objects.get(pk=outra.pk).caso_id}") == {outra.chave}
    assert aparecem("situacao=&por_ler=on") == {uma.chave} and aparecem("situacao=&minhas=on") == set()
    assert aparecem("situacao=lixo&caixa=lixo") == {uma.chave}


def test_a_fila_custa_o_mesmo_com_uma_e_com_muitas(caixas, quem, django_assert_max_num_queries):
    cliente = quem("central")
    chegar("Um texto.")
    cliente.get("/correio/conversas/")
    with django_assert_max_num_queries(14) as poucas:
        cliente.get("/correio/conversas/?situacao=")
    for n in range(30):
        chegar("Um texto.", de=f"a{n}@x.exemplo")
    with django_assert_max_num_queries(len(poucas)):
        pagina = cliente.get("/correio/conversas/?situacao=").text
    assert "Próxima" in pagina


def test_a_equipe_central_altera_a_caixa_e_a_triagem(caixas, quem):
    cliente = quem("central")
    dados = {
        "endereco": "novo@exemplo.gov.br", "nome": "Nova", "finalidade": "Serve.", "casos": "Um\n\n Dois ", "nunca_trata": "Nada.",
        "assinatura": "", "limite": "5",
    }  # fmt: skip
    assert cliente.post("/correio/caixas/adesao-pen/", dados).status_code == 302
    caixa = Caixa.objects.get(codigo="adesao-pen")
    assert (caixa.endereco, caixa.limite, caixa.ativa) == ("novo@exemplo.gov.br", 5, False)
    assert [c.texto for c in Caso.objects.filter(caixa=caixa, retirado_em=None)] == ["Um", "Dois"]
    errada = cliente.post("/correio/caixas/adesao-pen/", dados | {"endereco": PROCESSO})
    assert errada.status_code == 422 and "Este endereço é de outra caixa." in errada.text

    assert cliente.post("/correio/triagem/", {"texto": "ção*", "peso": "2", "por_que": "teste"}).status_code == 302
    nova = Expressao.objects.get(expressao="ção*")
    assert cliente.post(f"/correio/triagem/{nova.pk}/", {"texto": "cao*", "peso": "-1", "por_que": "x"}).status_code == 302
    assert Expressao.objects.get(pk=nova.pk).peso == -1
    assert cliente.post(f"/correio/triagem/{nova.pk}/excluir").status_code == 302


def test_o_inicio_da_central_leva_as_caixas_so_a_equipe_central(caixas, quem, client):
    assert "/correio/conversas/" not in client.get("/atendimento/").text
    assert "/correio/conversas/" in quem("central").get("/atendimento/").text


def test_a_pagina_dos_numeros(caixas, quem):
    responder(chegar("Um texto."), fabricar_central())
    for dias in ("", "?dias=90", "?dias=lixo"):
        pagina = quem("central").get(f"/correio/numeros/{dias}")
        assert pagina.status_code == 200 and "Contato com entes federativos" in pagina.text
