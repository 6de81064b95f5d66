"""``pen importar-chamados``: traz os chamados de outro sistema. Sem ``--para-valer``, é um ensaio: lê tudo e não grava nada."""

from collections.abc import Iterator
from pathlib import Path

import click
from django.utils import timezone
from tqdm import tqdm

from pen.atendimento.enums import SistemaDeOrigem
from pen.atendimento.errors import MapaInvalido
from pen.atendimento.selectors.importacao import escrever_modelo_de_mapa
from pen.atendimento.services.importacao import Relatorio, importar_chamados
from pen.atendimento.values.exportacao.mapa import TABELAS, ler_mapa
from pen.atendimento.values.exportacao.modelo import Modo
from pen.atendimento.values.exportacao.origens import ler_exportacao

BARRA = "{desc} {n_fmt}, {rate_fmt}"
TITULOS = {"situacoes": "Situações", "produtos": "Categorias", "orgaos": "Entidades", "equipes": "Grupos"}
ARQUIVO = click.Path(exists=True, dir_okay=False, path_type=Path)
PASTA = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("importar-chamados")
@click.argument("arquivos", nargs=-1, type=ARQUIVO, metavar="ARQUIVO...")
@click.option("--de", "sistema", type=click.Choice(SistemaDeOrigem.values), required=True, help="O sistema que exportou.")
@click.option("--mapa", type=ARQUIVO, help="O que cada palavra de lá vira aqui, em TOML.")
@click.option("--para-valer", is_flag=True, help="Grava; sem isto, só ensaia.")
@click.option("--anexos", type=PASTA, help="Onde estão os anexos; se não, a pasta «anexos» ao lado do primeiro arquivo.")
@click.option("--mostrar", default=20, show_default=True, type=click.IntRange(0, 1000), help="Quantos de cada lista.")
@click.option("--modelo-de-mapa", is_flag=True, help="Escreve um mapa por preencher, com o que há aqui, e termina.")
@click.pass_context
def comando(
    ctx: click.Context, arquivos: tuple[Path, ...], sistema: str, mapa: Path | None, para_valer: bool, anexos: Path | None,
    mostrar: int, modelo_de_mapa: bool,
) -> None:  # fmt: skip
    """Traz os chamados que o GLPI ou o Zammad exportou. Sai com 0 só se tudo o que se leu tem lugar aqui."""
    origem = SistemaDeOrigem(sistema)
    if modelo_de_mapa:
        click.echo(escrever_modelo_de_mapa(origem), nl=False)
        return
    if not arquivos:
        raise _falta(ctx, "arquivos")
    if mapa is None:
        raise _falta(ctx, "mapa")
    lido = ler_mapa(_texto_do_mapa(mapa), sistema=sistema)
    pasta = anexos or arquivos[0].parent / "anexos"
    agora = timezone.now()
    modo = Modo(lido.fuso, lido.categoria, lido.colunas, pasta if pasta.is_dir() else None)
    with tqdm(desc="Chamados", bar_format=BARRA, unit=" chamados") as barra:
        relatorio = importar_chamados(
            ler_exportacao(origem, arquivos, modo, agora=agora),
            lido,
            agora=agora,
            ensaio=not para_valer,
            ao_avancar=barra.update,
        )
    for linha in _em_palavras(relatorio, ensaio=not para_valer, mostrar=mostrar):
        click.echo(linha)
    if not relatorio.completo or not relatorio.chamados:
        ctx.exit(1)


def _falta(ctx: click.Context, nome: str) -> click.MissingParameter:
    return click.MissingParameter(ctx=ctx, param=next(p for p in ctx.command.params if p.name == nome))


def _texto_do_mapa(caminho: Path) -> str:
    try:
        return caminho.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise MapaInvalido(f"«{caminho}» não é um texto em UTF-8.") from None


def _em_palavras(r: Relatorio, *, ensaio: bool, mostrar: int) -> Iterator[str]:
    yield "Ensaio: nada foi gravado." if ensaio else "Importação."
    yield ""
    yield f"Chamados lidos: {r.chamados}; mensagens: {r.mensagens}, das quais {r.internas} internas."
    yield from _o_que_houve(r, ensaio=ensaio)
    yield f"Pessoas, pelo e-mail: {len(r.pessoas)} têm conta aqui; de {len(r.desconhecidas)}, que não têm, não fica nada."
    yield f"Anexos: {r.anexos} aceitos; {r.quantos_anexos_recusados} recusados; de {r.anexos_ausentes} não veio o conteúdo."
    if r.datas_acertadas:
        yield f"Mensagens que diziam ser de antes da abertura, e ficam com a data dela: {r.datas_acertadas}."
    if r.passados_da_guarda:
        yield f"Encerrados há mais que o prazo de guarda, que a próxima rodada anonimiza: {r.passados_da_guarda}."
    for parte in ("situacoes", "produtos", "orgaos", "equipes"):
        yield from _tabela(r, parte, mostrar)
    yield from _lista("Recusados", [f"{x.onde}: {x.razao}" for x in r.recusados], r.quantos_recusados, mostrar)
    frases = [f"{x.onde}: {x.razao}" for x in r.anexos_recusados]
    yield from _lista("Anexos recusados", frases, r.quantos_anexos_recusados, mostrar)
    if r.sem_destino:
        yield from _a_preencher(r)
    yield ""
    yield _conclusao(r, ensaio=ensaio)


def _o_que_houve(r: Relatorio, *, ensaio: bool) -> Iterator[str]:
    if ensaio:
        yield f"Seriam novos: {r.novos}; já importados antes: {r.iguais}."
        return
    yield f"Novos: {r.novos}; alterados: {r.alterados}; iguais aos de antes: {r.iguais}."
    yield f"Mensagens gravadas: {r.mensagens_gravadas}."
    if r.anonimizados:
        yield f"Anonimizados aqui, que não voltam: {r.anonimizados}."


def _tabela(r: Relatorio, parte: str, mostrar: int) -> Iterator[str]:
    """De cada valor de lá, quantos são e o que viram."""
    linhas = [(n, f"«{valor}» → {destino}") for (valor, destino), n in r.destinos[parte].items()]
    linhas += [(n, f"«{valor}» → SEM DESTINO") for valor, n in r.sem_destino.get(parte, {}).items()]
    em_ordem = sorted(linhas, key=lambda linha: (-linha[0], linha[1]))
    yield from _lista(TITULOS[parte], [f"{n:>7}  {frase}" for n, frase in em_ordem], len(em_ordem), mostrar)


def _lista(titulo: str, linhas: list[str], quantos: int, mostrar: int) -> Iterator[str]:
    if not quantos:
        return
    yield ""
    yield f"{titulo} ({quantos}):"
    yield from (f"  {linha}" for linha in linhas[:mostrar])
    if quantos > mostrar:
        yield f"  … e mais {quantos - min(mostrar, len(linhas))}."


def _a_preencher(r: Relatorio) -> Iterator[str]:
    """O que falta no mapa, já na forma dele."""
    yield ""
    yield "Falta dizer no mapa:"
    for parte in TABELAS:
        if valores := r.sem_destino.get(parte):
            yield f"[{parte}]"
            yield from (f'"{_escapar(valor)}" = ""' for valor in sorted(valores))


def _escapar(valor: str) -> str:
    return valor.replace("\\", "\\\\").replace('"', '\\"')


def _conclusao(r: Relatorio, *, ensaio: bool) -> str:
    if not r.chamados:
        return "Não há chamados nestes arquivos."
    if r.completo:
        return "Tudo tem lugar. Para gravar, repita com --para-valer." if ensaio else "Tudo entrou."
    return "Nem tudo tem lugar: acerte o mapa ou os arquivos, e repita. O que já entrou não se repete."
