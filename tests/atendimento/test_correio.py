"""Respostas por e-mail: do que os programas de correio mandam ao passo no chamado, e o que nunca vira passo."""

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.utils import timezone

from pen.atendimento.enums import CanalDaMensagem, Passo
from pen.atendimento.management.resposta import comando
from pen.atendimento.models import Anexo, Chamado, CorreioRecebido, EnderecoDeResposta, PassoDoChamado
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.avisos_do_chamado import redigir_avisos_do_chamado
from pen.atendimento.services.correio import RESPOSTAS_POR_HORA, Destino, receber_resposta
from pen.atendimento.services.uniao import unir_chamado
from pen.atendimento.values.correio import ler_resposta, texto_novo
from pen.notificacoes.canais.correio import montar
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import AvisoARedigir
from pen.notificacoes.values import Entrega
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado

# --- O que há de novo numa resposta, como os programas de verdade a mandam

NOVO = "A versão é a 4.1.2.\nContinua igual."
CITADO = "Qual é a versão do SEI?\n\nEquipe de atendimento"
FORMAS = {
    "gmail": f"{NOVO}\n\nEm seg., 16 de nov. de 2026 às 10:00, Central <c@x.gov.br> escreveu:\n\n> {CITADO}",
    "gmail em duas linhas": f"{NOVO}\n\nEm seg., 16 de nov. de 2026 às 10:00, Central de Atendimento\n<c@x.gov.br> escreveu:\n> oi",
    "outlook": f"{NOVO}\n\nDe: Central <c@x.gov.br>\nEnviada em: segunda-feira, 16 de novembro\nPara: Eu\nAssunto: Oi\n\n{CITADO}",
    "outlook da web": f"{NOVO}\n\n________________________________\nDe: Central\nEnviado: 2a\nPara: Eu\nAssunto: Oi\n\n{CITADO}",
    "mensagem original": f"{NOVO}\n\n-----Mensagem original-----\nDe: Central\n{CITADO}",
    "apple": f"{NOVO}\n\nEm 16 de nov. de 2026, à(s) 10:00, Central <c@x.gov.br> escreveu:\n\n> {CITADO}",
    "thunderbird": f"{NOVO}\n\nEm 16/11/2026 10:00, Central escreveu:\n> {CITADO}",
    "zimbra": f"{NOVO}\n\n----- Mensagem original -----\nDe: Central\nPara: Eu\n{CITADO}",
    "expresso": f"{NOVO}\n\nEm 16/11/2026 às 10:00 horas, c@x.gov.br escreveu:\n{CITADO}",
    "roundcube": f"{NOVO}\n\nEm 2026-11-16 10:00, Central escreveu:\n> {CITADO}",
    "iphone": f"{NOVO}\n\nEnviado do meu iPhone\n\n> Em 16 de nov. de 2026, à(s) 10:00, Central <c@x.gov.br> escreveu:\n> \n> oi",
    "gmail em inglês": f"{NOVO}\n\nOn Mon, Nov 16, 2026 at 10:00 AM Central <c@x.gov.br> wrote:\n> {CITADO}",
    "sem citação": NOVO,
    "assinatura": f"{NOVO}\n\nEnviado do meu iPhone",
}  # fmt: skip


@pytest.mark.parametrize("forma", FORMAS)
def test_so_o_novo_fica(forma):
    assert texto_novo(FORMAS[forma]) == NOVO


def test_o_que_parece_citacao_e_nao_e_fica():
    texto = "Em 2025 o fornecedor escreveu: não atendemos mais.\nO que fazemos?"

    assert texto_novo(texto) == texto


def mensagem(
    texto: str = NOVO, *, para: str = "central+x@x.gov.br", de: str = "eu@exemplo.org", **cabecalhos: str
) -> EmailMessage:
    m = EmailMessage(policy=SMTP)
    m["From"], m["To"], m["Subject"], m["Message-ID"] = de, para, "Re: chamado", "<a@b>"
    for nome, valor in cabecalhos.items():
        chave = nome.replace("_", "-")
        del m[chave]
        m[chave] = valor
    m.set_content(texto)
    return m


@pytest.mark.parametrize(
    "cabecalhos",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated"}, {"Return_Path": "<>"},
        {"Return_Path": "<MAILER-DAEMON>"}, {"X_Autoreply": "yes"}, {"Precedence": "bulk"}, {"List_Id": "<lista.x>"},
        {"Subject": "Resposta automática: chamado"}, {"Subject": "Automatic reply: x"}, {"Subject": "Out of Office"},
    ],
)  # fmt: skip
def test_autoresposta_nao_e_interacao(cabecalhos):
    assert ler_resposta(mensagem(**cabecalhos).as_bytes()).automatica


@pytest.mark.parametrize(
    "cabecalhos", [{}, {"Auto_Submitted": "no"}, {"Subject": "RES: resposta automática do sistema falhou"}]
)
def test_gente_e_gente(cabecalhos):
    assert not ler_resposta(mensagem(**cabecalhos).as_bytes()).automatica


@pytest.mark.parametrize("cabeca", ["<head><style>p{}</style></head>", "<head><meta charset=utf-8><body>"])
def test_so_html_tambem_se_le(cabeca):
    m = mensagem()
    m.set_content(f"{cabeca}<p>A vers&atilde;o<br>4.1</p><blockquote>Qual?</blockquote>", subtype="html")

    assert ler_resposta(m.as_bytes()).texto == "A versão\n4.1"


@pytest.mark.parametrize(
    "bruto",
    [
        b"", b"\x00\xff" * 1000, b"From: \r\nTo: ,,,<<>>\r\n\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Type: text/plain; charset=nada\r\n\r\n\xe7", b"To: " + b"a@b," * 5000 + b"\r\n\r\nx",
        b"Subject: =?utf-8?b?////?=\r\nMessage-ID: <\x80>\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 300,
    ],
)  # fmt: skip
def test_lixo_nao_derruba_nem_demora(bruto):
    ler_resposta(bruto)


# --- No chamado


@pytest.fixture
def chamado(central, settings, tmp_path):
    settings.CHAMADOS_RESPOSTAS, settings.PASTA_DE_ANEXOS = "central@x.gov.br", tmp_path
    chamado = fabricar_chamado(agora=timezone.now())
    falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual?")
    return chamado


def trecho(chamado):
    aviso = Aviso.objects.get(pessoa=chamado.solicitante, dados__evento="informacao")
    return redigir_avisos_do_chamado([AvisoARedigir(aviso.pk, aviso.pessoa_id, aviso.chave, aviso.dados, aviso.criado_em)])[
        aviso.pk
    ]


def responder(chamado, texto=NOVO, **opcoes) -> bytes:
    padrao = {"para": trecho(chamado).resposta, "de": f"Eu <{chamado.solicitante.email.upper()}>"}
    return mensagem(texto, **padrao | opcoes).as_bytes()


@pytest.mark.django_db
class TestNoChamado:
    def test_o_aviso_diz_para_onde_responder_e_se_junta_aos_outros(self, chamado):
        entrega = Entrega(id=uuid4(), criada_em=timezone.now(), para="x@x.org", trechos=[trecho(chamado)])

        m = montar(entrega).message()

        assert m["Reply-To"].startswith("central+") and m["References"] == m["In-Reply-To"] != m["Message-ID"]
        assert EnderecoDeResposta.objects.filter(chamado=chamado, pessoa=chamado.solicitante).count() == 1

    def test_quem_atende_nao_recebe_endereco_de_resposta(self, chamado):
        receber_resposta(responder(chamado))
        aviso = Aviso.objects.get(dados__evento="completado")

        trechos = redigir_avisos_do_chamado(
            [AvisoARedigir(aviso.pk, aviso.pessoa_id, aviso.chave, aviso.dados, aviso.criado_em)]
        )  # fmt: skip
        assert trechos[aviso.pk].resposta == ""

    def test_resposta_outlook_encadeia(self, chamado):
        assert receber_resposta(responder(chamado, FORMAS["outlook"])) == Destino.GRAVADA

        passo = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.COMPLETAR)
        assert (passo.texto, passo.canal, passo.por) == (NOVO, CanalDaMensagem.CORREIO, chamado.solicitante)
        chamado.refresh_from_db()
        assert chamado.situacao == "em_atendimento"

    def test_a_mesma_mensagem_de_novo_nao_dobra(self, chamado):
        bruto = responder(chamado)

        assert [receber_resposta(bruto), receber_resposta(bruto)] == [Destino.GRAVADA, Destino.REPETIDA]
        assert PassoDoChamado.objects.filter(passo=Passo.COMPLETAR).count() == 1

    def test_o_destinatario_do_envelope_basta(self, chamado):
        para = trecho(chamado).resposta

        assert receber_resposta(responder(chamado, para="outra@x.gov.br"), para=para.upper()) == Destino.GRAVADA

    def test_resposta_automatica_nao_move_o_chamado(self, chamado):
        assert receber_resposta(responder(chamado, Auto_Submitted="auto-replied")) == Destino.AUTOMATICA

        chamado.refresh_from_db()
        assert chamado.situacao == "aguardando_usuario" and chamado.silencio_desde is not None

    def test_de_outro_endereco_nao_vale_e_a_pessoa_sabe(self, chamado):
        assert receber_resposta(responder(chamado, de="outra@exemplo.org")) == Destino.OUTRO_REMETENTE

        assert Aviso.objects.filter(pessoa=chamado.solicitante, dados__evento="outro_remetente").count() == 1
        assert not PassoDoChamado.objects.filter(passo=Passo.COMPLETAR).exists()

    def test_respostas_demais_em_uma_hora_nao_se_gravam_e_a_pessoa_sabe_uma_vez(self, chamado):
        agora = timezone.now()
        brutos = [
            responder(chamado, f"Mensagem {n}", Message_ID=f"<{n}@exemplo.org>") for n in range(RESPOSTAS_POR_HORA + 3)
        ]
        destinos = [receber_resposta(bruto, agora=agora) for bruto in brutos]

        assert destinos == [Destino.GRAVADA] * RESPOSTAS_POR_HORA + [Destino.DEMAIS] * 3
        assert Aviso.objects.filter(pessoa=chamado.solicitante, dados__evento="demais").count() == 1
        depois = responder(chamado, "Mais tarde", Message_ID="<depois@exemplo.org>")
        assert receber_resposta(depois, agora=agora + timedelta(minutes=61)) == Destino.GRAVADA

    def test_as_ferias_de_alguem_nao_gastam_as_respostas_dele(self, chamado):
        for n in range(RESPOSTAS_POR_HORA + 1):
            receber_resposta(responder(chamado, Auto_Submitted="auto-replied", Message_ID=f"<{n}@exemplo.org>"))

        assert receber_resposta(responder(chamado)) == Destino.GRAVADA

    @pytest.mark.parametrize(("horas", "destino"), [(47, Destino.REABRIU), (49, Destino.FORA_DO_PRAZO)])
    def test_depois_de_encerrado_reabre_ate_48_horas(self, chamado, horas, destino):
        fim = timezone.now()
        encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.", agora=fim)

        assert receber_resposta(responder(chamado), agora=fim + timedelta(hours=horas)) == destino

        chamado.refresh_from_db()
        assert chamado.aberto == (destino == Destino.REABRIU)

    def test_anexos_bons_entram_e_o_ruim_vira_uma_frase(self, chamado):
        m = mensagem(para=trecho(chamado).resposta, de=chamado.solicitante.email)
        m.add_attachment(b"linha 1", maintype="text", subtype="plain", filename="erro.log")
        m.add_attachment(b"<svg/>", maintype="image", subtype="svg+xml", filename="x.svg")

        assert receber_resposta(m.as_bytes()) == Destino.GRAVADA
        assert Anexo.objects.get().nome == "erro.log"
        assert "O anexo «x.svg» não pôde ser aceito." in PassoDoChamado.objects.get(passo=Passo.COMPLETAR).texto

    @pytest.mark.parametrize("texto", ["", "\n\n> só citação\n> nada mais"])
    def test_sem_nada_de_novo_nao_ha_passo(self, chamado, texto):
        assert receber_resposta(responder(chamado, texto)) == Destino.VAZIA

    def test_so_o_assunto_com_o_protocolo_nao_abre_nada(self, chamado):
        bruto = mensagem(
            para="central@x.gov.br", de=chamado.solicitante.email, Subject=f"Re: {chamado.protocolo}"
        ).as_bytes()

        assert receber_resposta(bruto) == Destino.SEM_ENDERECO and not CorreioRecebido.objects.exists()

    def test_desligado_nao_da_endereco_nem_recebe(self, chamado, settings):
        para = trecho(chamado).resposta
        settings.CHAMADOS_RESPOSTAS = ""

        assert trecho(chamado).resposta == ""
        assert receber_resposta(responder(chamado, para=para)) == Destino.SEM_ENDERECO

    def test_o_comando_le_da_entrada_e_diz_o_que_fez(self, chamado):
        pen = CliRunner()

        assert "Gravada no chamado." in pen.invoke(comando, input=responder(chamado)).output
        assert "Não é resposta a um chamado nosso" in pen.invoke(comando, input=b"lixo").output
        assert Chamado.objects.get().situacao == "em_atendimento"


def test_a_resposta_ao_que_foi_unido_entra_no_que_continua(chamado):
    atendente, principal = fabricar_atendente(), fabricar_chamado(chamado.solicitante)
    bruto = responder(chamado)
    unir_chamado(por=atendente, chave=chamado.chave, principal=principal.protocolo)

    assert receber_resposta(bruto) == Destino.GRAVADA
    assert PassoDoChamado.objects.filter(chamado=principal, passo=Passo.COMPLETAR, texto=NOVO).exists()
