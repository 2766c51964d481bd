# Everything runs in .venv, made on first use from pyproject.toml. PYTHON names the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
DEMO ?= demo.db

.PHONY: demo test check bench evaluate docs clean

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/ready ## scan the articles in fixtures/corpus and show what derives from what
	@rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm
	.venv/bin/provenance scan fixtures/corpus --db $(DEMO)
	.venv/bin/provenance report --db $(DEMO)
	.venv/bin/provenance explain harbourpost.example/2025/07/lorne-anchor perseverant --db $(DEMO)
	@echo "The store is $(DEMO), one SQLite file: try  .venv/bin/sqlite-utils rows $(DEMO) lineage --table"

test: .venv/ready ## everything that takes less than five minutes
	.venv/bin/python -m pytest

check: .venv/ready ## style
	.venv/bin/ruff check . && .venv/bin/ruff format --check .

bench: .venv/ready ## text to signature, in MB/s of one core, beside datasketch
	.venv/bin/python tests/bench_sign.py

evaluate: .venv/ready ## scores on ../shared/corpora, where it is present
	.venv/bin/python tests/evaluate.py

docs: .venv/ready ## write the generated parts of README.md
	.venv/bin/python -m tests.docs

clean:
	rm -rf .venv build *.egg-info $(DEMO)*
