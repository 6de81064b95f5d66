"""A recepção: tudo o que chega fica, uma vez só, por pior que venha."""

import os
import subprocess
import sys
from datetime import timedelta
from email.message import EmailMessage
from random import Random
from unittest import mock

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone
from psycopg.conninfo import make_conninfo
from structlog.testing import capture_logs

from pen.comum.mensagem_recebida import MENSAGEM_MAXIMA, ler_mensagem
from pen.correio.armazem import abrir
from pen.correio.enums import Destino, Especie, Situacao
from pen.correio.errors import CaixaNaoEncontrada
from pen.correio.management.caixa import comando
from pen.correio.models import Caixa, Caso, Conversa, Expressao, Item, Recebimento
from pen.correio.public import cadastrar_exemplo, carregar_caixas
from pen.correio.services import recepcao
from pen.correio.services.conversas import arquivar_conversa
from pen.correio.services.guarda import excluir_abandonados
from pen.correio.services.recepcao import receber_mensagem
from tests.apoio_de_correio import enviar
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.correio import ADESAO, DE, PROCESSO, chegar, mensagem, responder
from tests.fabricas.pessoas import fabricar_central

PEN_CAIXA = [sys.executable, "-m", "pen.config", "caixa"]


def test_a_mensagem_vira_conversa_com_o_texto_os_anexos_e_o_original(caixas):
    chegada = mensagem(
        "Segue o termo.\n\n-- \nAssinatura", assunto="  Termo\tassinado ", anexos={"termo.pdf": b"%PDF-1" * 300}
    )
    assert receber_mensagem(chegada.as_bytes()) == Destino.GRAVADA

    conversa, item = Conversa.objects.get(), Item.objects.get()
    assert (conversa.assunto, conversa.remetente, conversa.remetente_nome) == ("Termo assinado", DE, "Servidora do Órgão")
    assert (conversa.situacao, conversa.por_ler, conversa.caixa.endereco) == (Situacao.NOVA, True, ADESAO)
    assert item.texto == "Segue o termo."
    assert item.anexos == [{"nome": "termo.pdf", "formato": "application/octet-stream", "tamanho": 1800}]
    with abrir(item.original) as original:
        assert original.read() == chegada.as_bytes()


def test_pelo_correio_de_verdade_cada_caixa_recebe_o_que_e_dela(correio):
    _, recepcao_, entrada = correio
    enviar(entrada, mensagem("Às duas caixas.", para=f"{ADESAO}, {PROCESSO}"))

    assert recepcao_.ditos == ["Gravada na caixa."] * 2
    assert {c.caixa.endereco for c in Conversa.objects.select_related("caixa")} == {ADESAO, PROCESSO}


def test_a_mesma_mensagem_de_novo_nao_dobra_e_outra_com_o_mesmo_numero_entra(caixas):
    primeira = mensagem("Um texto.", Message_ID="<a@orgao.exemplo>")
    outra = mensagem("Outro texto.", Message_ID="<a@orgao.exemplo>")
    por_outro_caminho = b"Received: from outro\r\nDelivered-To: adesao.pen@exemplo.gov.br\r\n" + primeira.as_bytes()

    destinos = [receber_mensagem(b) for b in (primeira.as_bytes(), por_outro_caminho, outra.as_bytes(), outra.as_bytes())]

    assert destinos == [Destino.GRAVADA, Destino.REPETIDA, Destino.GRAVADA, Destino.REPETIDA]
    assert Item.objects.count() == 2


def test_sem_message_id_a_mesma_tambem_nao_dobra(caixas):
    bruto = mensagem("Um texto.", Message_ID="", Date="Mon, 16 Nov 2026 10:00:00 -0300").as_bytes()

    assert [receber_mensagem(bruto), receber_mensagem(b"Received: x\r\n" + bruto)] == [Destino.GRAVADA, Destino.REPETIDA]


@pytest.mark.django_db(transaction=True)
def test_entregue_duas_vezes_ao_mesmo_tempo_entra_uma(correio):
    bruto = mensagem("Um texto.").as_bytes()

    destinos = ao_mesmo_tempo(lambda _: receber_mensagem(bruto), 4)

    assert sorted(destinos) == [Destino.GRAVADA, *[Destino.REPETIDA] * 3]
    assert Conversa.objects.count() == Item.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_morto_antes_de_gravar_a_mensagem_volta_e_entra_e_o_original_que_sobra_some(correio, caixas):
    bruto = mensagem("Um texto.").as_bytes()
    with mock.patch.object(recepcao, "_tratar", side_effect=SystemExit("kill -9")), pytest.raises(SystemExit):
        receber_mensagem(bruto)
    assert not Recebimento.objects.exists() and not Conversa.objects.exists()

    assert receber_mensagem(bruto) == Destino.GRAVADA
    with mock.patch("pen.comum.armazem.time.time", return_value=timezone.now().timestamp() + 2 * 86_400):
        assert excluir_abandonados() == 0  # o mesmo conteúdo está em uso
        Item.objects.update(original="")
        assert excluir_abandonados() == 1


def test_o_comando_so_diz_que_recebeu_depois_de_gravar_e_o_que_nao_e_daqui_espera(caixas):
    feito = CliRunner().invoke(comando, input=mensagem("Um texto.").as_bytes())
    assert (feito.exit_code, feito.output.strip()) == (0, "Gravada na caixa.")

    feito = CliRunner().invoke(comando, input=mensagem("x", para="outra@exemplo.gov.br").as_bytes())
    assert isinstance(feito.exception, CaixaNaoEncontrada)


def test_o_servidor_de_correio_guarda_o_que_o_comando_nao_pode_gravar(tmp_path):
    ambiente = {"DATABASE_URL": "postgresql://ninguem@127.0.0.1:1/nada", "PEN_CHAVE_SECRETA": "x", "PATH": "/usr/bin"}
    caminho = {"PYTHONPATH": ":".join(p for p in sys.path if p)}
    comando_ = [sys.executable, "-m", "pen.config", "caixa"]
    saida = subprocess.run(
        comando_, input=mensagem("x").as_bytes(), env=ambiente | caminho, capture_output=True, check=False
    )

    assert saida.returncode == 75


@pytest.mark.sistema
def test_morto_a_qualquer_hora_o_que_se_disse_recebido_esta_gravado_e_nada_dobra(correio, settings):
    banco = connection.settings_dict
    nomes = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME", "password": "PASSWORD"}
    url = make_conninfo(**{nome: banco[deles] for nome, deles in nomes.items() if banco[deles]})
    ambiente = os.environ | {
        "DATABASE_URL": url, "PEN_ANEXOS": str(settings.PASTA_DE_ANEXOS), "PYTHONPATH": ":".join(p for p in sys.path if p),
    }  # fmt: skip
    mensagens = [mensagem(f"Texto {n}.").as_bytes() for n in range(4)]

    def entregar(bruto: bytes, morre_em: float | None) -> bool:
        with subprocess.Popen(PEN_CAIXA, env=ambiente, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as processo:
            try:
                processo.communicate(bruto, timeout=morre_em)
            except subprocess.TimeoutExpired:
                processo.kill()
        return processo.returncode == 0

    recebidas = [entregar(bruto, 0.3 + 0.4 * n) for n, bruto in enumerate(mensagens)]
    gravadas = set(Item.objects.values_list("texto", flat=True))
    assert all(f"Texto {n}." in gravadas for n, recebida in enumerate(recebidas) if recebida)
    assert all(entregar(bruto, None) for bruto in mensagens)

    assert sorted(Item.objects.values_list("texto", flat=True)) == [f"Texto {n}." for n in range(4)]
    for item in Item.objects.all():
        with abrir(item.original) as original:
            assert item.texto.encode() in original.read()


@pytest.mark.parametrize(
    ("para", "cabecalhos", "esperada"),
    [
        (PROCESSO, {}, PROCESSO),
        ("", {"Delivered_To": PROCESSO}, PROCESSO),
        ("", {"X_Original_To": f"{PROCESSO.upper()}"}, PROCESSO),
        ("processo.eletronico+algo@exemplo.gov.br", {}, PROCESSO),
        ("root@servidor.exemplo", {}, ADESAO),
        ("", {"To": "outra@exemplo.gov.br", "Cc": PROCESSO}, PROCESSO),
    ],
)
def test_de_que_caixa_e_diz_primeiro_o_servidor_de_correio(caixas, para, cabecalhos, esperada):
    receber_mensagem(mensagem("Um texto.", **cabecalhos).as_bytes(), para=para)

    assert Conversa.objects.get().caixa.endereco == esperada


def test_a_resposta_de_quem_escreveu_entra_na_conversa_e_a_devolve_a_quem_cuidava(caixas):
    conversa, central = chegar("Um texto."), fabricar_central()
    responder(conversa, central)
    nossa = Item.objects.get(especie=Especie.RESPOSTA)

    assert chegar("Obrigada. E o prazo?", assunto="Re: Adesão", In_Reply_To=nossa.identificacao) == conversa
    conversa.refresh_from_db()
    assert (conversa.situacao, conversa.cuida, conversa.por_ler) == (Situacao.EM_TRATAMENTO, central, True)

    arquivar_conversa(por=central, chave=conversa.chave, visto=conversa.versao, motivo="Resolvido.")
    outra_vez = chegar("Mais uma coisa.", References=f"<x@y> {nossa.identificacao} <z@w>")
    assert outra_vez == conversa and outra_vez.situacao == Situacao.NOVA


def test_o_assunto_nunca_junta_e_a_conversa_de_uma_caixa_nao_se_junta_a_de_outra(caixas):
    primeira = chegar("Um texto.", assunto="Adesão")
    numero = Item.objects.get().identificacao

    assert chegar("Outro.", assunto="Re: Adesão") != primeira
    assert chegar("Na outra caixa.", para=PROCESSO, In_Reply_To=numero) != primeira


def test_o_suporte_no_meio_de_uma_conversa_quem_cuida_e_que_recusa(caixas):
    primeira = chegar("Um texto.")
    conversa = chegar("Deu erro ao instalar, e não consigo acessar.", In_Reply_To=Item.objects.get().identificacao)

    assert conversa == primeira and conversa.situacao == Situacao.NOVA
    assert not Item.objects.filter(especie=Especie.AUTOMATICA).exists()


# --- Lixo e maldade


def _aninhada(vezes: int) -> bytes:
    partes = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(vezes))
    return b"From: a@b.exemplo\nTo: adesao.pen@exemplo.gov.br\nSubject: x\n" + partes + b"\n\nola"


def _com(cabecalhos: bytes, corpo: bytes = b"oi") -> bytes:
    return b"To: adesao.pen@exemplo.gov.br\nFrom: a@b.exemplo\n" + cabecalhos + b"\n\n" + corpo


HOSTIS = {
    "partes umas dentro das outras": _aninhada(3_000),
    "mensagens umas dentro das outras": _com(b"", b"Content-Type: message/rfc822\n\n" * 3_000),
    "partes demais": _com(b"Content-Type: multipart/mixed; boundary=b", b"--b\n\nx\n" * 30_000),
    "charset que não existe": _com(b"Content-Type: text/plain; charset=marciano", b"ol\xe1"),
    "charset com nulo": _com(b'Content-Type: text/plain; charset="utf-8\x00"', b"ol\xe1"),
    "nulos e controles": _com(b"Subject: a\x00b\x1b[31m", b"a\x00b\x07\xff\xfe"),
    "bytes soltos nos cabeçalhos": _com(b"Subject: \xff\xfe\xe9 ol\xe1\nX: \x80"),
    "remetente aninhado": b"To: adesao.pen@exemplo.gov.br\nFrom: " + b"(" * 20_000 + b"\n\noi",
    "destinatários demais": _com(b"Cc: " + b"x@y.exemplo, " * 20_000),
    "assunto codificado demais": _com(b"Subject: " + b"=?utf-8?q?a?= " * 20_000),
    "base64 que não é": _com(b"Content-Transfer-Encoding: base64", b"!!!!"),
    "nome de anexo que sai da pasta": _com(
        b"Content-Disposition: attachment; filename=\"../../etc/passwd\xe2\x80\xaetxt.exe\"", b"x"
    ),
    "nome de anexo quebrado": _com(b"Content-Disposition: attachment; filename*=utf-8''%00%ff"),
    "identificações demais": _com(b"References: " + b"<a@b> " * 20_000 + b"\nMessage-ID: <"),
    "quebra de linha escondida": _com(b"Subject: =?utf-8?q?a=0D=0ABcc:_vitima=40exemplo.org?="),
    "html sem fim": _com(b"Content-Type: text/html", b"<div>" * 50_000 + b"<script>alert(1)</script>oi<![x"),
    "só cabeçalhos": b"To: adesao.pen@exemplo.gov.br",
}  # fmt: skip


@pytest.mark.parametrize("nome", HOSTIS)
def test_o_que_vem_torto_entra_inteiro_e_depressa(caixas, nome):
    comeco = timezone.now()
    assert receber_mensagem(HOSTIS[nome]) in {Destino.GRAVADA, Destino.AUTOMATICA}
    assert receber_mensagem(HOSTIS[nome]) == Destino.REPETIDA

    conversa, item = Conversa.objects.get(), Item.objects.get()
    with abrir(item.original) as original:
        assert original.read() == HOSTIS[nome]
    assert timezone.now() - comeco < timedelta(seconds=10)
    assert "<" not in item.texto and "\n" not in conversa.assunto and "\u202e" not in str(item.anexos)


@pytest.mark.parametrize("semente", range(30))
def test_de_uma_mensagem_estragada_ao_acaso_nunca_se_foge(semente):
    sorte = Random(semente)
    bruto = bytearray(mensagem("Olá, ção.", anexos={"a.pdf": b"x" * 300}).as_bytes())
    for _ in range(60):
        bruto[sorte.randrange(len(bruto))] = sorte.randrange(256)
    ler_mensagem(bytes(bruto))


def test_a_enorme_guarda_o_comeco_e_a_pagina_diz(caixas, monkeypatch):
    monkeypatch.setattr(recepcao, "MENSAGEM_MAXIMA", 2_000)
    chegar("x" * 5_000)

    item = Item.objects.get()
    assert (item.cortado, item.tamanho) == (True, 2_000) and MENSAGEM_MAXIMA == 60 * 2**20


def test_html_sozinho_vira_texto_e_a_citacao_nao_se_repete(caixas):
    nova = EmailMessage()
    nova["From"], nova["To"], nova["Message-ID"] = DE, ADESAO, "<h@x>"
    nova.set_content("<p>Olá<br>tudo bem?</p><blockquote>antes</blockquote><style>p{}</style>", subtype="html")
    receber_mensagem(nova.as_bytes())

    assert Item.objects.get().texto == "Olá\ntudo bem?"


def test_o_registro_nao_diz_quem_escreveu_nem_o_que(caixas):
    with capture_logs() as linhas:
        chegar("Um texto secreto.", assunto="Assunto secreto")

    assert [linha["event"] for linha in linhas] == ["mensagem a uma caixa"]
    assert "secreto" not in str(linhas) and DE not in str(linhas)


def test_a_carga_cria_as_duas_com_os_casos_do_guia_e_nao_desfaz_o_que_se_mudou(caixas, settings):
    casos = {c.codigo: Caso.objects.filter(caixa=c).count() for c in Caixa.objects.all()}
    assert casos == {"adesao-pen": 5, "processo-eletronico": 4}
    Caixa.objects.filter(codigo="adesao-pen").update(endereco="outro@exemplo.gov.br")
    Expressao.objects.exclude(expressao="erro").delete()

    assert carregar_caixas() == 0
    assert Caixa.objects.filter(endereco="outro@exemplo.gov.br").exists() and Expressao.objects.count() == 1


def test_o_exemplo_da_demonstracao_entra_uma_vez_e_recusa_o_suporte(caixas):
    cadastrar_exemplo()
    cadastrar_exemplo()

    assert sorted(Conversa.objects.values_list("situacao", flat=True)) == ["nova", "nova", "recusada"]
