#include <histedit.h>
#include <stdio.h>

static inline EditLine *edit_open(const char *name) { return el_init(name, stdin, stdout, stderr); }

// el_set, el_get and history take what follows by their operation, which Swift cannot call.
static inline int edit_prompt(EditLine *edit, char *(*prompt)(EditLine *)) { return el_set(edit, EL_PROMPT, prompt); }
static inline int edit_keys(EditLine *edit, const char *keys) { return el_set(edit, EL_EDITOR, keys); }
static inline int edit_catches_signals(EditLine *edit, int catches) { return el_set(edit, EL_SIGNAL, catches); }
static inline int edit_function(EditLine *edit, const char *name, const char *help, unsigned char (*body)(EditLine *, int)) {
    return el_set(edit, EL_ADDFN, name, help, body);
}
static inline int edit_bind(EditLine *edit, const char *key, const char *name) { return el_set(edit, EL_BIND, key, name, NULL); }
static inline int edit_owner(EditLine *edit, void *owner) { return el_set(edit, EL_CLIENTDATA, owner); }
static inline void *edit_owner_of(EditLine *edit) {
    void *owner = NULL;
    el_get(edit, EL_CLIENTDATA, &owner);
    return owner;
}
static inline int edit_history(EditLine *edit, History *lines) { return el_set(edit, EL_HIST, history, lines); }
static inline int history_limit(History *lines, int count) {
    HistEvent event;
    return history(lines, &event, H_SETSIZE, count) | history(lines, &event, H_SETUNIQUE, 1);
}
static inline int history_enter(History *lines, const char *line) {
    HistEvent event;
    return history(lines, &event, H_ENTER, line);
}
