"""As escolhas fechadas da identidade."""

from django.db import models


class OrigemDoCodigo(models.TextChoices):
    SIORG = "siorg", "SIORG"
    IBGE = "ibge", "IBGE"
    PROPRIO = "proprio", "código próprio desta instalação"


class Esfera(models.TextChoices):
    FEDERAL = "federal", "Federal"
    ESTADUAL = "estadual", "Estadual"
    MUNICIPAL = "municipal", "Municipal"


class Poder(models.TextChoices):
    EXECUTIVO = "executivo", "Executivo"
    LEGISLATIVO = "legislativo", "Legislativo"
    JUDICIARIO = "judiciario", "Judiciário"
    ESSENCIAL = "essencial", "Funções essenciais à Justiça"


class SituacaoDoOrgao(models.TextChoices):
    ATIVO = "ativo", "ativo"
    SUSPENSO = "suspenso", "suspenso"
    EXTINTO = "extinto", "extinto"


class Ambiente(models.TextChoices):
    PRODUCAO = "producao", "produção"
    HOMOLOGACAO = "homologacao", "homologação"


class Finalidade(models.TextChoices):
    """Para que uma credencial serve; ela não serve para mais nada."""

    ENVIO = "envio", "enviar ao Protocolo Integrado"
    NUMERACAO = "numeracao", "dar números de processo"


class Escopo(models.TextChoices):
    """O que um programa pode fazer com a chave de acesso de uma pessoa."""

    LER = "ler", "ler o que a pessoa lê"
    ESCREVER = "escrever", "fazer o que a pessoa faz"
    PAPEIS = "papeis", "exercer os papéis e as equipes da pessoa"


class SituacaoDaCredencial(models.TextChoices):
    ATIVA = "ativa", "ativa"
    REVOGADA = "revogada", "revogada"


class Papel(models.TextChoices):
    """O que uma pessoa faz além de consultar. Os dois primeiros são num órgão; os outros, na instalação inteira."""

    GESTOR = "gestor", "gestão do órgão"
    CONSULTA = "consulta", "consulta do órgão"
    EQUIPE_CENTRAL = "equipe_central", "equipe central"
    AUDITORIA = "auditoria", "auditoria"


class MeioDeEntrada(models.TextChoices):
    GOVBR = "govbr", "gov.br"
    CORREIO = "correio", "código por e-mail"


class Nivel(models.IntegerChoices):
    """O nível da conta gov.br na hora da entrada; quem entra por e-mail não tem."""

    NENHUM = 0, "sem nível"
    BRONZE = 1, "bronze"
    PRATA = 2, "prata"
    OURO = 3, "ouro"


class FinalidadeDoCodigo(models.TextChoices):
    ENTRADA = "entrada", "entrar"
    TROCA = "troca", "trocar o e-mail"
