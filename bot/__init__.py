"""Answers questions on one topic from curated facts, with citations: in a terminal, from a command line, in Telegram.

The knowledge is a folder of YAML (see knowledge/README.md); `bot.engine` is the one path from question to
reply, `bot.cli` the only place that wires the rooms together.
"""

__version__ = "0.1.0"
