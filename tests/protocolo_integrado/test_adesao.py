"""A adesão: do pedido à senha de produção que entra, e o que não pode acontecer no caminho."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pen.auditoria.models import Ato
from pen.comum.errors import SemPermissao
from pen.identidade.errors import PapelInvalido
from pen.identidade.models import CredencialDeSistema, Pessoa
from pen.identidade.public import (
    Ambiente,
    CredencialInvalida,
    EntradaFraca,
    OrgaoNaoEncontrado,
    OrgaoSuspenso,
    Papel,
    SituacaoDoOrgao,
    autenticar_sistema,
    papel_em_vigor,
)
from pen.notificacoes.models import Aviso
from pen.notificacoes.public import enviar_avisos, registrar_redator
from pen.protocolo_integrado import errors
from pen.protocolo_integrado.enums import Canal, SistemaDoOrgao, SituacaoDaAdesao
from pen.protocolo_integrado.models import (
    Adesao,
    AmostraDeHomologacao,
    Recusa,
    Registro,
    Remessa,
)
from pen.protocolo_integrado.selectors.adesoes import (
    ambientes_liberados,
    consultar_adesao,
    credenciais_visiveis,
    orgao_do_pedido,
)
from pen.protocolo_integrado.selectors.conferencia_da_adesao import Item, SituacaoDoItem, conferir_homologacao
from pen.protocolo_integrado.services import adesao as servicos
from pen.protocolo_integrado.services.amostra import AMOSTRAS_MAXIMO
from pen.protocolo_integrado.services.avisos_de_adesao import TIPO_DE_AVISO_DE_ADESAO, redigir_avisos_de_adesao
from pen.protocolo_integrado.services.credenciais import (
    ATIVAS_MAXIMO,
    criar_credencial_do_orgao,
    revogar_credencial_do_orgao,
)
from pen.protocolo_integrado.services.remessa import receber_remessa
from tests.fabricas.adesao import DADOS, Caso, fabricar_adesao, homologar, pedir, renovar
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, fabricar_central, fabricar_cpf, fabricar_gestor, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, fabricar_nup, movimento

pytestmark = pytest.mark.django_db
S, OK, ATENCAO, FALTA = SituacaoDaAdesao, SituacaoDoItem.OK, SituacaoDoItem.ATENCAO, SituacaoDoItem.FALTA


def entra(orgao, segredo):
    return autenticar_sistema(codigo=orgao.codigo, segredo=segredo, origem="127.0.0.1")


def atos(orgao) -> list[str]:
    return list(
        Ato.objects.filter(orgao_id=orgao.pk).exclude(ato__startswith="papel.").order_by("id").values_list("ato", flat=True)
    )


def avisados(evento: str) -> set[int]:
    return set(Aviso.objects.filter(tipo="adesao", dados__evento=evento).values_list("pessoa_id", flat=True))


# O caminho inteiro


def test_do_pedido_a_senha_de_producao_que_entra():
    orgao, ana, central = fabricar_orgao(), fabricar_pessoa(), fabricar_central()
    adesao = pedir(ana, orgao)

    servicos.aprovar_pedido(por=central, adesao_id=adesao.pk)
    de_teste = servicos.emitir_credencial_de_homologacao(por=renovar(ana), adesao_id=adesao.pk)
    assert entra(orgao, de_teste).ambiente == Ambiente.HOMOLOGACAO
    homologar(orgao)
    servicos.pedir_conferencia(por=ana, adesao_id=adesao.pk)
    servicos.aprovar_producao(por=central, adesao_id=adesao.pk)
    de_producao = servicos.emitir_credencial_de_producao(por=ana, adesao_id=adesao.pk)

    sistema = entra(orgao, de_producao)
    assert (sistema.ambiente, sistema.orgao_id) == (Ambiente.PRODUCAO, orgao.pk)
    enviar(sistema, documento())
    assert Registro.objects.filter(orgao=orgao).count() == 1
    adesao.refresh_from_db()
    assert adesao.situacao == S.CONCLUIDA and adesao.credencial_producao_id == sistema.credencial_id
    assert not Adesao.objects.filter(pk=adesao.pk, concluida_em=None).exists() and adesao.analisada_por == central
    assert atos(orgao) == [
        "credencial.pedida", "credencial.aprovada", "credencial.criada", "credencial.pedida", "credencial.aprovada",
        "credencial.criada",
    ]  # fmt: skip


def test_a_senha_nao_fica_em_lugar_nenhum():
    caso = fabricar_adesao(S.CONCLUIDA)

    segredo = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (tabela,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{tabela}" t WHERE t::text LIKE %s', [f"%{segredo}%"])
            assert cursor.fetchone()[0] == 0, tabela
    assert CredencialDeSistema.objects.get(pk=caso.agora().credencial_producao_id).segredo.startswith("argon2")


@pytest.mark.parametrize(
    ("ate", "emitir"),
    [(S.EM_HOMOLOGACAO, servicos.emitir_credencial_de_homologacao), (S.CONCLUIDA, servicos.emitir_credencial_de_producao)],
)
def test_a_senha_so_se_emite_uma_vez(ate, emitir):
    caso = fabricar_adesao(ate)
    if ate == S.CONCLUIDA:
        emitir(por=caso.responsavel, adesao_id=caso.pk)

    with pytest.raises(errors.CredencialJaEmitida):
        emitir(por=caso.responsavel, adesao_id=caso.pk)


# Quem pode


def test_entrada_fraca_nao_pede_nem_age():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    caso.responsavel.entrada_forte = False

    with pytest.raises(EntradaFraca):
        pedir(fabricar_pessoa(forte=False), fabricar_orgao())
    for age in (servicos.cancelar_adesao, servicos.pedir_conferencia, servicos.emitir_credencial_de_homologacao):
        with pytest.raises(EntradaFraca):
            age(por=caso.responsavel, adesao_id=caso.pk)
    with pytest.raises(EntradaFraca):
        criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)


def todos_os_passos(pessoa, caso):
    yield lambda: servicos.aprovar_pedido(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.recusar_pedido(por=pessoa, adesao_id=caso.pk, motivo="x")
    yield lambda: servicos.devolver_a_homologacao(por=pessoa, adesao_id=caso.pk, pendencia="x")
    yield lambda: servicos.aprovar_producao(por=pessoa, adesao_id=caso.pk, dispensa="x")
    yield lambda: servicos.emitir_credencial_de_homologacao(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.emitir_credencial_de_producao(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.pedir_conferencia(por=pessoa, adesao_id=caso.pk)
    yield lambda: servicos.cancelar_adesao(por=pessoa, adesao_id=caso.pk)


def passos_do_orgao(pessoa, orgao, credencial_id):
    yield lambda: criar_credencial_do_orgao(por=pessoa, orgao_id=orgao.pk, ambiente=Ambiente.HOMOLOGACAO)
    yield lambda: revogar_credencial_do_orgao(por=pessoa, orgao_id=orgao.pk, credencial_id=credencial_id)
    yield lambda: servicos.trocar_responsavel(por=pessoa, orgao_id=orgao.pk, cpf=fabricar_cpf(), dados=DADOS)
    yield lambda: servicos.suspender_orgao(por=pessoa, orgao_id=orgao.pk, motivo="x")
    yield lambda: servicos.reativar_orgao(por=pessoa, orgao_id=orgao.pk, motivo="x")


def test_para_estranhos_e_gestores_de_outro_orgao_nada_existe():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for estranho in (fabricar_pessoa(), fabricar_gestor(fabricar_orgao())):
        for passo in todos_os_passos(estranho, caso):
            with pytest.raises(errors.AdesaoNaoEncontrada):
                passo()
        for passo in passos_do_orgao(estranho, caso.orgao, caso.adesao.credencial_homologacao_id):
            with pytest.raises(OrgaoNaoEncontrado):
                passo()
        with pytest.raises(errors.AdesaoNaoEncontrada):
            consultar_adesao(caso.pk, para=estranho)
        with pytest.raises(OrgaoNaoEncontrado):
            credenciais_visiveis(caso.orgao.pk, para=estranho)


def test_quem_so_consulta_o_orgao_ve_e_nao_muda():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    leitor = dar_papel(fabricar_pessoa(), Papel.CONSULTA, caso.orgao)
    auditor = dar_papel(fabricar_pessoa(), Papel.AUDITORIA)

    for pessoa in (leitor, auditor):
        assert consultar_adesao(caso.pk, para=pessoa) == caso.adesao
        assert len(credenciais_visiveis(caso.orgao.pk, para=pessoa)) == 1
        for passo in [
            *todos_os_passos(pessoa, caso),
            *passos_do_orgao(pessoa, caso.orgao, caso.adesao.credencial_homologacao_id),
        ]:
            with pytest.raises(SemPermissao):
                passo()


def test_a_equipe_central_decide_mas_nao_ve_senhas():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    Adesao.objects.update(credencial_homologacao=None)

    for passo in (servicos.emitir_credencial_de_homologacao, servicos.pedir_conferencia):
        with pytest.raises(SemPermissao):
            passo(por=caso.central, adesao_id=caso.pk)
    with pytest.raises(SemPermissao):
        criar_credencial_do_orgao(por=caso.central, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)


def test_o_responsavel_nao_aprova_o_proprio_pedido():
    caso = fabricar_adesao()

    with pytest.raises(SemPermissao):
        servicos.aprovar_pedido(por=caso.responsavel, adesao_id=caso.pk)
    assert papel_em_vigor(caso.responsavel.pk, Papel.GESTOR, caso.orgao.pk) is None


# O pedido


def test_um_orgao_tem_no_maximo_uma_adesao_aberta_e_pode_pedir_de_novo():
    caso = fabricar_adesao()

    with pytest.raises(errors.AdesaoJaAberta):
        pedir(fabricar_pessoa(), caso.orgao)
    servicos.cancelar_adesao(por=caso.responsavel, adesao_id=caso.pk)

    assert pedir(fabricar_pessoa(), caso.orgao).situacao == S.PEDIDA


@pytest.mark.parametrize("falta", ["cargo", "portaria", "email", "telefone"])
def test_pedido_sem_um_dado_e_recusado(falta):
    dados = servicos.DadosDoResponsavel(**{c: getattr(DADOS, c) for c in DADOS.__slots__} | {falta: " \0 "})

    with pytest.raises(errors.PedidoIncompleto):
        pedir(fabricar_pessoa(), fabricar_orgao(), dados)


def test_outro_sistema_precisa_de_nome_e_o_sei_nao_guarda_nome():
    with pytest.raises(errors.PedidoIncompleto):
        pedir(fabricar_pessoa(), fabricar_orgao(), sistema=SistemaDoOrgao.OUTRO)

    assert pedir(fabricar_pessoa(), fabricar_orgao(), sistema_nome="Outro").nome_do_sistema == "SEI"


@pytest.mark.parametrize("situacao", [SituacaoDoOrgao.SUSPENSO, SituacaoDoOrgao.EXTINTO])
def test_orgao_impedido_nao_adere(situacao):
    with pytest.raises(errors.OrgaoEmOutraSituacao):
        pedir(fabricar_pessoa(), fabricar_orgao(situacao=situacao))


def test_uma_pessoa_nao_enche_a_fila_da_equipe_central():
    ana = fabricar_pessoa()
    for _ in range(servicos.PEDIDOS_MAXIMO):
        pedir(ana, fabricar_orgao())

    with pytest.raises(errors.AdesoesDemais):
        pedir(ana, fabricar_orgao())


def test_sigla_de_dois_orgaos_nao_escolhe_por_sorteio():
    fabricar_orgao(sigla="MS", codigo="8001", nome="Ministério da Saúde")
    estado = fabricar_orgao(sigla="MS", codigo="50", nome="Mato Grosso do Sul")

    with pytest.raises(errors.OrgaoAmbiguo, match=r"código 8001.*código 50"):
        orgao_do_pedido(" ms ")
    assert orgao_do_pedido("50") == estado


# As situações


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

    with pytest.raises(errors.PedidoIncompleto):
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


@pytest.mark.django_db(transaction=True)
def test_dois_pedidos_do_mesmo_orgao_ao_mesmo_tempo_um_vale():
    orgao, juntos, desfechos = fabricar_orgao(), threading.Barrier(2), []

    def pedir_ja(pessoa):
        try:
            juntos.wait()
            pedir(pessoa, orgao)
            desfechos.append("pediu")
        except errors.AdesaoJaAberta:
            desfechos.append("já havia")
        finally:
            connections.close_all()

    fios = [threading.Thread(target=pedir_ja, args=[fabricar_pessoa()]) for _ in range(2)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()

    assert sorted(desfechos) == ["já havia", "pediu"] and Adesao.objects.filter(orgao=orgao).count() == 1


# As credenciais


def test_rotacao_sem_parada():
    caso = fabricar_adesao(S.CONCLUIDA)
    antiga = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)
    antiga_id = caso.agora().credencial_producao_id

    nova = criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.PRODUCAO)
    assert entra(caso.orgao, antiga).credencial_id == antiga_id and entra(caso.orgao, nova)
    revogar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=antiga_id)

    with pytest.raises(CredencialInvalida):
        entra(caso.orgao, antiga)
    assert entra(caso.orgao, nova).ambiente == Ambiente.PRODUCAO
    vistas = {c.pk: (c.revogada_em, c.ultimo_uso_em) for c in credenciais_visiveis(caso.orgao.pk, para=caso.responsavel)}
    assert vistas[antiga_id][0] is not None and all(uso for _, uso in list(vistas.values())[:1])


def test_revogar_de_novo_nao_repete_ato_nem_aviso_e_credencial_de_outro_e_404():
    from pen.identidade.errors import CredencialNaoEncontrada

    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for _ in range(2):
        revogar_credencial_do_orgao(
            por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=caso.adesao.credencial_homologacao_id
        )

    assert atos(caso.orgao).count("credencial.revogada") == 1
    de_outro, _ = fabricar_credencial()
    with pytest.raises(CredencialNaoEncontrada):
        revogar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, credencial_id=de_outro.pk)


@pytest.mark.parametrize(
    ("ate", "liberados"),
    [(S.PEDIDA, []), (S.EM_HOMOLOGACAO, [Ambiente.HOMOLOGACAO]), (S.EM_CONFERENCIA, [Ambiente.HOMOLOGACAO]),
     (S.CONCLUIDA, [Ambiente.HOMOLOGACAO, Ambiente.PRODUCAO])],
)  # fmt: skip
def test_so_se_cria_no_ambiente_que_a_adesao_abriu(ate, liberados):
    caso = fabricar_adesao(ate)
    gestor = fabricar_gestor(caso.orgao)

    assert ambientes_liberados(caso.orgao.pk) == liberados
    for ambiente in set(Ambiente) - set(liberados):
        with pytest.raises(errors.AmbienteNaoLiberado):
            criar_credencial_do_orgao(por=gestor, orgao_id=caso.orgao.pk, ambiente=ambiente)


def test_orgao_que_ja_enviava_antes_da_adesao_pode_trocar_a_senha():
    orgao = fabricar_orgao()
    fabricar_credencial(orgao, Ambiente.PRODUCAO)

    assert entra(
        orgao, criar_credencial_do_orgao(por=fabricar_gestor(orgao), orgao_id=orgao.pk, ambiente=Ambiente.PRODUCAO)
    )


def test_ha_um_maximo_de_credenciais_ativas():
    caso = fabricar_adesao(S.EM_HOMOLOGACAO)
    for _ in range(ATIVAS_MAXIMO - 1):
        fabricar_credencial(caso.orgao, Ambiente.HOMOLOGACAO)

    with pytest.raises(errors.CredenciaisDemais):
        criar_credencial_do_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, ambiente=Ambiente.HOMOLOGACAO)


# O responsável e a situação do órgão


def test_trocar_o_responsavel_passa_a_gestao_e_os_contatos():
    caso = fabricar_adesao(S.CONCLUIDA)
    cpf, dados = fabricar_cpf(), servicos.DadosDoResponsavel("Chefe", "Portaria 99", "novo@orgao.gov.br", "(61) 3000-0000")

    novo = servicos.trocar_responsavel(por=caso.responsavel, orgao_id=caso.orgao.pk, cpf=cpf, dados=dados)

    assert Pessoa.objects.get(cpf=cpf) == novo
    assert papel_em_vigor(novo.pk, Papel.GESTOR, caso.orgao.pk) and not papel_em_vigor(
        caso.responsavel.pk, Papel.GESTOR, caso.orgao.pk
    )
    adesao = caso.agora()
    assert (adesao.responsavel, adesao.portaria, adesao.email) == (novo, "Portaria 99", "novo@orgao.gov.br")
    assert avisados("responsavel_trocado") == {novo.pk, caso.responsavel.pk}
    ato = Ato.objects.get(ato="orgao.responsavel_trocado")
    assert cpf not in str(ato.detalhes) and ato.objeto == f"orgao:{caso.orgao.pk}"


def test_troca_invalida_nao_muda_nada():
    caso = fabricar_adesao(S.CONCLUIDA)
    Pessoa.objects.filter(pk=caso.responsavel.pk).update(cpf=(cpf := fabricar_cpf()))
    inativa = fabricar_pessoa(cpf=fabricar_cpf(), is_active=False)

    for errado, erro in [
        (cpf, errors.ResponsavelInvalido),
        (inativa.cpf, errors.ResponsavelInvalido),
        ("12345678900", PapelInvalido),
    ]:
        with pytest.raises(erro):
            servicos.trocar_responsavel(por=caso.central, orgao_id=caso.orgao.pk, cpf=errado, dados=DADOS)
    assert caso.agora().responsavel == caso.responsavel and not papel_em_vigor(inativa.pk, Papel.GESTOR, caso.orgao.pk)


def test_pedido_em_analise_nao_troca_de_responsavel():
    caso = fabricar_adesao()

    with pytest.raises(errors.AdesaoEmOutraSituacao):
        servicos.trocar_responsavel(por=caso.central, orgao_id=caso.orgao.pk, cpf=fabricar_cpf(), dados=DADOS)


def test_orgao_suspenso_nao_envia_e_reativado_volta():
    caso = fabricar_adesao(S.CONCLUIDA)
    segredo = servicos.emitir_credencial_de_producao(por=caso.responsavel, adesao_id=caso.pk)

    servicos.suspender_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="Enviava dados sigilosos.")
    with pytest.raises(OrgaoSuspenso):
        entra(caso.orgao, segredo)
    with pytest.raises(errors.OrgaoEmOutraSituacao):
        servicos.suspender_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="De novo.")
    with pytest.raises(errors.PedidoIncompleto):
        servicos.reativar_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo=" ")
    servicos.reativar_orgao(por=caso.central, orgao_id=caso.orgao.pk, motivo="Corrigiu.")

    assert entra(caso.orgao, segredo) and atos(caso.orgao)[-2:] == ["orgao.suspenso", "orgao.reativado"]
    assert avisados("orgao_suspenso") == avisados("orgao_reativado") == {caso.responsavel.pk}


def test_suspensao_recusa_o_envio_soap_com_nf008(client):
    from tests.protocolo_integrado.soap.apoio import Sistema, documento_xml, envelope, falha

    sistema = Sistema(client)
    servicos.suspender_orgao(por=fabricar_central(), orgao_id=sistema.orgao.pk, motivo="Auditoria.")

    assert falha(sistema.postar(envelope(documento_xml()))).codigo == "NF008"
    assert not Remessa.objects.exists()


def test_gestor_nao_suspende_o_proprio_orgao():
    caso = fabricar_adesao(S.CONCLUIDA)

    with pytest.raises(SemPermissao):
        servicos.suspender_orgao(por=caso.responsavel, orgao_id=caso.orgao.pk, motivo="x")


# Os avisos


@pytest.fixture
def _redator():
    registrar_redator(TIPO_DE_AVISO_DE_ADESAO, redigir_avisos_de_adesao)


def test_cada_passo_avisa_quem_precisa_saber():
    centrais = [fabricar_central(), fabricar_central()]
    caso = fabricar_adesao(S.CONCLUIDA, central=centrais[0])

    for evento in ("pedido_a_analisar", "conferencia_a_fazer"):
        assert avisados(evento) == {c.pk for c in centrais}, evento
    for evento in ("pedida", "aprovada", "credencial_criada", "conferencia_pedida", "producao_aprovada"):
        assert avisados(evento) == {caso.responsavel.pk}, evento
    assert not Aviso.objects.filter(urgente=False).exists()


@pytest.mark.usefixtures("_redator")
def test_os_emails_saem_sem_senha_com_o_motivo_e_o_endereco(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caso = fabricar_adesao(S.EM_CONFERENCIA)
    enviar_avisos()
    mail.outbox.clear()

    servicos.devolver_a_homologacao(por=caso.central, adesao_id=caso.pk, pendencia="Mande com as unidades {x}.")
    enviar_avisos()

    (mensagem,) = mail.outbox
    assert mensagem.to == [caso.responsavel.email] and mensagem.subject == f"{caso.orgao.sigla}: correção pedida"
    assert "Mande com as unidades {x}." in mensagem.body and f"/adesao/{caso.pk}/" in mensagem.body
    assert caso.responsavel.nome not in mensagem.subject


@pytest.mark.usefixtures("_redator")
def test_quem_deixou_a_equipe_central_ou_o_orgao_nao_recebe_o_que_estava_na_fila(settings):
    from pen.identidade.models import Atribuicao

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    caso = fabricar_adesao()
    Atribuicao.objects.filter(pessoa=caso.central).update(encerrado_em=timezone.now())
    Adesao.objects.update(responsavel=fabricar_pessoa())

    enviar_avisos()

    assert mail.outbox == [] and set(Aviso.objects.values_list("situacao", flat=True)) == {"cancelado"}


def test_a_redacao_tem_numero_fixo_de_consultas(django_assert_num_queries):
    from pen.notificacoes.public import AvisoARedigir

    def a_redigir():
        return [AvisoARedigir(a.pk, a.pessoa_id, a.chave, a.dados, a.criado_em) for a in Aviso.objects.all()]

    fabricar_adesao()
    with CaptureQueriesContext(connection) as com_poucos:
        redigir_avisos_de_adesao(a_redigir())
    fabricar_adesao(S.CONCLUIDA)
    with django_assert_num_queries(len(com_poucos)):
        assert all(redigir_avisos_de_adesao(a_redigir()).values())


# Os dados da pessoa


def test_conta_excluida_leva_os_contatos_e_cancela_o_que_estava_aberto():
    caso = fabricar_adesao()
    assert servicos.exportar_adesoes(caso.responsavel.pk)["adesoes"][0]["telefone"] == DADOS.telefone

    servicos.excluir_contatos_das_adesoes(caso.responsavel.pk)

    adesao = caso.agora()
    assert (adesao.email, adesao.telefone, adesao.situacao) == ("", "", S.CANCELADA)
    assert pedir(fabricar_pessoa(), caso.orgao)


# A amostra


@pytest.fixture
def sistema():
    return fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO)


def amostra(sistema, numero) -> AmostraDeHomologacao:
    return AmostraDeHomologacao.objects.get(orgao_id=sistema.orgao_id, numero=numero)


def consultas_de(sistema, *documentos) -> list[str]:
    with CaptureQueriesContext(connection) as capturadas:
        enviar(sistema, *documentos)
    return [c["sql"] for c in capturadas]


def test_remessa_de_homologacao_guarda_a_amostra_num_comando_so_e_nada_entra_no_registro(sistema):
    uma = consultas_de(sistema, documento())
    tres = consultas_de(sistema, documento(), documento(), documento())

    assert len(uma) == len(tres) and sum("amostradehomologacao" in sql for sql in tres) == 1
    assert AmostraDeHomologacao.objects.count() == 4 and not Registro.objects.exists()


def test_sem_documento_aceito_nao_ha_comando_da_amostra(sistema):
    recusada = consultas_de(sistema, documento("sem algarismo"))

    assert not any("amostra" in sql for sql in recusada) and Recusa.objects.count() == 1


def test_remessa_de_producao_nao_sabe_da_amostra():
    de_producao = fabricar_sistema()

    assert not any("amostra" in sql.lower() for sql in consultas_de(de_producao, documento(), documento()))
    assert not AmostraDeHomologacao.objects.exists()


def test_a_amostra_guarda_o_que_a_conferencia_precisa(sistema):
    nup = fabricar_nup()
    enviar(
        sistema, documento(nup, movimento(unidade=""), movimento("2024-03-06T10:00:00-03:00", "Processo Restrito gerado"))
    )

    vista = amostra(sistema, nup)
    assert (vista.movimentos, vista.sem_unidade, vista.restritos, vista.nivel, vista.envios) == (2, 1, 1, 1, 1)
    assert vista.datas_ok and vista.veredito == "ok" and vista.forma == "atual"


def test_reenvio_conta_e_o_ultimo_corrige_datas_e_unidades(sistema):
    nup = fabricar_nup()
    depois = movimento("2024-03-06T10:00:00-03:00", "Alterado nível de acesso geral para Restrito", "")
    enviar(sistema, documento(nup, movimento(), depois, produzido_em="2024-03-09T00:00:00-03:00"))
    assert (amostra(sistema, nup).datas_ok, amostra(sistema, nup).sem_unidade) == (False, 1)

    enviar(sistema, documento(nup, movimento()))

    vista = amostra(sistema, nup)
    assert (vista.envios, vista.movimentos, vista.sem_unidade, vista.datas_ok, vista.restritos) == (2, 2, 0, True, 1)


def test_o_mesmo_numero_duas_vezes_na_mesma_remessa_e_um_envio(sistema):
    nup = fabricar_nup()
    enviar(sistema, documento(nup), documento(nup))

    assert amostra(sistema, nup).envios == 1


@pytest.mark.parametrize(
    ("producao", "ocorrido", "certas"),
    [("2024-03-05T23:00:00-03:00", "2024-03-05T10:00:00-03:00", True),  # no mesmo dia, a ordem das horas não importa
     ("2024-03-06T00:00:00-03:00", "2024-03-05T23:59:59-03:00", False),
     ("2024-03-06T01:00:00Z", "2024-03-05T23:00:00-03:00", True)],  # em Brasília, é o mesmo dia
)  # fmt: skip
def test_datas_da_amostra_sao_comparadas_por_dia_de_brasilia(sistema, producao, ocorrido, certas):
    nup = fabricar_nup()
    enviar(sistema, documento(nup, movimento(ocorrido), produzido_em=producao))

    assert amostra(sistema, nup).datas_ok is certas


def test_data_um_pouco_no_futuro_e_aceita_e_marcada(sistema):
    nup = fabricar_nup()
    amanha = (timezone.now() + timedelta(hours=12)).isoformat(timespec="seconds")
    enviar(sistema, documento(nup, movimento(amanha)))

    assert amostra(sistema, nup).datas_ok is False


def test_a_amostra_guarda_so_as_mais_novas(sistema):
    primeiro = fabricar_nup()
    enviar(sistema, documento(primeiro))
    for _ in range(AMOSTRAS_MAXIMO // 100):
        enviar(sistema, *[documento() for _ in range(100)])

    daqui = AmostraDeHomologacao.objects.filter(orgao_id=sistema.orgao_id)
    assert daqui.count() == AMOSTRAS_MAXIMO and not daqui.filter(numero=primeiro).exists()
    ultimo = daqui.latest("recebida_em").numero
    enviar(sistema, documento(ultimo))
    assert daqui.count() == AMOSTRAS_MAXIMO and amostra(sistema, ultimo).envios == 2


def test_a_amostra_de_um_orgao_nao_mexe_na_de_outro(sistema):
    outro, nup = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO), fabricar_nup()
    enviar(sistema, documento(nup))
    enviar(outro, documento(nup))

    assert (amostra(sistema, nup).envios, amostra(outro, nup).envios) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_remessas_de_homologacao_ao_mesmo_tempo_nao_se_travam_nem_perdem_envios():
    sistema, numeros = fabricar_sistema(ambiente=Ambiente.HOMOLOGACAO), [fabricar_nup() for _ in range(40)]
    juntos, erros = threading.Barrier(4), []

    def mandar(ordem):
        try:
            juntos.wait()
            for _ in range(3):
                enviar(sistema, *map(documento, ordem))
        except Exception as erro:
            erros.append(erro)
        finally:
            connections.close_all()

    fios = [threading.Thread(target=mandar, args=[o]) for o in (numeros, numeros[::-1], numeros[20:], numeros[::-2])]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()

    assert erros == [] and amostra(sistema, numeros[-1]).envios == 12


# A conferência


def conferir(sistema) -> dict[Item, SituacaoDoItem]:
    return {i.item: i.situacao for i in conferir_homologacao(sistema.orgao_id).itens}


def item(sistema, qual):
    return next(i for i in conferir_homologacao(sistema.orgao_id).itens if i.item == qual)


def test_sem_envio_nada_esta_feito(sistema):
    situacoes = conferir(sistema)

    assert {k for k, v in situacoes.items() if v == OK} == {Item.RESTRITOS, Item.RECUSAS}
    assert not conferir_homologacao(sistema.orgao_id).satisfeita


def test_envios_completos_satisfazem_tudo():
    orgao = fabricar_orgao()
    homologar(orgao)

    conferencia = conferir_homologacao(orgao.pk)
    assert conferencia.satisfeita and {i.situacao for i in conferencia.itens} == {OK}


@pytest.mark.parametrize(("quantos", "situacao"), [(9, FALTA), (10, OK)])
def test_quantidade(sistema, quantos, situacao):
    enviar(sistema, *[documento() for _ in range(quantos)])

    assert conferir(sistema)[Item.QUANTIDADE] == situacao


def com_ruins(sistema, ruins: int, defeito) -> None:
    """Dez protocolos, ``ruins`` deles com o defeito."""
    enviar(sistema, *[defeito() for _ in range(ruins)], *[documento() for _ in range(10 - ruins)])


def numero_errado():
    nup = fabricar_nup()
    return documento(nup[:-2] + f"{(int(nup[-2:]) + 1) % 100:02}")


@pytest.mark.parametrize(("ruins", "situacao"), [(0, OK), (2, ATENCAO), (3, FALTA)])
@pytest.mark.parametrize(
    ("qual", "defeito"),
    [(Item.NUMEROS, numero_errado),
     (Item.DATAS, lambda: documento(produzido_em="2024-04-01T00:00:00-03:00")),
     (Item.UNIDADES, lambda: documento(None, movimento(unidade="")))],
    ids=["numeros", "datas", "unidades"],
)  # fmt: skip
def test_ate_um_quinto_e_atencao(sistema, qual, defeito, ruins, situacao):
    com_ruins(sistema, ruins, defeito)

    assert conferir(sistema)[qual] == situacao


def test_numero_com_letras_no_lugar_dos_digitos_nao_e_erro(sistema):
    com_ruins(sistema, 10, lambda: documento(fabricar_nup()[:-2] + "DV"))

    achado = item(sistema, Item.NUMEROS)
    assert (achado.situacao, achado.valor, achado.total, achado.outros) == (OK, 0, 10, 0)


def test_historico_vazio_nao_e_unidade_preenchida(sistema):
    enviar(sistema, documento(None, movimentos=()))

    assert conferir(sistema)[Item.UNIDADES] == FALTA and conferir(sistema)[Item.DATAS] == OK


def test_historico_com_mais_de_um_movimento(sistema):
    enviar(sistema, documento())
    assert conferir(sistema)[Item.MOVIMENTOS] == FALTA

    enviar(sistema, documento(None, movimento(), movimento("2024-03-06T10:00:00-03:00")))
    assert conferir(sistema)[Item.MOVIMENTOS] == OK


def test_reenvio_visto(sistema):
    enviar(sistema, igual := documento())
    assert conferir(sistema)[Item.REENVIO] == FALTA

    enviar(sistema, igual)
    assert conferir(sistema)[Item.REENVIO] == OK


def test_restritos_sao_so_atencao(sistema):
    enviar(
        sistema, documento(None, movimento(operacao="Processo Sigiloso gerado"), movimento(operacao="Hipótese legal: x"))
    )

    achado = item(sistema, Item.RESTRITOS)
    assert (achado.situacao, achado.valor, achado.outros) == (ATENCAO, 2, 1)


def test_recusa_por_resolver_diz_codigo_e_protocolo_e_some_quando_o_numero_e_aceito(sistema):
    nup = fabricar_nup()
    enviar(sistema, documento(nup, assunto=""), documento())
    (recusa,) = item(sistema, Item.RECUSAS).recusas
    assert (recusa.codigo, recusa.quantas, recusa.protocolos) == ("NF004", 1, [nup]) and "Assunto" in recusa.motivo

    enviar(sistema, documento(f"{nup[:5]}.{nup[5:11]}/{nup[11:15]}-{nup[15:]}"))  # o mesmo número, com pontos
    assert conferir(sistema)[Item.RECUSAS] == OK

    enviar(sistema, documento(nup, assunto=""))
    assert conferir(sistema)[Item.RECUSAS] == FALTA


def test_recusa_velha_ou_de_producao_nao_conta(sistema):
    enviar(sistema, documento("sem algarismo"))
    Remessa.objects.update(recebida_em=timezone.now() - timedelta(hours=25))
    orgao = fabricar_sistema(ambiente=Ambiente.PRODUCAO)
    enviar(orgao, documento("sem algarismo"))

    assert conferir(sistema)[Item.RECUSAS] == OK and conferir(orgao)[Item.RECUSAS] == OK


def test_remessa_inteira_recusada_conta_ate_outra_ser_lida(sistema):
    with pytest.raises(errors.RemessaRecusada):
        receber_remessa(por=sistema, documentos=[], canal=Canal.SOAP)
    assert [r.codigo for r in item(sistema, Item.RECUSAS).recusas] == ["NF002"]

    enviar(sistema, documento())
    assert conferir(sistema)[Item.RECUSAS] == OK


def test_a_conferencia_tem_numero_fixo_de_consultas(sistema, django_assert_num_queries):
    enviar(sistema, documento("sem algarismo"), documento())
    with CaptureQueriesContext(connection) as com_um:
        conferir_homologacao(sistema.orgao_id)
    enviar(sistema, *[documento("sem algarismo nenhum") for _ in range(30)], *[documento() for _ in range(30)])

    with django_assert_num_queries(len(com_um)):
        conferir_homologacao(sistema.orgao_id)


def test_todo_codigo_de_recusa_diz_como_corrigir():
    from pen.protocolo_integrado.enums import CodigoDeRecusa
    from pen.protocolo_integrado.interfaces.web.presenters.como_corrigir import COMO_CORRIGIR

    assert set(COMO_CORRIGIR) == set(CodigoDeRecusa)
    assert all(len(frase) > 20 for orientacao in COMO_CORRIGIR.values() for frase in orientacao)


def test_o_caso_da_fabrica_diz_a_verdade():
    for situacao in (S.PEDIDA, S.EM_HOMOLOGACAO, S.EM_CONFERENCIA, S.CONCLUIDA):
        assert isinstance(caso := fabricar_adesao(situacao), Caso) and caso.adesao.situacao == situacao
