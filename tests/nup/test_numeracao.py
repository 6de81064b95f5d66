"""A numeração, um pedido de cada vez. O que acontece com muitos ao mesmo tempo está em test_numeracao_concorrente.py."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, transaction

from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.models import Orgao
from pen.identidade.public import SituacaoDoOrgao
from pen.nup.enums.situacoes import Destino, SituacaoDaUnidade
from pen.nup.errors import (
    ChaveRepetida,
    DestinoDefinitivo,
    NumeroNaoEmitido,
    RelogioAtrasado,
    SequenciaEsgotada,
    SequenciaInvalida,
    UnidadeNaoEncontrada,
    UnidadeNaoNumera,
)
from pen.nup.models import Contador, DestinoDoNumero, Reserva
from pen.nup.selectors.numeracao import consultar_emitido, numeros_da_unidade
from pen.nup.services.numeracao import (
    anular_numero,
    desfazer_ano_adiantado,
    registrar_externos,
    reservar_numeros,
    usar_numero,
)
from pen.nup.values.numeros import gerar_nipe, gerar_nup
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.nup import fabricar_gestor_de_up, fabricar_numerador, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = pytest.mark.django_db
AGORA = datetime(2026, 11, 21, 15, tzinfo=UTC)
NO_FIM_DO_ANO = datetime(2027, 1, 1, 2, 59, 59, tzinfo=UTC)  # 23:59:59 de 31 de dezembro em Brasília
NA_VIRADA = datetime(2027, 1, 1, 3, 0, 0, tzinfo=UTC)


def numerar(unidade, chave="a", **opcoes):
    por = opcoes.pop("por", None) or fabricar_numerador(unidade.orgao)
    return reservar_numeros(por=por, codigo=unidade.codigo, chave=chave, **{"agora": AGORA} | opcoes)


def formatados(reserva):
    return [numero.formatado for numero in reserva.numeros]


def test_o_primeiro_numero_do_ano_e_o_um_e_os_seguintes_vem_em_ordem():
    unidade = fabricar_unidade()

    um, dois = numerar(unidade, "a"), numerar(unidade, "b", quantos=3)

    assert formatados(um) == [gerar_nup(unidade.codigo, 1, 2026).formatado]
    assert formatados(dois) == [gerar_nup(unidade.codigo, n, 2026).formatado for n in (2, 3, 4)]


def test_a_mesma_chave_devolve_os_mesmos_numeros():
    unidade = fabricar_unidade()
    primeira = numerar(unidade, "a", quantos=2)

    outra = numerar(unidade, "a", quantos=2)

    assert formatados(outra) == formatados(primeira)
    assert (primeira.nova, outra.nova) == (True, False)
    assert Contador.objects.get(unidade=unidade).ultimo == 2


def test_a_mesma_chave_noutro_pedido_e_erro_e_nada_sai():
    unidade, outra = fabricar_unidade(), fabricar_unidade()
    outra.orgao_gestor = unidade.orgao
    outra.save()
    numerar(unidade, "a")

    with pytest.raises(ChaveRepetida):
        numerar(unidade, "a", quantos=2)
    with pytest.raises(ChaveRepetida):
        numerar(outra, "a", por=fabricar_numerador(unidade.orgao))

    assert Reserva.objects.count() == 1


def test_a_chave_e_do_orgao_e_outro_orgao_pode_usar_a_mesma():
    uma, outra = fabricar_unidade(), fabricar_unidade()

    assert numerar(uma, "a").nova
    assert numerar(outra, "a").nova


def test_o_ano_e_o_de_brasilia_e_a_sequencia_recomeca():
    unidade = fabricar_unidade()

    antes = numerar(unidade, "a", agora=NO_FIM_DO_ANO)
    depois = numerar(unidade, "b", agora=NA_VIRADA)

    assert formatados(antes) == [gerar_nup(unidade.codigo, 1, 2026).formatado]
    assert formatados(depois) == [gerar_nup(unidade.codigo, 1, 2027).formatado]


def test_relogio_que_volta_ate_uma_hora_na_virada_segue_no_ano_novo():
    unidade = fabricar_unidade()
    numerar(unidade, "a", agora=NA_VIRADA)

    voltou = numerar(unidade, "b", agora=NA_VIRADA - timedelta(minutes=59))

    assert formatados(voltou) == [gerar_nup(unidade.codigo, 2, 2027).formatado]


def test_relogio_que_volta_mais_de_uma_hora_para_o_ano_anterior_recusa():
    unidade = fabricar_unidade()
    numerar(unidade, "a", agora=NA_VIRADA)

    with pytest.raises(RelogioAtrasado):
        numerar(unidade, "b", agora=NA_VIRADA - timedelta(minutes=61))

    assert Reserva.objects.count() == 1


def test_relogio_que_volta_dentro_do_ano_nao_muda_nada():
    unidade = fabricar_unidade()
    numerar(unidade, "a")

    assert formatados(numerar(unidade, "b", agora=AGORA - timedelta(days=90))) == [
        gerar_nup(unidade.codigo, 2, 2026).formatado
    ]


def test_sequencia_esgotada_e_erro_claro_e_nada_sai():
    unidade = fabricar_unidade()
    Contador.objects.create(unidade=unidade, ano=2026, ultimo=999_998, ultimo_em=AGORA)

    with pytest.raises(SequenciaEsgotada, match="só tem mais 1 números em 2026"):
        numerar(unidade, "a", quantos=2)

    assert formatados(numerar(unidade, "b")) == [gerar_nup(unidade.codigo, 999_999, 2026).formatado]
    with pytest.raises(SequenciaEsgotada):
        numerar(unidade, "c")


@pytest.mark.parametrize("situacao", [SituacaoDaUnidade.INATIVA, SituacaoDaUnidade.PENDENTE])
def test_so_unidade_ativa_numera(situacao):
    with pytest.raises(UnidadeNaoNumera):
        numerar(fabricar_unidade(situacao=situacao))


def test_sistema_de_outro_orgao_nao_numera():
    with pytest.raises(SemPermissao):
        numerar(fabricar_unidade(), por=fabricar_numerador())


def test_sistema_do_orgao_gestor_numera_na_unidade_da_vinculada():
    gestor = fabricar_participante()
    unidade = fabricar_unidade(fabricar_participante(orgao_gestor=gestor), orgao_gestor=gestor)

    assert numerar(unidade, por=fabricar_numerador(gestor)).nova


def test_credencial_de_enviar_nao_numera():
    unidade = fabricar_unidade()

    with pytest.raises(SemPermissao):
        numerar(unidade, por=fabricar_sistema(unidade.orgao))


def test_gestor_de_up_numera_e_quem_nao_e_gestor_nao():
    unidade = fabricar_unidade()

    assert numerar(unidade, por=fabricar_gestor_de_up(unidade.orgao)).nova
    for estranho in (fabricar_pessoa(), fabricar_central(), fabricar_gestor_de_up(unidade.orgao, forte=False)):
        with pytest.raises(SemPermissao):
            numerar(unidade, "b", por=estranho)


def test_unidade_que_nao_existe():
    with pytest.raises(UnidadeNaoEncontrada):
        reservar_numeros(por=fabricar_numerador(), codigo="99999", chave="a")


@pytest.mark.parametrize(
    "pedido",
    [{"chave": " "}, {"chave": "x" * 101}, {"quantos": 0}, {"quantos": 1001}, {"documento": "d" * 201}],
    ids=["chave-vazia", "chave-longa", "nenhum", "demais", "documento-longo"],
)
def test_pedido_malformado_diz_o_que_falta(pedido):
    with pytest.raises(PedidoIncompleto):
        numerar(fabricar_unidade(), **pedido)


def test_unidade_do_nipe_da_numeros_de_vinte_algarismos():
    palmas = fabricar_participante(
        fabricar_orgao(esfera="municipal", origem_do_codigo="ibge", codigo="1721000"), instituicao="17137"
    )

    assert formatados(numerar(fabricar_unidade(palmas, codigo="17137001"))) == [
        gerar_nipe("17", "137", "001", 1, 2026).formatado
    ]


def test_o_caminho_comum_custa_um_comando(django_assert_num_queries):
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    numerar(unidade, "a", por=sistema)

    with django_assert_num_queries(3):  # o comando; dentro do teste, mais o ponto de retorno e o fim dele
        numerar(unidade, "b", por=sistema, quantos=1000)


def test_o_destino_de_cada_numero_se_conta():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    um, dois, tres = formatados(numerar(unidade, "a", quantos=3, documento="Ofício 12", por=sistema))

    usar_numero(por=sistema, numero=um, agora=AGORA)
    anular_numero(por=sistema, numero=dois, motivo="Documento duplicado.", agora=AGORA)

    vistos = [consultar_emitido(numero, para=sistema) for numero in (um, dois, tres)]
    assert [v.destino for v in vistos] == [Destino.USADO, Destino.ANULADO, Destino.RESERVADO]
    assert {v.documento for v in vistos} == {"Ofício 12"}
    assert vistos[1].motivo == "Documento duplicado."


def test_numero_que_nasce_usado():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    (numero,) = formatados(numerar(unidade, usar=True, por=sistema))

    assert consultar_emitido(numero, para=sistema).destino == Destino.USADO
    anular_numero(por=sistema, numero=numero, motivo="Autuado por engano.", agora=AGORA)
    assert consultar_emitido(numero, para=sistema).destino == Destino.ANULADO


def test_marcar_de_novo_nao_muda_nada_e_anulado_nao_volta():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    (numero,) = formatados(numerar(unidade, por=sistema))
    usar_numero(por=sistema, numero=numero, documento="Ofício 1", agora=AGORA)
    usar_numero(por=sistema, numero=numero, documento="outro", agora=AGORA + timedelta(hours=1))
    assert consultar_emitido(numero, para=sistema).documento == "Ofício 1"

    anular_numero(por=sistema, numero=numero, motivo="Engano.", agora=AGORA)
    anular_numero(por=sistema, numero=numero, motivo="outro motivo", agora=AGORA)

    assert consultar_emitido(numero, para=sistema).motivo == "Engano."
    with pytest.raises(DestinoDefinitivo):
        usar_numero(por=sistema, numero=numero, agora=AGORA)


def test_anular_exige_motivo():
    unidade = fabricar_unidade()
    (numero,) = formatados(numerar(unidade))

    with pytest.raises(PedidoIncompleto):
        anular_numero(por=fabricar_numerador(unidade.orgao), numero=numero, motivo=" ", agora=AGORA)


def test_quem_ve_os_numeros_e_nao_numera_nao_muda_o_destino_deles():
    unidade = fabricar_unidade()
    (numero,) = formatados(numerar(unidade))
    de_enviar = fabricar_sistema(unidade.orgao)

    assert consultar_emitido(numero, para=fabricar_central()).destino == Destino.RESERVADO
    for quem in (fabricar_central(), de_enviar):
        with pytest.raises(SemPermissao):
            usar_numero(por=quem, numero=numero, agora=AGORA)
        with pytest.raises(SemPermissao):
            anular_numero(por=quem, numero=numero, motivo="Não.", agora=AGORA)


def test_numero_nunca_dado_alheio_ou_com_digito_errado_responde_igual():
    unidade = fabricar_unidade()
    sistema = fabricar_numerador(unidade.orgao)
    (numero,) = formatados(numerar(unidade, por=sistema))
    errado = numero[:-1] + str((int(numero[-1]) + 1) % 10)

    for texto, quem in [
        (gerar_nup(unidade.codigo, 2, 2026).formatado, sistema),
        (gerar_nup(unidade.codigo, 1, 2025).formatado, sistema),
        (errado, sistema),
        ("conversa", sistema),
        (numero, fabricar_numerador()),
        (numero, fabricar_pessoa()),
    ]:
        with pytest.raises(NumeroNaoEmitido, match="não foi dado por uma unidade do seu órgão"):
            consultar_emitido(texto, para=quem)


def test_numeros_dados_por_outro_sistema_ocupam_o_intervalo():
    unidade = fabricar_unidade()
    gestor, sistema = fabricar_gestor_de_up(unidade.orgao), fabricar_numerador(unidade.orgao)

    registrar_externos(por=gestor, codigo=unidade.codigo, ultimo=1234, motivo="Numerados no SEI até hoje.", agora=AGORA)

    assert formatados(numerar(unidade, por=sistema)) == [gerar_nup(unidade.codigo, 1235, 2026).formatado]
    externo = consultar_emitido(gerar_nup(unidade.codigo, 700, 2026).formatado, para=sistema)
    assert (externo.destino, externo.documento) == (Destino.EXTERNO, "Numerados no SEI até hoje.")
    with pytest.raises(DestinoDefinitivo):
        usar_numero(por=sistema, numero=externo.numero.formatado, agora=AGORA)


@pytest.mark.parametrize("ultimo", [0, 5, 1_000_000])
def test_externos_so_vao_para_a_frente(ultimo):
    unidade = fabricar_unidade()
    numerar(unidade, quantos=5)

    with pytest.raises(SequenciaInvalida):
        registrar_externos(
            por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, ultimo=ultimo, motivo="Outro.", agora=AGORA
        )


@pytest.mark.parametrize(
    "comando",
    [
        "UPDATE nup_contador SET ultimo = ultimo - 1",
        "UPDATE nup_contador SET ano = 2025",
        "DELETE FROM nup_contador",
        "UPDATE nup_reserva SET ultimo = 2",
        "DELETE FROM nup_reserva",
        "UPDATE nup_unidade SET codigo = '12345'",
        "DELETE FROM nup_unidade",
        "UPDATE nup_versao SET nome = 'Outro'",
        "DELETE FROM nup_versao",
    ],
)
def test_o_banco_recusa_o_que_desfaria_a_historia(comando):
    numerar(fabricar_unidade())

    with pytest.raises(Error, match=r"não muda|não se apaga|só cresce|só se fecha"), transaction.atomic():
        connection.cursor().execute(comando)


# O que uma revisão achou


@pytest.mark.parametrize("diferenca", [{"documento": "outro"}, {"usar": True}, {"quantos": 2}])
def test_a_mesma_chave_com_qualquer_diferenca_no_pedido_e_erro(diferenca):
    unidade = fabricar_unidade()
    numerar(unidade, "a", documento="Ofício 1")

    with pytest.raises(ChaveRepetida):
        numerar(unidade, "a", **{"documento": "Ofício 1"} | diferenca)
    assert Contador.objects.get(unidade=unidade).ultimo == 1


def test_anular_um_numero_usado_nao_apaga_quem_o_usou():
    unidade = fabricar_unidade()
    (numero,) = formatados(numerar(unidade))
    quem_usou, quem_anulou = fabricar_numerador(unidade.orgao), fabricar_numerador(unidade.orgao)

    usar_numero(por=quem_usou, numero=numero, documento="Processo 9", agora=AGORA)
    anular_numero(por=quem_anulou, numero=numero, motivo="Engano.", agora=AGORA)

    atos = DestinoDoNumero.objects.order_by("pk").values_list("destino", "credencial_id", "documento")
    assert list(atos) == [
        ("usado", quem_usou.credencial_id, "Processo 9"), ("anulado", quem_anulou.credencial_id, "Processo 9"),
    ]  # fmt: skip
    assert consultar_emitido(numero, para=quem_usou).destino == Destino.ANULADO


def test_o_ano_aberto_por_relogio_adiantado_se_desfaz_e_segue_de_onde_parou_quando_chega():
    unidade, em_2027 = fabricar_unidade(), datetime(2027, 6, 1, tzinfo=UTC)
    numerar(unidade, "de hoje")
    numerar(unidade, "do futuro", agora=em_2027)
    with pytest.raises(RelogioAtrasado):
        numerar(unidade, "impedido")

    assert desfazer_ano_adiantado(por=None, codigo=unidade.codigo, motivo="NTP errado.", agora=AGORA) == [2027]
    assert desfazer_ano_adiantado(por=None, codigo=unidade.codigo, motivo="De novo.", agora=AGORA) == []

    assert formatados(numerar(unidade, "b")) == [gerar_nup(unidade.codigo, 2, 2026).formatado]
    assert formatados(numerar(unidade, "c", agora=em_2027)) == [gerar_nup(unidade.codigo, 2, 2027).formatado]
    with pytest.raises(RelogioAtrasado):  # chegado o ano, a proteção volta
        numerar(unidade, "d")


def test_por_um_orgao_suspenso_a_pessoa_tambem_nao_numera():
    unidade = fabricar_unidade()
    gestor = fabricar_gestor_de_up(unidade.orgao)
    Orgao.objects.filter(pk=unidade.orgao_id).update(situacao=SituacaoDoOrgao.SUSPENSO)

    with pytest.raises(SemPermissao):
        numerar(unidade, por=gestor)


def test_a_lista_de_numeros_vem_em_paginas_e_pode_mostrar_so_os_que_esperam_destino():
    unidade = fabricar_unidade()
    registrar_externos(
        por=fabricar_gestor_de_up(unidade.orgao), codigo=unidade.codigo, ultimo=900_000, motivo="SEI.", agora=AGORA
    )
    numeros = formatados(numerar(unidade, "a", quantos=5))
    numerar(unidade, "b", usar=True)
    anular_numero(por=fabricar_numerador(unidade.orgao), numero=numeros[4], motivo="Engano.", agora=AGORA)

    primeira, seguinte = numeros_da_unidade(unidade, 2026, limite=4)
    segunda, _ = numeros_da_unidade(unidade, 2026, ate=seguinte, limite=4)

    assert [n.sequencia for n in primeira] == [900_006, 900_005, 900_004, 900_003]
    assert [n.sequencia for n in segunda] == [900_002, 900_001, 900_000, 899_999]
    assert [n.destino for n in segunda] == [Destino.RESERVADO] * 2 + [Destino.EXTERNO] * 2
    esperam, fim = numeros_da_unidade(unidade, 2026, so_reservados=True)
    assert ([n.sequencia for n in esperam], fim) == ([900_004, 900_003, 900_002, 900_001], None)
