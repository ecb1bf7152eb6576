// libgit2 without the half that talks over networks, which Signet never uses: pushes and fetches are
// git's. These are the names by which the rest reaches it. Defined here, they keep the linker from
// taking that half, and TLS, SSH, HTTP and Kerberos with it, out of libgit2's archive.
// See docs/decisions/0002-offline-libgit2.md.
#ifdef SIGNET_OFFLINE
#include <stdbool.h>
#include <stddef.h>

bool git_http__expect_continue = false;
bool git_smart__ofs_delta_enabled = true;

int git_transport_ssh_global_init(void) { return 0; }

int git_mbedtls_stream_global_init(void) { return 0; }

int git_mbedtls__set_cert_location(const char *file, const char *path) {
    (void)file;
    (void)path;
    return -1;
}

int git_transport_new(void **transport, void *remote, const char *url) {
    (void)remote;
    (void)url;
    *transport = NULL;
    return -1;
}
#endif
