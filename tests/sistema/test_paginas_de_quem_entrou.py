"""As páginas de quem entra, acompanha, cuida de um órgão ou da central: axe, largura, política de conteúdo, e sem script."""

import pytest
from playwright.sync_api import expect

from pen.protocolo_integrado.models import Acompanhamento, Registro
from pen.protocolo_integrado.services.avisos import marca_de_cancelamento
from tests.apoio_de_navegador import COMBINACOES, abrir, defeitos, erros_do_console, marcar
from tests.fabricas.identidade import fabricar_orgao, fabricar_sistema
from tests.fabricas.pessoas import dar_papel, fabricar_central, fabricar_cpf
from tests.fabricas.protocolo import documento, enviar, interessados, movimento

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
NUMERO, ESPERADO = "50650001658201717", "50650002822201703"


@pytest.fixture
def caso(settings, tmp_path):
    """Uma pessoa da central que também gere um órgão, com um processo acompanhado e um esperado."""
    settings.PASTA_DE_DADOS, settings.CAIXA_LOCAL = tmp_path, True
    orgao = fabricar_orgao(
        sigla="ANTT", nome="Agência Nacional de Transportes Terrestres", cobertura="Só processos de 2024."
    )
    enviar(
        fabricar_sistema(orgao),
        documento(NUMERO, movimento(), movimento(quando="2024-05-05T10:00:00-03:00", operacao="Nota: " + "x" * 90),
                  assunto="Transporte de carga: multa", interessados=interessados("Ana Souza", "Beto Lima")),
        documento(assunto=""),
    )  # fmt: skip
    pessoa = dar_papel(fabricar_central(), "gestor", orgao)
    pessoa.cpf = fabricar_cpf()
    pessoa.save()
    for numero in (NUMERO, ESPERADO):
        Acompanhamento.objects.create(pessoa=pessoa, numero=numero)
    return orgao, pessoa


def paginas(orgao, pessoa):
    base = f"/orgaos/{orgao.pk}"
    return [
        "/minha-conta/", "/minha-conta/email/", "/minha-conta/segundo-fator/", "/minha-conta/excluir/", "/minha-conta/avisos/",
        "/acompanhamentos/", f"/acompanhamentos/deixar/{marca_de_cancelamento(pessoa.pk, NUMERO)}/",
        "/documentos-de-meu-interesse/", f"/protocolo/processos/{NUMERO}/", f"/protocolo/processos/{ESPERADO}/", "/auditoria/",
        "/caixa-local/", "/orgaos/", f"{base}/", f"{base}/remessas/", f"{base}/processos/", f"{base}/processos/{NUMERO}/",
        f"{base}/regras/", f"{base}/publicacao/", f"{base}/pessoas/", "/central/",
    ]  # fmt: skip


@pytest.mark.parametrize(("largura", "contraste"), COMBINACOES)
def test_axe_nao_acha_violacao_e_nada_transborda(navegador, live_server, caso, largura, contraste):
    reclamacoes: list[object] = []
    for pessoa, enderecos in (
        (caso[1], paginas(*caso)),
        (None, ["/entrar/", "/entrar/email/", f"/protocolo/processos/{NUMERO}/"]),
    ):
        tela = abrir(navegador, largura, base=live_server.url, pessoa=pessoa, contraste=contraste)
        erros = erros_do_console(tela, "404")
        for pagina in enderecos:
            resposta = tela.goto(live_server.url + pagina)
            assert resposta.status in {200, 404}, pagina
            reclamacoes += defeitos(tela, pagina)
        reclamacoes += erros

    assert reclamacoes == []


def test_sem_script_o_gestor_oculta_um_processo_e_ele_some(navegador, live_server, caso):
    orgao, pessoa = caso
    tela = abrir(navegador, base=live_server.url, pessoa=pessoa, script=False)
    tela.goto(f"{live_server.url}/orgaos/{orgao.pk}/processos/")
    tela.get_by_label("Número do processo").fill("50650.001658/2017-17")
    tela.get_by_role("button", name="Abrir processo").click()
    marcar(tela, "Nada: como se o processo não existisse")
    tela.get_by_label("Motivo").first.fill("Segredo de justiça")
    tela.get_by_role("button", name="Decidir").click()

    expect(tela.locator("main")).to_contain_text("oculto")
    assert Registro.objects.get(numero=NUMERO).visibilidade == 2
