"""Dois servidores PostgreSQL de verdade: ler da réplica, ler o que se acabou de gravar, e a troca do principal."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from pen.protocolo_integrado.interfaces.soap.cliente import ClienteSoap, FalhaDoServico
from tests.sistema.documentos import documento, numero
from tests.sistema.par import Par, par_de_servidores

pytestmark = pytest.mark.sistema
SEM_ESTATICOS = {"DJANGO_SETTINGS_MODULE": "tests.sistema.configuracoes"}
ESPERA_MAXIMA = 3.0  # segundos que uma leitura pode demorar enquanto o principal cai
PRAZO = 30.0  # segundos para o que deve acontecer logo
VIVOS = "SELECT count(*) FROM procrastinate_workers"
ENTRAR = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from pen.identidade.models import Pessoa
pessoa = Pessoa.objects.create(username="leitora", nome="Leitora")
sessao = SessionStore()
sessao[SESSION_KEY], sessao[HASH_SESSION_KEY] = str(pessoa.pk), pessoa.get_session_auth_hash()
sessao[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
sessao.save()
print(sessao.session_key)
"""


def esperar(condicao: Callable[[], object], o_que: str, prazo: float = PRAZO) -> None:
    fim = time.monotonic() + prazo
    while not condicao():
        assert time.monotonic() < fim, f"em {prazo:.0f} s não se viu: {o_que}"
        time.sleep(0.02)


def enviar(servidor, par: Par, *documentos: str) -> None:
    with ClienteSoap(servidor.soap, orgao="A1", senha=par.instalacao.orgaos["A1"]) as quem:
        assert quem.enviar(list(documentos)) == ["Ok!"] * len(documentos)


def pagina(servidor, n: int, quem=httpx) -> httpx.Response:
    resposta = quem.get(f"{servidor.base}/protocolo/processos/{numero('60001', n)}/", timeout=PRAZO)
    assert resposta.status_code in {200, 404}, resposta.text
    return resposta


def chegou_a_replica(par: Par) -> bool:
    onde = par.principal.valor("SELECT pg_current_wal_lsn()")
    return bool(par.replica.valor("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", onde))


@contextmanager
def replica_parada(par: Par) -> Iterator[None]:
    """A réplica recebe, mas não aplica: está atrasada enquanto isto durar."""
    esperar(lambda: chegou_a_replica(par), "a réplica em dia")
    par.replica.consultar("SELECT pg_wal_replay_pause()")
    esperar(lambda: par.replica.valor("SELECT pg_get_wal_replay_pause_state()") == "paused", "a réplica parada")
    try:
        yield
    finally:
        par.replica.consultar("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def par() -> Iterator[Par]:
    with par_de_servidores() as dois:
        yield dois


@pytest.fixture(scope="module")
def servidor(par: Par):
    variaveis = SEM_ESTATICOS | {"DATABASE_URL_LEITURA": par.replica.url, "PEN_REPLICA_ATRASO_MAXIMO_SEGUNDOS": "3600"}
    with par.instalacao.servindo(**variaveis) as ligado:
        yield ligado


@pytest.fixture(scope="module")
def sessao(par: Par) -> str:
    """A sessão de uma pessoa que entrou."""
    criada = par.instalacao.pen("django", "shell", "--no-imports", "-c", ENTRAR)
    assert criada.returncode == 0, criada.stderr
    return criada.stdout.strip()


def test_quem_so_le_ve_a_replica_e_quem_acabou_de_gravar_ve_o_que_gravou(par, servidor, sessao):
    enviar(servidor, par, documento("60001", 1))

    with httpx.Client(cookies={"sessionid": sessao}) as leitora, replica_parada(par):
        enviar(servidor, par, documento("60001", 1).replace("Assunto do processo", "Assunto mudado do processo"))
        assert "Assunto mudado" not in pagina(servidor, 1).text, "um estranho não leu da réplica"
        antes = pagina(servidor, 1, leitora)
        assert "Assunto mudado" not in antes.text and "Você acompanha" not in antes.text

        csrf = leitora.cookies["csrftoken"]
        dados = {"numero": numero("60001", 1), "csrfmiddlewaretoken": csrf}
        gravado = leitora.post(f"{servidor.base}/acompanhamentos/", data=dados)
        assert gravado.status_code == 302, gravado.text
        depois = pagina(servidor, 1, leitora)

        assert "Você acompanha este processo" in depois.text and "Assunto mudado" in depois.text
        assert "Assunto mudado" not in pagina(servidor, 1).text, "o estranho não deve pagar pelo que outro gravou"
        cookie = next(c for c in gravado.headers.get_list("set-cookie") if c.startswith("pen_posicao="))
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=300" in cookie

    esperar(lambda: "Assunto mudado" in pagina(servidor, 1).text, "o estranho ler o novo")


def test_feed_e_api_leem_da_replica_e_o_etag_e_o_do_que_se_leu(par, servidor):
    enviar(servidor, par, documento("60001", 2, movimentos=1))
    api = f"{servidor.base}/api/v1/processos/{numero('60001', 2)}"
    esperar(lambda: httpx.get(api).status_code == 200, "o processo na réplica")

    with replica_parada(par):
        velho = httpx.get(api)
        enviar(servidor, par, documento("60001", 2, movimentos=3))
        igual = httpx.get(api, headers={"If-None-Match": velho.headers["ETag"]})
        feed = httpx.get(f"{servidor.base}/protocolo/processos/{numero('60001', 2)}/andamentos.atom")
        andamentos = httpx.get(f"{api}/andamentos")

    assert igual.status_code == 304
    assert (feed.text.count("<entry>"), andamentos.json()["total"]) == (1, 1)
    esperar(lambda: httpx.get(f"{api}/andamentos").json()["total"] == 3, "a API ler o novo")


def test_replica_atrasada_demais_deixa_de_ser_lida(par):
    variaveis = SEM_ESTATICOS | {"DATABASE_URL_LEITURA": par.replica.url, "PEN_REPLICA_ATRASO_MAXIMO_SEGUNDOS": "1"}
    with par.instalacao.servindo("--processos", 1, **variaveis) as servidor:
        enviar(servidor, par, documento("60001", 3))
        esperar(lambda: pagina(servidor, 3).status_code == 200, "o processo na réplica")
        with replica_parada(par):
            enviar(servidor, par, documento("60001", 3).replace("Assunto do processo", "Assunto mudado do processo"))
            esperar(lambda: "Assunto mudado" in pagina(servidor, 3).text, "a leitura passar ao principal")


def test_replica_fora_do_ar_nao_da_erro_a_ninguem_e_ela_volta_a_servir(par, servidor):
    def saude():
        return httpx.get(f"{servidor.base}/saude/pronto").json()["replica"]

    enviar(servidor, par, documento("60001", 4))
    esperar(lambda: chegou_a_replica(par), "a réplica em dia")
    assert "s de atraso" in saude()

    par.replica.matar()
    try:
        assert {pagina(servidor, 4).status_code for _ in range(20)} == {200}
        assert "não responde" in saude()
    finally:
        par.replica.ligar()

    esperar(lambda: "s de atraso" in saude(), "a réplica de volta")


def test_troca_do_principal_nao_perde_o_confirmado_nem_para_quem_le(par, sessao):
    """O último do arquivo: depois dele o principal é outro."""
    par.sincronizar()
    variaveis = SEM_ESTATICOS | {"DATABASE_URL_LEITURA": par.replica.url, "PEN_API_PEDIDOS_POR_MINUTO": "100000"}
    with par.instalacao.servindo(**variaveis) as servidor, par.instalacao.trabalhando() as trabalhador:
        enviar(servidor, par, documento("60001", 0))
        esperar(lambda: par.principal.valor(VIVOS), "o trabalhador vivo")
        esperar(lambda: pagina(servidor, 0).status_code == 200, "o processo na réplica")
        with Movimento(servidor, par, sessao) as movimento:
            esperar(lambda: movimento.confirmados_desde(0) >= 20, "vinte remessas confirmadas")

            par.principal.matar()
            caiu = time.monotonic()
            esperar(lambda: movimento.lidos_desde(caiu) >= 60, "sessenta leituras sem principal")
            esperar(lambda: movimento.recusas, "uma remessa recusada")
            sem_principal = [
                httpx.get(f"{servidor.base}/saude/pronto"),
                httpx.get(f"{servidor.base}/minha-conta/", cookies={"sessionid": sessao}),
                httpx.post(
                    f"{servidor.base}/ProtocoloWS/rest/autenticarPorOrgao", json={"codigoOrgao": "A1", "senha": "x"}
                ),
            ]
            par.replica.consultar("SELECT pg_promote(true, 30)")
            promovido = time.monotonic()
            esperar(lambda: movimento.confirmados_desde(promovido) >= 20, "as remessas de novo confirmadas")
        posto = par.instalacao.por_na_fila()
        feito = "SELECT status = 'succeeded' FROM procrastinate_jobs WHERE id = %s"
        esperar(lambda: par.replica.valor(feito, posto), "um trabalho feito no novo principal", 60)
        assert trabalhador.poll() is None
        registro = servidor.registro()

    assert movimento.erros_de_leitura == []
    assert max(espera for em, espera in movimento.lidos if em + espera > caiu) < ESPERA_MAXIMA
    assert movimento.perdidos == set()
    assert [r.status_code for r in sem_principal] == [503] * 3, [r.text[:300] for r in sem_principal]
    assert "confira antes" in sem_principal[1].text and "reenvie" in sem_principal[2].json()["detail"]
    assert all("reenvie" in recusa for recusa in movimento.recusas)
    assert 0 < registro.count("servidor de banco fora") < 20, "diz-se uma vez por processo e por queda, e não por pedido"


class Movimento:
    """Quem envia e quem lê sem parar, e o que cada um viu."""

    def __init__(self, servidor, par: Par, sessao: str) -> None:
        self.servidor, self.par, self.parar = servidor, par, threading.Event()
        self.confirmados: list[tuple[float, str]] = []
        self.lidos: list[tuple[float, float]] = []  # quando começou, quanto demorou
        self.recusas: list[str] = []
        self.erros_de_leitura: list[str] = []
        self.perdidos: set[str] = set()
        processo = f"{servidor.base}/protocolo/processos/{numero('60001', 0)}/"
        api = f"{servidor.base}/api/v1/processos/{numero('60001', 0)}"
        leituras = [
            (processo, ""),
            (processo, sessao),
            (f"{processo}andamentos.atom", ""),
            (api, ""),
            (f"{api}/andamentos", ""),
        ]
        alvos = [(self._enviar, (k,)) for k in range(2)] + [(self._ler, leitura) for leitura in leituras]
        self._fios = [threading.Thread(target=alvo, args=argumentos) for alvo, argumentos in alvos]

    def __enter__(self) -> "Movimento":
        for fio in self._fios:
            fio.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.parar.set()
        for fio in self._fios:
            fio.join(PRAZO)
        guardados = {n for (n,) in self.par.replica.consultar("SELECT numero FROM protocolo_integrado_registro")}
        self.perdidos = {n for _, n in self.confirmados} - guardados

    def confirmados_desde(self, instante: float) -> int:
        return sum(em > instante for em, _ in self.confirmados)

    def lidos_desde(self, instante: float) -> int:
        return sum(em > instante for em, _ in self.lidos)

    def _enviar(self, quem: int) -> None:
        n = 0
        with ClienteSoap(self.servidor.soap, orgao="A1", senha=self.par.instalacao.orgaos["A1"]) as orgao:
            while not self.parar.is_set():
                n += 1
                comeco = time.monotonic()
                try:
                    if orgao.enviar([documento(f"6100{quem}", n)]) == ["Ok!"]:
                        self.confirmados.append((comeco, numero(f"6100{quem}", n)))
                except FalhaDoServico as erro:
                    self.recusas.append(erro.mensagem)
                    self.parar.wait(0.05)

    def _ler(self, endereco: str, sessao: str) -> None:
        with httpx.Client(timeout=PRAZO, cookies={"sessionid": sessao} if sessao else {}) as leitor:
            while not self.parar.is_set():
                comeco = time.monotonic()
                try:
                    resposta = leitor.get(endereco)
                    if resposta.status_code != 200 or (sessao and "Minha conta" not in resposta.text):
                        self.erros_de_leitura.append(f"{resposta.status_code} {endereco} {resposta.text[:200]}")
                except httpx.HTTPError as erro:
                    self.erros_de_leitura.append(f"{type(erro).__name__} {endereco}")
                self.lidos.append((comeco, time.monotonic() - comeco))
