"""Macros e gatilhos, por API: o que se escreve é o que se lê, e o que não serve diz onde."""

import pytest

from pen.atendimento.models import Gatilho
from tests.atendimento.rest.test_chamados import API, com_chave
from tests.fabricas.atendimento import fabricar_chamado
from tests.fabricas.pessoas import fabricar_central

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
CADASTRO = f"{API}/atendimento/cadastro"
NOTA = [{"passo": "anotar", "texto": "Nota"}]


@pytest.fixture
def pedir(client):
    """Um pedido da equipe central, em JSON."""
    cabecalhos = com_chave(fabricar_central())

    def pedir(verbo, caminho, corpo=None):
        return getattr(client, verbo)(CADASTRO + caminho, corpo, content_type="application/json", headers=cabecalhos)

    return pedir


def test_a_macro_que_pergunta_vai_e_volta(pedir):
    campo = {
        "codigo": "versao",
        "rotulo": "Versão",
        "especie": "escolha",
        "ajuda": "",
        "obrigatorio": True,
        "opcoes": ["4", "5"],
    }
    nova = {"nome": "Atualizar", "campos": [campo], "acoes": [{"passo": "responder", "texto": "Para a {versao}."}]}
    criada = pedir("post", "/macros", nova)
    assert criada.status_code == 201 and criada.json()["campos"] == [campo]
    sem_campos = pedir("put", f"/macros/{criada.json()['id']}", nova | {"campos": []})
    assert sem_campos.status_code == 422 and "{versao}" in sem_campos.json()["detail"]


@pytest.mark.parametrize(
    ("quando", "tempo"),
    [
        ("abrir", None),
        ("prazo_da_solucao", {"minutos": 120, "antes": True, "situacao": ""}),
        ("sem_movimento", {"minutos": 240, "antes": False, "situacao": "na_fila"}),
    ],
)
def test_o_gatilho_de_um_passo_ou_do_tempo_vai_volta_e_se_ensaia(pedir, quando, tempo):
    fabricar_chamado()
    criado = pedir("post", "/gatilhos", {"nome": "G", "quando": quando, "tempo": tempo, "acoes": NOTA})
    assert criado.status_code == 201
    (lido,) = pedir("get", "/gatilhos").json()
    assert lido == criado.json() and (lido["quando"], lido["tempo"]) == (quando, tempo)
    ensaio = pedir("post", "/ensaio-de-gatilho", {"quando": quando, "tempo": tempo, "condicoes": {}})
    assert ensaio.status_code == 200 and ensaio.json()["passos"] == ensaio.json()["casaram"] == len(
        ensaio.json()["protocolos"]
    )


@pytest.mark.parametrize(
    ("quando", "tempo"),
    [
        ("prazo_da_solucao", None),
        ("prazo_da_solucao", {"minutos": 0, "antes": True}),
        ("sem_movimento", {"minutos": 60}),
        ("anotar", None),
        ("nunca", None),
    ],
)
def test_o_quando_que_nao_faz_sentido_e_422(pedir, quando, tempo):
    assert pedir("post", "/gatilhos", {"nome": "G", "quando": quando, "tempo": tempo, "acoes": NOTA}).status_code == 422
    assert not Gatilho.objects.exists()
