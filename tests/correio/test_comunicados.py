"""As comunicações oficiais: uma pessoa escreve, outra envia, cada órgão recebe uma, e quem responde começa uma conversa."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from pen.auditoria.models import Ato
from pen.comum.errors import PedidoIncompleto
from pen.correio.enums import Situacao
from pen.correio.errors import ComunicadoJaEnviado, ComunicadoNaoEncontrado, EnvioProprio
from pen.correio.models import Comunicado, Conversa, Envio
from pen.correio.public import enviar_das_caixas
from pen.correio.selectors.comunicados import consultar_comunicado
from pen.correio.selectors.conversas import listar_conversas
from pen.correio.selectors.numeros import numeros_das_caixas
from pen.correio.services.comunicados import enviar_comunicado, escrever_comunicado, excluir_comunicado
from pen.correio.services.guarda import cumprir_guarda
from pen.identidade.enums import Esfera, Papel, SituacaoDoOrgao
from tests.apoio_de_correio import devolucao_de, enviar, resposta_a
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.correio import PROCESSO
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_gestor, fabricar_pessoa

AGORA = timezone.now()


def gestora(email: str, esfera: Esfera = Esfera.FEDERAL, **campos: object):
    pessoa = fabricar_pessoa(email=email, **{"email_confirmado_em": AGORA} | campos)
    return dar_papel(pessoa, Papel.GESTOR, fabricar_orgao(esfera=esfera))


def escrever(por=None, **campos: object) -> Comunicado:
    padrao = {
        "caixa": "processo-eletronico",
        "assunto": "Nova versão do guia",
        "texto": "Publicamos o guia.",
        "esferas": ["federal"],
    }
    return escrever_comunicado(por=por or fabricar_central(), **padrao | campos)


def mandar(comunicado: Comunicado, por=None) -> Comunicado:
    return enviar_comunicado(por=por or fabricar_central(), comunicado_id=comunicado.pk, visto=comunicado.alterado_em)


def test_cada_pessoa_recebe_uma_e_quem_responde_comeca_uma_conversa(correio):
    caixa, recepcao, entrada = correio
    gestora("a@orgao.exemplo")
    de_dois = gestora("b@orgao.exemplo")
    dar_papel(de_dois, Papel.GESTOR, fabricar_orgao(esfera=Esfera.FEDERAL))
    gestora("estado@orgao.exemplo", Esfera.ESTADUAL)
    gestora("sem-confirmar@orgao.exemplo", email_confirmado_em=None)
    gestora("saiu@orgao.exemplo", is_active=False)
    suspenso = fabricar_orgao(esfera=Esfera.FEDERAL, situacao=SituacaoDoOrgao.SUSPENSO)
    dar_papel(fabricar_pessoa(email="suspenso@orgao.exemplo", email_confirmado_em=AGORA), Papel.GESTOR, suspenso)
    comunicado = mandar(escrever())
    enviar_das_caixas()

    assert caixa.para() == {"a@orgao.exemplo": 1, "b@orgao.exemplo": 1} and comunicado.destinatarios == 2
    nossa = caixa.recebidas[0]
    assert nossa["From"] == f"Processo Eletrônico Nacional <{PROCESSO}>" and nossa["Subject"] == "Nova versão do guia"
    assert nossa["Precedence"] == "bulk" and "orgao.exemplo" not in str(nossa["Cc"])
    central = fabricar_central()
    assert listar_conversas(para=central)[0] == []  # a que ninguém respondeu não enche a fila

    enviar(entrada, resposta_a(nossa, str(nossa["To"]), "Qual é o endereço?"))
    (conversa,) = listar_conversas(para=central)[0]
    assert recepcao.ditos[-1] == "Gravada na caixa." and conversa.situacao == Situacao.NOVA and conversa.por_ler
    lido = consultar_comunicado(comunicado.pk, para=central)
    assert (lido.enviadas, lido.por_enviar, lido.falharam, lido.responderam) == (2, 0, 0, 1)

    enviar(entrada, devolucao_de(caixa.recebidas[1], PROCESSO), do_envelope="")
    lido = consultar_comunicado(comunicado.pk, para=central)
    assert (lido.enviadas, lido.falharam, lido.responderam) == (1, 1, 1)


def test_quem_escreveu_nao_envia_e_quem_altera_passa_a_ser_o_autor(caixas):
    gestora("a@orgao.exemplo")
    uma, outra = fabricar_central(), fabricar_central()
    comunicado = escrever(uma)
    with pytest.raises(EnvioProprio):
        mandar(comunicado, uma)

    escrever(outra, comunicado_id=comunicado.pk, texto="Outro texto.")
    with pytest.raises(ComunicadoJaEnviado):  # leu o que já não é
        mandar(comunicado, uma)
    comunicado.refresh_from_db()
    with pytest.raises(EnvioProprio):
        mandar(comunicado, outra)
    assert mandar(comunicado, uma).enviado_por == uma


def test_enviado_nao_muda_nao_se_exclui_e_nao_sai_de_novo(caixas):
    gestora("a@orgao.exemplo")
    comunicado, central = mandar(escrever()), fabricar_central()
    for ato in (
        lambda: mandar(comunicado, central), lambda: escrever(comunicado_id=comunicado.pk),
        lambda: excluir_comunicado(por=central, comunicado_id=comunicado.pk),
    ):  # fmt: skip
        with pytest.raises(ComunicadoJaEnviado):
            ato()
    assert Envio.objects.count() == 1
    assert {*Ato.objects.values_list("ato", flat=True)} == {"comunicado.escrito", "comunicado.enviado"}


def test_de_duas_que_enviam_ao_mesmo_tempo_uma_envia(correio):
    for n in range(3):
        gestora(f"g{n}@orgao.exemplo")
    comunicado, quem = escrever(), [fabricar_central(), fabricar_central()]

    ao_mesmo_tempo(lambda n: mandar(comunicado, quem[n]), 2, perder=ComunicadoJaEnviado)
    assert Envio.objects.count() == 3


@pytest.mark.parametrize(
    "campos",
    [
        {"assunto": " "},
        {"texto": ""},
        {"texto": "x" * 20_001},
        {"esferas": []},
        {"esferas": ["marciana"]},
        {"caixa": "nao-ha"},
    ],
)
def test_comunicado_incompleto_nao_se_grava(caixas, campos):
    with pytest.raises(PedidoIncompleto):
        escrever(**campos)
    assert not Comunicado.objects.exists()


def test_sem_ninguem_que_receba_nao_se_envia(caixas):
    with pytest.raises(PedidoIncompleto):
        mandar(escrever())
    assert Comunicado.objects.get().enviado_em is None


@pytest.mark.parametrize("fabrica", [fabricar_pessoa, fabricar_atendente, lambda: fabricar_gestor(fabricar_orgao())])
def test_so_a_equipe_central_escreve_le_e_envia(caixas, fabrica, client):
    comunicado, quem = escrever(), fabrica()
    for ato in (
        lambda: escrever(quem), lambda: mandar(comunicado, quem), lambda: escrever(quem, comunicado_id=comunicado.pk),
        lambda: excluir_comunicado(por=quem, comunicado_id=comunicado.pk),
    ):  # fmt: skip
        with pytest.raises(ComunicadoNaoEncontrado):
            ato()
    entrar(client, quem)
    for endereco in ("", "novo/", f"{comunicado.pk}/", f"{comunicado.pk}/alterar/"):
        assert client.get(f"/correio/comunicados/{endereco}").status_code == 404


def test_os_comunicados_nao_entram_nos_numeros_e_se_anonimizam_no_prazo(caixas):
    gestora("a@orgao.exemplo")
    mandar(escrever())
    conversa = Conversa.objects.get()
    assert [n.recebidas for n in numeros_das_caixas(para=fabricar_central(), desde=AGORA - timedelta(days=1))] == [0, 0]

    Conversa.objects.update(mexida_em=AGORA - timedelta(days=731))
    assert cumprir_guarda(agora=AGORA)[0] == 1
    conversa.refresh_from_db()
    assert conversa.remetente == "" and conversa.comunicado_id


def test_pela_pagina(caixas, client):
    gestora("a@orgao.exemplo")
    uma, outra = fabricar_central(), fabricar_central()
    entrar(client, uma)
    errado = client.post("/correio/comunicados/novo/", {"caixa": "processo-eletronico", "texto": "Só o texto"})
    assert errado.status_code == 422 and "Escreva o assunto." in errado.text and "Só o texto" in errado.text
    dados = {
        "caixa": "processo-eletronico",
        "assunto": "Um <b>assunto</b>",
        "texto": "Um texto",
        "esferas": ["federal", "estadual"],
    }
    endereco = client.post("/correio/comunicados/novo/", dados)["Location"]
    pagina = client.get(endereco).text
    assert "outra pessoa da equipe central" in pagina and "1 pessoa" in pagina and "<b>assunto" not in pagina
    comunicado = Comunicado.objects.get()
    visto = {"visto": comunicado.alterado_em.isoformat()}
    recusado = client.post(f"{endereco}enviar", visto)
    assert recusado.status_code == 422 and "Você o escreveu" in recusado.text

    entrar(client, outra)
    for errada in ({}, {"visto": "lixo"}, {"visto": "2026-99-99T00:00:00Z"}, {"visto": "2020-01-01T00:00:00Z"}):
        assert client.post(f"{endereco}enviar", errada).status_code == 422
    assert client.post(f"{endereco}enviar", visto).status_code == 302
    assert "Aceitas pelo servidor" in client.get(endereco).text and "enviado" in client.get("/correio/comunicados/").text
    assert client.post(f"{endereco}excluir").status_code == 409
    assert client.get(f"/correio/comunicados/{uuid4()}/").status_code == 404


def test_o_que_nao_saiu_se_exclui_pela_pagina(caixas, client):
    comunicado = escrever()
    entrar(client, fabricar_central())
    assert client.get(f"/correio/comunicados/{comunicado.pk}/alterar/").status_code == 200
    assert client.post(f"/correio/comunicados/{comunicado.pk}/excluir").status_code == 302
    assert not Comunicado.objects.exists()
