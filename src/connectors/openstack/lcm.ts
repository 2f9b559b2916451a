import type { AgentOptions } from 'node:https';
import type { HttpAgents } from '../../net/boundedHttp.js';
import { tunnelAgents, type SshSession } from '../ssh/index.js';

/** The machine behind which a cloud is, logged in to. */
export interface Lcm {
  /** `<algorithm> <base64>`. */
  readonly hostKey: string;
  readFile: (path: string, mostBytes: number) => Promise<Buffer>;
  /** Whose connections go through the machine. */
  agents: (options: AgentOptions) => HttpAgents;
  close: () => Promise<void>;
}

export const lcmOf = (session: SshSession): Lcm => ({
  hostKey: session.hostKey,
  readFile: (path, mostBytes) => session.readFile(path, mostBytes),
  agents: (options) => tunnelAgents(session, options),
  close: () => session.close(),
});
