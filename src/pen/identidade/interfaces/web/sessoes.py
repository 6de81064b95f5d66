"""A sessão e a pessoa dela, como no Django, lidas por consultas preparadas: toda página de quem entrou começa por elas."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from pen.identidade.models import Pessoa
from pen.identidade.selectors.pessoas import pessoa_da_sessao, sessao_aberta


class SessionStore(db.SessionStore):
    """A do Django, com outra leitura; o que ela grava é o mesmo."""

    def _get_session_from_db(self) -> Session | None:
        sessao = sessao_aberta(self.session_key, agora=timezone.now())
        if sessao is None:
            self._session_key = None
        return sessao


class QuemEntrou(ModelBackend):
    """O do Django, com outra leitura da pessoa."""

    def get_user(self, user_id: int) -> Pessoa | None:
        """A pessoa da sessão, se ainda existe e está ativa."""
        pessoa = pessoa_da_sessao(user_id)
        return pessoa if pessoa is not None and self.user_can_authenticate(pessoa) else None
