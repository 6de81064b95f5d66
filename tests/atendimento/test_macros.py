"""Macros: vários passos de uma vez, todos ou nenhum, com as regras de quem os dá."""

import pytest

from pen.atendimento.enums import Desfecho, Nivel, Passo, Situacao
from pen.atendimento.errors import AutomacaoNaoEncontrada, ChamadoNaoEncontrado, MensagemNaoLida, PassoImpossivel
from pen.atendimento.models import Macro, PassoDoChamado
from pen.atendimento.services.atendimento import encerrar_chamado
from pen.atendimento.services.macros import aplicar_macro, escrever_macro, retirar_macro
from pen.atendimento.services.participacao import completar_chamado
from pen.comum.errors import ErroDeDominio, PedidoIncompleto, SemPermissao
from pen.conhecimento.enums import Especie
from pen.conhecimento.public import consultar_produto
from tests.fabricas.atendimento import fabricar_atendente, fabricar_chamado, fabricar_equipe
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
PEDIR = {"passo": "pedir_informacao", "texto": "Olá, {nome}. Qual é a versão do {produto}?"}
ANOTAR = {"passo": "anotar", "texto": "Falta a versão."}


def macro(*acoes, nome="Pedir a versão", produto=None, **opcoes) -> Macro:
    return escrever_macro(por=fabricar_central(), nome=nome, produto=produto, acoes=acoes or (PEDIR, ANOTAR), **opcoes)


def feitos(chamado) -> list[str]:
    return list(PassoDoChamado.objects.filter(chamado=chamado).order_by("ordem").values_list("passo", flat=True))


def test_os_passos_se_dao_na_ordem_com_o_texto_preenchido_em_nome_de_quem_aplica():
    chamado, atendente = fabricar_chamado(fabricar_pessoa(nome="Fulana")), fabricar_atendente()

    aplicar_macro(por=atendente, chave=chamado.chave, macro_id=macro().pk, visto=1)

    chamado.refresh_from_db()
    assert feitos(chamado) == ["abrir", "assumir", "pedir_informacao", "anotar"]
    assert chamado.situacao == Situacao.AGUARDANDO_USUARIO and chamado.atendente == atendente
    dito = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.PEDIR_INFORMACAO)
    assert (dito.texto, dito.por) == ("Olá, Fulana. Qual é a versão do SEI?", atendente)


def test_se_um_passo_nao_cabe_nenhum_se_da():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    duas_vezes = macro(PEDIR, PEDIR)

    with pytest.raises(PassoImpossivel):
        aplicar_macro(por=atendente, chave=chamado.chave, macro_id=duas_vezes.pk)

    assert feitos(chamado) == ["abrir"]


def test_sobre_uma_mensagem_que_nao_se_leu_a_macro_nao_passa():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    completar_chamado(por=chamado.solicitante, chave=chamado.chave, texto="É a 4.1.")

    with pytest.raises(MensagemNaoLida):
        aplicar_macro(por=atendente, chave=chamado.chave, macro_id=macro().pk, visto=1)

    assert "pedir_informacao" not in feitos(chamado)


def test_o_texto_pode_ser_o_de_um_roteiro_e_fica_dito_qual():
    roteiro = fabricar_artigo("Como atualizar", especie=Especie.ROTEIRO, modelo="{nome}, atualize para a 5.0.")
    chamado, atendente = fabricar_chamado(fabricar_pessoa(nome="Fulana")), fabricar_atendente()
    codigo = roteiro.artigo.codigo

    aplicar_macro(por=atendente, chave=chamado.chave, macro_id=macro({"passo": "encerrar", "roteiro": codigo}).pk)

    chamado.refresh_from_db()
    fim = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.ENCERRAR)
    assert (fim.texto, fim.detalhes["roteiro"], chamado.desfecho) == (
        "Fulana, atualize para a 5.0.",
        codigo,
        Desfecho.RESOLVIDO,
    )


def test_encaminha_a_equipe_que_a_macro_diz():
    chamado, atendente, especialistas = fabricar_chamado(), fabricar_atendente(), fabricar_equipe(Nivel.TECNICO)

    aplicar_macro(
        por=atendente, chave=chamado.chave,
        macro_id=macro(ANOTAR, {"passo": "encaminhar", "equipe": especialistas.codigo, "texto": "Defeito do módulo"}).pk,
    )  # fmt: skip

    chamado.refresh_from_db()
    assert chamado.equipe == especialistas
    assert "Aplicada a macro" in PassoDoChamado.objects.get(chamado=chamado, passo=Passo.ENCAMINHAR).texto


class TestQuemPode:
    def test_so_quem_atende_o_chamado_aplica(self):
        chamado, pronta = fabricar_chamado(), macro()
        de_fora = fabricar_atendente(fabricar_equipe())
        for pessoa, erro in ((chamado.solicitante, AutomacaoNaoEncontrada), (de_fora, ChamadoNaoEncontrado)):
            with pytest.raises(erro):
                aplicar_macro(por=pessoa, chave=chamado.chave, macro_id=pronta.pk)
        assert feitos(chamado) == ["abrir"]

    def test_so_a_equipe_central_escreve_e_retira(self):
        pronta, atendente = macro(), fabricar_atendente(coordena=True)
        with pytest.raises(SemPermissao):
            escrever_macro(por=atendente, nome="Minha", produto=None, acoes=[ANOTAR])
        with pytest.raises(SemPermissao):
            retirar_macro(por=atendente, macro_id=pronta.pk)

    @pytest.mark.parametrize("como", ["retirada", "de outro produto", "inventada"])
    def test_a_que_nao_serve_ao_chamado_nao_existe(self, como):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        pronta = macro(produto=consultar_produto("nup") if como == "de outro produto" else None)
        if como == "retirada":
            retirar_macro(por=fabricar_central(), macro_id=pronta.pk)
        with pytest.raises(AutomacaoNaoEncontrada):
            aplicar_macro(por=atendente, chave=chamado.chave, macro_id=pronta.pk + (como == "inventada"))


@pytest.mark.parametrize(
    ("acoes", "frase"),
    [
        ([], "pelo menos um passo"),
        ([ANOTAR] * 6, "até 5"),
        ([{"passo": "anotar"}], "Escreva o texto"),
        ([{"passo": "encaminhar", "texto": "x"}], "Escolha a equipe"),
        ([{"passo": "encerrar", "texto": "x"}, ANOTAR], "só podem ser o último"),
        ([{"passo": "abrir", "texto": "x"}], "não se pode fazer"),
        ([{"passo": "silenciar", "texto": "x"}], "não se pode fazer"),
    ],
)
def test_a_macro_que_nao_faz_sentido_e_recusada_com_a_razao(acoes, frase):
    with pytest.raises(PedidoIncompleto, match=frase):
        escrever_macro(por=fabricar_central(), nome="Errada", produto=None, acoes=acoes)
    assert not Macro.objects.exists()


def test_dois_nomes_iguais_nao_ha_e_alterar_traz_de_volta():
    primeira = macro()
    with pytest.raises(PedidoIncompleto, match="Já há uma macro"):
        macro()
    retirar_macro(por=fabricar_central(), macro_id=primeira.pk)

    alterada = macro(ANOTAR, macro_id=primeira.pk)

    assert alterada.pk == primeira.pk and alterada.retirada_em is None and len(alterada.lidas()) == 1


class TestPerguntas:
    CAMPOS = (
        {"codigo": "versao", "rotulo": "Versão", "especie": "linha", "obrigatorio": True},
        {"codigo": "quando", "rotulo": "Quando sai", "especie": "data"},
        {"codigo": "ambiente", "rotulo": "Ambiente", "especie": "escolha", "opcoes": ["Produção", "Homologação"]},
    )
    RESPONDER = {"passo": "responder", "texto": "{nome}, a {versao} sai em {quando}, na {ambiente}. {protocolo}"}

    def test_as_respostas_entram_no_texto_e_a_vazia_some(self):
        chamado, atendente = fabricar_chamado(fabricar_pessoa(nome="Fulana")), fabricar_atendente()
        pronta = macro(self.RESPONDER, campos=self.CAMPOS)
        respostas = {"versao": "5.0 {nome}", "quando": "2026-12-01", "outra": "x"}

        aplicar_macro(por=atendente, chave=chamado.chave, macro_id=pronta.pk, respostas=respostas)

        dito = PassoDoChamado.objects.get(chamado=chamado, passo=Passo.RESPONDER).texto
        assert dito == f"Fulana, a 5.0 {{nome}} sai em 01/12/2026, na . {chamado.protocolo}"

    def test_entram_tambem_no_modelo_de_um_roteiro(self):
        roteiro = fabricar_artigo("Como atualizar", especie=Especie.ROTEIRO, modelo="{nome}, atualize para a {versao}.")
        chamado, atendente = fabricar_chamado(fabricar_pessoa(nome="Fulana")), fabricar_atendente()
        pronta = macro({"passo": "responder", "roteiro": roteiro.artigo.codigo}, campos=self.CAMPOS)
        aplicar_macro(por=atendente, chave=chamado.chave, macro_id=pronta.pk, respostas={"versao": "5.0"})
        assert PassoDoChamado.objects.get(passo=Passo.RESPONDER).texto == "Fulana, atualize para a 5.0."

    @pytest.mark.parametrize(
        ("respostas", "campo"),
        [
            ({}, "versao"),
            ({"versao": "5.0", "quando": "amanhã"}, "quando"),
            ({"versao": "5.0", "ambiente": "Marte"}, "ambiente"),
            ({"versao": "x" * 301}, "versao"),
        ],
    )
    def test_a_que_falta_ou_nao_serve_se_diz_e_nada_se_da(self, respostas, campo):
        chamado, atendente = fabricar_chamado(), fabricar_atendente()
        pronta = macro(self.RESPONDER, campos=self.CAMPOS)
        with pytest.raises(PedidoIncompleto) as erro:
            aplicar_macro(por=atendente, chave=chamado.chave, macro_id=pronta.pk, respostas=respostas)
        assert erro.value.detalhes["campo"] == campo and feitos(chamado) == ["abrir"]

    @pytest.mark.parametrize(
        ("campos", "texto", "frase"),
        [
            ((), "Olá, {fulano}.", "«{fulano}»"),
            (CAMPOS, "Olá, {versão} e {Versao} e {versao2}.", "«{versao2}»"),  # só o que tem forma de variável
            (({"codigo": "nome", "rotulo": "Nome", "especie": "linha"},), "x", "já é do chamado"),
            ((CAMPOS[0], CAMPOS[0]), "x", "duas vezes"),
            (({"codigo": "a", "rotulo": "A", "especie": "numero"},), "x", "não existe"),
            (tuple({"codigo": f"c{n}", "rotulo": "C", "especie": "linha"} for n in range(6)), "x", "no máximo 5"),
        ],
    )
    def test_variavel_que_nao_ha_e_pergunta_que_nao_se_entende_sao_recusadas(self, campos, texto, frase):
        with pytest.raises(ErroDeDominio, match=frase):
            macro({"passo": "anotar", "texto": texto}, campos=campos)
        assert not Macro.objects.exists()


def test_num_chamado_encerrado_a_macro_que_fala_nao_cabe():
    chamado, atendente = fabricar_chamado(), fabricar_atendente()
    encerrar_chamado(por=atendente, chave=chamado.chave, resposta="Feito.")
    with pytest.raises(PassoImpossivel):
        aplicar_macro(por=atendente, chave=chamado.chave, macro_id=macro().pk)
