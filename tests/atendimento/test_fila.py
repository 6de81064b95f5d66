"""O trabalho da fila: distribuição, filtros guardados, lote, presença e avisos de prazo."""

from datetime import timedelta

import pytest

from pen.atendimento.enums import Distribuicao, Passo, Situacao
from pen.atendimento.errors import ChamadoNaoEncontrado
from pen.atendimento.models import Chamado, Equipe, FiltroGuardado, Integrante, Presenca
from pen.atendimento.selectors.presenca import outros_no_chamado, texto_guardado
from pen.atendimento.services.atendimento import assumir_chamado, encaminhar_chamado, falar_no_chamado
from pen.atendimento.services.avisos_de_prazo import avisar_dos_prazos
from pen.atendimento.services.filtros import FILTROS_MAXIMO, excluir_filtro, guardar_filtro
from pen.atendimento.services.lote import agir_em_lote
from pen.atendimento.services.presenca import excluir_presencas_velhas, marcar_presenca
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.conhecimento.public import Produto
from pen.notificacoes.models import Aviso
from tests.concorrencia import ao_mesmo_tempo
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado
from tests.fabricas.pessoas import fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]


def distribuir(codigo: str, como: Distribuicao) -> Equipe:
    Equipe.objects.filter(codigo=codigo).update(distribuicao=como)
    return Equipe.objects.get(codigo=codigo)


def atendentes(chamados) -> list[int]:
    return [Chamado.objects.get(pk=c.pk).atendente_id for c in chamados]


class TestDistribuicao:
    def test_em_rodizio_cada_um_recebe_um(self):
        distribuir("triagem", Distribuicao.RODIZIO)
        pessoas = [fabricar_atendente() for _ in range(3)]

        chamados = [fabricar_chamado(agora=SEGUNDA + timedelta(minutes=n)) for n in range(6)]

        assert atendentes(chamados) == [p.pk for p in pessoas] * 2
        assert Chamado.objects.filter(situacao=Situacao.EM_ATENDIMENTO).count() == 6

    def test_pela_carga_recebe_quem_tem_menos(self):
        um, outro = fabricar_atendente(), fabricar_atendente()
        for _ in range(2):
            assumir_chamado(por=um, chave=fabricar_chamado().chave)
        distribuir("triagem", Distribuicao.CARGA)

        assert atendentes([fabricar_chamado() for _ in range(3)]) == [outro.pk, outro.pk, um.pk]

    def test_so_recebe_quem_domina_o_produto_e_nao_esta_ausente(self):
        distribuir("triagem", Distribuicao.RODIZIO)
        do_nup, ausente, de_tudo = (fabricar_atendente() for _ in range(3))
        Integrante.objects.get(pessoa=do_nup).produtos.add(Produto.objects.get(codigo="nup"))
        Integrante.objects.filter(pessoa=ausente).update(recebe=False)

        assert atendentes([fabricar_chamado(), fabricar_chamado()]) == [de_tudo.pk, de_tudo.pk]

    def test_sem_quem_receba_fica_na_fila(self):
        distribuir("triagem", Distribuicao.RODIZIO)

        assert fabricar_chamado().situacao == Situacao.NA_FILA

    def test_o_encaminhado_tambem_se_distribui(self):
        atendente, tecnico = fabricar_atendente(), fabricar_atendente("tecnica")
        equipe, chamado = distribuir("tecnica", Distribuicao.CARGA), fabricar_chamado()

        encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=equipe.pk, motivo="m", tentado="t")

        assert atendentes([chamado]) == [tecnico.pk]
        assert Aviso.objects.filter(pessoa=tecnico, dados__evento="a_atender").exists()


@pytest.mark.django_db(transaction=True)
def test_chamados_que_chegam_juntos_se_espalham(transactional_db):
    from pen.atendimento.services.carga import carregar_atendimento

    carregar_atendimento()
    distribuir("triagem", Distribuicao.RODIZIO)
    pessoas, donos = [fabricar_atendente() for _ in range(4)], [fabricar_pessoa() for _ in range(8)]

    ao_mesmo_tempo(lambda n: fabricar_chamado(donos[n]), 8)

    assert sorted(Chamado.objects.values_list("atendente", flat=True)) == sorted([p.pk for p in pessoas] * 2)


class TestFiltros:
    def test_guarda_so_o_que_e_filtro_e_troca_o_de_mesmo_nome(self):
        atendente = fabricar_atendente()
        guardar_filtro(por=atendente, nome="Meus", consulta="meus=on&apos=xyz&outra=1")
        guardar_filtro(por=atendente, nome="Meus", consulta="vencidos=on")

        assert list(FiltroGuardado.objects.values_list("nome", "consulta")) == [("Meus", "vencidos=on")]

    def test_o_de_outra_pessoa_nao_se_apaga(self):
        atendente = fabricar_atendente()
        filtro = guardar_filtro(por=atendente, nome="Meus", consulta="meus=on")

        excluir_filtro(por=fabricar_atendente(), filtro_id=filtro.pk)
        assert FiltroGuardado.objects.exists()
        excluir_filtro(por=atendente, filtro_id=filtro.pk)
        assert not FiltroGuardado.objects.exists()

    def test_sem_filtro_ou_demais_se_explica(self):
        atendente = fabricar_atendente()
        with pytest.raises(PedidoIncompleto, match="Filtre a fila"):
            guardar_filtro(por=atendente, nome="Nada", consulta="apos=x")
        for n in range(FILTROS_MAXIMO):
            guardar_filtro(por=atendente, nome=str(n), consulta="meus=on")
        with pytest.raises(PedidoIncompleto, match="apague um"):
            guardar_filtro(por=atendente, nome="mais", consulta="meus=on")
        with pytest.raises(SemPermissao):
            guardar_filtro(por=fabricar_pessoa(), nome="x", consulta="meus=on")


class TestLote:
    def test_o_que_nao_coube_a_um_nao_impede_os_outros(self):
        atendente, chamados = fabricar_atendente(), [fabricar_chamado() for _ in range(3)]
        assumir_chamado(por=atendente, chave=chamados[1].chave)

        resultados = agir_em_lote([c.chave for c in chamados], lambda chave: assumir_chamado(por=atendente, chave=chave))

        assert [bool(r.frase) for r in resultados] == [False, True, False]
        assert "já não se pode" in resultados[1].frase
        assert set(Chamado.objects.values_list("atendente", flat=True)) == {atendente.pk}

    @pytest.mark.parametrize(("quantos", "frase"), [(0, "pelo menos um"), (51, "50 chamados")])
    def test_nem_nenhum_nem_demais(self, quantos, frase):
        with pytest.raises(PedidoIncompleto, match=frase):
            agir_em_lote([str(n) for n in range(quantos)], lambda chave: chave)


class TestPresenca:
    def test_um_ve_o_outro_e_o_que_ele_faz(self):
        chamado, um, outro = fabricar_chamado(), fabricar_atendente(), fabricar_atendente()
        marcar_presenca(por=um, chave=chamado.chave, agora=SEGUNDA)
        marcar_presenca(por=outro, chave=chamado.chave, passo="responder", texto="Olá", agora=SEGUNDA)

        assert [(p.pessoa_id, p.passo) for p in outros_no_chamado(chamado, para=um, agora=SEGUNDA)] == [
            (outro.pk, "responder")
        ]
        assert outros_no_chamado(chamado, para=um, agora=SEGUNDA + timedelta(minutes=1)) == []

    def test_o_que_se_escreve_fica_ate_ser_enviado(self):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        marcar_presenca(por=atendente, chave=chamado.chave, passo="responder", texto="Meia resposta")

        assert texto_guardado(chamado, para=atendente) == ("responder", "Meia resposta")
        falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.RESPONDER, texto="Resposta")
        assert texto_guardado(chamado, para=atendente) == ("", "")

    def test_quem_nao_atende_o_chamado_nao_marca(self):
        chamado = fabricar_chamado()
        with pytest.raises(SemPermissao):
            marcar_presenca(por=chamado.solicitante, chave=chamado.chave)
        with pytest.raises(ChamadoNaoEncontrado):
            marcar_presenca(por=fabricar_atendente("tecnica"), chave=chamado.chave)

    def test_as_velhas_somem_e_o_texto_dura_uma_semana(self):
        chamado, um, outro = fabricar_chamado(), fabricar_atendente(), fabricar_atendente()
        marcar_presenca(por=um, chave=chamado.chave, agora=SEGUNDA)
        marcar_presenca(por=outro, chave=chamado.chave, passo="responder", texto="Olá", agora=SEGUNDA)

        assert excluir_presencas_velhas(agora=SEGUNDA + timedelta(days=2)) == 1
        assert excluir_presencas_velhas(agora=SEGUNDA + timedelta(days=8)) == 1 and not Presenca.objects.exists()


class TestAvisosDePrazo:
    def eventos(self, pessoa) -> list[str]:
        return list(Aviso.objects.filter(pessoa=pessoa).order_by("id").values_list("dados__evento", flat=True))

    def test_avisa_uma_vez_antes_e_uma_vez_quando_vence(self):
        coordena = fabricar_atendente(coordena=True)
        chamado = fabricar_chamado()  # segunda às 10h: a resposta é prometida até 18h
        assert chamado.prazo_da_resposta == em("2026-11-16T18:00")

        for hora in ("12:00", "15:59", "16:00", "16:05", "17:00", "18:00", "18:05"):
            avisar_dos_prazos(agora=em(f"2026-11-16T{hora}"))

        assert self.eventos(coordena) == ["vence", "venceu"]

    def test_o_parado_e_o_respondido_a_tempo_nao_avisam(self):
        atendente = fabricar_atendente()
        chamado = fabricar_chamado()
        falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.PEDIR_INFORMACAO, texto="?", agora=SEGUNDA)

        assert avisar_dos_prazos(agora=em("2026-11-16T17:00")) == 0

    def test_antes_do_feriado_o_aviso_vem_na_vespera(self):
        coordena = fabricar_atendente(coordena=True)
        fabricar_chamado(agora=em("2026-11-19T10:30"))  # vence na segunda, 23, às 8h30: a sexta é feriado

        avisar_dos_prazos(agora=em("2026-11-19T16:00"))
        assert self.eventos(coordena) == []
        avisar_dos_prazos(agora=em("2026-11-19T17:00"))
        assert self.eventos(coordena) == ["vence"]

    def test_o_custo_nao_cresce_com_os_chamados(self, django_assert_max_num_queries):
        fabricar_atendente(coordena=True)
        for _ in range(3):
            fabricar_chamado()

        with django_assert_max_num_queries(9):
            avisar_dos_prazos(agora=em("2026-11-16T17:00"))
