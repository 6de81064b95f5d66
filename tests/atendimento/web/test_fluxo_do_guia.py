"""O fluxo inteiro do guia, numa semana de relógio: navegador, correio por SMTP nos dois sentidos, e os trabalhos periódicos.

O relógio é o do teste: as páginas, os trabalhos e o correio leem dele, e uma semana passa em segundos.
"""

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect

from pen.atendimento.enums import Passo
from pen.atendimento.models import Avaliacao, Chamado, PassoDoChamado
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.tasks import cuidar_dos_chamados_em_silencio
from pen.identidade.models import Pessoa
from pen.notificacoes.tasks import enviar_avisos_do_minuto
from tests.apoio_de_correio import DEVOLUCOES, RESPOSTAS, Recepcao, enviar, resposta_a, servidor_de_recepcao
from tests.apoio_de_navegador import abrir, entrar_de_novo, marcar
from tests.atendimento.web.test_navegador import fazer
from tests.fabricas.atendimento import em, fabricar_atendente
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_pessoa
from tests.notificacoes.apoio import Caixa, servidor_smtp

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]


class Semana:
    """Uma instalação na semana de 16 de novembro: o relógio, os trabalhos enquanto ele anda, o correio, e quem trata do chamado."""

    def __init__(self, navegador: Browser, base: str, caixa: Caixa, recepcao: Recepcao, porta: int) -> None:
        self.agora, self.base, self.recepcao = em("2026-11-16T10:00"), base, recepcao
        self._navegador, self._caixa, self._porta, self._lidas = navegador, caixa, porta, 0
        self.pessoa, self.triagem = fabricar_pessoa(), fabricar_atendente()
        self.tecnica = fabricar_atendente("tecnica", coordena=True)
        self.protocolo = self.pagina = ""
        self._telas: dict[int, Page] = {}

    def ate(self, quando: str) -> None:
        """Anda até o instante, de seis em seis horas, com os trabalhos periódicos."""
        fim = em(quando)
        while self.agora < fim:
            self.agora = min(self.agora + timedelta(hours=6), fim)
            cuidar_dos_chamados_em_silencio(0)
            enviar_avisos_do_minuto(0)

    def correio(self, *, para: str = "") -> list[EmailMessage]:
        """Sai o que há a sair; as mensagens que chegaram desde a última vez (só as da pessoa, se ``para``)."""
        enviar_avisos_do_minuto(0)
        novas, self._lidas = self._caixa.recebidas[self._lidas :], len(self._caixa.recebidas)
        return [m for m in novas if para in m["To"]]

    def responder(self, recebida: EmailMessage, texto: str, anexo: str = "", **cabecalhos: str) -> str:
        """A pessoa responde por e-mail ao que recebeu; o que a recepção disse."""
        mensagem = resposta_a(recebida, self.pessoa, texto, **cabecalhos)
        if anexo:
            mensagem.add_attachment(b"erro na linha 1", maintype="text", subtype="plain", filename=anexo)
        enviar(self._porta, mensagem)
        return self.recepcao.ditos[-1]

    def tela(self, quem: Pessoa, endereco: str = "") -> Page:
        """O navegador da pessoa, que acaba de entrar (de um dia para o outro, entra-se de novo), no endereço ou no chamado."""
        if (tela := self._telas.get(quem.pk)) is None:
            tela = self._telas[quem.pk] = abrir(self._navegador, 1280)
        entrar_de_novo(tela, self.base, quem)
        tela.goto(endereco or self.pagina)
        return tela

    def tela_de_quem_nao_entrou(self, endereco: str) -> Page:
        tela = abrir(self._navegador, 360)
        tela.goto(endereco)
        return tela


@pytest.fixture
def semana(navegador, live_server, monkeypatch, settings, tmp_path):
    """A instalação como quem opera a configura, com o correio de verdade nos dois sentidos."""
    caixa = Caixa()
    with servidor_smtp(caixa) as porta_de_saida, servidor_de_recepcao() as (recepcao, porta_de_entrada):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", porta_de_saida, 5
        settings.CHAMADOS_RESPOSTAS, settings.AVISOS_DEVOLUCOES = RESPOSTAS, DEVOLUCOES
        settings.ENDERECO, settings.PASTA_DE_ANEXOS = live_server.url, tmp_path
        esquecer_expediente()
        carregar_atendimento()
        fabricar_orgao(sigla="AGTT")
        semana = Semana(navegador, live_server.url, caixa, recepcao, porta_de_entrada)
        monkeypatch.setattr(timezone, "now", lambda: semana.agora)
        yield semana


def texto_de(mensagem: EmailMessage) -> str:
    return mensagem.get_body(("plain",)).get_content()


def assuntos(mensagens: list[EmailMessage]) -> list[str]:
    """O que se lê na lista do programa de correio, sem o protocolo."""
    return [m["Subject"].partition(": ")[2] for m in mensagens]


def passo(tela: Page, quem: str) -> Locator:
    """O passo da história em que se lê o texto."""
    return tela.locator(".conversa-item", has_text=quem)


def test_do_pedido_de_informacao_a_avaliacao_com_o_correio_de_verdade(semana):
    abre_o_chamado_e_recebe_o_protocolo(semana)
    pergunta = a_triagem_pede_uma_informacao(semana)
    responde_por_correio_com_um_arquivo(semana, pergunta)
    a_triagem_encaminha_ao_nivel_3(semana)
    o_nivel_3_propoe_a_solucao(semana)
    em_72_horas_de_silencio_e_lembrada_e_o_sistema_encerra(semana)
    com_47_horas_reabre_na_pagina(semana)
    fim = o_nivel_3_encerra(semana)
    com_49_horas_nao_se_reabre_nem_na_pagina_nem_por_correio(semana, fim)
    avalia_sem_entrar_pelo_endereco_do_correio(semana, fim)


def abre_o_chamado_e_recebe_o_protocolo(semana: Semana) -> None:
    tela = semana.tela(semana.pessoa, f"{semana.base}/atendimento/federal/sei/reportar-erro/")
    tela.locator("[name=assunto]").fill("Erro ao assinar")
    tela.get_by_role("button", name="Continuar").click()
    for campo, texto in {"orgao": "AGTT", "descricao": "A página fica em branco.", "r_passos": "1. Assinar"}.items():
        tela.locator(f"[name={campo}]").fill(texto)
    tela.locator("[name=r_ambiente]").select_option("Produção")
    tela.get_by_role("button", name="Abrir o chamado").click()
    expect(tela.get_by_text("Está na fila da equipe")).to_be_visible()

    chamado = Chamado.objects.get()
    semana.protocolo, semana.pagina = chamado.protocolo, f"{semana.base}/atendimento/chamados/{chamado.chave}/"
    (recibo,) = semana.correio()
    assert recibo["To"] == semana.pessoa.email and assuntos([recibo]) == ["chamado recebido"]
    assert semana.protocolo in recibo["Subject"] and semana.pagina in texto_de(recibo)


def a_triagem_pede_uma_informacao(semana: Semana) -> EmailMessage:
    semana.ate("2026-11-16T10:30")
    tela = semana.tela(semana.triagem, f"{semana.base}/atendimento/fila/")
    tela.get_by_role("link", name=semana.protocolo).click()
    fazer(tela, "Pedir informação", texto="Qual é a versão do SEI?")
    expect(tela.get_by_text("A equipe espera uma resposta de quem abriu.")).to_be_visible()

    (pergunta,) = semana.correio()
    assert pergunta["To"] == semana.pessoa.email and assuntos([pergunta]) == ["precisamos de uma informação"]
    assert "Qual é a versão do SEI?" in texto_de(pergunta) and "Sem resposta em 72 horas" in texto_de(pergunta)
    assert pergunta["Reply-To"].startswith("central+") and pergunta["Auto-Submitted"] == "auto-generated"
    return pergunta


def responde_por_correio_com_um_arquivo(semana: Semana, pergunta: EmailMessage) -> None:
    semana.ate("2026-11-16T11:00")
    assert semana.responder(pergunta, "É a 4.1.2.", anexo="erro.log") == "Gravada no chamado."

    tela = semana.tela(semana.triagem)
    expect(tela.get_by_text("está cuidando")).to_be_visible()
    expect(passo(tela, "É a 4.1.2.")).to_contain_text("erro.log")
    expect(passo(tela, "É a 4.1.2.")).not_to_contain_text("escreveu")  # a citação não entra
    (a_equipe,) = semana.correio()
    assert (a_equipe["To"], assuntos([a_equipe])) == (semana.triagem.email, ["há resposta de quem abriu"])


def a_triagem_encaminha_ao_nivel_3(semana: Semana) -> None:
    semana.ate("2026-11-16T14:00")
    tela = semana.tela(semana.triagem)
    tela.get_by_role("link", name="Encaminhar").click()
    item = tela.locator("#passo-encaminhar")
    item.locator("select").select_option("Especialistas técnicos")
    item.locator("[name$='-motivo']").fill("Defeito do módulo")
    item.locator("[name$='-tentado']").fill("Reinstalar")
    item.get_by_role("button", name="Encaminhar").click()
    expect(tela.get_by_text("encaminhou a outra equipe")).to_be_visible()

    (mudou,) = semana.correio(para=semana.pessoa.email)
    assert assuntos([mudou]) == ["seu chamado mudou de equipe"] and "Defeito do módulo" not in texto_de(mudou)


def o_nivel_3_propoe_a_solucao(semana: Semana) -> None:
    semana.ate("2026-11-16T15:00")
    tela = semana.tela(semana.tecnica, f"{semana.base}/atendimento/fila/")
    tela.get_by_role("link", name=semana.protocolo).click()
    expect(tela.get_by_text("Defeito do módulo")).to_be_visible()
    tela.get_by_role("link", name="Pedir que teste").click()
    fazer(tela, "Pedir que teste", texto="Instale a 4.1.3 e assine de novo.")

    tela = semana.tela(semana.pessoa)
    expect(tela.get_by_text("A equipe espera uma resposta sua.")).to_contain_text("encerrado em 19/11/2026 às 15:00")
    expect(tela.get_by_text("Defeito do módulo")).to_have_count(0)
    (teste,) = semana.correio(para=semana.pessoa.email)
    assert assuntos([teste]) == ["teste a solução"] and "Instale a 4.1.3" in texto_de(teste)


def em_72_horas_de_silencio_e_lembrada_e_o_sistema_encerra(semana: Semana) -> None:
    semana.ate("2026-11-17T15:00")
    (primeiro,) = semana.correio(para=semana.pessoa.email)
    assert assuntos([primeiro]) == ["esperamos a sua resposta"]
    ferias = semana.responder(primeiro, "Volto dia 30.", Auto_Submitted="auto-replied")
    assert ferias == "É resposta automática; nada a fazer."
    semana.ate("2026-11-19T14:59")
    assert assuntos(semana.correio(para=semana.pessoa.email)) == ["esperamos a sua resposta"]
    assert Chamado.objects.get().aberto
    semana.ate("2026-11-19T15:00")

    (silencio,) = semana.correio(para=semana.pessoa.email)
    assert assuntos([silencio]) == ["chamado encerrado por falta de resposta"]
    assert "/atendimento/avaliacoes/" in texto_de(silencio)
    prova = PassoDoChamado.objects.get(passo=Passo.SILENCIAR).detalhes["lembretes"]
    assert [bool(lembrete["entregue_em"]) for lembrete in prova] == [True, True]
    tela = semana.tela(semana.pessoa)
    expect(tela.get_by_text("Encerrado em 19/11/2026 às 15:00")).to_contain_text("reabrir até 21/11/2026 às 15:00")


def com_47_horas_reabre_na_pagina(semana: Semana) -> None:
    semana.ate("2026-11-21T14:00")
    tela = semana.tela(semana.pessoa)
    fazer(tela, "Reabrir o chamado", texto="Continua igual na 4.1.3.")
    expect(tela.get_by_text("reaberto", exact=True).first).to_be_visible()

    (reaberto,) = semana.correio()
    assert (reaberto["To"], assuntos([reaberto])) == (semana.tecnica.email, ["chamado reaberto"])


def o_nivel_3_encerra(semana: Semana) -> EmailMessage:
    semana.ate("2026-11-23T10:00")
    tela = semana.tela(semana.tecnica)
    expect(passo(tela, "Continua igual na 4.1.3.")).to_be_visible()
    fazer(tela, "Encerrar", texto="Corrigido na 4.1.4.")
    expect(tela.get_by_text("Encerrado em 23/11/2026 às 10:00")).to_be_visible()

    (fim,) = semana.correio(para=semana.pessoa.email)
    assert assuntos([fim]) == ["chamado encerrado"] and "Corrigido na 4.1.4." in texto_de(fim)
    return fim


def com_49_horas_nao_se_reabre_nem_na_pagina_nem_por_correio(semana: Semana, fim: EmailMessage) -> None:
    semana.ate("2026-11-25T09:00")
    tela = semana.tela(semana.pessoa)  # aberta quando ainda se podia, e enviada quando já não se pode
    semana.ate("2026-11-25T11:00")
    fazer(tela, "Reabrir o chamado", texto="Voltou o erro.")
    expect(tela.get_by_text("O que você escreveu não foi enviado:")).to_be_visible()
    expect(tela.get_by_text("Voltou o erro.")).to_be_visible()
    expect(tela.get_by_role("link", name="Abrir outro, ligado a este")).to_be_visible()
    expect(tela.get_by_role("button", name="Reabrir o chamado")).to_have_count(0)
    assert semana.correio() == []

    assert semana.responder(fim, "Voltou o erro.") == "O chamado não se reabre mais; a pessoa foi avisada."
    (recusa,) = semana.correio()
    assert recusa["To"] == semana.pessoa.email and "mais tempo do que se pode reabrir" in texto_de(recusa)
    assert not Chamado.objects.get().aberto


def avalia_sem_entrar_pelo_endereco_do_correio(semana: Semana, fim: EmailMessage) -> None:
    tela = semana.tela_de_quem_nao_entrou(re.search(rf"{semana.base}/atendimento/avaliacoes/\S+", texto_de(fim))[0])
    expect(tela.get_by_text(semana.protocolo)).to_be_visible()
    assert not Avaliacao.objects.exclude(dada_em=None).exists()  # abrir a página não avalia
    marcar(tela, "4 – bom")
    tela.locator("[name=comentario]").fill("Demorou, mas resolveu.")
    tela.get_by_role("button", name="Enviar a avaliação").click()
    expect(tela.get_by_role("heading", name="Obrigado pela avaliação")).to_be_visible()

    dada = Avaliacao.objects.exclude(dada_em=None).get()
    assert (dada.nota, dada.comentario, dada.passo.passo) == (4, "Demorou, mas resolveu.", Passo.ENCERRAR)
