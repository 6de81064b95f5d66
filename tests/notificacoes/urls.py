"""Os endereços do projeto e os das notificações, estejam ou não já montados."""

from django.urls import include, path

from pen.config.urls import handler400, handler403, handler404, handler500  # noqa: F401
from pen.config.urls import urlpatterns as do_projeto

urlpatterns = [path("", include("pen.notificacoes.interfaces.web.urls")), *do_projeto]
