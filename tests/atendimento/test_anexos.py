"""Quarenta arquivos hostis são recusados ou devolvidos sem perigo; e os de sempre passam."""

import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from pen.atendimento.armazem import abrir, caminho_de, guardar
from pen.atendimento.enums import Passo
from pen.atendimento.errors import AnexoRecusado, ChamadoNaoEncontrado
from pen.atendimento.models import Anexo, Chamado, PassoDoChamado
from pen.atendimento.selectors.chamados import consultar_anexo
from pen.atendimento.services.anexos import excluir_abandonados
from pen.atendimento.services.atendimento import falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.anexos import EXTENSOES, AnexoNovo, conferir_anexo, limpar_nome
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import entrar, fabricar_pessoa


def imagem(formato: str = "PNG", tamanho: tuple[int, int] = (8, 8), modo: str = "RGB", **opcoes: object) -> bytes:
    saida = io.BytesIO()
    Image.new(modo, tamanho, 1).save(saida, format=formato, **opcoes)
    return saida.getvalue()


def zip_com(**itens: bytes) -> bytes:
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w", zipfile.ZIP_DEFLATED) as arquivo:
        for nome, conteudo in itens.items():
            arquivo.writestr(nome.replace("__", "/").replace("_ponto_", "."), conteudo)
    return saida.getvalue()


def zip_de(nome: str, conteudo: bytes = b"x") -> bytes:
    saida = io.BytesIO()
    with zipfile.ZipFile(saida, "w") as arquivo:
        arquivo.writestr(zipfile.ZipInfo(nome), conteudo)
    return saida.getvalue()


def docx(**mais: bytes) -> bytes:
    return zip_com(**{"[Content_Types]_ponto_xml": b"<Types/>", "word__document_ponto_xml": b"<w/>"} | mais)


def png_gigante() -> bytes:
    """Um cabeçalho PNG de 60.000 x 60.000 pontos, em poucos bytes."""

    def bloco(tipo: bytes, dados: bytes) -> bytes:
        return struct.pack(">I", len(dados)) + tipo + dados + struct.pack(">I", zlib.crc32(tipo + dados))

    cabecalho = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + bloco(b"IHDR", cabecalho) + bloco(b"IDAT", zlib.compress(b"\0" * 1000)) + bloco(b"IEND", b"")
    )


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200
HOSTIS = {
    # páginas, desenhos e programas, com o nome verdadeiro
    "desenho.svg": SVG, "pagina.html": HTML, "pagina.htm": HTML, "pagina.xhtml": HTML, "script.js": b"alert(1)",
    "programa.exe": EXE, "programa.sh": b"#!/bin/sh\nrm -rf /", "pagina.php": b"<?php echo 1;", "biblioteca.jar": zip_de("a"),
    "atalho.lnk": b"L\x00\x00\x00", "sem_extensao": b"MZ", "mensagem.eml": b"From: a", "pagina.mhtml": b"MIME-Version: 1.0",
    "doc.docm": docx(), "planilha.xls": b"\xd0\xcf\x11\xe0", "fonte.ttf": b"\x00\x01\x00\x00", "disco.iso": b"CD001",
    # com outra extensão
    "anexo_exe_renomeado.pdf": EXE, "exe.png": EXE, "exe.txt": EXE, "exe.docx": EXE, "exe.zip": EXE, "exe.mp4": EXE,
    "html.png": HTML, "html.txt": HTML, "html.pdf": HTML, "html_com_espaco.log": b"\n\n  <HTML><body>", "svg.png": SVG,
    "anexo_svg.xml": b'<?xml version="1.0"?>\n' + SVG, "prefixo.xml": b'<?xml version="1.0"?><s:svg xmlns:s="x"/>',
    "html_com_marca.txt": b"\xef\xbb\xbf<html>", "php.txt": b"<?php system($_GET[0]);", "sh.log": b"#!/bin/sh\n",
    "zip.docx": zip_de("a.txt"), "zip.odt": zip_de("a.txt"), "jpg.png": imagem("JPEG"), "cortado.zip": zip_de("a")[:20],
    "falso.webm": b"\x1aE\xdf", "nulo.csv": b"a;b\x00c",
    # macros, bombas e nomes que escapam
    "anexo_macro.docx": docx(word__vbaProject_ponto_bin=b"x"), "anexo_macro.zip": zip_com(xl__VBAPROJECT_ponto_BIN=b"x"),
    "bomba.zip": zip_com(zeros=b"\0" * 30_000_000), "escapa.zip": zip_de("../../etc/passwd"), "raiz.zip": zip_de("/etc/passwd"),
    "contrabarra.zip": zip_de("..\\windows"), "bomba.png": png_gigante(), "vazio.pdf": b"",
}  # fmt: skip


@pytest.mark.parametrize("nome", HOSTIS)
def test_o_hostil_e_recusado_com_uma_frase(nome):
    with pytest.raises(AnexoRecusado) as erro:
        conferir_anexo(AnexoNovo(nome, io.BytesIO(HOSTIS[nome])))

    assert nome in erro.value.mensagem


@pytest.mark.parametrize("extensao", EXTENSOES)
def test_anexo_exe_renomeado_nao_passa_com_extensao_nenhuma(extensao):
    with pytest.raises(AnexoRecusado):
        conferir_anexo(AnexoNovo(f"relatorio{extensao}", io.BytesIO(EXE)))


@pytest.mark.parametrize("extensao", EXTENSOES)
def test_anexo_svg_nao_passa_com_extensao_nenhuma(extensao):
    with pytest.raises(AnexoRecusado):
        conferir_anexo(AnexoNovo(f"desenho{extensao}", io.BytesIO(SVG)))


@pytest.mark.parametrize("extensao", [".docx", ".xlsx", ".pptx", ".zip"])
def test_anexo_macro_nao_passa_e_a_frase_diz_o_que_fazer(extensao):
    with pytest.raises(AnexoRecusado, match="tem macros; envie sem elas, ou em PDF"):
        conferir_anexo(AnexoNovo(f"planilha{extensao}", io.BytesIO(docx(xl__vbaProject_ponto_bin=b"x"))))


def test_sao_pelo_menos_quarenta():
    assert len(HOSTIS) >= 40


BONS = {
    "relatorio.pdf": b"%PDF-1.7 x", "tela.png": imagem(), "foto.jpg": imagem("JPEG"), "foto.jpeg": imagem("JPEG"),
    "anim.gif": imagem("GIF", modo="P"), "tela.webp": imagem("WEBP"), "oficio.docx": docx(), "planilha.xlsx": docx(),
    "carta.odt": zip_com(mimetype=b"application/vnd.oasis.opendocument.text"), "logs.zip": zip_de("servidor.log"),
    "gravacao.mp4": b"\x00\x00\x00\x18ftypmp42", "gravacao.webm": b"\x1aE\xdf\xa3xx", "erro.log": "não abriu\n".encode(),
    "latin.txt": "não".encode("latin-1"), "utf16.txt": "não".encode("utf-16"), "dados.json": b'{"a": 1}', "envio.xml": b"<doc/>",
}  # fmt: skip


@pytest.mark.parametrize("nome", BONS)
def test_o_de_sempre_passa(nome):
    conferido = conferir_anexo(AnexoNovo(nome, io.BytesIO(BONS[nome])))

    assert conferido.nome == nome and conferido.conteudo.read(1)
    assert "html" not in conferido.formato and "svg" not in conferido.formato


@pytest.mark.parametrize("formato", ["PNG", "JPEG", "GIF"])
def test_a_imagem_e_refeita_e_perde_o_que_vinha_escondido(formato):
    escondido = b"<?php system('id'); ?><script>alert(1)</script>"
    suja = imagem(formato, modo="P" if formato == "GIF" else "RGB") + escondido

    limpa = conferir_anexo(AnexoNovo(f"a.{formato.lower()}", io.BytesIO(suja))).conteudo.read()

    assert escondido not in limpa and b"<script" not in limpa
    assert Image.open(io.BytesIO(limpa)).size == (8, 8)


def test_a_foto_perde_o_lugar_onde_foi_tirada():
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores, 1"
    suja = imagem("JPEG", exif=exif.tobytes())
    assert b"Rua das Flores" in suja

    assert b"Rua das Flores" not in conferir_anexo(AnexoNovo("a.jpg", io.BytesIO(suja))).conteudo.read()


@pytest.mark.parametrize(
    ("nome", "limpo"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\eu\\tela.png", "tela.png"),
        ("rel\u202egnp.exe.pdf", "relgnp.exe.pdf"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        ("nome\0.pdf", "nome.pdf"),
        ("   ", "anexo"),
        ("..", "anexo"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("relatório  final.pdf", "relatório final.pdf"),
    ],
)
def test_o_nome_fica_sem_pastas_nem_caracteres_que_nao_se_veem(nome, limpo):
    assert limpar_nome(nome) == limpo


# --- Com chamados


@pytest.fixture
def chamado(central, settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"
    return fabricar_chamado()


def novo(nome="erro.log", conteudo=b"linha 1") -> AnexoNovo:
    return AnexoNovo(nome, io.BytesIO(conteudo))


def baixar(client, anexo):
    return client.get(reverse("atendimento:anexo", args=[anexo.pk]))


@pytest.mark.django_db
class TestNoChamado:
    def test_quem_ve_o_chamado_baixa_e_nada_abre_como_pagina(self, client, chamado):
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="", anexos=[novo("relatório «1».log")])
        anexo = Anexo.objects.get()

        resposta = baixar(entrar(client, chamado.solicitante), anexo)

        assert b"".join(resposta.streaming_content) == b"linha 1"
        assert resposta["Content-Disposition"].startswith("attachment;") and resposta["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in resposta["Content-Security-Policy"] and "no-store" in resposta["Cache-Control"]
        assert baixar(entrar(client, fabricar_atendente()), anexo).status_code == 200

    def test_sem_o_conteudo_na_pasta_a_pessoa_sabe(self, client, chamado):
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[novo()])
        caminho_de(Anexo.objects.get().resumo).unlink()

        resposta = baixar(entrar(client, chamado.solicitante), Anexo.objects.get())

        assert resposta.status_code == 503 and "não está disponível agora" in resposta.text

    def test_upload_id_alheio_404(self, client, chamado):
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[novo()])

        for quem in (fabricar_pessoa(), fabricar_atendente("tecnica")):
            assert baixar(entrar(client, quem), Anexo.objects.get()).status_code == 404
        client.logout()
        assert baixar(client, Anexo.objects.get()).status_code == 302

    def test_o_anexo_da_nota_interna_nao_e_de_quem_abriu(self, client, chamado):
        atendente = fabricar_atendente()
        falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="x", anexos=[novo()])
        anexo = Anexo.objects.get()

        with pytest.raises(ChamadoNaoEncontrado):
            consultar_anexo(anexo.pk, para=chamado.solicitante)
        pagina = entrar(client, chamado.solicitante).get(reverse("atendimento:chamado", args=[chamado.chave])).text
        assert "erro.log" not in pagina
        assert consultar_anexo(anexo.pk, para=atendente) == anexo

    def test_um_recusado_e_nada_do_passo_fica(self, chamado):
        with pytest.raises(AnexoRecusado):
            completar_chamado(
                por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[novo(), novo("a.svg", SVG)]
            )  # fmt: skip

        assert not Anexo.objects.exists() and PassoDoChamado.objects.count() == 1

    def test_mais_de_dez_de_uma_vez_nao(self, chamado):
        with pytest.raises(AnexoRecusado, match="até 10"):
            completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[novo()] * 11)

    def test_pela_pagina_o_recusado_se_explica_e_o_texto_fica(self, client, chamado):
        entrar(client, chamado.solicitante)
        arquivo = io.BytesIO(SVG)
        arquivo.name = "desenho.svg"

        resposta = client.post(
            reverse("atendimento:dar_passo", args=[chamado.chave, "completar"]),
            {"completar-texto": "Segue o desenho", "completar-arquivos": [arquivo]},
        )

        assert resposta.status_code == 422 and "desenho.svg" in resposta.text and "Segue o desenho" in resposta.text

    def test_o_que_passa_do_limite_nao_chega_e_a_pessoa_sabe(self, client, chamado, settings):
        settings.ARQUIVO_MAXIMO_BYTES = 1000
        entrar(client, chamado.solicitante)
        arquivo = io.BytesIO(b"x" * 200_000)
        arquivo.name = "enorme.log"

        resposta = client.post(
            reverse("atendimento:dar_passo", args=[chamado.chave, "completar"]),
            {"completar-texto": "Segue", "completar-arquivos": [arquivo]},
        )

        assert resposta.status_code == 422 and "«enorme.log» passa de" in resposta.text and not Anexo.objects.exists()

    def test_anexo_obrigatorio_falta_e_depois_abre(self, client, chamado):
        entrar(client, fabricar_pessoa())
        dados = {
            "envio": "0191b2c4-0000-7000-8000-000000000001", "orgao": chamado.orgao.codigo, "assunto": "Código", "descricao": "x",
            "r_responsavel": "Fulana", "r_contato": "f@orgao.gov.br",
        }  # fmt: skip
        endereco = "/atendimento/federal/sei/solicitar-acesso-codigo/"
        sem = client.post(endereco, dados)
        termo = io.BytesIO(b"%PDF-1.7")
        termo.name = "termo.pdf"

        com = client.post(endereco, dados | {"a_instrumento": termo})

        assert sem.status_code == 422 and "Envie «Acordo ou termo assinado»." in sem.text
        assert com.status_code == 302 and Anexo.objects.get().pedido == "instrumento" and Chamado.objects.count() == 2


@pytest.mark.django_db
class TestArmazem:
    def test_o_mesmo_conteudo_se_guarda_uma_vez(self, chamado):
        um, outro = guardar(io.BytesIO(b"igual")), guardar(io.BytesIO(b"igual"))

        assert um == outro and abrir(um.resumo).read() == b"igual"
        assert oct(caminho_de(um.resumo).stat().st_mode)[-3:] == "600"

    def test_o_abandonado_some_depois_de_um_dia_e_o_citado_nao(self, chamado, settings):
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[novo()])
        citado, abandonado, recente = (
            Anexo.objects.get().resumo,
            guardar(io.BytesIO(b"a")).resumo,
            guardar(io.BytesIO(b"b")).resumo,
        )
        for resumo in (citado, abandonado):
            os.utime(caminho_de(resumo), (time.time() - 90_000,) * 2)

        assert excluir_abandonados() == 1

        assert [Path(caminho_de(r)).exists() for r in (citado, abandonado, recente)] == [True, False, True]
