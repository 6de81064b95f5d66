"""As páginas da Central de Atendimento."""
