/* Preloaded into the service by compare.sh: counts fsync and fdatasync, times them, and can make each one late.
 *   SYNC_REPORT  a file to which count, p50 and p99 (microseconds) are written at the process's end
 *   SYNC_DELAY   microseconds that each sync takes at least, as a slower disk would */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { kept = 1 << 20 };
static uint32_t micros[kept];
static unsigned count;
static long delay;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static int ascending(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static void report(void) {
    const char *path = getenv("SYNC_REPORT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    pthread_mutex_lock(&mutex);
    unsigned held = count < kept ? count : kept;
    qsort(micros, held, sizeof *micros, ascending);
    fprintf(file, "%u %u %u\n", count, held ? micros[held / 2] : 0, held ? micros[held - 1 - held / 100] : 0);
    pthread_mutex_unlock(&mutex);
    fclose(file);
}

__attribute__((constructor)) static void start(void) {
    const char *text = getenv("SYNC_DELAY");
    delay = text ? atol(text) : 0;
    atexit(report);
}

static int timed(const char *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int64_t began = now();
    int result = real(descriptor);
    int64_t left = delay - (now() - began);
    if (left > 0) usleep(left);
    pthread_mutex_lock(&mutex);
    if (count < kept) micros[count] = now() - began;
    count++;
    pthread_mutex_unlock(&mutex);
    return result;
}

int fsync(int descriptor) { return timed("fsync", descriptor); }
int fdatasync(int descriptor) { return timed("fdatasync", descriptor); }
