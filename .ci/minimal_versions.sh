#!/usr/bin/env bash
# Builds the three crates with the oldest versions that their manifests allow: whoever has those in a
# lock file must be able to add retry-kit. Needs a nightly toolchain, to resolve them; dev-dependencies
# are left out, as no user has them.
set -euo pipefail
cd "$(dirname "$0")/.."
if ! cargo +nightly --version >/dev/null 2>&1 &&
  ! rustup toolchain install nightly --profile minimal >/dev/null 2>&1; then
  echo "skipped: the oldest versions take a nightly toolchain to resolve, and there is none"
  exit 0
fi
work=target/minimal-versions
rm -rf "$work/copy"
mkdir -p "$work/copy"
git ls-files -z Cargo.toml src retry-macros retry-runtime README.md | xargs -0 cp --parents -t "$work/copy"
cd "$work/copy"
for manifest in Cargo.toml retry-*/Cargo.toml; do
  awk '/^\[/ { is_left_out = /dev-dependencies/ || /^\[\[/ } !is_left_out' "$manifest" >manifest
  mv manifest "$manifest"
done
sed -i 's/^members = .*/members = ["retry-macros", "retry-runtime"]/; /^\(default-members\|exclude\) = /d' Cargo.toml
cargo +nightly update --quiet -Z direct-minimal-versions
CARGO_TARGET_DIR=.. cargo check --workspace --all-features
