"""O que não está publicado, ou é só de quem atende, não sai por porta nenhuma."""

from dataclasses import dataclass

import pytest
from django.test import Client

from pen.assistente.models import Conversa, Fala
from pen.atendimento.models import Rascunho
from pen.conhecimento.enums import Especie
from pen.conhecimento.services.artigos import (
    Escrito,
    alterar_artigo,
    enviar_para_revisao,
    publicar_versao,
    retirar_artigo,
)
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
FOLHA = "/atendimento/federal/sei/reportar-erro/"


@dataclass(frozen=True)
class Escondido:
    """Um artigo que o público não lê: o que se procura (a isca) e o que ele diz (a carga), em palavras que só ele tem."""

    isca: str
    carga: str
    codigo: str

    @property
    def quase(self) -> str:
        """A isca com duas letras trocadas: consertá-la seria dizer que a palavra existe."""
        return self.isca[:3] + self.isca[4] + self.isca[3] + self.isca[5:]


def escrever(isca, carga, **opcoes):
    titulo, corpo = f"Tratar {isca} no sistema", f"Para {isca}, faça {carga}.\n\n# Seção {carga}\n\nDe novo {isca} {carga}."
    campos = {"resumo": f"{isca} {carga}", "palavras_chave": isca, "perguntas": f"cadê {isca}"}
    versao = fabricar_artigo(titulo, corpo=corpo, produto="sei", **campos, **opcoes)
    return Escondido(isca, carga, versao.artigo.codigo)


def perguntar(cliente, texto):
    return cliente.post("/assistente/perguntar", {"pergunta": texto}, follow=True).text


@pytest.fixture(autouse=True)
def _sem_limite_de_perguntas(monkeypatch):
    """São mais perguntas por minuto do que uma pessoa faz, e a recusada não provaria nada."""
    for limite in ("PERGUNTAS_POR_MINUTO", "CONVERSAS_POR_MINUTO"):
        monkeypatch.setattr(f"pen.assistente.services.conversas.{limite}", 10_000)


@pytest.fixture
def publico():
    """Quem não entrou, e uma pessoa sem papel."""
    return [Client(), entrar(Client(), fabricar_pessoa())]


@pytest.fixture
def atendente():
    return entrar(Client(), fabricar_atendente())


@pytest.fixture
def escondidos(publico, atendente):
    """Um de cada: os internos, os que não se publicaram, e os que o público já leu, e numa conversa que ele ainda tem."""
    central = fabricar_central()
    interno = escrever("xilindrado", "bramuletas", interno=True)
    roteiro = escrever("lomberjantes", "trunfezios", especie=Especie.ROTEIRO, modelo="Olá, trunfezios.")
    rascunho = escrever("vurtigadas", "quoxineis", publicado=False)
    em_revisao = escrever("fandrupeia", "gorvalhos", publicado=False)
    enviar_para_revisao(por=fabricar_atendente(), codigo=em_revisao.codigo)
    substituido = escrever("zorbulento", "mistrefos")
    retirado = escrever("crasnopeia", "pilvezudo")
    for antes in (substituido, retirado):
        for cliente in publico:
            assert antes.carga in perguntar(cliente, f"tratar {antes.isca} no sistema")
            assert antes.carga in cliente.get(f"/conhecimento/?palavras={antes.isca}").text
        Fala.objects.filter(pergunta__contains=antes.isca).update(redigida=f"Faça {antes.carga}. [1]")
    limpo = Escrito(titulo="Outro assunto", corpo="Outra coisa, de outro jeito.")
    alterar_artigo(por=None, codigo=substituido.codigo, escrito=limpo)
    publicar_versao(por=None, codigo=substituido.codigo)
    retirar_artigo(por=central, codigo=retirado.codigo)
    for lido in (interno, roteiro):
        assert lido.carga in perguntar(atendente, f"tratar {lido.isca} no sistema")
    return [interno, roteiro, rascunho, em_revisao, substituido, retirado]


def saidas(cliente, procurado, escondido):
    """O texto de cada página e resposta em que se procura ``procurado``, pelo nome de onde veio."""
    api, produto = "/api/v1/conhecimento/artigos", {"palavras": procurado, "produto": "sei"}
    frase = f"tratar {procurado} no sistema"
    leituras = [
        ("/", {}), ("/ajuda/", {}), ("/sitemap.xml", {}), ("/robots.txt", {}), ("/atendimento/federal/sei/", {}), (FOLHA, {}),
        ("/conhecimento/", {}), ("/conhecimento/", {"palavras": procurado}), ("/conhecimento/", produto),
        ("/conhecimento/produtos/sei/", {}), (f"/conhecimento/{escondido.codigo}/", {}),
        ("/conhecimento/redacao/", {}), ("/conhecimento/redacao/sinonimos/", {}),
        (f"/conhecimento/redacao/{escondido.codigo}/", {}), (f"/conhecimento/redacao/{escondido.codigo}/alterar/", {}),
        (api, {"pergunta": procurado}), (api, {"pergunta": procurado, "produto": "sei"}), (f"{api}/{escondido.codigo}", {}),
    ]  # fmt: skip
    for caminho, consulta in leituras:
        yield f"{caminho} {consulta}", cliente.get(caminho, consulta).text
    yield "parecidos", cliente.post(f"{FOLHA}parecidos", {"assunto": frase}).text
    yield "abertura", cliente.post(FOLHA, {"acao": "assunto", "assunto": frase}).text
    yield "opinião", cliente.post(f"/conhecimento/{escondido.codigo}/opiniao", {"ajudou": "x"}).text
    for pergunta in (procurado, frase):
        yield f"assistente: {pergunta}", perguntar(cliente, pergunta)
        pedido = {"pergunta": pergunta, "produto": "sei"}
        yield f"API: {pergunta}", cliente.post("/api/v1/assistente/perguntas", pedido, content_type="application/json").text
    yield "painel", cliente.get("/assistente/painel").text
    yield "chamado", cliente.post("/assistente/chamado/", {"esfera": "federal", "produto": "sei"}, follow=True).text


def test_o_publico_nao_acha_palavra_nenhuma_do_que_nao_e_para_ele(publico, escondidos):
    vazou = []
    for cliente in publico:
        da_conversa_antiga = cliente.get("/assistente/").text + cliente.get("/assistente/painel").text
        vazou += [("a conversa que já havia", e.carga) for e in escondidos if e.carga in da_conversa_antiga]
        for escondido in escondidos:
            for procurado, proibidas in (
                (escondido.isca, [escondido.carga]),
                (escondido.quase, [escondido.isca, escondido.carga]),
            ):
                cliente.post("/assistente/recomecar")  # a página da conversa repete o que já se perguntou nela,
                Rascunho.objects.all().delete()  # e o rascunho do chamado guarda a conversa de antes
                for onde, texto in saidas(cliente, procurado, escondido):
                    dito = texto.replace(procurado, "").replace(escondido.codigo, "")
                    vazou += [(onde, palavra) for palavra in proibidas if palavra in dito]
    assert vazou == []


def test_a_conversa_de_quem_atende_nao_se_abre_com_a_chave_dela(escondidos):
    chaves = list(Conversa.objects.values_list("chave", flat=True))
    assert len(chaves) == 3
    for chave in chaves:
        ladrao = Client()
        ladrao.cookies["pen_conversa"] = chave
        texto = ladrao.get("/assistente/").text
        pela_api = ladrao.post(
            "/api/v1/assistente/perguntas", {"pergunta": "de novo", "conversa": chave}, content_type="application/json"
        ).text
        assert not any(e.carga in texto + pela_api for e in escondidos)


def test_quem_atende_acha_os_internos_e_so_os_publicados(atendente, escondidos):
    internos, outros = escondidos[:2], escondidos[2:]
    for interno in internos:
        assert interno.carga in atendente.get("/conhecimento/", {"palavras": interno.isca}).text
        assert interno.carga in atendente.get(f"/conhecimento/{interno.codigo}/").text
        assert interno.carga in perguntar(atendente, f"tratar {interno.isca} no sistema")
    for outro in outros:
        assert outro.carga not in atendente.get("/conhecimento/", {"palavras": outro.isca}).text
        assert outro.carga not in perguntar(atendente, f"tratar {outro.isca} no sistema").replace(outro.isca, "")


def test_o_roteiro_do_chamado_de_quem_atende_nao_vai_a_quem_abre_pela_conversa(atendente, escondidos):
    """A conversa de quem atende, levada a um chamado, não cita o título do que é interno."""
    interno = escondidos[0]
    resposta = atendente.post(
        "/assistente/chamado/", {"esfera": "federal", "produto": "sei", "tipo": "reportar-erro"}, follow=True
    )
    assert resposta.status_code == 200 and interno.carga not in resposta.text
