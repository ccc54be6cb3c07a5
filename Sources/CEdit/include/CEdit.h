#pragma once
#include <stddef.h>

// What the prompt uses of libedit. It names no header of the system: types that one module brings in are hidden from the files of another.
typedef struct editline EditLine;
typedef struct history History;

// What a function bound to a key answers.
enum { EDIT_REFRESH = 4, EDIT_ERROR = 6, EDIT_REDISPLAY = 8, EDIT_REFRESH_BEEP = 9 };

EditLine *edit_open(const char *name);
void edit_close(EditLine *edit);
void edit_prompt(EditLine *edit, char *(*prompt)(EditLine *));
void edit_keys(EditLine *edit, const char *keys);
void edit_catches_signals(EditLine *edit, int catches);
void edit_reads(EditLine *edit, int (*read)(EditLine *, wchar_t *));
void edit_function(EditLine *edit, const char *name, const char *help, unsigned char (*body)(EditLine *, int));
void edit_bind(EditLine *edit, const char *key, const char *name);
void edit_owner(EditLine *edit, void *owner);
void *edit_owner_of(EditLine *edit);
const char *edit_line(EditLine *edit, int *count);
void edit_reset(EditLine *edit);
// What stands before the cursor.
const char *edit_before_cursor(EditLine *edit, size_t *count);
void edit_delete(EditLine *edit, int count);
int edit_insert(EditLine *edit, const char *text);
// Waits until there is something to read, with the signals of a sigset_t held and the others let in: 1, or -1 when one came.
int edit_waits(int descriptor, const void *held);

History *edit_history_open(int limit);
void edit_history_close(History *lines);
void edit_history(EditLine *edit, History *lines);
void edit_history_enter(History *lines, const char *line);
