import { CHANNEL } from './notifications.js';
import { PreparingClient } from './preparingClient.js';

/** The connection to the embedded database, whose settings are ours; others' notifications come on it too. */
export class EmbeddedClient extends PreparingClient {
  protected override readonly beginning = `listen ${CHANNEL}`;
}
