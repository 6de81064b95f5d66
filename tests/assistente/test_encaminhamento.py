"""Levar a conversa a um chamado: o que já vai escrito, o que falta perguntar, e o que a pessoa já tinha."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from pen.assistente.models import Conversa
from pen.assistente.selectors.encaminhamento import sugerir_chamado
from pen.assistente.services.conversas import perguntar
from pen.assistente.services.encaminhamento import preparar_chamado
from pen.atendimento.models import Rascunho, TipoDeSuporte
from pen.atendimento.services.rascunhos import GUARDADAS_POR_MINUTO, guardar_rascunho
from pen.comum.errors import SemPermissao
from pen.conhecimento.models import Produto
from pen.conhecimento.public import EsferaDeAtendimento
from pen.identidade.public import Esfera, Papel, Poder, contar_uso
from tests.fabricas.atendimento import fabricar_chamado
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.identidade import fabricar_orgao
from tests.fabricas.pessoas import dar_papel, entrar, fabricar_gestor, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
NINGUEM = AnonymousUser()
CHAMADO = "/assistente/chamado/"


def conversar(*textos, por=NINGUEM, produto=None):
    """A conversa com essas perguntas."""
    chave = ""
    for texto in textos:
        escolhido = Produto.objects.get(codigo=produto) if produto else None
        fala = perguntar(por=por, chave=chave, texto=texto, produto=escolhido)
        chave = fala.conversa.chave
    return fala.conversa


def sugerir(*textos, para=None, **ditos):
    return sugerir_chamado(conversar(*textos), para=para or fabricar_pessoa(), **ditos)


def com_conversa(cliente: Client, conversa: Conversa) -> Client:
    cliente.cookies["pen_conversa"] = conversa.chave
    return cliente


class TestSugerir:
    @pytest.mark.parametrize(
        ("campos", "esfera"),
        [
            ({"esfera": Esfera.FEDERAL}, EsferaDeAtendimento.FEDERAL),
            ({"esfera": Esfera.MUNICIPAL}, EsferaDeAtendimento.MUNICIPAL),
            ({"esfera": Esfera.ESTADUAL, "poder": Poder.JUDICIARIO}, EsferaDeAtendimento.OUTROS_PODERES),
        ],
    )  # fmt: skip
    def test_a_esfera_e_a_do_orgao_em_que_a_pessoa_atua(self, campos, esfera):
        orgao = fabricar_orgao(sigla="AGTT", **campos)
        sugerido = sugerir("erro no SEI", para=fabricar_gestor(orgao))
        assert (sugerido.esfera, sugerido.orgao) == (esfera, "AGTT")

    def test_de_quem_nao_se_sabe_o_orgao_se_pergunta_a_esfera(self):
        sugerido = sugerir("erro no SEI")
        assert (sugerido.esfera, sugerido.tipo, sugerido.completo) == (None, None, False)

    def test_o_produto_e_o_que_se_citou(self):
        assert sugerir("não consigo assinar no SEI").produto.codigo == "sei"

    def test_entre_dois_citados_a_pessoa_escolhe(self):
        assert sugerir("o SEI e o NUP dão erro").produto is None

    def test_o_que_se_escolheu_na_conversa_vale_mais_que_o_citado(self):
        conversa = conversar("o SEI dá erro", produto="nup")
        assert sugerir_chamado(conversa, para=fabricar_pessoa()).produto.codigo == "nup"

    def test_sem_citar_nenhum_vale_o_do_trecho_que_se_mostrou(self):
        fabricar_artigo("Como reabrir um chamado encerrado?", corpo="Responda ao e-mail.", produto="nup")
        assert sugerir("como reabrir um chamado encerrado").produto.codigo == "nup"

    @pytest.mark.parametrize(
        ("texto", "produto", "tipo"),
        [
            ("o SEI dá erro quando assino", "sei", "reportar-erro"), ("o SEI não abre", "sei", "reportar-erro"),
            ("preciso de acesso ao NUP", "nup", "solicitar-acesso-portal"),
            ("quantos anexos cabem no SEI?", "sei", "registrar-duvida"),
            ("seria bom ter busca no SEI", "sei", "sugerir-melhoria"),
        ],
    )  # fmt: skip
    def test_o_tipo_se_adivinha_do_que_se_disse(self, texto, produto, tipo):
        sugerido = sugerir(texto, esfera=EsferaDeAtendimento.FEDERAL)
        assert (sugerido.produto.codigo, sugerido.tipo.codigo) == (produto, tipo)

    def test_o_que_a_pessoa_escolhe_vale_mais_que_o_palpite(self):
        nup = Produto.objects.get(codigo="nup")
        sugerido = sugerir("erro no SEI", esfera=EsferaDeAtendimento.FEDERAL, produto=nup, tipo="sugerir-melhoria")
        assert (sugerido.produto, sugerido.tipo.codigo) == (nup, "sugerir-melhoria")

    def test_o_produto_que_nao_se_oferece_a_esfera_nao_tem_tipo(self):
        fora = Produto.objects.exclude(esferas__contains=["municipal"]).first()
        sugerido = sugerir("ajuda", esfera=EsferaDeAtendimento.MUNICIPAL, produto=fora)
        assert (sugerido.produto, list(sugerido.tipos), sugerido.completo) == (fora, [], False)

    def test_a_descricao_e_a_conversa_e_o_assunto_a_ultima_pergunta(self):
        fabricar_artigo("Como reabrir um chamado encerrado?", corpo="Responda ao e-mail.")
        sugerido = sugerir("oi", "como reabrir um chamado encerrado", "a quimera do SEI sumiu " + "mesmo " * 40)

        assert sugerido.assunto.startswith("a quimera do SEI sumiu") and sugerido.assunto.endswith("…")
        assert len(sugerido.assunto) <= 121
        assert (
            "— como reabrir um chamado encerrado\n  Assistente: mostrou «Como reabrir um chamado encerrado?»."
            in sugerido.descricao
        )
        assert "Assistente: disse que não sabe." in sugerido.descricao

    def test_a_descricao_nao_diz_que_mostrou_o_que_so_perguntou(self):
        for produto in ("sei", "portal-tramita-gov-br"):
            fabricar_artigo(f"Solicitar perfil no {produto}", corpo="Peça o perfil.", produto=produto)
        assert "Assistente: perguntou de que produto." in sugerir("solicitar perfil").descricao


class TestPreparar:
    def preparar(self, por, *textos, conversa=None):
        conversa = conversa or conversar(*textos)
        sugerido = sugerir_chamado(conversa, para=por, esfera=EsferaDeAtendimento.FEDERAL)
        preparar_chamado(por=por, conversa=conversa, chamado=sugerido)
        return conversa

    def test_o_rascunho_fica_escrito_e_a_conversa_passa_a_ser_da_pessoa(self):
        pessoa = fabricar_gestor(fabricar_orgao(sigla="AGTT"))
        conversa = self.preparar(pessoa, "o SEI dá erro ao assinar")

        rascunho = Rascunho.objects.get(pessoa=pessoa)
        assert (rascunho.tipo.codigo, rascunho.esfera) == ("reportar-erro", "federal")
        assert rascunho.campos["assunto"] == "o SEI dá erro ao assinar" and rascunho.campos["orgao"] == "AGTT"
        conversa.refresh_from_db()
        assert conversa.pessoa == pessoa and conversa.encaminhada_em is not None

    def test_o_que_a_pessoa_ja_escrevia_nao_se_perde(self):
        pessoa, tipo = fabricar_pessoa(), TipoDeSuporte.objects.get(codigo="reportar-erro", produto__codigo="sei")
        campos = {"assunto": "Já escrito", "descricao": "Meu texto.", "r_passos": "1. Entrar"}
        guardar_rascunho(por=pessoa, tipo=tipo, esfera=EsferaDeAtendimento.FEDERAL, campos=campos)

        self.preparar(pessoa, "o SEI dá erro ao assinar")

        guardados = Rascunho.objects.get(pessoa=pessoa).campos
        assert (guardados["assunto"], guardados["r_passos"]) == ("Já escrito", "1. Entrar")
        assert guardados["descricao"].startswith("Meu texto.\n\nConversa com o assistente:\n— o SEI dá erro ao assinar")

    def test_duas_vezes_nao_repete_e_a_conversa_que_cresceu_entra_uma_vez(self):
        pessoa = fabricar_pessoa()
        conversa = self.preparar(pessoa, "o SEI dá erro ao assinar")
        primeira = Rascunho.objects.get(pessoa=pessoa).campos["descricao"]
        self.preparar(pessoa, conversa=conversa)
        assert Rascunho.objects.get(pessoa=pessoa).campos["descricao"] == primeira

        conversa.refresh_from_db()
        perguntar(por=pessoa, chave=conversa.chave, texto="e o SEI travou")
        self.preparar(pessoa, conversa=conversa)
        descricao = Rascunho.objects.get(pessoa=pessoa).campos["descricao"]
        assert descricao.count("— o SEI dá erro ao assinar") == 1 and descricao.count("— e o SEI travou") == 1

    def test_a_conversa_de_outra_pessoa_nao_se_leva(self):
        conversa = conversar("o SEI dá erro", por=fabricar_pessoa())
        outra = fabricar_pessoa()
        sugerido = sugerir_chamado(conversa, para=outra, esfera=EsferaDeAtendimento.FEDERAL)
        with pytest.raises(SemPermissao):
            preparar_chamado(por=outra, conversa=conversa, chamado=sugerido)


class TestPagina:
    def test_em_um_passo_quando_se_sabe_tudo(self, client):
        pessoa = fabricar_gestor(fabricar_orgao(sigla="AGTT"))
        fabricar_chamado(pessoa, assunto="Erro ao assinar no SEI")
        entrar(com_conversa(client, conversar("o SEI dá erro ao assinar")), pessoa)

        resposta = client.post(CHAMADO)
        assert resposta["Location"] == "/atendimento/federal/sei/reportar-erro/"
        pagina = client.get(resposta["Location"]).text
        assert 'value="o SEI dá erro ao assinar"' in pagina and 'value="AGTT"' in pagina
        assert "— o SEI dá erro ao assinar" in pagina and "Você já tem chamados parecidos" in pagina

    def test_o_que_falta_se_pergunta_com_o_que_ja_se_sabe_marcado(self, client):
        entrar(com_conversa(client, conversar("o SEI dá erro ao assinar")), fabricar_pessoa())
        pagina = client.post(CHAMADO)
        assert pagina.status_code == 200 and '<option value="sei" selected>' in pagina.text

        resposta = client.post(CHAMADO, {"esfera": "federal", "produto": "sei"})
        assert resposta["Location"] == "/atendimento/federal/sei/reportar-erro/"

    def test_o_get_nao_escreve_nada_e_traz_o_palpite_marcado(self, client):
        pessoa = fabricar_gestor(fabricar_orgao())
        entrar(com_conversa(client, conversar("o SEI dá erro ao assinar")), pessoa)
        pagina = client.get(CHAMADO).text
        assert not Rascunho.objects.exists()
        for marcado in ('value="federal"', 'value="reportar-erro"'):
            assert "checked" in pagina.split(marcado)[1].split(">")[0]

    def test_o_que_nao_se_escolheu_se_explica(self, client):
        entrar(com_conversa(client, conversar("ajuda")), fabricar_pessoa())
        resposta = client.post(CHAMADO, {"esfera": "", "produto": ""})
        assert resposta.status_code == 422
        assert "Escolha de que esfera é o seu órgão." in resposta.text and "Escolha o produto." in resposta.text

    def test_o_produto_que_nao_e_da_esfera_se_explica(self, client):
        fora = Produto.objects.exclude(esferas__contains=["municipal"]).first()
        pessoa = fabricar_gestor(fabricar_orgao(esfera=Esfera.MUNICIPAL))
        entrar(com_conversa(client, conversar("ajuda", produto=fora.codigo)), pessoa)
        pagina = client.post(CHAMADO)
        assert pagina.status_code == 200 and f"«{fora.nome}» não se oferece a essa esfera" in pagina.text

    def test_quem_nao_entrou_vai_entrar_e_volta_com_a_conversa(self, client):
        com_conversa(client, conversar("o SEI dá erro ao assinar"))
        resposta = client.post(CHAMADO, follow=True)
        assert resposta.redirect_chain[-1][0] == "/entrar/?proximo=%2Fassistente%2Fchamado%2F"

        pagina = entrar(client, fabricar_pessoa()).get(CHAMADO)
        assert pagina.status_code == 200 and '<option value="sei" selected>' in pagina.text

    def test_sem_conversa_vai_a_central_de_atendimento(self, client):
        assert entrar(client, fabricar_pessoa()).post(CHAMADO)["Location"] == "/atendimento/"

    def test_a_conversa_de_outra_pessoa_e_como_se_nao_existisse(self, client):
        com_conversa(client, conversar("o SEI dá erro", por=fabricar_pessoa()))
        assert entrar(client, fabricar_pessoa()).post(CHAMADO)["Location"] == "/atendimento/"
        assert not Rascunho.objects.exists()

    def test_a_senha_que_se_escondeu_nao_barra_a_abertura(self, client):
        pessoa = fabricar_gestor(fabricar_orgao(sigla="AGTT"))
        entrar(com_conversa(client, conversar("o SEI recusa minha senha: abc12345 e dá erro")), pessoa)
        endereco = client.post(CHAMADO)["Location"]
        escrito = Rascunho.objects.get().campos
        campos = {nome: escrito[nome] for nome in ("orgao", "assunto", "descricao")} | {
            "envio": "01a20320-b6cc-7f04-9950-c7a57237559a", "r_passos": "1. Entrar", "r_ambiente": "Produção",
        }  # fmt: skip
        assert "[senha]" in campos["descricao"] and client.post(endereco, campos).status_code == 302

    def test_quem_pergunta_depressa_demais_recebe_a_explicacao(self, client):
        pessoa = dar_papel(fabricar_pessoa(), Papel.GESTOR, fabricar_orgao())
        entrar(com_conversa(client, conversar("o SEI dá erro ao assinar")), pessoa)
        for _ in range(GUARDADAS_POR_MINUTO - 1):
            contar_uso(f"rascunho:{pessoa.pk}")
        assert [client.post(CHAMADO).status_code for _ in range(2)] == [302, 429]
