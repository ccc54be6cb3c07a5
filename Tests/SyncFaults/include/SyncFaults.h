#ifndef SYNC_FAULTS_H
#define SYNC_FAULTS_H

/* A disk under SQLite that forgets at a power cut what was not synced, and whose syncs fail when they are told to.
 * It stands before SQLite's own way to files in this process. Paths name the files as SQLite opens them. */

void sync_faults_install(void);

/* Syncs of the file that succeeded, and whether something was written to it since the last one. */
long sync_faults_syncs(const char *path);
int sync_faults_is_unsynced(const char *path);

/* Lets the next `count` syncs of the file fail. What they were to sync is lost: a later sync does not make it last, as on Linux. With
 * `forgets` the system reads it no more either, as when it gives up the pages. */
void sync_faults_fail(const char *path, int count, int forgets);

/* Lets every write to the file fail as on a full disk, until it is told otherwise. */
void sync_faults_fill(const char *path, int is_full);

/* Writes what is left of a database and its log after a power cut in this moment to another path; 0 if it was never synced. */
int sync_faults_cut(const char *database, const char *into);

#endif
