import type { Environment } from 'monaco-editor';

/** Completion, validation and hovering run in workers; the page's policy lets them come from this server only. */
const environment: Environment = {
  getWorker(_id, label) {
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
