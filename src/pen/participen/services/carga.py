"""O começo de uma instalação: as categorias, as etiquetas, as regras e a política. Não muda o que já existe."""

import tomllib
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from pen.conhecimento.public import Produto, produtos_do_catalogo
from pen.participen.models import Categoria, Etiqueta, GrupoDeEtiquetas, PoliticaDeModeracao
from pen.participen.selectors.conduta import politica_em_vigor, regras_em_vigor
from pen.participen.services.conduta import publicar_regras

DADOS = Path(__file__).parent.parent / "dados"
ATE_CONFIAR = 1  # publicações de quem chega que a moderação lê antes


@transaction.atomic
def carregar_forum() -> int:
    """Numa instalação sem categorias, as do começo; devolve quantas são novas. Rodar de novo não muda nada."""
    if regras_em_vigor() is None:
        publicar_regras(por=None, texto=(DADOS / "regras.md").read_text(encoding="utf-8"))
    if politica_em_vigor() is None:
        PoliticaDeModeracao.objects.create(ate_confiar=ATE_CONFIAR, desde=timezone.now())
    dados = tomllib.loads((DADOS / "forum.toml").read_text(encoding="utf-8"))
    if not GrupoDeEtiquetas.objects.exists():
        for ordem, grupo in enumerate(dados["grupo"]):
            criado = GrupoDeEtiquetas.objects.create(nome=grupo["nome"], ordem=ordem)
            Etiqueta.objects.bulk_create(Etiqueta(grupo=criado, **etiqueta) for etiqueta in grupo["etiqueta"])
    if Categoria.objects.exists():
        return 0
    produtos: dict[str, Produto] = {p.codigo: p for p in produtos_do_catalogo()}
    return len(
        Categoria.objects.bulk_create(
            Categoria(
                codigo=c["codigo"], nome=c["nome"], descricao=c["descricao"], ordem=ordem,
                produto=produtos.get(c.get("produto", "")),
            )
            for ordem, c in enumerate(dados["categoria"])
        )
    )  # fmt: skip
