#pragma once
#include <stddef.h>

// Files that the executable carries, put in by the compiler (#embed of C23).
struct EmbeddedBytes {
    const char *name;
    const unsigned char *bytes;
    size_t count;
};

// The console's.
const struct EmbeddedBytes *dashboard_files(size_t *count);

// OpenAPI 3.1 of the HTTP interface.
extern const struct EmbeddedBytes openapi_file;
