import type { Environment } from 'monaco-editor';
import { idle } from '../idle.js';

/**
 * Completion, validation and hovering run in workers; the page's policy lets them come from this server only. They wait for
 * the editor to be drawn, which takes the same processor.
 */
const environment: Environment = {
  async getWorker(_id, label) {
    await idle();
    switch (label) {
      case 'graphql':
        return new Worker(new URL('./graphql.worker.ts', import.meta.url), { type: 'module' });
      case 'json':
        return new Worker(new URL('./json.worker.ts', import.meta.url), { type: 'module' });
      default:
        return new Worker(new URL('./editor.worker.ts', import.meta.url), { type: 'module' });
    }
  },
};

window.MonacoEnvironment = environment;
