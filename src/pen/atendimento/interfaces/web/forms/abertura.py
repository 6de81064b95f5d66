"""O que se pergunta ao abrir um chamado."""

from typing import Any
from uuid import uuid4

from django import forms

from pen.atendimento.interfaces.web.forms.comum import entrada_da_pergunta
from pen.atendimento.models.chamado import ASSUNTO_MAXIMO, TEXTO_MAXIMO
from pen.atendimento.selectors.catalogo import Folha
from pen.atendimento.services.abertura import ChamadoNovo
from pen.atendimento.values.anexos import ACEITOS, ANEXOS_POR_ENVIO, EXTENSOES, AnexoNovo
from pen.atendimento.values.formulario import AnexoPedido
from pen.comum.segredos import Segredo, achar_segredos
from pen.designsys.forms import AchadoField, FormularioBase, VariosArquivosField
from pen.identidade.public import achar_orgao

PREFIXO, DO_ANEXO = "r_", "a_"  # dos campos e dos anexos do formulário do tipo de suporte


class AssuntoForm(FormularioBase, forms.Form):
    """O assunto, antes do resto: com ele se procura o que já se parece."""

    assunto = forms.CharField(
        label="Qual é o assunto?", max_length=ASSUNTO_MAXIMO, help_text="Um só, em poucas palavras.",
        error_messages={"required": "Escreva o assunto em poucas palavras."},
    )  # fmt: skip


class AberturaForm(FormularioBase, forms.Form):
    """A abertura de um chamado: o órgão, o assunto, a descrição e o que o tipo de suporte pergunta."""

    envio = forms.UUIDField(widget=forms.HiddenInput)
    anterior = forms.CharField(required=False, max_length=22, widget=forms.HiddenInput)
    orgao = AchadoField(
        achar_orgao, label="Seu órgão", max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT",
        error_messages={"required": "Informe o seu órgão."},
    )  # fmt: skip
    assunto = forms.CharField(
        label="Assunto", max_length=ASSUNTO_MAXIMO, help_text="Um assunto só, em poucas palavras.",
        error_messages={"required": "Escreva o assunto em poucas palavras."},
    )  # fmt: skip
    descricao = forms.CharField(
        label="Descrição", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Descreva o que você precisa."},
    )  # fmt: skip
    outros = VariosArquivosField(
        label="Outros arquivos", help_text=f"Até {ANEXOS_POR_ENVIO} no total: {ACEITOS}.", aceitos=EXTENSOES
    )
    ciente = forms.BooleanField(label="Enviar assim mesmo", required=False)

    def __init__(self, folha: Folha, *partes: Any, **opcoes: Any) -> None:
        opcoes.setdefault("initial", {}).setdefault("envio", uuid4())
        super().__init__(*partes, **opcoes)
        self.folha = folha
        self.segredos: list[Segredo] = []
        definicao = folha.formulario.lido()
        self.fields["descricao"].label = definicao.descricao
        self.fields |= {PREFIXO + campo.codigo: entrada_da_pergunta(campo) for campo in definicao.campos}
        self.fields |= {DO_ANEXO + anexo.codigo: _arquivos(anexo) for anexo in definicao.anexos}
        self.order_fields([*(n for n in self.fields if n not in {"outros", "ciente"}), "outros", "ciente"])

    def clean(self) -> dict[str, Any]:
        """Aponta CPF, senha e token no que se escreveu; com «enviar assim mesmo», passa."""
        dados: dict[str, Any] = super().clean() or {}
        textos = [valor for valor in dados.values() if isinstance(valor, str)]
        self.segredos = achar_segredos("\n".join(textos))
        if self.segredos and not dados.get("ciente"):
            self.add_error(
                None, "O texto parece ter dados que não deveriam sair daqui. Tire-os, ou marque «Enviar assim mesmo»."
            )
        return dados

    def pedido(self) -> ChamadoNovo:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        respostas = {nome[len(PREFIXO) :]: str(valor or "") for nome, valor in dados.items() if nome.startswith(PREFIXO)}
        return ChamadoNovo(
            envio=dados["envio"], orgao=dados["orgao"], produto=self.folha.produto.codigo,
            tipo=self.folha.tipo.codigo, assunto=dados["assunto"], descricao=dados["descricao"], respostas=respostas,
            anexos=self._anexos(), anterior=dados["anterior"],
        )  # fmt: skip

    def campos_de_texto(self) -> list[str]:
        """Os nomes dos campos que um rascunho guarda: o que a pessoa escreve ou escolhe."""
        sem_texto = {"envio", "ciente", "outros"}
        return [n for n in self.fields if n not in sem_texto and not n.startswith(DO_ANEXO)]

    def _anexos(self) -> list[AnexoNovo]:
        pedidos = {n: n[len(DO_ANEXO) :] for n in self.fields if n.startswith(DO_ANEXO)} | {"outros": ""}
        return [
            AnexoNovo(str(arquivo.name), arquivo.file, pedido)
            for nome, pedido in pedidos.items() for arquivo in self.cleaned_data[nome]
        ]  # fmt: skip


def _arquivos(anexo: AnexoPedido) -> forms.Field:
    erros = {"required": f"Envie «{anexo.rotulo}»."}
    return VariosArquivosField(
        label=anexo.rotulo, help_text=anexo.ajuda, required=anexo.obrigatorio, aceitos=EXTENSOES, error_messages=erros
    )
