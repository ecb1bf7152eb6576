#pragma once
#include <sys/types.h>
#include <sys/vfs.h>

// What glibc declares under _GNU_SOURCE alone, which Swift's module of it lacks.
extern ssize_t copy_file_range(int in, long *in_offset, int out, long *out_offset, size_t length, unsigned flags);
extern int syncfs(int file);

// Copies up to `length` bytes from one file to another at their present offsets; the kernel shares
// the blocks where the file system can.
static inline ssize_t signet_copy_file_range(int in, int out, size_t length) {
    return copy_file_range(in, 0, out, 0, length, 0);
}

// The kind of file system that a file is on, by its magic number; -1 where that can't be told.
static inline long signet_file_system(int file) {
    struct statfs place;
    return fstatfs(file, &place) ? -1 : (long)(unsigned)place.f_type;
}
