#pragma once
// What glibc (2.34 and later) declares for GNU programs alone, which Swift's Glibc module is not.
// The first argument is a posix_spawn_file_actions_t, whose type stays Glibc's own.
extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addchdir_np(void *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(void *actions, int from);
