"""As sessões do Django, no banco, lidas por uma consulta preparada: toda página de quem entrou começa por ela."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from pen.identidade.selectors.pessoas import sessao_aberta


class SessionStore(db.SessionStore):
    """A do Django, com outra leitura; o que ela grava é o mesmo."""

    def _get_session_from_db(self) -> Session | None:
        sessao = sessao_aberta(self.session_key, agora=timezone.now())
        if sessao is None:
            self._session_key = None
        return sessao
