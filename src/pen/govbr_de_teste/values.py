"""O que anda de mão em mão: a conta de teste, o pedido de autorização e o que o código autoriza."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pen.govbr_de_teste.enums import Nivel


@dataclass(frozen=True)
class Conta:
    """Uma pessoa inventada, com o que o gov.br diria dela."""

    cpf: str
    nome: str
    nivel: Nivel
    email: str = ""
    email_confirmado: bool = True
    nome_social: str = ""
    telefone: str = ""
    amr: tuple[str, ...] = ("passwd",)
    selos: tuple[str, ...] = ()
    cnpj: str = ""
    empresa: str = ""
    nota: str = field(default="", compare=False)

    def para_json(self) -> dict[str, Any]:
        """Os campos preenchidos, em tipos do JSON."""
        return {nome: valor for nome, valor in asdict(self).items() if valor not in ("", ()) and nome != "nota"}

    @classmethod
    def de_json(cls, campos: dict[str, Any]) -> Self:
        """A conta que ``para_json`` escreveu."""
        listas = {nome: tuple(campos.get(nome, ())) for nome in ("amr", "selos")}
        return cls(**campos | listas | {"nivel": Nivel(campos["nivel"])})


@dataclass(frozen=True)
class PedidoDeAutorizacao:
    """O que o cliente pediu em ``authorize``, já conferido."""

    cliente: str
    retorno: str
    escopos: tuple[str, ...]
    state: str
    nonce: str
    desafio: str


@dataclass(frozen=True)
class Autorizacao:
    """O que um código de uso único vale na troca por tokens."""

    pedido: PedidoDeAutorizacao
    conta: Conta
    autenticada_em: int

    def para_json(self) -> dict[str, Any]:
        """Como fica no arquivo do código."""
        return asdict(self) | {"conta": self.conta.para_json()}

    @classmethod
    def de_json(cls, campos: dict[str, Any]) -> Self:
        """A autorização que ``para_json`` escreveu."""
        pedido = campos["pedido"] | {"escopos": tuple(campos["pedido"]["escopos"])}
        return cls(PedidoDeAutorizacao(**pedido), Conta.de_json(campos["conta"]), campos["autenticada_em"])


@dataclass(frozen=True)
class Sessao:
    """Quem já escolheu uma conta neste navegador, e quando."""

    conta: Conta
    autenticada_em: int

    def para_json(self) -> dict[str, Any]:
        """Como fica no cookie."""
        return {"conta": self.conta.para_json(), "autenticada_em": self.autenticada_em}

    @classmethod
    def de_json(cls, campos: dict[str, Any]) -> Self:
        """A sessão que ``para_json`` escreveu."""
        return cls(Conta.de_json(campos["conta"]), campos["autenticada_em"])
