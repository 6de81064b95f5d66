"""Os chamados por API: o que a chave deixa, e as mesmas regras das páginas."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pen.atendimento.enums import Passo
from pen.atendimento.models import Chamado, Formulario, PassoDoChamado
from pen.atendimento.services.atendimento import falar_no_chamado
from pen.atendimento.services.catalogo import publicar_formulario
from pen.identidade.enums import Escopo
from pen.identidade.services.chaves import criar_chave
from tests.fabricas.atendimento import RESPOSTAS, fabricar_atendente, fabricar_chamado, fabricar_equipe
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
API = "/api/v1"


def com_chave(pessoa, *escopos) -> dict[str, str]:
    padrao = (Escopo.LER, Escopo.ESCREVER, *([Escopo.PAPEIS] if pessoa.entrada_forte else []))
    _, segredo = criar_chave(por=pessoa, nome="teste", escopos=escopos or padrao, dias=30)
    return {"Authorization": f"Bearer {segredo}"}


def abertura(**trocas):
    padrao = {
        "envio": str(uuid4()), "orgao": fabricar_orgao(sigla="ABC").codigo, "produto": "sei", "tipo": "reportar-erro",
        "assunto": "Erro ao assinar", "descricao": "Página em branco.", "respostas": RESPOSTAS,
    }  # fmt: skip
    return padrao | trocas


def passo(client, chamado, cabecalhos, **pedido):
    return client.post(
        f"{API}/chamados/{chamado.chave}/passos", pedido, content_type="application/json", headers=cabecalhos
    )


def campo_de(resposta) -> str:
    return resposta.json()["campos"][0]["campo"]


def test_do_envio_ao_fim_por_api(client):
    pessoa, atendente = fabricar_pessoa(), fabricar_atendente()
    dela, da_equipe, corpo = com_chave(pessoa), com_chave(atendente), abertura()
    abriu = client.post(f"{API}/chamados", corpo, content_type="application/json", headers=dela)
    de_novo = client.post(f"{API}/chamados", corpo, content_type="application/json", headers=dela)
    assert (abriu.status_code, de_novo.status_code, Chamado.objects.count()) == (201, 200, 1)
    chamado = Chamado.objects.get()

    na_fila = client.get(f"{API}/atendimento/fila", headers=da_equipe).json()["chamados"]
    assert [c["protocolo"] for c in na_fila] == [chamado.protocolo]
    assert passo(client, chamado, da_equipe, passo="pedir_informacao", texto="Qual versão?", visto=1).status_code == 200
    completo = passo(client, chamado, dela, passo="completar", texto="4.1").json()
    assert completo["passos"][-1]["canal"] == "api" and "confirmar" in completo["pode"] and "anotar" not in completo["pode"]
    fim = passo(client, chamado, da_equipe, passo="encerrar", texto="Atualize.", visto=completo["visto"]).json()
    assert {p["canal"] for p in fim["passos"]} == {"api"}
    assert fim["chamado"]["situacao"] == "encerrado" and fim["chamado"]["desfecho"] == "resolvido"
    meus = client.get(f"{API}/chamados?abertos=false", headers=dela).json()
    assert [c["chave"] for c in meus["chamados"]] == [chamado.chave] and meus["proxima"] == ""
    assert client.get(f"{API}/chamados/busca?palavras=erros", headers=dela).json()["chamados"]


def test_a_resposta_sobre_o_que_nao_se_leu_volta(client):
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    passo(client, chamado, com_chave(chamado.solicitante), passo="completar", texto="Mais um dado.")

    resposta = passo(client, chamado, com_chave(atendente), passo="responder", texto="Ok", visto=1)
    assert resposta.status_code == 409 and resposta.json()["codigo"] == "mensagem-nao-lida"


def test_anexos_sobem_e_descem(client):
    chamado = fabricar_chamado()
    cabecalhos = com_chave(chamado.solicitante)
    arquivo = SimpleUploadedFile("tela.txt", b"O que aparece.")
    inteiro = client.post(
        f"{API}/chamados/{chamado.chave}/anexos", {"arquivos": [arquivo], "texto": "Segue."}, headers=cabecalhos
    )
    (anexo,) = inteiro.json()["passos"][-1]["anexos"]
    baixado = client.get(f"{API}/chamados/anexos/{anexo['id']}", headers=cabecalhos)
    assert b"".join(baixado.streaming_content) == b"O que aparece." and "attachment" in baixado["Content-Disposition"]
    estranho = client.get(f"{API}/chamados/anexos/{anexo['id']}", headers=com_chave(fabricar_pessoa()))
    assert estranho.status_code == 404


class TestAbrirComAnexos:
    @pytest.fixture
    def exige(self):
        """O formulário de reportar erro passa a exigir um anexo."""
        formulario = Formulario.objects.filter(tipo__codigo="reportar-erro", tipo__produto__codigo="sei").latest("versao")
        anexos = [{"codigo": "tela", "rotulo": "Foto da tela", "ajuda": "", "obrigatorio": True}]
        definicao = {**formulario.lido().como_dado(), "anexos": anexos}
        publicar_formulario(
            por=fabricar_central(), tipo_id=formulario.tipo_id, definicao=definicao, visto=formulario.versao
        )

    def enviar(self, client, cabecalhos, **campos):
        arquivo = SimpleUploadedFile("tela.txt", b"O que aparece.")
        dados = {"abertura": json.dumps(abertura()), "arquivos": [arquivo], "pedidos": ["tela"]} | campos
        return client.post(f"{API}/chamados/com-anexos", dados, headers=cabecalhos)

    def test_o_que_exige_anexo_se_abre_com_ele(self, client, exige):
        cabecalhos = com_chave(fabricar_pessoa())
        sem = client.post(f"{API}/chamados", abertura(), content_type="application/json", headers=cabecalhos)
        assert sem.status_code == 422 and campo_de(sem) == "tela"
        assert campo_de(self.enviar(client, cabecalhos, pedidos=[""])) == "tela"

        abriu = self.enviar(client, cabecalhos)
        assert abriu.status_code == 201 and abriu.json()["passos"][0]["anexos"][0]["nome"] == "tela.txt"

    @pytest.mark.parametrize(
        ("campos", "campo"),
        [({"abertura": "{"}, "abertura"), ({"abertura": "[]"}, "envio"), ({"abertura": "{}"}, "envio"),
         ({"pedidos": ["a", "b"]}, "pedidos")],
    )  # fmt: skip
    def test_o_que_nao_se_entende_e_recusado_com_o_campo(self, client, campos, campo):
        recusa = self.enviar(client, com_chave(fabricar_pessoa()), **campos)
        assert recusa.status_code == 422 and campo_de(recusa) == campo and not Chamado.objects.exists()


def test_o_catalogo_diz_o_que_cada_tipo_pergunta(client):
    produtos = client.get(f"{API}/atendimento/catalogo/federal", headers=com_chave(fabricar_pessoa())).json()
    sei = next(p for p in produtos if p["codigo"] == "sei")
    erro = next(t for t in sei["tipos"] if t["codigo"] == "reportar-erro")
    assert len(produtos) == 15 and {"passos", "ambiente"} <= {c["codigo"] for c in erro["campos"]}


class TestQuemPode:
    CAMINHOS = ("/chamados", "/chamados/busca?palavras=x", "/atendimento/fila", "/atendimento/catalogo/federal")

    @pytest.mark.parametrize("cabecalhos", [{}, {"Authorization": "Bearer pen_errada"}])
    def test_sem_chave_que_valha_e_401(self, client, cabecalhos):
        chamado = fabricar_chamado()
        for caminho in (*self.CAMINHOS, f"/chamados/{chamado.chave}"):
            assert client.get(API + caminho, headers=cabecalhos).status_code == 401
        assert passo(client, chamado, cabecalhos, passo="completar", texto="x").status_code == 401

    def test_o_escopo_falta_e_a_chave_diz(self, client):
        chamado = fabricar_chamado()
        so_le = com_chave(chamado.solicitante, Escopo.LER)
        recusa = passo(client, chamado, so_le, passo="completar", texto="x")
        assert recusa.status_code == 403 and recusa.json()["codigo"] == "escopo-insuficiente"
        so_escreve = com_chave(chamado.solicitante, Escopo.ESCREVER)
        assert client.get(f"{API}/chamados/{chamado.chave}", headers=so_escreve).status_code == 403

    def test_sem_o_escopo_dos_papeis_o_atendente_e_so_uma_pessoa(self, client):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        fraca = com_chave(atendente, Escopo.LER, Escopo.ESCREVER)
        assert client.get(f"{API}/chamados/{chamado.chave}", headers=fraca).status_code == 404
        assert client.get(f"{API}/atendimento/fila", headers=fraca).status_code == 403

    def test_o_de_outro_nao_existe(self, client):
        chamado = fabricar_chamado()
        falar_no_chamado(por=fabricar_atendente(), chave=chamado.chave, passo=Passo.ANOTAR, texto="Nota secreta")
        for estranho in (fabricar_pessoa(), fabricar_atendente(fabricar_equipe())):
            cabecalhos = com_chave(estranho)
            assert client.get(f"{API}/chamados/{chamado.chave}", headers=cabecalhos).status_code == 404
            assert passo(client, chamado, cabecalhos, passo="completar", texto="x").status_code == 404
        dela = client.get(f"{API}/chamados/{chamado.chave}", headers=com_chave(chamado.solicitante))
        assert dela.status_code == 200 and "secreta" not in dela.text

    @pytest.mark.parametrize("qual", ["encerrar", "encaminhar", "assumir", "anotar", "atribuir", "unir", "dividir"])
    def test_quem_abriu_nao_da_passo_de_equipe(self, client, qual):
        chamado = fabricar_chamado()
        tudo = {
            "texto": "x", "principal": chamado.protocolo, "motivo": "m", "tentado": "t", "equipe": 1, "atendente": 1,
            "folha": "nup/registrar-duvida", "assunto": "x", "ordem": 1,
        }  # fmt: skip
        resposta = passo(client, chamado, com_chave(chamado.solicitante), passo=qual, **tudo)
        assert resposta.status_code == 403 and PassoDoChamado.objects.count() == 1


@pytest.mark.parametrize(
    ("pedido", "campo"),
    [({"passo": "lembrar"}, "passo"), ({"passo": "explodir"}, "passo"), ({"passo": "encaminhar"}, "equipe")],
)
def test_o_que_nao_se_pede_se_explica(client, pedido, campo):
    chamado = fabricar_chamado()
    resposta = passo(client, chamado, com_chave(fabricar_atendente()), **pedido)
    assert resposta.status_code == 422 and resposta["Content-Type"] == "application/problem+json"
    assert campo_de(resposta) == campo and resposta.json()["detail"]
