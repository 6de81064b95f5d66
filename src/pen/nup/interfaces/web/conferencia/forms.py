"""Os formulários da conferência: um número, uma planilha, uma máscara."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from pen.comum.errors import ErroDeDominio
from pen.designsys.filtros import milhar
from pen.designsys.forms import FormularioBase
from pen.nup.services.lotes import LINHAS_MAXIMO, TAMANHO_MAXIMO
from pen.nup.values.mascaras import MASCARA_MAXIMO, MASCARA_NUP, Mascara, Partes, ler_mascara

MEGABYTES_MAXIMO = TAMANHO_MAXIMO // 2**20


class NumeroForm(FormularioBase, forms.Form):
    """Um número de processo, do jeito que a pessoa o tem."""

    numero = forms.CharField(
        label="Número do processo", max_length=100,
        help_text="Com ou sem pontos, barra e traço. Exemplo: 50650.001658/2017-17",
        error_messages={"required": "Digite o número do processo."},
    )  # fmt: skip


class EnvioForm(FormularioBase, forms.Form):
    """A planilha por conferir. O que há dentro dela quem confere é o serviço."""

    planilha = forms.FileField(
        label="Planilha", allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text=f"CSV ou XLSX, de até {MEGABYTES_MAXIMO} MB e {milhar(LINHAS_MAXIMO)} linhas.",
        error_messages={"required": "Escolha a planilha."},
    )  # fmt: skip
    coluna = forms.CharField(
        label="Coluna dos números", required=False, max_length=100,
        help_text="O título dela, como está na planilha. Em branco, procuramos a que tem mais números de processo.",
    )  # fmt: skip

    def clean_planilha(self) -> "UploadedFile[bytes]":
        """Recusa a que é grande demais."""
        planilha: UploadedFile[bytes] = self.cleaned_data["planilha"]
        if (planilha.size or 0) > TAMANHO_MAXIMO:
            raise forms.ValidationError(frase_de_tamanho())
        return planilha


def frase_de_tamanho() -> str:
    """O que dizer de um arquivo grande demais."""
    return f"O arquivo passa de {MEGABYTES_MAXIMO} MB. Reparta a planilha e envie uma parte por vez."


class EnvioGrandeDemaisForm(EnvioForm):
    """O envio que passou tanto do tamanho que nem se leu."""

    def __init__(self) -> None:
        super().__init__({})
        self.fields["planilha"].error_messages["required"] = frase_de_tamanho()


class ColunaForm(FormularioBase, forms.Form):
    """Outra coluna da mesma planilha."""

    coluna = forms.TypedChoiceField(
        label="Conferir outra coluna", coerce=int, error_messages={"required": "Escolha a coluna."}
    )

    def __init__(self, nomes: list[str], *argumentos: Any, **opcoes: Any) -> None:
        super().__init__(*argumentos, **opcoes)
        self.fields["coluna"].choices = list(enumerate(nomes))  # type: ignore[attr-defined]


class MascaraForm(FormularioBase, forms.Form):
    """Uma máscara e o que a preenche; limpo, ``resultado`` é o número escrito."""

    mascara = forms.CharField(
        label="Máscara", max_length=MASCARA_MAXIMO, initial=str(MASCARA_NUP),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        error_messages={"required": "Escreva a máscara."},
    )  # fmt: skip
    cod_unidade_sei = forms.CharField(label="Código da unidade no SEI", required=False, max_length=20, initial="50650")
    cod_orgao_sei = forms.CharField(label="Código do órgão no SEI", required=False, max_length=20)
    cod_orgao_sip = forms.CharField(label="Código do órgão no SIP", required=False, max_length=20)
    sequencia = forms.IntegerField(
        label="Número de ordem no ano", min_value=1, max_value=10**18, initial=1658,
        error_messages={"required": "Informe o número de ordem.", "invalid": "O número de ordem só tem algarismos.",
                        "min_value": "O número de ordem começa em 1.", "max_value": "O número de ordem é grande demais."},
    )  # fmt: skip
    ano = forms.IntegerField(
        label="Ano", initial=2017, error_messages={"required": "Informe o ano.", "invalid": "O ano só tem algarismos."}
    )

    def clean_mascara(self) -> Mascara:
        """A máscara lida."""
        try:
            return ler_mascara(self.cleaned_data["mascara"])
        except ErroDeDominio as erro:
            raise forms.ValidationError(erro.mensagem) from None

    def clean(self) -> dict[str, Any]:
        """Escreve o número; o que não couber aparece ao lado da parte."""
        dados = self.cleaned_data
        if not self.errors:
            partes = Partes(
                dados["sequencia"], dados["ano"], dados["cod_unidade_sei"], dados["cod_orgao_sei"], dados["cod_orgao_sip"]
            )
            try:
                dados["resultado"] = dados["mascara"].aplicar(partes)
            except ErroDeDominio as erro:
                parte = str(erro.detalhes.get("parte"))
                self.add_error(parte if parte in self.fields else "mascara", erro.mensagem)
        return dados
