/*
 * Mock upstream that speaks OpenAI chat completions, for measuring gateways in front of it.
 *
 *   mock PORT
 *
 * One thread, one epoll loop, about 10 microseconds of CPU per request: far cheaper than anything it is used to measure.
 * Only 127.0.0.1 is served. The request decides what comes back, so that the choice survives any gateway on the way:
 *
 *   "stream": true absent     a whole reply of about 1 kB
 *   "stream": true            server-sent events: 20 chunks at once
 *   "model": "mock-n50-d20"   with stream: 50 chunks, 20 ms apart
 *
 * The text of every streamed chunk holds the moment it was sent, "t<nanoseconds of CLOCK_MONOTONIC>t". load.c reads the
 * stamps back and so knows how long each chunk was under way. The last chunk carries usage and has no stamp.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FD 65536
#define BUFFER_BYTES (1 << 18)
#define NANOSECONDS_PER_MS 1000000ull
#define DEFAULT_CHUNKS 20

typedef unsigned long long u64;

typedef struct {
  int fd;
  int generation; /* tells a connection from an earlier one with the same fd */
  char *buffer;
  size_t length;
  int streaming;
  int chunks_left;
  int chunks_total;
  int delay_ms;
} Connection;

/* A chunk that is due at a moment. Kept in a binary heap, earliest first. */
typedef struct {
  u64 due;
  int fd;
  int generation;
} Timer;

static Connection *connections[MAX_FD];
static Timer heap[MAX_FD * 2];
static int heap_size;
static int epoll_fd;
static char whole_reply[4096];
static int whole_reply_length;

static u64 now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

/* ---- timers ---------------------------------------------------------------------------------------------------- */

static void timer_push(u64 due, int fd, int generation) {
  int i = heap_size++;
  while (i > 0) {
    int parent = (i - 1) / 2;
    if (heap[parent].due <= due) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = (Timer){due, fd, generation};
}

static Timer timer_pop(void) {
  Timer first = heap[0], last = heap[--heap_size];
  int i = 0;
  for (;;) {
    int child = 2 * i + 1;
    if (child >= heap_size) break;
    if (child + 1 < heap_size && heap[child + 1].due < heap[child].due) child++;
    if (heap[child].due >= last.due) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return first;
}

/* ---- sending --------------------------------------------------------------------------------------------------- */

static void close_connection(Connection *c) {
  epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
  close(c->fd);
  connections[c->fd] = NULL;
  free(c->buffer);
  free(c);
}

/* A full socket buffer is waited out: replies are small, so it happens only when the gateway has stopped reading. */
static int send_all(Connection *c, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = send(c->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) return -1;
      struct timespec pause = {0, 200000};
      nanosleep(&pause, NULL);
      continue;
    }
    bytes += sent;
    length -= (size_t)sent;
  }
  return 0;
}

static int content_event(char *out, int index, int is_last_content) {
  return sprintf(out,
                 "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
                 "\"model\":\"mock\",\"system_fingerprint\":\"fp_mock\",\"choices\":[{\"index\":0,"
                 "\"delta\":{\"content\":\"%d t%llut \"},\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}\n\n",
                 index, now_ns(), is_last_content ? "\"stop\"" : "null");
}

static int usage_event(char *out, int completion_tokens) {
  return sprintf(out,
                 "data: {\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,"
                 "\"model\":\"mock\",\"choices\":[],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":%d,"
                 "\"total_tokens\":%d}}\n\n",
                 completion_tokens, 24 + completion_tokens);
}

/* Sends the next event of a stream as one HTTP chunk; after the last also [DONE] and the end of the body. */
static int send_chunk(Connection *c) {
  char event[1024], framed[2048];
  int index = c->chunks_total - c->chunks_left;
  int length = c->chunks_left == 1 ? usage_event(event, c->chunks_total) : content_event(event, index, c->chunks_left == 2);
  length = sprintf(framed, "%x\r\n%.*s\r\n", length, length, event);
  if (--c->chunks_left == 0) {
    length += sprintf(framed + length, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
    c->streaming = 0;
  }
  return send_all(c, framed, (size_t)length);
}

static int start_stream(Connection *c) {
  static const char head[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
      "Transfer-Encoding: chunked\r\nx-request-id: req_mock\r\n\r\n";
  if (send_all(c, head, sizeof head - 1)) return -1;
  if (c->delay_ms == 0) {
    while (c->streaming)
      if (send_chunk(c)) return -1;
    return 0;
  }
  if (send_chunk(c)) return -1;
  /* A random first gap spreads the streams over the interval; without it all of them would send at the same moment. */
  u64 first_gap = (u64)c->delay_ms * NANOSECONDS_PER_MS * (u64)(rand() % 1000) / 1000;
  if (c->streaming) timer_push(now_ns() + first_gap, c->fd, c->generation);
  return 0;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

/* Joins the pieces of a chunked body in place. Returns the bytes consumed, 0 while the body is incomplete. */
static size_t join_chunked(char *body, char *end, size_t *body_length) {
  char *p = body;
  for (;;) {
    char *line_end = memmem(p, (size_t)(end - p), "\r\n", 2);
    if (!line_end) return 0;
    long size = strtol(p, NULL, 16);
    if (line_end + 2 + size + 2 > end) return 0;
    p = line_end + 2 + size + 2;
    if (size == 0) break;
  }
  size_t consumed = (size_t)(p - body);
  char *out = body;
  for (p = body;;) {
    char *line_end = memmem(p, (size_t)(end - p), "\r\n", 2);
    long size = strtol(p, NULL, 16);
    if (size == 0) break;
    memmove(out, line_end + 2, (size_t)size);
    p = line_end + 2 + size + 2;
    out += size;
  }
  *body_length = (size_t)(out - body);
  return consumed;
}

/* Start of the value after `"name":`, NULL when the name does not occur. */
static const char *json_value(const char *body, size_t length, const char *quoted_name) {
  const char *p = memmem(body, length, quoted_name, strlen(quoted_name));
  if (!p) return NULL;
  for (p += strlen(quoted_name); p < body + length && (*p == ' ' || *p == ':'); p++) continue;
  return p < body + length ? p : NULL;
}

/* The number after "-<letter>" in a model name, or `otherwise`. */
static int model_option(const char *name, const char *end, char letter, int otherwise) {
  for (const char *p = name; p + 1 < end && *p != '"'; p++)
    if (p[0] == '-' && p[1] == letter) return atoi(p + 2);
  return otherwise;
}

static void read_wishes(Connection *c, const char *body, size_t length) {
  const char *stream = json_value(body, length, "\"stream\"");
  const char *model = json_value(body, length, "\"model\"");
  int chunks = DEFAULT_CHUNKS;
  c->delay_ms = 0;
  if (model && *model == '"') {
    chunks = model_option(model + 1, body + length, 'n', chunks);
    c->delay_ms = model_option(model + 1, body + length, 'd', 0);
  }
  c->streaming = stream && *stream == 't';
  c->chunks_left = c->chunks_total = chunks < 1 ? 1 : chunks;
}

/* Answers one request if the buffer holds a whole one: 1 answered, 0 nothing to do yet, -1 the connection is broken. */
static int answer_next(Connection *c) {
  if (c->streaming) return 0;
  char *head_end = memmem(c->buffer, c->length, "\r\n\r\n", 4);
  if (!head_end) return 0;
  long content_length = 0;
  int chunked = 0;
  for (char *line = c->buffer; line < head_end;) {
    if (!strncasecmp(line, "content-length:", 15)) content_length = atol(line + 15);
    if (!strncasecmp(line, "transfer-encoding:", 18)) chunked = 1;
    char *line_end = memmem(line, (size_t)(head_end + 2 - line), "\r\n", 2);
    if (!line_end) break;
    line = line_end + 2;
  }
  char *body = head_end + 4;
  size_t head_length = (size_t)(body - c->buffer);
  size_t body_length = (size_t)content_length, consumed = (size_t)content_length;
  if (chunked) {
    consumed = join_chunked(body, c->buffer + c->length, &body_length);
    if (consumed == 0) return 0;
  } else if (c->length < head_length + body_length) {
    return 0;
  }
  read_wishes(c, body, body_length);
  c->length -= head_length + consumed;
  memmove(c->buffer, body + consumed, c->length);
  if (c->streaming) return start_stream(c) ? -1 : 1;
  return send_all(c, whole_reply, (size_t)whole_reply_length) ? -1 : 1;
}

static void answer_all(Connection *c) {
  int outcome;
  while ((outcome = answer_next(c)) > 0) continue;
  if (outcome < 0) close_connection(c);
}

static void read_available(Connection *c) {
  if (c->length >= BUFFER_BYTES) {
    close_connection(c);
    return;
  }
  ssize_t received = recv(c->fd, c->buffer + c->length, BUFFER_BYTES - c->length, 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) {
    close_connection(c);
    return;
  }
  c->length += (size_t)received;
  answer_all(c);
}

/* ---- loop ------------------------------------------------------------------------------------------------------ */

static void accept_all(int listener) {
  static int generation;
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MAX_FD) {
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    c->generation = ++generation;
    c->buffer = malloc(BUFFER_BYTES);
    connections[fd] = c;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
  }
}

static void send_due_chunks(void) {
  u64 now = now_ns();
  while (heap_size > 0 && heap[0].due <= now) {
    Timer timer = timer_pop();
    Connection *c = connections[timer.fd];
    if (!c || c->generation != timer.generation || !c->streaming) continue;
    if (send_chunk(c)) {
      close_connection(c);
      continue;
    }
    /* From the due time, not from now: a late chunk must not slow the whole stream down. */
    if (c->streaming)
      timer_push(timer.due + (u64)c->delay_ms * NANOSECONDS_PER_MS, timer.fd, timer.generation);
    else
      answer_all(c);
  }
}

static void write_whole_reply(void) {
  static const char words[] = "The quick brown fox jumps over the lazy dog. ";
  char text[601], body[2048];
  for (int i = 0; i < 600; i++) text[i] = words[i % (int)(sizeof words - 1)];
  text[600] = 0;
  int length =
      sprintf(body,
              "{\"id\":\"chatcmpl-mock\",\"object\":\"chat.completion\",\"created\":1750000000,\"model\":\"mock\","
              "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},"
              "\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":140,"
              "\"total_tokens\":164,\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
              "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0}},"
              "\"system_fingerprint\":\"fp_mock\"}",
              text);
  whole_reply_length = sprintf(whole_reply,
                               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                               "x-request-id: req_mock\r\n\r\n%s",
                               length, body);
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return -1;
  return listener;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) {
    fprintf(stderr, "usage: mock PORT\n");
    return 1;
  }
  int listener = listen_on(atoi(arguments[1]));
  if (listener < 0) {
    perror("mock: cannot listen");
    return 1;
  }
  write_whole_reply();
  epoll_fd = epoll_create1(0);
  struct epoll_event listening = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &listening);
  static struct epoll_event events[512];
  for (;;) {
    struct timespec wait, *timeout = NULL;
    if (heap_size > 0) {
      u64 now = now_ns();
      u64 left = heap[0].due > now ? heap[0].due - now : 0;
      wait = (struct timespec){.tv_sec = (time_t)(left / 1000000000ull), .tv_nsec = (long)(left % 1000000000ull)};
      timeout = &wait;
    }
    int count = epoll_pwait2(epoll_fd, events, 512, timeout, NULL);
    send_due_chunks();
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener)
        accept_all(listener);
      else if (connections[fd])
        read_available(connections[fd]);
    }
  }
}
