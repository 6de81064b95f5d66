"""O Monitor: quem atua no órgão vê tudo dele; para os outros, nada existe."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.public import Ambiente, Papel
from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.models import AlertaDeIntegracao, Recusa, Remessa
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_central, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup
from tests.protocolo_integrado.test_integracao import integrar

pytestmark = pytest.mark.django_db
BRUTO = "<Documento><Nome>Ana Souza</Nome></Documento>"


@pytest.fixture
def orgao():
    return fabricar_orgao(sigla="ANTT", nome="Agência de Transportes")


@pytest.fixture
def sistema(orgao):
    return fabricar_sistema(orgao)


@pytest.fixture
def remessa(sistema):
    enviar(sistema, documento(), documento(assunto=" ", bruto=lambda: BRUTO))
    return Remessa.objects.get()


def enderecos(orgao, remessa) -> list[str]:
    base = f"/orgaos/{orgao.pk}/"
    return [base, f"{base}remessas/", f"{base}remessas/{remessa.pk}/"]


def quem(papel: str, orgao):
    """Cada tipo de pessoa que pode ver o Monitor deste órgão."""
    match papel:
        case "gestor":
            return fabricar_gestor(orgao)
        case "consulta":
            return dar_papel(fabricar_pessoa(), Papel.CONSULTA, orgao)
        case "central":
            return fabricar_central()
    return dar_papel(fabricar_pessoa(), Papel.AUDITORIA)


@pytest.mark.parametrize("papel", ["gestor", "consulta", "central", "auditoria"])
def test_quem_atua_no_orgao_ve_tudo(client, orgao, remessa, papel):
    entrar(client, quem(papel, orgao))

    assert [client.get(e).status_code for e in ["/orgaos/", *enderecos(orgao, remessa)]] == [200] * 4


@pytest.mark.parametrize("estranho", ["sem papel", "de outro órgão", "entrada fraca"])
def test_para_os_outros_nada_existe(client, orgao, remessa, estranho):
    pessoa = fabricar_pessoa(forte=estranho != "entrada fraca")
    if estranho == "de outro órgão":
        dar_papel(pessoa, Papel.GESTOR, fabricar_orgao())
    elif estranho == "entrada fraca":
        dar_papel(pessoa, Papel.GESTOR, orgao)
    entrar(client, pessoa)

    for endereco in enderecos(orgao, remessa):
        resposta = client.get(endereco)
        assert resposta.status_code == 404 and "ANTT" not in resposta.text and "Ana Souza" not in resposta.text
    assert client.get("/orgaos/").status_code == (200 if estranho == "de outro órgão" else 404)
    assert client.get("/orgaos/999999/").status_code == 404


def test_quem_nao_entrou_vai_entrar(client, orgao, remessa):
    for endereco in ["/orgaos/", *enderecos(orgao, remessa)]:
        resposta = client.get(endereco)
        assert resposta.status_code == 302 and resposta["Location"].startswith("/entrar/")


def test_remessa_de_outro_orgao_nao_existe_neste(client, orgao, remessa):
    vizinho = fabricar_orgao()
    gestor = dar_papel(fabricar_gestor(orgao), Papel.GESTOR, vizinho)
    entrar(client, gestor)

    assert client.get(f"/orgaos/{vizinho.pk}/remessas/{remessa.pk}/").status_code == 404
    assert client.get(f"/orgaos/{orgao.pk}/remessas/{uuid.uuid4()}/").status_code == 404


@pytest.mark.parametrize("metodo", ["post", "put", "patch", "delete"])
def test_aqui_so_se_le(client, orgao, remessa, metodo):
    entrar(client, fabricar_gestor(orgao))

    for endereco in ["/orgaos/", *enderecos(orgao, remessa)]:
        assert getattr(client, metodo)(endereco).status_code == 405


@pytest.mark.parametrize(
    ("papel", "muda"), [("gestor", True), ("consulta", False), ("auditoria", False), ("central", True)]
)
def test_consulta_le_e_nao_ve_o_que_muda(client, orgao, remessa, papel, muda):
    entrar(client, quem(papel, orgao))

    conteudo = client.get(f"/orgaos/{orgao.pk}/").text.partition("<main")[2].partition("</main>")[0]

    assert (f"/orgaos/{orgao.pk}/credenciais/" in conteudo) == (f"/orgaos/{orgao.pk}/pessoas/" in conteudo) == muda
    assert f"/orgaos/{orgao.pk}/remessas/" in conteudo and f"/orgaos/{orgao.pk}/processos/" in conteudo
    assert "<form" not in conteudo


def test_nada_disto_fica_em_cache_nem_em_buscador(client, orgao, remessa):
    entrar(client, fabricar_gestor(orgao))

    for endereco in enderecos(orgao, remessa):
        resposta = client.get(endereco)
        assert "no-store" in resposta["Cache-Control"] and "noindex" in resposta["X-Robots-Tag"]


def test_o_resumo_diz_a_situacao_os_totais_e_os_alertas(client, orgao, remessa):
    agora = timezone.now()
    AlertaDeIntegracao.objects.create(
        orgao=orgao, ultima_carga_em=agora - timedelta(days=9), aberto_em=agora - timedelta(days=7), encerrado_em=agora
    )
    entrar(client, fabricar_gestor(orgao))

    texto = client.get(f"/orgaos/{orgao.pk}/").text

    destaques = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", texto))
    assert destaques["Remessas"] == "1" and destaques["Documentos"] == "2" and destaques["Recusados"] == "1"
    assert "etiqueta-success" in texto and "em dia" in texto
    assert "Vezes em que passaram 48 horas" in texto


def test_o_grafico_tem_nome_resumo_e_a_tabela_logo_abaixo(client, orgao, remessa):
    entrar(client, fabricar_gestor(orgao))

    texto = client.get(f"/orgaos/{orgao.pk}/").text

    [grafico] = re.findall(r'<svg class="grafico".*?</svg>\s*<details>.*?</details>', texto, re.S)
    assert 'role="img" aria-labelledby="grafico-tendencia-titulo grafico-tendencia-resumo"' in grafico
    assert 'id="grafico-tendencia-titulo"' in grafico and 'id="grafico-tendencia-resumo"' in grafico
    assert grafico.count('<tr role="row">') == 31 and "style=" not in texto.partition("<main")[2]


@pytest.mark.parametrize(
    ("ha", "frase"), [(3, "há mais de 48 horas"), (8, "há mais de 7 dias"), (0, "em dia"), (None, "até agora")]
)
def test_cada_situacao_tem_a_sua_frase(client, orgao, ha, frase):
    integrar(None if ha is None else timedelta(days=ha), orgao)
    entrar(client, fabricar_gestor(orgao))

    assert frase in client.get(f"/orgaos/{orgao.pk}/").text


# --- Remessas


def linhas(resposta) -> int:
    return resposta.text.count('data-rotulo="Recebida em"')


def test_filtros_das_remessas(client, orgao, sistema, remessa):
    enviar(sistema, documento())
    enviar(fabricar_sistema(orgao, Ambiente.HOMOLOGACAO), documento())
    with pytest.raises(RemessaRecusada):
        enviar(sistema)
    hoje = timezone.localdate()
    Remessa.objects.filter(pk=remessa.pk).update(recebida_em=timezone.now() - timedelta(days=10))
    entrar(client, fabricar_gestor(orgao))

    for filtros, quantas in (
        ({}, 4), ({"so_com_recusa": "on"}, 2), ({"ambiente": "homologacao"}, 1), ({"ambiente": "producao"}, 3),
        ({"desde": hoje.isoformat()}, 3), ({"ate": (hoje - timedelta(days=5)).isoformat()}, 1),
        ({"desde": hoje.isoformat(), "so_com_recusa": "on"}, 1), ({"ate": "2020-01-01"}, 0),
    ):  # fmt: skip
        assert linhas(client.get(f"/orgaos/{orgao.pk}/remessas/", filtros)) == quantas, filtros


def test_filtro_errado_se_explica_e_so_a_quem_atua(client, orgao):
    endereco, errado = f"/orgaos/{orgao.pk}/remessas/", {"desde": "2026-02-02", "ate": "2026-02-01"}
    entrar(client, fabricar_gestor(orgao))
    resposta = client.get(endereco, errado)
    assert resposta.text.count("Esta data vem antes de «Recebidas desde».") == 2 and "<title>Erro: " in resposta.text

    entrar(client, fabricar_pessoa())
    assert client.get(endereco, errado).status_code == 404


def test_as_paginas_nao_repetem_nem_pulam_mesmo_no_mesmo_instante(client, orgao, sistema, remessa):
    modelo, agora = Remessa.objects.get(), timezone.now()
    Remessa.objects.bulk_create(
        Remessa(orgao=orgao, credencial_id=sistema.credencial_id, ambiente="producao", canal="soap", recebida_em=agora,
                duracao_ms=1, documentos=1, aceitos=1, recusados=0)
        for _ in range(120)
    )  # fmt: skip
    entrar(client, fabricar_gestor(orgao))

    vistas, endereco = [], f"/orgaos/{orgao.pk}/remessas/?ambiente=producao"
    while endereco:
        texto = client.get(endereco).text
        vistas += re.findall(rf"/orgaos/{orgao.pk}/remessas/([0-9a-f-]{{36}})/", texto)
        achado = re.search(r'href="(\?[^"]+)" rel="next"', texto)
        endereco = f"/orgaos/{orgao.pk}/remessas/{achado[1].replace('&amp;', '&')}" if achado else ""

    assert len(vistas) == len(set(vistas)) == 121 and vistas[-1] == str(modelo.pk)


def test_marcador_forjado_recomeca(client, orgao, remessa):
    entrar(client, fabricar_gestor(orgao))

    for forjado in ("x", "%00", "YWJjfGRlZg", "OTk5OXxhYg"):
        assert linhas(client.get(f"/orgaos/{orgao.pk}/remessas/?apos={forjado}")) == 1


def test_a_remessa_diz_o_que_foi_recusado_por_que_e_como_corrigir(client, orgao, remessa):
    entrar(client, dar_papel(fabricar_pessoa(), Papel.CONSULTA, orgao))

    texto = client.get(f"/orgaos/{orgao.pk}/remessas/{remessa.pk}/").text

    assert "2º documento" in texto and "NF004 - " in texto and "Preencha o elemento que o motivo cita" in texto
    assert "&lt;Nome&gt;Ana Souza&lt;/Nome&gt;" in texto and "<Nome>" not in texto
    assert re.search(r"<details>\s*<summary>Documento como foi recebido.*?Ana Souza.*?</details>", texto, re.S)


def test_documento_hostil_aparece_como_texto(client, orgao, sistema):
    enviar(
        sistema, documento('<img src=x onerror="a()">', assunto=" ", bruto=lambda: "</code></pre><script>alert(1)</script>")
    )
    entrar(client, fabricar_gestor(orgao))

    texto = client.get(f"/orgaos/{orgao.pk}/remessas/{Remessa.objects.get().pk}/").text

    assert "<script>alert" not in texto and "&lt;script&gt;alert(1)" in texto and "<img src=x" not in texto


def test_documento_enorme_nao_vem_inteiro(client, orgao, sistema):
    enviar(sistema, documento(assunto=" ", bruto=lambda: "x" * 500_000 + "FIM"))
    entrar(client, fabricar_gestor(orgao))

    texto = client.get(f"/orgaos/{orgao.pk}/remessas/{Remessa.objects.get().pk}/").text

    assert len(texto) < 60_000 and "FIM" not in texto and "480.003 caracteres" in texto


def test_recusas_ja_apagadas_sao_explicadas(client, orgao, remessa):
    Recusa.objects.all().delete()
    entrar(client, fabricar_gestor(orgao))

    assert "guardados por 90 dias" in client.get(f"/orgaos/{orgao.pk}/remessas/{remessa.pk}/").text


def test_remessa_recusada_inteira_diz_por_que(client, orgao, sistema):
    with pytest.raises(RemessaRecusada):
        enviar(sistema)
    entrar(client, fabricar_gestor(orgao))

    assert "NF002" in client.get(f"/orgaos/{orgao.pk}/remessas/{Remessa.objects.get().pk}/").text


# --- A lista de órgãos


def test_a_lista_e_dos_orgaos_em_que_a_pessoa_atua(client, orgao):
    fabricar_orgao(sigla="OUTRO")
    entrar(client, fabricar_gestor(orgao))

    texto = client.get("/orgaos/", {"q": "OUTRO"}).text.partition("<main")[2]

    assert "ANTT" in texto and "OUTRO" not in texto and "Procurar um órgão" not in texto


@pytest.mark.parametrize("busca", ["antt", "transportes", "  ANTT "])
def test_o_centro_procura_qualquer_um(client, orgao, busca):
    entrar(client, fabricar_central())

    assert f'href="/orgaos/{orgao.pk}/"' in client.get("/orgaos/", {"q": busca}).text


def test_busca_sem_resultado_ou_com_lixo_nao_quebra(client):
    entrar(client, fabricar_central())

    for lixo in ("não há", "\0", "%", "a" * 500):
        assert "Nenhum órgão com essa sigla" in client.get("/orgaos/", {"q": lixo}).text or not lixo.strip("\0")


def test_o_numero_de_consultas_nao_cresce(client, orgao, sistema, remessa, django_assert_num_queries):
    gestor = fabricar_gestor(orgao)
    entrar(client, gestor)
    todos = ["/orgaos/", *enderecos(orgao, remessa)]
    contadas = []
    for endereco in todos:
        client.get(endereco)
        with CaptureQueriesContext(connection) as com_um:
            client.get(endereco)
        contadas.append(len(com_um))
    for _ in range(2):
        enviar(sistema, *[documento(fabricar_nup(), assunto=" ") for _ in range(5)])
        dar_papel(gestor, Papel.CONSULTA, fabricar_orgao())
    Recusa.objects.bulk_create(
        Recusa(remessa=remessa, posicao=10 + n, codigo="NF003", motivo="NF003 - x", documento_bruto="<a/>")
        for n in range(3)
    )

    for endereco, quantas in zip(todos, contadas, strict=True):
        with django_assert_num_queries(quantas):
            client.get(endereco)
