"""As regras de crescimento que o banco não vê: o que o código escreve ao ler e gravar as tabelas do registro.

Lê as fontes, não o que roda: SQL em textos (inclusive os montados com ``f""``), e o ORM nos módulos que importam um dos modelos. Um
nome de tabela que só exista numa variável não é visto.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pen
from pen.protocolo_integrado.selectors.esquema import DE_UM_PROCESSO, TABELAS, Conferida

FONTES = Path(pen.__file__).parent
CHAVES = {"numero", "orgao_id", "orgao", "chave", "ordem"}
SEM_DESLOCAMENTO = "Nenhuma lista do registro é paginada por deslocamento."
CHAVE_NUNCA_MUDA = "Nenhum comando troca a chave de uma linha."
_MODELOS = {modelo.__name__ for modelo in DE_UM_PROCESSO}
_TABELA = re.compile(rf"\b({'|'.join(TABELAS)})\b")
_FALA_DO_REGISTRO = re.compile(rf"\b({'|'.join([*TABELAS, *_MODELOS])})\b")
_TROCAS = re.compile(r"\bSET\b(.*?)(?:\bWHERE\b|\bFROM\b|\bRETURNING\b|$)", re.I | re.S)
_CHAVE = "|".join(sorted(CHAVES))
_TROCA_DE_CHAVE = re.compile(rf"(?:^|,)\s*(?:{_CHAVE})\s*=|^\s*\([^)]*\b(?:{_CHAVE})\b[^)]*\)\s*=", re.I)


def regras_do_codigo(pasta: Path = FONTES) -> list[Conferida]:
    """As duas regras do código, conferidas em todas as fontes da ``pasta``, menos as migrações."""
    deslocam, trocam = [], []
    for arquivo in sorted(pasta.rglob("*.py")):
        texto, caminho = arquivo.read_text(), arquivo.relative_to(pasta).as_posix()
        if "migrations" not in arquivo.parts and _FALA_DO_REGISTRO.search(texto):
            deslocam += [f"{caminho}: {onde}" for onde in deslocamentos(texto)]
            trocam += [f"{caminho}: {onde}" for onde in trocas_de_chave(texto)]
    return [
        Conferida("sem-deslocamento", SEM_DESLOCAMENTO, "código", deslocam),
        Conferida("chave-nunca-muda", CHAVE_NUNCA_MUDA, "código", trocam),
    ]


def deslocamentos(texto: str) -> list[str]:
    """As funções que pulam linhas do registro: ``OFFSET`` em SQL, fatia de consulta que não começa do zero, ``Paginator``."""
    arvore = ast.parse(texto)
    achados = [onde for onde, sql in _textos(arvore) if _TABELA.search(sql) and re.search(r"\bOFFSET\b", sql, re.I)]
    if _usa_o_registro(arvore):
        achados += [onde for onde, no in _com_lugar(arvore) if _pula(no)]
    return sorted(set(achados))


def trocas_de_chave(texto: str) -> list[str]:
    """As funções que gravam numa coluna da chave de uma linha que já existe."""
    arvore = ast.parse(texto)
    achados = [onde for onde, sql in _textos(arvore) if _TABELA.search(sql) and _troca_em_sql(sql)]
    if _usa_o_registro(arvore):
        achados += [onde for onde, no in _com_lugar(arvore) if isinstance(no, ast.Call) and _troca_pelo_orm(no)]
    return sorted(set(achados))


def _pula(no: ast.AST) -> bool:
    if isinstance(no, ast.Subscript) and isinstance(no.value, ast.Call) and isinstance(no.slice, ast.Slice):
        return no.slice.lower is not None and not isinstance(no.slice.lower, ast.Constant)
    return isinstance(no, ast.Name) and no.id == "Paginator"


def _troca_em_sql(sql: str) -> bool:
    return any(_TROCA_DE_CHAVE.search(troca) for troca in _TROCAS.findall(sql))


def _troca_pelo_orm(chamada: ast.Call) -> bool:
    metodo = chamada.func.attr if isinstance(chamada.func, ast.Attribute) else ""
    if metodo == "update":
        return any(argumento.arg in CHAVES for argumento in chamada.keywords)
    if metodo not in {"save", "bulk_update", "bulk_create"}:
        return False
    listas = [a for a in chamada.args if isinstance(a, ast.List)]
    listas += [a.value for a in chamada.keywords if a.arg in {"fields", "update_fields"} and isinstance(a.value, ast.List)]
    return any(isinstance(item, ast.Constant) and item.value in CHAVES for lista in listas for item in lista.elts)


def _usa_o_registro(arvore: ast.Module) -> bool:
    return any(
        isinstance(no, ast.ImportFrom)
        and (no.module or "").startswith("pen.protocolo_integrado")
        and not _MODELOS.isdisjoint(item.name for item in no.names)
        for no in ast.walk(arvore)
    )


def _textos(arvore: ast.Module) -> Iterator[tuple[str, str]]:
    for onde, no in _com_lugar(arvore):
        if isinstance(no, ast.JoinedStr):
            yield onde, "".join(str(p.value) if isinstance(p, ast.Constant) else " ? " for p in no.values)
        elif isinstance(no, ast.Constant) and isinstance(no.value, str):
            yield onde, no.value


def _com_lugar(no: ast.AST, onde: str = "módulo") -> Iterator[tuple[str, ast.AST]]:
    """Cada parte do código com a função (ou a constante) em que está; as descrições ficam de fora."""
    for parte in ast.iter_child_nodes(no):
        if isinstance(parte, ast.Expr) and isinstance(parte.value, ast.Constant):
            continue
        lugar = onde
        if isinstance(parte, ast.FunctionDef):
            lugar = parte.name
        elif isinstance(parte, ast.Assign) and onde == "módulo" and isinstance(parte.targets[0], ast.Name):
            lugar = parte.targets[0].id
        yield lugar, parte
        yield from _com_lugar(parte, lugar)
