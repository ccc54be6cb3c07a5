#pragma once

#include <stddef.h>
#include <stdint.h>

/// XXH3 of 64 bits (xxHash 0.8, whose values stay as they are).
uint64_t xxhash_xxh3(const void *_Nullable bytes, size_t count, uint64_t seed);
