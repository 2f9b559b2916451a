import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';
import { idle } from './idle.js';

/** Calls `then` once the editor takes what is typed, and nothing else waits to be drawn. */
export function WhenUsable({ then }: { then: () => void }) {
  const editor = useGraphiQL((state) => state.queryEditor);

  useEffect(() => {
    if (editor) void idle().then(then);
  }, [editor, then]);

  return null;
}
