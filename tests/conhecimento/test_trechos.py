"""Achar o trecho que responde: erros de digitação, outras palavras, o que não está na base, e quem lê o quê."""

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pen.comum.errors import NaoEncontrado, PedidoIncompleto, SemPermissao
from pen.conhecimento.enums import Especie
from pen.conhecimento.management.reindexacao import comando as comando_de_reindexar
from pen.conhecimento.models import (
    Artigo,
    Grafia,
    Palavra,
    Sinonimos,
    Termo,
    TermoAprendido,
    TermoDoArtigo,
    TermoDoTrecho,
    Trecho,
    VersaoDoArtigo,
)
from pen.conhecimento.selectors.busca import buscar_na_base
from pen.conhecimento.selectors.trechos import achar_trechos
from pen.conhecimento.selectors.vocabulario import sinonimos_da_base, termos_aprendidos
from pen.conhecimento.services.aprendizado import aprender_pergunta, esquecer_aprendido
from pen.conhecimento.services.artigos import retirar_artigo
from pen.conhecimento.services.indice import indexar_o_que_falta, reindexar_base, tirar_palavras
from pen.conhecimento.services.sinonimos import carregar_sinonimos, escrever_sinonimos, excluir_sinonimos
from pen.conhecimento.values.palavras import distancia, palavras_da_pergunta, palavras_de_conversa, palavras_do_texto, som
from pen.conhecimento.values.realce import pedaco, realcar
from pen.conhecimento.values.trechos import PALAVRAS_MAXIMO, cortar_em_trechos
from tests.fabricas.atendimento import fabricar_atendente
from tests.fabricas.conhecimento import fabricar_artigo
from tests.fabricas.pessoas import fabricar_central, fabricar_pessoa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("central")]
NINGUEM = AnonymousUser()


def titulos(pergunta, *, para=NINGUEM, **opcoes):
    achados = achar_trechos(pergunta, para=para, parte=0.5, **opcoes).trechos
    return list(dict.fromkeys(VersaoDoArtigo.objects.get(artigo=t.artigo).titulo for t in achados))


class TestAchar:
    @pytest.fixture(autouse=True)
    def base(self):
        fabricar_artigo("Como acompanhar um processo por e-mail?", corpo="Entre e escolha «Acompanhar».")
        fabricar_artigo("Como reabrir um chamado encerrado?", corpo="Responda em até 48 horas.")
        fabricar_artigo("Erros de tramitação entre órgãos", corpo="O barramento recusou o envio.")

    @pytest.mark.parametrize(
        ("pergunta", "titulo"),
        [
            ("acompanhar processo por email", "Como acompanhar um processo por e-mail?"),
            ("quero acompanhr um prcesso pelo emial", "Como acompanhar um processo por e-mail?"),
            ("reabrir chamados encerrados", "Como reabrir um chamado encerrado?"),
            ("REABRI CHAMADO", "Como reabrir um chamado encerrado?"),
            ("tramitacoes", "Erros de tramitação entre órgãos"), ("erro na tramtiação", "Erros de tramitação entre órgãos"),
            ("xamado emcerado", "Como reabrir um chamado encerrado?"),
            ("prosseso por imail", "Como acompanhar um processo por e-mail?"),
            ("orgaos tramitacao", "Erros de tramitação entre órgãos"), ("barramneto", "Erros de tramitação entre órgãos"),
        ],
    )  # fmt: skip
    def test_acha_como_as_pessoas_escrevem(self, pergunta, titulo):
        assert titulos(pergunta)[:1] == [titulo]

    @pytest.mark.parametrize(
        "pergunta", ["", "como é que eu faço?", "bolo de fubá", "' | : & ! (", "a:*b 'c'", "%_\\", "\x00", "0" * 500]
    )
    def test_o_que_nao_esta_na_base_nao_se_acha_nem_quebra(self, pergunta):
        assert titulos(pergunta) == []

    def test_diz_o_que_leu_quando_conserta_e_so_entao(self):
        consertada, igual = achar_trechos("prcesso", para=NINGUEM), achar_trechos("processos", para=NINGUEM)
        assert (consertada.lida, consertada.consertada, igual.consertada) == ("processo", True, False)

    def test_outra_maneira_de_perguntar_acha_o_artigo_e_nao_se_mostra(self):
        fabricar_artigo(
            "Regra das 72 horas",
            corpo="Sem resposta, o chamado se encerra.",
            perguntas="sumiu meu pedido\nninguém me avisou",
        )
        (achado,) = achar_trechos("sumiu o meu pedido", para=NINGUEM, parte=0.5).trechos
        assert achado.trecho.texto == "Sem resposta, o chamado se encerra."

    def test_a_pergunta_comprida_acha_o_artigo_que_tem_mais_dela_em_varias_secoes(self):
        fabricar_artigo(
            "Férias", corpo="# Colega\n\nInclua um colega.\n\n# Viagem\n\nAvise a chefia.\n\n# Volta\n\nTire o colega."
        )
        fabricar_artigo("Chefia", corpo="A chefia decide, e avisa a chefia de cima.")
        assert titulos("vou viajar de férias: incluo um colega e aviso a chefia?")[:1] == ["Férias"]

    def test_a_palavra_que_toda_frase_tem_nao_conta(self):
        assert achar_trechos("nós somos, estamos e queríamos", para=NINGUEM).trechos == []

    def test_um_artigo_longo_responde_com_a_secao_certa(self):
        corpo = "# Instalar\n\nBaixe o pacote.\n\n# Atualizar\n\nPare o serviço antes."
        fabricar_artigo("Módulo de assinatura", corpo=corpo)
        (achado, *_) = achar_trechos("atualizar o módulo de assinatura", para=NINGUEM).trechos
        assert (achado.trecho.titulo, achado.trecho.ancora) == ("Atualizar", "atualizar")

    def test_limita_ao_produto_e_a_especie(self):
        fabricar_artigo("Quimera do SEI", produto="sei")
        nup = fabricar_artigo("Quimera do NUP", produto="nup", especie=Especie.REGRA).artigo
        assert titulos("quimera", produto_id=nup.produto_id) == ["Quimera do NUP"]
        assert titulos("quimera", especies=[Especie.REGRA]) == ["Quimera do NUP"]

    def test_as_consultas_nao_crescem_com_a_base_nem_com_a_pergunta(self):
        def contar(pergunta):
            with CaptureQueriesContext(
                connection,
            ) as consultas:
                achar_trechos(pergunta, para=NINGUEM)
            return len(consultas)

        antes = contar("chamado encerrado")
        for n in range(10):
            fabricar_artigo(f"Chamado encerrado número {n}")
        assert contar("chamado encerrado") == antes == contar("chamado encerrado processo acompanhar tramitação órgãos")


class TestVisibilidade:
    def test_o_interno_so_aparece_a_quem_atende_nem_empresta_palavras_ao_conserto(self):
        fabricar_artigo("Roteiro do unicórnio", especie=Especie.ROTEIRO, corpo="Unicórnio.")
        assert titulos("unicornio") == [] and titulos("unicornio", para=fabricar_atendente()) == ["Roteiro do unicórnio"]
        assert achar_trechos("unicornoi", para=NINGUEM).lida == "unicornoi"
        assert achar_trechos("unicornoi", para=fabricar_atendente()).lida == "unicornio"

    def test_o_retirado_sai_do_indice_e_volta_a_ele(self):
        codigo, central = fabricar_artigo("Artigo do grifo").artigo.codigo, fabricar_central()
        retirar_artigo(por=central, codigo=codigo)
        assert titulos("grifo") == [] and not Trecho.objects.exists()
        assert not Termo.objects.filter(trechos__gt=0).exists()
        retirar_artigo(por=central, codigo=codigo, retirar=False)
        assert titulos("grifo") == ["Artigo do grifo"]


class TestIndice:
    def test_refazer_tudo_da_o_mesmo(self):
        for n in range(3):
            fabricar_artigo(
                f"Chamado encerrado {n}", corpo="# Um\n\nTexto.\n\n# Dois\n\nOutro texto.", perguntas="fecharam"
            )

        def retrato():
            return (
                sorted(Termo.objects.values_list("termo", "trechos")),
                sorted(Palavra.objects.values_list("palavra", "radical", "publica")),
                Grafia.objects.count(), sorted(TermoDoTrecho.objects.values_list("termo", "peso")),
            )  # fmt: skip

        antes = retrato()
        assert [reindexar_base(), reindexar_base()] == [(3, 0), (3, 0)] and retrato() == antes

    def test_a_palavra_que_ninguem_mais_usa_sai_do_vocabulario(self):
        codigo = fabricar_artigo("Artigo do grifo", corpo="A quimera.").artigo.codigo
        fabricar_artigo("Artigo da quimera")
        retirar_artigo(por=fabricar_central(), codigo=codigo)
        assert (tirar_palavras(), tirar_palavras()) == (1, 0)
        assert {"artigo", "quimera"} < set(Palavra.objects.values_list("palavra", flat=True))
        assert not Grafia.objects.filter(palavra="grifo").exists() and not Termo.objects.filter(termo="grif").exists()

    def test_o_comando_refaz_o_indice_e_conta(self):
        fabricar_artigo("Artigo do grifo")
        TermoDoArtigo.objects.all().delete()
        resposta = CliRunner().invoke(comando_de_reindexar)
        assert resposta.exit_code == 0 and "1 artigo no índice; 0 palavras saíram do vocabulário." in resposta.output
        assert titulos("grifo") == ["Artigo do grifo"]

    def test_indexa_o_que_falta_uma_vez(self):
        fabricar_artigo("Artigo do grifo")
        TermoDoArtigo.objects.all().delete()
        assert (indexar_o_que_falta(), indexar_o_que_falta(), titulos("grifo")) == (1, 0, ["Artigo do grifo"])

    def test_o_texto_longo_se_corta_no_fim_de_um_paragrafo(self):
        cortes = cortar_em_trechos("# Secao\n\n" + "\n\n".join(["palavra " * 100] * 3))
        assert len(cortes) == 3 and all(len(c.texto.split()) <= PALAVRAS_MAXIMO and c.ancora == "secao" for c in cortes)

    def test_listas_tabelas_e_codigo_viram_linhas(self):
        (corte,) = cortar_em_trechos("1. Abra\n2. Envie\n\n- item\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nls -l\n```")
        assert corte.texto.split("\n") == ["1. Abra", "2. Envie", "• item", "a · b", "c · d", "ls -l"]


class TestSinonimos:
    @pytest.mark.parametrize(
        "pergunta", ["o que é UP", "ups", "o que é uma unidade protocolizadora", "unidades protocolizadoras"]
    )
    def test_valem_uma_pela_outra_em_qualquer_forma(self, pergunta):
        escrever_sinonimos(por=None, escritas=["UP", "unidade protocolizadora"])
        fabricar_artigo("Cadastro de UP", corpo="Sobre a UP.")
        fabricar_artigo("Outra coisa", corpo="Nada.")
        assert titulos(pergunta)[:1] == ["Cadastro de UP"]

    def test_so_a_equipe_central_escreve_e_desfaz(self):
        atendente, central = fabricar_atendente(), fabricar_central()
        with pytest.raises(SemPermissao):
            escrever_sinonimos(por=atendente, escritas=["um", "dois"])
        grupo = escrever_sinonimos(por=central, escritas=["gato", "felino"])
        with pytest.raises(SemPermissao):
            excluir_sinonimos(por=atendente, sinonimos_id=grupo.pk)
        escrever_sinonimos(por=central, escritas=["gato", "bichano"], sinonimos_id=grupo.pk)
        assert [g.escritas for g in sinonimos_da_base(para=atendente)] == [["gato", "bichano"]]
        excluir_sinonimos(por=central, sinonimos_id=grupo.pk)
        assert not Sinonimos.objects.exists()
        with pytest.raises(NaoEncontrado):
            excluir_sinonimos(por=central, sinonimos_id=grupo.pk)
        with pytest.raises(NaoEncontrado):
            sinonimos_da_base(para=fabricar_pessoa())

    @pytest.mark.parametrize(
        "escritas", [[], ["um gato"], ["gato", "Gatos"], ["de", "a"], ["a b c d e f g h".replace(" ", "x "), "gato"]]
    )
    def test_o_que_nao_e_grupo_se_explica(self, escritas):
        with pytest.raises(PedidoIncompleto):
            escrever_sinonimos(por=None, escritas=escritas)

    def test_os_da_instalacao_entram_uma_vez(self):
        assert carregar_sinonimos() > 50 and carregar_sinonimos() == 0


class TestAprendizado:
    def ensinar(self, artigo, pergunta, vezes=3):
        for _ in range(vezes):
            aprender_pergunta(pergunta, artigo_id=str(artigo.pk), ancora="")

    def test_tres_perguntas_ensinam_e_a_republicacao_nao_esquece(self):
        artigo = fabricar_artigo("Reabrir chamado").artigo
        self.ensinar(artigo, "ressuscitar chamado", vezes=2)
        assert titulos("ressuscitar") == []
        self.ensinar(artigo, "ressuscitar chamado", vezes=1)
        assert titulos("ressuscitar") == ["Reabrir chamado"]
        reindexar_base()
        assert titulos("ressuscitar") == ["Reabrir chamado"]

    def test_a_equipe_central_esquece(self):
        artigo, central = fabricar_artigo("Reabrir chamado").artigo, fabricar_central()
        self.ensinar(artigo, "ressuscitar")
        (aprendido,) = termos_aprendidos(para=central)
        with pytest.raises(SemPermissao):
            esquecer_aprendido(por=fabricar_atendente(), aprendido_id=aprendido.pk)
        for _ in range(2):
            esquecer_aprendido(por=central, aprendido_id=aprendido.pk)
        assert titulos("ressuscitar") == [] and not TermoAprendido.objects.exists()

    def test_o_que_ja_nao_ha_nao_aprende(self):
        aprender_pergunta("ressuscitar", artigo_id="01a20320-b6cc-7f04-9950-c7a57237559a", ancora="")
        assert not TermoAprendido.objects.exists() and not Artigo.objects.exists()


class TestConversa:
    """As palavras que toda frase tem separam vizinhos, e só isso: não acham nada nem dão confiança."""

    @pytest.fixture(autouse=True)
    def vizinhos(self):
        for n in range(4):
            fabricar_artigo(f"Outro assunto {n}", corpo="Nada disto.")
        fabricar_artigo("Prazo de resposta: quando", perguntas="quando respondem o chamado")
        fabricar_artigo("Prazo de resposta: quem", perguntas="quem responde o chamado")

    @pytest.mark.parametrize("pergunta", ["quem responde meu chamado", "e quem é que vai responder o chamado?"])
    def test_quem_separa_do_que_e_igual(self, pergunta):
        assert titulos(pergunta)[0] == "Prazo de resposta: quem"
        assert titulos(pergunta.replace("quem", "quando"))[0] == "Prazo de resposta: quando"

    def test_sozinhas_nao_acham(self):
        assert achar_trechos("quem e quando?", para=NINGUEM).trechos == []

    def test_a_confianca_e_a_mesma_com_elas(self):
        com, sem = (
            achar_trechos(p, para=NINGUEM).trechos[0] for p in ("e quem é que responde o chamado", "responde chamado")
        )
        assert (com.parte, round(com.confianca, 6)) == (sem.parte, round(sem.confianca, 6))


class TestPalavras:
    def test_da_pergunta_fica_o_que_diz_algo(self):
        pergunta = "Como faço pra mandar e-mail, no gov.br?"
        assert palavras_da_pergunta(pergunta) == ["mandar", "email", "govbr"]
        assert palavras_de_conversa(pergunta) == ["como", "faco", "pra", "no"]
        assert list(palavras_do_texto("E-mail do gov.br 4.1")) == [
            "e",
            "mail",
            "email",
            "do",
            "gov",
            "br",
            "govbr",
            "4",
            "1",
        ]

    @pytest.mark.parametrize(
        ("uma", "outra"),
        [("chamado", "xamado"), ("processo", "prosseso"), ("equipe", "ekipe"), ("sigiloso", "sigilozo"), ("sumiu", "sumil"),
         ("consulta", "comsulta"), ("homologacao", "omologasao"), ("gestor", "jestor")],
    )  # fmt: skip
    def test_soa_igual_o_que_se_diz_igual(self, uma, outra):
        assert som(uma) == som(outra)

    @pytest.mark.parametrize(
        ("uma", "outra", "quanto"),
        [("a", "a", 0), ("acesso", "aceso", 1), ("acesso", "acseso", 1), ("gato", "rato", 1), ("abc", "xyz", 3)],
    )
    def test_a_distancia_conta_a_inversao_como_uma(self, uma, outra, quanto):
        assert distancia(uma, outra) == distancia(outra, uma) == quanto

    def test_o_realce_escapa_o_que_nao_e_dele(self):
        assert realcar("<b>Ação</b> e ação", {"acao"}) == "&lt;b&gt;<mark>Ação</mark>&lt;/b&gt; e <mark>ação</mark>"

    def test_o_pedaco_e_o_que_tem_as_palavras(self):
        texto = "nada " * 200 + "a tramitação do processo falhou " + "nada " * 200
        assert "tramitação do processo" in pedaco(texto, {"tramitacao", "processo"}) and len(pedaco(texto, set())) < 260

    def test_a_busca_junta_por_artigo(self):
        fabricar_artigo("Módulo de assinatura", corpo="# Um\n\nModulo.\n\n# Dois\n\nModulo.")
        assert len(buscar_na_base("módulo", para=NINGUEM).artigos) == 1
