"""Toda página da Central e da base, por todo papel: quem não deve ver recebe o mesmo que se ela não existisse."""

from io import BytesIO

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from pen.atendimento.enums import Passo
from pen.atendimento.models import Anexo, Avaliacao, DiaSemExpediente, Equipe, Integrante, Meta, Seguidor
from pen.atendimento.services.atendimento import encerrar_chamado, falar_no_chamado
from pen.atendimento.services.filtros import guardar_filtro
from pen.atendimento.services.gatilhos import escrever_gatilho
from pen.atendimento.services.inscricoes import criar_inscricao, enviar_teste
from pen.atendimento.services.macros import escrever_macro
from pen.atendimento.services.participacao import completar_chamado
from pen.atendimento.values.anexos import AnexoNovo
from pen.conhecimento.models import Artigo, TermoAprendido
from pen.conhecimento.services.aprendizado import aprender_pergunta
from pen.conhecimento.services.imagens import incluir_imagens
from pen.conhecimento.services.sinonimos import escrever_sinonimos
from tests.atendimento.test_manifestacoes import manifestar
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_equipe, fabricar_seguidor
from tests.fabricas.conhecimento import fabricar_artigo, imagem_nova
from tests.fabricas.pessoas import entrar, fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]

TODOS = {"ninguém", "estranho", "de outra equipe", "solicitante", "seguidor", "atendente", "central"}
QUEM_ENTROU = TODOS - {"ninguém"}
DO_CHAMADO = {"solicitante", "seguidor", "atendente"}
ATENDEM = {"atendente", "de outra equipe"}
ESCREVEM = {*ATENDEM, "central"}
PASSOS_DA_EQUIPE = ("responder", "anotar", "encerrar", "encaminhar", "atribuir", "unir", "dividir", "duplicar")

# Nome da página → quem a abre (GET). O que não está em nenhuma das duas tabelas quebra o teste: decida quem pode.
LEITURA = {
    "atendimento:inicio": TODOS, "atendimento:expediente": TODOS, "atendimento:produtos": TODOS, "atendimento:produto": TODOS,
    "atendimento:abrir": QUEM_ENTROU, "atendimento:chamados": QUEM_ENTROU, "atendimento:busca": QUEM_ENTROU,
    "atendimento:chamado": DO_CHAMADO, "atendimento:prazos": DO_CHAMADO, "atendimento:anexo": DO_CHAMADO,
    "atendimento:fila": ATENDEM, "atendimento:equipes": {"central"}, "atendimento:politica": {"central"},
    "atendimento:painel": {"central"}, "atendimento:baixar_chamados": {"central"}, "atendimento:guarda": {"central"},
    "atendimento:manifestacoes": QUEM_ENTROU, "atendimento:nova_manifestacao": QUEM_ENTROU,
    "atendimento:manifestacao": {"solicitante", "central"}, "atendimento:avaliar": TODOS, "atendimento:avaliado": TODOS,
    "atendimento:webhooks": QUEM_ENTROU, "atendimento:webhook": {"solicitante"},
    "atendimento:cadastro": {"central"}, "atendimento:cadastro_novo_produto": {"central"},
    "atendimento:cadastro_produto": {"central"}, "atendimento:cadastro_tipo": {"central"},
    "atendimento:cadastro_expediente": {"central"}, "atendimento:cadastro_metas": {"central"},
    "atendimento:automacao": {"central"}, "atendimento:nova_macro": {"central"}, "atendimento:macro": {"central"},
    "atendimento:novo_gatilho": {"central"}, "atendimento:gatilho": {"central"},
    "conhecimento:inicio": TODOS, "conhecimento:produto": TODOS, "conhecimento:artigo": ESCREVEM,
    "conhecimento:imagem": ESCREVEM,
    "conhecimento:redacao": ESCREVEM, "conhecimento:escrever": ESCREVEM, "conhecimento:redacao_do_artigo": ESCREVEM,
    "conhecimento:alterar": ESCREVEM, "conhecimento:vocabulario": ESCREVEM, "conhecimento:alterar_sinonimos": {"central"},
}  # fmt: skip
# Nome do que muda algo → quem chega a poder (POST, ainda que o formulário vazio seja recusado com 422).
ESCRITA = {
    "atendimento:parecidos": QUEM_ENTROU, "atendimento:guardar_rascunho": QUEM_ENTROU,
    "atendimento:descartar_rascunho": QUEM_ENTROU, "atendimento:presenca": {"atendente"},
    "atendimento:incluir_seguidor": {"solicitante"}, "atendimento:excluir_seguidor": {"solicitante", "seguidor"},
    "atendimento:dar_passo": {"atendente"}, "atendimento:guardar_filtro": ATENDEM, "atendimento:excluir_filtro": QUEM_ENTROU,
    "atendimento:agir_em_lote": ATENDEM, "atendimento:receber_da_fila": ATENDEM, "atendimento:distribuicao": {"central"},
    "atendimento:encerrar_integrante": {"central"}, "atendimento:cadastro_retirar_produto": {"central"},
    "atendimento:cadastro_novo_tipo": {"central"}, "atendimento:cadastro_retirar_tipo": {"central"},
    "atendimento:cadastro_excluir_dia": {"central"}, "atendimento:cadastro_excluir_meta": {"central"},
    "atendimento:retirar_macro": {"central"}, "atendimento:ligar_gatilho": {"central"},
    "atendimento:comecar_artigo": {"atendente"},
    "atendimento:aplicar_macro": {"atendente"}, "atendimento:procurar_no_chamado": {"atendente"},
    "atendimento:testar_webhook": {"solicitante"}, "atendimento:trocar_segredo": {"solicitante"},
    "atendimento:pausar_webhook": {"solicitante"},
    "atendimento:retomar_webhook": {"solicitante"}, "atendimento:excluir_webhook": {"solicitante"},
    "atendimento:reenviar_entrega": {"solicitante"},
    "conhecimento:agir": ESCREVEM, "conhecimento:opinar": ESCREVEM, "conhecimento:enviar_imagens": ESCREVEM,
    "conhecimento:excluir_imagem": ESCREVEM, "conhecimento:excluir_sinonimos": {"central"},
    "conhecimento:esquecer_aprendido": {"central"},
}  # fmt: skip


SEM_ENTRAR = {"conhecimento:artigo", "conhecimento:imagem"}  # de um interno, a quem não entrou não se pede que entre
# De quem vê o chamado e não pode o passo, a recusa pode vir antes, do que falta no formulário.
RECUSAM_PELO_FORMULARIO = {"atendimento:dar_passo", "atendimento:incluir_seguidor"}


def nomes_das_paginas(*espacos: str) -> set[str]:
    def percorrer(padroes, espaco=""):
        for padrao in padroes:
            if isinstance(padrao, URLResolver):
                yield from percorrer(padrao.url_patterns, padrao.namespace or espaco)
            elif isinstance(padrao, URLPattern) and espaco in espacos:
                yield f"{espaco}:{padrao.name}"

    return set(percorrer(get_resolver().url_patterns))


def test_toda_pagina_esta_numa_das_tabelas():
    assert nomes_das_paginas("atendimento", "conhecimento") == {*LEITURA, *ESCRITA}


@pytest.fixture
def cena():
    """Um chamado com tudo, e um exemplo de cada coisa que tem endereço."""
    chamado, atendente, seguidor = fabricar_chamado(), fabricar_atendente(), fabricar_pessoa()
    fabricar_seguidor(chamado, seguidor)
    anexo = AnexoNovo("tela.txt", BytesIO(b"O que aparece na tela."))
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="x", anexos=[anexo])
    falar_no_chamado(por=atendente, chave=chamado.chave, passo=Passo.ANOTAR, texto="Nota secreta da equipe")
    outro = fabricar_chamado()
    encerrar_chamado(por=atendente, chave=outro.chave, resposta="Feito.")
    artigo = fabricar_artigo("Texto interno", interno=True).artigo.codigo
    incluir_imagens(por=fabricar_central(), codigo=artigo, imagens=[imagem_nova("tela.png")])
    equipe = Equipe.objects.get(codigo="triagem")
    webhook, _ = criar_inscricao(por=chamado.solicitante, endereco="https://sistema.orgao.exemplo/")
    filtro = guardar_filtro(por=atendente, nome="meu", consulta="meus=on")
    central, nota = fabricar_central(), [{"passo": "anotar", "texto": "Nota"}]
    macro = escrever_macro(por=central, nome="Anotar", produto=None, acoes=nota)
    gatilho = escrever_gatilho(por=central, nome="Anotar", quando=Passo.ABRIR, condicoes={}, acoes=nota)
    argumentos = {
        "esfera": "federal", "produto": "sei", "tipo": "reportar-erro", "chave": chamado.chave, "anexo_id": Anexo.objects.get().pk,
        "passo": "responder", "seguidor_id": Seguidor.objects.get().pk, "filtro_id": filtro.pk, "equipe_id": equipe.pk,
        "integrante_id": Integrante.objects.get(pessoa=atendente).pk, "tipo_id": chamado.formulario.tipo_id,
        "dia_id": DiaSemExpediente.objects.first().pk, "meta_id": Meta.objects.get().pk, "acao": "enviar", "codigo": "sei",
        "macro_id": macro.pk, "gatilho_id": gatilho.pk,
        "inscricao_id": webhook.pk, "entrega_id": enviar_teste(por=chamado.solicitante, inscricao_id=webhook.pk).pk,
    }  # fmt: skip
    aprender_pergunta("quimera", artigo_id=str(Artigo.objects.get(codigo=artigo).pk), ancora="")
    argumentos |= {
        "sinonimos_id": escrever_sinonimos(por=None, escritas=["gato", "felino"]).pk,
        "aprendido_id": TermoAprendido.objects.get().pk,
    }  # fmt: skip
    avaliacao = {"chave": Avaliacao.objects.get().chave}
    da_base = {n for n in {*LEITURA, *ESCRITA} if n.startswith("conhecimento:")} - {"conhecimento:produto"}
    proprios = {
        "atendimento:manifestacao": {"chave": manifestar(chamado.solicitante).chave}, "atendimento:avaliar": avaliacao,
        "atendimento:avaliado": avaliacao, **{nome: {"codigo": artigo, "nome": "tela.png"} for nome in da_base},
    }  # fmt: skip
    papeis = {
        "ninguém": None, "estranho": fabricar_pessoa(), "de outra equipe": fabricar_atendente(fabricar_equipe()),
        "solicitante": chamado.solicitante, "seguidor": seguidor, "atendente": atendente, "central": central,
    }  # fmt: skip
    return papeis, lambda nome: endereco(nome, argumentos | proprios.get(nome, {}))


def endereco(nome: str, argumentos: dict[str, object]) -> str:
    espaco, curto = nome.split(":")
    _, resolvedor = get_resolver().namespace_dict[espaco]
    (((_, parametros),), *_) = resolvedor.reverse_dict.getlist(curto)[0]
    return reverse(nome, kwargs={parametro: argumentos[parametro] for parametro in parametros})


def pedir(client, pessoa, metodo, caminho):
    client.logout()
    if pessoa is not None:
        entrar(client, pessoa)
    return getattr(client, metodo)(caminho)


@pytest.mark.parametrize("papel", sorted(TODOS))
def test_matriz_url_x_papel_x_orgao(client, cena, papel):
    papeis, onde = cena
    achados = []
    for nome, podem in LEITURA.items():
        caminho = onde(nome)
        if nome == "atendimento:baixar_chamados":
            caminho += "?desde=2026-11-16&ate=2026-11-16"
        resposta = pedir(client, papeis[papel], "get", caminho)
        esperado = 200 if papel in podem else 302 if papel == "ninguém" and nome not in SEM_ENTRAR else 404
        if resposta.status_code != esperado:
            achados.append((nome, resposta.status_code, esperado))
        texto = b"".join(resposta.streaming_content).decode(errors="replace") if resposta.streaming else resposta.text
        if "Nota secreta da equipe" in texto and papel != "atendente":
            achados.append((nome, "mostrou a nota interna"))

    assert achados == []


@pytest.mark.parametrize("papel", sorted(TODOS))
def test_ninguem_muda_o_que_nao_e_seu(client, cena, papel):
    papeis, onde = cena
    achados = []
    for nome, podem in ESCRITA.items():
        if papel in podem:
            continue
        resposta = pedir(client, papeis[papel], "post", onde(nome))
        aceitos = {302} if papel == "ninguém" and nome != "conhecimento:opinar" else {403, 404}
        if nome in RECUSAM_PELO_FORMULARIO and papel in DO_CHAMADO | ATENDEM:
            aceitos |= {422}
        if resposta.status_code not in aceitos:
            achados.append((nome, resposta.status_code))

    assert achados == []


def test_os_passos_da_equipe_nao_se_dao_por_quem_abriu(client, cena):
    papeis, _ = cena
    chave = Seguidor.objects.get().chamado.chave
    entrar(client, papeis["solicitante"])
    for passo in PASSOS_DA_EQUIPE:
        dados = {f"{passo}-texto": "x", f"{passo}-motivo": "x", f"{passo}-tentado": "x", f"{passo}-desfecho": "resolvido"}
        resposta = client.post(reverse("atendimento:dar_passo", args=[chave, passo]), dados)
        assert resposta.status_code in {403, 404, 422}
    assert Seguidor.objects.get().chamado.situacao == "na_fila"
