"""Os formulários do CNUP e da numeração: do que a pessoa escreveu ao que os serviços pedem."""

import re
from typing import Any
from uuid import uuid4

from django import forms

from pen.designsys.forms import AchadoField, FormularioBase, VariosArquivosField
from pen.identidade.public import achar_orgao
from pen.nup.enums.situacoes import SituacaoDaUnidade, SituacaoDoPedido
from pen.nup.models.numeracao import SEQUENCIA_MAXIMA
from pen.nup.selectors.unidades import FiltrosDeUnidades
from pen.nup.services.numeracao import NUMEROS_POR_RESERVA
from pen.nup.services.pedidos import AnexoNovo, Designacao, FichaDaUnidade
from pen.nup.values.numeros import SIGLAS_DAS_UFS

TODAS = ("", "Todas")
UFS = [(uf, uf) for uf in sorted(SIGLAS_DAS_UFS.values())]


class AnexosField(VariosArquivosField):
    """Vários documentos de uma vez; limpo, a lista de ``AnexoNovo``. O formato e o tamanho quem confere é o serviço."""

    def __init__(self) -> None:
        super().__init__(
            label="Anexos",
            help_text="PDF, PNG ou JPEG; até 5, de até 5 MB cada.",
            aceitos=(".pdf", ".png", ".jpg", ".jpeg"),
        )

    def clean(self, data: Any, initial: Any = None) -> list[AnexoNovo]:  # type: ignore[override]
        """Os anexos enviados, na ordem."""
        return [AnexoNovo(str(a.name), a.read()) for a in super().clean(data, initial)]


class MotivoForm(FormularioBase, forms.Form):
    """Um pedido que só precisa de motivo e anexos."""

    motivo = forms.CharField(
        label="Por que você pede", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Diga por que pede."},
    )  # fmt: skip
    anexos = AnexosField()


class DesignacaoForm(FormularioBase, forms.Form):
    """A designação de um gestor de UP."""

    portaria = forms.CharField(
        label="Portaria de designação", max_length=200, help_text="Número e data. Exemplo: Portaria 123, de 4 de maio de 2026",
        error_messages={"required": "Informe o número e a data da portaria."},
    )  # fmt: skip
    email = forms.EmailField(
        label="E-mail institucional", max_length=254, help_text="Será público, com o seu nome.",
        error_messages={"required": "Informe o e-mail institucional.", "invalid": "O e-mail deve ser como nome@orgao.gov.br."},
    )  # fmt: skip
    telefone = forms.CharField(
        label="Telefone institucional", max_length=30, help_text="Com DDD; será público. Exemplo: (61) 3333-4444",
        error_messages={"required": "Informe o telefone, com DDD."},
    )  # fmt: skip

    def designacao(self) -> Designacao:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return Designacao(dados["portaria"], dados["email"], dados["telefone"])


class AdesaoForm(DesignacaoForm, MotivoForm):
    """A adesão de um órgão, com quem pede como gestor de UP."""

    orgao = AchadoField(
        achar_orgao, label="Órgão", max_length=200, help_text="Sigla, código ou nome. Exemplo: ANTT",
        error_messages={"required": "Informe o órgão."},
    )  # fmt: skip
    orgao_gestor = AchadoField(
        achar_orgao, label="Vinculado a que órgão gestor", required=False, max_length=200,
        help_text="Só para autarquias, fundações e empresas de um ministério. Órgão da administração direta deixa vazio.",
    )  # fmt: skip
    field_order = ["orgao", "orgao_gestor", "portaria", "email", "telefone", "motivo", "anexos"]


class GestorForm(DesignacaoForm):
    """Outro gestor de UP do mesmo órgão."""

    cpf = forms.CharField(label="CPF de quem será gestor", max_length=14, error_messages={"required": "Informe o CPF."})
    field_order = ["cpf", "portaria", "email", "telefone"]

    def clean_cpf(self) -> str:
        """Só os algarismos."""
        return re.sub(r"\D", "", self.cleaned_data["cpf"])


class FichaForm(MotivoForm):
    """Os dados de uma unidade."""

    nome = forms.CharField(
        label="Nome da unidade", max_length=200, error_messages={"required": "Informe o nome da unidade."}
    )
    unidade_siorg = forms.CharField(
        label="Código da unidade no SIORG", required=False, max_length=10, help_text="Estados e municípios deixam vazio."
    )
    endereco = forms.CharField(label="Endereço", required=False, max_length=300)
    municipio = forms.CharField(label="Município (código IBGE)", required=False, max_length=7, help_text="Exemplo: 5300108")
    uf = forms.ChoiceField(label="UF", required=False, choices=[("", "–"), *UFS])
    cep = forms.CharField(label="CEP", required=False, max_length=9)
    email = forms.EmailField(label="E-mail da unidade", required=False, max_length=254)
    telefone = forms.CharField(label="Telefone da unidade", required=False, max_length=30)
    field_order = ["nome", "unidade_siorg", "endereco", "municipio", "uf", "cep", "email", "telefone", "motivo", "anexos"]

    def clean_cep(self) -> str:
        """Só os algarismos."""
        return re.sub(r"\D", "", self.cleaned_data["cep"])

    def ficha(self) -> FichaDaUnidade:
        """O que o serviço pede; só depois de ``is_valid``."""
        return FichaDaUnidade(**{campo: self.cleaned_data[campo] for campo in FichaDaUnidade.__dataclass_fields__})


class CadastroForm(FichaForm):
    """Uma unidade nova."""

    codigo = forms.CharField(
        label="Código que o órgão já usa ou prefere", required=False, max_length=8,
        help_text="Cinco algarismos (oito no NIPE). Vazio, quem decide dá um.",
    )  # fmt: skip
    field_order = ["nome", "codigo", *FichaForm.field_order[1:]]


class MigracaoForm(MotivoForm):
    """O destino de uma migração."""

    destino = AchadoField(
        achar_orgao, label="Órgão gestor que recebe a unidade", max_length=200, help_text="Sigla, código ou nome.",
        error_messages={"required": "Informe o órgão gestor que recebe."},
    )  # fmt: skip
    field_order = ["destino", "motivo", "anexos"]


class PassoForm(FormularioBase, forms.Form):
    """O texto de um passo: o que falta, a resposta, ou por que se nega."""

    motivo = forms.CharField(
        label="Motivo",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Escreva o motivo."},
    )


class RespostaForm(PassoForm):
    """A resposta a uma devolução, com ou sem anexos."""

    anexos = AnexosField()


class DecisaoForm(PassoForm):
    """O que quem defere escreve."""

    codigo = forms.CharField(label="Código", required=False, max_length=8)
    siorg_conferido = forms.BooleanField(label="Conferi no SIORG que a unidade está ativa", required=False)
    field_order = ["codigo", "siorg_conferido", "motivo"]


class FiltroDeUnidadesForm(FormularioBase, forms.Form):
    """Que unidades listar; vazio, todas."""

    q = forms.CharField(label="Código, nome ou sigla do órgão", required=False, max_length=200)
    situacao = forms.TypedChoiceField(
        label="Situação",
        required=False,
        choices=[TODAS, *SituacaoDaUnidade.choices],
        coerce=SituacaoDaUnidade,
        empty_value=None,
    )
    uf = forms.ChoiceField(label="UF", required=False, choices=[TODAS, *UFS])

    def filtros(self) -> FiltrosDeUnidades:
        """Os filtros do domínio; só depois de ``is_valid``."""
        return FiltrosDeUnidades(self.cleaned_data["q"], self.cleaned_data["situacao"], self.cleaned_data["uf"])


class FiltroDePedidosForm(FormularioBase, forms.Form):
    situacao = forms.TypedChoiceField(
        label="Situação", required=False, empty_value=None, coerce=SituacaoDoPedido,
        choices=[("", "Em aberto"), *SituacaoDoPedido.choices],
    )  # fmt: skip


class ProcuraDeNumerosForm(FormularioBase, forms.Form):
    """Que números da unidade mostrar: um, ou os de um ano, todos ou só os que esperam destino."""

    numero = forms.CharField(label="Um número", required=False, max_length=60)
    reservados = forms.BooleanField(label="Só os que ainda não foram usados nem anulados", required=False)
    ate = forms.IntegerField(required=False, min_value=1, max_value=SEQUENCIA_MAXIMA, widget=forms.HiddenInput)

    def __init__(self, dados: Any, *, anos: list[int]) -> None:
        super().__init__(dados)
        self.anos = anos

    def ano(self) -> int | None:
        """O ano pedido no endereço ou, se não serve, o último em que a unidade numerou."""
        pedido = str(self.data.get("ano", ""))
        return next((a for a in self.anos if str(a) == pedido), self.anos[0] if self.anos else None)

    def recorte(self) -> dict[str, Any]:
        """Até que sequência, e se só os reservados; o que não se entende fica de fora."""
        limpos = getattr(self, "cleaned_data", {})
        return {"ate": limpos.get("ate") or SEQUENCIA_MAXIMA, "so_reservados": bool(limpos.get("reservados"))}


class NumerarForm(FormularioBase, forms.Form):
    """Dar números pela página. A ``chave`` nasce com o formulário: enviar duas vezes dá os mesmos números."""

    quantos = forms.IntegerField(
        label="Quantos números", min_value=1, max_value=NUMEROS_POR_RESERVA, initial=1,
        error_messages={"required": "Diga quantos.", "invalid": "Escreva um número inteiro."},
    )  # fmt: skip
    documento = forms.CharField(
        label="A que se destina", required=False, max_length=200, help_text="O documento ou processo, sem nomes de pessoas."
    )
    usar = forms.BooleanField(label="O documento já existe: marcar como usado", required=False)
    chave = forms.CharField(max_length=100, widget=forms.HiddenInput, initial=lambda: f"pagina-{uuid4()}")


class AnularForm(FormularioBase, forms.Form):
    numero = forms.CharField(label="Número", max_length=60, error_messages={"required": "Digite o número."})
    motivo = forms.CharField(
        label="Por que anular", max_length=500, help_text="Sem nomes de pessoas. O número não volta a ser usado.",
        error_messages={"required": "Diga por que anula."},
    )  # fmt: skip


class UsarForm(FormularioBase, forms.Form):
    numero = forms.CharField(label="Número", max_length=60, error_messages={"required": "Digite o número."})
    documento = forms.CharField(label="A que serviu", required=False, max_length=200, help_text="Sem nomes de pessoas.")


class ExternosForm(FormularioBase, forms.Form):
    ultimo = forms.IntegerField(
        label="Último número dado no outro sistema", min_value=1, max_value=SEQUENCIA_MAXIMA,
        help_text="Só a sequência, sem o ano.",
        error_messages={"required": "Informe o último número.", "invalid": "Escreva um número inteiro."},
    )  # fmt: skip
    motivo = forms.CharField(label="Qual sistema, e por que", max_length=200, error_messages={"required": "Diga o motivo."})
