"""Um lote de chamados importados: as linhas de cada um, e a história que contam, gravadas de uma vez."""

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

from pen.atendimento.enums import CanalDaMensagem, Passo, Situacao
from pen.atendimento.models import (
    Anexo,
    Chamado,
    ChamadoImportado,
    Equipe,
    Formulario,
    Integrante,
    Passagem,
    PassoDoChamado,
)
from pen.atendimento.models.chamado import ASSUNTO_MAXIMO, TEXTO_MAXIMO
from pen.atendimento.selectors.catalogo import esfera_do_orgao
from pen.atendimento.selectors.expediente import politica_em_vigor
from pen.atendimento.services.anexos import AnexoPreparado
from pen.atendimento.services.copia import copiar_objetos
from pen.atendimento.services.numeracao import numerar_protocolos
from pen.atendimento.services.relogio import marcar_prazos
from pen.atendimento.services.texto import indexar_chamados
from pen.atendimento.values.exportacao.mapa import Destino, Mapa
from pen.atendimento.values.exportacao.modelo import ChamadoExportado, MensagemExportada
from pen.atendimento.values.passos import DA_EQUIPE, ESPERAS
from pen.comum.identificadores import uuid7_de
from pen.comum.tempo import BRASILIA
from pen.identidade.public import Orgao, Pessoa, pessoa_anonima

SEM_ASSUNTO, SEM_DESCRICAO = "(sem assunto)", "(sem descrição)"
ABERTURA = ""  # o código, entre os das mensagens, do que veio com a descrição
_acaso = secrets.SystemRandom()
Preparados = Mapping[tuple[str, str], Sequence[AnexoPreparado]]  # (chamado, mensagem) → os anexos dela
_MUDAM = [
    "esfera", "produto", "formulario", "orgao", "solicitante", "assunto", "descricao", "situacao", "desfecho", "equipe",
    "atendente", "aberto_em", "encerrado_em", "reabrivel_ate", "espera_de", "primeira_resposta_em", "na_fila_desde",
    "prazo_da_resposta", "prazo_da_solucao", "pausado_em", "passos",
]  # fmt: skip


class Colocado(NamedTuple):
    """Um chamado de lá, e o lugar dele aqui."""

    de_la: ChamadoExportado
    formulario: Formulario
    orgao: Orgao
    equipe: Equipe
    destino: Destino


class LoteImportado:
    """As linhas de um lote, montadas antes de se gravarem todas de uma vez; só dentro de transação."""

    def __init__(self, mapa: Mapa, pessoas: Mapping[str, Pessoa], preparados: Preparados, agora: datetime) -> None:
        self.mapa, self.pessoas, self.preparados, self.agora = mapa, pessoas, preparados, agora
        self.anonima = pessoa_anonima()
        self.reabertura = timedelta(hours=politica_em_vigor().horas_de_reabertura)
        vigentes = Integrante.objects.filter(pessoa__in=[p.pk for p in pessoas.values()], ate=None)
        self.integrantes = set(vigentes.values_list("equipe_id", "pessoa_id"))
        self.prazos: dict[tuple[int, str], tuple[datetime | None, datetime | None]] = {}
        self.novos: list[Chamado] = []
        self.mudados: list[Chamado] = []
        self.passos: list[PassoDoChamado] = []
        self.anexos: list[Anexo] = []
        self.passagens: list[Passagem] = []
        self.importados: list[ChamadoImportado] = []
        self.acertados: list[ChamadoImportado] = []
        self.iguais = self.anonimizados = self.mensagens = 0

    def criar(self, c: Colocado) -> None:
        """Monta um chamado que ainda não veio; o protocolo se dá ao gravar."""
        ficha, de_la = self._ficha(c), c.de_la
        chamado = Chamado(
            id=uuid7_de(de_la.aberto_em, _acaso), chave=secrets.token_urlsafe(16), envio=uuid4(),
            na_fila_desde=de_la.aberto_em, **ficha,
        )  # fmt: skip
        self._marcar_prazos(chamado)
        historia = _Historia(self, chamado, de_la.codigo)
        historia.contar(de_la, _partes(_descricao(de_la))[1:])
        self.mensagens += len(de_la.mensagens)
        self.novos.append(chamado)
        self.passagens.append(Passagem(chamado=chamado, equipe=c.equipe, desde=de_la.aberto_em))
        self.importados.append(
            ChamadoImportado(
                chamado=chamado, origem=self.mapa.origem, codigo=de_la.codigo, numero=de_la.numero, importado_em=self.agora,
                atualizado_em=self.agora, resumo=_resumir(ficha, de_la), passos=chamado.passos,
            )
        )  # fmt: skip

    def atualizar(self, c: Colocado, importado: ChamadoImportado, vindas: set[str]) -> None:
        """Acrescenta as mensagens que faltam; e acerta o resto, se ninguém mexeu no chamado aqui desde a última vez."""
        chamado, ficha = importado.chamado, self._ficha(c)
        if chamado.anonimizado_em is not None:
            self.anonimizados += 1
            return
        if (resumo := _resumir(ficha, c.de_la)) == importado.resumo:
            self.iguais += 1
            return
        novas = [m for m in c.de_la.mensagens if m.codigo not in vindas]
        historia = _Historia(self, chamado, c.de_la.codigo, situacao=Situacao(chamado.situacao))
        historia.acrescentar(novas)
        self.mensagens += len(novas)
        if chamado.passos - historia.dados == importado.passos:
            self._acertar(chamado, ficha, historia)
            importado.passos = chamado.passos
        elif chamado.solicitante_id == self.anonima.pk:  # quem abriu passou a ter conta aqui
            chamado.solicitante = ficha["solicitante"]
        importado.resumo, importado.atualizado_em = resumo, self.agora
        self.mudados.append(chamado)
        self.acertados.append(importado)

    def gravar(self) -> None:
        """Grava tudo; o protocolo só aqui, para que a linha do ano fique travada o menos possível."""
        por_ano = defaultdict(list)
        for chamado in sorted(self.novos, key=lambda chamado: chamado.aberto_em):
            por_ano[chamado.aberto_em.astimezone(BRASILIA).year].append(chamado)
        for ano, do_ano in sorted(por_ano.items()):
            for chamado, protocolo in zip(do_ano, numerar_protocolos(ano, len(do_ano)), strict=True):
                chamado.protocolo = protocolo
        for objetos in (self.novos, self.passos, self.anexos, self.passagens, self.importados):
            copiar_objetos(objetos)
        if self.mudados:
            Chamado.objects.bulk_update(self.mudados, _MUDAM, batch_size=200)
            ChamadoImportado.objects.bulk_update(self.acertados, ["resumo", "atualizado_em", "passos"], batch_size=200)
        indexar_chamados([chamado.pk for chamado in (*self.novos, *self.mudados)])

    def conhecido(self, correio: str) -> Pessoa | None:
        """Quem tem o correio, se entrou aqui."""
        return self.pessoas.get(correio)

    def _ficha(self, c: Colocado) -> dict[str, Any]:
        """O que o chamado diz dos dois lados: o que muda lá muda aqui."""
        de_la, (situacao, desfecho) = c.de_la, c.destino
        atendente = self.conhecido(de_la.atendente)
        if atendente is not None and (c.equipe.pk, atendente.pk) not in self.integrantes:
            atendente = None
        if situacao == Situacao.EM_ATENDIMENTO and atendente is None:
            situacao = Situacao.NA_FILA
        fim = encerramento_de_la(de_la, self.agora) if situacao == Situacao.ENCERRADO else None
        assunto = de_la.assunto or SEM_ASSUNTO
        return {
            "esfera": esfera_do_orgao(c.orgao), "produto": c.formulario.tipo.produto, "formulario": c.formulario, "orgao": c.orgao,
            "solicitante": self.conhecido(de_la.solicitante) or self.anonima,
            "assunto": assunto if len(assunto) <= ASSUNTO_MAXIMO else assunto[: ASSUNTO_MAXIMO - 1] + "…",
            "descricao": _partes(_descricao(de_la))[0], "situacao": situacao, "desfecho": desfecho, "equipe": c.equipe,
            "atendente": atendente, "aberto_em": de_la.aberto_em, "encerrado_em": fim,
            "reabrivel_ate": fim + self.reabertura if fim else None,
            "espera_de": f"o que se esperava em «{de_la.situacao}»"[:200] if situacao == Situacao.AGUARDANDO_TERCEIRO else "",
            "primeira_resposta_em": next((min(m.em, self.agora) for m in de_la.mensagens if _e_resposta(m)), None),
        }  # fmt: skip

    def _marcar_prazos(self, chamado: Chamado) -> None:
        """Os prazos de um aberto correm da importação em diante, parados se se espera por alguém; um encerrado não os tem."""
        chamado.pausado_em = self.agora if chamado.situacao in ESPERAS else None
        if not chamado.aberto:
            return
        chave = (chamado.produto_id, chamado.formulario.tipo.codigo)
        if chave not in self.prazos:
            marcar_prazos(chamado, tipo=chave[1], agora=self.agora)
            self.prazos[chave] = chamado.prazo_da_resposta, chamado.prazo_da_solucao
        chamado.prazo_da_resposta, chamado.prazo_da_solucao = self.prazos[chave]

    def _acertar(self, chamado: Chamado, ficha: dict[str, Any], historia: "_Historia") -> None:
        """Põe no chamado o que mudou lá; a situação que muda é um passo, e a equipe, uma passagem."""
        antes, equipe_antes = chamado.situacao, chamado.equipe_id
        for campo, valor in ficha.items():
            setattr(chamado, campo, valor)
        if equipe_antes != chamado.equipe_id:
            Passagem.objects.filter(chamado=chamado, ate=None).update(ate=self.agora)
            self.passagens.append(Passagem(chamado=chamado, equipe=ficha["equipe"], desde=self.agora))
        if antes != chamado.situacao:
            if antes == Situacao.ENCERRADO:
                chamado.na_fila_desde = self.agora
            self._marcar_prazos(chamado)
            historia.mudar_de_situacao()


class _Historia:
    """Os passos de um chamado, um depois do outro, cada um com a situação em que o deixa."""

    def __init__(self, obra: LoteImportado, chamado: Chamado, codigo: str, *, situacao: Situacao | None = None) -> None:
        self.obra, self.chamado, self.codigo = obra, chamado, codigo
        self.do_comeco, self.situacao = situacao is None, situacao or Situacao.NA_FILA
        self.dados = 0  # quantos passos se deram agora

    def contar(self, de_la: ChamadoExportado, sobras: Sequence[str]) -> None:
        """A história inteira: a abertura, o que se disse, o fim, e a vinda. ``sobras`` é o que não coube na descrição."""
        quem, fim = self.obra.conhecido(de_la.solicitante), self.chamado.encerrado_em
        self._dar(Passo.ABRIR, em=de_la.aberto_em, por=quem, codigo=ABERTURA)
        for sobra in sobras:
            self._dar(Passo.COMPLETAR, em=de_la.aberto_em, por=quem, texto=sobra)
        self.acrescentar([m for m in de_la.mensagens if fim is None or m.em <= fim])
        self.mudar_de_situacao()
        self.acrescentar([m for m in de_la.mensagens if fim is not None and m.em > fim])
        if fim is not None:
            self._vir()

    def acrescentar(self, mensagens: Sequence[MensagemExportada]) -> None:
        """Um passo de cada mensagem, ou mais, se é longa; os anexos vão no primeiro."""
        for m in mensagens:
            qual = Passo.ANOTAR if m.interna else Passo.RESPONDER if m.da_equipe else Passo.COMPLETAR
            if self.do_comeco and self.situacao == Situacao.NA_FILA and _e_resposta(m):
                self.situacao = Situacao.EM_ATENDIMENTO
            primeira, *outras = _partes(m.texto)
            em, por = min(m.em, self.obra.agora), self.obra.conhecido(m.autor)
            self._dar(qual, em=em, por=por, texto=primeira, codigo=m.codigo)
            for texto in outras:
                self._dar(qual, em=em, por=por, texto=texto)

    def mudar_de_situacao(self) -> None:
        """O passo que deixa o chamado na situação em que ele já está."""
        self.situacao = Situacao(self.chamado.situacao)
        if self.chamado.encerrado_em is not None:
            self._dar(Passo.ENCERRAR, em=self.chamado.encerrado_em)
        else:
            self._vir()

    def _vir(self) -> None:
        self._dar(Passo.IMPORTAR, em=self.obra.agora, canal=CanalDaMensagem.SISTEMA)

    def _dar(
        self, passo: Passo, *, em: datetime, por: Pessoa | None = None, texto: str = "", codigo: str | None = None,
        canal: CanalDaMensagem = CanalDaMensagem.IMPORTACAO,
    ) -> None:  # fmt: skip
        self.chamado.passos += 1
        self.dados += 1
        linha = PassoDoChamado(
            id=uuid7_de(em, _acaso), chamado=self.chamado, ordem=self.chamado.passos, passo=passo, por=por,
            da_equipe=passo in DA_EQUIPE, interno=passo == Passo.ANOTAR, canal=canal, em=em, situacao=self.situacao, texto=texto,
            detalhes={} if codigo is None else {"codigo": codigo},
        )  # fmt: skip
        self.obra.passos.append(linha)
        for a in self.obra.preparados.get((self.codigo, codigo), ()) if codigo is not None else ():
            anexo = Anexo(
                id=uuid7_de(em, _acaso), chamado=self.chamado, passo=linha, nome=a.nome, formato=a.formato, em=em,
                tamanho=a.guardado.tamanho, resumo=a.guardado.resumo, por=por or self.obra.anonima,
            )  # fmt: skip
            self.obra.anexos.append(anexo)


def _descricao(de_la: ChamadoExportado) -> str:
    """O pedido; com o assunto inteiro antes, se ele não cabe no lugar dele."""
    partes = [de_la.assunto if len(de_la.assunto) > ASSUNTO_MAXIMO else "", de_la.descricao]
    return "\n\n".join(parte for parte in partes if parte) or SEM_DESCRICAO


def _partes(texto: str) -> list[str]:
    """O texto em partes que cabem num passo; sempre há uma."""
    return [texto[n : n + TEXTO_MAXIMO] for n in range(0, len(texto), TEXTO_MAXIMO)] or [""]


def _e_resposta(m: MensagemExportada) -> bool:
    return m.da_equipe and not m.interna and not m.do_sistema


def encerramento_de_la(de_la: ChamadoExportado, agora: datetime) -> datetime:
    """Quando acabou lá ou, se a exportação não diz, quando se mexeu nele pela última vez."""
    ultima = de_la.mensagens[-1].em if de_la.mensagens else None
    return max(de_la.aberto_em, min(agora, de_la.encerrado_em or de_la.alterado_em or ultima or de_la.aberto_em))


def _resumir(ficha: Mapping[str, Any], de_la: ChamadoExportado) -> str:
    """O resumo do que se gravaria: as chaves, as datas e os textos, e os códigos das mensagens."""
    valores = {campo: getattr(valor, "pk", None) or str(valor) for campo, valor in ficha.items()}
    return sha256(json.dumps([valores, [m.codigo for m in de_la.mensagens]], sort_keys=True).encode()).hexdigest()
