#pragma once
#include <sys/types.h>

// glibc declares it under _GNU_SOURCE alone, which Swift's module of it lacks.
extern ssize_t copy_file_range(int in, long *in_offset, int out, long *out_offset, size_t length, unsigned flags);

// Copies up to `length` bytes from one file to another at their present offsets; the kernel shares
// the blocks where the file system can.
static inline ssize_t signet_copy_file_range(int in, int out, size_t length) {
    return copy_file_range(in, 0, out, 0, length, 0);
}
