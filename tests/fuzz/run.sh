#!/bin/sh
# run.sh clean|planted FOLDER NAME: lets a fuzz target run over its corpus and then on its own for a while.
#
# clean: it must find nothing, for a quarter of a minute in CI and for five seconds elsewhere. The seed is always the same, so that
# a failure can be had again and a change is not blamed for what luck found; to search for something new, say
#   HANDSET_FUZZ_SEED=0 HANDSET_FUZZ_SECONDS=3600 sh tests/fuzz/run.sh clean build-tests/fuzz NAME        (0: drawn)
# planted: it must find the planted fault, within two minutes.
# What it learns lies in the build folder; the committed corpus is only read. A find is kept there too, and printed.
set -eu
kind=$1
folder=$2
name=$3
corpus=$(dirname "$0")/corpus/$name
work=$folder/run/$name.$kind
program=$folder/tests/fuzz/${name}_fuzz
seconds=5
[ "${CI:-}" != true ] || seconds=15
seconds=${HANDSET_FUZZ_SECONDS:-$seconds}
seed=${HANDSET_FUZZ_SEED:-20070824}

if [ -z "$(ls "$corpus" 2>/dev/null)" ]; then
	echo "tests/fuzz/corpus/$name is empty: a fuzz target needs a corpus"
	exit 1
fi
if [ "$kind" = planted ]; then
	program=${program}_planted
	seconds=120
	if [ ! -x "$program" ]; then
		echo "no source plants a fault for $name (#ifdef HANDSET_PLANT_...): nothing proves that this target can find one"
		exit 1
	fi
fi
dictionary=$(dirname "$0")/$name.dict
if [ -f "$dictionary" ]; then
	dictionary=-dict=$dictionary
else
	dictionary=
fi

LSAN_OPTIONS=suppressions=$(cd "$(dirname "$0")" && pwd)/leaks.suppressions:print_suppressions=0
export LSAN_OPTIONS

rm -rf "$work"
mkdir -p "$work/corpus"
status=0
start=$(date +%s)
"$program" -seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 $dictionary \
	-artifact_prefix="$work/" "$work/corpus" "$corpus" >"$work/log" 2>&1 || status=$?
took=$(($(date +%s) - start))

if [ "$kind" = planted ]; then
	# A find leaves its input; a program that never ran properly leaves none.
	find=$(find "$work" -maxdepth 1 -name '*-*' -type f | head -n 1)
	if [ "$status" != 0 ] && [ -n "$find" ]; then
		echo "$name finds its planted fault in $took s: $(grep -m 1 -E 'ERROR|runtime error' "$work/log")"
		exit 0
	fi
	tail -n 20 "$work/log"
	echo "$name did not find its planted fault in $took s (status $status)"
	exit 1
fi
if [ "$status" != 0 ]; then
	tail -n 100 "$work/log"
	exit 1
fi
grep -E 'stat::number_of_executed_units|stat::average_exec_per_sec' "$work/log"
grep -E 'DONE' "$work/log" | tail -n 1
