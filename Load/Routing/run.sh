#!/bin/sh
# Builds the benchmark and its peers, runs them on the same tables one after the other, and prints one table.
# Needs g++, libre2-dev and libhyperscan-dev, for the peers alone.
set -eu
cd "$(dirname "$0")/../.."
folder=.build/routing-benchmark
mkdir -p "$folder"
swift build -c release --product routing-benchmark
g++ -O3 -march=native -std=c++17 -o "$folder/peers" Load/Routing/Peers/peers.cpp -lre2 -lhs
"$(swift build -c release --show-bin-path)/routing-benchmark" "$folder" >"$folder/results.tsv"
"$folder/peers" "$folder" >>"$folder/results.tsv"
awk -F '\t' -f Load/Routing/table.awk "$folder/results.tsv"
