"""O Monitor e o painel no navegador: axe, celular e mesa, alto contraste, sem script."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pen.identidade.models import Pessoa
from pen.protocolo_integrado.models import (
    AcompanhamentosDoDia,
    AlertaDeIntegracao,
    AtrasosDoDia,
    AvisosDoDia,
    ConsultasDoDia,
    EspeciesDoDia,
    RecusasDoDia,
    Remessa,
    TotalDoDia,
)
from tests.apoio_de_navegador import abrir, defeitos, erros_do_console
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import fabricar_central
from tests.fabricas.protocolo import documento, enviar
from tests.protocolo_integrado.test_integracao import integrar

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def gestao(live_server) -> tuple[str, list[str], Pessoa]:
    """O endereço, as páginas a abrir e alguém da equipe central, com um mês de dados."""
    orgaos = [
        fabricar_orgao(sigla=f"ORG{n}", nome=f"Órgão de Nome Comprido {n}", uf=uf) for n, uf in enumerate(("DF", "SP", ""))
    ]
    hoje = timezone.localdate()
    for n in range(30):
        dia = hoje - timedelta(days=n)
        for m, orgao in enumerate(orgaos, start=1):
            quantos = (n * 7 % 11 + 1) * m
            TotalDoDia.objects.create(dia=dia, orgao=orgao, remessas=quantos, documentos=90 * quantos, novos=80 * quantos,
                                      repetidos=9 * quantos, recusados=quantos, andamentos_novos=300 * quantos)  # fmt: skip
            RecusasDoDia.objects.create(dia=dia, orgao=orgao, codigo=f"NF00{m + 3}", quantas=quantos)
            AtrasosDoDia.objects.create(dia=dia, orgao=orgao, faixa=(n + m) % 5, quantos=300 * quantos)
            EspeciesDoDia.objects.create(
                dia=dia, orgao=orgao, especie=f"Espécie de processo número {m}", novos=80 * quantos
            )
            ConsultasDoDia.objects.create(dia=dia, orgao=orgao, quantas=700 * quantos)
        AcompanhamentosDoDia.objects.create(dia=dia, orgao=None, pessoas=1000 - n, acompanhamentos=3000 - n)
        AvisosDoDia.objects.create(dia=dia, enviadas=500 + n, falharam=n)
    for orgao, dias in zip(orgaos, (0, 3, 9), strict=True):
        integrar(timedelta(days=dias), orgao)
        AlertaDeIntegracao.objects.create(
            orgao=orgao, ultima_carga_em=timezone.now() - timedelta(days=3), aberto_em=timezone.now() - timedelta(days=1)
        )
    ruim = documento(assunto=" ", bruto=lambda: "<Documento>longo</Documento>" * 60)
    enviar(fabricar_sistema(orgaos[0]), documento(), ruim)
    base, ano = f"/orgaos/{orgaos[0].pk}/", f"desde={hoje - timedelta(days=90)}&ate={hoje}&agrupar=dia"
    paginas = ["/central/", f"/central/?{ano}", "/central/?desde=x", "/orgaos/?q=ORG", base, f"/orgaos/{orgaos[2].pk}/",
               f"{base}remessas/", f"{base}remessas/{Remessa.objects.get().pk}/"]  # fmt: skip
    return live_server.url, paginas, fabricar_central()


@pytest.mark.parametrize(
    ("largura", "contraste", "script"), [(360, "alto", True), (1280, "normal", True), (360, "normal", False)]
)
def test_monitor_e_painel_sao_acessiveis_e_cabem_na_tela(navegador, gestao, largura, contraste, script):
    portal, paginas, pessoa = gestao
    tela = abrir(navegador, largura, base=portal, pessoa=pessoa, contraste=contraste, script=script)
    erros, achados = erros_do_console(tela), []
    for pagina in paginas:
        resposta = tela.goto(portal + pagina)
        assert resposta and resposta.status == 200, pagina
        if not script:
            continue
        tela.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        achados += defeitos(tela, pagina)

    assert achados == [] and erros == []
