"""A vida de um chamado: que passo cabe, quem pode, o que fica dito a quem."""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pen.atendimento.enums import Desfecho, Passo, Situacao
from pen.atendimento.errors import (
    ChamadoNaoEncontrado,
    DestinoInvalido,
    MensagemNaoLida,
    PassoImpossivel,
    ReaberturaVencida,
)
from pen.atendimento.models import Chamado, Equipe, Passagem, PassoDoChamado, Seguidor
from pen.atendimento.rules import ve_chamado
from pen.atendimento.selectors.chamados import FiltrosDaFila, chamados_da_fila, chamados_visiveis, historia
from pen.atendimento.services.atendimento import (
    aguardar_terceiro,
    assumir_chamado,
    atribuir_chamado,
    encaminhar_chamado,
    encerrar_chamado,
    falar_no_chamado,
    retomar_chamado,
)
from pen.atendimento.services.participacao import (
    cancelar_chamado,
    completar_chamado,
    confirmar_solucao,
    incluir_seguidor,
    reabrir_chamado,
)
from pen.atendimento.values.passos import PASSOS
from pen.comum.errors import PedidoIncompleto, SemPermissao
from pen.identidade.errors import PapelInvalido
from pen.identidade.models import Pessoa
from pen.notificacoes.models import Aviso
from tests.fabricas.atendimento import SEGUNDA, em, fabricar_atendente, fabricar_chamado, fabricar_seguidor
from tests.fabricas.pessoas import fabricar_cpf, fabricar_pessoa

pytestmark = pytest.mark.django_db
PAGINA = Path(__file__).parents[2] / "docs" / "dominio" / "atendimento.md"


@pytest.fixture
def atendente(central):
    return fabricar_atendente()


@pytest.fixture
def chamado(central):
    return fabricar_chamado()


def eventos(pessoa) -> list[str]:
    return [a.dados["evento"] for a in Aviso.objects.filter(pessoa=pessoa).order_by("id")]


def falar(por, chamado, passo, texto="Qual é a versão?", **opcoes):
    return falar_no_chamado(por=por, chave=chamado.chave, passo=passo, texto=texto, **opcoes)


def test_a_tabela_da_pagina_e_a_do_codigo():
    linhas = re.findall(r"^\| ([a-zçãéê ]+) \| (.+?) \| (.+?) \| .+? \| .+? \| .+? \|$", PAGINA.read_text(), re.M)
    da_pagina = {nome: (de, para) for nome, de, para in linhas}
    nomes = {
        Passo.PEDIR_INFORMACAO: "pedir informação", Passo.PEDIR_VALIDACAO: "pedir validação",
        Passo.AGUARDAR_TERCEIRO: "aguardar terceiro", Passo.SILENCIAR: "encerrar por silêncio",
        Passo.DUPLICAR: "encerrar por duplicidade",
    }  # fmt: skip
    for passo, regra in PASSOS.items():
        de, para = da_pagina[nomes.get(passo, passo.value)]
        assert _situacoes(de) == regra.de, passo
        if regra.para is not None:
            assert regra.para in _situacoes(para), passo


def _situacoes(texto: str) -> frozenset[Situacao]:
    citadas = {Situacao(s) for s in re.findall(r"`(\w+)`", texto) if s in Situacao.values}
    if "os dois de espera" in texto:
        citadas |= {Situacao.AGUARDANDO_USUARIO, Situacao.AGUARDANDO_TERCEIRO}
    if texto.startswith("todas") or texto.startswith("qualquer"):
        return frozenset(Situacao) - citadas
    return frozenset(citadas)


def test_do_pedido_a_solucao_passando_pelo_nivel_3(atendente, chamado):
    pessoa, especialista = chamado.solicitante, fabricar_atendente("tecnica")
    tecnica = Equipe.objects.get(codigo="tecnica")

    assumir_chamado(por=atendente, chave=chamado.chave, agora=SEGUNDA)
    falar(atendente, chamado, Passo.PEDIR_INFORMACAO)
    completar_chamado(por=pessoa, chave=chamado.chave, texto="4.1.2")
    encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=tecnica.pk, motivo="Defeito", tentado="Reinstalar")
    falar(especialista, chamado, Passo.PEDIR_VALIDACAO, "Teste a versão 4.1.3.")
    confirmar_solucao(por=pessoa, chave=chamado.chave)

    chamado.refresh_from_db()
    passos = list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True))
    assert passos == [
        "abrir", "assumir", "pedir_informacao", "completar", "encaminhar", "assumir", "pedir_validacao", "confirmar",
    ]  # fmt: skip
    assert (chamado.situacao, chamado.desfecho, chamado.atendente) == ("encerrado", Desfecho.CONFIRMADO, especialista)
    assert eventos(pessoa) == ["recebido", "informacao", "encaminhado", "validacao", "confirmado"]
    assert eventos(especialista) == ["acabou"]
    assert Passagem.objects.filter(chamado=chamado).count() == 2


@pytest.mark.parametrize(
    "passo",
    [
        p
        for p in Passo
        if p
        not in {
            Passo.ABRIR,
            Passo.LEMBRAR,
            Passo.SILENCIAR,
            Passo.DUPLICAR,
            Passo.INFORMAR,
            Passo.UNIR,
            Passo.SEPARAR,
            Passo.DIVIDIR,
            Passo.ORIENTAR,
            Passo.IMPORTAR,
        }
    ],
)
@pytest.mark.parametrize("situacao", list(Situacao))
def test_cada_passo_so_cabe_onde_a_tabela_diz(atendente, chamado, situacao, passo):
    pessoa, colega = chamado.solicitante, fabricar_atendente()
    por_na_situacao(chamado, situacao, atendente)
    chave, tecnica = chamado.chave, Equipe.objects.get(codigo="tecnica")
    dar = {
        Passo.ASSUMIR: lambda: assumir_chamado(por=atendente, chave=chave),
        Passo.ATRIBUIR: lambda: atribuir_chamado(por=atendente, chave=chave, a=colega.pk),
        Passo.AGUARDAR_TERCEIRO: lambda: aguardar_terceiro(por=atendente, chave=chave, de_quem="Infraestrutura"),
        Passo.RETOMAR: lambda: retomar_chamado(por=atendente, chave=chave),
        Passo.ENCAMINHAR: lambda: encaminhar_chamado(
            por=atendente, chave=chave, equipe_id=tecnica.pk, motivo="x", tentado="y"
        ),
        Passo.ENCERRAR: lambda: encerrar_chamado(por=atendente, chave=chave, resposta="Feito."),
        Passo.COMPLETAR: lambda: completar_chamado(por=pessoa, chave=chave, texto="x"),
        Passo.CONFIRMAR: lambda: confirmar_solucao(por=pessoa, chave=chave),
        Passo.CANCELAR: lambda: cancelar_chamado(por=pessoa, chave=chave),
        Passo.REABRIR: lambda: reabrir_chamado(por=pessoa, chave=chave, texto="Voltou."),
    }.get(passo, lambda: falar(atendente, chamado, passo))
    # Falar na fila é assumir e falar.
    cabe = situacao in PASSOS[passo].de or (
        situacao == Situacao.NA_FILA and passo in {Passo.RESPONDER, Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO}
    )
    antes = PassoDoChamado.objects.count()

    if not cabe:
        with pytest.raises(PassoImpossivel) as erro:
            dar()
        assert erro.value.detalhes["situacao"] == situacao and PassoDoChamado.objects.count() == antes
    else:
        dar()
        assert PassoDoChamado.objects.filter(chamado=chamado).order_by("-ordem").first().passo == passo


def por_na_situacao(chamado, situacao, atendente):
    chave = chamado.chave
    if situacao != Situacao.NA_FILA:
        assumir_chamado(por=atendente, chave=chave)
    match situacao:
        case Situacao.AGUARDANDO_USUARIO:
            falar(atendente, chamado, Passo.PEDIR_INFORMACAO)
        case Situacao.AGUARDANDO_TERCEIRO:
            aguardar_terceiro(por=atendente, chave=chave, de_quem="Infraestrutura")
        case Situacao.ENCERRADO:
            encerrar_chamado(por=atendente, chave=chave, resposta="Feito.")
    chamado.refresh_from_db()
    assert chamado.situacao == situacao


class TestQuemPode:
    def test_quem_nao_participa_nem_atende_nao_ve_o_chamado(self, chamado):
        for estranha in (fabricar_pessoa(), fabricar_atendente("tecnica"), fabricar_atendente(forte=False)):
            for fazer in (assumir_chamado, retomar_chamado, confirmar_solucao, cancelar_chamado):
                with pytest.raises(ChamadoNaoEncontrado):
                    fazer(por=estranha, chave=chamado.chave)

    def test_quem_abriu_nao_faz_o_que_e_da_equipe_nem_a_equipe_o_que_e_de_quem_abriu(self, atendente, chamado):
        with pytest.raises(SemPermissao):
            assumir_chamado(por=chamado.solicitante, chave=chamado.chave)
        with pytest.raises(SemPermissao):
            completar_chamado(por=atendente, chave=chamado.chave, texto="x")

    def test_a_equipe_que_encaminhou_continua_lendo_e_ja_nao_move(self, atendente, chamado):
        tecnica = Equipe.objects.get(codigo="tecnica")
        encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=tecnica.pk, motivo="x", tentado="y")

        with pytest.raises(SemPermissao, match="outra equipe"):
            falar(atendente, chamado, Passo.RESPONDER)

    def test_seguidor_completa_e_reabre_mas_nao_cancela(self, atendente, chamado):
        colega = fabricar_pessoa(cpf=fabricar_cpf())
        for _ in range(2):
            incluir_seguidor(por=chamado.solicitante, chave=chamado.chave, cpf=colega.cpf)

        completar_chamado(por=colega, chave=chamado.chave, texto="Também aqui.")
        with pytest.raises(SemPermissao):
            cancelar_chamado(por=colega, chave=chamado.chave)
        encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.")
        assert eventos(colega) == ["encerrado"]
        reabrir_chamado(por=colega, chave=chamado.chave, texto="Voltou.")

    def test_so_quem_abriu_inclui_colegas_e_o_pedido_dos_outros_nao_deixa_ninguem_cadastrado(self, atendente, chamado):
        seguidor, estranho, cpf = fabricar_seguidor(chamado), fabricar_pessoa(), fabricar_cpf()
        for quem, erro in ((atendente, SemPermissao), (seguidor, SemPermissao), (estranho, ChamadoNaoEncontrado)):
            with pytest.raises(erro), transaction.atomic(), CaptureQueriesContext(connection) as feitas:
                incluir_seguidor(por=quem, chave=chamado.chave, cpf=cpf)
            assert not any(cpf in (q["sql"] or "") for q in feitas)
        assert not Pessoa.objects.filter(cpf=cpf).exists()

    def test_quem_ainda_nao_entrou_segue_e_o_cpf_que_nao_confere_se_diz(self, chamado):
        cpf = fabricar_cpf()
        with pytest.raises(PapelInvalido):
            incluir_seguidor(por=chamado.solicitante, chave=chamado.chave, cpf="123")
        incluir_seguidor(por=chamado.solicitante, chave=chamado.chave, cpf=f"{cpf[:9]}-{cpf[9:]}")
        assert Seguidor.objects.get(chamado=chamado).pessoa.cpf == cpf

    def test_so_se_atribui_a_quem_e_da_equipe(self, atendente, chamado):
        with pytest.raises(DestinoInvalido):
            atribuir_chamado(por=atendente, chave=chamado.chave, a=fabricar_atendente("tecnica").pk)

    def test_so_se_encaminha_a_outra_equipe_que_receba_o_produto(self, atendente, chamado):
        with pytest.raises(DestinoInvalido):
            encaminhar_chamado(
                por=atendente, chave=chamado.chave, equipe_id=chamado.equipe_id, motivo="x", tentado="y"
            )  # fmt: skip


class TestMensagens:
    def test_nota_interna_nunca_chega_a_quem_abriu(self, atendente, chamado):
        falar(atendente, chamado, Passo.ANOTAR, "Cuidado com este órgão")

        assert [p.passo for p in historia(chamado, para=chamado.solicitante)] == ["abrir"]
        assert [p.texto for p in historia(chamado, para=atendente)] == ["", "Cuidado com este órgão"]
        assert eventos(chamado.solicitante) == ["recebido"]

    def test_resposta_sobre_mensagem_nao_lida_volta_com_ela(self, atendente, chamado):
        outro = fabricar_atendente()
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Já resolvi.")
        falar(outro, chamado, Passo.ANOTAR, "Ligou agora.")

        with pytest.raises(MensagemNaoLida) as erro:
            falar(atendente, chamado, Passo.RESPONDER, "Reinstale tudo.", visto=1)

        assert [p.texto for p in erro.value.mensagens] == ["Já resolvi.", "Ligou agora."]
        falar(atendente, chamado, Passo.RESPONDER, "Que bom.", visto=3)

    def test_a_propria_nota_nao_impede_a_resposta(self, atendente, chamado):
        falar(atendente, chamado, Passo.ANOTAR, "Vou responder.")

        falar(atendente, chamado, Passo.RESPONDER, "Oi.", visto=1)

    def test_responder_sem_texto_diz_o_que_falta(self, atendente, chamado):
        with pytest.raises(PedidoIncompleto, match="Escreva a resposta"):
            falar(atendente, chamado, Passo.RESPONDER, "  ")


class TestTempo:
    def test_a_primeira_resposta_e_a_primeira_mensagem_publica_da_equipe(self, atendente, chamado):
        falar(atendente, chamado, Passo.ANOTAR, "x", agora=em("2026-11-16T11:00"))
        falar(atendente, chamado, Passo.RESPONDER, "Oi", agora=em("2026-11-16T12:00"))
        falar(atendente, chamado, Passo.RESPONDER, "Outra", agora=em("2026-11-16T13:00"))

        chamado.refresh_from_db()
        assert chamado.primeira_resposta_em == em("2026-11-16T12:00")

    def test_a_espera_para_o_prazo_e_ele_segue_de_onde_estava(self, atendente, chamado):
        assert chamado.prazo_da_solucao == em("2026-11-23T10:00")  # 40 horas úteis, com o feriado na sexta
        falar(atendente, chamado, Passo.PEDIR_INFORMACAO, agora=em("2026-11-16T12:00"))
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", agora=em("2026-11-18T12:00"))

        chamado.refresh_from_db()
        assert chamado.pausado_em is None and chamado.prazo_da_solucao == em("2026-11-25T10:00")

    def test_de_uma_espera_a_outra_o_prazo_continua_parado(self, atendente, chamado):
        assumir_chamado(por=atendente, chave=chamado.chave, agora=SEGUNDA)
        aguardar_terceiro(por=atendente, chave=chamado.chave, de_quem="x", agora=em("2026-11-16T12:00"))
        falar(atendente, chamado, Passo.PEDIR_INFORMACAO, agora=em("2026-11-17T12:00"))
        retomar_chamado(por=atendente, chave=chamado.chave, agora=em("2026-11-18T12:00"))

        chamado.refresh_from_db()
        assert chamado.prazo_da_solucao == em("2026-11-25T10:00") and chamado.espera_de == ""

    def test_prazo_vencido_antes_da_espera_continua_vencido(self, atendente, chamado):
        falar(atendente, chamado, Passo.PEDIR_INFORMACAO, agora=em("2026-11-24T12:00"))
        completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", agora=em("2026-11-25T12:00"))

        chamado.refresh_from_db()
        assert chamado.prazo_da_solucao == em("2026-11-23T10:00")

    @pytest.mark.parametrize(("quando", "aceita"), [("2026-11-18T09:59", True), ("2026-11-18T10:01", False)])
    def test_reabrir_47h59_e_48h01(self, atendente, chamado, quando, aceita):
        encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.", agora=SEGUNDA)

        if aceita:
            reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Voltou.", agora=em(quando))
        else:
            with pytest.raises(ReaberturaVencida):
                reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Voltou.", agora=em(quando))
        chamado.refresh_from_db()
        assert chamado.aberto == aceita

    def test_reaberto_vai_ao_mesmo_grupo_com_prioridade(self, atendente, chamado):
        antigo = fabricar_chamado(agora=em("2026-11-10T10:00"))
        encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.", agora=SEGUNDA)
        reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Voltou.", agora=em("2026-11-17T10:00"))

        fila, _ = chamados_da_fila(FiltrosDaFila(), para=atendente, agora=SEGUNDA)
        assert [c.pk for c in fila] == [chamado.pk, antigo.pk]
        assert fila[0].nome_do_atendente == atendente.nome and eventos(atendente)[-1] == "reaberto"
        assert fila[0].primeira_resposta_em == SEGUNDA  # a história do primeiro prazo fica

    def test_a_segunda_reabertura_vai_a_coordenacao_do_nivel_3(self, atendente, chamado):
        coordena = fabricar_atendente("negocial", coordena=True)
        for _ in range(2):
            encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.", agora=SEGUNDA)
            reabrir_chamado(por=chamado.solicitante, chave=chamado.chave, texto="Voltou.", agora=SEGUNDA)

        chamado.refresh_from_db()
        assert (chamado.equipe.codigo, chamado.atendente) == ("negocial", coordena)
        assert Chamado.objects.filter(pk=chamado.pk, reaberturas=2, situacao="na_fila").exists()


def test_a_fila_pagina_sem_perder_nem_repetir(central, monkeypatch):
    from pen.atendimento.selectors import chamados

    monkeypatch.setattr(chamados, "POR_PAGINA", 2)
    atendente, abertos = fabricar_atendente(), [fabricar_chamado(agora=SEGUNDA) for _ in range(5)]
    encerrar_chamado(por=atendente, chave=abertos[3].chave, resposta="x", agora=SEGUNDA)
    reabrir_chamado(por=abertos[3].solicitante, chave=abertos[3].chave, texto="x", agora=SEGUNDA)

    vistos, apos = [], ""
    while True:
        pagina, apos = chamados_da_fila(FiltrosDaFila(), para=atendente, agora=SEGUNDA, depois_de=apos)
        vistos += [c.pk for c in pagina]
        if not apos:
            break

    assert vistos == [abertos[3].pk, *(c.pk for c in abertos if c.pk != abertos[3].pk)]


@pytest.mark.parametrize("forjado", ["", "zzz", "MXwyMDI2", "x" * 3000])
def test_marcador_que_nao_e_nosso_recomeca_a_fila(central, forjado):
    atendente, chamado = fabricar_atendente(), fabricar_chamado()

    fila, _ = chamados_da_fila(FiltrosDaFila(), para=atendente, agora=SEGUNDA, depois_de=forjado)

    assert [c.pk for c in fila] == [chamado.pk]


def test_o_que_se_ve_de_um_e_o_que_se_ve_de_todos(atendente, chamado):
    seguidor, outra = fabricar_pessoa(), fabricar_atendente("tecnica")
    fabricar_seguidor(chamado, seguidor)
    fabricar_chamado()
    quem = [chamado.solicitante, seguidor, atendente, outra, fabricar_pessoa(), fabricar_atendente(forte=False)]
    for _ in range(2):
        for pessoa in quem:
            pessoa.__dict__.pop("_equipes", None)
            for c in Chamado.objects.all():
                assert ve_chamado(pessoa, c) == chamados_visiveis(pessoa).filter(pk=c.pk).exists()
        chamado.refresh_from_db()
        if chamado.equipe_id != (tecnica := Equipe.objects.get(codigo="tecnica")).pk:
            encaminhar_chamado(por=atendente, chave=chamado.chave, equipe_id=tecnica.pk, motivo="m", tentado="t")
