"""As situações da adesão: cada passo na sua hora, uma vez, e o que se desfaz quando ela não vai adiante."""

import threading

import pytest
from django.db import connections

from pen.auditoria.models import Ato
from pen.comum.errors import PedidoIncompleto
from pen.identidade.models import CredencialDeSistema
from pen.identidade.public import Papel, papel_em_vigor
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import AmostraDeHomologacao
from pen.protocolo_integrado.selectors.credenciais import ambientes_liberados
from pen.protocolo_integrado.services import adesao as servicos
from tests.fabricas.adesao import atos, fabricar_adesao, homologar, pedir, renovar
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import dar_papel, fabricar_central, fabricar_gestor, fabricar_pessoa

pytestmark = pytest.mark.django_db
S = SituacaoDaAdesao
FORA_DE_HORA = {
    S.PEDIDA: "emitir_credencial_de_homologacao pedir_conferencia aprovar_producao devolver_a_homologacao "
    "emitir_credencial_de_producao",
    S.EM_HOMOLOGACAO: "aprovar_pedido recusar_pedido aprovar_producao devolver_a_homologacao emitir_credencial_de_producao",
    S.EM_CONFERENCIA: "aprovar_pedido pedir_conferencia emitir_credencial_de_producao",
    S.CONCLUIDA: "aprovar_pedido recusar_pedido aprovar_producao devolver_a_homologacao pedir_conferencia "
    "emitir_credencial_de_homologacao cancelar_adesao",
}


TEXTOS = {"recusar_pedido": "motivo", "devolver_a_homologacao": "pendencia", "aprovar_producao": "dispensa"}


@pytest.mark.parametrize(("situacao", "nome"), [(s, n) for s, nomes in FORA_DE_HORA.items() for n in nomes.split()])
def test_passo_fora_de_hora_e_recusado(situacao, nome):
    caso = fabricar_adesao(situacao)
    todo_poderoso = dar_papel(dar_papel(fabricar_pessoa(), Papel.GESTOR, caso.orgao), Papel.EQUIPE_CENTRAL)

    with pytest.raises(errors.AdesaoEmOutraSituacao):
        getattr(servicos, nome)(
            por=todo_poderoso, adesao_id=caso.pk, **({TEXTOS[nome]: "porque sim"} if nome in TEXTOS else {})
        )
    assert caso.agora().situacao == situacao


@pytest.mark.parametrize("encerrar", ["recusar", "cancelar"])
def test_adesao_encerrada_nao_volta(encerrar):
    caso = fabricar_adesao()
    if encerrar == "recusar":
        servicos.recusar_pedido(por=caso.central, adesao_id=caso.pk, motivo="Portaria de outro órgão.")
    else:
        servicos.cancelar_adesao(por=caso.responsavel, adesao_id=caso.pk)

    for passo in (servicos.aprovar_pedido, servicos.cancelar_adesao):
        with pytest.raises(errors.AdesaoEmOutraSituacao):
            passo(por=caso.central, adesao_id=caso.pk)


@pytest.mark.parametrize(("nome", "situacao"), [("recusar_pedido", S.PEDIDA), ("devolver_a_homologacao", S.EM_CONFERENCIA)])
@pytest.mark.parametrize("texto", ["", " \n ", "x" * 1001])
def test_decisao_que_exige_motivo_nao_vale_sem_ele(nome, situacao, texto):
    caso = fabricar_adesao(situacao)

    with pytest.raises(PedidoIncompleto):
        getattr(servicos, nome)(por=caso.central, adesao_id=caso.pk, **{TEXTOS[nome]: texto})
    assert caso.agora().situacao == situacao


def test_conferencia_em_falta_so_aprova_com_dispensa_escrita():
    caso = fabricar_adesao(S.EM_CONFERENCIA)

    with pytest.raises(errors.ConferenciaIncompleta):
        servicos.aprovar_producao(por=caso.central, adesao_id=caso.pk, dispensa="  ")
    servicos.aprovar_producao(por=caso.central, adesao_id=caso.pk, dispensa="Já enviava.")

    assert caso.agora().motivo_da_dispensa == "Já enviava."
    ato = Ato.objects.filter(orgao_id=caso.orgao.pk, ato="credencial.aprovada").latest("id")
    assert "quantidade" in ato.detalhes["em_falta"] and ato.detalhes["dispensa"] == "Já enviava."


def test_conferencia_nao_se_pede_sem_credencial():
    caso = fabricar_adesao()
    servicos.aprovar_pedido(por=caso.central, adesao_id=caso.pk)

    with pytest.raises(errors.AdesaoEmOutraSituacao):
        servicos.pedir_conferencia(por=renovar(caso.responsavel), adesao_id=caso.pk)


def test_devolvida_volta_a_homologacao_diz_o_que_falta_e_pode_ser_pedida_de_novo():
    caso = fabricar_adesao(S.EM_CONFERENCIA)

    servicos.devolver_a_homologacao(por=caso.central, adesao_id=caso.pk, pendencia="Mande com as unidades.")
    assert (caso.agora().situacao, caso.adesao.pendencia) == (S.EM_HOMOLOGACAO, "Mande com as unidades.")
    servicos.pedir_conferencia(por=caso.responsavel, adesao_id=caso.pk)

    assert (caso.agora().situacao, caso.adesao.pendencia) == (S.EM_CONFERENCIA, "")


@pytest.mark.parametrize("como", ["recusar", "cancelar"])
def test_encerrar_depois_de_aprovar_desfaz_a_credencial_e_o_papel(como):
    caso = fabricar_adesao(S.EM_CONFERENCIA)

    if como == "recusar":
        servicos.recusar_pedido(por=caso.central, adesao_id=caso.pk, motivo="Não é do órgão.")
    else:
        servicos.cancelar_adesao(por=caso.responsavel, adesao_id=caso.pk)

    assert papel_em_vigor(caso.responsavel.pk, Papel.GESTOR, caso.orgao.pk) is None
    assert CredencialDeSistema.objects.get(pk=caso.agora().credencial_homologacao_id).revogada_em is not None
    assert ambientes_liberados(caso.orgao.pk) == []


def test_encerrar_nao_tira_a_gestao_de_quem_ja_a_tinha():
    orgao, central = fabricar_orgao(), fabricar_central()
    gestor = fabricar_gestor(orgao)
    adesao = pedir(gestor, orgao)
    servicos.aprovar_pedido(por=central, adesao_id=adesao.pk)

    servicos.cancelar_adesao(por=gestor, adesao_id=adesao.pk)

    assert papel_em_vigor(gestor.pk, Papel.GESTOR, orgao.pk) is not None


def test_aprovar_apaga_a_amostra_de_antes():
    caso = fabricar_adesao()
    homologar(caso.orgao)

    servicos.aprovar_pedido(por=caso.central, adesao_id=caso.pk)

    assert not AmostraDeHomologacao.objects.filter(orgao=caso.orgao).exists()


@pytest.mark.django_db(transaction=True)
def test_duas_aprovacoes_ao_mesmo_tempo_uma_vale():
    caso = fabricar_adesao()
    juntos, desfechos = threading.Barrier(2), []

    def aprovar(central):
        try:
            juntos.wait()
            servicos.aprovar_pedido(por=central, adesao_id=caso.pk)
            desfechos.append("aprovou")
        except errors.AdesaoEmOutraSituacao:
            desfechos.append("já estava")
        finally:
            connections.close_all()

    fios = [threading.Thread(target=aprovar, args=[c]) for c in (caso.central, fabricar_central())]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()

    assert sorted(desfechos) == ["aprovou", "já estava"]
    assert atos(caso.orgao).count("credencial.aprovada") == 1
