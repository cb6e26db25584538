// The gateway's stand-in: one thread, faster than any proxy in front of it. 127.0.0.1 only.
//
//   upstream PORT
//
//   GET /down/BYTES          that many bytes
//   GET /head                the head of the request as it arrived, for the check of what a proxy passes on
//   any, as a WebSocket      echoes frames of up to 125 bytes
//   any other                reads the body, answers 200 with 100 bytes
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum mode { HEAD, BODY, DOWN, ECHO };

struct client {
    int fd, close, waiting;
    enum mode mode;
    size_t left; // of the body to read, or of the bytes to send
    size_t held; // bytes in the buffer
    char buffer[8192];
};

static int poller;
static char bulk[1 << 20];
static char filler[101];

static char *header(char *head, const char *name) {
    char *line = strcasestr(head, name);
    return line ? line + strlen(name) + strspn(line + strlen(name), " ") : NULL;
}

// What is answered is small beside the socket's buffer: it fits, or nobody reads.
static int say(struct client *c, const char *bytes, size_t count) {
    return send(c->fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static int answer(struct client *c, const char *body, size_t length) {
    char text[sizeof c->buffer + 256];
    int head = snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n%s\r\n",
                        length, c->close ? "Connection: close\r\n" : "");
    memcpy(text + head, body, length);
    return say(c, text, head + length) && !c->close;
}

static int upgrade(struct client *c, char *key) {
    char text[256], accept[64];
    unsigned char digest[SHA_DIGEST_LENGTH];
    int length = snprintf(text, sizeof text, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int)strcspn(key, "\r"), key);
    EVP_EncodeBlock((unsigned char *)accept, SHA1((unsigned char *)text, length, digest), SHA_DIGEST_LENGTH);
    length = snprintf(text, sizeof text, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                      "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    c->mode = ECHO;
    return say(c, text, length);
}

static void wait_for(struct client *c, int events) {
    if (events == c->waiting) return;
    c->waiting = events;
    epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &(struct epoll_event){.events = events, .data.ptr = c});
}

static int pour(struct client *c) {
    while (c->left) {
        ssize_t sent = send(c->fd, bulk, c->left < sizeof bulk ? c->left : sizeof bulk, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return 0;
        if (sent < 0) {
            wait_for(c, EPOLLOUT);
            return 1;
        }
        c->left -= sent;
    }
    c->mode = HEAD;
    wait_for(c, EPOLLIN);
    return !c->close;
}

static int request(struct client *c, char *head, size_t length) {
    char *value = header(head, "\r\nConnection:");
    c->close = value && !strncasecmp(value, "close", 5) || strstr(head, " HTTP/1.0\r\n");
    if ((value = header(head, "\r\nSec-WebSocket-Key:"))) return upgrade(c, value);
    if (!strncmp(head, "GET /head", 9)) return answer(c, head, length);
    if (!strncmp(head, "GET /down/", 10)) {
        char text[128];
        c->left = strtoull(head + 10, NULL, 10);
        c->mode = DOWN;
        return say(c, text, snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", c->left)) && pour(c);
    }
    if (header(head, "\r\nTransfer-Encoding:")) return 0; // none of our clients sends chunks
    value = header(head, "\r\nContent-Length:");
    c->left = value ? strtoull(value, NULL, 10) : 0;
    if (!c->left) return answer(c, filler, sizeof filler - 1);
    if (header(head, "\r\nExpect:") && !say(c, "HTTP/1.1 100 Continue\r\n\r\n", 25)) return 0;
    c->mode = BODY;
    return 1;
}

// Takes what it can from the buffer; how much that was, or -1 when the connection ends.
static ssize_t take(struct client *c, char *from, size_t count) {
    if (c->mode == HEAD) {
        char *end = memmem(from, count, "\r\n\r\n", 4);
        if (!end) return 0;
        end[2] = 0; // the head is a string for now; the line end after it is not needed
        return request(c, from, end + 2 - from) ? end + 4 - from : -1;
    }
    if (c->mode == BODY) {
        size_t part = count < c->left ? count : c->left;
        c->left -= part;
        if (c->left) return part;
        c->mode = HEAD;
        return answer(c, filler, sizeof filler - 1) ? (ssize_t)part : -1;
    }
    if (c->mode == DOWN || count < 6) return 0;
    size_t length = from[1] & 127;
    if (length > 125 || !(from[1] & 128) || (from[0] & 15) == 8) return -1;
    if (count < length + 6) return 0;
    char frame[127] = {from[0], length};
    for (size_t i = 0; i < length; i++) frame[2 + i] = from[6 + i] ^ from[2 + i % 4];
    return say(c, frame, length + 2) ? (ssize_t)length + 6 : -1;
}

static int readable(struct client *c) {
    static char scratch[1 << 18];
    if (c->mode == BODY && c->left > sizeof c->buffer) { // an upload: not through the small buffer
        ssize_t got = recv(c->fd, scratch, c->left - 1 < sizeof scratch ? c->left - 1 : sizeof scratch, 0);
        if (got > 0) c->left -= got;
        return got > 0 || got < 0 && errno == EAGAIN;
    }
    ssize_t got = recv(c->fd, c->buffer + c->held, sizeof c->buffer - c->held, 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    c->held += got;
    size_t used = 0;
    for (ssize_t part; used < c->held; used += part) {
        if ((part = take(c, c->buffer + used, c->held - used)) < 0) return 0;
        if (!part) break;
    }
    memmove(c->buffer, c->buffer + used, c->held -= used);
    return c->held < sizeof c->buffer;
}

static void welcome(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct client *c = calloc(1, sizeof *c);
        c->fd = fd;
        c->waiting = EPOLLIN;
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = c});
    }
}

int main(int count, char **arguments) {
    if (count != 2) return 2;
    memset(filler, '.', sizeof filler - 1);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 4096)) {
        perror("upstream");
        return 1;
    }
    poller = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
    for (struct epoll_event events[256];;) {
        int ready = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < ready; i++) {
            struct client *c = events[i].data.ptr;
            if (!c) {
                welcome(listener);
            } else if (!(events[i].events & EPOLLOUT && c->mode == DOWN ? pour(c) : readable(c))) {
                close(c->fd);
                free(c);
            }
        }
    }
}
