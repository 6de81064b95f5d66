"""O fórum por API: lê-se sem chave só o que todos leem; escreve-se com a chave, pelas mesmas regras das páginas."""

from uuid import uuid4

import pytest

from pen.identidade.enums import Escopo
from pen.participen.enums import AtoDeModeracao
from pen.participen.models import Topico
from pen.participen.services.moderacao import decidir
from tests.atendimento.rest.test_chamados import com_chave
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
)
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = pytest.mark.usefixtures("forum")
API = "/api/v1/participen"
TOPICO = {
    "categoria": "sei",
    "especie": "duvida",
    "titulo": "Como assinar em bloco no SEI?",
    "texto": "Quero assinar vários.",
}


def mandar(client, caminho, corpo, pessoa, *escopos):
    return client.post(f"{API}/{caminho}", corpo, content_type="application/json", headers=com_chave(pessoa, *escopos))


def test_da_busca_a_resposta_por_api(client):
    ana = fabricar_participante()
    fabricar_topico(titulo="Assinatura de vários documentos em bloco")
    fabricar_artigo("Como assinar documentos em bloco?")

    busca = mandar(client, "buscas", {"palavras": "assinar documentos em bloco"}, ana).json()
    assert busca["topicos"] and busca["artigos"]
    provado = TOPICO | {"prova": busca["prova"], "palavras": busca["palavras"], "etiquetas": ["assinatura"]}
    aberto = mandar(client, "topicos", provado, ana)
    assert aberto.status_code == 201 and mandar(client, "topicos", provado, ana).json() == aberto.json()
    numero = aberto.json()["numero"]
    resposta = {"envio": str(uuid4()), "texto": "Use o bloco."}
    for _ in range(2):
        assert mandar(client, f"topicos/{numero}/respostas", resposta, ana).status_code == 201

    lido = client.get(f"{API}/topicos/{numero}").json()
    assert lido["topico"]["respostas"] == 1 and lido["topico"]["etiquetas"] == ["assinatura"]
    assert [r["texto"] for r in client.get(f"{API}/topicos/{numero}/respostas").json()["respostas"]] == ["Use o bloco."]


@pytest.mark.parametrize(
    ("trocas", "codigo"),
    [
        ({"prova": "lixo"}, "busca-nao-feita"), ({"palavras": "outras"}, "busca-nao-feita"), ({"titulo": "x"}, "pedido-incompleto"),
        ({"texto": "cpf 529.982.247-25"}, "dados-expostos"), ({"categoria": "x\0y"}, "pedido-incompleto"),
        ({"especie": "poema"}, "pedido-invalido"), ({"etiquetas": ["\0"]}, "pedido-incompleto"),
    ],
)  # fmt: skip
def test_o_que_nao_serve_e_422_e_nada_se_publica(client, trocas, codigo):
    ana = fabricar_participante()
    busca = mandar(client, "buscas", {"palavras": "assinar em bloco"}, ana).json()
    antes = Topico.objects.count()

    resposta = mandar(client, "topicos", TOPICO | {"prova": busca["prova"], "palavras": busca["palavras"]} | trocas, ana)

    assert (resposta.status_code, resposta.json()["codigo"]) == (422, codigo) and Topico.objects.count() == antes


def test_quem_nao_aceitou_as_regras_recebe_403(client):
    resposta = mandar(
        client, f"topicos/{fabricar_topico().pk}/respostas", {"envio": str(uuid4()), "texto": "Oi."}, fabricar_pessoa()
    )

    assert (resposta.status_code, resposta.json()["codigo"]) == (403, "regras-nao-aceitas")


@pytest.mark.parametrize("caminho", ["buscas", "topicos", "topicos/1/respostas"])
def test_escrever_sem_chave_e_401_e_com_a_de_so_ler_403(client, caminho):
    corpo = TOPICO | {"prova": "x", "palavras": "x", "envio": str(uuid4())}
    assert client.post(f"{API}/{caminho}", corpo, content_type="application/json").status_code == 401
    assert mandar(client, caminho, corpo, fabricar_participante(), Escopo.LER).status_code == 403


def test_o_escondido_e_404_tambem_para_a_moderacao_e_some_das_listas(client):
    ana, moderacao = fabricar_participante(email="ana@exemplo.org"), fabricar_moderacao()
    topico, a_vista = fabricar_topico(ana, titulo="Um tópico que se escondeu"), fabricar_topico(ana)
    escondida = fabricar_resposta(a_vista, ana, "Resposta escondida.")
    for publicacao in (abertura_de(topico), escondida):
        decidir(por=moderacao, publicacao_id=publicacao.pk, ato=AtoDeModeracao.ESCONDER, motivo="dados", razao="Dados.")

    for caminho in (f"topicos/{topico.pk}", f"topicos/{topico.pk}/respostas"):
        assert client.get(f"{API}/{caminho}").status_code == 404
        assert client.get(f"{API}/{caminho}", headers=com_chave(moderacao)).status_code == 404
    lidos = [
        client.get(f"{API}/{c}").text
        for c in ("topicos", "topicos/busca?palavras=escondeu", f"topicos/{a_vista.pk}/respostas")
    ]
    assert not any("escond" in texto or "ana@exemplo.org" in texto for texto in lidos)


@pytest.mark.parametrize(
    ("caminho", "situacao"),
    [
        ("categorias", 200), ("etiquetas", 200), ("topicos?categoria=sei&etiqueta=assinatura&especie=duvida&apos=lixo", 200),
        ("topicos?categoria=nao-existe", 404), ("topicos?categoria=%00", 404), ("topicos?especie=poema", 422),
        ("topicos/busca?palavras=%00", 200), ("topicos/busca?palavras=de", 422), ("topicos/0", 422),
        ("topicos/99999999999999999999", 422), ("topicos/9", 404),
    ],
)  # fmt: skip
def test_ler_por_api_aguenta_lixo(client, caminho, situacao):
    assert client.get(f"{API}/{caminho}").status_code == situacao
