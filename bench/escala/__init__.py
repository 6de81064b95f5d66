"""As medidas da escala: todas sobre um só registro inventado, cada uma ao lado do seu limite ou de um par, na mesma execução."""
