#!/bin/sh
# build-again.sh SOURCE FOLDER "TARGETS" OPTION...: builds the project once more, another way, for the tests that need that.
set -eu
source=$1
folder=$2
targets=$3
shift 3
# Without NDEBUG: assertions count.
cmake -S "$source" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O2 -g" \
	-DCMAKE_COMPILE_WARNING_AS_ERROR=ON -DHANDSET_TESTS=ON "$@"
cmake --build "$folder" --target $targets -- -j2 --quiet
