#include "CEdit.h"

#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <sys/select.h>

_Static_assert(EDIT_REFRESH == CC_REFRESH && EDIT_ERROR == CC_ERROR, "libedit's answers");
_Static_assert(EDIT_REDISPLAY == CC_REDISPLAY && EDIT_REFRESH_BEEP == CC_REFRESH_BEEP, "libedit's answers");

EditLine *edit_open(const char *name) { return el_init(name, stdin, stdout, stderr); }
void edit_close(EditLine *edit) { el_end(edit); }

// el_set, el_get and history take what follows by their operation, which Swift cannot call.
void edit_prompt(EditLine *edit, char *(*prompt)(EditLine *)) { el_set(edit, EL_PROMPT, prompt); }
void edit_keys(EditLine *edit, const char *keys) { el_set(edit, EL_EDITOR, keys); }
void edit_catches_signals(EditLine *edit, int catches) { el_set(edit, EL_SIGNAL, catches); }
void edit_reads(EditLine *edit, int (*read)(EditLine *, wchar_t *)) { el_set(edit, EL_GETCFN, read); }
void edit_function(EditLine *edit, const char *name, const char *help, unsigned char (*body)(EditLine *, int)) {
    el_set(edit, EL_ADDFN, name, help, body);
}
void edit_bind(EditLine *edit, const char *key, const char *name) { el_set(edit, EL_BIND, key, name, NULL); }
void edit_owner(EditLine *edit, void *owner) { el_set(edit, EL_CLIENTDATA, owner); }
void *edit_owner_of(EditLine *edit) {
    void *owner = NULL;
    el_get(edit, EL_CLIENTDATA, &owner);
    return owner;
}

const char *edit_line(EditLine *edit, int *count) { return el_gets(edit, count); }
void edit_reset(EditLine *edit) { el_reset(edit); }
const char *edit_before_cursor(EditLine *edit, size_t *count) {
    const LineInfo *line = el_line(edit);
    if (!line) return NULL;
    *count = (size_t)(line->cursor - line->buffer);
    return line->buffer;
}
void edit_delete(EditLine *edit, int count) { el_deletestr(edit, count); }
int edit_insert(EditLine *edit, const char *text) { return el_insertstr(edit, text); }

int edit_waits(int descriptor, const void *held) {
    fd_set input;
    FD_ZERO(&input);
    FD_SET(descriptor, &input);
    return pselect(descriptor + 1, &input, NULL, NULL, NULL, held);
}

History *edit_history_open(int limit) {
    History *lines = history_init();
    HistEvent event;
    if (lines) {
        history(lines, &event, H_SETSIZE, limit);
        history(lines, &event, H_SETUNIQUE, 1);
    }
    return lines;
}
void edit_history_close(History *lines) { history_end(lines); }
void edit_history(EditLine *edit, History *lines) { el_set(edit, EL_HIST, history, lines); }
void edit_history_enter(History *lines, const char *line) {
    HistEvent event;
    history(lines, &event, H_ENTER, line);
}
