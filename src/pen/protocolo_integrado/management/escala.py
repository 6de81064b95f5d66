"""``pen escala``: conferir se o registro pode crescer, e reparti-lo com o serviço no ar. Como usar: docs/operar/escala.md."""

import json
from collections.abc import Iterable

import click
from tqdm import tqdm

from pen.protocolo_integrado.selectors.codigo import regras_do_codigo
from pen.protocolo_integrado.selectors.esquema import (
    FORA,
    TABELAS,
    Conferida,
    quebradas,
    regras_do_esquema,
    situacao_da_distribuicao,
)
from pen.protocolo_integrado.services import fragmentos as citus
from pen.protocolo_integrado.services import particoes as nativas

BARRA = "{desc:<12} {percentage:3.0f}% |{bar}| {n_fmt} de {total_fmt}, {rate_fmt}, faltam {remaining}"


@click.group("escala")
def comando() -> None:
    """As regras que deixam o registro crescer, e a repartição dele em partes."""


@comando.command("conferir")
@click.option("--json", "em_json", is_flag=True)
def conferir(em_json: bool) -> int:
    """Confere as regras de crescimento no banco em uso e no código. Sai com 1 se alguma não se cumpre."""
    conferidas = [*regras_do_esquema(), *regras_do_codigo()]
    situacao = situacao_da_distribuicao()
    if em_json:
        regras = [c._asdict() | {"cumprida": not c.onde} for c in conferidas]
        click.echo(
            json.dumps({"situacao": situacao._asdict(), "regras": regras, "fora": FORA}, ensure_ascii=False, indent=1)
        )
    else:
        _escrever(conferidas)
        partes = f"em {situacao.particoes} partes" if situacao.particoes else "inteiro"
        click.echo(f"Registro {partes}; {len(conferidas)} conferências, {len(quebradas(conferidas))} não se cumprem.")
        if situacao.copiando:
            click.echo(f"Há uma cópia em {situacao.copiando} partes pela metade: continue-a, ou «pen escala descartar».")
        if situacao.ha_antes:
            click.echo("As tabelas de antes ainda ocupam disco: «pen escala descartar».")
    return 1 if quebradas(conferidas) else 0


@comando.command("distribuir")
@click.option("--particoes", type=int, help="Repartir neste PostgreSQL, em tantas partes.")
@click.option("--fragmentos", type=int, help="Repartir entre máquinas, com a extensão Citus.")
@click.option("--ensaio", is_flag=True, help="Confere, mede uma amostra e não deixa nada.")
def distribuir(particoes: int | None, fragmentos: int | None, ensaio: bool) -> None:
    """Reparte o registro pelo número do processo, com o serviço no ar. Se parar no meio, rode de novo: continua."""
    if (particoes is None) == (fragmentos is None):
        raise click.UsageError("Informe --particoes ou --fragmentos, um dos dois.")
    if fragmentos is not None and ensaio:
        raise click.UsageError("O ensaio só existe com --particoes.")
    with nativas.distribuicao_exclusiva():
        if fragmentos is not None:
            citus.distribuir_em_fragmentos(fragmentos)
            click.echo(f"Registro repartido em {fragmentos} fragmentos.")
        elif ensaio:
            _dizer_ensaio(nativas.ensaiar(particoes or 0), particoes or 0)
        else:
            _repartir(particoes or 0)


@comando.command("descartar")
def descartar() -> None:
    """Exclui o que a repartição deixou: a cópia pela metade ou, feita a troca, as tabelas de antes."""
    with nativas.distribuicao_exclusiva():
        excluidas = nativas.descartar()
    click.echo(f"Excluídas: {', '.join(excluidas)}." if excluidas else "Não havia nada a descartar.")


def _repartir(particoes: int) -> None:
    nativas.preparar_copia(particoes)
    total, feitos = nativas.bytes_a_copiar()
    try:
        with tqdm(
            total=total, initial=feitos, desc="Copiando", unit="B", unit_scale=True, unit_divisor=1024, bar_format=BARRA
        ) as barra:
            for lidos in nativas.copiar():
                barra.update(lidos)
        for tabela in _com_barra("Preparando"):
            nativas.preparar_leitura(tabela)
        linhas = {tabela: nativas.conferir_copia(tabela) for tabela in _com_barra("Conferindo")}
        nativas.trocar_tabelas()
    except KeyboardInterrupt:
        click.echo("Parado no meio; o registro continua como estava. Rode de novo para continuar.", err=True)
        raise
    for tabela, quantas in linhas.items():
        click.echo(f"{tabela}: {quantas} linhas, iguais às de antes.")
    click.echo(f"Registro em {particoes} partes. As tabelas de antes ficam até «pen escala descartar».")


def _com_barra(desc: str) -> Iterable[str]:
    barra: Iterable[str] = tqdm(TABELAS, desc=desc, bar_format=BARRA, unit=" tabelas")
    return barra


def _escrever(conferidas: list[Conferida]) -> None:
    for c in conferidas:
        click.echo(
            f"{'QUEBRADA' if c.onde else 'cumprida'}  {c.regra:<18} {c.tabela}"
            + (f": {'; '.join(c.onde)}" if c.onde else "")
        )
    for frase in dict.fromkeys(c.frase for c in quebradas(conferidas)):
        click.echo(f"A regra: {frase}")
    click.echo("De fora, de propósito:")
    for nome, motivo in FORA.items():
        click.echo(f"  {nome}: {motivo}")


def _dizer_ensaio(e: nativas.Ensaio, particoes: int) -> None:
    livre = "não se sabe daqui; confira no servidor" if e.livre is None else _gb(e.livre)
    click.echo(
        f"Pode ser repartido em {particoes} partes. {e.copiadas} linhas copiadas em {e.segundos:.1f} s, e excluídas."
    )
    click.echo(f"O registro: perto de {e.linhas} linhas, {_gb(e.tamanho)} com os índices.")
    click.echo(
        f"Tempo estimado da cópia: {_duracao(e.estimados)}, nesta máquina e com a carga de agora; conferir é à parte."
    )
    click.echo(f"Disco preciso: {_gb(e.precisos)}, mais outro tanto de WAL de passagem. Livre: {livre}.")


def _gb(quantos: int) -> str:
    return f"{quantos / 1e9:.2f} GB".replace(".", ",")


def _duracao(segundos: float) -> str:
    minutos, resto = divmod(round(segundos), 60)
    return f"{minutos // 60} h {minutos % 60} min" if minutos >= 60 else f"{minutos} min {resto} s"
