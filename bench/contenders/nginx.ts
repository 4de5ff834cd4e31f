/** nginx as a plain reverse proxy: parses nothing, counts nothing; what moving the bytes costs at least. */

import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { err, ok } from '../../src/ground/result.ts'
import { OUT, PORTS } from '../paths.ts'
import { startPinned, waitUntilListening } from '../pinned-process.ts'
import { chatBodies } from '../requests.ts'
import { type Contender, chatEntry } from './contender.ts'

const NAME = 'nginx'

export const nginx: Contender = {
  id: 'nginx',
  port: PORTS.nginx,
  rows: [NAME],
  async prepare() {
    try {
      const { stderr } = await promisify(execFile)('nginx', ['-v'])
      return ok(stderr.trim().replace('nginx version: ', ''))
    } catch {
      return err('nginx is not installed; apt-get install nginx-light')
    }
  },
  async start(plan) {
    const folder = join(OUT, 'nginx')
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, configuration(folder))
    const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', file]
    const server = startPinned({ id: 'nginx', command: 'nginx', args, processor: plan.contender })
    await waitUntilListening(server, PORTS.nginx)
    return { pid: server.pid, entries: [chatEntry(NAME, chatBodies())], stop: server.stop }
  },
}

/** One worker, connections to the upstream kept open, streams passed on at once. */
function configuration(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
worker_processes 1;
daemon off;
error_log ${folder}/error.log;
pid ${folder}/nginx.pid;
events { worker_connections 4096; multi_accept on; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_buffer_size 256k;
  tcp_nodelay on;
${temporary.map((name) => `  ${name}_temp_path ${folder}/${name};`).join('\n')}
  upstream mock { server 127.0.0.1:${PORTS.mock}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${PORTS.nginx} backlog=4096;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}
`
}
