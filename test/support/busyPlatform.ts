import { send } from './rest.js';
import { httpUpstream } from './upstream.js';

/** A platform that keeps one request waiting until it is told to answer it with `late`. */
export async function busyPlatform() {
  const arrived = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { port, close } = await httpUpstream(async (_request, response) => {
    arrived.resolve();
    await answer.promise;
    response.end('late');
  });
  return {
    close,
    answer: () => answer.resolve(),
    /** Registers the platform at the server and sends a request through, which has arrived when this resolves. */
    async ask(url: string): Promise<{ response: Promise<Response> }> {
      const platform = { name: 'slow', protocol: 'http', host: '127.0.0.1', port: String(port) };
      const registered = await send(`${url}/sys/transmit/v1/routes`, { method: 'POST', body: platform });
      const { id } = ((await registered.json()) as { data: { id: string } }).data;
      const response = send(`${url}/sys/transmit/slow`, { headers: { 'plat-route-id': id } });
      response.catch(() => undefined);
      await arrived.promise;
      return { response };
    },
  };
}
