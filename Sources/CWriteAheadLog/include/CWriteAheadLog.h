#pragma once

/// Lets the connection's write-ahead log gather what is written to it in order, frame by frame, and hand it to the system in one piece: before
/// a sync, a read, or anything else that is asked of the log. `connection` is a `sqlite3 *` whose log is open. Returns an SQLite result code.
int log_gather_writes(void *_Nonnull connection);
