import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** nginx as a reverse proxy with one worker, connections kept on both sides, and its access log on, as by default. */
export function nginxCommand(folder: string, upstream: number, port: number): string[] {
  const home = join(folder, 'nginx');
  mkdirSync(home, { recursive: true });
  const configuration = `
    worker_processes 1;
    daemon off;
    pid ${home}/pid;
    error_log ${home}/error.log;
    events { worker_connections 1024; }
    http {
      access_log ${home}/access.log combined;
      ${TEMPORARY.map((name) => `${name}_temp_path ${home}/${name};`).join('\n      ')}
      keepalive_requests 1000000000;
      upstream platform {
        server 127.0.0.1:${upstream};
        keepalive 128;
        keepalive_requests 1000000000;
      }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://platform;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
      }
    }`;
  const file = join(home, 'nginx.conf');
  writeFileSync(file, configuration);
  return ['nginx', '-c', file, '-e', join(home, 'error.log')];
}
