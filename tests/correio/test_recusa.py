"""O que é suporte se recusa com gentileza, uma vez, e com o endereço certo; com SMTP nos dois sentidos."""

import pytest

from pen.atendimento.models import Chamado, PassoDoChamado
from pen.atendimento.values.protocolo import formar_protocolo
from pen.correio.enums import Destino, Especie, Situacao
from pen.correio.models import Caixa, Conversa, Envio, Item
from pen.correio.public import enviar_das_caixas
from pen.correio.services.balcao import _balcoes
from pen.correio.services.conversas import aceitar_conversa
from pen.correio.services.recepcao import receber_mensagem
from tests.apoio_de_correio import devolucao_de, enviar, resposta_a
from tests.fabricas.atendimento import fabricar_chamado
from tests.fabricas.correio import ADESAO, ADMINISTRATIVO, DE, PROCESSO, SUPORTE, chegar, mensagem
from tests.fabricas.pessoas import fabricar_central


def texto_de(recebida) -> str:
    return recebida.get_body(("plain",)).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("caixa_de", [ADESAO, PROCESSO])
def test_caixa_adesao_recusa_suporte_com_link(correio, caixa_de, settings):
    settings.ENDERECO = "https://pen.exemplo.gov.br"
    caixa, recepcao, entrada = correio
    chamado = fabricar_chamado(assunto="Assunto secreto do chamado")
    passos = PassoDoChamado.objects.count()
    pedido = mensagem(
        f"Sobre o chamado {chamado.protocolo}: erro ao instalar o SEI, de novo.", para=caixa_de, assunto="Urgente"
    )

    enviar(entrada, pedido)
    enviar(entrada, pedido)  # o servidor de correio pode entregar duas vezes
    enviar_das_caixas()
    enviar_das_caixas()

    (aviso,) = caixa.recebidas
    texto = texto_de(aviso)
    assert recepcao.ditos == [
        "É um pedido de suporte: recusada, e quem escreveu foi avisado.",
        "Já tinha chegado; nada a fazer.",
    ]
    assert (aviso["To"], aviso["Reply-To"], aviso["In-Reply-To"]) == (DE, caixa_de, pedido["Message-ID"])
    assert (aviso["Auto-Submitted"], aviso["Precedence"]) == ("auto-replied", "bulk")
    assert "não abre, não atualiza e não resolve chamados" in texto
    assert "https://pen.exemplo.gov.br/atendimento/federal/sei/" in texto and "SEI, Executivo Municipal" in texto
    assert "https://pen.exemplo.gov.br/atendimento/chamados/\n" in texto  # a lista de quem entra, nunca o chamado
    for do_chamado in (chamado.protocolo, chamado.chave, chamado.assunto, "instalar", "Urgente"):
        assert do_chamado not in aviso.as_string()
    conversa = Conversa.objects.get()
    assert (conversa.situacao, conversa.caixa.endereco) == (Situacao.RECUSADA, caixa_de)
    assert Chamado.objects.count() == 1 and PassoDoChamado.objects.count() == passos  # nada nasceu, nada mudou


def test_sem_produto_nem_protocolo_o_link_e_o_da_central(correio):
    caixa, _, entrada = correio
    enviar(entrada, mensagem("Não consigo entrar no sistema."))
    enviar_das_caixas()

    texto = texto_de(caixa.recebidas[0])
    assert "/atendimento/\n" in texto and "/atendimento/chamados/" not in texto and "esfera" not in texto


def test_quem_responde_a_recusa_nao_recebe_outra_e_uma_pessoa_le(correio):
    caixa, recepcao, entrada = correio
    enviar(entrada, mensagem(SUPORTE))
    enviar_das_caixas()
    enviar(
        entrada, resposta_a(caixa.recebidas[0], DE, "Não é suporte: o erro é do texto do termo, e a senha é do envelope.")
    )
    enviar_das_caixas()

    conversa = Conversa.objects.get()
    assert len(caixa.recebidas) == 1 and recepcao.ditos[-1] == "Gravada na caixa."
    assert (conversa.situacao, conversa.por_ler) == (Situacao.RECUSADA, True)

    aceitar_conversa(por=fabricar_central(), chave=conversa.chave, visto=conversa.versao)
    enviar_das_caixas()
    conversa.refresh_from_db()
    assert conversa.situacao == Situacao.NOVA and conversa.recusa_desfeita_em
    assert "não é um pedido de suporte" in texto_de(caixa.recebidas[1])


@pytest.mark.parametrize(
    "cabecalhos",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<lista.exemplo>"},
        {"Subject": "Resposta automática: férias"}, {"Auto_Submitted": "auto-generated"},
    ],
)  # fmt: skip
def test_a_um_programa_nunca_se_responde(caixas, cabecalhos):
    conversa = chegar(SUPORTE, **cabecalhos)

    assert conversa.situacao == Situacao.ARQUIVADA and conversa.de_programa and not conversa.por_ler
    assert not Item.objects.exclude(especie=Especie.RECEBIDA).exists()


def test_devolucao_da_recusa_nao_se_responde_e_marca_o_que_nao_chegou(correio):
    caixa, recepcao, entrada = correio
    enviar(entrada, mensagem(SUPORTE))
    enviar_das_caixas()
    enviar(entrada, devolucao_de(caixa.recebidas[0], ADESAO), do_envelope="")
    enviar_das_caixas()

    assert len(caixa.recebidas) == 1 and recepcao.ditos[-1] == "É de um programa: gravada, sem resposta."
    (conversa,) = Conversa.objects.all()
    assert conversa.situacao == Situacao.RECUSADA and conversa.por_ler
    assert Envio.objects.get().erro_codigo == "5.1.1"


def test_laco_com_quem_responde_sozinho_sem_o_dizer_para(correio):
    caixa, _, entrada = correio
    respondidas = 0
    enviar(entrada, mensagem(SUPORTE))
    for _ in range(20):
        enviar_das_caixas()
        if len(caixa.recebidas) == respondidas:
            break
        for _ in caixa.recebidas[respondidas:]:
            enviar(
                entrada, mensagem("Recebemos a sua mensagem. Para suporte técnico, informe login e senha.")
            )  # sem encadear
        respondidas = len(caixa.recebidas)

    assert respondidas == 3
    ultima = Conversa.objects.order_by("pk").last()
    assert ultima.situacao == Situacao.NOVA and ultima.suspeita  # sem poder avisar, não se recusa: uma pessoa lê


def test_de_uma_caixa_saem_ate_sessenta_avisos_por_hora(caixas, monkeypatch):
    monkeypatch.setattr("pen.correio.services.recusa.AUTOMATICAS_POR_HORA", 4)
    situacoes = [chegar(SUPORTE, de=f"inventada{n}@orgao.exemplo").situacao for n in range(6)]

    assert situacoes == [Situacao.RECUSADA] * 4 + [Situacao.NOVA] * 2


@pytest.mark.parametrize("de", [PROCESSO, ADESAO, "central@exemplo.gov.br", "Avisos <nao-responda@exemplo.gov.br>"])
def test_laco_entre_as_nossas_caixas_nao_comeca(caixas, de):
    conversa = chegar(SUPORTE, de=de)

    assert conversa.situacao == Situacao.NOVA and conversa.suspeita
    assert not Item.objects.filter(especie=Especie.AUTOMATICA).exists()


def test_a_quem_o_dominio_nega_nao_se_responde_sozinho(caixas):
    conversa = chegar(SUPORTE, Authentication_Results="mx.exemplo.gov.br; spf=pass; dmarc=fail header.from=orgao.exemplo")

    assert conversa.situacao == Situacao.NOVA and conversa.suspeita


@pytest.mark.parametrize("de", ["", "<>", "nada", "a@b@c", "x\x01@y.z", "undisclosed-recipients:;"])
def test_sem_remetente_que_se_entenda_nao_ha_a_quem_responder(caixas, de):
    bruto = f"From: {de}\r\nTo: {ADESAO}\r\nSubject: erro\r\n\r\n{SUPORTE}".encode()
    assert receber_mensagem(bruto) == Destino.GRAVADA

    conversa = Conversa.objects.get()
    assert conversa.situacao == Situacao.NOVA and conversa.responder_a == ""


@pytest.mark.parametrize(
    "texto",
    [
        ADMINISTRATIVO,
        "Encaminhamos o ofício com o acordo de cooperação assinado; a versão final do módulo de anexos vai à parte.",
        "Gostaríamos de aderir ao ProPEN. Qual é o procedimento, e que acesso o estado precisa ter?",
        "Confirmo a presença na reunião dos pontos focais sobre governança.",
        "O decreto em vigor alcança as autarquias municipais?",
        "Segue o protocolo do documento; acessem a versão final pelo endereço abaixo.",
        "Queremos a instalação do SEI no nosso município. Com quem falamos?",
        "Solicito convite para o evento; a falha no envio anterior foi nossa.",
    ],
)
def test_o_administrativo_nao_se_recusa(caixas, texto):
    assert chegar(texto).situacao == Situacao.NOVA


@pytest.mark.parametrize(
    "texto",
    [
        SUPORTE,
        "Não consigo acessar o portal do Tramita.",
        "Esqueci a senha do SEI.",
        "Como faço para abrir um chamado?",
        "Preciso de credenciais para a API do Tramita, o webservice não funciona.",
        "Qual o andamento do chamado aberto na semana passada?",
        "Como instalar o módulo estatístico?",
        "O SEI não abre desde ontem, e a página carrega em branco.",
    ],
)
def test_o_que_e_suporte_se_recusa_e_diz_por_que(caixas, texto):
    conversa = chegar(texto, assunto="Ajuda")

    assert conversa.situacao == Situacao.RECUSADA
    assert all(len(sinal) == 3 and sinal[2] for sinal in conversa.suspeita)


def test_protocolo_no_assunto_basta_ainda_que_o_texto_seja_administrativo(caixas):
    conversa = chegar(ADMINISTRATIVO, assunto=f"Re: {formar_protocolo(2026, 123)}")

    assert conversa.situacao == Situacao.RECUSADA
    assert conversa.suspeita[0][0] == "protocolo no assunto"


@pytest.mark.parametrize("assunto", ["PEN-2026-000123-99", "Processo 50650.001658/2017-17", "Ofício 2026 123456"])
def test_numero_que_nao_e_protocolo_nao_basta(caixas, assunto):
    assert chegar(ADMINISTRATIVO, assunto=assunto).situacao == Situacao.NOVA


@pytest.mark.parametrize("campos", [{"limite": 0}, {"ativa": False}])
def test_a_caixa_pode_nao_recusar_sozinha(caixas, campos):
    Caixa.objects.update(**campos)

    assert chegar(SUPORTE).situacao == Situacao.NOVA


def test_sem_balcao_a_recusa_leva_ao_inicio(caixas, monkeypatch):
    monkeypatch.setattr("pen.correio.services.balcao._balcoes", [])
    assert _balcoes

    chegar(SUPORTE)
    assert "Para ser atendido" in Item.objects.get(especie=Especie.AUTOMATICA).texto
