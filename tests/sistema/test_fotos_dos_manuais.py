"""As fotos dos manuais, tiradas da própria página: quando ela muda, a foto envelhece, e o teste diz.

De cada foto compara-se o que se lê na parte fotografada, e em que estrutura, com o que se guardou ao tirá-la. Com
``GRAVAR_FOTOS=1`` tiram-se de novo as que envelheceram; com ``GRAVAR_FOTOS=todas``, todas (a cara mudou, e o texto não).
"""

import difflib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.apoio_de_navegador import abrir
from tests.sistema.cena_dos_manuais import AGORA, Cena, montar_cena

pytestmark = [pytest.mark.sistema, pytest.mark.django_db(transaction=True)]
FOTOS = Path(__file__).parents[2] / "docs/manuais/imagens"
GRAVAR = os.environ.get("GRAVAR_FOTOS", "")
CORES = 128  # bastam a uma página, e o arquivo fica com um terço do tamanho
LARGURA = 1024  # da tela; maior, a letra ficaria pequena na coluna de um artigo
MARGEM = 16  # pixels em volta da parte fotografada
# Onde está a parte na página; de um bloco, do título em diante, sem o traço que o separa do de cima.
CAIXA = """parte => {
  const { left, right, bottom } = parte.getBoundingClientRect();
  const { top } = (parte.matches(".bloco") ? parte.firstElementChild : parte).getBoundingClientRect();
  return { left, right, top: top + scrollY, bottom: bottom + scrollY };
}"""
# Marca tudo o que há da primeira à última parte: os irmãos, do que tem uma ao que tem a outra.
MARCAR = """([primeira, ultima]) => {
  let junto = primeira;
  while (!junto.contains(ultima)) junto = junto.parentElement;
  const irmaos = junto === primeira ? [junto] : [...junto.children];
  const onde = parte => irmaos.findIndex(irmao => irmao.contains(parte));
  irmaos.slice(onde(primeira), onde(ultima) + 1).forEach(irmao => irmao.setAttribute("data-na-foto", ""));
}"""
NUMERO = re.compile(r"(?<!level=)\d+(?:[.,:/-]\d+)*")


@dataclass(frozen=True)
class Foto:
    """Uma foto: quem abre que endereço, o que faz antes, e da primeira à última parte que se enquadra."""

    nome: str
    quem: str | None
    endereco: str
    partes: tuple[str, ...]
    antes: Callable[[Page], object] | None = None
    largura: int = LARGURA


def secao(titulo: str) -> str:
    """A seção cujo título tem este id."""
    return f"section[aria-labelledby={titulo}]"


def escrever_o_assunto(tela: Page) -> None:
    tela.locator("[name=assunto]").fill("Erro ao assinar documento")
    tela.get_by_text("Você já tem chamados parecidos").wait_for()


def abrir_a_busca(tela: Page) -> None:
    """Abre a busca avançada; as datas do fim ficam fora da foto, porque o navegador as escreve na língua dele."""
    tela.locator("form.consulta summary").click()


def clicar(botao: str) -> Callable[[Page], object]:
    return lambda tela: tela.get_by_role("button", name=botao, exact=True).click()


def perguntar(tela: Page) -> None:
    tela.get_by_label("Sua pergunta").fill("erro ao assinar")
    tela.get_by_role("button", name="Perguntar", exact=True).click()
    tela.get_by_text("Resolveu?").wait_for()


CHAMADO, ORGAO = "/atendimento/chamados/{novo}/", "/orgaos/{orgao}/"
TODAS = [
    Foto("inicio-consulta", None, "/", (".faixa-destaque .conteiner",)),
    Foto("busca-avancada", None, "/protocolo/consulta/", ("form .campo >> nth=0", "form .campo >> nth=4"), abrir_a_busca),
    Foto("processo", None, "/protocolo/processos/{processo}/", ("main .titulo-com-acao", secao("historico"))),
    Foto("nao-encontrado", None, "/protocolo/processos/{esperado}/", ("main h1", "main .acompanhar"), largura=360),
    Foto("conferir-numero", None, "/nup/?numero=50650.001658/2017-17", (secao("resultado"),)),
    Foto("base-de-conhecimento", None, "/conhecimento/?palavras=assinar", ("main h1", ".lista-de-artigos")),
    Foto("assistente", None, "/assistente/", ("main h1", ".conversa-falas"), perguntar),
    Foto("entrar", None, "/entrar/", ("main h1", secao("com-email"))),
    Foto("avaliar", None, "/atendimento/avaliacoes/{avaliacao}/", ("main h1", "main form")),
    Foto("unidade", None, "/nup/unidades/{unidade}/", ("main h1", secao("historia"))),
    Foto("central-esferas", None, "/atendimento/", ("main h2 >> nth=0", "main .cartoes")),
    Foto("acompanhamentos", "cidadã", "/acompanhamentos/", ("main h1", secao("incluir"))),
    Foto("avisos", "cidadã", "/minha-conta/avisos/", (secao("como"),)),
    Foto("segundo-fator", "cidadã", "/minha-conta/", (secao("segundo-fator"),)),
    Foto("parecidos", "solicitante", "/atendimento/federal/sei/reportar-erro/", ("main h1", "main form"), escrever_o_assunto),
    Foto("meus-chamados", "solicitante", "/atendimento/chamados/", ("main h1", "main table")),
    Foto("chamado-esperando", "solicitante", "/atendimento/chamados/{espera}/", ("main h1", "main .br-message")),
    Foto("adesao-passos", "responsável", "/adesao/{adesao}/", ("main h1", secao("passos"))),
    Foto("conferencia-da-adesao", "responsável", "/adesao/{adesao}/", (secao("conferencia"),)),
    Foto("documento-recusado", "gestor", ORGAO + "remessas/{remessa}/", ("article.bloco",)),
    Foto("monitor-do-orgao", "gestor", ORGAO, ("main .titulo-com-acao", "main .destaques")),
    Foto("credenciais", "gestor", ORGAO + "credenciais/", ("main h1", secao("criar"))),
    Foto("decidir-visibilidade", "gestor", ORGAO + "processos/{processo}/", (secao("decidir"),)),
    Foto("cadastro-de-unidades", "gestor", "/nup/cadastro/", ("main h1", secao("orgaos"))),
    Foto("dar-numeros", "gestor", "/nup/unidades/{unidade}/numeros/", ("main h1", secao("dados"))),
    Foto("fila", "atendente", "/atendimento/fila/", ("main h1", ".acao-em-lote")),
    Foto("fazer-num-chamado", "atendente", CHAMADO, (secao("fazer"),)),
    Foto("encaminhar", "atendente", CHAMADO + "?passo=encaminhar", ("#passo-encaminhar",)),
    Foto("macro", "atendente", CHAMADO + "?macro={macro}", (secao("macro"),)),
    Foto("redacao", "central", "/conhecimento/redacao/", ("main h1", "main table")),
    Foto("equipes", "central", "/atendimento/equipes/", ("main h1", "main section >> nth=0")),
    Foto("politica-de-silencio", "central", "/atendimento/politica/", ("main h1", "main form")),
    Foto("editor-de-formulario", "central", "/atendimento/cadastro/tipos/{tipo}/", ("main h1", "main fieldset >> nth=0")),
    Foto("gatilho", "central", "/atendimento/automacao/gatilhos/{gatilho}/", ("main h1", "main .so-botao"), clicar("Ensaiar")),
    Foto("painel-da-central", "central", "/atendimento/painel/", ("main h2 >> nth=0", "main .destaques")),
    Foto("guarda", "central", "/atendimento/guarda/", ("main h1", "main table >> nth=0")),
    Foto("desligar-segundo-fator", "central", "/central/segundo-fator/", ("main h1", "main form")),
    Foto("consultas-gerenciais", "central", "/central/", ("main h2 >> nth=0", "main .destaques")),
]  # fmt: skip


class Estudio:
    """O navegador diante da cena: uma tela para cada pessoa e largura, que serve a todas as fotos dela."""

    def __init__(self, navegador: Browser, base: str, cena: Cena) -> None:
        self._navegador, self._base, self._cena = navegador, base, cena
        self._telas: dict[tuple[str | None, int], Page] = {}

    def posar(self, foto: Foto) -> Page:
        """A página pronta para a foto."""
        tela = self._tela(foto.quem, foto.largura)
        resposta = tela.goto(self._base + foto.endereco.format(**self._cena.partes))
        assert resposta and resposta.status in {200, 404}, f"{foto.nome}: {resposta and resposta.status}"
        if foto.antes:
            foto.antes(tela)
        return tela

    def _tela(self, quem: str | None, largura: int) -> Page:
        if (quem, largura) not in self._telas:
            pessoa = self._cena.pessoas[quem] if quem else None
            self._telas[quem, largura] = abrir(self._navegador, largura, base=self._base, pessoa=pessoa)
        return self._telas[quem, largura]


def ler(tela: Page, foto: Foto) -> str:
    """O que se lê na foto, e em que estrutura; sem endereços, e com os números trocados por zeros."""
    tela.evaluate(MARCAR, [tela.locator(parte).first.element_handle() for parte in (foto.partes[0], foto.partes[-1])])
    partes = [parte.aria_snapshot() for parte in tela.locator("[data-na-foto]").all()]
    linhas = [linha for parte in partes for linha in parte.splitlines() if "- /url:" not in linha]
    return NUMERO.sub("0", "\n".join(linhas)) + "\n"


def tirar(tela: Page, foto: Foto) -> bytes:
    """O PNG da primeira à última parte, com poucas cores."""
    tela.evaluate("document.fonts.ready")
    caixas = [tela.locator(parte).first.evaluate(CAIXA) for parte in foto.partes]
    x, y = (min(caixa[lado] for caixa in caixas) - MARGEM for lado in ("left", "top"))
    direita, fundo = (max(caixa[lado] for caixa in caixas) + MARGEM for lado in ("right", "bottom"))
    x, y, direita = max(x, 0), max(y, 0), min(direita, foto.largura)
    inteira = tela.screenshot(
        clip={"x": x, "y": y, "width": direita - x, "height": fundo - y},
        full_page=True,
        animations="disabled",
        caret="hide",
        scale="css",
    )
    saida = BytesIO()
    Image.open(BytesIO(inteira)).convert("RGB").quantize(CORES, dither=Image.Dither.NONE).save(saida, "PNG", optimize=True)
    return saida.getvalue()


def conferir(tela: Page, foto: Foto) -> str:
    """O que mudou desde que a foto foi tirada; com ``GRAVAR_FOTOS``, tira outra, e nada mudou."""
    lido, guardado = ler(tela, foto), FOTOS / f"{foto.nome}.txt"
    antes = guardado.read_text() if guardado.exists() else ""
    if GRAVAR and (GRAVAR == "todas" or lido != antes):
        (FOTOS / f"{foto.nome}.png").write_bytes(tirar(tela, foto))
        guardado.write_text(lido)
        return ""
    mudou = [
        linha
        for linha in difflib.unified_diff(antes.splitlines(), lido.splitlines(), lineterm="", n=0)
        if not linha.startswith(("---", "+++", "@@"))
    ]
    return "\n".join(mudou)


def test_as_fotos_dos_manuais_nao_envelheceram(navegador, live_server, monkeypatch, settings):
    monkeypatch.setattr(timezone, "now", lambda: AGORA)
    settings.GOVBR_EMISSOR, settings.GOVBR_CLIENTE = "https://sso.exemplo/", "cliente"
    estudio = Estudio(navegador, live_server.url, montar_cena())

    velhas = {foto.nome: mudou for foto in TODAS if (mudou := conferir(estudio.posar(foto), foto))}

    frases = [f"A foto «{nome}» envelheceu:\n{mudou}" for nome, mudou in velhas.items()]
    assert not velhas, "\n\n".join(
        [*frases, "Se a página mudou de propósito, tire-as de novo com GRAVAR_FOTOS=1, e olhe-as."]
    )


def test_ha_uma_foto_na_tabela_para_cada_uma_guardada():
    nomes = [foto.nome for foto in TODAS]

    assert sorted(nomes) == sorted(a.stem for a in FOTOS.glob("*.png")) and len(set(nomes)) == len(nomes)
