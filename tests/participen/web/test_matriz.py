"""Toda página do fórum, por quem não entrou, por quem participa, por quem escreveu e por quem modera."""

import pytest

from pen.participen.enums import AtoDeModeracao
from pen.participen.models import Decisao
from pen.participen.services.moderacao import decidir, recorrer
from tests.atendimento.web.test_matriz import endereco, nomes_das_paginas, pedir
from tests.fabricas.participen import (
    abertura_de,
    fabricar_moderacao,
    fabricar_participante,
    fabricar_resposta,
    fabricar_topico,
)

pytestmark = pytest.mark.usefixtures("forum")

TODOS = {"ninguém", "participante", "autor", "moderação"}
ENTRARAM = TODOS - {"ninguém"}
DO_AUTOR = {"autor", "moderação"}
MODERAM = {"moderação"}
LIVRES = {
    "inicio", "busca", "categoria", "etiquetas", "etiqueta", "regras", "numeros",
}  # fmt: skip
# Nome → quem a abre, do que todos veem; e do que a moderação escondeu. 403 é de quem já sabe que a coisa existe.
A_VISTA = {
    **dict.fromkeys(LIVRES, TODOS), "topico": TODOS, "publicacao": TODOS, "novo": ENTRARAM, "seguindo": ENTRARAM,
    "minhas": ENTRARAM, "alterar": {"autor"}, "historico": DO_AUTOR, "denunciar": {"participante", "moderação"},
    "recorrer": {"autor"}, "moderacao": MODERAM, "moderar": MODERAM, "moderar_topico": MODERAM, "julgar": MODERAM,
    "cadastro": MODERAM, "cadastro_nova_categoria": MODERAM, "cadastro_categoria": MODERAM, "cadastro_etiquetas": MODERAM,
    "cadastro_etiqueta": MODERAM, "cadastro_regras": MODERAM, "cadastro_politica": MODERAM,
}  # fmt: skip
ESCONDIDA = {"topico": DO_AUTOR, "publicacao": DO_AUTOR, "alterar": set(), "historico": DO_AUTOR, "denunciar": set()}
ESCRITA = {
    "aceitar": ENTRARAM, "responder": ENTRARAM, "ajudou": {"participante", "moderação"}, "solucao": DO_AUTOR, "seguir": ENTRARAM,
}  # fmt: skip
SEM_ENTRAR = {"topico", "publicacao"}  # a quem não entrou não se pede que entre: não existe


@pytest.fixture
def papeis():
    return {
        "ninguém": None, "participante": fabricar_participante(), "autor": fabricar_participante(),
        "moderação": fabricar_moderacao(),
    }  # fmt: skip


@pytest.fixture
def argumentos(papeis):
    """Um exemplo de cada coisa que tem endereço; a resposta e o tópico são do autor."""
    topico = fabricar_topico(papeis["autor"], texto="Texto à vista.")
    resposta = fabricar_resposta(topico, papeis["autor"])
    outro = fabricar_topico(papeis["autor"], titulo="Este título se escondeu", texto="Segredo escondido.")
    decisao = decidir(
        por=fabricar_moderacao(),
        publicacao_id=abertura_de(outro).pk,
        ato=AtoDeModeracao.ESCONDER,
        motivo="dados",
        razao="Dados.",
    )
    recorrer(por=papeis["autor"], decisao_id=decisao.pk, texto="Não são dados.")
    return {
        "codigo": "sei", "numero": topico.pk, "publicacao_id": resposta.pk, "decisao_id": decisao.pk, "tipo": "categoria",
        "escondido": {"numero": outro.pk, "publicacao_id": abertura_de(outro).pk},
    }  # fmt: skip


def caminho_de(nome, argumentos):
    proprios = {"etiqueta": {"codigo": "assinatura"}, "cadastro_etiqueta": {"codigo": "assinatura"}}
    return endereco(f"participen:{nome}", argumentos | proprios.get(nome, {}))


def esperado(nome, papel, podem):
    if papel in podem:
        return {200, 302} if nome == "publicacao" else {200}
    return {302} if papel == "ninguém" and nome not in SEM_ENTRAR else {403, 404}


def test_toda_pagina_esta_numa_das_tabelas():
    assert {n.partition(":")[2] for n in nomes_das_paginas("participen")} == {*A_VISTA, *ESCRITA}


@pytest.mark.parametrize("papel", sorted(TODOS))
def test_matriz_url_x_papel_do_forum(client, papeis, argumentos, papel):
    achados = []
    for nome, podem in A_VISTA.items():
        resposta = pedir(client, papeis[papel], "get", caminho_de(nome, argumentos))
        if resposta.status_code not in esperado(nome, papel, podem):
            achados.append((nome, resposta.status_code))
        if papel in {"ninguém", "participante"} and "se escondeu" in resposta.text:
            achados.append((nome, "mostrou o escondido"))
    for nome, podem in ESCONDIDA.items():
        resposta = pedir(client, papeis[papel], "get", caminho_de(nome, argumentos | argumentos["escondido"]))
        if resposta.status_code not in esperado(nome, papel, podem):
            achados.append((f"{nome}, do escondido", resposta.status_code))
        if papel in {"ninguém", "participante"} and ("se escondeu" in resposta.text or "Segredo" in resposta.text):
            achados.append((nome, "mostrou o escondido"))

    assert achados == []


@pytest.mark.parametrize("papel", sorted(TODOS))
def test_ninguem_muda_no_forum_o_que_nao_pode(client, papeis, argumentos, papel):
    achados = []
    for nome, podem in ESCRITA.items():
        if papel not in podem:
            resposta = pedir(client, papeis[papel], "post", caminho_de(nome, argumentos))
            if resposta.status_code not in ({302} if papel == "ninguém" else {403, 404}):
                achados.append((nome, resposta.status_code))
        if papel not in DO_AUTOR and nome in {"responder", "ajudou", "solucao"}:
            resposta = pedir(client, papeis[papel], "post", caminho_de(nome, argumentos | argumentos["escondido"]))
            if resposta.status_code not in ({302} if papel == "ninguém" else {404}):
                achados.append((f"{nome}, do escondido", resposta.status_code))
    for nome, podem in A_VISTA.items():
        if podem == MODERAM and papel not in podem:
            resposta = pedir(client, papeis[papel], "post", caminho_de(nome, argumentos))
            if resposta.status_code not in ({302, 405} if papel == "ninguém" else {404, 405}):
                achados.append((nome, resposta.status_code))

    assert achados == [] and Decisao.objects.count() == 1


@pytest.mark.parametrize(
    "caminho",
    [
        "/participen/topicos/999999999999999999999999/", "/participen/topicos/0/", "/participen/categorias/nao-existe/",
        "/participen/etiquetas/nao-existe/", "/participen/publicacoes/00000000-0000-0000-0000-000000000000/",
    ],
)  # fmt: skip
def test_o_que_nao_existe_e_404(client, caminho):
    assert client.get(caminho).status_code == 404


@pytest.mark.parametrize(
    "consulta", ["pagina=lixo", "pagina=%00", "pagina=MjAyNg", "palavras=%00", "palavras=a%20e%20o", "categoria=x"]
)
@pytest.mark.parametrize("caminho", ["", "busca/", "categorias/sei/", "etiquetas/assinatura/"])
def test_lixo_no_endereco_nao_derruba_pagina(client, caminho, consulta):
    assert client.get(f"/participen/{caminho}?{consulta}").status_code == 200
