#pragma once
// Declarations alone: the library itself is opened at run time, and only where a model is run.
#if __has_include(<onnxruntime_c_api.h>)
#include <onnxruntime_c_api.h>
#else
#error "onnxruntime_c_api.h was not found: run scripts/setup, then build with scripts/build"
#endif
