#include "CWriteAheadLog.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* SQLite's unix layer writes less than 0x20000 bytes in a call, and of more than that only what is left by that number. */
enum { capacity = 0x1f000 };

/* Stands in place of a file's methods, and is found by them. */
typedef struct {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *base;
    sqlite3_int64 offset;
    int count;
    unsigned char bytes[capacity];
} Gathered;

static Gathered *gathered(sqlite3_file *file) { return (Gathered *)file->pMethods; }

/* The layer below may tell files by their methods, too. */
#define BELOW(file, call)                                    \
    const sqlite3_io_methods *const own = (file)->pMethods;  \
    (file)->pMethods = gathered(file)->base;                 \
    const int result = (file)->pMethods->call;               \
    (file)->pMethods = own;

static int writeBelow(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    BELOW(file, xWrite(file, bytes, count, offset))
    return result;
}

/* What fails is forgotten: SQLite gives the transaction up, and writes the next one from where this one began. */
static int flush(sqlite3_file *file) {
    Gathered *const log = gathered(file);
    const int count = log->count;
    log->count = 0;
    return count ? writeBelow(file, log->bytes, count, log->offset) : SQLITE_OK;
}

static int writeLog(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    Gathered *const log = gathered(file);
    if (log->count && (offset != log->offset + log->count || count > capacity - log->count)) {
        const int code = flush(file);
        if (code != SQLITE_OK) return code;
    }
    if (count > capacity) return writeBelow(file, bytes, count, offset);
    if (!log->count) log->offset = offset;
    memcpy(log->bytes + log->count, bytes, count);
    log->count += count;
    return SQLITE_OK;
}

#define FLUSHED(file, call)                            \
    const int code = flush(file);                      \
    if (code != SQLITE_OK) return code;                \
    BELOW(file, call)                                  \
    return result;

static int readLog(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) { FLUSHED(file, xRead(file, bytes, count, offset)) }
static int truncateLog(sqlite3_file *file, sqlite3_int64 size) { FLUSHED(file, xTruncate(file, size)) }
static int syncLog(sqlite3_file *file, int flags) { FLUSHED(file, xSync(file, flags)) }
static int sizeOfLog(sqlite3_file *file, sqlite3_int64 *size) { FLUSHED(file, xFileSize(file, size)) }
static int controlLog(sqlite3_file *file, int operation, void *argument) { FLUSHED(file, xFileControl(file, operation, argument)) }

static int lockLog(sqlite3_file *file, int level) {
    BELOW(file, xLock(file, level))
    return result;
}

static int unlockLog(sqlite3_file *file, int level) {
    BELOW(file, xUnlock(file, level))
    return result;
}

static int lockOfLog(sqlite3_file *file, int *isLocked) {
    BELOW(file, xCheckReservedLock(file, isLocked))
    return result;
}

static int sectorOfLog(sqlite3_file *file) {
    BELOW(file, xSectorSize(file))
    return result;
}

static int deviceOfLog(sqlite3_file *file) {
    BELOW(file, xDeviceCharacteristics(file))
    return result;
}

static int closeLog(sqlite3_file *file) {
    Gathered *const log = gathered(file);
    const int code = flush(file);
    file->pMethods = log->base;
    free(log);
    const int closed = file->pMethods->xClose(file);
    return code == SQLITE_OK ? closed : code;
}

/* No page of a log is mapped or shared by these methods: version 1 has all that SQLite asks of it. */
static const sqlite3_io_methods ours = {
    1, closeLog, readLog, writeLog, truncateLog, syncLog, sizeOfLog, lockLog, unlockLog, lockOfLog, controlLog, sectorOfLog, deviceOfLog,
};

static sqlite3_file *logOf(void *connection) {
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) != SQLITE_OK) return NULL;
    return file && file->pMethods ? file : NULL;
}

int log_gather_writes(void *connection) {
    sqlite3_file *const file = logOf(connection);
    if (!file) return SQLITE_CANTOPEN;
    if (file->pMethods->xWrite == writeLog) return SQLITE_OK;
    Gathered *const log = malloc(sizeof *log);
    if (!log) return SQLITE_NOMEM;
    log->methods = ours;
    log->base = file->pMethods;
    log->count = 0;
    file->pMethods = &log->methods;
    return SQLITE_OK;
}
