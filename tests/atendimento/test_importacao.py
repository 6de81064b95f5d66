"""Trazer os chamados de outro sistema: o ensaio não grava, repetir não dobra, e ninguém passa a ver o que não via."""

from base64 import b64encode
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.utils import timezone

from pen.atendimento.enums import Passo, SistemaDeOrigem, Situacao
from pen.atendimento.errors import DestinoInvalido, MapaInvalido
from pen.atendimento.management.importacao import comando as importacao_de_chamados
from pen.atendimento.models import (
    Anexo,
    Avaliacao,
    Chamado,
    ChamadoImportado,
    Passagem,
    PassoDoChamado,
    TextoDoChamado,
)
from pen.atendimento.selectors.busca import FiltrosDeChamado, buscar_chamados
from pen.atendimento.selectors.chamados import consultar_chamado, historia, meus_chamados, outros_da_pessoa
from pen.atendimento.selectors.importacao import escrever_modelo_de_mapa
from pen.atendimento.selectors.prazos import contagens_do_chamado
from pen.atendimento.services import importacao
from pen.atendimento.services.atendimento import assumir_chamado, encerrar_chamado
from pen.atendimento.services.avisos_de_prazo import avisar_dos_prazos
from pen.atendimento.services.guarda import cumprir_guarda
from pen.atendimento.services.importacao import importar_chamados
from pen.atendimento.services.uniao import unir_chamado
from pen.atendimento.values.exportacao.mapa import ler_mapa
from pen.atendimento.values.exportacao.modelo import Modo
from pen.atendimento.values.exportacao.origens import ler_exportacao
from pen.atendimento.values.protocolo import ler_protocolo
from pen.auditoria.models import Ato
from pen.identidade.models import Pessoa
from pen.notificacoes.models import Aviso
from tests.fabricas.atendimento import em, fabricar_atendente, fabricar_chamado
from tests.fabricas.exportacoes import (
    MAPA_DO_GLPI,
    MAPA_DO_ZAMMAD,
    artigo,
    conversa,
    do_glpi,
    do_zammad,
    exportar,
    linha_do_glpi,
    lista_do_glpi,
    ticket,
)
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import entrar, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
AGORA = em("2026-11-16T10:00")
MAPAS = {SistemaDeOrigem.ZAMMAD: MAPA_DO_ZAMMAD, SistemaDeOrigem.GLPI: MAPA_DO_GLPI}


@pytest.fixture(autouse=True)
def orgao(tmp_path, settings):
    settings.PASTA_DE_ANEXOS = tmp_path / "guardados"
    return fabricar_orgao()


@pytest.fixture
def importar(orgao):
    """Importa os arquivos de um sistema; para valer, se não se diz que é ensaio."""

    def _importar(*caminhos, sistema=SistemaDeOrigem.ZAMMAD, mapa="", ensaio=False, agora=AGORA, **modo):
        lido = ler_mapa((mapa or MAPAS[sistema]).replace("{orgao}", orgao.codigo), sistema=sistema)
        lidos = ler_exportacao(sistema, caminhos, Modo(**modo), agora=agora)
        return importar_chamados(lidos, lido, agora=agora, ensaio=ensaio)

    return _importar


def conta(correio: str, **campos):
    """Quem entrou aqui e confirmou o e-mail."""
    return fabricar_pessoa(email=correio, email_confirmado_em=timezone.now(), **campos)


def tudo_o_que_ha() -> list[int]:
    modelos = (Chamado, PassoDoChamado, Passagem, Anexo, ChamadoImportado, TextoDoChamado, Pessoa, Ato)
    return [modelo.objects.count() for modelo in modelos]


def achar(para, palavras):
    return [c.pk for c in buscar_chamados(FiltrosDeChamado(palavras=palavras), para=para)[0]]


def test_o_ensaio_conta_e_nao_grava_nada(importar, tmp_path):
    conta("ana@orgao.exemplo")
    antes = tudo_o_que_ha()
    relatorio = importar(*do_zammad(tmp_path), ensaio=True)

    assert tudo_o_que_ha() == antes
    assert (relatorio.chamados, relatorio.mensagens, relatorio.internas, relatorio.novos) == (1, 2, 1, 1)
    assert relatorio.pessoas == {"ana@orgao.exemplo"} and relatorio.desconhecidas == {"bruno@orgao.exemplo"}
    assert relatorio.destinos["situacoes"] == {("closed", "encerrado/resolvido"): 1} and relatorio.completo


def test_o_chamado_fica_com_as_datas_a_conversa_e_um_protocolo_do_ano_em_que_abriu(importar, tmp_path):
    ana, bruno = conta("ana@orgao.exemplo"), conta("bruno@orgao.exemplo")
    importar(*do_zammad(tmp_path))

    chamado = Chamado.objects.get()
    assert ler_protocolo(chamado.protocolo) and chamado.protocolo.startswith("PEN-2025-")
    assert (chamado.situacao, chamado.desfecho, chamado.solicitante) == ("encerrado", "resolvido", ana)
    assert chamado.aberto_em == em("2025-03-10T09:00") and chamado.encerrado_em == em("2025-03-12T12:00")
    assert chamado.primeira_resposta_em == em("2025-03-11T10:00") and chamado.prazo_da_solucao is None
    passos = PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem")
    assert [(p.passo, p.por, p.interno, p.situacao, p.canal) for p in passos] == [
        ("abrir", ana, False, "na_fila", "importacao"), ("anotar", bruno, True, "na_fila", "importacao"),
        ("responder", bruno, False, "em_atendimento", "importacao"), ("encerrar", None, False, "encerrado", "importacao"),
        ("importar", None, False, "encerrado", "sistema"),
    ]  # fmt: skip
    assert [p.ordem for p in passos] == [1, 2, 3, 4, 5] and chamado.passos == 5
    assert passos[2].texto == "Instale o xilofone." and passos[2].em == em("2025-03-11T10:00")


def test_duas_vezes_e_o_mesmo_que_uma(importar, tmp_path):
    arquivos = do_zammad(tmp_path, [ticket(7), ticket(8)])
    importar(*arquivos)
    antes = tudo_o_que_ha()
    relatorio = importar(*arquivos, agora=AGORA + timedelta(days=1))

    assert [relatorio.novos, relatorio.alterados, relatorio.iguais] == [0, 0, 2]
    assert tudo_o_que_ha() == antes


def test_o_que_mudou_la_muda_aqui(importar, tmp_path):
    aberto = ticket(state="new", close_at=None)
    importar(*do_zammad(tmp_path, [aberto], conversa()[:2]))
    chamado = Chamado.objects.get()
    assert chamado.situacao == Situacao.NA_FILA and chamado.prazo_da_resposta > AGORA

    depois = AGORA + timedelta(days=2)
    fechado = ticket(title="Outro título", close_at="2026-11-17T12:00:00Z")
    relatorio = importar(*do_zammad(tmp_path, [fechado], conversa()), agora=depois)
    chamado.refresh_from_db()
    assert (relatorio.novos, relatorio.alterados, relatorio.mensagens_gravadas) == (0, 1, 1)
    assert (chamado.situacao, chamado.assunto) == ("encerrado", "Outro título")
    assert chamado.encerrado_em == em("2026-11-17T09:00")
    ditos = PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True)
    assert list(ditos) == ["abrir", "anotar", "importar", "responder", "encerrar"]
    assert achar(fabricar_atendente(), "xilofone outro") == [chamado.pk]
    assert importar(*do_zammad(tmp_path, [fechado], conversa()), agora=depois).iguais == 1

    reaberto = fechado | {"state": "new", "close_at": None}
    importar(*do_zammad(tmp_path, [reaberto], conversa()), agora=depois)
    chamado.refresh_from_db()
    assert (chamado.situacao, chamado.desfecho, chamado.encerrado_em) == ("na_fila", "", None)


def test_o_chamado_em_que_ja_se_mexeu_aqui_so_recebe_as_mensagens(importar, tmp_path):
    importar(*do_zammad(tmp_path, [ticket(state="new", close_at=None)], conversa()[:2]))
    chamado, atendente = Chamado.objects.get(), fabricar_atendente()
    assumir_chamado(por=atendente, chave=chamado.chave, agora=AGORA)
    importar(*do_zammad(tmp_path, [ticket(title="Mudou lá")], conversa()))

    chamado.refresh_from_db()
    assert (chamado.situacao, chamado.atendente) == ("em_atendimento", atendente) and chamado.assunto != "Mudou lá"
    assert PassoDoChamado.objects.filter(chamado=chamado, texto="Instale o xilofone.").count() == 1
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Pronto.", agora=AGORA)


def test_interrompida_no_meio_continua_de_onde_parou(importar, tmp_path, monkeypatch):
    monkeypatch.setattr(importacao, "CHAMADOS_POR_LOTE", 2)
    arquivos = do_zammad(tmp_path, [ticket(n) for n in range(1, 6)])
    gravar, lotes = importacao._gravar_lote, []

    def morrer_no_segundo(*argumentos):
        lotes.append(1)
        if len(lotes) == 2:
            raise KeyboardInterrupt
        gravar(*argumentos)

    monkeypatch.setattr(importacao, "_gravar_lote", morrer_no_segundo)
    with pytest.raises(KeyboardInterrupt):
        importar(*arquivos)
    assert Chamado.objects.count() == 2

    monkeypatch.setattr(importacao, "_gravar_lote", gravar)
    relatorio = importar(*arquivos)
    assert (relatorio.iguais, relatorio.novos) == (2, 3)
    assert sorted(ChamadoImportado.objects.values_list("codigo", flat=True)) == [f"220{n:02}" for n in range(1, 6)]


def test_um_lote_que_falha_nao_deixa_nada_dele(importar, tmp_path, monkeypatch):
    def cair(*_, **__):
        raise OSError("o disco encheu")

    conta("ana@orgao.exemplo")
    monkeypatch.setattr(importacao, "registrar_ato", cair)
    antes = tudo_o_que_ha()[:6]
    with pytest.raises(OSError, match="disco"):
        importar(*do_zammad(tmp_path))
    assert tudo_o_que_ha()[:6] == antes


def test_ninguem_e_avisado_nem_chamado_a_avaliar_e_o_prazo_nao_toca(importar, tmp_path):
    conta("ana@orgao.exemplo"), conta("bruno@orgao.exemplo")
    fabricar_atendente(coordena=True)
    velho = ticket(8, state="pending reminder", close_at=None, created_at="2024-01-10T12:00:00Z")
    importar(*do_zammad(tmp_path, [ticket(), velho, ticket(9, state="new", close_at=None)]))
    avisar_dos_prazos(agora=AGORA)

    assert not Aviso.objects.exists() and not Avaliacao.objects.exists()
    parado = Chamado.objects.get(situacao=Situacao.AGUARDANDO_USUARIO)
    assert parado.pausado_em == AGORA and parado.silencio_desde is None


def test_os_prazos_de_um_aberto_contam_se_da_importacao(importar, tmp_path):
    importar(*do_zammad(tmp_path, [ticket(state="new", close_at=None)]))
    chamado = Chamado.objects.get()

    for _, prazo, contagem in contagens_do_chamado(chamado):
        assert contagem.contados[0].inicio == AGORA and prazo > AGORA
    atendente = fabricar_atendente()
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Pronto.", agora=AGORA + timedelta(hours=2))
    chamado.refresh_from_db()
    assert chamado.uteis_ate_a_solucao == 120


def test_em_atendimento_so_com_um_atendente_que_seja_da_equipe(importar, tmp_path):
    aberto = {"state": "open", "close_at": None}
    importar(*do_zammad(tmp_path, [ticket(7, **aberto)]))
    assert Chamado.objects.get().situacao == Situacao.NA_FILA

    bruno = fabricar_atendente()
    Pessoa.objects.filter(pk=bruno.pk).update(email="bruno@orgao.exemplo", email_confirmado_em=timezone.now())
    importar(*do_zammad(tmp_path, [ticket(7, **aberto), ticket(8, **aberto)]))
    assert {(c.situacao, c.atendente) for c in Chamado.objects.all()} == {("em_atendimento", bruno)}


def test_de_quem_nao_tem_conta_aqui_nao_fica_o_correio(importar, tmp_path):
    fabricar_pessoa(email="ana@orgao.exemplo")  # não o confirmou: pode não ser dela
    importar(*do_zammad(tmp_path))
    chamado = Chamado.objects.get()
    assert chamado.solicitante.username == "anonima"
    with connection.cursor() as cursor:
        for tabela in ("chamado", "passodochamado", "chamadoimportado", "textodochamado"):
            cursor.execute(f"SELECT count(*) FROM atendimento_{tabela} t WHERE t::text LIKE '%orgao.exemplo%'")
            assert cursor.fetchone() == (0,)
    assert not Ato.objects.filter(detalhes__icontains="orgao.exemplo").exists()


def test_quando_a_pessoa_passa_a_ter_conta_a_importacao_seguinte_lhe_da_o_chamado(importar, tmp_path):
    importar(*do_zammad(tmp_path))
    ana = conta("Ana@orgao.exemplo")
    assert meus_chamados(para=ana)[0] == []

    importar(*do_zammad(tmp_path))
    assert [c.assunto for c in meus_chamados(para=ana)[0]] == ["Página em branco ao assinar"]


def test_um_estranho_nao_ve_o_chamado_importado(importar, tmp_path):
    ana = conta("ana@orgao.exemplo")
    importar(*do_zammad(tmp_path))
    chamado = Chamado.objects.get()
    endereco = f"/atendimento/chamados/{chamado.chave}/"

    assert entrar(Client(), ana).get(endereco).status_code == 200
    for estranho in (fabricar_pessoa(), fabricar_atendente("tecnica"), fabricar_atendente(forte=False)):
        assert entrar(Client(), estranho).get(endereco).status_code == 404
        assert achar(estranho, "branco") == achar(estranho, "22007") == []


def test_a_nota_interna_nao_chega_a_quem_abriu(importar, tmp_path):
    ana, atendente = conta("ana@orgao.exemplo"), fabricar_atendente()
    importar(*do_zammad(tmp_path))
    chamado = Chamado.objects.get()
    pagina = entrar(Client(), ana).get(f"/atendimento/chamados/{chamado.chave}/").text

    assert "xilofone" in pagina and "quimera" not in pagina and "zangão" not in pagina
    assert achar(ana, "quimera") == [] and achar(atendente, "quimera") == [chamado.pk]
    assert "quimera" not in str([p.texto for p in historia(chamado, para=ana)])
    assert "quimera" in entrar(Client(), atendente).get(f"/atendimento/chamados/{chamado.chave}/").text


def test_acha_se_pelo_que_se_disse_e_pelo_numero_de_antes_que_a_pagina_mostra(importar, tmp_path):
    ana = conta("ana@orgao.exemplo")
    importar(*do_zammad(tmp_path))
    chamado = Chamado.objects.get()

    assert achar(ana, "xilofone") == achar(ana, "pagina em branco 22007") == achar(ana, "22007") == [chamado.pk]
    pagina = entrar(Client(), ana).get(f"/atendimento/chamados/{chamado.chave}/").text
    assert "Número no sistema anterior" in pagina and "22007" in pagina
    nosso = fabricar_chamado(por=ana)
    assert "sistema anterior" not in entrar(Client(), ana).get(f"/atendimento/chamados/{nosso.chave}/").text


def test_o_html_hostil_e_so_texto_na_pagina(importar, tmp_path):
    ana = conta("ana@orgao.exemplo")
    hostil = artigo(1, body="<img src=x onerror=alert(1)><b>oi</b> &lt;script&gt;perigo()&lt;/script&gt;")
    importar(*do_zammad(tmp_path, [ticket(title="<script>perigo()</script>")], [hostil]))
    chamado = Chamado.objects.get()

    pagina = entrar(Client(), ana).get(f"/atendimento/chamados/{chamado.chave}/").text
    assert chamado.descricao == "oi <script>perigo()</script>"
    assert "<script>perigo" not in pagina and "&lt;script&gt;perigo" in pagina and "onerror" not in pagina


def test_o_texto_comprido_se_parte_sem_perder_nada(importar, tmp_path):
    comprido = " ".join(f"palavra{n}" for n in range(6_000))
    importar(*do_zammad(tmp_path, artigos=[artigo(1, body=comprido), artigo(2, body=comprido + " fim", sender="Agent")]))
    chamado = Chamado.objects.get()
    passos = list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem"))

    pedido = chamado.descricao + "".join(p.texto for p in passos if p.passo == "completar")
    assert pedido == comprido and "".join(p.texto for p in passos if p.passo == "responder") == comprido + " fim"
    assert achar(fabricar_atendente(), "palavra42 palavra5999") == [chamado.pk]
    assert (
        importar(*do_zammad(tmp_path, artigos=[artigo(1, body=comprido), artigo(2, body="outro", sender="Agent")])).iguais
        == 1
    )


def test_um_chamado_com_palavras_demais_ainda_entra(importar, tmp_path):
    enorme = " ".join(f"x{n:07}y" for n in range(150_000))
    importar(*do_zammad(tmp_path, artigos=[artigo(1), artigo(2, body=enorme), artigo(3, internal=True, body=enorme)]))

    assert achar(fabricar_atendente(), "x0000042y") == [Chamado.objects.get().pk]


def test_os_anexos_passam_pelas_mesmas_conferencias(importar, tmp_path):
    conta("ana@orgao.exemplo")
    (tmp_path / "anexos" / "1").mkdir(parents=True)
    (tmp_path / "anexos" / "1" / "da pasta.txt").write_text("texto da pasta")
    arquivos = [
        {"filename": "relatório trimestral.txt", "data": b64encode(b"conteudo").decode()}, {"filename": "da pasta.txt"},
        {"filename": "virus.exe", "data": b64encode(b"MZ").decode()},
        {"filename": "falso.pdf", "data": b64encode(b"nao e pdf").decode()}, {"filename": "sumiu.pdf"},
    ]  # fmt: skip
    exportados = do_zammad(tmp_path, artigos=[artigo(1, attachments=arquivos)])
    ensaio = importar(*exportados, ensaio=True, anexos=tmp_path / "anexos")
    assert not (tmp_path / "guardados").exists()
    relatorio = importar(*exportados, anexos=tmp_path / "anexos")

    for r in (ensaio, relatorio):
        assert (r.anexos, r.quantos_anexos_recusados, r.anexos_ausentes) == (2, 2, 1)
        assert ["virus.exe" in x.razao or "falso.pdf" in x.razao for x in r.anexos_recusados] == [True, True]
    assert set(Anexo.objects.values_list("nome", flat=True)) == {"relatório trimestral.txt", "da pasta.txt"}
    assert achar(fabricar_atendente(), "relatorio trimestral") == [Chamado.objects.get().pk]
    assert importar(*exportados, anexos=tmp_path / "anexos").anexos == 0  # os que já vieram não se conferem de novo
    assert Anexo.objects.count() == 2


def test_o_que_o_mapa_nao_diz_nao_entra_e_o_ensaio_diz_o_que_falta(importar, tmp_path):
    arquivos = do_zammad(tmp_path, [ticket(7), ticket(8, state="esquisito", group="Outro")])
    for ensaio in (True, False):
        relatorio = importar(*arquivos, ensaio=ensaio)
        assert dict(relatorio.sem_destino) == {"situacoes": {"esquisito": 1}, "produtos": {"Outro": 1}}
        assert not relatorio.completo and relatorio.novos == 1
    assert list(ChamadoImportado.objects.values_list("codigo", flat=True)) == ["22007"]


@pytest.mark.parametrize(
    ("de", "para", "frase"),
    [
        ("sei/reportar-erro", "sei/nada", "«sei/nada» não existe aqui"),
        ('"triagem"', '"nenhuma"', "«nenhuma» não existe aqui"),
        ("{orgao}", "naoexiste", "«naoexiste»"),
    ],
)
def test_o_mapa_que_cita_o_que_nao_ha_aqui_e_recusado(importar, tmp_path, de, para, frase):
    with pytest.raises(MapaInvalido, match=frase):
        importar(*do_zammad(tmp_path), mapa=MAPA_DO_ZAMMAD.replace(de, para))


def test_o_modelo_de_mapa_se_le_e_so_falta_o_que_e_de_cada_casa(importar, tmp_path):
    for sistema in SistemaDeOrigem:
        mapa = ler_mapa(escrever_modelo_de_mapa(sistema), sistema=sistema)
        assert mapa.origem == sistema and mapa.situacoes and not mapa.produtos.linhas
    relatorio = importar(*do_zammad(tmp_path), mapa=escrever_modelo_de_mapa(SistemaDeOrigem.ZAMMAD), ensaio=True)
    assert set(relatorio.sem_destino) == {"produtos", "orgaos"}


def test_do_glpi_em_json_e_em_planilha_e_o_mesmo_chamado(importar, tmp_path):
    glpi = {"sistema": SistemaDeOrigem.GLPI}
    ana = conta("ana@orgao.exemplo")
    importar(*do_glpi(tmp_path), **glpi)
    chamado = Chamado.objects.get()
    passos = PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True)
    assert list(passos) == ["abrir", "anotar", "responder", "completar", "responder", "encerrar", "importar"]
    assert (chamado.solicitante, chamado.equipe.codigo) == (ana, "triagem")

    relatorio = importar(lista_do_glpi(tmp_path, linha_do_glpi("1 532"), linha_do_glpi("1 533", categoria="")), **glpi)
    assert (relatorio.novos, relatorio.alterados) == (1, 1) and Chamado.objects.count() == 2


def test_duas_bases_do_mesmo_sistema_nao_se_confundem(importar, tmp_path):
    importar(*do_zammad(tmp_path))
    importar(*do_zammad(tmp_path), mapa='[geral]\norigem = "zammad-do-sul"\n' + MAPA_DO_ZAMMAD)

    assert sorted(ChamadoImportado.objects.values_list("origem", "numero")) == [
        ("zammad", "22007"),
        ("zammad-do-sul", "22007"),
    ]


def test_os_protocolos_seguem_os_que_ja_se_deram_no_ano(importar, tmp_path):
    fabricar_chamado(agora=em("2025-02-03T10:00"))
    importar(*do_zammad(tmp_path, [ticket(8, created_at="2025-03-11T12:00:00Z"), ticket(7)]))
    fabricar_chamado(agora=em("2025-04-03T10:00"))

    em_ordem = Chamado.objects.order_by("aberto_em").values_list("protocolo", flat=True)
    assert [p[9:15] for p in em_ordem] == ["000001", "000002", "000003", "000004"]


def test_cada_lote_deixa_um_ato(importar, tmp_path, monkeypatch):
    monkeypatch.setattr(importacao, "CHAMADOS_POR_LOTE", 2)
    importar(*do_zammad(tmp_path, [ticket(n) for n in range(1, 4)]))

    atos = Ato.objects.filter(ato="chamados.importados").order_by("pk")
    assert [(a.objeto, a.detalhes["novos"]) for a in atos] == [("importacao:zammad", 2), ("importacao:zammad", 1)]


def test_o_que_a_guarda_anonimizou_nao_volta(importar, tmp_path):
    antigo = ticket(created_at="2019-01-10T12:00:00Z", close_at="2019-02-10T12:00:00Z")
    arquivos = do_zammad(tmp_path, [antigo])
    assert importar(*arquivos).passados_da_guarda == 1
    cumprir_guarda(agora=AGORA)
    relatorio = importar(*arquivos)

    chamado = Chamado.objects.get()
    assert relatorio.anonimizados == 1 and chamado.descricao == "" and ChamadoImportado.objects.get().numero == ""
    assert achar(fabricar_atendente(), "xilofone") == achar(fabricar_atendente(), "22007") == []


def test_os_de_quem_nao_se_sabe_nao_se_unem_como_se_fossem_de_uma_pessoa_so(importar, tmp_path):
    abertos = [ticket(n, state="new", close_at=None) for n in (7, 8)]
    importar(*do_zammad(tmp_path, abertos))
    atendente, (um, outro) = fabricar_atendente(), Chamado.objects.all()

    assert outros_da_pessoa(um, para=atendente) == []
    with pytest.raises(DestinoInvalido):
        unir_chamado(por=atendente, chave=um.chave, principal=outro.protocolo)


@pytest.mark.parametrize("estado", ["new", "open", "pending reminder", "closed"])
def test_a_pagina_abre_em_qualquer_situacao_para_quem_abriu_e_para_quem_atende(importar, tmp_path, estado):
    ana, atendente = conta("ana@orgao.exemplo"), fabricar_atendente()
    importar(*do_zammad(tmp_path, [ticket(state=estado)]))
    chamado = Chamado.objects.get()

    for pessoa in (ana, atendente):
        assert entrar(Client(), pessoa).get(f"/atendimento/chamados/{chamado.chave}/").status_code == 200
        assert entrar(Client(), pessoa).get(f"/atendimento/chamados/{chamado.chave}/prazos/").status_code == 200
    assert consultar_chamado(chamado.chave, para=ana).pk == chamado.pk


def test_a_tabela_nao_deixa_o_mesmo_chamado_vir_duas_vezes(importar, tmp_path):
    importar(*do_zammad(tmp_path))
    restricoes = {c.name for c in ChamadoImportado._meta.constraints}

    assert restricoes == {"chamado_importado_unico"}


def test_mensagem_do_sistema_nao_conta_como_resposta(importar, tmp_path):
    automatica = artigo(2, sender="System", body="Recebemos o seu pedido.", created_at="2025-03-10T12:00:05Z")
    importar(*do_zammad(tmp_path, artigos=[artigo(1), automatica]))

    assert Chamado.objects.get().primeira_resposta_em is None
    assert PassoDoChamado.objects.filter(passo=Passo.RESPONDER, texto="Recebemos o seu pedido.").exists()


def test_a_exportacao_num_arquivo_so_com_os_artigos_dentro(importar, tmp_path):
    caminho = exportar(tmp_path, "tudo.json", [ticket(articles=conversa())])

    assert importar(caminho).mensagens == 2


@pytest.fixture
def comando(tmp_path, orgao):
    """``pen importar-chamados`` com o mapa escrito num arquivo."""
    mapa = tmp_path / "mapa.toml"
    mapa.write_text(MAPA_DO_ZAMMAD.replace("{orgao}", orgao.codigo), encoding="utf-8")
    return lambda *argumentos: CliRunner().invoke(
        importacao_de_chamados, ["--de", "zammad", "--mapa", str(mapa), *map(str, argumentos)]
    )


def test_o_comando_ensaia_diz_o_que_falta_e_nao_diz_quem(comando, tmp_path):
    arquivos = do_zammad(tmp_path, [ticket(7), ticket(8, state='es"quisito'), ticket(9, created_at="ontem")])
    resultado = comando(*arquivos)

    assert resultado.exit_code == 1 and not Chamado.objects.exists()
    for frase in (
        "Ensaio: nada foi gravado.", "Chamados lidos: 2", "«closed» → encerrado/resolvido", "SEM DESTINO", '"es\\"quisito" = ""',
        "tickets.json, item 3: «created_at» não é uma data que se entenda: «ontem»", "Nem tudo tem lugar",
    ):  # fmt: skip
        assert frase in resultado.output, frase
    assert "@orgao.exemplo" not in resultado.output


def test_o_comando_para_valer_grava_e_sai_com_zero(comando, tmp_path):
    arquivos = do_zammad(tmp_path)

    assert "Tudo tem lugar. Para gravar" in comando(*arquivos).output and not Chamado.objects.exists()
    resultado = comando(*arquivos, "--para-valer")
    assert resultado.exit_code == 0 and "Novos: 1;" in resultado.output and "Tudo entrou." in resultado.output
    assert "iguais aos de antes: 1." in comando(*arquivos, "--para-valer").output
    assert "[situacoes]" in comando("--modelo-de-mapa").output


def test_o_comando_mostra_so_quantos_se_pedem(comando, tmp_path):
    resultado = comando(*do_zammad(tmp_path, [ticket(n, created_at="x") for n in range(1, 30)], []), "--mostrar", "3")

    assert resultado.exit_code == 1 and "Recusados (29):" in resultado.output and "… e mais 26." in resultado.output
