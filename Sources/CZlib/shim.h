#pragma once
#include <zlib.h>

// These are macros, which Swift doesn't import.
static inline int signet_inflate_init(z_stream *stream) { return inflateInit(stream); }
static inline int signet_deflate_init(z_stream *stream, int level) { return deflateInit(stream, level); }
