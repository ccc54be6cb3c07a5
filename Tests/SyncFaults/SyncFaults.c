#include "SyncFaults.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef struct { sqlite3_int64 offset; int length; } Range;

/* One file by its path, over all who have it open. */
typedef struct Disk {
    char path[1024];
    ino_t inode;
    long syncs;
    int failing, forgets, isFull, isUnsynced;
    unsigned char *durable;
    sqlite3_int64 size;
    Range *pending;
    int count, room;
    struct Disk *next;
} Disk;

typedef struct Opened { sqlite3_file *file; Disk *disk; struct Opened *next; } Opened;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Disk *disks;
static Opened *opened;
static sqlite3_vfs *base, own;

/* SQLite's ways for the database and for its log, which differ in their locks, and ours in their place. */
typedef struct { const sqlite3_io_methods *base; sqlite3_io_methods own; } Methods;
static Methods ofDatabase, ofLog;

static Disk *named(const char *path) {
    for (Disk *disk = disks; disk; disk = disk->next) if (!strcmp(disk->path, path)) return disk;
    Disk *disk = calloc(1, sizeof *disk);
    snprintf(disk->path, sizeof disk->path, "%s", path);
    disk->next = disks;
    return disks = disk;
}

static const sqlite3_io_methods *baseOf(sqlite3_file *file) {
    return file->pMethods == &ofLog.own ? ofLog.base : ofDatabase.base;
}

static Disk *of(sqlite3_file *file) {
    for (Opened *one = opened; one; one = one->next) if (one->file == file) return one->disk;
    return NULL;
}

static void resize(Disk *disk, sqlite3_int64 size) {
    disk->durable = realloc(disk->durable, size ? size : 1);
    if (size > disk->size) memset(disk->durable + disk->size, 0, size - disk->size);
    disk->size = size;
}

/* What another program put in the file's place was synced by it. */
static void readWhole(Disk *disk) {
    FILE *file = fopen(disk->path, "rb");
    struct stat found;
    if (!file || fstat(fileno(file), &found)) { if (file) fclose(file); return; }
    if (found.st_ino != disk->inode) {
        disk->count = 0;
        resize(disk, found.st_size);
        if (fread(disk->durable, 1, found.st_size, file) != (size_t)found.st_size) abort();
        disk->inode = found.st_ino;
    }
    fclose(file);
}

static int closeFile(sqlite3_file *file) {
    pthread_mutex_lock(&mutex);
    for (Opened **at = &opened; *at; at = &(*at)->next) {
        if ((*at)->file != file) continue;
        Opened *gone = *at;
        *at = gone->next;
        free(gone);
        break;
    }
    pthread_mutex_unlock(&mutex);
    return baseOf(file)->xClose(file);
}

static int writeFile(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 offset) {
    pthread_mutex_lock(&mutex);
    Disk *disk = of(file);
    int result = disk && disk->isFull ? SQLITE_FULL : baseOf(file)->xWrite(file, bytes, length, offset);
    if (disk && result == SQLITE_OK) {
        if (disk->count == disk->room) disk->pending = realloc(disk->pending, (disk->room = 2 * disk->room + 64) * sizeof(Range));
        disk->pending[disk->count++] = (Range){offset, length};
        disk->isUnsynced = 1;
    }
    pthread_mutex_unlock(&mutex);
    return result;
}

static int syncFile(sqlite3_file *file, int flags) {
    pthread_mutex_lock(&mutex);
    Disk *disk = of(file);
    int result = SQLITE_OK;
    if (disk && disk->failing > 0) {
        disk->failing -= 1;
        disk->count = 0;
        if (disk->forgets) {
            baseOf(file)->xTruncate(file, disk->size);
            baseOf(file)->xWrite(file, disk->durable, (int)disk->size, 0);
        }
        result = SQLITE_IOERR_FSYNC;
    } else if (disk) {
        sqlite3_int64 size = 0;
        baseOf(file)->xFileSize(file, &size);
        resize(disk, size);
        for (int i = 0; i < disk->count; i++) {
            Range range = disk->pending[i];
            if (range.offset + range.length <= size) baseOf(file)->xRead(file, disk->durable + range.offset, range.length, range.offset);
        }
        disk->count = disk->isUnsynced = 0;
        disk->syncs += 1;
    }
    pthread_mutex_unlock(&mutex);
    return result == SQLITE_OK ? baseOf(file)->xSync(file, flags) : result;
}

static int openFile(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *outFlags) {
    (void)vfs;
    int result = base->xOpen(base, name, file, flags, outFlags);
    if (result != SQLITE_OK || !name || !(flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL))) return result;
    pthread_mutex_lock(&mutex);
    Methods *methods = flags & SQLITE_OPEN_WAL ? &ofLog : &ofDatabase;
    if (!methods->base) {
        methods->base = file->pMethods;
        methods->own = *methods->base;
        methods->own.xClose = closeFile;
        methods->own.xWrite = writeFile;
        methods->own.xSync = syncFile;
    }
    file->pMethods = &methods->own;
    Opened *one = malloc(sizeof *one);
    *one = (Opened){file, named(name), opened};
    opened = one;
    readWhole(one->disk);
    pthread_mutex_unlock(&mutex);
    return result;
}

void sync_faults_install(void) {
    pthread_mutex_lock(&mutex);
    if (!base) {
        base = sqlite3_vfs_find(NULL);
        own = *base;
        own.zName = "sync-faults";
        own.xOpen = openFile;
        sqlite3_vfs_register(&own, 1);
    }
    pthread_mutex_unlock(&mutex);
}

#define LOCKED(expression) do { pthread_mutex_lock(&mutex); expression; pthread_mutex_unlock(&mutex); } while (0)

long sync_faults_syncs(const char *path) { long syncs; LOCKED(syncs = named(path)->syncs); return syncs; }
int sync_faults_is_unsynced(const char *path) { int is; LOCKED(is = named(path)->isUnsynced); return is; }
void sync_faults_fail(const char *path, int count, int forgets) {
    LOCKED(named(path)->failing = count; named(path)->forgets = forgets);
}
void sync_faults_fill(const char *path, int is_full) { LOCKED(named(path)->isFull = is_full); }

static int writeDurable(Disk *disk, const char *into) {
    FILE *file = disk->durable ? fopen(into, "wb") : NULL;
    int is = file && fwrite(disk->durable, 1, disk->size, file) == (size_t)disk->size;
    if (file) fclose(file);
    return is;
}

int sync_faults_cut(const char *database, const char *into) {
    char log[1100], logInto[1100];
    snprintf(log, sizeof log, "%s-wal", database);
    snprintf(logInto, sizeof logInto, "%s-wal", into);
    int is;
    LOCKED(is = writeDurable(named(database), into) & writeDurable(named(log), logInto));
    return is;
}
