"""Os componentes: escapam o que recebem e ligam rótulo, ajuda e erro ao campo."""

from datetime import date

import jinja2
import pytest
from django import forms
from django.template import engines

PERIGO = "<b>&"
ANDAMENTO = ("09:05", PERIGO, PERIGO, PERIGO)  # hora, operação, unidade e órgão


class PedidoForm(forms.Form):
    nome = forms.CharField(label="Nome <b>", help_text="Como no documento")
    apelido = forms.CharField(required=False)
    especie = forms.ChoiceField(choices=[("p", "Processo"), ("d", "Documento")], widget=forms.RadioSelect)


def render(expressao: str, **contexto: object) -> str:
    texto = f'{{% import "designsys/macros.jinja" as m %}}{{{{ {expressao} }}}}'
    return str(engines["jinja2"].from_string(texto).render(contexto))


@pytest.mark.parametrize(
    "expressao",
    [
        "m.botao(x)", "m.botao_link(x, x)", "m.mensagem(x, titulo=x)", "m.migalhas([(x, x), (x, none)])", "m.etiqueta(x)",
        "m.tabela(x, [x], [[x]])", "m.linha_do_tempo([(dia, [andamento])])", "m.definicoes([(x, x)])", "m.numero(x)",
        "m.busca(x, x, valor=x, ajuda=x, erro=x)", "m.paginacao(x, x)", "m.cartao(x, x, x)",
    ],
)  # fmt: skip
def test_componente_escapa_o_que_recebe(expressao):
    html = render(expressao, x=PERIGO, dia=date(2026, 11, 20), andamento=ANDAMENTO)

    assert PERIGO not in html and "&lt;b&gt;&amp;" in html


def test_campo_liga_rotulo_ajuda_e_erro_a_entrada():
    html = render("m.campo(form.nome)", form=PedidoForm({}))

    assert 'for="id_nome"' in html and "Nome &lt;b&gt;" in html
    assert 'aria-describedby="id_nome_helptext id_nome_error"' in html
    assert 'id="id_nome_helptext"' in html and 'id="id_nome_error"' in html


def test_campo_opcional_avisa_e_o_obrigatorio_nao():
    form = PedidoForm()

    assert "(opcional)" in render("m.campo(form.apelido)", form=form)
    assert "(opcional)" not in render("m.campo(form.nome)", form=form)


def test_opcoes_ficam_num_grupo_com_legenda():
    html = render("m.campo(form.especie)", form=PedidoForm())

    assert "<fieldset" in html and "<legend>Especie" in html and html.count('type="radio"') == 2


def test_resumo_de_erros_leva_a_cada_campo_e_some_quando_nao_ha_erro():
    assert 'href="#id_nome"' in render("m.resumo_de_erros(form)", form=PedidoForm({}))
    assert render("m.resumo_de_erros(form)", form=PedidoForm()).strip() == ""


def test_definicao_sem_valor_diz_que_nao_foi_informada():
    assert "Não informado" in render("m.definicoes([('Assunto', none)])")


def test_mensagem_aceita_html_no_corpo():
    texto = '{% from "designsys/macros.jinja" import mensagem %}{% call mensagem("", "info") %}<p>Oi</p>{% endcall %}'

    assert "<p>Oi</p>" in engines["jinja2"].from_string(texto).render({})


def test_nome_que_falta_no_contexto_e_erro():
    with pytest.raises(jinja2.UndefinedError):
        render("inexistente")
