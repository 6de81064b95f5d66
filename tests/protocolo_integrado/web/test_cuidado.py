"""As páginas em que o órgão cuida do que publica: a lista de conferência de cada endereço, e o que cada uma faz."""

import pytest

from pen.identidade.enums import Papel
from pen.identidade.models import Atribuicao, Orgao
from pen.protocolo_integrado.enums import Visibilidade
from pen.protocolo_integrado.models import Andamento, Interessado, Registro, Retencao
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db


@pytest.fixture
def caso():
    orgao, numero = fabricar_orgao(), fabricar_nup()
    enviar(
        fabricar_sistema(orgao),
        documento(numero, movimento(operacao="Nota: segredo"), interessados=interessados("Ana Souza")),
    )
    return orgao, numero


@pytest.fixture
def gestor(client, caso):
    return entrar(client, fabricar_gestor(caso[0]))


def paginas(orgao, numero):
    base = f"/orgaos/{orgao.pk}"
    return [
        f"{base}/processos/",
        f"{base}/processos/{numero}/",
        f"{base}/regras/",
        f"{base}/publicacao/",
        f"{base}/pessoas/",
    ]


def acoes(orgao, numero):
    base = f"/orgaos/{orgao.pk}"
    chave = Andamento.objects.get().chave
    return [
        (f"{base}/processos/{numero}/", {"visibilidade": "2", "motivo": "x"}),
        (f"{base}/processos/{numero}/nomes/0/mascarar/", {"motivo": "x"}),
        (f"{base}/processos/{numero}/movimentos/{chave}/reter/", {"motivo": "x"}),
        (f"{base}/regras/", {"trecho": "nota: segredo", "motivo": "x"}),
        (f"{base}/publicacao/", {"cobertura": "x"}),
        (f"{base}/pessoas/", {"cpf": fabricar_cpf(), "papel": "gestor"}),
    ]


def test_cada_pagina_pede_entrada(client, caso):
    for pagina in paginas(*caso):
        assert client.get(pagina)["Location"].startswith("/entrar/?proximo=")


def test_cada_pagina_abre_para_quem_gere(gestor, caso):
    for pagina in paginas(*caso):
        assert gestor.get(pagina).status_code == 200, pagina


def test_para_gente_de_outro_orgao_nada_existe(client, caso):
    entrar(client, fabricar_gestor(fabricar_orgao()))
    for pagina in paginas(*caso):
        assert client.get(pagina).status_code == 404
    for pagina, dados in acoes(*caso):
        assert client.post(pagina, dados).status_code == 404


def test_papel_em_entrada_fraca_e_como_nao_ter_papel(client, caso):
    pessoa = fabricar_pessoa(forte=False)
    entrar(client, dar_papel(pessoa, Papel.GESTOR, caso[0]))

    assert client.get(paginas(*caso)[0]).status_code == 404


def test_quem_so_consulta_ve_e_nao_muda_nada(client, caso):
    entrar(client, dar_papel(fabricar_pessoa(), Papel.CONSULTA, caso[0]))
    assert client.get(paginas(*caso)[1]).status_code == 200
    for pagina, dados in acoes(*caso):
        assert client.post(pagina, dados).status_code in {403, 404}
    assert Registro.objects.get().visibilidade == Visibilidade.PUBLICO
    assert not Retencao.objects.exists()
    assert Interessado.objects.get().nome == "Ana Souza"


def test_a_equipe_central_cuida_de_qualquer_orgao(client, caso):
    entrar(client, fabricar_central())

    client.post(f"/orgaos/{caso[0].pk}/processos/{caso[1]}/", {"visibilidade": "2", "motivo": "x"})

    assert Registro.objects.get().visibilidade == Visibilidade.OCULTO


def test_acoes_pedem_post(gestor, caso):
    for pagina, _ in acoes(*caso)[1:3]:
        assert gestor.get(pagina).status_code == 405


def test_o_gestor_acha_o_processo_oculto_pelo_numero_com_mascara(gestor, caso):
    gestor.post(f"/orgaos/{caso[0].pk}/processos/{caso[1]}/", {"visibilidade": "2", "motivo": "x"})
    n = caso[1]

    resposta = gestor.get(f"/orgaos/{caso[0].pk}/processos/", {"numero": f"{n[:5]}.{n[5:11]}/{n[11:15]}-{n[15:]}"})

    assert resposta["Location"] == f"/orgaos/{caso[0].pk}/processos/{n}/"
    assert "Abono" in gestor.get(resposta["Location"]).content.decode()


def test_numero_que_o_orgao_nao_enviou_se_explica_ao_lado(gestor, caso):
    pagina = gestor.get(f"/orgaos/{caso[0].pk}/processos/", {"numero": fabricar_nup()}).content.decode()

    assert "O órgão não enviou" in pagina


@pytest.mark.parametrize("acao", [0, 1, 2])
def test_sem_motivo_nada_muda_e_a_pagina_diz(gestor, caso, acao):
    pagina, dados = acoes(*caso)[acao]

    resposta = gestor.post(pagina, dados | {"motivo": " "})

    assert resposta.status_code == 422
    assert "Escreva o motivo" in resposta.content.decode()


def test_reter_e_voltar_a_mostrar(gestor, caso):
    pagina, dados = acoes(*caso)[2]
    gestor.post(pagina, dados)
    assert "segredo" not in gestor.get(f"/protocolo/processos/{caso[1]}/").content.decode()

    gestor.post(f"/orgaos/{caso[0].pk}/retencoes/{Retencao.objects.get().pk}/encerrar/")

    assert "segredo" in gestor.get(f"/protocolo/processos/{caso[1]}/").content.decode()


def test_a_declaracao_do_orgao_aparece_na_pagina_do_processo(gestor, caso):
    gestor.post(f"/orgaos/{caso[0].pk}/publicacao/", {"cobertura": "Só processos de 2024 em diante."})

    assert "Só processos de 2024 em diante." in gestor.get(f"/protocolo/processos/{caso[1]}/").content.decode()


def test_endereco_da_consulta_que_nao_e_web_e_recusado_ao_lado_do_campo(gestor, caso):
    pagina = gestor.post(f"/orgaos/{caso[0].pk}/publicacao/", {"consulta_publica": "javascript:alert(1)"}).content.decode()

    assert "deve começar por" in pagina
    assert Orgao.objects.get(pk=caso[0].pk).consulta_publica == ""


def test_o_gestor_da_e_tira_papel_no_seu_orgao(gestor, caso):
    base, cpf = f"/orgaos/{caso[0].pk}/pessoas/", fabricar_cpf()
    gestor.post(base, {"cpf": f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}", "papel": "consulta"})
    dado = Atribuicao.objects.get(pessoa__cpf=cpf)

    gestor.post(f"{base}{dado.pk}/tirar/")

    dado.refresh_from_db()
    assert dado.encerrado_em is not None


def test_papel_de_outro_orgao_nao_se_tira_daqui(gestor, caso):
    alheio = Atribuicao.objects.create(pessoa=fabricar_pessoa(), papel=Papel.GESTOR, orgao=fabricar_orgao())

    assert gestor.post(f"/orgaos/{caso[0].pk}/pessoas/{alheio.pk}/tirar/").status_code == 404


def test_cpf_que_nao_confere_se_explica(gestor, caso):
    pagina = gestor.post(f"/orgaos/{caso[0].pk}/pessoas/", {"cpf": "12345678900", "papel": "gestor"}).content.decode()

    assert "não confere" in pagina


def test_as_consultas_da_pagina_nao_crescem_com_os_movimentos(gestor, caso, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    endereco = f"/orgaos/{caso[0].pk}/processos/{caso[1]}/"
    with CaptureQueriesContext(connection) as com_um:
        gestor.get(endereco)
    enviar(
        fabricar_sistema(caso[0]),
        documento(caso[1], *(movimento(quando=f"2024-04-0{d}T10:00:00-03:00") for d in (1, 2, 3)),
                  interessados=interessados("Ana", "Bia", "Cid")),
    )  # fmt: skip

    with django_assert_num_queries(len(com_um)):
        gestor.get(endereco)
