"""A instalação das fotos dos manuais: um órgão que envia e numera, uma Central com chamados, e as pessoas de cada página."""

from dataclasses import dataclass
from datetime import timedelta

from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from pen.atendimento.enums import Passo
from pen.atendimento.models import Avaliacao, Equipe, Integrante, TipoDeSuporte
from pen.atendimento.selectors.expediente import esquecer_expediente
from pen.atendimento.services.atendimento import assumir_chamado, encerrar_chamado, falar_no_chamado
from pen.atendimento.services.carga import carregar_atendimento
from pen.atendimento.services.gatilhos import escrever_gatilho
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.services.participacao import reabrir_chamado
from pen.conhecimento.enums import Especie
from pen.conhecimento.services.artigos import Escrito, enviar_para_revisao, escrever_artigo
from pen.identidade.models import CredencialDeSistema, Pessoa
from pen.identidade.public import Orgao
from pen.nup.models import GestorDeUp
from pen.nup.services.numeracao import reservar_numeros
from pen.protocolo_integrado.enums import SituacaoDaAdesao
from pen.protocolo_integrado.models import Acompanhamento, Remessa, TotalDoDia
from pen.protocolo_integrado.services.acompanhamentos import acompanhar_processo
from tests.fabricas.adesao import fabricar_adesao, homologar
from tests.fabricas.atendimento import em, fabricar_chamado
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_credencial, fabricar_orgao, fabricar_sistema
from tests.fabricas.nup import DESDE, fabricar_participante, fabricar_unidade
from tests.fabricas.pessoas import dar_papel, fabricar_central, fabricar_pessoa
from tests.fabricas.protocolo import documento, enviar, interessados, movimento
from tests.protocolo_integrado.test_integracao import integrar

AGORA = em("2026-11-18T10:30")  # uma quarta-feira, em pleno expediente
PROCESSO, ESPERADO = "50650001658201717", "50650002822201703"
BRUTO = """<Documento>
  <Protocolo>50650002822201703</Protocolo>
  <DataHoraProducao>2026-11-17T00:00:00-03:00</DataHoraProducao>
  <Especie>Processo</Especie>
  <Assunto></Assunto>
</Documento>"""


@dataclass
class Cena:
    """Quem entra em cada página, e as partes dos endereços delas."""

    pessoas: dict[str, Pessoa]
    partes: dict[str, object]


def montar_cena() -> Cena:
    """Tudo o que as fotos mostram; o relógio precisa estar em ``AGORA``."""
    orgao = fabricar_orgao(
        codigo="54793", sigla="ANTT", nome="Agência Nacional de Transportes Terrestres",
        cobertura="Enviamos os processos abertos a partir de 2015.",
    )  # fmt: skip
    cidada = fabricar_pessoa(nome="Ana Souza", email="ana@exemplo.org")
    _ligar_segundo_fator(cidada)
    gestor = dar_papel(fabricar_pessoa(nome="Gil Andrade"), "gestor", orgao)
    central = fabricar_central()
    Pessoa.objects.filter(pk=central.pk).update(nome="Célia Ramos")
    partes = {"orgao": orgao.pk, "processo": PROCESSO, "esperado": ESPERADO}
    partes |= _protocolo_integrado(orgao, cidada)
    partes |= _numeracao(orgao, gestor)
    dos_chamados, solicitante, atendente = _central(orgao, central)
    adesao = fabricar_adesao(
        SituacaoDaAdesao.EM_HOMOLOGACAO, orgao=fabricar_orgao(sigla="ITI", nome="Instituto de Exemplo"), central=central
    )  # fmt: skip
    homologar(adesao.orgao, quantos=8)
    pessoas = {
        "cidadã": cidada, "gestor": gestor, "central": central, "solicitante": solicitante, "atendente": atendente,
        "responsável": adesao.responsavel,
    }  # fmt: skip
    return Cena(pessoas, partes | dos_chamados | {"adesao": adesao.pk})


def _ligar_segundo_fator(pessoa: Pessoa) -> None:
    """Sem os serviços: a conta do código é do relógio da máquina, e o da cena é outro."""
    TOTPDevice.objects.create(user=pessoa, name="PEN Aberto", confirmed=True)
    reserva = StaticDevice.objects.create(user=pessoa, name="PEN Aberto")
    StaticToken.objects.bulk_create(StaticToken(device=reserva, token=f"reserva-{n}") for n in range(10))


def _protocolo_integrado(orgao: Orgao, cidada: Pessoa) -> dict[str, object]:
    sistema = fabricar_sistema(orgao)
    credencial, _ = fabricar_credencial(orgao)
    credencial.ultimo_uso_em = AGORA - timedelta(minutes=20)
    credencial.save(update_fields=["ultimo_uso_em"])
    CredencialDeSistema.objects.filter(orgao=orgao).update(criada_em=AGORA - timedelta(days=9))
    enviar(
        sistema,
        documento(
            PROCESSO,
            movimento("2017-05-04T09:10:00-03:00", "Processo recebido na unidade", "PROTOCOLO/ANTT"),
            movimento("2017-05-09T15:42:00-03:00", "Remetido para análise técnica", "GERÊNCIA DE FISCALIZAÇÃO/ANTT"),
            movimento("2026-11-17T16:05:00-03:00", "Despacho assinado", "SUPERINTENDÊNCIA DE TRANSPORTE/ANTT"),
            assunto="Transporte rodoviário de carga: recurso de multa", produzido_em="2017-05-04T00:00:00-03:00",
            interessados=interessados("Empresa Exemplo de Transportes Ltda", "Ana Souza"),
        ),
        documento(assunto="Transporte de passageiros: autorização de linha"),
        documento(ESPERADO, assunto="", bruto=lambda: BRUTO),
    )  # fmt: skip
    integrar(timedelta(minutes=20), orgao)
    for n in range(30):
        TotalDoDia.objects.create(
            dia=AGORA.date() - timedelta(days=n), orgao=orgao, remessas=3, documentos=240 + 17 * (n % 7), novos=60 + n % 7,
            alterados=90, repetidos=88 + 16 * (n % 7), recusados=2, andamentos_novos=310,
        )  # fmt: skip
    acompanhar_processo(por=cidada, numero=PROCESSO)
    acompanhar_processo(por=cidada, numero=ESPERADO)
    Acompanhamento.objects.update(criado_em=AGORA)
    return {"remessa": Remessa.objects.get(orgao=orgao).pk}


def _numeracao(orgao: Orgao, gestor: Pessoa) -> dict[str, object]:
    fabricar_participante(orgao)
    GestorDeUp.objects.create(
        orgao=orgao, pessoa=gestor, portaria="Portaria 7, de 2 de março de 2026", email="protocolo@orgao.gov.br",
        telefone="(61) 3333-4444", desde=DESDE, designado_por=gestor,
    )  # fmt: skip
    unidade = fabricar_unidade(orgao, codigo="50500")
    reservar_numeros(por=gestor, codigo=unidade.codigo, chave="foto", quantos=2, documento="Requisição 8841", agora=AGORA)
    return {"unidade": unidade.codigo}


def _central(orgao: Orgao, central: Pessoa) -> tuple[dict[str, object], Pessoa, Pessoa]:
    esquecer_expediente()
    carregar_atendimento()
    solicitante, atendente = fabricar_pessoa(nome="Carla Mendes"), fabricar_pessoa(nome="Bruno Lima")
    equipe = Equipe.objects.get(codigo="triagem")
    Integrante.objects.create(equipe=equipe, pessoa=atendente, coordena=True)
    Integrante.objects.create(equipe=equipe, pessoa=fabricar_pessoa(nome="Davi Rocha"))
    _base_de_conhecimento(atendente)

    def abrir(assunto: str, quando: str, **campos: object) -> str:
        return fabricar_chamado(solicitante, agora=em(quando), orgao=orgao, assunto=assunto, **campos).chave

    duvida = {"tipo": "registrar-duvida", "respostas": {}, "descricao": "Precisamos informar a versão numa pesquisa."}
    vencido = abrir("Erro ao enviar processo a outro órgão", "2026-11-03T09:00", descricao="O envio para no meio.")
    assumir_chamado(por=atendente, chave=vencido, agora=em("2026-11-03T11:00"))
    espera = abrir("Página em branco ao assinar", "2026-11-17T14:00")
    falar_no_chamado(
        por=atendente, chave=espera, passo=Passo.PEDIR_INFORMACAO, agora=em("2026-11-17T16:20"),
        texto="Qual é a versão do SEI, e acontece também em outro navegador?",
    )  # fmt: skip
    encerrado = abrir("Onde vejo a versão do SEI", "2026-11-16T09:00", **duvida)
    encerrar_chamado(
        por=atendente, chave=encerrado, resposta="Está no menu do usuário, em Sobre.", agora=em("2026-11-17T10:00")
    )  # fmt: skip
    de_novo = abrir("Documento externo não abre", "2026-11-13T10:00", descricao="O documento aparece em branco.")
    encerrar_chamado(por=atendente, chave=de_novo, resposta="Corrigido na versão 4.1.3.", agora=em("2026-11-17T09:00"))
    reabrir_chamado(por=solicitante, chave=de_novo, texto="Voltou hoje cedo.", agora=em("2026-11-18T09:40"))
    novo = abrir("Erro ao assinar despacho em bloco", "2026-11-18T10:05")
    macro = escrever_macro(
        por=central, nome="Pedir versão e registro do erro", produto=None,
        acoes=[
            {"passo": "anotar", "texto": "Faltam a versão e o registro."},
            {"passo": "pedir_informacao", "texto": "Olá, {nome}. Qual é a versão? Anexe o registro do erro."},
        ],
    )  # fmt: skip
    gatilho = escrever_gatilho(
        por=central, nome="Orientar erro de assinatura", quando=Passo.ABRIR,
        condicoes={"produtos": ["sei"], "palavras": ["assinar"]},
        acoes=[{"passo": "orientar", "texto": "Enquanto a equipe não responde, teste em outro navegador."}],
    )  # fmt: skip
    partes = {
        "espera": espera, "novo": novo, "macro": macro.pk, "gatilho": gatilho.pk,
        "avaliacao": Avaliacao.objects.get(chamado__chave=encerrado).chave,
        "tipo": TipoDeSuporte.objects.get(produto__codigo="sei", codigo="reportar-erro").pk,
    }  # fmt: skip
    return partes, solicitante, atendente


def _base_de_conhecimento(atendente: Pessoa) -> None:
    fabricar_artigo(
        "Por que aparece um erro ao assinar?", produto="sei", resumo="As causas mais comuns, e o que conferir antes de pedir ajuda."
    )  # fmt: skip
    fabricar_artigo(
        "Como assinar vários documentos de uma vez", especie=Especie.MANUAL, produto="sei", resumo="Blocos de assinatura."
    )  # fmt: skip
    fabricar_artigo(
        "Erro ao assinar documento", especie=Especie.ROTEIRO, interno=True, produto="sei", quando="A assinatura falha.",
        modelo="Olá, {nome}. Sobre o {protocolo}: diga a versão do SEI.",
    )  # fmt: skip
    escrito = Escrito(titulo="Como reabrir um processo concluído", corpo="Abra o processo e escolha reabrir.")
    novo = escrever_artigo(por=atendente, especie=Especie.PERGUNTA, escrito=escrito)
    enviar_para_revisao(por=atendente, codigo=novo.artigo.codigo)
