"""Entrada hostil: cada coisa recebe um erro claro na forma do contrato, o que era bom fica, e o recibo conta."""

import time

import pytest

from pen.protocolo_integrado.models import Andamento, Interessado, Recusa, Registro, Remessa
from tests.fabricas.protocolo import fabricar_nup
from tests.protocolo_integrado.soap.apoio import documento_xml, em_envelope, envelope, falha, resultados

pytestmark = pytest.mark.django_db
BOMBA = b"""<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha">%s]>""" % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
XXE = b'<!DOCTYPE x [<!ENTITY segredo SYSTEM "file:///etc/passwd">]>'


def recusada_inteira(sistema, corpo, **cabecalhos):
    """O motivo, depois de conferir que é NF002, nada entrou, e há um recibo com o mesmo motivo."""
    erro = falha(sistema.postar(corpo, **cabecalhos))
    assert erro.codigo == "NF002" and erro.frase.startswith("NF002 - ") and erro.mensagem == erro.frase
    assert not Registro.objects.exists()
    assert Remessa.objects.get().erro == erro.frase
    return erro.frase


def o_do_meio_e_recusado(sistema, ruim, declaracao=b""):
    """Envia o ruim entre dois bons; os bons ficam guardados. Devolve o resultado do ruim."""
    antes, depois = fabricar_nup(), fabricar_nup()
    resposta = sistema.postar(envelope(documento_xml(antes), ruim, documento_xml(depois), declaracao=declaracao))
    primeiro, (_, meio), ultimo = resultados(resposta)
    assert [primeiro, ultimo] == [(antes, "Ok!"), (depois, "Ok!")]
    assert set(Registro.objects.values_list("numero", flat=True)) == {antes, depois}
    assert (Remessa.objects.get().aceitos, Recusa.objects.get().posicao, Recusa.objects.get().motivo) == (2, 2, meio)
    return meio


# --- A mensagem inteira não se lê


@pytest.mark.parametrize(
    "corpo",
    [
        b"", b" ", b"nada disso", b"<", b"<a", b"<a><b></a>", b"\0" * 1000, b"\xff" * 1000, b"\x1f\x8b\x08\0\0\0",
        b'{"documentos": []}', b"<!-- -->", b"<?xml version='1.0'?>", b"<a/><b/>", b"&lt;Envelope/&gt;", b"<a b='1' b='2'/>",
        b"\xef\xbb\xbf", b"\xff\xfe<\0", b"<a xmlns:x=''/>", b"<?xml version='1.0' encoding='nada-disso'?><a/>",
    ],
)  # fmt: skip
def test_o_que_nao_e_xml_e_nf002_e_diz_onde(sistema, corpo):
    assert recusada_inteira(sistema, corpo)


@pytest.mark.parametrize("corte", [1, 40, 300, 700])
def test_mensagem_truncada_nao_guarda_nem_a_parte_que_se_lia(sistema, corte):
    frase = recusada_inteira(sistema, envelope(documento_xml(), documento_xml(), documento_xml())[:-corte])

    assert "malformado na linha 1" in frase


def test_content_length_maior_que_o_corpo_e_mensagem_truncada(sistema):
    from io import BytesIO

    corpo = envelope(documento_xml())[:-5]

    recusada_inteira(sistema, corpo, **{"CONTENT_LENGTH": str(len(corpo) + 500), "wsgi.input": BytesIO(corpo)})


@pytest.mark.parametrize("codificacao", ["idna", "undefined", "hex", "zlib", "rot13", "mbcs", "unicode_escape", "punycode"])
def test_codificacao_que_so_o_python_conhece_nao_derruba_o_servico(sistema, codificacao):
    declaracao = f"<?xml version='1.0' encoding='{codificacao}'?>".encode()

    assert recusada_inteira(sistema, envelope(documento_xml(assunto="\x01"), declaracao=declaracao))


def test_codificacao_quadratica_nao_prende_o_servico(sistema):
    inicio = time.perf_counter()

    recusada_inteira(sistema, b"<?xml version='1.0' encoding='punycode'?><a>-" + b"a9" * 150_000)

    assert time.perf_counter() - inicio < 1


def test_envelope_sem_body_ou_com_dois(sistema):
    vazio = b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>'

    assert "SOAP 1.1" in recusada_inteira(sistema, vazio)


def test_filhos_do_envelope_em_outro_espaco_de_nomes_nao_sao_o_body(sistema):
    corpo = envelope(documento_xml()).replace(b"soapenv:Body", b"Body")

    assert "SOAP 1.1" in recusada_inteira(sistema, corpo)


# --- DOCTYPE, entidades, rede


@pytest.mark.parametrize(
    "corpo",
    [
        BOMBA + em_envelope(b"<a>&j;</a>"),
        BOMBA + em_envelope(b"<a b='&j;'/>"),
        BOMBA + envelope(documento_xml(assunto="&j;")),
        XXE + envelope(documento_xml(assunto="&segredo;")),
        b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + envelope(documento_xml()),
        b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>' + envelope(documento_xml()),
        b"<!DOCTYPE soapenv:Envelope>" + envelope(documento_xml()),
        b"<!DOCTYPE x [<!ENTITY a '" + b"a" * 50_000 + b"'>]>" + em_envelope(b"<a>" + b"&a;" * 50_000 + b"</a>"),
    ],
    ids=["bomba", "bomba em atributo", "bomba no assunto", "arquivo", "dtd de fora", "parâmetro", "vazio", "quadrática"],
)
def test_doctype_e_recusado_depressa_e_sem_ler_nada_de_fora(sistema, corpo):
    inicio = time.perf_counter()

    frase = recusada_inteira(sistema, corpo)

    assert time.perf_counter() - inicio < 2 and "root:" not in frase


def test_entidade_desconhecida_nao_vira_vazio(sistema):
    assert recusada_inteira(sistema, envelope(documento_xml(assunto="a&nbsp;b")))


def test_xinclude_e_instrucao_de_processamento_sao_ignorados(sistema):
    inclui = '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    sistema.enviar(documento_xml(assunto=f"antes {inclui}<?php echo 1 ?> depois"))

    assert Registro.objects.get().assunto == "antes depois"


# --- Tamanho e forma


def test_aninhamento_profundo_e_recusado(sistema):
    assert recusada_inteira(sistema, em_envelope(b"<a>" * 100_000 + b"</a>" * 100_000))


def test_aninhamento_que_o_analisador_aceita_dentro_do_assunto_nao_derruba(sistema):
    fundo = "<b>" * 200 + "texto" + "</b>" * 200

    assert sistema.enviar(documento_xml(assunto=fundo))[0][1] == "Ok!" and Registro.objects.get().assunto == "texto"


def test_atributo_enorme_e_recusado(sistema):
    assert recusada_inteira(sistema, em_envelope(b"<a b='" + b"x" * 11_000_000 + b"'/>"))


def test_cem_mil_atributos_e_dez_mil_espacos_de_nomes_nao_prendem(sistema):
    atributos = b" ".join(b"a%d='1' xmlns:n%d='u:%d'" % (n, n, n) for n in range(20_000))
    inicio = time.perf_counter()

    sistema.postar(em_envelope(b"<a " + atributos + b"/>"))

    assert time.perf_counter() - inicio < 5


def test_assunto_de_um_megabyte_e_nf007_so_dele(sistema):
    assert o_do_meio_e_recusado(sistema, documento_xml(assunto="a" * 1_000_000)).startswith("NF007 - Assunto")


def test_corpo_maior_que_o_limite_e_nf002_com_recibo(sistema, settings):
    settings.REMESSA_MAXIMO_BYTES = 2**20

    assert "1 MB" in recusada_inteira(sistema, envelope(documento_xml(assunto="a" * 2**20)))


def test_corpo_sem_tamanho_declarado_e_lido_ate_o_fim(sistema):
    from io import BytesIO

    corpo = envelope(documento_xml())

    assert resultados(sistema.postar(b"", **{"wsgi.input": BytesIO(corpo)}))[0][1] == "Ok!"


def test_corpo_sem_tamanho_declarado_tambem_tem_limite(sistema, settings):
    from io import BytesIO

    settings.REMESSA_MAXIMO_BYTES = 2**20

    assert "1 MB" in recusada_inteira(sistema, b"", **{"wsgi.input": BytesIO(b"a" * 2**21)})


def test_trinta_e_tres_megabytes_sao_recusados(sistema):
    assert "32 MB" in recusada_inteira(sistema, b" " * (33 * 2**20))


def test_milhares_de_interessados_com_nomes_longos_nao_derrubam_a_remessa(sistema):
    nomes = (
        f"<Interessado><NomeInteressado>{n:05d} {'abcdefghij' * 45}{n:05d}</NomeInteressado></Interessado>"
        for n in range(5000)
    )
    muitos = documento_xml(interessados=f"<ListaInteressados>{''.join(nomes)}</ListaInteressados>")

    assert [r for _, r in sistema.enviar(documento_xml(), muitos)] == ["Ok!", "Ok!"]
    assert Interessado.objects.count() == 5000


def test_lista_com_interessados_demais_e_recusada(sistema):
    nomes = "<Interessado><NomeInteressado>Ana</NomeInteressado></Interessado>" * 5001

    assert "NF007" in o_do_meio_e_recusado(
        sistema, documento_xml(interessados=f"<ListaInteressados>{nomes}</ListaInteressados>")
    )


def test_uma_palavra_de_vinte_mil_letras_no_assunto_e_aceita(sistema):
    assert sistema.enviar(documento_xml(assunto="á" * 20_000))[0][1] == "Ok!"


def test_dez_mil_movimentos_num_processo_sao_guardados(sistema):
    itens = "".join(
        f"<ItemHistorico><DataHoraOperacao>2024-01-01T00:00:{n % 60:02}Z</DataHoraOperacao><UnidadeOperacao/>"
        f"<Operacao>Ato {n}</Operacao></ItemHistorico>"
        for n in range(10_000)
    )

    assert sistema.enviar(documento_xml(historico=itens))[0][1] == "Ok!" and Andamento.objects.count() == 10_000


# --- Bytes e caracteres


@pytest.mark.parametrize(
    "ruim", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"S\xe3o Paulo", b"\x00", b"\x01", b"\x1b[2J"]
)
def test_bytes_que_nao_sao_texto_recusam_so_o_documento_deles(sistema, ruim):
    documento = documento_xml(assunto="ZZZ").encode().replace(b"ZZZ", b"antes " + ruim + b" depois")

    assert o_do_meio_e_recusado(sistema, documento).startswith("NF002 - Assunto")


@pytest.mark.parametrize(
    "referencia", ["&#0;", "&#x0;", "&#1;", "&#8;", "&#31;", "&#xD800;", "&#xFFFF;", "&#x110000;", "&#99999999;"]
)
def test_referencia_a_caractere_proibido_recusa_so_o_documento_dela(sistema, referencia):
    assert o_do_meio_e_recusado(sistema, documento_xml(assunto=f"a{referencia}b")).startswith("NF002 - Assunto")


def test_referencia_numerica_enorme_recusa_so_o_documento_dela(sistema):
    assert o_do_meio_e_recusado(sistema, documento_xml(assunto="a&#999999999999999;b")).startswith("NF002")


@pytest.mark.parametrize("texto", ["&#127;", "&#xFFFD;", "\x7f"])
def test_caractere_legal_no_xml_mas_que_nao_e_texto_recusa_o_documento(sistema, texto):
    assert o_do_meio_e_recusado(sistema, documento_xml(assunto=f"a{texto}b")).startswith("NF002 - Assunto")


@pytest.mark.parametrize(
    "texto", ["&#9;", "&#10;", "&#13;", "😀", "&#x1F600;", "\u202e", "\u200b", "a\u0301", "&#x85;", "﷽", "&amp;#0;"]
)
def test_caractere_estranho_mas_legal_e_aceito(sistema, texto):
    assert sistema.enviar(documento_xml(assunto=f"a{texto}b"))[0][1] == "Ok!"


def test_byte_ruim_no_numero_nem_no_movimento_derruba_a_remessa(sistema):
    ruins = [
        documento_xml("ZZZ").encode().replace(b"ZZZ", b"5065\xff"),
        documento_xml(historico="<ItemHistorico><DataHoraOperacao>\x01</DataHoraOperacao></ItemHistorico>"),
        b"<Documento \xff='1'/>".replace(b"\xff", b"a"),
    ]

    respostas = [r for _, r in sistema.enviar(documento_xml(), *ruins)]

    assert respostas[0] == "Ok!" and all("NF00" in r for r in respostas[1:])


def test_recibo_da_recusa_guarda_o_documento_mesmo_com_nulo(sistema):
    sistema.enviar(documento_xml(assunto="a&#0;b"))

    assert "a\ufffdb" in Recusa.objects.get().documento_bruto


@pytest.mark.parametrize("codificacao", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_outra_codificacao_declarada_e_entendida(sistema, codificacao):
    declaracao = f'<?xml version="1.0" encoding="{codificacao}"?>'
    corpo = (declaracao + envelope(documento_xml(assunto="Concessão à família")).decode()).encode(codificacao)

    assert resultados(sistema.postar(corpo))[0][1] == "Ok!" and Registro.objects.get().assunto == "Concessão à família"


def test_latin1_declarado_com_caractere_de_controle_recusa_so_o_documento_dele(sistema):
    ruim = "ação \x01".encode("latin-1")
    documento = documento_xml(assunto="ZZZ").encode().replace(b"ZZZ", ruim)

    assert o_do_meio_e_recusado(sistema, documento, b'<?xml version="1.0" encoding="ISO-8859-1"?>').startswith("NF002")
    assert "ação" in Recusa.objects.get().documento_bruto


@pytest.mark.parametrize("marca", [b"\xef\xbb\xbf", b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>", b"\n \n"])
def test_marca_de_ordem_ou_espaco_antes_da_mensagem_nao_impede(sistema, marca):
    assert resultados(sistema.postar(marca + envelope(documento_xml())))[0][1] == "Ok!"


def test_marca_de_ordem_e_declaracao_com_um_documento_ruim_no_meio(sistema):
    declaracao = b"\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>"

    assert o_do_meio_e_recusado(sistema, documento_xml(assunto="a&#0;b"), declaracao).startswith("NF002")


def test_espaco_antes_da_declaracao_xml_nao_perde_a_remessa(sistema):
    corpo = b"\n<?xml version='1.0' encoding='UTF-8'?>" + envelope(documento_xml())

    assert resultados(sistema.postar(corpo))[0][1] == "Ok!"


# --- Datas


@pytest.mark.parametrize(
    ("data", "codigo"),
    [
        ("0001-01-01T00:00:00-03:00", "NF005"), ("9999-12-31T23:59:59-03:00", "NF006"), ("9999-12-31T23:59:59-14:00", "NF006"),
        ("0000-00-00T00:00:00Z", "NF005"), ("10000-01-01T00:00:00Z", "NF005"), ("-0001-01-01T00:00:00Z", "NF005"),
        ("2024-02-29T24:00:00Z", "NF005"), ("2023-02-29T00:00:00Z", "NF005"), ("2024-01-01T00:00:60Z", "NF005"),
        ("2024-01-01", "NF005"), ("01/01/2024", "NF005"), ("2024-01-01T00:00:00+99:99", "NF005"), ("٢٠٢٤-01-01T00:00:00Z", "NF005"),
        ("x" * 100_000, "NF005"), ("", "NF004"), ("1799-12-31T23:59:59Z", "NF005"),
    ],
)  # fmt: skip
def test_data_impossivel_recusa_so_o_documento_dela(sistema, data, codigo):
    resultado = o_do_meio_e_recusado(sistema, documento_xml(producao=data or " "))

    assert resultado.startswith(f"{codigo} - ") and len(resultado) < 300


@pytest.mark.parametrize(
    "data",
    ["1800-01-01T00:00:00-03:00", "1808-03-07T00:00:00", "1800-01-01T00:00:00+14:00", "2024-03-04T00:00:00.999999999Z"],
)
def test_data_antiga_mas_possivel_e_guardada(sistema, data):
    item = f"<ItemHistorico><DataHoraOperacao>{data}</DataHoraOperacao><UnidadeOperacao/><Operacao/></ItemHistorico>"

    assert sistema.enviar(documento_xml(producao=data, historico=item))[0][1] == "Ok!" and Andamento.objects.exists()


# --- Números


@pytest.mark.parametrize("numero", ["1", "A1", "١٢٣4", "²1", "ﬀ1" * 20, "1" * 50, "ß1", "1\u0301", "Nº 1", "DV1"])
def test_numero_estranho_e_aceito_ou_recusado_mas_nunca_derruba(sistema, numero):
    [(ecoado, resultado)] = sistema.enviar(documento_xml(numero))

    assert ecoado == numero[:80] and (resultado == "Ok!" or resultado.startswith("NF003"))


def test_relacionados_de_qualquer_forma_nao_derrubam(sistema):
    estranhos = ["", "?", "1" * 5000, "٢" * 17, "153740010969901", "\u200b", "DV", "50650.001658/2017-17"]
    lista = "".join(f"<ProtocoloRelacionado>{e}</ProtocoloRelacionado>" for e in estranhos)

    sistema.enviar(documento_xml(relacionados=f"<ListaProtocolosRelacionados>{lista}</ListaProtocolosRelacionados>"))

    assert Registro.objects.get().relacionados == ["153740010969901", "50650001658201717"]
