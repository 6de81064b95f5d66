"""Os formulários do conhecimento."""

from typing import Any

from django import forms

from pen.conhecimento.enums import Especie, NivelDoRoteiro
from pen.conhecimento.models import Produto
from pen.conhecimento.models.artigo import CORPO_MAXIMO, PERGUNTAS_MAXIMO, RESUMO_MAXIMO, TITULO_MAXIMO
from pen.conhecimento.services.artigos import PARECER_MAXIMO, Escrito
from pen.conhecimento.services.imagens import ACEITOS, FORMATOS, IMAGEM_MAXIMA, IMAGENS_POR_ENVIO, ImagemNova
from pen.conhecimento.services.opinioes import COMENTARIO_MAXIMO
from pen.designsys.forms import DataField, FormularioBase, VariosArquivosField


class BuscaForm(FormularioBase, forms.Form):
    """O que se procura na base; o produto, pelo código."""

    palavras = forms.CharField(label="O que você quer saber?", required=False, max_length=200)
    produto = forms.ChoiceField(label="Produto", required=False)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_produtos(self, produtos, "Todos")


class ArtigoForm(FormularioBase, forms.Form):
    """O que uma versão diz; os campos de roteiro só aparecem num roteiro."""

    titulo = forms.CharField(
        label="Título", max_length=TITULO_MAXIMO, error_messages={"required": "Escreva o título."},
        help_text="Como a pessoa perguntaria. Exemplo: Como solicitar acesso?",
    )  # fmt: skip
    resumo = forms.CharField(
        label="Resumo", required=False, max_length=RESUMO_MAXIMO, help_text="Aparece na lista da busca."
    )
    quando = forms.CharField(
        label="Em que situação serve", max_length=RESUMO_MAXIMO, error_messages={"required": "Diga em que situação serve."}
    )
    modelo = forms.CharField(
        label="Modelo da resposta", max_length=CORPO_MAXIMO, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Pode ter {nome}, {protocolo}, {produto} e {orgao}, que se trocam pelos do chamado.",
        error_messages={"required": "Escreva o modelo da resposta."},
    )  # fmt: skip
    nivel = forms.ChoiceField(label="Quem resolve", choices=NivelDoRoteiro.choices, initial=NivelDoRoteiro.N2.value)
    corpo = forms.CharField(
        label="Texto", max_length=CORPO_MAXIMO, widget=forms.Textarea(attrs={"rows": 18}),
        help_text="Em Markdown: # título, **negrito**, - lista, [texto](endereço), ![o que a imagem mostra](imagem:nome.png).",
        error_messages={"required": "Escreva o artigo."},
    )  # fmt: skip
    palavras_chave = forms.CharField(
        label="Palavras-chave", required=False, max_length=RESUMO_MAXIMO, help_text="Outros nomes que as pessoas usam."
    )
    perguntas = forms.CharField(
        label="Outras maneiras de perguntar", required=False, max_length=PERGUNTAS_MAXIMO, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Uma por linha, com as palavras de quem pergunta. Não aparecem na página: só a busca e o assistente as leem.",
    )  # fmt: skip
    vale_ate = DataField(label="Vale até", required=False, help_text="Passado o dia, o artigo pede revisão.")

    def __init__(self, *partes: Any, especie: Especie, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        if especie == Especie.ROTEIRO:
            self.fields["corpo"].required = False
            self.fields["corpo"].label = "Solução, passo a passo"
        else:
            for campo in ("quando", "modelo", "nivel"):
                del self.fields[campo]

    def escrito(self) -> Escrito:
        """O que o serviço pede; só depois de ``is_valid``."""
        campos = Escrito.__dataclass_fields__
        return Escrito(**{nome: valor for nome, valor in self.cleaned_data.items() if nome in campos})


class EspecieForm(FormularioBase, forms.Form):
    """O que se vai escrever."""

    especie = forms.ChoiceField(label="O que é", choices=Especie.choices, widget=forms.RadioSelect)
    produto = forms.ChoiceField(label="Produto", required=False)
    interno = forms.BooleanField(label="Só quem atende lê", required=False)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_produtos(self, produtos, "Vários, ou nenhum")


class ParecerForm(FormularioBase, forms.Form):
    """Por que uma versão volta a quem escreveu."""

    parecer = forms.CharField(
        label="O que falta", max_length=PARECER_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Diga o que falta."},
    )  # fmt: skip


class SinonimosForm(FormularioBase, forms.Form):
    """Expressões que valem uma pela outra, uma por linha."""

    escritas = forms.CharField(
        label="Expressões que querem dizer o mesmo", max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Uma por linha. Exemplo: UP, na primeira linha; unidade protocolizadora, na segunda.",
        error_messages={"required": "Escreva pelo menos duas expressões, uma por linha."},
    )  # fmt: skip

    def clean_escritas(self) -> list[str]:
        """As linhas que dizem algo."""
        return [linha.strip() for linha in str(self.cleaned_data["escritas"]).splitlines() if linha.strip()]


class ImagensForm(FormularioBase, forms.Form):
    """As imagens que se enviam a um artigo."""

    imagens = VariosArquivosField(
        label="Imagens", required=True, aceitos=[f".{extensao}" for extensao, _ in FORMATOS.values()],
        help_text=f"Até {IMAGENS_POR_ENVIO} de cada vez, de até {IMAGEM_MAXIMA // 2**20} MB: {ACEITOS}.",
        error_messages={"required": "Escolha as imagens."},
    )  # fmt: skip

    def novas(self) -> list[ImagemNova]:
        """O que o serviço pede; só depois de ``is_valid``."""
        return [ImagemNova(a.name or "imagem", a.file) for a in self.cleaned_data["imagens"]]


class OpiniaoForm(FormularioBase, forms.Form):
    """Se o artigo ajudou."""

    ajudou = forms.TypedChoiceField(
        label="Este texto ajudou?", choices=[("sim", "Sim"), ("nao", "Não")], coerce=lambda texto: texto == "sim",
        widget=forms.RadioSelect, error_messages={"required": "Escolha sim ou não."},
    )  # fmt: skip
    comentario = forms.CharField(
        label="O que faltou?", required=False, max_length=COMENTARIO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Sem senhas, CPFs nem nomes de pessoas. Isto não abre um chamado.",
    )  # fmt: skip


def _dar_produtos(form: forms.Form, produtos: list[Produto], nenhum: str) -> None:
    campo = form.fields["produto"]
    assert isinstance(campo, forms.ChoiceField)
    campo.choices = [("", nenhum), *((p.codigo, p.nome) for p in produtos)]
