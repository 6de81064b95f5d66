from django.urls import path

from pen.nup.interfaces.web import views

app_name = "nup"

urlpatterns = [path("", views.conferir, name="conferir")]
