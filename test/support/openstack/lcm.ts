import http from 'node:http';
import https, { type AgentOptions } from 'node:https';
import net from 'node:net';
import type { Lcm } from '../../../src/connectors/openstack/lcm.js';

/** An LCM without SSH, which reaches every address through itself, as names that only it knows. */
export class FakeLcm implements Lcm {
  readonly hostKey = 'ssh-ed25519 AAAA';
  isClosed = false;
  /** Hosts and ports that were reached through it. */
  readonly tunnelled: string[] = [];

  constructor(
    private readonly files: Readonly<Record<string, string>> = {},
    /** Host and port of a name that only it knows. */
    private readonly names: Readonly<Record<string, { host: string; port: number }>> = {},
  ) {}

  readonly readFile = async (path: string): Promise<Buffer> => {
    const file = this.files[path];
    if (file === undefined) throw new Error(`no file ${path}`);
    return Buffer.from(file);
  };

  readonly agents = (options: AgentOptions): { http: http.Agent; https: https.Agent } => {
    const connect = ({ host, port }: http.ClientRequestArgs) => {
      const asked = `${host}:${port}`;
      this.tunnelled.push(asked);
      return net.connect(this.names[asked] ?? { host: host ?? '', port: Number(port) });
    };
    const plain = new http.Agent(options);
    plain.createConnection = connect;
    const secure = new https.Agent(options);
    const encrypt = secure.createConnection.bind(secure);
    secure.createConnection = (target) =>
      encrypt({ ...target, socket: connect(target) } as https.RequestOptions);
    return { http: plain, https: secure };
  };

  readonly close = async (): Promise<void> => {
    this.isClosed = true;
  };
}
