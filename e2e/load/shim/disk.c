// Simulates failures of a disk for one process (LD_PRELOAD), for the files of databases only.
//
// Environment:
//   DISK_DIRECTORY  only files below this directory are affected
//   DISK_LOG        receives what each write replaced, and each sync; see disk_shim.rs
//   DISK_MODE       a file whose first byte is the present failure: '0' none, 'S' no space,
//                   'E' writes fail with EIO, 'F' syncs fail with EIO
//
// A process that is killed loses no write: the kernel has it. So each write is logged with the bytes
// that it replaced, and each sync is logged after it has returned. The test takes back what was not
// synced while no process has the files open.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536
enum { UNKNOWN, OTHER, DATABASE };

// The head of an entry of the log; the replaced bytes follow it.
struct entry {
  uint8_t kind;  // 'W' write or truncation, 'S' sync, 'F' failed sync
  uint8_t unused[7];
  uint64_t inode;
  uint64_t offset;  // of a sync: the length of the log when it began
  uint64_t length;  // of the write
  uint64_t old_size;
  uint64_t replaced;
};

static unsigned char kinds[FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *directory;
static volatile const char *mode = "0";
static int log_fd = -1;
static uint64_t log_length;

__attribute__((constructor)) static void start(void) {
  const char *log = getenv("DISK_LOG"), *mode_file = getenv("DISK_MODE");
  directory = getenv("DISK_DIRECTORY");
  if (!directory || !log || !mode_file) return;
  log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int fd = (int)syscall(SYS_openat, AT_FDCWD, mode_file, O_RDONLY | O_CLOEXEC, 0);
  void *mapped = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
  if (log_fd < 0 || fd < 0 || mapped == MAP_FAILED) abort();
  mode = mapped;
  syscall(SYS_close, fd);
}

static int is_database(int fd) {
  if (log_fd < 0 || fd < 0 || fd >= FDS) return 0;
  unsigned char kind = __atomic_load_n(&kinds[fd], __ATOMIC_RELAXED);
  if (kind == UNKNOWN) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    const char *dot = strrchr(path, '.');
    int named = dot && (!strcmp(dot, ".db") || !strcmp(dot, ".db-wal"));
    kind = named && !strncmp(path, directory, strlen(directory)) ? DATABASE : OTHER;
    __atomic_store_n(&kinds[fd], kind, __ATOMIC_RELAXED);
  }
  return kind == DATABASE;
}

static void append(const struct entry *entry, const void *replaced) {
  struct iovec parts[2] = {{(void *)entry, sizeof *entry}, {(void *)replaced, entry->replaced}};
  ssize_t expected = (ssize_t)(sizeof *entry + entry->replaced);
  if (syscall(SYS_writev, log_fd, parts, 2) != expected) abort();
  log_length += (uint64_t)expected;
}

// Logs the bytes from `offset` on that a write or a truncation replaces. The lock is held.
static void log_replaced(int fd, uint64_t offset, uint64_t length, int is_truncation) {
  struct stat stat;
  if (fstat(fd, &stat)) abort();
  uint64_t size = (uint64_t)stat.st_size;
  uint64_t end = is_truncation ? size : offset + length;
  if (end > size) end = size;
  uint64_t count = end > offset ? end - offset : 0;
  char *bytes = malloc(count + 1);
  if (!bytes) abort();
  for (uint64_t done = 0; done < count;) {
    long got = syscall(SYS_pread64, fd, bytes + done, count - done, offset + done);
    if (got <= 0) abort();
    done += (uint64_t)got;
  }
  struct entry entry = {.kind = 'W', .inode = stat.st_ino, .offset = offset,
                        .length = is_truncation ? count : length, .old_size = size,
                        .replaced = count};
  append(&entry, bytes);
  free(bytes);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset) {
  if (*mode == 'S' || *mode == 'E') {
    errno = *mode == 'S' ? ENOSPC : EIO;
    return -1;
  }
  pthread_mutex_lock(&lock);
  log_replaced(fd, (uint64_t)offset, length, 0);
  ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  if (is_database(fd)) return write_at(fd, bytes, length, offset);
  return syscall(SYS_pwrite64, fd, bytes, length, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  return pwrite64(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  if (!is_database(fd)) return syscall(SYS_write, fd, bytes, length);
  off_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t written = write_at(fd, bytes, length, offset);
  if (written > 0) lseek(fd, offset + written, SEEK_SET);
  return written;
}

int ftruncate64(int fd, off_t length) {
  if (!is_database(fd)) return (int)syscall(SYS_ftruncate, fd, length);
  if (*mode == 'E') {
    errno = EIO;
    return -1;
  }
  pthread_mutex_lock(&lock);
  log_replaced(fd, (uint64_t)length, 0, 1);
  int result = (int)syscall(SYS_ftruncate, fd, length);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_file(int fd, long call) {
  if (!is_database(fd)) return (int)syscall(call, fd);
  struct stat stat;
  if (fstat(fd, &stat)) abort();
  pthread_mutex_lock(&lock);
  struct entry entry = {.kind = 'S', .inode = stat.st_ino, .offset = log_length};
  pthread_mutex_unlock(&lock);
  int fails = *mode == 'F';
  int result = fails ? -1 : (int)syscall(call, fd);
  if (fails) {
    // As on Linux: the written pages count as clean, and no later sync writes them.
    entry.kind = 'F';
    errno = EIO;
  }
  int error = errno;
  if (fails || result == 0) {
    pthread_mutex_lock(&lock);
    append(&entry, NULL);
    pthread_mutex_unlock(&lock);
  }
  errno = error;
  return result;
}

int fsync(int fd) { return sync_file(fd, SYS_fsync); }

int fdatasync(int fd) { return sync_file(fd, SYS_fdatasync); }

int close(int fd) {
  if (fd >= 0 && fd < FDS) __atomic_store_n(&kinds[fd], UNKNOWN, __ATOMIC_RELAXED);
  return (int)syscall(SYS_close, fd);
}
