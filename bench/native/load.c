/*
 * Closed-loop HTTP/1.1 load generator for 127.0.0.1: every connection sends its next request when the last was answered.
 *
 *   load PORT PATH CONNECTIONS SECONDS BODY_FILE HEADER_FILE STAMPS
 *
 * HEADER_FILE holds lines "name: value". STAMPS is how many stamped chunks (see mock.c) a complete reply holds; a reply
 * with another number is an error, so that a gateway that loses text cannot look fast. Requests still under way when the
 * time is up are awaited. Prints one line of JSON; times are in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
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

#define BUFFER_BYTES (1 << 18)
/* After the time is up, the longest wait for replies that are still under way. */
#define PATIENCE_NS 20000000000ull
/* Shorter runs of digits between two 't' are words of the reply, not stamps. */
#define MIN_STAMP_DIGITS 10

typedef unsigned long long u64;

typedef struct {
  float *values;
  size_t count, capacity;
} Samples;

enum framing { SIZE_LINE, CHUNK_BYTES, CHUNK_END, LAST_LINE };

typedef struct {
  int fd;
  char buffer[BUFFER_BYTES];
  size_t length;
  /* The reply being read. */
  int in_body, chunked, status, close_after;
  long content_length, body_received;
  enum framing framing;
  char size_line[64];
  size_t size_line_length;
  long chunk_left;
  u64 sent_at, first_byte_at;
  /* The stamp being read: it may be cut anywhere by the network, so its state outlives one read. */
  int in_stamp, stamp_digits;
  u64 stamp;
  long stamps;
} Connection;

static Samples latency, first_byte, chunk_delay;
static u64 requests, errors, chunks;
static int epoll_fd, port, active;
static char *request;
static size_t request_length;
static u64 end_at;
static long expected_stamps;
static char first_error[512];

static u64 now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000000ull + (u64)t.tv_nsec;
}

/* ---- samples --------------------------------------------------------------------------------------------------- */

static void add_sample(Samples *s, u64 nanoseconds) {
  if (s->count == s->capacity) {
    s->capacity = s->capacity ? s->capacity * 2 : 4096;
    s->values = realloc(s->values, s->capacity * sizeof *s->values);
  }
  s->values[s->count++] = (float)nanoseconds / 1000.0f;
}

static int compare_floats(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Sorts; returns 0 when there are no samples. */
static float percentile(Samples *s, double share) {
  if (s->count == 0) return 0;
  qsort(s->values, s->count, sizeof *s->values, compare_floats);
  size_t index = (size_t)((double)s->count * share);
  return s->values[index < s->count ? index : s->count - 1];
}

/* ---- connections ----------------------------------------------------------------------------------------------- */

static void note_error(const char *text) {
  if (!*first_error) snprintf(first_error, sizeof first_error, "%.400s", text);
}

static int open_connection(Connection *c) {
  c->fd = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(c->fd, (struct sockaddr *)&address, sizeof address)) {
    close(c->fd);
    return -1;
  }
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &event);
  return 0;
}

static void drop_connection(Connection *c) {
  epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
  close(c->fd);
}

static int send_request(Connection *c) {
  c->length = 0;
  c->in_body = c->chunked = c->status = c->close_after = 0;
  c->content_length = -1;
  c->body_received = 0;
  c->framing = SIZE_LINE;
  c->size_line_length = 0;
  c->first_byte_at = 0;
  c->in_stamp = 0;
  c->stamps = 0;
  c->sent_at = now_ns();
  for (size_t sent = 0; sent < request_length;) {
    ssize_t n = send(c->fd, request + sent, request_length - sent, MSG_NOSIGNAL);
    if (n <= 0) return -1;
    sent += (size_t)n;
  }
  return 0;
}

/* Counts the reply and sends the next request, on a new connection where the old one is spent. */
static void finish(Connection *c, int succeeded) {
  u64 now = now_ns();
  if (succeeded && c->stamps != expected_stamps) {
    char text[100];
    snprintf(text, sizeof text, "a reply held %ld stamped chunks instead of %ld", c->stamps, expected_stamps);
    note_error(text);
    succeeded = 0;
  }
  if (succeeded) {
    requests++;
    add_sample(&latency, now - c->sent_at);
    if (c->first_byte_at) add_sample(&first_byte, c->first_byte_at - c->sent_at);
  } else {
    errors++;
  }
  if (now >= end_at) {
    drop_connection(c);
    active--;
    return;
  }
  if (!c->close_after && send_request(c) == 0) return;
  drop_connection(c);
  if (open_connection(c) == 0 && send_request(c) == 0) return;
  note_error("the server refused a new connection");
  errors++;
  active--;
}

/* ---- reading replies ------------------------------------------------------------------------------------------- */

/* Finds stamps in body bytes and notes how long each chunk was under way. */
static void read_stamps(Connection *c, const char *bytes, size_t length, u64 now) {
  for (size_t i = 0; i < length; i++) {
    char byte = bytes[i];
    if (c->in_stamp && byte >= '0' && byte <= '9') {
      c->stamp = c->stamp * 10 + (u64)(byte - '0');
      c->stamp_digits++;
      continue;
    }
    int complete = byte == 't' && c->in_stamp && c->stamp_digits >= MIN_STAMP_DIGITS;
    if (complete) {
      chunks++;
      c->stamps++;
      if (now > c->stamp) add_sample(&chunk_delay, now - c->stamp);
    }
    c->in_stamp = byte == 't' && !complete;
    c->stamp_digits = 0;
    c->stamp = 0;
  }
}

/* Takes HTTP chunk framing apart. Returns 1 at the end of the body. */
static int read_chunked(Connection *c, const char *p, const char *end, u64 now) {
  while (p < end) {
    switch (c->framing) {
      case SIZE_LINE:
        if (*p == '\n') {
          c->size_line[c->size_line_length] = 0;
          c->chunk_left = strtol(c->size_line, NULL, 16);
          c->size_line_length = 0;
          c->framing = c->chunk_left ? CHUNK_BYTES : LAST_LINE;
        } else if (*p != '\r' && c->size_line_length < sizeof c->size_line - 1) {
          c->size_line[c->size_line_length++] = *p;
        }
        p++;
        break;
      case CHUNK_BYTES: {
        long here = end - p < c->chunk_left ? end - p : c->chunk_left;
        read_stamps(c, p, (size_t)here, now);
        p += here;
        c->chunk_left -= here;
        if (c->chunk_left == 0) c->framing = CHUNK_END;
        break;
      }
      case CHUNK_END:
        if (*p++ == '\n') c->framing = SIZE_LINE;
        break;
      case LAST_LINE:
        if (*p++ == '\n') return 1;
        break;
    }
  }
  return 0;
}

/* Reads status and headers once they are complete. Returns the start of the body, NULL while they are not. */
static char *read_head(Connection *c) {
  c->buffer[c->length] = 0;
  char *head_end = memmem(c->buffer, c->length, "\r\n\r\n", 4);
  if (!head_end) return NULL;
  c->status = atoi(c->buffer + 9);
  for (char *line = c->buffer; line < head_end;) {
    if (!strncasecmp(line, "content-length:", 15)) c->content_length = atol(line + 15);
    if (!strncasecmp(line, "transfer-encoding:", 18)) c->chunked = 1;
    if (!strncasecmp(line, "connection: close", 17)) c->close_after = 1;
    char *line_end = memmem(line, (size_t)(head_end + 2 - line), "\r\n", 2);
    if (!line_end) break;
    line = line_end + 2;
  }
  c->in_body = 1;
  if (c->status != 200) note_error(c->buffer);
  return head_end + 4;
}

static void read_available(Connection *c) {
  ssize_t received = recv(c->fd, c->buffer + c->length, BUFFER_BYTES - 1 - c->length, 0);
  u64 now = now_ns();
  if (received <= 0) {
    note_error("the server closed the connection before the end of a reply");
    c->close_after = 1;
    finish(c, 0);
    return;
  }
  char *body = c->buffer + c->length;
  char *end = body + received;
  if (!c->in_body) {
    c->length += (size_t)received;
    body = read_head(c);
    if (!body) return;
  }
  /* Body bytes are looked at once and not kept. */
  c->length = 0;
  if (end > body && !c->first_byte_at) c->first_byte_at = now;
  int complete = 0;
  if (c->chunked) {
    complete = read_chunked(c, body, end, now);
  } else {
    c->body_received += end - body;
    complete = c->content_length >= 0 && c->body_received >= c->content_length;
  }
  if (complete) finish(c, c->status == 200);
}

/* ---- set-up ---------------------------------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "r");
  if (!file) {
    fprintf(stderr, "load: cannot read %s\n", path);
    exit(1);
  }
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char *text = malloc(*length + 1);
  if (fread(text, 1, *length, file) != *length) exit(1);
  text[*length] = 0;
  fclose(file);
  return text;
}

static void write_request(const char *path, const char *body_file, const char *header_file) {
  size_t body_length, headers_length;
  char *body = read_file(body_file, &body_length);
  char *headers = read_file(header_file, &headers_length);
  request = malloc(body_length + headers_length * 2 + 1024 + strlen(path));
  int length = sprintf(request, "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n",
                       path, port, body_length);
  for (char *line = strtok(headers, "\r\n"); line; line = strtok(NULL, "\r\n"))
    length += sprintf(request + length, "%s\r\n", line);
  length += sprintf(request + length, "\r\n");
  memcpy(request + length, body, body_length);
  request_length = (size_t)length + body_length;
}

static void print_results(double seconds) {
  for (char *p = first_error; *p; p++)
    if (*p == '"' || *p == '\\' || (unsigned char)*p < 32 || (unsigned char)*p > 126) *p = ' ';
  printf("{\"requests\":%llu,\"errors\":%llu,\"seconds\":%.4f,", requests, errors, seconds);
  printf("\"p50Us\":%.0f,\"p99Us\":%.0f,", percentile(&latency, 0.5), percentile(&latency, 0.99));
  printf("\"firstByteP50Us\":%.0f,\"firstByteP99Us\":%.0f,", percentile(&first_byte, 0.5), percentile(&first_byte, 0.99));
  printf("\"chunks\":%llu,\"chunkDelayP50Us\":%.0f,\"chunkDelayP99Us\":%.0f,", chunks, percentile(&chunk_delay, 0.5),
         percentile(&chunk_delay, 0.99));
  printf("\"firstError\":\"%s\"}\n", first_error);
}

int main(int argument_count, char **arguments) {
  if (argument_count != 8) {
    fprintf(stderr, "usage: load PORT PATH CONNECTIONS SECONDS BODY_FILE HEADER_FILE STAMPS\n");
    return 1;
  }
  port = atoi(arguments[1]);
  int connection_count = atoi(arguments[3]);
  double seconds = atof(arguments[4]);
  expected_stamps = atol(arguments[7]);
  write_request(arguments[2], arguments[5], arguments[6]);
  epoll_fd = epoll_create1(0);
  Connection *connections = calloc((size_t)connection_count, sizeof *connections);
  for (int i = 0; i < connection_count; i++) {
    if (open_connection(&connections[i])) {
      fprintf(stderr, "load: cannot connect to 127.0.0.1:%d\n", port);
      return 1;
    }
  }
  u64 started_at = now_ns();
  end_at = started_at + (u64)(seconds * 1e9);
  for (int i = 0; i < connection_count; i++) {
    if (send_request(&connections[i])) {
      fprintf(stderr, "load: cannot send to 127.0.0.1:%d\n", port);
      return 1;
    }
    active++;
  }
  static struct epoll_event events[512];
  while (active > 0) {
    int count = epoll_wait(epoll_fd, events, 512, 2000);
    for (int i = 0; i < count; i++) read_available(events[i].data.ptr);
    if (now_ns() > end_at + PATIENCE_NS) {
      errors += (u64)active;
      note_error("replies were still missing 20 s after the end");
      break;
    }
  }
  print_results((double)(now_ns() - started_at) / 1e9);
  return 0;
}
