"""As páginas do fórum: ler sem entrar, aceitar as regras, buscar antes de escrever, e moderar."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.participen.models import Ajuda, Denuncia, Etiqueta, Publicacao, Seguimento, Topico
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
    responder_direto,
)
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = pytest.mark.usefixtures("forum")
NOVO = "/participen/topicos/novo/"
TOPICO = {
    "categoria": "sei",
    "especie": "duvida",
    "titulo": "Como assinar em bloco no SEI?",
    "texto": "Quero assinar vários.",
}


def escondidos(pagina: str) -> dict[str, str]:
    """A prova e as palavras que a página da busca manda de volta."""
    return dict(re.findall(r'name="(prova|palavras)" value="([^"]*)"', pagina))


class TestLer:
    def test_sem_entrar_se_leem_as_categorias_os_topicos_e_as_respostas(self, client):
        ana = fabricar_participante(nome="Ana Lima", email="ana@exemplo.org", orgao=fabricar_orgao(sigla="ANTT"))
        topico = fabricar_topico(ana, etiquetas=["assinatura"])
        fabricar_resposta(topico, texto="Use o **bloco**.")

        inicio, pagina = client.get("/participen/").text, client.get(f"/participen/topicos/{topico.pk}/").text

        assert "Tramita GOV.BR" in inicio and topico.titulo in inicio and "1 resposta" in inicio
        assert (
            "Ana Lima</strong>, ANTT" in pagina
            and "<strong>bloco</strong>" in pagina
            and "Para responder, entre." in pagina
        )
        for texto in (inicio, pagina):
            assert "ana@exemplo.org" not in texto

    def test_o_html_de_quem_escreve_aparece_como_texto(self, client):
        topico = fabricar_topico(texto="<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))")

        pagina = client.get(f"/participen/topicos/{topico.pk}/").text

        assert "<script>alert" not in pagina and "<img src=x" not in pagina and 'href="javascript' not in pagina

    def test_busca_acha_sem_acento_com_erro_no_titulo_e_na_base(self, client):
        fabricar_topico(titulo="Tramitação entre órgãos de esferas diferentes")
        fabricar_artigo("Como tramitar entre órgãos?")

        assert "Tramitação entre órgãos" in client.get("/participen/busca/?palavras=tramitacoes").text
        assert "Tramitação entre órgãos" in client.get("/participen/busca/?palavras=tramitasao+entre+orgaos").text
        assert "Como tramitar entre" in client.get("/participen/busca/?palavras=tramitar+orgaos").text
        assert "Nenhum tópico" in client.get("/participen/busca/?palavras=quimera").text
        assert "comuns demais" in client.get("/participen/busca/?palavras=de").text

    def test_as_respostas_vem_em_paginas_e_o_endereco_de_uma_leva_a_pagina_dela(self, client):
        topico, rui = fabricar_topico(), fabricar_participante()
        feitas = sorted((responder_direto(topico, rui, "Uma fala.") for _ in range(23)), key=lambda p: p.pk)

        primeira = client.get(f"/participen/topicos/{topico.pk}/").text
        resposta = client.get(f"/participen/publicacoes/{feitas[22].pk}/", follow=True)

        def tem(pagina):
            return [n for n, feita in enumerate(feitas) if f'id="p-{feita.pk}"' in pagina]

        assert tem(primeira) == list(range(20)) and 'rel="next"' in primeira
        assert tem(resposta.text) == [20, 21, 22]
        assert resposta.redirect_chain[0][0].endswith(f"#p-{feitas[22].pk}")

    def test_a_pagina_de_quem_entrou_nao_vai_a_cache(self, client):
        topico = fabricar_topico()

        assert "no-store" not in client.get(f"/participen/topicos/{topico.pk}/")["Cache-Control"]
        assert "no-store" in entrar(client, fabricar_pessoa()).get(f"/participen/topicos/{topico.pk}/")["Cache-Control"]

    @pytest.mark.parametrize("caminho", ["/participen/", "/participen/categorias/sei/", "/participen/topicos/{}/"])
    def test_o_custo_nao_cresce(self, client, caminho):
        ana = fabricar_participante()
        topico = fabricar_topico(ana, etiquetas=["assinatura"])
        responder_direto(topico, ana)
        onde = caminho.format(topico.pk)
        client.get(onde)
        with CaptureQueriesContext(connection) as com_um:
            client.get(onde)
        for n in range(3):
            fabricar_topico(ana, titulo=f"Outro tópico, de número {n}", etiquetas=["documentos"])
            responder_direto(topico, fabricar_participante())

        with CaptureQueriesContext(connection) as com_quatro:
            client.get(onde)
        assert len(com_um) == len(com_quatro)


class TestEscrever:
    def test_quem_nunca_aceitou_le_as_regras_aceita_e_volta_ao_que_ia_fazer(self, client):
        orgao = fabricar_orgao(sigla="ANTT")
        entrar(client, fabricar_pessoa())

        resposta = client.get(NOVO)
        assert resposta.status_code == 302 and resposta["Location"].startswith("/participen/regras/?proximo=")
        pagina = client.get(resposta["Location"]).text
        assert "Respeito." in pagina and 'name="versao" value="1"' in pagina
        recusa = client.post("/participen/regras/aceitar", {"versao": 1, "proximo": NOVO})
        assert recusa.status_code == 422 and "é preciso aceitar" in recusa.text
        aceite = client.post(
            "/participen/regras/aceitar", {"versao": 1, "proximo": NOVO, "aceito": "on", "orgao": orgao.sigla}
        )
        assert aceite["Location"] == NOVO and client.get(NOVO).status_code == 200

    @pytest.mark.parametrize("proximo", ["https://sitio.exemplo/", "//sitio.exemplo/", "javascript:alert(1)", ""])
    def test_o_aceite_nao_leva_para_fora(self, client, proximo):
        entrar(client, fabricar_pessoa())

        resposta = client.post("/participen/regras/aceitar", {"versao": 1, "proximo": proximo, "aceito": "on"})

        assert resposta["Location"] == "/participen/"

    def test_aceitar_uma_versao_que_ja_nao_vale_pede_a_nova(self, client):
        entrar(client, fabricar_pessoa())

        resposta = client.post("/participen/regras/aceitar", {"versao": 7, "aceito": "on"})

        assert resposta.status_code == 422 and "mudaram agora mesmo" in resposta.text

    def test_da_busca_ao_topico_publicado_sem_script(self, client):
        fabricar_topico(titulo="Assinatura de vários documentos em bloco no SEI")
        fabricar_artigo("Como assinar documentos em bloco?")
        entrar(client, fabricar_participante())

        achados = client.post(NOVO, {"acao": "buscar", "palavras": "assinar documentos em bloco"})
        assert "Já se fala disto" in achados.text and "Como assinar documentos em bloco?" in achados.text
        dados = escondidos(achados.text)
        formulario = client.post(NOVO, {"acao": "escrever", **dados})
        assert 'value="Assinar documentos em bloco"' in formulario.text and dados["prova"] in formulario.text
        resposta = client.post(NOVO, {"acao": "publicar", **dados, **TOPICO, "etiquetas": ["assinatura"]})

        topico = Topico.objects.order_by("-pk").first()
        assert resposta["Location"] == f"/participen/topicos/{topico.pk}/" and topico.titulo == TOPICO["titulo"]

    @pytest.mark.parametrize("acao", ["escrever", "publicar"])
    @pytest.mark.parametrize("prova", ["", "lixo", "\0"])
    def test_sem_a_prova_da_busca_a_pagina_pede_que_se_busque(self, client, acao, prova):
        entrar(client, fabricar_participante())
        antes = Topico.objects.count()

        resposta = client.post(NOVO, {"acao": acao, "prova": prova, "palavras": "assinar", **TOPICO})

        assert resposta.status_code == 422 and Topico.objects.count() == antes

    def test_o_que_parece_dado_pessoal_se_aponta_e_o_que_se_escreveu_fica(self, client):
        entrar(client, fabricar_participante())
        dados = escondidos(client.post(NOVO, {"acao": "buscar", "palavras": "assinar em bloco"}).text)
        com_cpf = TOPICO | {"texto": "O CPF 529.982.247-25 não assina."}

        recusa = client.post(NOVO, {"acao": "publicar", **dados, **com_cpf})
        assert recusa.status_code == 422 and "CPF: 529.***" in recusa.text and "não assina." in recusa.text
        assert "Declaro que não são dados" in recusa.text
        aceito = client.post(NOVO, {"acao": "publicar", **dados, **com_cpf, "declara": "on"})
        assert aceito.status_code == 302

    def test_o_que_so_se_buscou_nao_vai_a_publico_nem_se_aponta(self, client):
        entrar(client, fabricar_participante())
        dados = escondidos(client.post(NOVO, {"acao": "buscar", "palavras": "CPF 529.982.247-25 não assina"}).text)

        assert client.post(NOVO, {"acao": "publicar", **dados, **TOPICO}).status_code == 302

    def test_responder_alterar_e_ver_como_era(self, client):
        topico, ana = fabricar_topico(), fabricar_participante()
        entrar(client, ana)
        envio = re.search(r'name="envio" value="([^"]+)"', client.get(f"/participen/topicos/{topico.pk}/").text)[1]

        client.post(f"/participen/topicos/{topico.pk}/responder", {"envio": envio, "texto": "Primeira versão."})
        publicacao = Publicacao.objects.get(topico=topico, abre=False)
        client.post(f"/participen/publicacoes/{publicacao.pk}/alterar/", {"texto": "Segunda versão."})

        pagina = client.get(f"/participen/topicos/{topico.pk}/").text
        assert "Segunda versão." in pagina and "Primeira versão." not in pagina and "alterada em" in pagina
        assert "Primeira versão." in client.get(f"/participen/publicacoes/{publicacao.pk}/historico/").text
        vazio = client.post(f"/participen/topicos/{topico.pk}/responder", {"envio": "x", "texto": ""})
        assert vazio.status_code == 422 and "Escreva a resposta." in vazio.text

    def test_a_primeira_publicacao_diz_que_espera(self, client):
        novato = fabricar_participante(novato=True)
        topico = fabricar_topico(novato)

        assert "Só você e a moderação veem" in entrar(client, novato).get(f"/participen/topicos/{topico.pk}/").text
        assert "espera a moderação" in client.get("/participen/minhas/").text

    def test_ajudou_e_solucao_se_fazem_e_desfazem(self, client):
        ana = fabricar_participante()
        topico = fabricar_topico(ana)
        resposta = fabricar_resposta(topico)
        entrar(client, ana)
        onde = f"/participen/publicacoes/{resposta.pk}"

        assert client.post(f"{onde}/ajudou").status_code == client.post(f"{onde}/solucao").status_code == 302
        pagina = client.get(f"/participen/topicos/{topico.pk}/").text
        assert "Você disse que ajudou · 1" in pagina and "O que resolveu" in pagina
        client.post(f"{onde}/ajudou", {"desfazer": "1"})
        client.post(f"{onde}/solucao", {"desfazer": "1"})
        topico.refresh_from_db()
        assert not Ajuda.objects.exists() and topico.solucao is None

    def test_alterar_o_proprio_topico_traz_o_que_ja_estava(self, client):
        ana = fabricar_participante()
        topico = fabricar_topico(ana, etiquetas=["assinatura"], contexto="No protocolo.")
        onde = f"/participen/publicacoes/{abertura_de(topico).pk}/alterar/"
        entrar(client, ana)

        assert "No protocolo." in client.get(onde).text
        assert client.post(onde, {"titulo": "x"}).status_code == 422
        mudado = {
            "titulo": "Um título melhor que o outro",
            "especie": "proposta",
            "texto": "Texto.",
            "etiquetas": ["pesquisa"],
        }
        assert client.post(onde, mudado).status_code == 302
        topico.refresh_from_db()
        assert (topico.titulo, topico.especie) == ("Um título melhor que o outro", "proposta")

    def test_a_etiqueta_que_se_retirou_fica_no_topico_que_se_altera(self, client):
        ana = fabricar_participante()
        topico = fabricar_topico(ana, etiquetas=["assinatura"])
        Etiqueta.objects.filter(codigo="assinatura").update(ativa=False)
        onde = f"/participen/publicacoes/{abertura_de(topico).pk}/alterar/"
        entrar(client, ana)

        assert 'value="assinatura"' in client.get(onde).text
        mudado = {"titulo": topico.titulo, "especie": "duvida", "texto": "Outro.", "etiquetas": ["assinatura", "pesquisa"]}
        assert client.post(onde, mudado).status_code == 302
        assert set(topico.etiquetas.values_list("codigo", flat=True)) == {"assinatura", "pesquisa"}


class TestSeguir:
    @pytest.mark.parametrize("tipo", ["categoria", "etiqueta", "topico"])
    def test_seguir_mudar_e_deixar(self, client, tipo):
        topico = fabricar_topico()
        ana = fabricar_pessoa()
        codigo = {"categoria": "sei", "etiqueta": "assinatura", "topico": topico.pk}[tipo]
        entrar(client, ana)
        for ritmo in ("imediato", "semanal", "semanal"):
            assert client.post(f"/participen/seguir/{tipo}/{codigo}", {"ritmo": ritmo}).status_code == 302

        assert Seguimento.objects.get(pessoa=ana).ritmo == "semanal"
        assert "um resumo por semana" in client.get("/participen/seguindo/").text
        client.post(f"/participen/seguir/{tipo}/{codigo}", {"ritmo": "deixar"})
        assert not Seguimento.objects.filter(pessoa=ana).exists()

    @pytest.mark.parametrize(
        "onde", ["categoria/nao-existe", "pessoa/1", "topico/x", "topico/99999999999999999999", "topico/²"]
    )
    @pytest.mark.parametrize("ritmo", ["imediato", "", "lixo"])
    def test_seguir_o_que_nao_existe_e_404(self, client, onde, ritmo):
        assert entrar(client, fabricar_pessoa()).post(f"/participen/seguir/{onde}", {"ritmo": ritmo}).status_code == 404


class TestModerar:
    def test_da_denuncia_a_decisao_ao_recurso_e_ao_julgamento(self, client):
        ana, moderacao, outra = fabricar_participante(), fabricar_moderacao(), fabricar_moderacao()
        resposta = fabricar_resposta(fabricar_topico(titulo="Um tópico para denunciar"), ana, "Compre já o meu curso.")
        entrar(client, fabricar_participante())
        denuncia = client.post(
            f"/participen/publicacoes/{resposta.pk}/denunciar/", {"motivo": "propaganda", "texto": "Vende."}
        )
        assert "Denúncia recebida" in denuncia.text and Denuncia.objects.count() == 1

        entrar(client, moderacao)
        assert "Um tópico para denunciar" in client.get("/participen/moderacao/").text
        onde = f"/participen/moderacao/publicacoes/{resposta.pk}/"
        assert "Vende." in client.get(onde).text
        assert "Diga a razão" in client.post(onde, {"ato": "esconder", "motivo": "propaganda"}).text
        assert client.post(onde, {"ato": "esconder", "motivo": "propaganda", "razao": "Vende curso."}).status_code == 302

        entrar(client, ana)
        minhas = client.get("/participen/minhas/").text
        assert "Vende curso." in minhas and "propaganda" in minhas
        recorrer = re.search(r"/participen/decisoes/[^/]+/recorrer/", minhas)[0]
        assert client.post(recorrer, {"texto": "É curso do meu órgão, gratuito."}).status_code == 302
        assert "Você já recorreu" in client.get(recorrer).text
        assert client.post(recorrer, {"texto": "De novo."}).status_code == 422

        entrar(client, outra)
        julgar = re.search(r"/participen/moderacao/recursos/[^/]+/", client.get("/participen/moderacao/").text)[0]
        assert "É curso do meu órgão" in client.get(julgar).text
        assert client.post(julgar, {"aceito": "sim", "resposta": "Tem razão."}).status_code == 302
        resposta.refresh_from_db()
        assert resposta.situacao == "publicada"
        client.logout()
        assert "Recursos aceitos" in client.get("/participen/moderacao/numeros/").text

    def test_moderar_um_topico_pede_a_razao_e_volta_a_ele(self, client):
        topico = fabricar_topico()
        onde = f"/participen/moderacao/topicos/{topico.pk}/"
        entrar(client, fabricar_moderacao())

        assert client.post(onde, {"ato": "fechar"}).status_code == 422
        assert client.post(onde, {"ato": "mover", "razao": "x"}).status_code == 422
        assert client.post(onde, {"ato": "lixo", "razao": "x"}).status_code == 422
        assert (
            client.post(onde, {"ato": "fechar", "razao": "Resolvido."})["Location"] == f"/participen/topicos/{topico.pk}/"
        )
        client.logout()
        assert "A moderação fechou este tópico" in client.get(f"/participen/topicos/{topico.pk}/").text

    def test_o_cadastro_das_categorias_e_das_etiquetas(self, client):
        entrar(client, fabricar_moderacao())
        nova = {
            "nome": "Arquivo e memória",
            "descricao": "Guarda e destinação.",
            "ordem": 3,
            "ativa": "on",
            "produto": "sei",
        }

        assert client.post("/participen/cadastro/categorias/nova/", nova).status_code == 302
        assert "já há outra" in client.post("/participen/cadastro/categorias/nova/", nova).text.lower()
        assert client.post("/participen/cadastro/categorias/arquivo-e-memoria/", nova | {"ativa": ""}).status_code == 302
        assert "não recebe tópicos novos" in client.get("/participen/categorias/arquivo-e-memoria/").text
        assert client.post("/participen/cadastro/etiquetas/", {"grupo": "Assunto", "nome": "guarda"}).status_code == 302
        assert client.post("/participen/cadastro/etiquetas/", {"grupo": "", "nome": ""}).status_code == 422
        assert client.post("/participen/cadastro/etiquetas/guarda/", {"nome": "guarda"}).status_code == 302
        assert "guarda" not in client.get("/participen/etiquetas/").text
        assert client.post("/participen/cadastro/politica/", {"ate_confiar": 21}).status_code == 422
        assert client.post("/participen/cadastro/politica/", {"ate_confiar": 0}).status_code == 302
        assert client.post("/participen/cadastro/regras/", {"texto": "Regras novas."}).status_code == 302
        assert (
            "Regras novas." in client.get("/participen/regras/").text
            and "Versão 2" in client.get("/participen/regras/").text
        )
