"""As páginas públicas: consulta, resultado, processo, não encontrado, endereço antigo."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.identidade.models import Orgao
from pen.protocolo_integrado.services.vocabulario import aprender_palavras
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db
CONSULTA = "/protocolo/consulta/"


@pytest.fixture
def orgao():
    return fabricar_sistema(fabricar_orgao(sigla="ANTT", nome="Agência de Transportes"))


def pagina(client, numero):
    return client.get(f"/protocolo/processos/{numero}/")


def consultar(client, **campos):
    """Como o navegador: envia o formulário e segue o redirecionamento."""
    return client.post(CONSULTA, campos, follow=True)


def test_numero_em_qualquer_forma_leva_a_pagina_do_processo(client, orgao):
    enviar(orgao, documento("50650.001658/2017-17", assunto="Transporte de carga"))

    for digitado in ("50650.001658/2017-17", "50650001658201717", " 50650 001658 2017 17 ", "NUP 50650.001658/2017-17"):
        resposta = consultar(client, q=digitado)
        assert resposta.redirect_chain[-1][0].endswith("/protocolo/processos/50650001658201717/")
        assert "Transporte de carga" in resposta.text


def test_pagina_do_processo_diz_o_que_a_regra_manda(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento("2024-03-05T10:20:00-03:00", "Processo recebido", "PROT/ANTT"),
                            assunto="Multa", interessados=interessados("Ana Souza"), identificacao="Ofício 7"))  # fmt: skip

    texto = pagina(client, nup).text

    for parte in ("Multa", "Ana Souza", "Ofício 7", "04/03/2024", "PROT/ANTT", "10:20", "terça-feira, 5 de março de 2024"):
        assert parte.lower() in texto.lower(), parte
    assert "Dados recebidos de ANTT em" in texto


def test_nomes_nao_vao_para_titulo_endereco_nem_buscador(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, interessados=interessados("Ana Souza")))

    resposta = pagina(client, nup)

    assert "Ana" not in resposta.text.partition("</title>")[0]
    assert "noindex" in resposta["X-Robots-Tag"] and "private" in resposta["Cache-Control"]


def test_busca_por_nome_nao_deixa_o_nome_no_endereco_e_o_endereco_pode_ser_guardado(client, orgao):
    enviar(orgao, documento(assunto="Pensão", interessados=interessados("Ana Souza")))

    resposta = consultar(client, interessado="ana souza", q="pensao")
    endereco = resposta.redirect_chain[-1][0]

    assert "souza" not in endereco.lower() and "pensao" not in endereco.lower()
    assert "Pensão" in client.get(endereco).text


def test_nome_que_veio_em_claro_no_endereco_sai_dele(client, orgao):
    enviar(orgao, documento(assunto="Pensão", interessados=interessados("Ana Souza")))

    resposta = client.get(f"{CONSULTA}?interessado=ana+souza&orgao=ANTT")

    assert (
        resposta.status_code == 302 and "souza" not in resposta["Location"].lower() and "orgao=ANTT" in resposta["Location"]
    )
    assert "Pensão" in client.get(resposta["Location"]).text


def test_pagina_responde_a_head_como_a_get(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup))

    assert client.head(f"/protocolo/processos/{nup}/").status_code == client.head("/saude/").status_code == 200


def test_resultado_lista_processos_e_movimentos_com_contagem_interessado_e_hora(client, orgao):
    partes = interessados("Ana", "Beto")
    movimentos = (movimento(), movimento(operacao="Processo concluído"))
    enviar(orgao, *[documento(None, *movimentos, assunto="Cessão", interessados=partes) for _ in range(2)])

    texto = consultar(client, q="cessao").text

    assert "2 processos" in texto and "4 movimentos" in texto and "Consulta feita em" in texto
    assert texto.count("Ana e mais 1") == 6


def test_resultado_se_restringe_por_orgao_ano_e_tipo_e_volta(client, orgao):
    enviar(orgao, documento(assunto="Cessão"), documento(assunto="Cessão", especie="Ofício"))
    resposta = consultar(client, q="cessao")
    restrito = re.search(r'href="(\?[^"]*especie=Of[^"]*)"', resposta.text)[1].replace("&amp;", "&")

    so_oficios = client.get(CONSULTA + restrito).text

    assert "1 processo<" in so_oficios
    de_volta = re.search(r'href="(\?[^"]*)" aria-current="true"', so_oficios)[1].replace("&amp;", "&")
    assert "2 processos<" in client.get(CONSULTA + de_volta).text


def test_quem_erra_a_grafia_recebe_um_atalho_para_a_certa(client, orgao):
    enviar(orgao, documento(assunto="Cessão", interessados=interessados("Quitéria Souza")))
    aprender_palavras(timezone.now() + timedelta(minutes=5))

    resposta = consultar(client, interessado="quitria souza").text
    atalho = re.search(r'Você quis dizer <a href="([^"]*)">quiteria souza</a>', resposta)[1].replace("&amp;", "&")

    assert "souza" not in atalho and "1 processo<" in client.get(atalho).text


def test_busca_vazia_explica_junto_do_campo_e_no_resumo(client):
    texto = client.post(CONSULTA, {"q": ""}).text

    assert "Confira o que você preencheu" in texto and texto.count("Digite um número de processo") == 2
    assert "<title>Erro: " in texto


def test_periodo_invertido_e_orgao_inexistente_explicam_o_que_fazer(client):
    texto = client.post(CONSULTA, {"desde": "2024-02-01", "ate": "2024-01-01", "orgao": "XYZW"}).text

    assert "Esta data vem antes" in texto and "Nenhum órgão com essa sigla" in texto


def test_orgao_pela_sigla_filtra(client, orgao):
    enviar(orgao, documento(assunto="Cessão"))
    enviar(fabricar_sistema(), documento(assunto="Cessão"))

    assert "1 processo<" in consultar(client, q="cessao", orgao="antt").text


def test_processo_oculto_e_como_se_nao_existisse(client, orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento(operacao="Processo Sigiloso gerado"), assunto="Denúncia"))

    resposta, inexistente = pagina(client, nup), pagina(client, fabricar_nup())

    assert resposta.status_code == inexistente.status_code == 404 and "Denúncia" not in resposta.text


def test_processo_resumido_mostra_movimentos_sem_assunto_nem_nomes(client, orgao):
    nup = fabricar_nup()
    movimentos = [
        movimento("2024-03-05T10:00:00-03:00", "Processo Restrito gerado (Informação Pessoal de Ana Souza)"),
        movimento("2024-03-06T10:00:00-03:00", "Entregue a Ana Souza"),
        movimento("2024-03-07T10:00:00-03:00", "Processo remetido pela unidade PROT"),
    ]
    enviar(orgao, documento(nup, *movimentos, assunto="Licença médica", interessados=interessados("Ana Souza")))

    texto = pagina(client, nup).text

    assert "Acesso restrito" in texto and "Processo remetido pela unidade PROT" in texto
    assert "Ana" not in texto and "Licença" not in texto


def test_processo_de_dois_orgaos_tem_uma_linha_do_tempo_so(client, orgao):
    nup, outro = fabricar_nup(), fabricar_sistema(fabricar_orgao(sigla="IBAMA"))
    enviar(orgao, documento(nup, movimento("2024-03-05T10:00:00-03:00", "Saiu")))
    enviar(outro, documento(nup, movimento("2024-03-06T10:00:00-03:00", "Chegou")))

    texto = pagina(client, nup).text

    assert texto.index("Chegou") < texto.index("Saiu") and "2 movimentos" in texto
    assert "Dados recebidos de ANTT" in texto and "Dados recebidos de IBAMA" in texto


def test_relacionado_sem_as_letras_acha_o_processo_com_letras(client, orgao):
    enviar(orgao, documento("50650.001658/2017-DV", assunto="Alvo"))
    nup = fabricar_nup()
    enviar(orgao, documento(nup, relacionados=["506500016582017", "50650.009999/2017-00"]))

    texto = pagina(client, nup).text

    assert 'href="/protocolo/processos/506500016582017DV/"' in texto and "(ainda não recebido)" in texto


def test_consulta_propria_do_orgao_vira_ligacao(client, orgao):
    Orgao.objects.filter(pk=orgao.orgao_id).update(consulta_publica="https://sei.exemplo.gov.br/busca?n={numero}")
    nup = fabricar_nup()
    enviar(orgao, documento(nup))

    assert f'href="https://sei.exemplo.gov.br/busca?n={nup}"' in pagina(client, nup).text


def test_nao_encontrado_diz_o_que_os_digitos_dizem_e_quem_criou_o_numero(client):
    resposta = pagina(client, "50650001658201718")

    assert resposta.status_code == 404
    assert "50650.001658/2017-18" in resposta.text and "ANTT" in resposta.text and "O que você pode fazer" in resposta.text


def test_endereco_antigo_leva_ao_processo(client):
    resposta = client.get("/Protocolo/documento/detalhes_documento.jsf?protocolo=50650001658201717")

    assert (resposta.status_code, resposta["Location"]) == (301, "/protocolo/processos/50650001658201717/")
    assert client.get("/Protocolo/documento/detalhes_documento.jsf").status_code == 301


@pytest.mark.parametrize("numero", ["a" * 3000, "%00", "..", "<script>alert(1)</script>", "😀", "1" * 51])
def test_endereco_estranho_nunca_quebra(client, numero):
    from urllib.parse import quote

    resposta = client.get(f"/protocolo/processos/{quote(numero)}/")

    assert resposta.status_code == 404 and "<script>alert" not in resposta.text


def test_muitos_movimentos_sao_paginados(client, orgao):
    nup = fabricar_nup()
    enviar(
        orgao,
        documento(nup, *[movimento(f"2024-03-05T10:{n // 60:02}:{n % 60:02}-03:00", f"Passo {n}.") for n in range(250)]),
    )

    primeira = pagina(client, nup).text
    assert "250 movimentos" in primeira and "Passo 249." in primeira and "Passo 49." not in primeira
    proxima = primeira.partition('href="?pagina=')[2].partition('"')[0]
    assert "Passo 49." in client.get(f"/protocolo/processos/{nup}/?pagina={proxima}").text


def test_numero_de_consultas_da_pagina_nao_cresce(client, orgao, django_assert_num_queries):
    curto, longo = fabricar_nup(), fabricar_nup()
    enviar(orgao, documento(curto, relacionados=[fabricar_nup()]))
    enviar(orgao, documento(longo, *[movimento(operacao=f"Passo {n}") for n in range(30)], interessados=interessados(*"ABCDEF"),
                            relacionados=[fabricar_nup() for _ in range(9)]))  # fmt: skip
    with CaptureQueriesContext(connection) as uma:
        pagina(client, curto)

    with django_assert_num_queries(len(uma)):
        pagina(client, longo)


def test_metodo_errado_e_recusado(client):
    assert client.post("/protocolo/processos/1/").status_code == 405 and client.delete(CONSULTA).status_code == 405


def test_busca_por_documento_tem_limite_por_minuto(client, orgao):
    enviar(orgao, documento())
    respostas = [consultar(client, documento="529.982.247-25").text for _ in range(11)]

    assert "Muitos pedidos" not in respostas[9] and "Muitos pedidos" in respostas[10]
    assert "529" not in client.post(CONSULTA, {"documento": "529.982.247-25"})["Location"]
