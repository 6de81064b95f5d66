"""Gatilhos: o que o sistema faz sozinho depois de um passo de uma pessoa, uma vez, e sem se repetir."""

from datetime import timedelta

import pytest

from pen.atendimento.enums import Nivel, Passo, Situacao
from pen.atendimento.errors import EquipeNaoEncontrada
from pen.atendimento.models import Chamado, Disparo, Gatilho, PassoDoChamado
from pen.atendimento.selectors.automacao import ensaiar_gatilho
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.gatilhos import cumprir_disparos, escrever_gatilho, ligar_gatilho
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.passos import cabe
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.notificacoes.models import Aviso
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import SEGUNDA, fabricar_atendente, fabricar_chamado, fabricar_equipe
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
ORIENTAR = {"passo": "orientar", "texto": "{nome}, enquanto isso, limpe o cache."}
ANOTAR = {"passo": "anotar", "texto": "Parece o erro da assinatura."}


def gatilho(*acoes, quando=Passo.ABRIR, nome="Cache", ligado=True, **condicoes) -> Gatilho:
    central = fabricar_central()
    feito = escrever_gatilho(por=central, nome=nome, quando=quando, condicoes=condicoes, acoes=acoes or (ORIENTAR,))
    return ligar_gatilho(por=central, gatilho_id=feito.pk) if ligado else feito


def cumprir() -> int:
    return cumprir_disparos(agora=SEGUNDA + timedelta(minutes=1))


def feitos(chamado) -> list[str]:
    return list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True))


def test_orienta_quem_abriu_sem_contar_como_resposta_da_equipe():
    gatilho()
    chamado = fabricar_chamado(fabricar_pessoa(nome="Fulana"))
    antes = chamado.prazo_da_resposta

    assert cumprir() == 1

    chamado.refresh_from_db()
    dito = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.ORIENTAR)
    assert (dito.texto, dito.por, dito.interno, dito.da_equipe) == (
        "Fulana, enquanto isso, limpe o cache.",
        None,
        False,
        False,
    )
    assert chamado.primeira_resposta_em is None and chamado.prazo_da_resposta == antes
    assert chamado.situacao == Situacao.NA_FILA
    assert Aviso.objects.filter(pessoa=chamado.solicitante, dados__evento="orientado").count() == 1


def test_cada_disparo_se_cumpre_uma_vez():
    gatilho()
    chamado = fabricar_chamado()

    assert (cumprir(), cumprir()) == (1, 0)
    assert feitos(chamado) == ["abrir", "orientar"]


@pytest.mark.django_db(transaction=True)
def test_dois_trabalhadores_cumprem_uma_vez():
    gatilho()
    chamado = fabricar_chamado()

    assert sum(ao_mesmo_tempo(lambda _: cumprir(), 2)) == 1
    assert feitos(chamado) == ["abrir", "orientar"]


def test_gatilho_nao_chama_gatilho():
    gatilho({"passo": "encaminhar", "equipe": fabricar_equipe(Nivel.TECNICO).codigo, "texto": "Defeito"})
    gatilho(ANOTAR, quando=Passo.ENCAMINHAR, nome="Ao encaminhar")
    chamado = fabricar_chamado()

    cumprir(), cumprir()

    assert feitos(chamado) == ["abrir", "encaminhar"] and Disparo.objects.count() == 1


def test_encaminha_a_outra_equipe_e_a_que_nao_recebe_o_produto_fica_dita():
    especialistas = fabricar_equipe(Nivel.TECNICO)
    gatilho({"passo": "encaminhar", "equipe": especialistas.codigo, "texto": "Defeito do módulo"})
    gatilho({"passo": "encaminhar", "equipe": "nenhuma", "texto": "x"}, nome="Errado")
    chamado = fabricar_chamado()

    cumprir()

    chamado.refresh_from_db()
    assert chamado.equipe == especialistas and chamado.situacao == Situacao.NA_FILA
    assert sorted(Disparo.objects.values_list("frase", flat=True)) == ["", "A equipe do gatilho não recebe este produto."]


@pytest.mark.parametrize(
    ("condicoes", "casa"),
    [
        ({}, True),
        ({"produtos": ["sei"]}, True),
        ({"produtos": ["nup"]}, False),
        ({"tipos": ["reportar-erro"], "equipes": ["triagem"]}, True),
        ({"tipos": ["registrar-duvida"]}, False),
        ({"palavras": ["assinatura de documentos"]}, True),  # em qualquer forma
        ({"palavras": ["certificado", "PÁGINA EM BRANCO"]}, True),  # basta uma, com acento ou sem
        ({"palavras": ["certificado digital"]}, False),
        ({"produtos": ["sei"], "palavras": ["certificado"]}, False),  # tudo o que se marcou
    ],
)
def test_so_dispara_no_que_as_condicoes_descrevem(condicoes, casa):
    gatilho(**condicoes)
    fabricar_chamado(assunto="Erro ao assinar documento", descricao="Ao assinar, aparece uma página em branco.")
    assert Disparo.objects.exists() is casa


def test_nas_mensagens_olha_o_que_se_disse_nelas():
    gatilho(quando=Passo.COMPLETAR, palavras=["certificado"])
    chamado = fabricar_chamado(assunto="Certificado vencido")
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Continua igual.")
    assert not Disparo.objects.exists()
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Renovei os certificados.")
    assert Disparo.objects.count() == 1


def test_desligado_nao_dispara_e_alterar_desliga():
    feito = gatilho()
    central = fabricar_central()
    escrever_gatilho(
        por=central, nome="Cache", quando=Passo.ABRIR, condicoes={}, acoes=[ANOTAR], gatilho_id=feito.pk
    )  # fmt: skip
    fabricar_chamado()
    assert not Disparo.objects.exists()


def test_o_que_ja_nao_cabe_fica_dito_e_nao_insiste():
    gatilho()
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.")

    assert (cumprir(), cumprir()) == (1, 0)
    assert "encerrado" in Disparo.objects.get().frase and "orientar" not in feitos(chamado)


@pytest.mark.parametrize("situacao", list(Situacao))
def test_orientar_so_cabe_onde_a_tabela_diz(situacao):
    assert cabe(Passo.ORIENTAR, situacao) is (situacao != Situacao.ENCERRADO)


def test_a_nota_do_gatilho_so_as_equipes_leem():
    gatilho(ANOTAR)
    fabricar_chamado()
    cumprir()
    assert PassoDoChamado.objects.get(passo=Passo.ANOTAR).interno


def test_a_orientacao_nao_para_o_silencio():
    gatilho(quando=Passo.COMPLETAR)
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Mais uma coisa.")
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="Qual?", agora=SEGUNDA)
    cumprir()
    assert Chamado.objects.get().silencio_desde == SEGUNDA


class TestEscrever:
    @pytest.mark.parametrize(
        ("pedido", "frase"),
        [
            ({"acoes": [{"passo": "encerrar", "texto": "x"}]}, "não se pode fazer"),
            ({"acoes": [{"passo": "orientar", "roteiro": "x"}]}, "Roteiros são internos"),
            ({"quando": Passo.ENCERRAR, "acoes": [ORIENTAR]}, "só se anota"),
            ({"quando": Passo.ANOTAR}, "não dispara"),
            ({"condicoes": {"palavras": ["de para com"]}}, "palavras comuns"),
            ({"nome": " "}, "Dê um nome"),
            ({"acoes": [{"passo": "anotar", "texto": "Olá, {fulano}."}]}, "«{fulano}»"),
        ],
    )
    def test_o_que_nao_faz_sentido_e_recusado_com_a_razao(self, pedido, frase):
        padrao = {"nome": "X", "quando": Passo.ABRIR, "condicoes": {}, "acoes": [ANOTAR]}
        with pytest.raises(PedidoIncompleto, match=frase):
            escrever_gatilho(por=fabricar_central(), **padrao | pedido)

    def test_so_a_equipe_central_escreve_e_liga(self):
        feito, atendente = gatilho(ligado=False), fabricar_atendente(coordena=True)
        with pytest.raises(SemPermissao):
            escrever_gatilho(por=atendente, nome="X", quando=Passo.ABRIR, condicoes={}, acoes=[ANOTAR])
        with pytest.raises(SemPermissao):
            ligar_gatilho(por=atendente, gatilho_id=feito.pk)


class TestEnsaio:
    def test_diz_em_que_teria_agido_e_nao_grava_nada(self):
        um = fabricar_chamado(assunto="Erro ao assinar")
        fabricar_chamado(assunto="Acesso ao módulo", descricao="Preciso de acesso.")
        ensaio = ensaiar_gatilho(
            Passo.ABRIR, {"palavras": ["assinatura"]}, para=fabricar_central(), agora=SEGUNDA + timedelta(days=1)
        )
        assert (ensaio.passos, ensaio.casaram, ensaio.exemplos) == (2, 1, [um])
        assert not Disparo.objects.exists() and not Gatilho.objects.exists()

    def test_para_os_outros_nao_existe(self):
        with pytest.raises(EquipeNaoEncontrada):
            ensaiar_gatilho(Passo.ABRIR, {}, para=fabricar_atendente(), agora=SEGUNDA)
