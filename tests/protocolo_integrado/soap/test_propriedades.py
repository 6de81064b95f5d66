"""Documentos e mensagens ao acaso: nunca um erro inesperado, a conta sempre fecha, receber de novo não muda nada."""

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from pen.protocolo_integrado.enums import Canal
from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.interfaces.soap import mensagens
from pen.protocolo_integrado.models import Andamento, Interessado, Recusa, Registro, Remessa
from pen.protocolo_integrado.services.remessa import receber_remessa
from pen.protocolo_integrado.values import DocumentoRecebido, InteressadoRecebido, MovimentoRecebido
from tests.fabricas.identidade import fabricar_sistema
from tests.protocolo_integrado.soap.apoio import documento_xml, envelope

ao_acaso = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

numeros = st.sampled_from(["50650001658201717", "153740010962012DV", "18600056687202339", "1", "0"])
textos = st.text(st.characters(), max_size=60) | st.sampled_from(
    [
        "",
        " ",
        "nome",
        "529.982.247-25",
        "\0",
        "\ud800",
        "\ufffd",
        "a\u0301" * 50,
        "Processo Restrito gerado",
        "\r\r\n",
        "%s",
        "\\N",
    ]
)
instantes = (
    st.datetimes(timezones=st.none() | st.timezones()).map(lambda d: d.isoformat())
    | st.sampled_from(
        ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2024-03-04T00:00:00-03:00", "2024-03-04T00:00:00"]
    )
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)?", fullmatch=True)
    | textos
)
movimentos = st.builds(MovimentoRecebido, st.none() | instantes, st.none() | textos, st.none() | textos)
documentos = st.builds(
    DocumentoRecebido,
    protocolo=st.none() | numeros | textos,
    produzido_em=st.none() | instantes,
    especie=st.none() | textos | st.just("Processo"),
    assunto=st.none() | textos,
    identificacao=st.none() | textos,
    relacionados=st.lists(st.none() | numeros | textos, max_size=5),
    interessados=st.lists(st.builds(InteressadoRecebido, st.none() | textos, st.none() | textos), max_size=5),
    movimentos=st.lists(movimentos, max_size=5),
    bruto=textos.map(lambda t: lambda: t),
)
quase_bons = st.builds(
    DocumentoRecebido,
    protocolo=numeros,
    produzido_em=st.just("2024-03-04T00:00:00-03:00"),
    especie=st.just("Processo"),
    assunto=textos.map(lambda t: f"Assunto {t}"),
    relacionados=st.lists(numeros | textos, max_size=3),
    interessados=st.lists(st.builds(InteressadoRecebido, textos, textos), max_size=3),
    movimentos=st.lists(st.builds(MovimentoRecebido, st.just("2024-03-05T00:00:00Z"), textos, textos), max_size=4),
)
remessas = st.lists(documentos | quase_bons, min_size=1, max_size=6)


def fotografia():
    """Tudo que o registro nacional guarda, menos a data da última carga."""
    return [list(m.objects.order_by("pk").values()) for m in (Registro, Andamento, Interessado)]


@pytest.mark.django_db
@ao_acaso
@given(remessa=remessas)
def test_remessa_ao_acaso_recebe_um_resultado_por_documento_e_a_conta_fecha(remessa):
    recibo = receber_remessa(por=fabricar_sistema(), documentos=remessa, canal=Canal.SOAP)

    gravada, recusados = Remessa.objects.get(pk=recibo.remessa_id), sum(r.recusa is not None for r in recibo.resultados)
    assert len(recibo.resultados) == len(remessa) == gravada.documentos
    assert (gravada.aceitos, gravada.recusados) == (len(remessa) - recusados, recusados)
    assert gravada.novos + gravada.alterados + gravada.repetidos == gravada.aceitos
    assert Recusa.objects.filter(remessa=gravada).count() == recusados
    assert Andamento.objects.filter(orgao_id=gravada.orgao_id).count() == gravada.andamentos_novos
    assert Registro.objects.filter(orgao_id=gravada.orgao_id).count() == gravada.novos


@pytest.mark.django_db
@ao_acaso
@given(remessa=remessas)
def test_toda_resposta_a_remessa_ao_acaso_e_ok_ou_um_dos_nove_codigos_e_cabe_no_xml(remessa):
    recibo = receber_remessa(por=fabricar_sistema(), documentos=remessa, canal=Canal.SOAP)

    resposta = etree.fromstring(mensagens.resposta_do_envio(recibo.resultados))
    ditos = [e.text for e in resposta.iter("Resultado")]
    assert len(ditos) == len(remessa) and all(d == "Ok!" or re.match(r"NF00[1-9] - \S", d) for d in ditos)


@pytest.mark.django_db
@ao_acaso
@given(remessa=remessas)
def test_receber_de_novo_a_mesma_remessa_nao_muda_nada(remessa):
    orgao = fabricar_sistema()
    receber_remessa(por=orgao, documentos=remessa, canal=Canal.SOAP)
    antes = fotografia()

    de_novo = receber_remessa(por=orgao, documentos=remessa, canal=Canal.REST)

    assert fotografia() == antes
    assert (de_novo.contagem.novos, de_novo.contagem.alterados, de_novo.contagem.andamentos_novos) == (0, 0, 0)


@pytest.mark.django_db
@ao_acaso
@given(remessa=st.lists(quase_bons, min_size=1, max_size=5), embaralhada=st.randoms())
def test_historico_e_o_mesmo_em_qualquer_ordem_e_em_qualquer_divisao(remessa, embaralhada):
    um, outro = fabricar_sistema(), fabricar_sistema()
    receber_remessa(por=um, documentos=remessa, canal=Canal.SOAP)
    embaralhada.shuffle(remessa)
    for documento in remessa:
        receber_remessa(por=outro, documentos=[documento], canal=Canal.SOAP)

    historicos = [
        list(
            Andamento.objects.filter(orgao_id=s.orgao_id)
            .order_by("numero", "chave")
            .values_list("numero", "chave", "operacao")
        )
        for s in (um, outro)
    ]
    assert historicos[0] == historicos[1]


# --- O analisador


@ao_acaso
@given(documentos)
def test_documento_escrito_em_xml_e_lido_de_volta_com_os_mesmos_textos(documento):
    escrito = mensagens.pedido_do_envio([mensagens.documento_em_xml(documento)])

    _, [lido] = mensagens.ler_mensagem(escrito)

    assert lido.assunto == (None if documento.assunto is None else como_o_xml_entrega(documento.assunto))
    assert len(lido.movimentos) == len(documento.movimentos) and len(lido.interessados) == len(documento.interessados)


@ao_acaso
@given(documentos)
def test_o_historico_lido_de_uma_vez_e_o_mesmo_lido_elemento_a_elemento(documento):
    raiz = mensagens.ler_xml(mensagens.pedido_do_envio([mensagens.documento_em_xml(documento)]))

    [historico] = raiz.iter("Historico")

    um_a_um = [mensagens._movimento(m) for m in historico]
    assert [tuple(t or "" for t in m) for m in mensagens._movimentos(historico)] == [
        tuple(t or "" for t in m) for m in um_a_um
    ]


@pytest.mark.parametrize(
    "item",
    [
        "<Operacao>x</Operacao><DataHoraOperacao>1</DataHoraOperacao><UnidadeOperacao>u</UnidadeOperacao>",
        "<DataHoraOperacao>1</DataHoraOperacao><Operacao>x</Operacao>",
        "<DataHoraOperacao>1</DataHoraOperacao><UnidadeOperacao>u</UnidadeOperacao><Operacao>x<b/>y</Operacao>",
        "<DataHoraOperacao>1</DataHoraOperacao><UnidadeOperacao>u</UnidadeOperacao><Operacao>a &lt;b&gt; &#13;</Operacao>",
        "<DataHoraOperacao>1</DataHoraOperacao><UnidadeOperacao/><Operacao><![CDATA[<ItemHistorico>]]></Operacao>",
        "<DataHoraOperacao a='1'>1</DataHoraOperacao><UnidadeOperacao>u</UnidadeOperacao><Operacao>x</Operacao>",
    ],
)
def test_o_movimento_de_outra_forma_e_lido_elemento_a_elemento(item):
    bom = "<DataHoraOperacao>1</DataHoraOperacao><UnidadeOperacao>u</UnidadeOperacao><Operacao>x</Operacao>"
    historico = etree.fromstring(
        f"<Historico><ItemHistorico>{bom}</ItemHistorico><ItemHistorico>{item}</ItemHistorico></Historico>"
    )

    lidos = mensagens._movimentos(historico)

    assert lidos == [mensagens._movimento(m) for m in historico] and len(lidos) == 2


def como_o_xml_entrega(texto):
    proibidos = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    return re.sub(proibidos, "\ufffd", texto).replace("\r\n", "\n").replace("\r", "\n")


@ao_acaso
@given(corpo=st.binary(max_size=400))
def test_bytes_ao_acaso_sao_recusados_e_nunca_derrubam(corpo):
    with pytest.raises(RemessaRecusada, match="NF002"):
        mensagens.ler_mensagem(corpo)


@settings(ao_acaso, max_examples=300)
@given(
    onde=st.integers(0, 900),
    tira=st.integers(0, 20),
    poe=st.binary(max_size=12)
    | st.sampled_from([b"<!DOCTYPE x>", b"&a;", b"&#0;", b"<", b"]]>", b"<![CDATA[", b"\xff", b"<!--"]),
)
def test_mensagem_estragada_num_ponto_e_lida_ou_recusada_e_nunca_derruba(onde, tira, poe):
    corpo = envelope(
        documento_xml("50650001658201717"), documento_xml("1"), declaracao=b'<?xml version="1.0" encoding="UTF-8"?>'
    )
    estragada = corpo[:onde] + poe + corpo[onde + tira :]

    try:
        operacao, lidos = mensagens.ler_mensagem(estragada)
    except RemessaRecusada as erro:
        assert erro.mensagem.startswith("NF002 - ") and len(erro.mensagem) < 400
    else:
        assert operacao and all(isinstance(d, DocumentoRecebido) and isinstance(d.bruto(), str) for d in lidos)


@settings(ao_acaso, max_examples=300)
@given(
    st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,15}", fullmatch=True)
    | st.sampled_from(["idna", "undefined", "punycode", "utf-7", "utf_8_sig", "cp037", "hex"])
)
@example("idna")
@example("undefined")
def test_qualquer_nome_de_codificacao_e_entendido_ou_recusado(codificacao):
    corpo = envelope("\x01", declaracao=f"<?xml version='1.0' encoding='{codificacao}'?>".encode())

    try:
        mensagens.ler_mensagem(corpo)
    except RemessaRecusada as erro:
        assert erro.mensagem.startswith("NF002")
