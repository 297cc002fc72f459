/* Records, in order, everything that a process asks of the files of one folder, and when it waits for the disk.
 *
 *     cc -shared -fPIC -O2 -o power_loss.so power_loss.c
 *     LD_PRELOAD=./power_loss.so POWER_FOLDER=/absolute/folder POWER_LOG=/elsewhere/log program
 *
 * fsync and fdatasync are noted, not done: what a disk would hold after a loss of power at any place of the record is
 * worked out from it (tests/faults/disk.py). Each call is done and noted under one lock, so that the record is in the
 * order in which things happened; a reply that somebody saw while the record was N bytes long rests on those N bytes.
 * A call that would change files unseen is noted as '!', and the reader of the record refuses it.
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES 65536
#define EXPORT __attribute__((visibility("default")))
#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

/* One entry of the record, followed by `path_size` bytes of path (or two, with a zero between) and the data. */
struct __attribute__((packed)) entry {
    uint8_t what;
    int32_t process, file, flags;
    int64_t offset;
    uint32_t path_size, data_size;
};

static char folder[PATH_MAX];
static size_t folder_length;
static int record = -1;
static unsigned char watched[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void)
{
    const char *where = getenv("POWER_FOLDER"), *log = getenv("POWER_LOG");
    if (!where || !log)
        return;
    snprintf(folder, sizeof folder, "%s", where);
    folder_length = strlen(folder);
    int opened = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    /* High up, where no program looks for the files that it has opened itself. */
    record = fcntl(opened, F_DUPFD_CLOEXEC, 900);
    syscall(SYS_close, opened);
}

static void fail(const char *why)
{
    fprintf(stderr, "power_loss: %s\n", why);
    abort();
}

static void note(uint8_t what, int file, int flags, int64_t offset, const char *path, size_t path_size,
                 const void *data, size_t data_size)
{
    struct entry head = {what, getpid(), file, flags, offset, (uint32_t)path_size, (uint32_t)data_size};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, path_size}, {(void *)data, data_size}};
    ssize_t size = (ssize_t)(sizeof head + path_size + data_size);
    int before = errno;
    if (syscall(SYS_writev, record, parts, 3) != size)
        fail("the record cannot be written");
    errno = before;
}

/* Write the absolute path into `out`; say whether it lies in the folder. */
static int inside(int at, const char *path, char *out)
{
    if (record < 0 || !path)
        return 0;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
    } else {
        char from[PATH_MAX] = "", link[64];
        ssize_t length;
        if (at == AT_FDCWD) {
            if (!getcwd(from, sizeof from))
                return 0;
        } else {
            snprintf(link, sizeof link, "/proc/self/fd/%d", at);
            length = readlink(link, from, sizeof from - 1);
            if (length < 0)
                return 0;
            from[length] = 0;
        }
        if (snprintf(out, PATH_MAX, "%s/%s", from, path) >= PATH_MAX)
            return 0;
    }
    return !strncmp(out, folder, folder_length) && (out[folder_length] == '/' || !out[folder_length]);
}

static int is_watched(int file) { return record >= 0 && file >= 0 && file < FILES && watched[file]; }

static int opened(int at, const char *path, int flags, mode_t mode)
{
    char full[PATH_MAX];
    if (!inside(at, path, full))
        return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&lock);
    int file = (int)syscall(SYS_openat, at, path, flags, mode);
    if (file >= FILES)
        fail("too many files");
    if (file >= 0) {
        watched[file] = 1;
        note('o', file, flags, 0, full, strlen(full), NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return file;
}

static mode_t mode_of(int flags, va_list more) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0; }

#define OPEN(name)                                                                                                     \
    EXPORT int name(const char *path, int flags, ...)                                                                  \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = mode_of(flags, more);                                                                            \
        va_end(more);                                                                                                  \
        return opened(AT_FDCWD, path, flags, mode);                                                                    \
    }
#define OPENAT(name)                                                                                                   \
    EXPORT int name(int at, const char *path, int flags, ...)                                                          \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = mode_of(flags, more);                                                                            \
        va_end(more);                                                                                                  \
        return opened(at, path, flags, mode);                                                                          \
    }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
EXPORT int __open_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
EXPORT int __open64_2(const char *path, int flags) { return opened(AT_FDCWD, path, flags, 0); }
EXPORT int __openat_2(int at, const char *path, int flags) { return opened(at, path, flags, 0); }
EXPORT int __openat64_2(int at, const char *path, int flags) { return opened(at, path, flags, 0); }
EXPORT int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
EXPORT int creat64(const char *path, mode_t mode) { return creat(path, mode); }

EXPORT int close(int file)
{
    if (!is_watched(file))
        return (int)syscall(SYS_close, file);
    pthread_mutex_lock(&lock);
    watched[file] = 0;
    note('c', file, 0, 0, NULL, 0, NULL, 0);
    int answer = (int)syscall(SYS_close, file);
    pthread_mutex_unlock(&lock);
    return answer;
}

static int64_t place_of(int file)
{
    if (fcntl(file, F_GETFL) & O_APPEND) {
        struct stat about;
        return fstat(file, &about) ? -1 : about.st_size;
    }
    return lseek(file, 0, SEEK_CUR);
}

EXPORT ssize_t write(int file, const void *data, size_t size)
{
    if (!is_watched(file))
        return syscall(SYS_write, file, data, size);
    pthread_mutex_lock(&lock);
    int64_t place = place_of(file);
    ssize_t done = syscall(SYS_write, file, data, size);
    if (done > 0)
        note('w', file, 0, place, NULL, 0, data, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}

EXPORT ssize_t pwrite64(int file, const void *data, size_t size, off64_t place)
{
    if (!is_watched(file))
        return syscall(SYS_pwrite64, file, data, size, place);
    pthread_mutex_lock(&lock);
    ssize_t done = syscall(SYS_pwrite64, file, data, size, place);
    if (done > 0)
        note('w', file, 0, place, NULL, 0, data, (size_t)done);
    pthread_mutex_unlock(&lock);
    return done;
}
EXPORT ssize_t pwrite(int file, const void *data, size_t size, off_t place) { return pwrite64(file, data, size, place); }

/* Several pieces are written one after the other: a short count is allowed, and one record serves all. */
EXPORT ssize_t writev(int file, const struct iovec *parts, int count)
{
    if (!is_watched(file))
        return syscall(SYS_writev, file, parts, count);
    return count > 0 ? write(file, parts[0].iov_base, parts[0].iov_len) : 0;
}
EXPORT ssize_t pwritev(int file, const struct iovec *parts, int count, off_t place)
{
    if (!is_watched(file))
        return REAL(ssize_t, "pwritev", int, const struct iovec *, int, off_t)(file, parts, count, place);
    return count > 0 ? pwrite64(file, parts[0].iov_base, parts[0].iov_len, place) : 0;
}
EXPORT ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t place)
{
    return pwritev(file, parts, count, place);
}

EXPORT int ftruncate64(int file, off64_t size)
{
    if (!is_watched(file))
        return (int)syscall(SYS_ftruncate, file, size);
    pthread_mutex_lock(&lock);
    int answer = (int)syscall(SYS_ftruncate, file, size);
    if (!answer)
        note('t', file, 0, size, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return answer;
}
EXPORT int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int synced(int file, long call)
{
    if (!is_watched(file))
        return (int)syscall(call, file);
    pthread_mutex_lock(&lock);
    note('s', file, 0, 0, NULL, 0, NULL, 0);
    pthread_mutex_unlock(&lock);
    return 0;
}
EXPORT int fsync(int file) { return synced(file, SYS_fsync); }
EXPORT int fdatasync(int file) { return synced(file, SYS_fdatasync); }

static int one_name(uint8_t what, int at, const char *path, int flags, long call, long third)
{
    char full[PATH_MAX];
    if (!inside(at, path, full))
        return (int)syscall(call, at, path, third);
    pthread_mutex_lock(&lock);
    int answer = (int)syscall(call, at, path, third);
    if (!answer)
        note(what, 0, flags, 0, full, strlen(full), NULL, 0);
    pthread_mutex_unlock(&lock);
    return answer;
}
EXPORT int unlink(const char *path) { return one_name('u', AT_FDCWD, path, 0, SYS_unlinkat, 0); }
EXPORT int rmdir(const char *path) { return one_name('u', AT_FDCWD, path, 0, SYS_unlinkat, AT_REMOVEDIR); }
EXPORT int unlinkat(int at, const char *path, int flags) { return one_name('u', at, path, 0, SYS_unlinkat, flags); }
EXPORT int mkdir(const char *path, mode_t mode) { return one_name('m', AT_FDCWD, path, 0, SYS_mkdirat, mode); }
EXPORT int mkdirat(int at, const char *path, mode_t mode) { return one_name('m', at, path, 0, SYS_mkdirat, mode); }

static int two_names(uint8_t what, int from_at, const char *from, int to_at, const char *to, long call, unsigned flags)
{
    char both[2 * PATH_MAX], full[PATH_MAX];
    int leaves = inside(from_at, from, both), comes = inside(to_at, to, full);
    if (!leaves && !comes)
        return (int)syscall(call, from_at, from, to_at, to, flags);
    pthread_mutex_lock(&lock);
    int answer = (int)syscall(call, from_at, from, to_at, to, flags);
    if (!answer) {
        size_t first = strlen(both);
        strcpy(both + first + 1, full);
        note(leaves && comes && !flags ? what : '!', 0, 0, 0, both, first + 1 + strlen(full), NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return answer;
}
EXPORT int rename(const char *from, const char *to)
{
    return two_names('r', AT_FDCWD, from, AT_FDCWD, to, SYS_renameat2, 0);
}
EXPORT int renameat(int from_at, const char *from, int to_at, const char *to)
{
    return two_names('r', from_at, from, to_at, to, SYS_renameat2, 0);
}
EXPORT int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    return two_names('r', from_at, from, to_at, to, SYS_renameat2, flags);
}
EXPORT int link(const char *from, const char *to)
{
    return two_names('l', AT_FDCWD, from, AT_FDCWD, to, SYS_linkat, 0);
}
EXPORT int linkat(int from_at, const char *from, int to_at, const char *to, int flags)
{
    return two_names('l', from_at, from, to_at, to, SYS_linkat, (unsigned)flags);
}

/* What is written through a map is not seen: the reader accepts that for SQLite's index of its log alone. */
EXPORT void *mmap64(void *address, size_t size, int access, int flags, int file, off64_t place)
{
    if (is_watched(file) && (access & PROT_WRITE) && (flags & MAP_SHARED)) {
        pthread_mutex_lock(&lock);
        note('p', file, 0, 0, NULL, 0, NULL, 0);
        pthread_mutex_unlock(&lock);
    }
    return (void *)syscall(SYS_mmap, address, size, access, flags, file, place);
}
EXPORT void *mmap(void *address, size_t size, int access, int flags, int file, off_t place)
{
    return mmap64(address, size, access, flags, file, place);
}
