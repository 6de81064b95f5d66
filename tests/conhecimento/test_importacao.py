"""Trazer uma pasta de artigos, de novo e de novo, e levá-la a outra base: o que entra, o que muda, o que se recusa."""

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import AnonymousUser

from pen.conhecimento.enums import Especie
from pen.conhecimento.errors import ImportacaoInvalida
from pen.conhecimento.management.exportacao import comando as comando_de_exportar
from pen.conhecimento.management.importacao import comando as comando_de_importar
from pen.conhecimento.models import Artigo, ImagemDoArtigo, Opiniao, TermoDoArtigo, TermoDoTrecho, Trecho, VersaoDoArtigo
from pen.conhecimento.selectors.artigos import consultar_artigo
from pen.conhecimento.selectors.busca import buscar_artigos
from pen.conhecimento.services.artigos import Escrito, alterar_artigo, retirar_artigo
from pen.conhecimento.services.exportacao import exportar_artigos
from pen.conhecimento.services.imagens import incluir_imagens
from pen.conhecimento.services.importacao import importar_artigos
from tests.fabricas.base_em_arquivos import ACESSO, ASSINAR, base_pequena, conteudos, escrever
from tests.fabricas.conhecimento import fabricar_artigo, imagem_em_bytes, imagem_nova
from tests.fabricas.pessoas import fabricar_central

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central", "_pasta_de_anexos")]
NINGUEM = AnonymousUser()
AGORA = datetime(2026, 11, 22, 15, tzinfo=UTC)


@pytest.fixture
def _pasta_de_anexos(settings, tmp_path):
    settings.PASTA_DE_ANEXOS = tmp_path / "anexos"


@pytest.fixture
def pasta(tmp_path):
    return base_pequena(tmp_path / "manuais")


def importar(pasta, **opcoes):
    return importar_artigos(pasta, agora=AGORA, **{"ensaio": False} | opcoes)


def balanco(relatorio) -> tuple[int, int, int]:
    return relatorio.novos.quantas, relatorio.alterados.quantas, relatorio.iguais


def corpo_de(origem: str) -> str:
    return VersaoDoArtigo.objects.filter(artigo__origem=origem).order_by("-numero").first().corpo


def so(pasta, **arquivos) -> list[str]:
    """As recusas de uma pasta com só esses arquivos."""
    return importar(escrever(pasta, **arquivos)).recusados.linhas


class TestImportar:
    def test_o_artigo_entra_publicado_com_tudo_o_que_o_cabecalho_diz(self, pasta):
        relatorio = importar(pasta)

        assert balanco(relatorio) == (3, 0, 0) and relatorio.indices.linhas == ["README.md"] and relatorio.completo
        achado = consultar_artigo("como-assinar", para=NINGUEM)
        artigo, versao = achado.artigo, achado.versao
        assert (artigo.especie, artigo.produto.codigo, artigo.origem) == ("pergunta", "sei", "manuais/assinar.md")
        assert (versao.resumo, versao.palavras_chave) == ("O passo a passo.", "token, certificado")
        assert (versao.vale_ate, versao.autor, versao.revisor) == (date(2027, 12, 31), None, None)
        assert [a.artigo for a in buscar_artigos("certificado", para=NINGUEM)] == [artigo]

    def test_o_titulo_pode_ser_o_primeiro_do_texto_que_sai_dele(self, pasta):
        importar(pasta)
        assert consultar_artigo("como-pedir-acesso", para=NINGUEM).versao.corpo.startswith("## Pelo portal")

    def test_o_roteiro_entra_interno_com_o_modelo_a_parte(self, pasta):
        importar(pasta)
        versao = VersaoDoArtigo.objects.get(artigo__especie=Especie.ROTEIRO)

        assert versao.artigo.interno and versao.nivel == "n2" and versao.quando == "A pessoa não tem perfil."
        assert (versao.corpo, versao.modelo) == ("Confira o perfil.", "Olá, {nome}.\n\nFalta o perfil.")

    def test_as_ligacoes_levam_aos_artigos_e_as_imagens_vem_junto(self, pasta):
        importar(pasta)

        corpo = corpo_de("manuais/assinar.md")
        assert "[o acesso](/conhecimento/como-pedir-acesso/#pelo-portal)" in corpo
        assert "![A tela de assinar](imagem:tela.png)" in corpo and ImagemDoArtigo.objects.get().nome == "tela.png"
        assert "[assinar](/conhecimento/como-assinar/)" in corpo_de("manuais/acesso.md")

    def test_a_imagem_e_a_ligacao_por_referencia_tambem_vem(self, tmp_path):
        texto = "# A\n\n![A tela][1] e [b]\n\n[1]: tela.png\n[b]: b.md#x\n"
        importar(escrever(tmp_path / "base", a=texto, b="# B\n\n## X\n\nx", tela_ponto_png=imagem_em_bytes()))

        assert corpo_de("base/a.md") == "![A tela][1] e [b]\n\n[1]: imagem:tela.png\n[b]: /conhecimento/b/#x"

    def test_o_produto_vem_da_pasta_ou_de_quem_importa(self, tmp_path):
        importar(
            escrever(tmp_path / "b", nup__a=ACESSO, b="# Outro\n\nx", c="---\nproduto: sei\n---\n# C\n\nx"), produto="sei"
        )

        assert set(Artigo.objects.values_list("codigo", "produto__codigo")) == {
            ("como-pedir-acesso", "nup"), ("outro", "sei"), ("c", "sei"),
        }  # fmt: skip

    def test_o_codigo_do_cabecalho_e_o_endereco(self, tmp_path):
        importar(escrever(tmp_path / "b", a="---\ncodigo: o-meu\n---\n# Título\n\nx"))
        assert Artigo.objects.get().codigo == "o-meu"

    def test_titulos_iguais_tem_enderecos_diferentes_e_as_ligacoes_sabem(self, tmp_path):
        fabricar_artigo("Igual")
        importar(escrever(tmp_path / "b", a="# Igual\n\n[b](b.md)", b="# Igual\n\n[a](a.md)"))

        assert "(/conhecimento/igual-3/)" in corpo_de("b/a.md") and "(/conhecimento/igual-2/)" in corpo_de("b/b.md")

    def test_um_indice_com_texto_e_artigo(self, tmp_path):
        importar(escrever(tmp_path / "b", README="# Comece aqui\n\nEste manual diz tudo.\n\n- [a](a.md)", a=ACESSO))
        assert Artigo.objects.filter(origem="b/README.md").exists()

    def test_a_ligacao_a_um_indice_leva_a_pagina_do_produto_ou_da_base(self, tmp_path):
        importar(escrever(tmp_path / "b", README="# Lista\n\n- [a](a.md)", a="# A\n\n[início](README.md), [sei](sei/)",
                          sei__index="# SEI\n\n* [A](../a.md)"))  # fmt: skip
        assert corpo_de("b/a.md") == "[início](/conhecimento/), [sei](/conhecimento/produtos/sei/)"


class TestDeNovo:
    def test_rodar_duas_vezes_nao_muda_nada(self, pasta):
        importar(pasta)
        antes = list(VersaoDoArtigo.objects.order_by("pk").values())

        assert balanco(importar(pasta)) == (0, 0, 3)
        assert list(VersaoDoArtigo.objects.order_by("pk").values()) == antes and ImagemDoArtigo.objects.count() == 1

    def test_o_que_mudou_vira_outra_versao_publicada(self, pasta):
        importar(pasta)
        escrever(pasta, assinar=ASSINAR.replace("Clique", "Toque").replace("especie: pergunta", "especie: regra"))

        assert balanco(importar(pasta)) == (0, 1, 2)
        achado = consultar_artigo("como-assinar", para=NINGUEM)
        assert "Toque" in achado.versao.corpo and achado.versao.numero == 2 and achado.artigo.especie == "regra"

    def test_a_imagem_que_mudou_nao_muda_a_da_versao_antiga(self, pasta):
        importar(pasta)
        escrever(pasta, imagens__tela_ponto_png=imagem_em_bytes(cor="red"))

        assert balanco(importar(pasta)) == (0, 1, 2) and balanco(importar(pasta)) == (0, 0, 3)
        corpos = (
            VersaoDoArtigo.objects.filter(artigo__codigo="como-assinar").order_by("numero").values_list("corpo", flat=True)
        )
        assert ["imagem:tela.png" in corpos[0], "imagem:tela-2.png" in corpos[1]] == [True, True]

    def test_o_que_uma_pessoa_alterou_aqui_fica_como_esta(self, pasta):
        importar(pasta)
        alterar_artigo(por=fabricar_central(), codigo="como-assinar", escrito=Escrito(titulo="Meu", corpo="Meu texto."))
        assert balanco(importar(pasta)) == (0, 0, 3)  # o arquivo não mudou: nada a dizer

        escrever(pasta, assinar=ASSINAR.replace("Clique", "Toque"))
        relatorio = importar(pasta)
        assert relatorio.conflitos.linhas == ["assinar.md: foi alterado aqui"] and balanco(relatorio) == (0, 0, 2)
        assert corpo_de("manuais/assinar.md") == "Meu texto."

    def test_o_retirado_aqui_nao_volta_e_o_que_saiu_da_pasta_nao_se_retira(self, pasta):
        importar(pasta)
        retirar_artigo(por=fabricar_central(), codigo="como-assinar")
        escrever(pasta, assinar=ASSINAR.replace("Clique", "Toque"))
        (pasta / "roteiro.md").unlink()

        relatorio = importar(pasta)
        assert relatorio.conflitos.linhas == ["assinar.md: foi retirado da base aqui"]
        assert relatorio.sumidos.linhas == ["manuais/roteiro.md"] and not Artigo.objects.exclude(
            codigo="como-assinar"
        ).filter(retirado_em__isnull=False)

    def test_o_endereco_que_ja_e_de_outro_artigo_nao_se_toma(self, tmp_path):
        fabricar_artigo("Como solicitar acesso?")
        arquivo = "---\ncodigo: como-solicitar-acesso\nespecie: pergunta\n---\n# Como solicitar acesso?\n\n"
        pasta = escrever(tmp_path / "b", a=arquivo + "Outro texto.")
        assert "não veio deste arquivo" in importar(pasta).conflitos.linhas[0]

        assert balanco(importar(escrever(pasta, a=arquivo + "Abra um chamado."))) == (0, 0, 1)
        assert VersaoDoArtigo.objects.count() == 1

    def test_interrompida_no_meio_continua_de_onde_parou(self, pasta):
        def parar(_):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            importar(pasta, ao_avancar=parar)
        assert Artigo.objects.count() == 1

        assert balanco(importar(pasta)) == (2, 0, 1)

    def test_o_ensaio_diz_tudo_e_nao_grava_nada(self, pasta, tmp_path):
        relatorio = importar(pasta, ensaio=True)

        assert balanco(relatorio) == (3, 0, 0) and relatorio.imagens == 1
        assert not Artigo.objects.exists() and not ImagemDoArtigo.objects.exists() and not Trecho.objects.exists()
        assert not (tmp_path / "anexos").exists()

        importar(pasta)
        escrever(pasta, assinar=ASSINAR.replace("Clique", "Toque"))
        assert balanco(importar(pasta, ensaio=True)) == (0, 1, 2) and "Toque" not in corpo_de("manuais/assinar.md")


class TestRecusas:
    def test_um_arquivo_quebrado_nao_impede_os_outros(self, pasta):
        escrever(
            pasta, latim="Título não".encode("latin-1"), vazio="", sem_titulo="Só texto.", grande="# x\n" + "x" * 2**20
        )
        relatorio = importar(pasta)

        assert balanco(relatorio) == (3, 0, 0) and not relatorio.completo
        assert [linha.split(":")[0] for linha in relatorio.recusados.linhas] == [
            "grande.md, linha 1", "latim.md, linha 1", "sem_titulo.md, linha 1", "vazio.md, linha 1",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("cabecalho", "frase"),
        [
            ("titulo: x\ncor: azul", "linha 3: «cor» não é uma chave"),
            ("titulo: x\ntitulo: y", "linha 3: «titulo» aparece duas vezes"),
            ("titulo: x\nsem dois pontos", "linha 3: esta linha"),
            ("titulo: x\nvale_ate: 31/12/2027", "não é um dia como 2027-12-31"),
            ("titulo: x\ninterno: talvez", "não é sim nem nao"),
            ("titulo: x\nespecie: outra", "não é pergunta, manual, regra nem roteiro"),
            ("titulo: x\nproduto: quimera", "não há produto com o código «quimera»"),
            ("titulo: x\nespecie: roteiro", "Diga que nível resolve"),
            ("titulo: x\ncodigo: Não Serve", "não serve de endereço"),
            ("titulo: x\ncodigo: redacao", "não serve de endereço"),
            ("titulo: " + "x" * 201, "titulo: O texto tem 201 caracteres"),
        ],
    )
    def test_o_cabecalho_errado_se_explica(self, tmp_path, cabecalho, frase):
        (recusa,) = so(tmp_path / "b", a=f"---\n{cabecalho}\n---\n\nTexto.")
        assert recusa.startswith("a.md, linha ") and frase in recusa
        assert not Artigo.objects.exists()

    def test_o_cabecalho_que_nao_fecha(self, tmp_path):
        assert "não fecha" in so(tmp_path / "b", a="---\ntitulo: x\n\nTexto.")[0]

    @pytest.mark.parametrize(
        ("imagem", "frase"),
        [
            ("![](imagens/tela.png)", "«imagens/tela.png» não tem texto alternativo"),
            ("[1]: imagens/tela.png\n\n![][1] ![x][1]", "«imagens/tela.png» não tem texto alternativo"),
            ("![x](imagens/nada.png)", "não há imagem em «imagens/nada.png»"),
            ("![x](../fora.png)", "não há imagem em «../fora.png»"),
            ("![x](/etc/passwd)", "não há imagem"),
            ("![x](falsa.png)", "«falsa.png» não é uma imagem"),
            ("![x](imagem:tela.png)", "não há imagem em «imagem:tela.png»"),
        ],
    )
    def test_a_imagem_que_nao_serve_recusa_o_artigo_com_a_linha(self, tmp_path, imagem, frase):
        (tmp_path / "fora.png").write_bytes(imagem_em_bytes())
        arquivos = {"imagens__tela_ponto_png": imagem_em_bytes(), "falsa_ponto_png": b"x"}
        (recusa,) = so(tmp_path / "b", a=f"---\ntitulo: x\n---\n\n![x](imagens/tela.png)\n\n{imagem}\n", **arquivos)

        assert recusa.startswith("a.md, linha 7: ") and frase in recusa

    def test_o_que_nao_se_entende_e_avisado_com_a_linha_e_nao_impede(self, tmp_path):
        de_fora = "![x](https://sitio.exemplo/x.png)"
        corpo = f"# A\n\n[x](nada.md)\n\n<div>x</div>\n\n{de_fora}\n\n[y](#nao-ha)\n\nx[^1]\n\n[^1]: Nota longa.\n"
        relatorio = importar(escrever(tmp_path / "b", a=corpo))

        avisos = [linha.split(": ", 1) for linha in relatorio.avisos.linhas]
        assert [onde for onde, _ in avisos] == [f"a.md, linha {n}" for n in (3, 5, 7, 9, 13)] and relatorio.completo
        assert corpo_de("b/a.md").startswith("x\n\n<div>") and "[x](https://sitio.exemplo/x.png)" in corpo_de("b/a.md")

    def test_uma_ligacao_simbolica_para_fora_nao_se_segue(self, tmp_path):
        (tmp_path / "segredo.md").write_text("# Segredo\n\nx")
        pasta = escrever(tmp_path / "b", a=ACESSO)
        (pasta / "s.md").symlink_to(tmp_path / "segredo.md")
        (pasta / "s.png").symlink_to(tmp_path / "segredo.md")

        assert importar(pasta).lidos == 1

    def test_dois_arquivos_nao_tem_o_mesmo_codigo(self, tmp_path):
        arquivo = "---\ncodigo: um\n---\n# X\n\nx"
        assert "o código «um» já é de «a.md»" in so(tmp_path / "b", a=arquivo, b=arquivo)[0]

    @pytest.mark.parametrize("opcoes", [{}, {"produto": "quimera"}])
    def test_a_pasta_sem_artigos_e_o_produto_que_nao_ha(self, tmp_path, opcoes):
        with pytest.raises(ImportacaoInvalida):
            importar(tmp_path, **opcoes)


ROTEIRO_DO_WIKI = """# Erro ao assinar

## Situação

O documento não assina.

## Quando ocorre

Depois de trocar o token.

## Solução sugerida

1. Reinstale o [programa](https://www.gov.br).

## Modelo de resposta

> Olá, {nome}.
>
> Reinstale.

## Responsável

N3 – negocial

## Perfil do usuário

Técnico

## Palavras-chave

token; assinatura

## Referências

- Manual
"""


def test_a_pagina_de_roteiro_do_wiki_entra_como_roteiro(tmp_path):
    importar(escrever(tmp_path / "b", a=ROTEIRO_DO_WIKI))
    versao = VersaoDoArtigo.objects.get()

    assert versao.artigo.especie == Especie.ROTEIRO and versao.artigo.interno
    assert (versao.quando, versao.resumo) == ("Depois de trocar o token.", "O documento não assina.")
    assert (versao.modelo, versao.nivel, versao.palavras_chave) == ("Olá, {nome}.\n\nReinstale.", "n3", "token, assinatura")
    assert versao.corpo.startswith("1. Reinstale") and "## Perfil do usuário\n\nTécnico" in versao.corpo
    assert "## Referências" in versao.corpo and "Modelo" not in versao.corpo


class TestIdaEVolta:
    def test_exportar_importar_numa_base_vazia_e_exportar_da_os_mesmos_arquivos(self, pasta, tmp_path):
        importar(pasta)
        ligacoes = "[assinar](/conhecimento/como-assinar/#passos) [fora](/atendimento/)"
        escrito_aqui = fabricar_artigo(
            '"Entre aspas"', produto="nup", resumo="a: b", palavras_chave='"x", y', perguntas="e o x?\ncadê o y", interno=True,
            corpo=f"## Um\r\n\r\n`[x](y.md)` ![Foto](imagem:foto.jpg) {ligacoes}",
        ).artigo.codigo  # fmt: skip
        com_exif = imagem_nova("foto.jpg", imagem_em_bytes("JPEG", progressive=True))
        incluir_imagens(por=fabricar_central(), codigo=escrito_aqui, imagens=[com_exif, imagem_nova("sobra.png")])
        um, outro = tmp_path / "um", tmp_path / "outro"
        assert exportar_artigos(um, internos=True) == (4, 2)

        for modelo in (Opiniao, ImagemDoArtigo, TermoDoArtigo, TermoDoTrecho, Trecho, VersaoDoArtigo, Artigo):
            modelo.objects.all().delete()
        relatorio = importar(um)
        assert relatorio.completo and not relatorio.avisos.quantas and balanco(relatorio) == (4, 0, 0)
        exportar_artigos(outro, internos=True)

        assert conteudos(um) == conteudos(outro)
        assert set(conteudos(um)) == {
            "acesso-negado.md", "como-pedir-acesso.md", "nup/entre-aspas.md", "nup/imagens/entre-aspas/foto.jpg",
            "sei/como-assinar.md", "sei/imagens/como-assinar/tela.png",
        }  # fmt: skip

    def test_sem_pedir_os_internos_nao_saem_e_o_retirado_nunca(self, pasta, tmp_path):
        importar(pasta)
        retirar_artigo(por=fabricar_central(), codigo="como-pedir-acesso")

        assert exportar_artigos(tmp_path / "saida").artigos == 1
        assert [nome for nome in conteudos(tmp_path / "saida") if nome.endswith(".md")] == ["sei/como-assinar.md"]

    def test_nao_se_exporta_por_cima_de_nada(self, pasta):
        with pytest.raises(ImportacaoInvalida, match="não está vazia"):
            exportar_artigos(pasta)


class TestComandos:
    def test_o_ensaio_conta_e_nao_grava(self, pasta):
        escrever(pasta, ruim="sem título")
        resultado = CliRunner().invoke(comando_de_importar, [str(pasta)])

        assert resultado.exit_code == 1 and not Artigo.objects.exists()
        for frase in (
            "Ensaio: nada foi gravado.",
            "Seriam novos: 3",
            "ruim.md, linha 1: não tem título",
            "Nem tudo tem lugar",
        ):
            assert frase in resultado.output

    def test_para_valer_grava_e_sai_com_zero(self, pasta, tmp_path):
        resultado = CliRunner().invoke(comando_de_importar, [str(pasta), "--para-valer", "--mostrar", "1"])
        assert resultado.exit_code == 0 and "Novos: 3" in resultado.output and "… e mais 2." in resultado.output
        assert "iguais aos de antes: 3." in CliRunner().invoke(comando_de_importar, [str(pasta), "--para-valer"]).output

        saida = CliRunner().invoke(comando_de_exportar, [str(tmp_path / "saida"), "--internos"])
        assert saida.exit_code == 0 and "3 artigos e 1 imagem em" in saida.output
