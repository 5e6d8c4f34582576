#!/usr/bin/env bash
# scratch-image.sh NAME BINARY: writes a container image (docker-archive) that holds one static binary, no more.
set -eu

name=$1 binary=$(readlink -f "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

hash() { sha256sum "$1" | cut -d' ' -f1; }

tar --create --file "$work/layer.tar" --owner 0 --group 0 --mtime @0 --mode 755 \
  --transform "s#.*#program#" -C / "${binary#/}"
cat >"$work/config.json" <<JSON
{"architecture": "$(uname -m | sed 's/x86_64/amd64/; s/aarch64/arm64/')", "os": "linux",
 "config": {"Entrypoint": ["/program"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$(hash "$work/layer.tar")"]}}
JSON
cat >"$work/manifest.json" <<JSON
[{"Config": "config.json", "RepoTags": ["$name"], "Layers": ["layer.tar"]}]
JSON
tar --create -C "$work" manifest.json config.json layer.tar
