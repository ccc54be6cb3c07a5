#include <pthread.h>
#include <sys/socket.h>
#include <uv.h>

/* Declared by the system under _GNU_SOURCE only, which Swift's Glibc module does not set. */
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pthread_setname_np(pthread_t thread, const char *name);
