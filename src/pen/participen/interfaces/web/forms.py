"""Os formulários do fórum."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms

from pen.comum.segredos import Segredo
from pen.conhecimento.public import Produto
from pen.designsys.forms import AchadoField, FormularioBase
from pen.identidade.public import achar_orgao
from pen.participen.enums import AmbienteDoRelato, AtoDeModeracao, EspecieDeTopico, Motivo, RitmoDeSeguir
from pen.participen.errors import DadosExpostos
from pen.participen.models import Categoria, Etiqueta, GrupoDeEtiquetas
from pen.participen.models.cadastro import DESCRICAO_MAXIMO, NOME_MAXIMO
from pen.participen.models.conduta import REGRAS_MAXIMO
from pen.participen.models.moderacao import RAZAO_MAXIMO
from pen.participen.models.topico import CONTEXTO_MAXIMO, TEXTO_MAXIMO, TITULO_MAXIMO, VERSOES_MAXIMO
from pen.participen.services.busca_previa import PALAVRAS_MAXIMO
from pen.participen.services.cadastro import ORDEM_MAXIMA, DadosDaCategoria
from pen.participen.services.conduta import ATE_CONFIAR_MAXIMO
from pen.participen.services.conteudo import conferir_conteudo
from pen.participen.services.topicos import ETIQUETAS_MAXIMO, TopicoEscrito
from pen.participen.values.leituras import EtiquetaVista

MARKDOWN = "Pode ter **negrito**, listas, tabelas, `código` e [texto](endereço), em Markdown."
Grupos = list[tuple[GrupoDeEtiquetas, list[Etiqueta]]]


class BuscaForm(FormularioBase, forms.Form):
    """O que se procura no fórum."""

    palavras = forms.CharField(label="O que você procura?", required=False, max_length=PALAVRAS_MAXIMO)
    categoria = forms.ChoiceField(label="Categoria", required=False)

    def __init__(self, *partes: Any, categorias: list[Categoria], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "categoria", [("", "Todas"), *((c.codigo, c.nome) for c in categorias)])


class PalavrasForm(FormularioBase, forms.Form):
    """O que a pessoa quer saber, antes de escrever."""

    palavras = forms.CharField(
        label="Sobre o que você quer escrever?", max_length=PALAVRAS_MAXIMO,
        help_text="Com as suas palavras, como perguntaria a um colega.",
        error_messages={"required": "Diga em poucas palavras o que procura."},
    )  # fmt: skip


class ComDeclaracao(FormularioBase, forms.Form):
    """A base do que vai a público: aponta CPF, CNPJ, senha e chave; com a declaração, passa."""

    declara = forms.BooleanField(label="Declaro que não são dados de uma pessoa, nem segredo", required=False)

    def __init__(self, *partes: Any, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.segredos: Sequence[Segredo] = ()
        self.order_fields([*(nome for nome in self.fields if nome != "declara"), "declara"])

    def clean(self) -> dict[str, Any]:
        """Aponta o que parece dado pessoal ou segredo no que se escreveu."""
        dados: dict[str, Any] = super().clean() or {}
        ditos = [dados[c.name] for c in self.visible_fields() if isinstance(dados.get(c.name), str)]
        try:
            self.segredos = conferir_conteudo(ditos, declara=dados.get("declara", False))
        except DadosExpostos as erro:
            self.segredos = erro.segredos
            self.add_error(None, erro.mensagem)
        return dados


class TopicoForm(ComDeclaracao):
    """Um tópico."""

    categoria = forms.ChoiceField(label="Categoria", error_messages={"required": "Escolha a categoria."})
    especie = forms.ChoiceField(
        label="O que é", choices=EspecieDeTopico.choices, widget=forms.RadioSelect,
        error_messages={"required": "Diga o que é o tópico."},
    )  # fmt: skip
    titulo = forms.CharField(
        label="Título", max_length=TITULO_MAXIMO, help_text="Claro e direto. Exemplo: Como assinar vários documentos de uma vez?",
        error_messages={"required": "Escreva o título."},
    )  # fmt: skip
    contexto = forms.CharField(
        label="Contexto", required=False, max_length=CONTEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="O cenário e o objetivo, em poucas linhas.",
    )  # fmt: skip
    texto = forms.CharField(
        label="Texto", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=f"{MARKDOWN} Anonimize o que mostrar.", error_messages={"required": "Escreva o texto."},
    )  # fmt: skip
    versoes = forms.CharField(
        label="Versões", required=False, max_length=VERSOES_MAXIMO, help_text="Do sistema e dos módulos. Exemplo: SEI 4.1.2"
    )
    ambiente = forms.ChoiceField(
        label="Ambiente", required=False, choices=[("", "Não se aplica"), *AmbienteDoRelato.choices]
    )  # fmt: skip
    etiquetas = forms.MultipleChoiceField(
        label="Etiquetas", required=False, widget=forms.CheckboxSelectMultiple, help_text=f"Até {ETIQUETAS_MAXIMO}."
    )

    def __init__(self, *partes: Any, categorias: list[Categoria], grupos: Grupos, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "categoria", [("", "Escolha"), *((c.codigo, c.nome) for c in categorias)])
        _dar_opcoes(self, "etiquetas", [(e.codigo, e.nome) for _, etiquetas in grupos for e in etiquetas])

    def escrito(self) -> TopicoEscrito:
        """O que o serviço pede; só depois de ``is_valid``."""
        campos = TopicoEscrito.__dataclass_fields__
        return TopicoEscrito(**{nome: valor for nome, valor in self.cleaned_data.items() if nome in campos})


class TopicoNovoForm(TopicoForm):
    """Um tópico novo, com a prova da busca que se fez."""

    prova = forms.CharField(max_length=2_000, required=False, widget=forms.HiddenInput)
    palavras = forms.CharField(max_length=PALAVRAS_MAXIMO, required=False, widget=forms.HiddenInput)


class AlteracaoDoTopicoForm(TopicoForm):
    """O que quem abriu um tópico altera nele; a categoria, só a moderação muda. As etiquetas que ele tem podem ficar."""

    def __init__(self, *partes: Any, grupos: Grupos, postas: Sequence[EtiquetaVista], **opcoes: Any) -> None:
        super().__init__(*partes, grupos=grupos, **opcoes)
        del self.fields["categoria"]
        oferecidas = {e.codigo: e.nome for _, etiquetas in grupos for e in etiquetas}
        _dar_opcoes(self, "etiquetas", list((oferecidas | {e.codigo: e.nome for e in postas}).items()))


class RespostaForm(ComDeclaracao):
    """Uma resposta."""

    envio = forms.UUIDField(widget=forms.HiddenInput)
    texto = forms.CharField(
        label="Sua resposta", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"Passos, riscos e alternativas; a referência oficial, quando houver. {MARKDOWN}",
        error_messages={"required": "Escreva a resposta."},
    )  # fmt: skip

    def __init__(self, *partes: Any, **opcoes: Any) -> None:
        opcoes.setdefault("initial", {}).setdefault("envio", uuid4())
        super().__init__(*partes, **opcoes)


class AlteracaoDaRespostaForm(ComDeclaracao):
    """O texto de uma resposta, para alterar."""

    texto = forms.CharField(
        label="Sua resposta", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 8}), help_text=MARKDOWN,
        error_messages={"required": "Escreva o texto."},
    )  # fmt: skip


class AceiteForm(FormularioBase, forms.Form):
    """O aceite das regras, e o órgão de quem participa."""

    versao = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)
    proximo = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)
    orgao = AchadoField(
        achar_orgao, label="Seu órgão", required=False, max_length=200,
        help_text="Sigla, código ou nome. A sigla aparece ao lado do seu nome, no que você escrever.",
    )  # fmt: skip
    aceito = forms.BooleanField(
        label="Li e aceito as regras de convivência",
        error_messages={"required": "Para escrever, é preciso aceitar as regras."},
    )


class SeguirForm(FormularioBase, forms.Form):
    """De quanto em quanto tempo se quer saber."""

    ritmo = forms.ChoiceField(
        label="Avisar", choices=[*RitmoDeSeguir.choices, ("deixar", "Deixar de seguir")],
        initial=RitmoDeSeguir.IMEDIATO.value,
    )  # fmt: skip


class DenunciaForm(FormularioBase, forms.Form):
    """Que regra uma publicação fere."""

    motivo = forms.ChoiceField(
        label="Que regra isto fere?", choices=Motivo.choices, widget=forms.RadioSelect,
        error_messages={"required": "Escolha a regra que foi ferida."},
    )  # fmt: skip
    texto = forms.CharField(
        label="O que a moderação precisa saber", required=False, max_length=RAZAO_MAXIMO,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Só a moderação lê.",
    )  # fmt: skip


class DecisaoForm(FormularioBase, forms.Form):
    """O que a moderação faz com uma publicação."""

    ato = forms.ChoiceField(
        label="O que fazer", widget=forms.RadioSelect, error_messages={"required": "Escolha o que fazer."}
    )
    motivo = forms.ChoiceField(
        label="Regra ferida", required=False, choices=[("", "Nenhuma"), *Motivo.choices], help_text="Só para esconder."
    )
    razao = forms.CharField(
        label="Razão", required=False, max_length=RAZAO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Quem escreveu vai ler. Não cite quem denunciou.",
    )  # fmt: skip

    def __init__(self, *partes: Any, atos: list[AtoDeModeracao], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "ato", [(ato.value, ROTULOS[ato]) for ato in atos])


class AtoNoTopicoForm(FormularioBase, forms.Form):
    """O que a moderação faz com um tópico."""

    ato = forms.ChoiceField(
        label="O que fazer", widget=forms.RadioSelect, error_messages={"required": "Escolha o que fazer."}
    )
    categoria = forms.ChoiceField(label="Mover para", required=False, help_text="Só para mudar de categoria.")
    razao = forms.CharField(
        label="Razão", max_length=RAZAO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Quem abriu o tópico vai ler.", error_messages={"required": "Diga a razão."},
    )  # fmt: skip

    def __init__(self, *partes: Any, atos: list[AtoDeModeracao], categorias: list[Categoria], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "ato", [(ato.value, ROTULOS[ato]) for ato in atos])
        _dar_opcoes(self, "categoria", [("", "Não mover"), *((c.codigo, c.nome) for c in categorias)])


class RecursoForm(FormularioBase, forms.Form):
    """Por que uma decisão deve mudar."""

    texto = forms.CharField(
        label="Por que a decisão deve mudar", max_length=RAZAO_MAXIMO, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Outra pessoa da moderação lê e responde.", error_messages={"required": "Diga por que a decisão deve mudar."},
    )  # fmt: skip


class JulgamentoForm(FormularioBase, forms.Form):
    """O que se decide de um recurso."""

    aceito = forms.TypedChoiceField(
        label="O recurso", choices=[("sim", "Procede: a decisão se desfaz"), ("nao", "Não procede: a decisão fica")],
        coerce=lambda texto: texto == "sim", widget=forms.RadioSelect, error_messages={"required": "Escolha uma das duas."},
    )  # fmt: skip
    resposta = forms.CharField(
        label="Resposta", max_length=RAZAO_MAXIMO, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Responda a quem recorreu."},
    )  # fmt: skip


class CategoriaForm(FormularioBase, forms.Form):
    """Uma categoria."""

    nome = forms.CharField(label="Nome", max_length=NOME_MAXIMO, error_messages={"required": "Escreva o nome."})
    descricao = forms.CharField(
        label="Do que se trata", max_length=DESCRICAO_MAXIMO, error_messages={"required": "Diga do que se trata."}
    )  # fmt: skip
    produto = forms.ChoiceField(label="Produto", required=False)
    ordem = forms.IntegerField(label="Ordem na lista", min_value=0, max_value=ORDEM_MAXIMA, initial=0)
    ativa = forms.BooleanField(label="Recebe tópicos novos", required=False, initial=True)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.produtos = {p.codigo: p for p in produtos}
        _dar_opcoes(self, "produto", [("", "Nenhum"), *((p.codigo, p.nome) for p in produtos)])

    def dados(self) -> DadosDaCategoria:
        """O que o serviço pede; só depois de ``is_valid``."""
        lidos = self.cleaned_data
        return DadosDaCategoria(
            nome=lidos["nome"], descricao=lidos["descricao"], ordem=lidos["ordem"], ativa=lidos["ativa"],
            produto=self.produtos.get(lidos["produto"]),
        )  # fmt: skip


class EtiquetaNovaForm(FormularioBase, forms.Form):
    """Uma etiqueta, e o grupo dela."""

    grupo = forms.CharField(
        label="Grupo", max_length=NOME_MAXIMO, help_text="Um dos que há, ou um novo. Exemplo: Assunto",
        error_messages={"required": "Diga o grupo."},
    )  # fmt: skip
    nome = forms.CharField(label="Etiqueta", max_length=NOME_MAXIMO, error_messages={"required": "Escreva o nome."})


class EtiquetaForm(FormularioBase, forms.Form):
    """O nome de uma etiqueta, e se ainda se põe em tópicos."""

    nome = forms.CharField(label="Etiqueta", max_length=NOME_MAXIMO, error_messages={"required": "Escreva o nome."})
    ativa = forms.BooleanField(label="Pode ser posta em tópicos", required=False)


class RegrasForm(FormularioBase, forms.Form):
    """Uma versão das regras."""

    texto = forms.CharField(
        label="Regras de convivência", max_length=REGRAS_MAXIMO, widget=forms.Textarea(attrs={"rows": 20}),
        help_text=f"{MARKDOWN} Publicadas, todos as aceitam de novo antes de escrever.",
        error_messages={"required": "Escreva as regras."},
    )  # fmt: skip


class PoliticaForm(FormularioBase, forms.Form):
    """Quantas publicações de quem chega se leem antes."""

    ate_confiar = forms.IntegerField(
        label="Publicações de quem chega que a moderação lê antes", min_value=0, max_value=ATE_CONFIAR_MAXIMO,
        help_text="Com zero, ninguém espera.", error_messages={"required": "Diga quantas."},
    )  # fmt: skip


ROTULOS = {
    AtoDeModeracao.APROVAR: "Publicar",
    AtoDeModeracao.ESCONDER: "Esconder",
    AtoDeModeracao.MANTER: "Manter à vista, e encerrar as denúncias",
    AtoDeModeracao.MOSTRAR: "Voltar a mostrar",
    AtoDeModeracao.FECHAR: "Fechar a novas respostas",
    AtoDeModeracao.REABRIR: "Reabrir a novas respostas",
    AtoDeModeracao.MOVER: "Mudar de categoria",
    AtoDeModeracao.FIXAR: "Fixar no alto das listas",
    AtoDeModeracao.SOLTAR: "Tirar do alto das listas",
}


def _dar_opcoes(form: forms.Form, nome: str, opcoes: list[tuple[str, str]]) -> None:
    campo = form.fields[nome]
    assert isinstance(campo, forms.ChoiceField)
    campo.choices = opcoes
