"""``python -m pen.config``: o comando ``pen``, para quem o chama pelo próprio Python."""

from pen.config.cli import principal

if __name__ == "__main__":
    principal()
