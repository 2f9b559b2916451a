import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Goes on in the next line what is wider than an editor, as answers do: beside the tools it would be cut off. */
export function WrappedLines() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const headerEditor = useGraphiQL((state) => state.headerEditor);

  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor])
      editor?.updateOptions({ wordWrap: 'on' });
  }, [queryEditor, variableEditor, headerEditor]);

  return null;
}
