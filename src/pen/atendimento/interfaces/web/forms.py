"""Os formulários da Central: do que a pessoa escreveu ao que os serviços pedem."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest

from pen.atendimento.enums import (
    Desfecho,
    Distribuicao,
    EspecieDeCampo,
    EspecieDeManifestacao,
    Passo,
    Relogio,
    Situacao,
    SituacaoDaManifestacao,
)
from pen.atendimento.models import Chamado, Equipe
from pen.atendimento.models.chamado import ASSUNTO_MAXIMO, TEXTO_MAXIMO
from pen.atendimento.selectors.busca import FiltrosDeChamado
from pen.atendimento.selectors.catalogo import Folha
from pen.atendimento.selectors.chamados import FiltrosDaFila
from pen.atendimento.selectors.painel import DIAS_MAXIMO
from pen.atendimento.services.abertura import ChamadoNovo
from pen.atendimento.services.atendimento import DESFECHOS_DA_EQUIPE
from pen.atendimento.services.avaliacoes import COMENTARIO_MAXIMO
from pen.atendimento.services.manifestacoes import TEXTO_MAXIMO as MANIFESTACAO_MAXIMA
from pen.atendimento.services.manifestacoes import ManifestacaoNova
from pen.atendimento.values.anexos import ACEITOS, ANEXO_MAXIMO, ANEXOS_POR_ENVIO, EXTENSOES, AnexoNovo, limpar_nome
from pen.atendimento.values.formulario import AnexoPedido, Campo
from pen.atendimento.values.segredos import Segredo, achar_segredos
from pen.atendimento.values.silencio import Politica
from pen.comum.envio import arquivos_pulados
from pen.conhecimento.public import Produto
from pen.designsys.forms import AchadoField, DataField, FormularioBase, VariosArquivosField
from pen.identidade.public import Pessoa, achar_orgao, pessoa_do_cpf

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
        self.fields |= {PREFIXO + campo.codigo: _campo(campo) for campo in definicao.campos}
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
        respostas = {nome[len(PREFIXO) :]: valor for nome, valor in dados.items() if nome.startswith(PREFIXO)}
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


class TextoForm(FormularioBase, forms.Form):
    """Um passo que só leva um texto; ``visto`` é a ordem do último passo que estava na página."""

    visto = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    roteiro = forms.SlugField(required=False, max_length=120, widget=forms.HiddenInput)
    texto = forms.CharField(label="Mensagem", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *partes: Any, rotulo: str = "Mensagem", obrigatorio: bool = True, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        self.fields["texto"].label = rotulo
        self.fields["texto"].required = obrigatorio
        self.fields["texto"].error_messages["required"] = "Escreva a mensagem."


class MensagemForm(TextoForm):
    """Um texto, e arquivos."""

    arquivos = VariosArquivosField(label="Anexos", help_text=f"Até {ANEXOS_POR_ENVIO}: {ACEITOS}.", aceitos=EXTENSOES)


class EncerrarForm(MensagemForm):
    """A resposta definitiva, e como acabou."""

    desfecho = forms.ChoiceField(
        label="Como acabou", choices=[(d.value, d.label.capitalize()) for d in DESFECHOS_DA_EQUIPE],
        initial=Desfecho.RESOLVIDO.value, widget=forms.RadioSelect,
    )  # fmt: skip
    aos_ligados = forms.CharField(
        label="O que dizer a quem abriu os chamados ligados", required=False, max_length=TEXTO_MAXIMO,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="Sem nada do que é só deste órgão. Vazio, vai uma frase pronta.",
    )  # fmt: skip

    def __init__(self, *partes: Any, com_ligados: bool = False, **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        if not com_ligados:
            del self.fields["aos_ligados"]


class TerceiroForm(TextoForm):
    """De quem se espera, e o que se diz a quem abriu."""

    de_quem = forms.CharField(
        label="De quem se espera", max_length=200, error_messages={"required": "Diga de quem se espera."}
    )
    field_order = ("de_quem", "texto")


class EncaminharForm(FormularioBase, forms.Form):
    """A passagem a outra equipe."""

    equipe = forms.ChoiceField(label="Equipe", error_messages={"required": "Escolha a equipe."})
    motivo = forms.CharField(
        label="Por que outra equipe precisa cuidar disto", max_length=TEXTO_MAXIMO,
        widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": "Diga o motivo."},
    )  # fmt: skip
    tentado = forms.CharField(
        label="O que já se tentou", max_length=TEXTO_MAXIMO, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Diga o que já se tentou."},
    )  # fmt: skip

    def __init__(self, *partes: Any, destinos: list[Equipe], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "equipe", [(str(e.pk), e.nome) for e in destinos])


class DuplicarForm(FormularioBase, forms.Form):
    """O chamado que trata da mesma coisa."""

    parecido = forms.ChoiceField(label="Estes parecem sobre a mesma coisa", required=False, widget=forms.RadioSelect)
    principal = forms.CharField(label="Protocolo do chamado principal", max_length=40, required=False)

    def __init__(self, *partes: Any, parecidos: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        if parecidos:
            _dar_opcoes(self, "parecido", [*parecidos.items(), ("", "Outro, de protocolo:")])
        else:
            del self.fields["parecido"]

    def clean(self) -> dict[str, Any]:
        """``principal`` é o escolhido ou o escrito."""
        dados: dict[str, Any] = super().clean() or {}
        dados["principal"] = dados.get("parecido") or dados.get("principal", "")
        if not dados["principal"]:
            self.add_error("principal", "Informe o protocolo.")
        return dados


class UnirForm(FormularioBase, forms.Form):
    """O chamado da mesma pessoa a que este se une."""

    principal = forms.ChoiceField(
        label="Unir a", widget=forms.RadioSelect, error_messages={"required": "Escolha o chamado que continua."}
    )

    def __init__(self, *partes: Any, outros: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "principal", list(outros.items()))


class DividirForm(FormularioBase, forms.Form):
    """A mensagem que vira outro chamado, e sobre o que ele é."""

    ordem = forms.TypedChoiceField(
        label="Que mensagem vira outro chamado", coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "Escolha a mensagem."},
    )  # fmt: skip
    folha = forms.ChoiceField(label="Sobre o quê", error_messages={"required": "Escolha o produto e o tipo."})
    assunto = forms.CharField(
        label="Assunto do novo", max_length=ASSUNTO_MAXIMO, error_messages={"required": "Escreva o assunto."}
    )

    def __init__(self, *partes: Any, mensagens: Mapping[int, str], folhas: Mapping[str, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "ordem", [(str(ordem), texto) for ordem, texto in mensagens.items()])
        _dar_opcoes(self, "folha", [("", "Escolha"), *folhas.items()])


class AtribuirForm(FormularioBase, forms.Form):
    """Para quem se passa o chamado, na mesma equipe."""

    atendente = forms.ChoiceField(label="Atendente", error_messages={"required": "Escolha o atendente."})

    def __init__(self, *partes: Any, integrantes: Mapping[int, str], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "atendente", [(str(pessoa_id), nome) for pessoa_id, nome in integrantes.items()])


def _pelo_cpf(texto: str) -> Pessoa:
    return pessoa_do_cpf("".join(c for c in texto if c.isdecimal()))


class SeguidorForm(FormularioBase, forms.Form):
    """O colega que se inclui, pelo CPF."""

    colega = AchadoField(
        _pelo_cpf, label="CPF do colega", max_length=20, help_text="Ele vê o chamado quando entrar com a conta gov.br.",
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip


class IntegranteForm(FormularioBase, forms.Form):
    """Quem passa a atender, e em que equipe."""

    equipe = forms.ChoiceField(label="Equipe", error_messages={"required": "Escolha a equipe."})
    pessoa = AchadoField(
        _pelo_cpf, label="CPF da pessoa", max_length=20,
        help_text="Ela atende quando entrar com uma conta gov.br prata ou ouro, ou com o segundo fator.",
        error_messages={"required": "Informe o CPF."},
    )  # fmt: skip
    coordena = forms.BooleanField(label="Coordena a equipe", required=False)

    def __init__(self, *partes: Any, equipes: list[Equipe], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "equipe", [(str(e.pk), e.nome) for e in equipes])


class DistribuicaoForm(FormularioBase, forms.Form):
    """Como os chamados que chegam a uma equipe acham atendente."""

    distribuicao = forms.ChoiceField(label="Quem atende o que chega", choices=Distribuicao.choices)


class PoliticaForm(FormularioBase, forms.Form):
    """A política de silêncio que se simula ou adota."""

    relogio = forms.ChoiceField(label="As horas são", choices=Relogio.choices)
    horas = forms.IntegerField(
        label="Horas de silêncio até encerrar", min_value=1, error_messages={"required": "Informe as horas."}
    )
    lembretes = forms.CharField(
        label="Lembretes", max_length=60, help_text="Com quantas horas de silêncio, em ordem. Exemplo: 24, 48",
        error_messages={"required": "Informe os lembretes."},
    )  # fmt: skip
    horas_de_reabertura = forms.IntegerField(
        label="Horas para reabrir", min_value=0, error_messages={"required": "Informe as horas para reabrir."}
    )

    def clean_lembretes(self) -> tuple[int, ...]:
        """As horas, como números."""
        partes = [parte.strip() for parte in self.cleaned_data["lembretes"].split(",")]
        if not all(p.isascii() and p.isdecimal() and len(p) <= 5 for p in partes):
            raise forms.ValidationError("Escreva números de horas separados por vírgula.")
        return tuple(int(p) for p in partes)

    def politica(self) -> Politica:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return Politica(Relogio(dados["relogio"]), dados["horas"], dados["lembretes"])


class AvaliacaoForm(FormularioBase, forms.Form):
    """O que se achou de um encerramento."""

    nota = forms.TypedChoiceField(
        label="Como foi o atendimento?", coerce=int, widget=forms.RadioSelect,
        choices=[(5, "5 – muito bom"), (4, "4 – bom"), (3, "3 – regular"), (2, "2 – ruim"), (1, "1 – muito ruim")],
        error_messages={"required": "Escolha uma nota."},
    )  # fmt: skip
    resolveu = forms.TypedChoiceField(
        label="Resolveu o que você precisava?", required=False, widget=forms.RadioSelect, empty_value=None,
        choices=[("True", "Sim"), ("False", "Não")], coerce=lambda texto: texto == "True",
    )  # fmt: skip
    comentario = forms.CharField(
        label="Quer contar algo mais?", required=False, max_length=COMENTARIO_MAXIMO, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Sem senhas, CPFs nem nomes de pessoas.",
    )  # fmt: skip


class BuscaForm(FormularioBase, forms.Form):
    """O que se procura entre os chamados que a pessoa vê."""

    palavras = forms.CharField(label="Palavras ou protocolo", required=False, max_length=200)
    produto = forms.ChoiceField(label="Produto", required=False)
    orgao = AchadoField(achar_orgao, label="Órgão", required=False, max_length=200, help_text="Sigla, código ou nome.")
    situacao = forms.ChoiceField(
        label="Situação", required=False, choices=[("", "Todas"), *((s.value, s.label.capitalize()) for s in Situacao)]
    )
    desde = DataField(label="Abertos desde", required=False)
    ate = DataField(label="Abertos até", required=False)

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "produto", [("", "Todos"), *((str(p.pk), p.nome) for p in produtos)])

    def filtros(self) -> FiltrosDeChamado:
        """O que o seletor pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return FiltrosDeChamado(
            palavras=dados["palavras"], produto_id=int(dados["produto"]) if dados["produto"] else None,
            orgao_id=dados["orgao"].pk if dados["orgao"] else None, situacao=dados["situacao"],
            desde=dados["desde"], ate=dados["ate"],
        )  # fmt: skip


class ManifestacaoForm(FormularioBase, forms.Form):
    """Uma sugestão, reclamação ou elogio."""

    envio = forms.UUIDField(widget=forms.HiddenInput)
    especie = forms.ChoiceField(
        label="O que você quer fazer", choices=EspecieDeManifestacao.choices, widget=forms.RadioSelect,
        error_messages={"required": "Escolha uma."},
    )  # fmt: skip
    produto = forms.ChoiceField(label="Sobre que produto", required=False)
    texto = forms.CharField(
        label="Conte", max_length=MANIFESTACAO_MAXIMA, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Sem senhas, CPFs nem dados de outras pessoas.", error_messages={"required": "Escreva o que você quer dizer."},
    )  # fmt: skip

    def __init__(self, *partes: Any, produtos: list[Produto], **opcoes: Any) -> None:
        opcoes.setdefault("initial", {}).setdefault("envio", uuid4())
        super().__init__(*partes, **opcoes)
        self.produtos = {p.codigo: p for p in produtos}
        _dar_opcoes(self, "produto", [("", "Nenhum em particular"), *((p.codigo, p.nome) for p in produtos)])

    def nova(self, chamado: Chamado | None) -> ManifestacaoNova:
        """O que o serviço pede; só depois de ``is_valid``."""
        dados = self.cleaned_data
        return ManifestacaoNova(
            dados["envio"],
            EspecieDeManifestacao(dados["especie"]),
            dados["texto"],
            self.produtos.get(dados["produto"]),
            chamado,
        )


class TratamentoForm(FormularioBase, forms.Form):
    """A resposta da equipe central."""

    resposta = forms.CharField(
        label="Resposta", max_length=MANIFESTACAO_MAXIMA, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Escreva a resposta."},
    )  # fmt: skip
    a_ouvidoria = forms.BooleanField(label="É com a ouvidoria: diga por quê na resposta", required=False)


class FiltroDeManifestacaoForm(FormularioBase, forms.Form):
    """O que se quer ver das manifestações."""

    especie = forms.ChoiceField(label="Espécie", required=False, choices=[("", "Todas"), *EspecieDeManifestacao.choices])
    situacao = forms.ChoiceField(label="Situação", required=False, choices=[("", "Todas"), *SituacaoDaManifestacao.choices])


class PeriodoForm(FormularioBase, forms.Form):
    """De que dia a que dia, em Brasília."""

    desde = DataField(label="Abertos desde", error_messages={"required": "Informe o dia."})
    ate = DataField(label="Abertos até", error_messages={"required": "Informe o dia."})

    def clean(self) -> dict[str, Any]:
        """O período não termina antes de começar, e não passa de um ano."""
        dados: dict[str, Any] = super().clean() or {}
        if not self.errors and not 0 <= (dados["ate"] - dados["desde"]).days <= DIAS_MAXIMO:
            self.add_error("ate", "O período vai de um dia a um ano, e não termina antes de começar.")
        return dados


class GuardarFiltroForm(FormularioBase, forms.Form):
    """O nome com que se guarda o filtro da fila."""

    nome = forms.CharField(label="Nome do filtro", max_length=60, error_messages={"required": "Dê um nome ao filtro."})


class FilaForm(FormularioBase, forms.Form):
    """O que se quer ver da fila."""

    equipe = forms.ChoiceField(label="Equipe", required=False)
    produto = forms.ChoiceField(label="Produto", required=False)
    situacao = forms.ChoiceField(
        label="Situação", required=False,
        choices=[("", "Todas"), *((s.value, s.label.capitalize()) for s in Situacao if s != Situacao.ENCERRADO)],
    )  # fmt: skip
    meus = forms.BooleanField(label="Só os meus", required=False)
    vencidos = forms.BooleanField(label="Só os vencidos", required=False)

    def __init__(self, *partes: Any, equipes: list[Equipe], produtos: list[Produto], **opcoes: Any) -> None:
        super().__init__(*partes, **opcoes)
        _dar_opcoes(self, "equipe", [("", "Todas as minhas"), *((str(e.pk), e.nome) for e in equipes)])
        _dar_opcoes(self, "produto", [("", "Todos"), *((str(p.pk), p.nome) for p in produtos)])

    def filtros(self) -> FiltrosDaFila:
        """O que o seletor pede; um filtro que não serve não filtra."""
        dados = self.cleaned_data if self.is_valid() else {}
        return FiltrosDaFila(
            equipe_id=int(dados["equipe"]) if dados.get("equipe") else None,
            produto_id=int(dados["produto"]) if dados.get("produto") else None,
            situacao=dados.get("situacao", ""), so_meus=bool(dados.get("meus")), vencidos=bool(dados.get("vencidos")),
        )  # fmt: skip


ROTULOS_DO_TEXTO = {
    Passo.COMPLETAR: "Sua mensagem",
    Passo.REABRIR: "Por que o chamado precisa voltar",
    Passo.CONFIRMAR: "Quer dizer algo à equipe?",
    Passo.CANCELAR: "Por que você desiste",
    Passo.RESPONDER: "Resposta",
    Passo.PEDIR_INFORMACAO: "De que informação você precisa",
    Passo.PEDIR_VALIDACAO: "O que a pessoa deve testar",
    Passo.ANOTAR: "Nota, que só as equipes leem",
    Passo.ENCERRAR: "Resposta definitiva",
    Passo.AGUARDAR_TERCEIRO: "O que dizer a quem abriu",
}
COM_ANEXOS = {Passo.COMPLETAR, Passo.RESPONDER, Passo.PEDIR_INFORMACAO, Passo.PEDIR_VALIDACAO, Passo.ANOTAR}
SEM_TEXTO_OBRIGATORIO = {Passo.COMPLETAR, Passo.CONFIRMAR, Passo.CANCELAR, Passo.AGUARDAR_TERCEIRO}


def _arquivos(anexo: AnexoPedido) -> forms.Field:
    erros = {"required": f"Envie «{anexo.rotulo}»."}
    return VariosArquivosField(
        label=anexo.rotulo, help_text=anexo.ajuda, required=anexo.obrigatorio, aceitos=EXTENSOES, error_messages=erros
    )


def _campo(campo: Campo) -> forms.Field:
    erros = {"required": f"Preencha «{campo.rotulo}»."}
    comuns: dict[str, Any] = {
        "label": campo.rotulo, "help_text": campo.ajuda, "required": campo.obrigatorio, "error_messages": erros,
    }  # fmt: skip
    if campo.especie == EspecieDeCampo.ESCOLHA:
        return forms.ChoiceField(choices=[("", "Escolha"), *((o, o) for o in campo.opcoes)], **comuns)
    if campo.especie == EspecieDeCampo.PARAGRAFO:
        return forms.CharField(max_length=campo.maximo, widget=forms.Textarea(attrs={"rows": 4}), **comuns)
    return forms.CharField(max_length=campo.maximo, **comuns)


def _dar_opcoes(form: forms.Form, nome: str, opcoes: list[tuple[str, str]]) -> None:
    campo = form.fields[nome]
    assert isinstance(campo, forms.ChoiceField)
    campo.choices = opcoes


def tem_opcoes(form: forms.Form, nome: str) -> bool:
    """Se o campo de escolha tem o que escolher."""
    campo = form.fields[nome]
    assert isinstance(campo, forms.ChoiceField)
    return any(True for _ in campo.widget.choices)


def anexos_enviados(form: forms.Form) -> list[AnexoNovo]:
    """Os arquivos que vieram com o texto de um passo; só depois de ``is_valid``."""
    return [AnexoNovo(str(a.name), a.file) for a in form.cleaned_data.get("arquivos", [])]


def contar_pulados(request: HttpRequest, form: forms.Form) -> None:
    """Diz no formulário que arquivos passaram do limite e não chegaram."""
    for nome in arquivos_pulados(request):
        form.add_error(None, f"«{limpar_nome(nome)}» passa de {ANEXO_MAXIMO // 2**20} MB, ou o envio todo passa do limite.")
