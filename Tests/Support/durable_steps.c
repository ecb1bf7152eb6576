/* Counts the steps by which a program changes files below one folder, and disturbs one of them: for
   tests, by LD_PRELOAD. A step is a call that makes, fills, renames, removes or syncs a file there.

   STEPS_BELOW   the folder; what happens elsewhere is not counted
   STEPS_COUNT   a file of 8 bytes, the count, shared by every process that is started
   STEPS_LOG     a file that gets a line for each step; optional
   STEPS_AT      the step to disturb, from 1; 0 for none
   STEPS_HOW     kill: the process that takes the step is killed before it, the others go on
                 stop: every process is killed at that step or any later one, as when a machine fails
                 once: that step alone fails, with STEPS_ERRNO
                  stay: it fails if it needs room, and so does every later one that does
   STEPS_ERRNO   a number

   To the program it is told that nothing waits for the disk, whose steps would differ otherwise. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static const char *below;
static size_t below_length;
static _Atomic uint64_t *count;
static uint64_t at;
static int how, error_number, log_file = -1;

enum { NOTHING, KILL, STOP, ONCE, STAY };

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("STEPS_BELOW"), *file = getenv("STEPS_COUNT");
    if (!folder || !file) return;
    int shared = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC, 0);
    if (shared < 0) return;
    void *mapped = mmap(0, 8, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    syscall(SYS_close, shared);
    if (mapped == MAP_FAILED) return;
    const char *log = getenv("STEPS_LOG"), *number = getenv("STEPS_AT");
    const char *way = getenv("STEPS_HOW"), *code = getenv("STEPS_ERRNO");
    if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
    at = number ? strtoull(number, 0, 10) : 0;
    error_number = code ? atoi(code) : ENOSPC;
    if (way)
        how = !strcmp(way, "kill") ? KILL : !strcmp(way, "stop") ? STOP
            : !strcmp(way, "once") ? ONCE : !strcmp(way, "stay") ? STAY : NOTHING;
    below_length = strlen(folder);
    below = folder;
    count = mapped;
}

static int is_below(const char *path) {
    return !strncmp(path, below, below_length) && (path[below_length] == '/' || !path[below_length]);
}

static int link_target(const char *link, char *into) {
    ssize_t size = readlink(link, into, PATH_MAX - 1);
    if (size < 0) return 0;
    into[size] = 0;
    return 1;
}

static const char *named(int folder, const char *path, char *into) {
    char base[PATH_MAX];
    if (path[0] == '/') return strcpy(into, path);
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        if (!link_target(link, base)) return 0;
    }
    while (!strncmp(path, "./", 2)) path += 2;
    return snprintf(into, PATH_MAX, "%s/%s", base, path) < PATH_MAX ? into : 0;
}

static const char *opened(int file, char *into) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    return link_target(link, into) ? into : 0;
}

/* Whether the step must fail; removing and renaming go well on a disk that is full. */
static int step(const char *what, const char *path, int needs_room) {
    if (!count || !path || !is_below(path)) return 0;
    uint64_t number = ++*count;
    if (log_file >= 0) {
        char line[PATH_MAX + 64];
        int size = snprintf(line, sizeof line, "%llu %s %s\n", (unsigned long long)number, what, path);
        syscall(SYS_write, log_file, line, (size_t)size);
    }
    if (!at || number < at) return 0;
    if (how == STOP || (how == KILL && number == at)) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    if ((how == ONCE && number == at) || (how == STAY && needs_room)) {
        errno = error_number;
        return 1;
    }
    return 0;
}

#define NEXT(name, type) ((type)dlsym(RTLD_NEXT, #name))

/* What stands for /proc/meminfo. */
static int calm(void) {
    static const char text[] = "Dirty: 0 kB\nWriteback: 0 kB\n";
    int file = memfd_create("meminfo", MFD_CLOEXEC);
    if (file < 0 || syscall(SYS_write, file, text, sizeof text - 1) < 0) return -1;
    syscall(SYS_lseek, file, 0, SEEK_SET);
    return file;
}

static int writes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0; }

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...) {                                                   \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, mode_t) : 0;                \
        va_end(more);                                                                              \
        char buffer[PATH_MAX];                                                                     \
        if (count && !strcmp(path, "/proc/meminfo")) return calm();                                \
        if (count && writes(flags) && step("open", named(AT_FDCWD, path, buffer), 1)) return -1;   \
        return NEXT(name, int (*)(const char *, int, ...))(path, flags, mode);                     \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                                               \
    int name(int folder, const char *path, int flags, ...) {                                       \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, mode_t) : 0;                \
        va_end(more);                                                                              \
        char buffer[PATH_MAX];                                                                     \
        if (count && writes(flags) && step("open", named(folder, path, buffer), 1)) return -1;     \
        return NEXT(name, int (*)(int, const char *, int, ...))(folder, path, flags, mode);        \
    }
OPENAT(openat)
OPENAT(openat64)

#define ON_FILE(result, name, needs_room, arguments, ...)                                          \
    result name arguments {                                                                        \
        char buffer[PATH_MAX];                                                                     \
        if (count && step(#name, opened(file, buffer), needs_room)) return -1;                     \
        return NEXT(name, result(*) arguments)(__VA_ARGS__);                                       \
    }
ON_FILE(int, fsync, 1, (int file), file)
ON_FILE(int, fdatasync, 1, (int file), file)
ON_FILE(int, syncfs, 1, (int file), file)
ON_FILE(ssize_t, write, 1, (int file, const void *bytes, size_t size), file, bytes, size)
ON_FILE(ssize_t, pwrite, 1, (int file, const void *bytes, size_t size, off_t from), file, bytes, size, from)
ON_FILE(ssize_t, pwrite64, 1, (int file, const void *bytes, size_t size, off64_t from), file, bytes, size, from)
ON_FILE(int, ftruncate, 0, (int file, off_t size), file, size)
ON_FILE(int, ftruncate64, 0, (int file, off64_t size), file, size)

ssize_t copy_file_range(int from, off64_t *start, int to, off64_t *end, size_t size, unsigned flags) {
    char buffer[PATH_MAX];
    if (count && step("copy_file_range", opened(to, buffer), 1)) return -1;
    return NEXT(copy_file_range, ssize_t(*)(int, off64_t *, int, off64_t *, size_t, unsigned))(
        from, start, to, end, size, flags);
}

#define ON_PATH(name, needs_room, arguments, ...)                                                  \
    int name arguments {                                                                           \
        char buffer[PATH_MAX];                                                                     \
        if (count && step(#name, named(AT_FDCWD, path, buffer), needs_room)) return -1;            \
        return NEXT(name, int (*) arguments)(__VA_ARGS__);                                         \
    }
ON_PATH(unlink, 0, (const char *path), path)
ON_PATH(rmdir, 0, (const char *path), path)

/* Making a folder that is there changes nothing. */
static int is_there(const char *path) { return path && !syscall(SYS_faccessat, AT_FDCWD, path, F_OK); }

int mkdir(const char *path, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = count ? named(AT_FDCWD, path, buffer) : 0;
    if (name && !is_there(name) && step("mkdir", name, 1)) return -1;
    return NEXT(mkdir, int (*)(const char *, mode_t))(path, mode);
}

ON_PATH(rename, 0, (const char *from, const char *path), from, path)
ON_PATH(link, 1, (const char *from, const char *path), from, path)
ON_PATH(symlink, 1, (const char *from, const char *path), from, path)

int unlinkat(int folder, const char *path, int flags) {
    char buffer[PATH_MAX];
    if (count && step("unlinkat", named(folder, path, buffer), 0)) return -1;
    return NEXT(unlinkat, int (*)(int, const char *, int))(folder, path, flags);
}

int mkdirat(int folder, const char *path, mode_t mode) {
    char buffer[PATH_MAX];
    const char *name = count ? named(folder, path, buffer) : 0;
    if (name && !is_there(name) && step("mkdirat", name, 1)) return -1;
    return NEXT(mkdirat, int (*)(int, const char *, mode_t))(folder, path, mode);
}

int renameat(int one, const char *from, int two, const char *path) {
    char buffer[PATH_MAX];
    if (count && step("renameat", named(two, path, buffer), 0)) return -1;
    return NEXT(renameat, int (*)(int, const char *, int, const char *))(one, from, two, path);
}

int renameat2(int one, const char *from, int two, const char *path, unsigned flags) {
    char buffer[PATH_MAX];
    if (count && step("renameat2", named(two, path, buffer), 0)) return -1;
    return NEXT(renameat2, int (*)(int, const char *, int, const char *, unsigned))(
        one, from, two, path, flags);
}

int linkat(int one, const char *from, int two, const char *path, int flags) {
    char buffer[PATH_MAX];
    if (count && step("linkat", named(two, path, buffer), 1)) return -1;
    return NEXT(linkat, int (*)(int, const char *, int, const char *, int))(one, from, two, path, flags);
}
