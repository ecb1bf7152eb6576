#pragma once
#include <zlib.h>

// inflateInit is a macro, which Swift doesn't import.
static inline int signet_inflate_init(z_stream *stream) { return inflateInit(stream); }
