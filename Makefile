# Everything runs in .venv, made on first use from pyproject.toml. PYTHON names the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
DEMO ?= demo.db

.PHONY: demo test check bench growth evaluate faults fuzz docs clean

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
	.venv/bin/python -m pytest --numprocesses 2

check: .venv/ready ## style
	.venv/bin/ruff check . && .venv/bin/ruff format --check .

# What the benchmark compares with has an environment of its own. text-dedup declares Spark and ONNX, which its MinHash does not
# use: it comes without them. A peer that cannot be had is named in the table.
.venv-peers/ready:
	$(PYTHON) -m venv .venv-peers
	-.venv-peers/bin/pip install --quiet --disable-pip-version-check 'datasketch==2.0.0' xxhash
	-.venv-peers/bin/pip install --quiet --disable-pip-version-check 'rensa==0.5.0'
	-.venv-peers/bin/pip install --quiet --disable-pip-version-check datasets click-option-group ftfy psutil regex rich scipy xxhash
	-.venv-peers/bin/pip install --quiet --disable-pip-version-check --no-deps 'text-dedup==0.4.0'
	touch $@

bench: .venv/ready .venv-peers/ready ## beside datasketch, rensa, text-dedup and plain loading; each reader; one story on 300 sites
	.venv/bin/python -m tests.bench_peers --readme
	.venv/bin/python -m tests.bench_read
	.venv/bin/python -m tests.bench_family

growth: .venv/ready ## what scans, nights and traces cost as the store grows; SIZES="500000 1000000" for more
	.venv/bin/python -m tests.growth $(SIZES)

evaluate: .venv/ready ## scores on ../shared/corpora, where it is present
	.venv/bin/python -m tests.evaluate

faults: .venv/ready ## a hundred kills and sixty losses of power in the middle of work; five minutes
	.venv/bin/python -m tests.kill_many --kills 100
	.venv/bin/python -m tests.power --losses 60

fuzz: .venv/ready ## five minutes of fuzzing the readers; wants atheris in .venv
	.venv/bin/python tests/fuzz_readers.py

docs: .venv/ready ## write the generated parts of README.md
	.venv/bin/python -m tests.docs

clean:
	rm -rf .venv .venv-peers build *.egg-info $(DEMO)*
