"""As páginas do assistente, como quem as usa: sem script, com o cookie, com limite, e cada um só na sua conversa."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.assistente.models import Conversa, Fala
from pen.assistente.services.conversas import PERGUNTAS_POR_MINUTO
from pen.conhecimento.enums import Especie
from pen.conhecimento.models import Artigo, Sinonimos, TermoAprendido, VersaoDoArtigo
from pen.conhecimento.services.aprendizado import aprender_pergunta
from pen.conhecimento.services.sinonimos import escrever_sinonimos
from pen.identidade.public import contar_uso
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, movimento

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
PAGINA, PERGUNTAR, RELATORIO = "/assistente/", "/assistente/perguntar", "/assistente/perguntas/"
SINONIMOS = "/conhecimento/redacao/sinonimos/"
CONTINUAR = "Continuar a conversa de"


def perguntar(client, texto, **campos):
    return client.post(PERGUNTAR, {"pergunta": texto, **campos}, follow=True)


def opinar(client, fala, ajudou="sim", **campos):
    return client.post(f"/assistente/falas/{fala.pk}/opiniao", {"ajudou": ajudou, **campos}, follow=True)


@pytest.fixture
def base():
    fabricar_artigo("Como reabrir um chamado encerrado?", corpo="Responda ao e-mail em até 48 horas.", produto="sei")
    fabricar_artigo("Como acompanhar um processo por e-mail?", corpo="# Entrar\n\nEntre e escolha «Acompanhar».")


class TestConversa:
    def test_a_primeira_visita_diz_que_e_um_programa_e_da_exemplos(self, client):
        pagina = client.get(PAGINA)
        assert "Sou um programa" in pagina.text and "O que é o NUP?" in pagina.text
        assert "pen_conversa" not in pagina.cookies  # só quem pergunta tem conversa

    def test_responde_com_o_trecho_e_o_endereco_da_secao(self, client, base):
        pagina = perguntar(client, "como acompanhar um processo por e-mail").text
        assert "Entre e escolha «Acompanhar»." in pagina
        assert 'href="/conhecimento/como-acompanhar-um-processo-por-e-mail/#entrar"' in pagina
        assert "Quem responde é um programa" in pagina

    def test_toda_resposta_da_conversa_mostra_o_seu_trecho_e_nao_so_a_primeira(self, client, base):
        perguntar(client, "como reabrir um chamado encerrado")
        pagina = perguntar(client, "como acompanhar um processo por e-mail").text
        assert "Responda ao e-mail em até 48 horas." in pagina and "Entre e escolha «Acompanhar»." in pagina

    def test_volta_a_pergunta_que_se_acaba_de_responder(self, client, base):
        resposta = client.post(PERGUNTAR, {"pergunta": "oi"})
        (fala,) = Fala.objects.all()
        assert resposta["Location"] == f"/assistente/#fala-{fala.pk}" and f'id="fala-{fala.pk}"' in client.get(PAGINA).text

    def test_pergunta_de_que_produto_e_responde_o_do_botao(self, client):
        for produto in ("sei", "portal-tramita-gov-br"):
            fabricar_artigo(f"Solicitar perfil no {produto}", corpo=f"Peça ao {produto}.", produto=produto)
        assert 'name="produto" value="sei"' in perguntar(client, "solicitar perfil").text
        pagina = perguntar(client, "solicitar perfil", produto="sei").text
        assert "Peça ao sei." in pagina and "Falamos de SEI." in pagina

    def test_o_numero_de_um_processo_traz_a_situacao_publica_e_o_endereco(self, client):
        enviar(fabricar_sistema(), documento("50650.001658/2017-17", movimento(), assunto="Concessão de uso"))
        pagina = perguntar(client, "cadê o 50650.001658/2017-17?").text
        assert 'href="/protocolo/processos/50650001658201717/"' in pagina and "Concessão de uso" in pagina
        assert "Último movimento: " in pagina

    def test_quem_nao_sabe_diz_e_oferece_o_chamado(self, client, base):
        pagina = perguntar(client, "receita de bolo de fubá").text
        assert "Não sei responder a isso" in pagina and "Abrir um chamado com esta conversa" in pagina

    def test_o_texto_da_pergunta_e_do_artigo_nao_vira_html(self, client):
        fabricar_artigo("Regras <b>da fila</b>", corpo="A fila anda. `<script>alert(1)</script>`")
        perguntar(client, "<img src=x onerror=alert(1)>")
        pagina = perguntar(client, "regras da fila").text
        assert "<img src=x" not in pagina and "<script>alert" not in pagina and "&lt;script&gt;alert(1)" in pagina

    def test_opinar_agradece_e_dizer_que_nao_oferece_o_chamado(self, client, base):
        perguntar(client, "como reabrir um chamado encerrado")
        (fala,) = Fala.objects.all()
        assert "Obrigado por dizer que ajudou." in opinar(client, fala).text
        pagina = opinar(client, fala, "nao").text
        assert "Abrir um chamado com esta conversa" in pagina

    def test_comecar_de_novo_esquece_neste_aparelho(self, client, base):
        perguntar(client, "como reabrir um chamado encerrado")
        pagina = client.post("/assistente/recomecar", follow=True).text
        assert "reabrir um chamado encerrado" not in pagina and "Sou um programa" in pagina

    def test_o_que_se_digita_de_errado_se_explica_e_fica_escrito(self, client):
        assert "Escreva a sua pergunta." in client.post(PERGUNTAR, {"pergunta": "  "}).text
        longa = client.post(PERGUNTAR, {"pergunta": "palavra " * 150})
        assert longa.status_code == 422 and "passa de mil caracteres" in longa.text and "palavra palavra" in longa.text
        assert not Fala.objects.exists()

    def test_o_produto_inventado_nao_atrapalha(self, client, base):
        assert "48 horas" in perguntar(client, "como reabrir um chamado encerrado", produto="nao-existe").text

    def test_depressa_demais_explica(self, client):
        perguntar(client, "oi")
        for _ in range(PERGUNTAS_POR_MINUTO):
            contar_uso(f"assistente:{Conversa.objects.get().pk}")
        resposta = client.post(PERGUNTAR, {"pergunta": "oi"})
        assert resposta.status_code == 422 and "Muitos pedidos em pouco tempo." in resposta.text


class TestCookie:
    def test_so_o_servidor_o_le_e_so_o_assistente_o_recebe(self, client):
        cookie = client.post(PERGUNTAR, {"pergunta": "oi"}).cookies["pen_conversa"]
        assert (
            cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/assistente/" and not cookie["secure"]
        )
        assert cookie["max-age"] == 90 * 24 * 60 * 60 and len(cookie.value) == 43

    def test_em_https_so_por_https(self):
        assert Client().post(PERGUNTAR, {"pergunta": "oi"}, secure=True).cookies["pen_conversa"]["secure"]

    def test_a_chave_nao_aparece_na_pagina_nem_em_endereco(self, client, base):
        resposta = perguntar(client, "como reabrir um chamado encerrado")
        chave = Conversa.objects.get().chave
        assert chave not in resposta.text and chave not in str(resposta.redirect_chain)


class TestQuemVe:
    def test_a_conversa_de_quem_entrou_nao_existe_para_os_outros(self, client, base):
        perguntar(entrar(client, fabricar_pessoa()), "como reabrir um chamado encerrado")
        fala, chave = Fala.objects.get(), client.cookies["pen_conversa"].value
        for outro in (Client(), entrar(Client(), fabricar_pessoa()), entrar(Client(), fabricar_central())):
            outro.cookies["pen_conversa"] = chave
            assert "reabrir um chamado" not in outro.get(PAGINA).text + outro.get("/assistente/painel").text
            assert opinar(outro, fala).status_code == 404
        assert opinar(Client(), fala).status_code == 404

    def test_volta_a_conversa_quem_entra_de_novo(self, client, base):
        pessoa = fabricar_pessoa()
        perguntar(entrar(client, pessoa), "como reabrir um chamado encerrado")
        client.cookies.pop("sessionid", None)
        entrar(client, pessoa)
        assert "Responda ao e-mail" in client.get(PAGINA).text

    def test_quem_entra_noutro_aparelho_continua_a_ultima_conversa(self, client, base):
        pessoa, outro = fabricar_pessoa(), Client()
        perguntar(entrar(client, pessoa), "como acompanhar um processo por e-mail")
        client.post("/assistente/recomecar")
        perguntar(client, "como reabrir um chamado encerrado")
        assert CONTINUAR not in client.get(PAGINA).text  # a última é a deste aparelho

        assert CONTINUAR in entrar(outro, pessoa).get(PAGINA).text
        pagina = outro.post("/assistente/continuar", follow=True).text
        assert "Responda ao e-mail" in pagina and "escolha «Acompanhar»" not in pagina and CONTINUAR not in pagina
        perguntar(outro, "oi")
        assert "Responda ao e-mail" in client.get(PAGINA).text and Conversa.objects.count() == 2

    def test_a_conversa_dos_outros_nao_se_continua(self, client, base):
        perguntar(entrar(client, fabricar_pessoa()), "como reabrir um chamado encerrado")
        for outro in (Client(), entrar(Client(), fabricar_pessoa()), entrar(Client(), fabricar_central())):
            assert CONTINUAR not in outro.get(PAGINA).text
            resposta = outro.post("/assistente/continuar", follow=True)
            assert "reabrir um chamado" not in resposta.text and "pen_conversa" not in outro.cookies

    def test_a_que_passou_do_tempo_de_guarda_nao_se_continua(self, client, base):
        pessoa = fabricar_pessoa()
        perguntar(entrar(client, pessoa), "como reabrir um chamado encerrado")
        Conversa.objects.update(ultima_em=timezone.now() - timedelta(days=91))
        assert CONTINUAR not in entrar(Client(), pessoa).get(PAGINA).text

    def test_o_relatorio_so_existe_para_quem_escreve(self, client):
        perguntar(client, "trocar o certificado digital")
        assert client.get(RELATORIO)["Location"].startswith("/entrar/")
        assert entrar(client, fabricar_pessoa()).get(RELATORIO).status_code == 404
        for pessoa in (fabricar_atendente(), fabricar_central()):
            assert "trocar o certificado digital" in entrar(client, pessoa).get(RELATORIO).text

    def test_o_endereco_do_relatorio_so_aparece_a_quem_o_le(self, client):
        assert RELATORIO not in client.get(PAGINA).text
        assert RELATORIO in entrar(client, fabricar_atendente()).get(PAGINA).text


class TestHttp:
    @pytest.mark.parametrize(
        "caminho",
        [PERGUNTAR, "/assistente/continuar", "/assistente/recomecar", "/assistente/falas/1/opiniao", RELATORIO + "artigo"],
    )
    def test_o_que_muda_algo_nao_se_pede_por_get(self, client, caminho):
        assert client.get(caminho).status_code == 405

    @pytest.mark.parametrize("caminho", [PAGINA, "/assistente/painel", RELATORIO])
    def test_o_que_se_le_nao_se_manda(self, client, caminho):
        assert client.post(caminho).status_code == 405

    def test_outro_site_nao_pergunta_por_mim(self):
        assert Client(enforce_csrf_checks=True).post(PERGUNTAR, {"pergunta": "oi"}).status_code == 403

    def test_a_conversa_nao_fica_em_cache_nenhum(self, client, base):
        perguntar(client, "como reabrir um chamado encerrado")
        for caminho in (PAGINA, "/assistente/painel"):
            assert client.get(caminho)["Cache-Control"] == "private, no-store"
        assert client.post(PERGUNTAR, {"pergunta": ""})["Cache-Control"] == "private, no-store"
        entrar(client, fabricar_central())
        for caminho in (RELATORIO, "/assistente/chamado/"):
            assert "no-store" in client.get(caminho)["Cache-Control"]

    def test_com_o_cabecalho_do_script_vem_so_a_conversa(self, client, base):
        cabecalho = {"X-Pedaco": "1"}
        boa = client.post(PERGUNTAR, {"pergunta": "como reabrir um chamado encerrado"}, headers=cabecalho)
        ruim = client.post(PERGUNTAR, {"pergunta": ""}, headers=cabecalho)
        opiniao = client.post(f"/assistente/falas/{Fala.objects.get().pk}/opiniao", {"ajudou": "sim"}, headers=cabecalho)
        nova = client.post("/assistente/recomecar", headers=cabecalho)
        assert [r.status_code for r in (boa, ruim, opiniao, nova)] == [200, 422, 200, 200]
        for resposta in (boa, ruim, opiniao, nova):
            assert "data-assistente-conversa" in resposta.text and "<html" not in resposta.text
        assert "48 horas" in boa.text and "Obrigado por dizer" in opiniao.text and "48 horas" not in nova.text

    def test_o_custo_nao_cresce_com_a_conversa(self, client, base):
        def contar():
            with CaptureQueriesContext(connection) as consultas:
                client.get(PAGINA)
            return len(consultas)

        perguntar(client, "como reabrir um chamado encerrado")
        contar()
        uma = contar()
        for texto in ("como acompanhar um processo por e-mail", "reabrir chamado", "acompanhar processo"):
            perguntar(client, texto)
        assert contar() == uma


class TestSemResposta:
    def test_escrever_um_artigo_abre_o_rascunho_num_clique(self, client):
        for texto in ("trocar o certificado digital", "Como trocar o certificado digital?"):
            perguntar(client, texto)
        atendente = entrar(Client(), fabricar_atendente())
        pagina = atendente.get(RELATORIO).text
        assert "2 perguntas" in pagina and 'name="outras" value="trocar o certificado digital"' in pagina

        campos = {"pergunta": "Como trocar o certificado digital?", "outras": "trocar o certificado digital"}
        resposta = atendente.post(RELATORIO + "artigo", campos)
        versao = VersaoDoArtigo.objects.get()
        assert resposta["Location"] == f"/conhecimento/redacao/{versao.artigo.codigo}/alterar/"
        assert (versao.titulo, versao.artigo.especie, versao.situacao) == (campos["pergunta"], Especie.PERGUNTA, "rascunho")
        assert "trocar o certificado digital" in atendente.get(resposta["Location"]).text

    def test_quem_nao_escreve_nao_comeca_artigo(self, client):
        assert client.post(RELATORIO + "artigo", {"pergunta": "x"})["Location"].startswith("/entrar/")
        assert entrar(client, fabricar_pessoa()).post(RELATORIO + "artigo", {"pergunta": "x"}).status_code in {403, 404}
        assert not Artigo.objects.exists()

    def test_o_custo_do_relatorio_nao_cresce_com_as_perguntas(self, client):
        atendente = entrar(Client(), fabricar_atendente())

        def contar():
            with CaptureQueriesContext(connection) as consultas:
                atendente.get(RELATORIO)
            return len(consultas)

        perguntar(client, "zebra listrada")
        contar()
        antes = contar()
        for texto in ("gato pardo", "elefante branco", "lobo guará"):
            perguntar(client, texto)
        assert contar() == antes


class TestSinonimos:
    def test_a_central_escreve_e_desfaz(self, client):
        entrar(client, fabricar_central())
        assert client.post(SINONIMOS, {"escritas": "gato\nfelino"})["Location"] == SINONIMOS
        assert "gato = felino" in client.get(SINONIMOS).text
        grupo = Sinonimos.objects.get()
        assert client.post(f"{SINONIMOS}{grupo.pk}/excluir")["Location"] == SINONIMOS
        assert not Sinonimos.objects.exists() and client.post(f"{SINONIMOS}{grupo.pk}/excluir").status_code == 404

    def test_a_central_altera_um_grupo(self, client):
        grupo = escrever_sinonimos(por=None, escritas=["gato", "felino"])
        pagina = f"{SINONIMOS}{grupo.pk}/"
        entrar(client, fabricar_central())
        assert f'href="{pagina}"' in client.get(SINONIMOS).text and "gato\nfelino</textarea>" in client.get(pagina).text
        ruim = client.post(pagina, {"escritas": "gato"})
        assert ruim.status_code == 422 and "Escreva de duas a 12 expressões" in ruim.text and "gato</textarea>" in ruim.text
        assert client.post(pagina, {"escritas": "gato\nbichano"})["Location"] == SINONIMOS
        assert "gato = bichano" in client.get(SINONIMOS).text and Sinonimos.objects.count() == 1
        client.post(f"{pagina}excluir")
        assert {client.get(pagina).status_code, client.post(pagina, {"escritas": "gato\nbichano"}).status_code} == {404}

    @pytest.mark.parametrize(
        ("escritas", "frase"),
        [
            ("", "Escreva pelo menos duas expressões"),
            ("gato", "Escreva de duas a 12 expressões"),
            ("de\na", "Escreva de duas a 12"),
        ],
    )
    def test_o_que_nao_e_grupo_se_explica_ao_lado_do_campo(self, client, escritas, frase):
        resposta = entrar(client, fabricar_central()).post(SINONIMOS, {"escritas": escritas})
        assert resposta.status_code == 422 and frase in resposta.text and 'aria-invalid="true"' in resposta.text

    def test_quem_atende_le_e_nao_muda(self, client):
        grupo = escrever_sinonimos(por=None, escritas=["gato", "felino"])
        entrar(client, fabricar_atendente())
        pagina = client.get(SINONIMOS).text
        assert "gato = felino" in pagina and "Acrescentar o grupo" not in pagina and "Desfazer" not in pagina
        assert client.post(SINONIMOS, {"escritas": "um gato\numa gata"}).status_code == 403
        assert client.post(f"{SINONIMOS}{grupo.pk}/excluir").status_code == 403
        assert "Alterar" not in pagina and client.get(f"{SINONIMOS}{grupo.pk}/").status_code == 404
        assert client.post(f"{SINONIMOS}{grupo.pk}/", {"escritas": "um gato\numa gata"}).status_code == 404
        assert Sinonimos.objects.get().escritas == ["gato", "felino"]

    def test_para_os_outros_nao_existe(self, client):
        grupo = escrever_sinonimos(por=None, escritas=["gato", "felino"])
        caminhos = (f"{SINONIMOS}{grupo.pk}/excluir", "/conhecimento/redacao/aprendidos/1/esquecer")
        assert client.get(SINONIMOS)["Location"].startswith("/entrar/")
        entrar(client, fabricar_pessoa())
        assert {client.get(SINONIMOS).status_code, *(client.post(c).status_code for c in caminhos)} == {404}
        assert {client.get(c).status_code for c in caminhos} == {405}

    def test_a_central_esquece_o_que_se_aprendeu(self, client):
        artigo = fabricar_artigo("Reabrir chamado").artigo
        for _ in range(3):
            aprender_pergunta("ressuscitar chamado", artigo_id=str(artigo.pk), ancora="")
        aprendido = TermoAprendido.objects.get()
        esquecer = f"/conhecimento/redacao/aprendidos/{aprendido.pk}/esquecer"
        atendente = entrar(Client(), fabricar_atendente())
        assert "ressuscitar" in atendente.get(SINONIMOS).text and atendente.post(esquecer).status_code == 403
        assert entrar(client, fabricar_central()).post(esquecer)["Location"] == SINONIMOS
        assert "ressuscitar" not in client.get(SINONIMOS).text
