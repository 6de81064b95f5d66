"""As páginas da Central: o catálogo público, a abertura, o chamado e a fila."""

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, Equipe, Seguidor
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.participacao import completar_chamado
from tests.atendimento.web import dar
from tests.fabricas.atendimento import RESPOSTAS, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_cpf, fabricar_pessoa

pytestmark = pytest.mark.django_db
ABRIR = "/atendimento/federal/sei/reportar-erro/"


@pytest.fixture(autouse=True)
def _central(central):
    """Toda página precisa dela."""


def endereco(chamado) -> str:
    return reverse("atendimento:chamado", args=[chamado.chave])


def abrir(client, **campos):
    padrao = {
        "envio": str(uuid4()), "orgao": fabricar_orgao(sigla="ABC").codigo, "assunto": "Erro ao assinar",
        "descricao": "Página em branco.", **{f"r_{c}": v for c, v in RESPOSTAS.items()},
    }  # fmt: skip
    return client.post(ABRIR, padrao | campos)


class TestCatalogo:
    @pytest.mark.parametrize(
        ("caminho", "frase"),
        [
            ("/atendimento/", "De que órgão você é?"),
            ("/atendimento/expediente/", "das 8h às 18h"),
            ("/atendimento/federal/", "15 produtos"),
            ("/atendimento/outros-poderes/", "12 produtos"),
            ("/atendimento/federal/nup/", "Solicitar cadastro de UP"),
        ],
    )
    def test_o_catalogo_e_publico(self, client, caminho, frase):
        resposta = client.get(caminho)

        assert resposta.status_code == 200 and frase in resposta.text

    def test_o_endereco_de_um_produto_de_outra_esfera_explica(self, client):
        resposta = client.get("/atendimento/municipal/nup/")

        assert resposta.status_code == 404
        assert "só é oferecido a: Executivo Federal" in resposta.text and "Ver os produtos da sua esfera" in resposta.text

    @pytest.mark.parametrize(
        "caminho", ["/atendimento/marte/", "/atendimento/outros_poderes/", "/atendimento/federal/nada/"]
    )
    def test_o_que_nao_existe_e_404(self, client, caminho):
        assert client.get(caminho).status_code == 404

    @pytest.mark.parametrize("caminho", ["/atendimento/federal/", "/atendimento/federal/sei/"])
    def test_o_custo_nao_cresce_com_o_catalogo(self, client, caminho, django_assert_max_num_queries):
        with django_assert_max_num_queries(4):
            client.get(caminho)


class TestAbertura:
    def test_quem_nao_entrou_entra_e_volta(self, client):
        assert client.get(ABRIR).url == "/entrar/?proximo=%2Fatendimento%2Ffederal%2Fsei%2Freportar-erro%2F"

    def test_o_formulario_e_o_do_tipo_de_suporte(self, client):
        pagina = entrar(client, fabricar_pessoa()).post(ABRIR, {"acao": "assunto", "assunto": "Erro"}).text

        assert "Passos para repetir o erro" in pagina and "O que aconteceu, e o que você esperava" in pagina

    def test_aberto_vai_para_a_pagina_do_chamado(self, client):
        resposta = abrir(entrar(client, fabricar_pessoa()))

        chamado = Chamado.objects.get()
        assert resposta.url == endereco(chamado)
        pagina = client.get(resposta.url).text
        assert chamado.protocolo in pagina and "1. Entrar" in pagina and "Está na fila" in pagina

    def test_recarregar_o_envio_nao_abre_outro(self, client):
        entrar(client, fabricar_pessoa())
        envio, orgao = str(uuid4()), fabricar_orgao().codigo

        assert abrir(client, envio=envio, orgao=orgao).url == abrir(client, envio=envio, orgao=orgao).url
        assert Chamado.objects.count() == 1

    @pytest.mark.parametrize(
        ("campo", "valor", "frase"),
        [
            ("assunto", "", "Escreva o assunto em poucas palavras."),
            ("r_passos", "", "Preencha «Passos para repetir o erro»."),
            ("r_ambiente", "Marte", "Marte"),
            ("orgao", "NADAAQUI", "órgão"),
            ("envio", "x", "envio"),
        ],
    )
    def test_o_que_falta_se_explica_e_o_resto_fica(self, client, campo, valor, frase):
        resposta = abrir(entrar(client, fabricar_pessoa()), **{campo: valor})

        assert resposta.status_code == 422 and frase.lower() in resposta.text.lower()
        assert "Página em branco." in resposta.text and not Chamado.objects.exists()

    def test_senha_no_texto_e_apontada_e_quem_escreve_decide(self, client):
        entrar(client, fabricar_pessoa())

        avisada = abrir(client, descricao="A senha: abc123 não entra")
        assert avisada.status_code == 422 and "senha: ab…" in avisada.text and not Chamado.objects.exists()

        assert abrir(client, descricao="A senha: abc123 não entra", ciente="on").status_code == 302

    def test_orgao_de_outra_esfera_so_abre_o_que_se_oferece_a_ele(self, client):
        entrar(client, fabricar_pessoa())
        orgao = fabricar_orgao(esfera="municipal")

        resposta = client.post(
            "/atendimento/federal/nup/registrar-duvida/",
            {"envio": str(uuid4()), "orgao": orgao.codigo, "assunto": "x", "descricao": "y"},
        )

        assert resposta.status_code == 422 and "só é oferecido a: Executivo Federal" in resposta.text


class TestChamado:
    def test_para_os_outros_nao_existe(self, client):
        chamado = fabricar_chamado()

        for quem in (fabricar_pessoa(), fabricar_atendente("tecnica"), fabricar_atendente(forte=False)):
            entrar(client, quem)
            assert client.get(endereco(chamado)).status_code == 404
            assert dar(client, chamado, Passo.COMPLETAR, texto="x").status_code == 404
            assert client.post(reverse("atendimento:incluir_seguidor", args=[chamado.chave])).status_code == 404

    def test_protocolo_enumerado_nao_abre(self, client):
        chamado = fabricar_chamado()
        entrar(client, chamado.solicitante)

        assert client.get(f"/atendimento/chamados/{chamado.protocolo}/").status_code == 404
        assert client.get(f"/atendimento/chamados/{chamado.pk}/").status_code == 404

    def test_quem_nao_entrou_vai_entrar(self, client):
        chamado = fabricar_chamado()

        assert client.get(endereco(chamado)).status_code == 302
        assert dar(client, chamado, Passo.COMPLETAR, texto="x").status_code == 302

    def test_so_post_da_passo(self, client):
        chamado = fabricar_chamado()
        entrar(client, chamado.solicitante)

        assert client.get(f"{endereco(chamado)}passos/completar").status_code == 405
        assert client.post(f"{endereco(chamado)}passos/silenciar").status_code == 404

    def test_quem_abriu_ve_com_quem_esta_e_ate_quando(self, client):
        chamado = fabricar_chamado()
        falar_no_chamado(
            por=fabricar_atendente(), chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual versão?",
            agora=em("2026-11-19T17:30"),
        )  # fmt: skip

        pagina = entrar(client, chamado.solicitante).get(endereco(chamado)).text

        assert (
            "uma resposta sua. Sem ela, o chamado é encerrado em 23/11/2026 às 08:00" in pagina and "Qual versão?" in pagina
        )

    def test_a_conversa_inteira_pelas_paginas(self, client):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        entrar(client, atendente)
        assert dar(client, chamado, Passo.ASSUMIR).status_code == 302
        dar(client, chamado, Passo.ANOTAR, texto="Ver com a infra")
        dar(client, chamado, Passo.PEDIR_INFORMACAO, texto="Qual versão?", visto="3")
        entrar(client, chamado.solicitante)
        pagina = client.get(endereco(chamado)).text
        assert "Qual versão?" in pagina and "Ver com a infra" not in pagina
        dar(client, chamado, Passo.COMPLETAR, texto="4.1.2")
        entrar(client, atendente)
        assert "Ver com a infra" in client.get(endereco(chamado)).text
        dar(client, chamado, Passo.ENCERRAR, texto="Atualize para 4.1.3.", desfecho="resolvido", visto="5")
        entrar(client, chamado.solicitante)
        assert "Se não resolveu, você pode reabrir até" in client.get(endereco(chamado)).text
        dar(client, chamado, Passo.REABRIR, texto="Continua.")

        chamado.refresh_from_db()
        assert (chamado.situacao, chamado.reaberturas) == ("na_fila", 1)

    def test_encaminhar_e_atribuir_pelas_paginas(self, client):
        chamado, colega = fabricar_chamado(), fabricar_atendente()
        entrar(client, fabricar_atendente())
        assert dar(client, chamado, Passo.ATRIBUIR, atendente=str(colega.pk)).status_code == 302
        tecnica = Equipe.objects.get(codigo="tecnica")
        dar(client, chamado, Passo.ENCAMINHAR, equipe=str(tecnica.pk), motivo="Defeito", tentado="Reinstalar")

        chamado.refresh_from_db()
        assert (chamado.equipe, chamado.atendente, chamado.situacao) == (tecnica, None, "na_fila")

    def test_o_que_falta_num_passo_volta_na_pagina(self, client):
        chamado = fabricar_chamado()
        resposta = dar(entrar(client, chamado.solicitante), chamado, Passo.COMPLETAR, texto=" ")

        assert resposta.status_code == 422 and "Escreva a sua resposta." in resposta.text

    def test_a_resposta_sobre_mensagem_nao_lida_volta_com_as_duas(self, client):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Já resolvi sozinho.")

        resposta = dar(entrar(client, atendente), chamado, Passo.RESPONDER, texto="Reinstale tudo.", visto="1")

        assert resposta.status_code == 409
        assert "Já resolvi sozinho." in resposta.text and "Reinstale tudo." in resposta.text
        visto = re.search(r'name="responder-visto" value="(\d+)"', resposta.text)[1]
        assert dar(client, chamado, Passo.RESPONDER, texto="Que bom.", visto=visto).status_code == 302

    def test_de_dois_que_encerram_ao_mesmo_tempo_um_e_avisado(self, client):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        encerrar_chamado(por=fabricar_atendente(), chave=chamado.chave, resposta="Feito.")

        resposta = dar(entrar(client, atendente), chamado, Passo.ENCERRAR, texto="Eu fiz.", desfecho="resolvido", visto="1")

        assert resposta.status_code == 422 and "O chamado está encerrado" in resposta.text
        assert "O que você escreveu não foi enviado:" in resposta.text and "Eu fiz." in resposta.text

    def test_inclui_um_colega_pelo_cpf(self, client):
        chamado, cpf = fabricar_chamado(), fabricar_cpf()
        colega = fabricar_pessoa(cpf=cpf)
        entrar(client, chamado.solicitante)

        client.post(reverse("atendimento:incluir_seguidor", args=[chamado.chave]), {"cpf": cpf})
        errado = client.post(reverse("atendimento:incluir_seguidor", args=[chamado.chave]), {"cpf": "123"})

        assert Seguidor.objects.get().pessoa == colega and errado.status_code == 422
        assert colega.nome in client.get(endereco(chamado)).text
        assert entrar(client, colega).get(endereco(chamado)).status_code == 200

    def test_o_custo_da_pagina_nao_cresce_com_a_historia(self, client):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        entrar(client, atendente)
        falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="1")
        with CaptureQueriesContext(connection) as uma:
            client.get(endereco(chamado))
        for _ in range(5):
            falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="x")
        with CaptureQueriesContext(connection) as varias:
            client.get(endereco(chamado))

        assert len(varias) == len(uma)


class TestListas:
    def test_meus_chamados_sao_os_que_abri_e_os_que_sigo(self, client):
        meu, alheio, seguido = fabricar_chamado(), fabricar_chamado(), fabricar_chamado()
        Seguidor.objects.create(
            chamado=seguido, pessoa=meu.solicitante, desde=meu.aberto_em, por=seguido.solicitante
        )  # fmt: skip

        pagina = entrar(client, meu.solicitante).get("/atendimento/chamados/").text

        assert meu.protocolo in pagina and seguido.protocolo in pagina and alheio.protocolo not in pagina
        assert "Nenhum chamado aqui." in client.get("/atendimento/chamados/", {"quais": "encerrados"}).text

    def test_a_fila_e_so_de_quem_atende_e_so_da_equipe(self, client):
        chamado = fabricar_chamado()

        assert entrar(client, fabricar_pessoa()).get("/atendimento/fila/").status_code == 404
        assert chamado.protocolo not in entrar(client, fabricar_atendente("tecnica")).get("/atendimento/fila/").text
        assert chamado.protocolo in entrar(client, fabricar_atendente()).get("/atendimento/fila/").text

    @pytest.mark.parametrize(
        ("filtro", "aparece"),
        [({"situacao": "na_fila"}, True), ({"situacao": "em_atendimento"}, False), ({"meus": "on"}, False),
         ({"vencidos": "on"}, True), ({"situacao": "outra"}, True), ({"equipe": "999"}, True), ({"apos": "zz"}, True)],
    )  # fmt: skip
    def test_os_filtros_da_fila_estao_no_endereco(self, client, filtro, aparece):
        chamado = fabricar_chamado(agora=em("2026-01-05T10:00"))

        pagina = entrar(client, fabricar_atendente()).get("/atendimento/fila/", filtro)

        assert pagina.status_code == 200 and (chamado.protocolo in pagina.text) == aparece
