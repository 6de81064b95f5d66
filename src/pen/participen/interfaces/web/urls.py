from django.urls import URLPattern

app_name = "participen"

urlpatterns: list[URLPattern] = []
