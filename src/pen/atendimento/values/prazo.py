"""Por que um prazo é o que é: os trechos de expediente contados, e os tempos em que ele parou."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pen.atendimento.values.expediente import Expediente, Trecho


@dataclass(frozen=True, slots=True)
class Contagem:
    """Os trechos contados e as pausas, em ordem; ``total`` é a soma do que se contou."""

    contados: Sequence[Trecho]
    pausas: Sequence[Trecho]

    @property
    def total(self) -> timedelta:
        """Quanto se contou, em horas úteis."""
        return sum((t.duracao for t in self.contados), timedelta())


def contar_prazo(expediente: Expediente, *, de: datetime, ate: datetime, pausas: Sequence[Trecho]) -> Contagem:
    """O expediente entre ``de`` e ``ate``, menos as pausas; as pausas vêm em ordem, e só contam as que começam antes do fim."""
    no_prazo = [Trecho(p.inicio, min(p.fim, ate)) for p in pausas if p.inicio < ate]
    comecos, fins = [de, *(p.fim for p in no_prazo)], [*(p.inicio for p in no_prazo), ate]
    contados = [t for inicio, fim in zip(comecos, fins, strict=True) for t in expediente.trechos(inicio, fim)]
    return Contagem(contados, no_prazo)


def prazo_a_cumprir(
    *, aberto: bool, pausado_em: datetime | None, respondido_em: datetime | None, da_resposta: datetime | None,
    da_solucao: datetime | None,
) -> datetime | None:  # fmt: skip
    """O da primeira resposta, enquanto não houve; depois, o da solução; nenhum, parado ou encerrado."""
    if not aberto or pausado_em is not None:
        return None
    return da_solucao if respondido_em else da_resposta
