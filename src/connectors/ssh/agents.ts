import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { SshSession } from './session.js';

class TunnelledHttp extends http.Agent {
  constructor(
    private readonly session: SshSession,
    options: http.AgentOptions,
  ) {
    super(options);
  }

  override createConnection({ host, port }: http.ClientRequestArgs): Duplex {
    return this.session.tunnel(host ?? 'localhost', Number(port));
  }
}

class TunnelledHttps extends https.Agent {
  constructor(
    private readonly session: SshSession,
    options: https.AgentOptions,
  ) {
    super(options);
  }

  override createConnection(target: https.RequestOptions & { socket?: Duplex }): Duplex | null | undefined {
    const { host, port } = target;
    return super.createConnection({
      ...target,
      socket: this.session.tunnel(host ?? 'localhost', Number(port)),
    } as https.RequestOptions);
  }
}

/** Agents whose connections go through the machine; what fails there is an SshError, as the cause of the request's error. */
export function tunnelAgents(
  session: SshSession,
  options: https.AgentOptions,
): { http: http.Agent; https: https.Agent } {
  return { http: new TunnelledHttp(session, options), https: new TunnelledHttps(session, options) };
}
