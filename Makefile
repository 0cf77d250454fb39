# Two commands do everything: `make demo` and `make test`. Both prepare .venv first; a second run is quick.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup demo city test lint types contract docs check clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.flagrules-ready
PYTEST_ARGS ?= -q -n auto
DEMO := build/demo
CITY := build/city

help:
	@echo "make demo   准备环境并运行示例 / prepare, then run the example"
	@echo "make city   一次评定一个市的全部县（样例）/ assess every county of a city at once (sample)"
	@echo "make test   准备环境并运行测试 / prepare, then run the tests"
	@echo "make docs   重新生成手册里的表 / renew the tables of the manual"
	@echo "make lint   检查代码 / check the code (lint, types, import contract)"

setup: $(STAMP)

$(STAMP): pyproject.toml flagrules/__init__.py
	@.ci/need python3 git
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖 / installing into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: setup
	@rm -rf $(DEMO)
	@$(BIN)/flagrules run yuncheng --county 140882 --sample --on 2021-12-01 --out $(DEMO)
	@$(BIN)/flagrules explain yuncheng 龙门村 --county 140882 --sample --on 2021-12-01 --flag 生态宜居

city: setup
	@rm -rf $(CITY)
	@$(BIN)/flagrules run yuncheng --county all --sample --sample-settings --on 2021-12-01 --units 3 --out $(CITY)

test: setup
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(MAKE) --no-print-directory types contract

types: setup
	@$(BIN)/mypy

contract: setup
	@$(BIN)/lint-imports

docs: setup
	@$(BIN)/python -m flagrules.text.codes.page docs/findings.md
	@$(BIN)/python -m flagrules.syntax.reference docs/language.md docs/language.zh.md

check: test lint

clean:
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
