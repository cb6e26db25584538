// The clients that wrk and h2load are not. A connection has a thread that blocks: simple, and fast enough for a hundred.
//
//   load echo  PORT AUTHORIZATION SECONDS CONNECTIONS         WebSocket round trips of 64 bytes, one at a time on each
//   load idle  PORT AUTHORIZATION 0 CONNECTIONS               opens WebSockets, says how many, awaits a line, then one
//                                                             round trip on each
//   load ecdsa|rsa PORT AUTHORIZATION SECONDS CONNECTIONS     full handshakes; one request each
//   load flood PORT - SECONDS CONNECTIONS                     wrong passwords over plaintext, another each time
//   load pace  PORT AUTHORIZATION SECONDS CONNECTIONS RATE    requests over plaintext, so many a second in all, on time
//   load down|up PORT AUTHORIZATION BYTES 1                   one transfer
//
// Prints one JSON object. TLS is 1.3 with AES-128-GCM and X25519, without resumption, for everybody. 127.0.0.1 only.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { PAYLOAD = 64, PIECE = 1 << 17 };

struct client {
    int number, fd, over; // over: the server ends the connection after this answer
    SSL *ssl;
    size_t start, end; // what was read and not yet used
    char in[4096];
    long done, failed, status[600];
    size_t timed;
    double *times; // microseconds
};

static const char *mode, *authorization;
static int port, connections, transfers;
static double seconds, rate;
static long long bytes;
static SSL_CTX *tls;
static double begin;

static int is(const char *name) { return !strcmp(mode, name); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void took(struct client *c, double since) {
    if (!(c->timed & (c->timed - 1))) // its room doubles
        c->times = realloc(c->times, (c->timed ? 2 * c->timed : 1) * sizeof *c->times);
    c->times[c->timed++] = (now() - since) * 1e6;
}

// --- the connection

static void disconnect(struct client *c) {
    if (c->ssl) SSL_free(c->ssl);
    if (c->fd >= 0) close(c->fd);
    c->ssl = NULL;
    c->fd = -1;
}

// Strangers, the owner, and those who would run out of ports have addresses of their own.
static const char *source(struct client *c) {
    static __thread char text[32];
    snprintf(text, sizeof text, is("flood") ? "127.0.0.2" : is("pace") ? "127.0.0.3" : "127.0.1.%d", 1 + c->number % 16);
    return text;
}

static int reach(struct client *c) {
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, source(c), &from.sin_addr);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){20, 0}, sizeof(struct timeval));
    c->start = c->end = c->over = 0;
    if (bind(c->fd, (struct sockaddr *)&from, sizeof from) || connect(c->fd, (struct sockaddr *)&to, sizeof to)) return 0;
    if (!tls) return 1;
    c->ssl = SSL_new(tls);
    SSL_set_fd(c->ssl, c->fd);
    SSL_set_tlsext_host_name(c->ssl, "localhost"); // HAProxy chooses between two certificates only by name
    return SSL_connect(c->ssl) == 1;
}

static ssize_t get(struct client *c, void *into, size_t most) {
    return c->ssl ? SSL_read(c->ssl, into, most) : recv(c->fd, into, most, 0);
}

static int put(struct client *c, const char *from, size_t count) {
    if (c->ssl) return SSL_write(c->ssl, from, count) == (int)count;
    return send(c->fd, from, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static int more(struct client *c) {
    if (c->start == c->end) c->start = c->end = 0;
    ssize_t got = get(c, c->in + c->end, sizeof c->in - 1 - c->end);
    if (got > 0) c->in[c->end += got] = 0;
    return got > 0;
}

static const char *header(const char *head, const char *name) {
    for (const char *line = head; (line = strchr(line, '\n')); )
        if (!strncasecmp(++line, name, strlen(name))) return line + strlen(name) + strspn(line + strlen(name), " ");
    return NULL;
}

// Reads one answer; its status, or 0 when the connection ended instead.
static int answer(struct client *c) {
    char *end;
    c->in[c->end] = 0;
    while (!(end = strstr(c->in + c->start, "\r\n\r\n")))
        if (!more(c)) return 0;
    *end = 0;
    const char *head = c->in + c->start, *length = header(head, "Content-Length:"), *value = header(head, "Connection:");
    int status = strncmp(head, "HTTP/1.1 ", 9) ? 0 : atoi(head + 9);
    long long left = length ? atoll(length) : 0;
    c->over = value && !strncasecmp(value, "close", 5);
    c->start = end + 4 - c->in;
    if (status < 200 && status != 101) return status == 100 ? answer(c) : 0;
    if (!length && status != 101) return 0; // none of the contenders has a reason for chunks here
    size_t here = c->end - c->start;
    here = (long long)here < left ? here : (size_t)left;
    c->start += here;
    for (left -= here, bytes -= is("down") && status == 200 ? here : 0; left;) {
        static __thread char body[PIECE];
        ssize_t got = get(c, body, left < PIECE ? left : PIECE);
        if (got <= 0) return 0;
        left -= got;
        bytes -= is("down") && status == 200 ? got : 0;
    }
    c->status[status < 600 ? status : 599]++;
    return status;
}

static int ask(struct client *c, const char *line, const char *more) {
    char text[1024];
    return put(c, text, snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: %s\r\n%s\r\n", line,
                                 port, authorization, more));
}

// --- what the clients do

static int open_websocket(struct client *c) {
    return reach(c) && ask(c, "GET /ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") && answer(c) == 101;
}

static int round_trip(struct client *c) {
    char frame[6 + PAYLOAD] = {(char)0x82, (char)(0x80 | PAYLOAD), 1, 2, 3, 4};
    for (int i = 0; i < PAYLOAD; i++) frame[6 + i] = i ^ frame[2 + i % 4];
    double since = now();
    if (!put(c, frame, sizeof frame)) return 0;
    while (c->end - c->start < 2 + PAYLOAD)
        if (!more(c)) return 0;
    for (int i = 0; i < PAYLOAD; i++)
        if (c->in[c->start + 2 + i] != i) return 0;
    c->start += 2 + PAYLOAD;
    c->done++;
    took(c, since);
    return 1;
}

static void echo(struct client *c) {
    if (!open_websocket(c)) c->failed++;
    else while (now() - begin < seconds)
        if (!round_trip(c)) {
            c->failed++;
            break;
        }
    disconnect(c);
}

static void handshakes(struct client *c) {
    while (now() - begin < seconds) {
        double since = now();
        char rest;
        if (reach(c) && ask(c, "GET /", "Connection: close\r\n") && answer(c) == 200 && !SSL_session_reused(c->ssl)) {
            X509 *certificate = SSL_get1_peer_certificate(c->ssl);
            int kind = EVP_PKEY_get_base_id(X509_get0_pubkey(certificate));
            X509_free(certificate);
            c->failed += kind != (is("rsa") ? EVP_PKEY_RSA : EVP_PKEY_EC);
            c->done++;
            took(c, since);
            while (get(c, &rest, 1) > 0) continue; // the server says goodbye first
        } else c->failed++;
        disconnect(c);
    }
}

static void flood(struct client *c) {
    char credential[32], coded[64] = "Basic ", text[256];
    for (long n = 0; now() - begin < seconds; n++) {
        snprintf(credential, sizeof credential, "admin:%06x%06x", c->number, (unsigned)n & 0xffffff);
        EVP_EncodeBlock((unsigned char *)coded + 6, (unsigned char *)credential, strlen(credential));
        int length = snprintf(text, sizeof text, "GET / HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: %s\r\n\r\n", port, coded);
        if ((c->fd >= 0 || reach(c)) && put(c, text, length) && answer(c)) c->done++;
        else c->over = 1, c->failed++;
        if (c->over) disconnect(c);
    }
    disconnect(c);
}

// A request that waits because the one before it was slow counts from when it was due.
static void pace(struct client *c) {
    double step = connections / rate, due = begin + step * c->number / connections;
    for (; due - begin < seconds; due += step) {
        double early = due - now();
        if (early > 0) usleep(early * 1e6);
        if ((c->fd >= 0 || reach(c)) && ask(c, "GET /", "") && answer(c) == 200) c->done++;
        else c->over = 1, c->failed++;
        took(c, due);
        if (c->over) disconnect(c);
    }
    disconnect(c);
}

static void transfer(struct client *c) {
    static char piece[PIECE];
    char line[64], length[64];
    snprintf(line, sizeof line, is("up") ? "POST /up" : "GET /down/%lld", bytes);
    snprintf(length, sizeof length, is("up") ? "Content-Length: %lld\r\n" : "", bytes);
    int fine = reach(c) && ask(c, line, length);
    for (; fine && is("up") && bytes; bytes -= bytes < PIECE ? bytes : PIECE)
        if (!put(c, piece, bytes < PIECE ? bytes : PIECE)) break; // refused: the answer says why
    int status = fine ? answer(c) : 0;
    if (status == 200 && !bytes) c->done++;
    else c->failed++;
    disconnect(c);
}

static void *run(void *argument) {
    struct client *c = argument;
    is("echo") ? echo(c) : is("flood") ? flood(c) : is("pace") ? pace(c) : transfers ? transfer(c) : handshakes(c);
    return NULL;
}

static void idle(struct client *clients) {
    int alive = 0, opened = 0;
    for (int i = 0; i < connections; i++)
        if (open_websocket(&clients[i])) opened++;
        else disconnect(&clients[i]);
    printf("%d\n", opened);
    fflush(stdout);
    if (getchar() == EOF) exit(1);
    for (int i = 0; i < connections; i++)
        if (clients[i].fd >= 0) alive += round_trip(&clients[i]);
    clients->failed = opened - alive;
}

// --- the whole

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(struct client *clients, double lasted) {
    struct client sum = {0};
    for (int i = 0; i < connections; i++) {
        sum.done += clients[i].done;
        sum.failed += clients[i].failed;
        sum.timed += clients[i].timed;
        for (int s = 0; s < 600; s++) sum.status[s] += clients[i].status[s];
    }
    double *times = malloc((sum.timed + 1) * sizeof *times);
    size_t n = 0;
    for (int i = 0; i < connections; n += clients[i++].timed)
        if (clients[i].timed) memcpy(times + n, clients[i].times, clients[i].timed * sizeof *times);
    qsort(times, n, sizeof *times, by_size);
    printf("{\"done\": %ld, \"failed\": %ld, \"seconds\": %.6f", sum.done, sum.failed, lasted);
    if (n) printf(", \"p50\": %.1f, \"p99\": %.1f", times[n / 2], times[n * 99 / 100]);
    for (int s = 0, first = 1; s < 600; s++)
        if (sum.status[s]) {
            printf("%s\"%d\": %ld", first ? ", \"status\": {" : ", ", s, sum.status[s]);
            first = 0;
            sum.over = 1;
        }
    printf("%s}\n", sum.over ? "}" : "");
}

static void set_up_tls(void) {
    tls = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION);
    SSL_CTX_set_ciphersuites(tls, "TLS_AES_128_GCM_SHA256");
    SSL_CTX_set1_groups_list(tls, "X25519");
    SSL_CTX_set1_sigalgs_list(tls, is("rsa") ? "RSA-PSS+SHA256:RSA+SHA256" : "ECDSA+SHA256");
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(tls, 1);
    SSL_CTX_set_quiet_shutdown(tls, 1);
}

int main(int count, char **arguments) {
    if (count < 6) return 2;
    signal(SIGPIPE, SIG_IGN);
    mode = arguments[1];
    port = atoi(arguments[2]);
    authorization = arguments[3];
    transfers = is("down") || is("up");
    if (transfers) bytes = atoll(arguments[4]);
    else seconds = atof(arguments[4]);
    connections = atoi(arguments[5]);
    rate = count > 6 ? atof(arguments[6]) : 0;
    if (!is("flood") && !is("pace")) set_up_tls();
    struct client *clients = calloc(connections, sizeof *clients);
    pthread_t threads[connections];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 512 << 10);
    begin = now();
    for (int i = 0; i < connections; i++) {
        clients[i].number = i;
        clients[i].fd = -1;
        if (!is("idle")) pthread_create(&threads[i], &small, run, &clients[i]);
    }
    if (is("idle")) idle(clients);
    else for (int i = 0; i < connections; i++) pthread_join(threads[i], NULL);
    report(clients, now() - begin);
    return 0;
}
