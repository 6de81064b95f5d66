"""Uma Central de qualquer tamanho, inventada, para medir: o mesmo número de chamados dá sempre as mesmas linhas.

Cada chamado tem em média dez mensagens, é de uma de ``PESSOAS`` pessoas que não existem, e quase todos estão encerrados, como num
balcão que anda em dia. A palavra «certificado» está em quase todos, e «xilofone», em dois de cada cem. Gravam-se por ``COPY`` as
linhas que os serviços gravariam, menos avisos e auditoria.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from pen.atendimento.enums import CanalDaMensagem, Desfecho, Passo, Situacao
from pen.atendimento.errors import VolumeImpossivel
from pen.atendimento.models import (
    Chamado,
    ContadorDeProtocolo,
    Equipe,
    Formulario,
    Integrante,
    Passagem,
    PassoDoChamado,
)
from pen.atendimento.selectors.expediente import expediente_em_vigor
from pen.atendimento.services.copia import copiar_linhas
from pen.atendimento.values.passos import DA_EQUIPE
from pen.atendimento.values.protocolo import formar_protocolo
from pen.comum.errors import conferir
from pen.comum.identificadores import uuid7_de
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Orgao, Pessoa, inventar_pessoas, listar_orgaos

BLOCO = 2_000
PESSOAS, ATENDENTES = 2_000, 30
FIM = datetime(2026, 6, 30, 18, tzinfo=BRASILIA)  # fixo, para que as linhas não mudem com o dia
ABERTOS = 0.03
MENSAGENS = (4, 6, 8, 10, 12, 14, 20)  # em média, dez e meia
_COLUNAS: dict[type[Model], tuple[str, ...]] = {
    Chamado: (
        "id", "protocolo", "chave", "envio", "esfera", "produto_id", "formulario_id", "orgao_id", "solicitante_id", "assunto",
        "descricao", "respostas", "situacao", "desfecho", "equipe_id", "atendente_id", "aberto_em", "na_fila_desde", "encerrado_em",
        "reabrivel_ate", "reaberturas", "prazo_da_resposta", "primeira_resposta_em", "prazo_da_solucao", "uteis_ate_a_resposta",
        "uteis_ate_a_solucao", "espera_de", "passos",
    ),
    PassoDoChamado: (
        "id", "chamado_id", "ordem", "passo", "por_id", "da_equipe", "interno", "canal", "em", "situacao", "texto", "detalhes",
    ),
    Passagem: ("chamado_id", "equipe_id", "desde", "ate"),
}  # fmt: skip
_INDEXAR = """
INSERT INTO atendimento_textodochamado (chamado_id, vetor)
SELECT c.id, setweight(to_tsvector('portuguese', c.pedido) || to_tsvector('pen_sem_acentos', c.pedido), 'A')
    || setweight(to_tsvector('portuguese', p.dito) || to_tsvector('pen_sem_acentos', p.dito), 'B')
    || setweight(to_tsvector('portuguese', p.interno) || to_tsvector('pen_sem_acentos', p.interno), 'C')
FROM (SELECT id, assunto || ' ' || descricao AS pedido FROM atendimento_chamado WHERE id = ANY(%s)) c, LATERAL (
    SELECT coalesce(string_agg(texto, ' ') FILTER (WHERE NOT interno), '') AS dito,
        coalesce(string_agg(texto, ' ') FILTER (WHERE interno), '') AS interno
    FROM atendimento_passodochamado WHERE chamado_id = c.id) p
"""
_OBJETOS = (
    "assinatura de documento", "tramitação do processo", "envio ao barramento", "cadastro da unidade", "acesso ao módulo",
    "consulta do andamento", "geração do número", "inclusão de anexo", "credencial de integração", "pesquisa de processos",
    "bloco de assinatura", "perfil de usuário", "página inicial", "relatório mensal", "importação da planilha",
)  # fmt: skip
_PROBLEMAS = (
    "erro ao abrir", "página em branco", "lentidão", "mensagem desconhecida", "falha intermitente", "dúvida sobre o uso",
    "valor diferente do esperado", "tempo esgotado", "permissão negada", "duplicidade", "dado que some", "sessão que cai",
)  # fmt: skip
_FRASES = (
    "Segue o que aparece na tela depois de confirmar a operação.",
    "O comportamento se repete em outro navegador e em outra máquina.",
    "Reiniciamos o servidor de aplicação e o problema voltou depois de algumas horas.",
    "A versão instalada é a última, com os módulos atualizados na semana passada.",
    "O certificado digital foi renovado e continua válido até o fim do ano.",
    "Confira se o certificado está instalado na cadeia correta e tente de novo.",
    "Pedimos que teste no ambiente de homologação e nos diga o resultado.", "Encaminhamos à área responsável pela integração.",
    "O registro mostra uma falha de comunicação com o serviço remoto às dez horas.",
    "Precisamos do número do processo, do perfil do usuário e do horário aproximado.",
    "A unidade foi criada no mês passado e ainda não aparece na lista de destinos.",
    "Depois da correção, o processo chegou ao órgão de destino sem pendências.", "Agradecemos o retorno e ficamos à disposição.",
    "A solução está descrita na base de conhecimento, no artigo sobre permissões.",
    "O erro acontece só com documentos externos maiores que cinco megabytes.",
)  # fmt: skip
_RARA = "O arquivo de teste se chama xilofone."


def inventar_chamados(quantos: int, *, ao_avancar: Callable[[int], object] = lambda n: None) -> int:
    """Grava ``quantos`` chamados novos, em blocos, cada um na sua transação; devolve quantas mensagens têm.

    Levanta:
        VolumeImpossivel: já há chamados, ou a instalação não tem órgãos nem catálogo.
    """
    conferir(not Chamado.objects.exists(), VolumeImpossivel("Já há chamados aqui: só se inventa numa Central vazia."))
    sorte = random.Random(quantos)  # noqa: S311 - não é segredo: precisa repetir-se
    mundo = _Mundo(sorte)
    mensagens = feitos = 0
    while feitos < quantos:
        bloco = min(BLOCO, quantos - feitos)
        chamados = [mundo.inventar(feitos + n, quantos) for n in range(bloco)]
        with transaction.atomic():
            copiar_linhas(Chamado, _COLUNAS[Chamado], (c for c, _, _ in chamados))
            copiar_linhas(PassoDoChamado, _COLUNAS[PassoDoChamado], (p for _, passos, _ in chamados for p in passos))
            copiar_linhas(Passagem, _COLUNAS[Passagem], (p for _, _, p in chamados))
            with connection.cursor() as cursor:
                cursor.execute(_INDEXAR, [[c[0] for c, _, _ in chamados]])
        mensagens += sum(1 for _, passos, _ in chamados for p in passos if p[10])
        feitos += bloco
        ao_avancar(bloco)
    for ano, ultimo in mundo.ultimos.items():
        ContadorDeProtocolo.objects.update_or_create(ano=ano, defaults={"ultimo": ultimo})
    with connection.cursor() as cursor:
        for tabela in (*(modelo._meta.db_table for modelo in _COLUNAS), "atendimento_textodochamado"):
            cursor.execute(f"ANALYZE {tabela}")
    return mensagens


class _Mundo:
    """O que os chamados inventados têm em comum."""

    def __init__(self, sorte: random.Random) -> None:
        self.sorte, self.expediente = sorte, expediente_em_vigor()
        pessoas = inventar_pessoas(PESSOAS + ATENDENTES)
        self.pessoas, self.atendentes = pessoas[ATENDENTES:], pessoas[:ATENDENTES]
        self.equipes = list(Equipe.objects.filter(encerrada_em=None).order_by("pk"))
        self.formularios = list(Formulario.objects.select_related("tipo__produto").order_by("pk"))
        self.orgaos: Sequence[Orgao] = list(listar_orgaos()[:300])
        serve = bool(self.equipes and self.formularios and self.orgaos)
        conferir(serve, VolumeImpossivel("Faltam órgãos ou o catálogo: rode «pen preparar» antes."))
        self.ultimos: dict[int, int] = {}
        Integrante.objects.bulk_create(
            [Integrante(equipe=self.equipes[n % len(self.equipes)], pessoa=p) for n, p in enumerate(self.atendentes)],
            ignore_conflicts=True,
        )

    def inventar(self, ordem: int, total: int) -> tuple[list[Any], list[list[Any]], list[Any]]:
        """O chamado, os passos e a passagem dele, como linhas."""
        sorte = self.sorte
        aberto_em = FIM - timedelta(minutes=5 * (total - ordem) + sorte.randrange(4))
        aberto = sorte.random() < ABERTOS or total - ordem < 50
        atendente = sorte.choice(self.atendentes)
        equipe = self.equipes[self.atendentes.index(atendente) % len(self.equipes)]
        solicitante, formulario = sorte.choice(self.pessoas), sorte.choice(self.formularios)
        chave = uuid7_de(aberto_em, sorte)
        objeto = sorte.choice(_OBJETOS)
        passos = list(self._passos(chave, aberto_em, solicitante, atendente, aberto))
        encerrado_em = None if aberto else passos[-1][8]
        ano = aberto_em.year
        self.ultimos[ano] = self.ultimos.get(ano, 0) + 1
        prazos = [self.expediente.somar(aberto_em, timedelta(hours=h)) for h in (8, 40)]
        resposta = next((p[8] for p in passos if p[5] and p[10] and not p[6]), None)
        chave_do_endereco, envio = f"{sorte.getrandbits(128):032x}"[:22], uuid7_de(aberto_em, sorte)
        chamado = [
            chave, formar_protocolo(ano, self.ultimos[ano]), chave_do_endereco, envio, "federal",
            formulario.tipo.produto_id, formulario.pk, sorte.choice(self.orgaos).pk, solicitante.pk,
            f"{sorte.choice(_PROBLEMAS).capitalize()} na {objeto}", " ".join(sorte.sample(_FRASES, 2)), "{}",
            Situacao.EM_ATENDIMENTO if aberto else Situacao.ENCERRADO, "" if aberto else Desfecho.RESOLVIDO, equipe.pk,
            atendente.pk, aberto_em, aberto_em, encerrado_em, encerrado_em + timedelta(hours=48) if encerrado_em else None, 0,
            prazos[0], resposta, prazos[1], self._uteis(aberto_em, resposta), self._uteis(aberto_em, encerrado_em), "", len(passos),
        ]  # fmt: skip
        return chamado, passos, [chave, equipe.pk, aberto_em, None]

    def _passos(
        self, chamado: Any, aberto_em: datetime, solicitante: Pessoa, atendente: Pessoa, aberto: bool
    ) -> Iterator[list[Any]]:
        em, ordem = aberto_em, 1
        yield self._passo(chamado, ordem, Passo.ABRIR, solicitante, em, Situacao.NA_FILA, "")
        yield self._passo(chamado, ordem := ordem + 1, Passo.ASSUMIR, atendente, em, Situacao.EM_ATENDIMENTO, "")
        for n in range(self.sorte.choice(MENSAGENS) - 1):
            em += timedelta(minutes=self.sorte.randrange(20, 600))
            passo = (Passo.RESPONDER, Passo.COMPLETAR, Passo.ANOTAR)[n % 3 if n % 5 else 0]
            quem = solicitante if passo == Passo.COMPLETAR else atendente
            yield self._passo(chamado, ordem := ordem + 1, passo, quem, em, Situacao.EM_ATENDIMENTO, self._texto())
        if not aberto:
            yield self._passo(chamado, ordem + 1, Passo.ENCERRAR, atendente, em, Situacao.ENCERRADO, self._texto())

    def _passo(
        self, chamado: Any, ordem: int, passo: Passo, por: Pessoa, em: datetime, situacao: Situacao, texto: str
    ) -> list[Any]:
        return [
            uuid7_de(em, self.sorte), chamado, ordem, passo, por.pk, passo in DA_EQUIPE, passo == Passo.ANOTAR,
            CanalDaMensagem.PAGINA, em, situacao, texto, "{}",
        ]  # fmt: skip

    def _texto(self) -> str:
        frases = self.sorte.sample(_FRASES, 3)
        if self.sorte.random() < 1 / 500:
            frases.append(_RARA)
        return " ".join(frases)

    def _uteis(self, de: datetime, ate: datetime | None) -> int | None:
        return round(self.expediente.entre(de, ate).total_seconds() / 60) if ate else None
