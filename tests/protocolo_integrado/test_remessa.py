"""A recepção: o que entra, o que não dobra, o que é recusado."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from pen.identidade.public import Ambiente
from pen.protocolo_integrado.enums import CodigoDeRecusa, Visibilidade
from pen.protocolo_integrado.errors import RemessaRecusada
from pen.protocolo_integrado.models import Andamento, Interessado, Recusa, Reenvio, Registro, Remessa
from pen.protocolo_integrado.selectors.processos import consultar_processo, versao_do_processo
from tests.fabricas.identidade import fabricar_sistema
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, interessados, movimento

pytestmark = pytest.mark.django_db
NINGUEM = AnonymousUser()


@pytest.fixture
def orgao():
    return fabricar_sistema()


def visibilidade_apos(orgao, *operacoes):
    nup = fabricar_nup()
    movimentos = [movimento(f"2024-03-{dia:02}T10:00:00-03:00", texto) for dia, texto in enumerate(operacoes, start=5)]
    enviar(orgao, documento(nup, *movimentos))
    return Registro.objects.get(numero=nup).visibilidade


def test_documento_novo_vira_registro_com_andamentos_e_interessados(orgao):
    nup = fabricar_nup()

    recibo = enviar(
        orgao, documento(nup, movimento(), movimento(operacao="Processo concluído"), interessados=interessados("Ana"))
    )

    registro = Registro.objects.get(numero=nup, orgao_id=orgao.orgao_id)
    assert recibo.resultados[0].mensagem == "Ok!"
    assert (recibo.contagem.novos, recibo.contagem.andamentos_novos) == (1, 2)
    assert registro.visibilidade == Visibilidade.PUBLICO and registro.veredito == "ok"
    assert list(Interessado.objects.values_list("nome", flat=True)) == ["Ana"]


def test_reenvio_nao_duplica_andamento_nem_muda_a_data_de_atualizacao(orgao):
    igual = documento(fabricar_nup(), movimento())
    enviar(orgao, igual)
    antes = Registro.objects.get()

    for _ in range(15):
        recibo = enviar(orgao, igual)

    depois = Registro.objects.get()
    assert recibo.contagem.repetidos == 1 and Andamento.objects.count() == 1
    assert depois.atualizado_em == antes.atualizado_em
    assert consultar_processo(depois.numero, para=NINGUEM).registros[0].carregado_em == Reenvio.objects.get().carregado_em
    assert Reenvio.objects.get().carregado_em > antes.carregado_em


def test_repetir_nao_regrava_a_linha_do_registro_e_mudar_depois_vale_mais_que_a_repeticao(orgao):
    nup, linha = fabricar_nup(), "SELECT ctid::text, xmin::text FROM protocolo_integrado_registro"
    enviar(orgao, documento(nup, assunto="Compra"))
    with connection.cursor() as cursor:
        cursor.execute(linha)
        antes = cursor.fetchall()
        enviar(orgao, documento(nup, assunto="Compra"))
        cursor.execute(linha)
        assert cursor.fetchall() == antes
    enviar(orgao, documento(nup, assunto="Compra de papel"))

    (registro,) = consultar_processo(nup, para=NINGUEM).registros
    assert registro.carregado_em == registro.atualizado_em > Reenvio.objects.get().carregado_em


def test_a_versao_de_um_processo_muda_quando_ele_se_repete(orgao):
    igual = documento(fabricar_nup())
    enviar(orgao, igual)
    versoes = [versao_do_processo(igual.protocolo, para=NINGUEM)]
    for _ in range(2):
        enviar(orgao, igual)
        versoes.append(versao_do_processo(igual.protocolo, para=NINGUEM))

    assert len(set(versoes)) == 3
    assert consultar_processo(igual.protocolo, para=NINGUEM).versao == versoes[-1]


def test_historico_acumula_e_metadados_sao_retrato(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento(), interessados=interessados("Ana", "Beto"), relacionados=["153740010969901"]))

    enviar(
        orgao,
        documento(
            nup, movimento("2024-03-01T09:00:00-03:00", "Chegou depois"), assunto="Outro", interessados=interessados("Caio")
        ),
    )

    assert Andamento.objects.count() == 2
    assert list(Interessado.objects.values_list("nome", flat=True)) == ["Caio"]
    assert Registro.objects.get().assunto == "Outro" and Registro.objects.get().relacionados == []


def test_o_registro_que_muda_guarda_a_data_em_que_chegou(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup))
    chegou = Registro.objects.get()

    recibo = enviar(orgao, documento(nup, assunto="Outro"), documento())

    mudou = Registro.objects.get(numero=nup)
    assert (mudou.registrado_em, mudou.assunto) == (chegou.registrado_em, "Outro")
    assert mudou.atualizado_em > chegou.atualizado_em and recibo.contagem.alterados == 1


def test_mesmo_numero_duas_vezes_na_remessa_soma_os_historicos(orgao):
    nup = fabricar_nup()

    recibo = enviar(orgao, documento(nup, movimento()), documento(nup, movimento(operacao="Processo concluído")))

    assert [r.mensagem for r in recibo.resultados] == ["Ok!", "Ok!"]
    assert Registro.objects.count() == 1 and Andamento.objects.count() == 2


def test_dois_orgaos_dizem_do_mesmo_numero_sem_se_misturar(orgao):
    nup, outro = fabricar_nup(), fabricar_sistema()

    enviar(orgao, documento(nup, assunto="Diz um"))
    enviar(outro, documento(nup, assunto="Diz outro"))

    assert set(Registro.objects.values_list("assunto", flat=True)) == {"Diz um", "Diz outro"}


def test_um_documento_ruim_nao_impede_os_outros_e_fica_no_recibo(orgao):
    recibo = enviar(orgao, documento(), documento(assunto=" ", bruto=lambda: "<Documento>ruim</Documento>"), documento())

    assert [r.recusa for r in recibo.resultados] == [None, CodigoDeRecusa.FALTA_ELEMENTO, None]
    remessa = Remessa.objects.get()
    assert (remessa.aceitos, remessa.recusados, remessa.novos) == (2, 1, 2)
    recusa = Recusa.objects.get()
    assert (recusa.posicao, recusa.documento_bruto) == (2, "<Documento>ruim</Documento>") and recusa.motivo.startswith(
        "NF004 - "
    )


@pytest.mark.parametrize(
    ("campos", "codigo"),
    [
        ({"protocolo": "sem algarismo"}, "NF003"),
        ({"protocolo": "1" * 51}, "NF003"),
        ({"protocolo": " "}, "NF004"),
        ({"especie": ""}, "NF004"),
        ({"produzido_em": None}, "NF004"),
        ({"produzido_em": "2024-02-30T00:00:00-03:00"}, "NF005"),
        ({"produzido_em": "0001-01-01T00:00:00-03:00"}, "NF005"),
        ({"produzido_em": "ontem"}, "NF005"),
        ({"produzido_em": "9999-12-31T23:59:59-03:00"}, "NF006"),
        ({"movimentos": [movimento("9999-12-31T23:59:59Z")]}, "NF006"),
        ({"assunto": "a" * 1_000_000}, "NF007"),
        ({"assunto": "nulo \0 aqui"}, "NF002"),
        ({"assunto": "byte ruim \ufffd"}, "NF002"),
        ({"defeito": "veio um número onde devia haver uma lista"}, "NF002"),
    ],
)  # fmt: skip
def test_o_que_nao_vale_e_recusado_com_o_codigo_do_contrato(orgao, campos, codigo):
    recibo = enviar(orgao, documento(**campos))

    assert recibo.resultados[0].mensagem.startswith(f"{codigo} - ")
    assert not Registro.objects.exists()


def test_digito_errado_nao_e_recusado_e_o_veredito_fica_guardado(orgao):
    recibo = enviar(orgao, documento("50650.001658/2017-99"))

    assert recibo.resultados[0].mensagem == "Ok!"
    assert Registro.objects.get().veredito == "dv_nao_confere"


@pytest.mark.parametrize("quantidade", [0, 301])
def test_lista_vazia_ou_grande_demais_e_recusada_inteira_com_recibo(orgao, quantidade):
    with pytest.raises(RemessaRecusada, match="NF002"):
        enviar(orgao, *[documento()] * quantidade)

    assert Remessa.objects.get().erro.startswith("NF002") and not Registro.objects.exists()


def test_homologacao_confere_e_da_recibo_mas_nao_publica():
    sistema = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO)

    recibo = enviar(sistema, documento())

    assert recibo.resultados[0].mensagem == "Ok!" and Remessa.objects.get().aceitos == 1
    assert not Registro.objects.exists()


@pytest.mark.parametrize(
    ("operacoes", "esperada"),
    [
        (["Processo Público gerado"], Visibilidade.PUBLICO),
        (["Processo Restrito gerado (Informação Pessoal)"], Visibilidade.RESUMIDO),
        (["Processo Público gerado", "Alterado nível de acesso do processo para Restrito"], Visibilidade.RESUMIDO),
        (["Processo Restrito gerado", "Alterado nível de acesso geral para Público"], Visibilidade.PUBLICO),
        (["Alterado nível de acesso geral para Público", "Documento sigiloso juntado"], Visibilidade.OCULTO),
        (["Alterado nível de acesso do processo para Sigiloso", "Acesso restrito à unidade"], Visibilidade.OCULTO),
        (["Alterado grau de sigilo do processo para Reservado"], Visibilidade.OCULTO),
        (["Alterada hipótese legal do processo para Documento Preparatório"], Visibilidade.RESUMIDO),
        (["Processo remetido pela unidade SECRETARIA"], Visibilidade.PUBLICO),
    ],
)
def test_o_historico_diz_quanto_o_publico_ve(orgao, operacoes, esperada):
    assert visibilidade_apos(orgao, *operacoes) == esperada


def test_movimento_atrasado_nao_desfaz_a_restricao_mais_nova(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup, movimento("2024-05-01T10:00:00-03:00", "Alterado nível de acesso geral para Restrito")))

    enviar(orgao, documento(nup, movimento("2024-04-01T10:00:00-03:00", "Processo Público gerado")))

    assert Registro.objects.get().visibilidade == Visibilidade.RESUMIDO


def test_registro_restrito_deixa_de_ser_buscavel(orgao):
    nup = fabricar_nup()
    enviar(orgao, documento(nup))
    assert Registro.objects.get().vetor is not None

    enviar(orgao, documento(nup, movimento(operacao="Alterado nível de acesso geral para Restrito")))

    assert Registro.objects.get().vetor is None


def test_cpf_valido_e_mascarado_antes_de_guardar_e_o_documento_so_como_hash(orgao):
    from pen.protocolo_integrado.values import InteressadoRecebido

    enviar(
        orgao,
        documento(None, movimento(operacao="Entregue a 529.982.247-25"), assunto="De 52998224725",
                  interessados=[InteressadoRecebido("Ana", "52998224725"), InteressadoRecebido("nome")]),
    )  # fmt: skip

    assert Registro.objects.get().assunto == "De ***98224***"
    assert Andamento.objects.get().operacao == "Entregue a ***.982.24*-**"
    ana = Interessado.objects.get()
    assert ana.documento_mascarado == "***.982.24*-**" and len(ana.documento_hash) == 32


def test_cpf_e_mascarado_tambem_na_unidade_e_na_especie(orgao):
    enviar(orgao, documento(None, movimento(unidade="Setor 529.982.247-25"), especie="Ofício 52998224725"))

    assert "529" not in Andamento.objects.get().unidade + Registro.objects.get().especie


def test_trocada_a_chave_da_instalacao_a_proxima_carga_refaz_os_hashes(orgao, settings):
    from pen.protocolo_integrado.values import InteressadoRecebido

    igual = documento(fabricar_nup(), interessados=[InteressadoRecebido("Ana", "52998224725")])
    enviar(orgao, igual)
    antes = bytes(Interessado.objects.get().documento_hash)

    settings.SECRET_KEY = "outra chave"
    enviar(orgao, igual)

    assert bytes(Interessado.objects.get().documento_hash) != antes


def test_peculiaridades_do_texto_sao_normalizadas(orgao):
    enviar(orgao, documento(None, movimento(operacao="Sobrestamento.\rAguardando  resposta"), assunto="Processo  gerado "))

    assert Andamento.objects.get().operacao == "Sobrestamento.\nAguardando resposta"
    assert Registro.objects.get().assunto == "Processo gerado"


def test_numero_de_consultas_nao_cresce_com_a_remessa(orgao, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as uma:
        enviar(orgao, documento())
    with django_assert_num_queries(len(uma)):
        enviar(orgao, *[documento() for _ in range(300)])
