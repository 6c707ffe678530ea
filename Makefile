# `make demo` and `make test` set up all they need: a virtual environment with Python 3.11 or
# later and, on Debian and Ubuntu, the libraries of an offscreen Kivy window.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
INSTALLED := $(VENV)/.installed
SYSTEM_PACKAGES := libgl1 libegl1 libgles2 libegl-mesa0 libgl1-mesa-dri

.PHONY: demo test lint app captioner clean system browser verify-android verify-web screenshots

demo: $(INSTALLED)
	$(VENV)/bin/jewelcap demo

app: $(INSTALLED) system
	$(VENV)/bin/jewelcap app --model $(CAPTIONER)

# The app's own captioner, or the one that `make demo` leaves.
CAPTIONER ?= $(firstword $(wildcard mobile_app/camera_app/models/embedded.captioner) \
  runs/demo/captioner.tflite)

# The README's picture, of test photos.
SHOWN_PHOTOS := $(addprefix pipeline/catalog/embedded/images/, \
  ring/ondine-white-gold-emerald/012.jpg earring/perlina-silver-black-pearl/017.jpg \
  earring/cuorella-yellow-gold-red-enamel/029.jpg)

screenshots: $(INSTALLED) system browser
	$(VENV)/bin/python -m tests.mobile_app.make_screenshot $(CAPTIONER) mobile_app/screenshot.png $(SHOWN_PHOTOS)
	$(VENV)/bin/python -m tests.export.web.make_screenshots export/web/screenshots $(CAPTIONER)

test: $(INSTALLED) system browser lint
	$(VENV)/bin/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

$(INSTALLED): setup.cfg pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "jewelcap needs Python 3.11 or later; install it, or call: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --upgrade pip
	$(VENV)/bin/python -m pip install --quiet --editable '.[app,onnx,render,sweep,web,dev]'
	touch $@

# Only the window needs these; elsewhere than on Debian the desktop brings its own.
system:
	@if command -v dpkg-query >/dev/null; then \
	  missing=""; \
	  for package in $(SYSTEM_PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	  done; \
	  if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ]; then \
	      apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; \
	    else \
	      echo "the app's window needs these packages:$$missing"; \
	      echo "install them with: sudo apt-get install$$missing"; exit 1; \
	    fi; \
	  fi; \
	fi

# The page is tested in the system's Chromium, or else Playwright's; without one those tests are
# skipped.
browser: $(INSTALLED)
	@for program in chromium chromium-browser google-chrome chrome; do \
	  if command -v $$program >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -q && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium; \
	then exit 0; fi; \
	$(VENV)/bin/playwright install chromium || \
	  echo "no Chromium could be had: the tests of the page will be skipped"

# Everything of an Android build that needs no SDK; fetches about 1 GB into runs/verify-android.
verify-android: $(INSTALLED) system
	$(VENV)/bin/python -m mobile_app.verify --model $(CAPTIONER) \
	  --record benchmarks/results/android/verification.json

# The page in a real browser against `jewelcap describe`, on 200 photos; WEB_CAPTIONERS takes more.
WEB_CAPTIONERS ?= $(CAPTIONER)
verify-web: $(INSTALLED) browser
	$(VENV)/bin/python -m benchmarks.web $(WEB_CAPTIONERS) --out benchmarks/results/web/page.json

# The app's own captioner from nothing, in some hours on two cores; called again it goes on. Half of
# the kinds of things that are no jewelry are shown in training, the others judge what it learned.
JEWELCAP := $(VENV)/bin/jewelcap
MADE := runs/captioner
SHOWN_KINDS := battery bottle-cap cable cloth cup empty-board empty-hand-neck-or-ear fruit key \
  lipstick nail paper-clip pen phone rubber-band screw spoon thimble
captioner: $(INSTALLED)
	$(JEWELCAP) catalog render --seed 1 --out $(MADE)/seed-1
	$(JEWELCAP) catalog render --seed 2 --out $(MADE)/seed-2
	$(JEWELCAP) catalog render --negatives --images 300 --seed 0 --out $(MADE)/others-0
	$(JEWELCAP) catalog render --negatives --images 432 --seed 8 --out $(MADE)/others-8
	@for folder in $(MADE)/others-*/images/none/*; do \
	  kind=$${folder##*/}; seed=$${folder#$(MADE)/others-}; \
	  case " $(SHOWN_KINDS) " in *" $$kind "*) side=shown;; *) side=judging;; esac; \
	  mkdir -p $(MADE)/$$side/$$kind; \
	  for photo in $$folder/*.jpg; do \
	    cp $$photo $(MADE)/$$side/$$kind/$${seed%%/*}-$${photo##*/}; \
	  done; \
	done
	$(JEWELCAP) train --catalog pipeline/catalog/embedded --protocol views_wide --config app_first \
	  --extra-train $(MADE)/seed-1 --run $(MADE)/first
	$(JEWELCAP) train --catalog pipeline/catalog/embedded --protocol views_wide --config app \
	  --weights $(MADE)/first/train/encoder.npz --extra-train $(MADE)/seed-1 \
	  --extra-train $(MADE)/seed-2 --negatives $(MADE)/shown --run $(MADE)/best
	$(JEWELCAP) export $(MADE)/best --variant int8 --negatives $(MADE)/judging --license Apache-2.0 \
	  --target-precision 0.9
	mkdir -p mobile_app/camera_app/models
	cp $(MADE)/best/export/int8/captioner.tflite mobile_app/camera_app/models/embedded.captioner
	cp $(MADE)/best/export/int8/card.md mobile_app/camera_app/models/embedded.md

clean:
	rm -rf $(VENV) runs artifacts *.egg-info
