"""As páginas da base: ler sem entrar, opinar, escrever, rever e publicar."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Artigo, Opiniao
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
REDACAO = "/conhecimento/redacao/"


class TestLer:
    def test_a_busca_e_os_produtos_sao_publicos(self, client):
        fabricar_artigo("Regras de tramitação", produto="sei")

        assert "1 artigo" in client.get("/conhecimento/").text
        assert "Regras de <mark>tramitação</mark>" in client.get("/conhecimento/?palavras=tramitacoes").text
        assert "Regras de tramitação" in client.get("/conhecimento/produtos/sei/").text
        assert "Nenhum artigo" in client.get("/conhecimento/?palavras=quimera").text
        assert "Nenhum artigo" in client.get("/conhecimento/?palavras=de").text

    def test_o_artigo_tem_sumario_data_e_opiniao(self, client):
        codigo = fabricar_artigo(corpo="# Um\n\n# Dois\n\n# Três").artigo.codigo
        pagina = client.get(f"/conhecimento/{codigo}/").text

        assert "Neste texto" in pagina and 'href="#dois"' in pagina and "Publicado em" in pagina and "Ajudou?" in pagina

    def test_o_interno_nao_existe_para_o_publico_e_nao_vai_a_cache(self, client):
        codigo = fabricar_artigo(especie=Especie.ROTEIRO).artigo.codigo

        assert client.get(f"/conhecimento/{codigo}/").status_code == 404
        assert client.post(f"/conhecimento/{codigo}/opiniao", {"ajudou": "sim"}).status_code == 404
        resposta = entrar(client, fabricar_atendente()).get(f"/conhecimento/{codigo}/")
        assert resposta.status_code == 200 and "no-store" in resposta["Cache-Control"] and "noindex" in resposta.text

    def test_dizer_se_ajudou_sem_entrar(self, client):
        codigo = fabricar_artigo().artigo.codigo
        for ajudou in ("sim", "nao"):
            assert client.post(f"/conhecimento/{codigo}/opiniao", {"ajudou": ajudou}).status_code == 302

        assert list(Opiniao.objects.values_list("ajudou", flat=True)) == [False]
        assert client.post(f"/conhecimento/{codigo}/opiniao", {}).status_code == 422

    @pytest.mark.parametrize("caminho", ["/conhecimento/", "/conhecimento/?palavras=acesso", "/conhecimento/produtos/sei/"])
    def test_o_custo_nao_cresce_com_os_artigos(self, client, caminho):
        fabricar_artigo(produto="sei")
        client.get(caminho)
        with CaptureQueriesContext(connection) as com_um:
            client.get(caminho)
        for _ in range(3):
            fabricar_artigo(produto="sei")

        with CaptureQueriesContext(connection) as com_quatro:
            client.get(caminho)
        assert len(com_um) == len(com_quatro)


class TestRedacao:
    def test_de_ponta_a_ponta(self, client):
        autora, revisora = fabricar_central(), fabricar_central()
        entrar(client, autora)
        assert "O que é" in client.get(REDACAO + "novo/").text
        resposta = client.post(
            REDACAO + "novo/?especie=pergunta&produto=sei", {"titulo": "Como assinar?", "corpo": "Clique em **Assinar**."}
        )
        endereco = resposta["Location"]
        assert endereco == REDACAO + "como-assinar/" and "Mandar à revisão" in client.get(endereco).text
        client.post(endereco + "enviar")
        assert "outra pessoa da equipe central" in client.get(endereco).text

        entrar(client, revisora)
        assert "Como assinar?" in client.get(REDACAO).text
        assert client.post(endereco + "devolver", {"parecer": ""}).status_code == 422
        client.post(endereco + "publicar")
        client.logout()
        assert "<strong>Assinar</strong>" in client.get("/conhecimento/como-assinar/").text

    def test_a_versao_nova_mostra_o_que_muda(self, client):
        codigo = fabricar_artigo(corpo="Primeira linha.\n\nSegunda linha.").artigo.codigo
        entrar(client, fabricar_atendente())
        campos = {"titulo": "Como solicitar acesso?", "corpo": "Primeira linha.\n\nOutra linha."}
        client.post(f"{REDACAO}{codigo}/alterar/", campos)

        pagina = client.get(f"{REDACAO}{codigo}/").text
        assert "<strong>tirou:</strong> Segunda linha." in pagina and "<strong>pôs:</strong> Outra linha." in pagina

    def test_um_roteiro_pede_a_situacao_o_modelo_e_o_nivel(self, client):
        entrar(client, fabricar_atendente())
        resposta = client.post(REDACAO + "novo/?especie=roteiro", {"titulo": "Acesso negado"})
        assert resposta.status_code == 422 and "Escreva o modelo da resposta." in resposta.text

        campos = {"titulo": "Acesso negado", "quando": "Sem perfil.", "modelo": "Olá, {nome}.", "nivel": "n2"}
        client.post(REDACAO + "novo/?especie=roteiro", campos)
        assert Artigo.objects.get().interno

    @pytest.mark.parametrize("caminho", ["", "novo/", "como-solicitar-acesso/", "como-solicitar-acesso/alterar/"])
    def test_para_quem_nao_escreve_nao_existe(self, client, caminho):
        fabricar_artigo()
        assert client.get(REDACAO + caminho).status_code == 302
        assert entrar(client, fabricar_pessoa()).get(REDACAO + caminho).status_code == 404

    @pytest.mark.parametrize("acao", ["enviar", "publicar", "retirar", "trazer-de-volta", "devolver", "explodir"])
    def test_as_acoes_nao_existem_para_quem_nao_escreve(self, client, acao):
        fabricar_artigo()
        assert entrar(client, fabricar_pessoa()).post(f"{REDACAO}como-solicitar-acesso/{acao}").status_code == 404

    def test_o_atendente_que_tenta_publicar_e_recusado(self, client):
        fabricar_artigo(publicado=False)
        assert entrar(client, fabricar_atendente()).post(f"{REDACAO}como-solicitar-acesso/publicar").status_code == 403
