#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <strings.h>

/* What OpenSSL declares as macros, which Swift does not see. */

static inline int dialout_set_minimum_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

/* Idle connections hold no buffers. Neither sessions to take up again nor handshakes in the middle: connections are few and long. */
static inline void dialout_set_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

static inline int dialout_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

/* Whether a certificate names a host as a SIP domain: subjectAltName=URI:sip:host (RFC 5922 §7.1). */
static inline int dialout_names_sip_domain(const X509 *certificate, const char *host) {
    GENERAL_NAMES *names = (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    const size_t length = strlen(host);
    int found = 0;
    for (int i = 0; !found && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_URI) continue;
        const char *uri = (const char *)ASN1_STRING_get0_data(name->d.uniformResourceIdentifier);
        const size_t size = (size_t)ASN1_STRING_length(name->d.uniformResourceIdentifier);
        found = size == length + 4 && strncasecmp(uri, "sip:", 4) == 0 && strncasecmp(uri + 4, host, length) == 0;
    }
    GENERAL_NAMES_free(names);
    return found;
}

/* OpenSSL compares a host with the DNS names alone. */
static inline int dialout_verify(int is_valid, X509_STORE_CTX *context) {
    if (is_valid || X509_STORE_CTX_get_error(context) != X509_V_ERR_HOSTNAME_MISMATCH) return is_valid;
    const char *host = X509_VERIFY_PARAM_get0_host(X509_STORE_CTX_get0_param(context), 0);
    X509 *certificate = X509_STORE_CTX_get0_cert(context);
    if (host == NULL || certificate == NULL || !dialout_names_sip_domain(certificate, host)) return 0;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

static inline void dialout_verify_peer(SSL *connection) {
    SSL_set_verify(connection, SSL_VERIFY_PEER, dialout_verify);
}

static inline const char *dialout_newest_error(void) {
    return ERR_reason_error_string(ERR_peek_last_error());
}
