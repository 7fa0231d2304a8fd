#!/usr/bin/env bash
# Installs the command-line agents that test/agents/ runs against the gateway. They are two thirds of a gigabyte, so they
# are no dependencies: without them those tests are skipped. AGENTS_DIR is where they go, and where the tests look.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

directory=${AGENTS_DIR:-node_modules/.cache/agents}
mkdir -p "$directory"
npm install --prefix "$directory" --no-save --no-package-lock --ignore-scripts \
  @anthropic-ai/claude-code@2.1.197 @openai/codex@0.169.0
# The one install script among them: it puts the program of this platform in its place.
node "$directory/node_modules/@anthropic-ai/claude-code/install.cjs"
for agent in claude codex; do
  printf '%s: %s\n' "$agent" "$("$directory/node_modules/.bin/$agent" --version)"
done
