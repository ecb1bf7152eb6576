#pragma once
// libcurl's types and option numbers. The library itself is opened where it is first used, not
// linked: only a program that sends something pays for loading it.
#include <curl/curl.h>
#include <dlfcn.h>

// The functions used, as the library exports them.
typedef struct {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_perform)(CURL *handle);
    void (*easy_cleanup)(CURL *handle);
    const char *(*easy_strerror)(CURLcode code);
    CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
    void (*slist_free_all)(struct curl_slist *list);
} signet_curl;

// Looks up every function; answers the name of the first that is missing, or NULL.
static inline const char *signet_curl_load(signet_curl *curl, void *library) {
#define SIGNET_CURL_LOAD(name) \
    *(void **)&curl->name = dlsym(library, "curl_" #name); \
    if (!curl->name) return "curl_" #name
    SIGNET_CURL_LOAD(global_init);
    SIGNET_CURL_LOAD(easy_init);
    SIGNET_CURL_LOAD(easy_perform);
    SIGNET_CURL_LOAD(easy_cleanup);
    SIGNET_CURL_LOAD(easy_strerror);
    SIGNET_CURL_LOAD(easy_setopt);
    SIGNET_CURL_LOAD(easy_getinfo);
    SIGNET_CURL_LOAD(slist_append);
    SIGNET_CURL_LOAD(slist_free_all);
#undef SIGNET_CURL_LOAD
    return 0;
}

typedef size_t (*signet_curl_transfer)(char *bytes, size_t size, size_t count, void *context);
typedef int (*signet_curl_progress)(
    void *context, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

// Swift can't call variadic C; each kind of value has its own setter.
static inline CURLcode signet_curl_set_long(
    const signet_curl *curl, CURL *handle, CURLoption option, long value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode signet_curl_set_size(
    const signet_curl *curl, CURL *handle, CURLoption option, curl_off_t value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode signet_curl_set_text(
    const signet_curl *curl, CURL *handle, CURLoption option, const char *value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode signet_curl_set_pointer(
    const signet_curl *curl, CURL *handle, CURLoption option, void *value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode signet_curl_set_transfer(
    const signet_curl *curl, CURL *handle, CURLoption option, signet_curl_transfer value) {
    return curl->easy_setopt(handle, option, value);
}

static inline CURLcode signet_curl_set_progress(
    const signet_curl *curl, CURL *handle, signet_curl_progress value) {
    return curl->easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value);
}

static inline CURLcode signet_curl_get_long(
    const signet_curl *curl, CURL *handle, CURLINFO info, long *value) {
    return curl->easy_getinfo(handle, info, value);
}

static inline CURLcode signet_curl_get_size(
    const signet_curl *curl, CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl->easy_getinfo(handle, info, value);
}
