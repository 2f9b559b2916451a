import { CopyIcon, ToolbarButton, useGraphiQL } from '@graphiql/react';
import { OperationTypeNode } from 'graphql';
import { useRef, useState } from 'react';
import { curlOf } from './curl.js';
import { fragmentOf } from './link.js';
import { GRAPH_URL } from './request.js';
import { readToken } from './session.js';

interface Shown {
  title: string;
  about: string;
  text: string;
}

/** Buttons that show the current operation as a link and as a command, to be handed on. */
export function HandOn() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operations = useGraphiQL((state) => state.operations);
  const dialog = useRef<HTMLDialogElement>(null);
  const [shown, setShown] = useState<Shown>();

  function show(title: string, about: string, textOf: (query: string, variables: string) => string): void {
    const query = queryEditor?.getValue() ?? '';
    const variables = variableEditor?.getValue() ?? '';
    try {
      setShown({ title, about, text: textOf(query, variables) });
    } catch {
      setShown({ title, about: 'The variables are not JSON', text: '' });
    }
    dialog.current?.showModal();
  }

  const link = (query: string, variables: string): string =>
    location.origin + location.pathname + fragmentOf({ query, variables });

  const curl = (query: string, variables: string): string =>
    curlOf({
      url: location.origin + GRAPH_URL,
      query,
      variables,
      isSubscription:
        operations?.some(({ operation: kind }) => kind === OperationTypeNode.SUBSCRIPTION) ?? false,
      hasToken: readToken() !== '',
    });

  return (
    <>
      <ToolbarButton
        label="Share a link to this operation"
        onClick={() => show('Link', 'Secrets among the variables are left out.', link)}
      >
        <span className="hand-on" aria-hidden="true">
          link
        </span>
      </ToolbarButton>
      <ToolbarButton
        label="Show this operation as curl"
        onClick={() => show('curl', 'It takes your access token from TOKEN.', curl)}
      >
        <span className="hand-on" aria-hidden="true">
          curl
        </span>
      </ToolbarButton>
      <dialog ref={dialog} className="hand-on-dialog" aria-labelledby="hand-on-title">
        <form method="dialog">
          <h2 id="hand-on-title">{shown?.title}</h2>
          <p>{shown?.about}</p>
          <textarea
            readOnly
            aria-label={shown?.title}
            value={shown?.text ?? ''}
            onFocus={(event) => event.target.select()}
          />
          {'clipboard' in navigator && (
            <button type="submit" onClick={() => void navigator.clipboard.writeText(shown?.text ?? '')}>
              <CopyIcon aria-hidden="true" /> Copy
            </button>
          )}
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
