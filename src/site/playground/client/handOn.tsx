import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import { OperationTypeNode } from 'graphql';
import { useEffect, useRef, useState } from 'react';
import { curlOf } from './curl.js';
import { fragmentOf } from './link.js';
import { GRAPH_URL } from './request.js';
import { withoutSecretLiterals } from './secretLiterals.js';
import { readToken } from './session.js';

interface Form {
  name: string;
  about: string;
  text: string;
}

/** A form of the operation, to be copied. */
function Copied({ form }: { form: Form }) {
  const { name, about, text } = form;
  const [isCopied, setCopied] = useState(false);

  useEffect(() => setCopied(false), [form]);

  return (
    <section>
      <h2>{name}</h2>
      <p>{about}</p>
      <textarea readOnly aria-label={name} value={text} onFocus={(event) => event.target.select()} />
      {/* Browsers have it where the page came safely: by HTTPS, or from the same machine. */}
      {'clipboard' in navigator && (
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(text).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      )}
    </section>
  );
}

/** Where the command takes from what it does not tell. */
function aboutCommand(secrets: readonly string[], hasLeftOut: boolean): string {
  const token = 'It takes your access token from TOKEN';
  const others =
    secrets.length === 0 ? '' : `, and secrets from ${secrets.join(', ')}, written as within JSON`;
  return `${token}${others} of your shell.${hasLeftOut ? ' Secrets in the operation itself are left out.' : ''}`;
}

/** Shows the current operation as a link and as a command, to be handed on. */
export function HandOn() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const operations = useGraphiQL((state) => state.operations);
  const dialog = useRef<HTMLDialogElement>(null);
  const [forms, setForms] = useState<Form[]>([]);

  function formsOf(written: string, variables: string): Form[] {
    const query = withoutSecretLiterals(written);
    const link = location.origin + location.pathname + fragmentOf({ query, variables });
    const about = 'Secrets in it and among the variables are left out.';
    return [{ name: 'Link', about, text: link }, commandOf(query, variables, query !== written)];
  }

  function commandOf(query: string, variables: string, hasLeftOut: boolean): Form {
    const isSubscription = operations?.some(({ operation }) => operation === OperationTypeNode.SUBSCRIPTION);
    try {
      const { text, secrets } = curlOf({
        url: location.origin + GRAPH_URL,
        query,
        variables,
        isSubscription: isSubscription ?? false,
        hasToken: readToken() !== '',
      });
      return { name: 'curl', about: aboutCommand(secrets, hasLeftOut), text };
    } catch {
      return { name: 'curl', about: 'The variables are not JSON.', text: '' };
    }
  }

  function open(): void {
    setForms(formsOf(queryEditor?.getValue() ?? '', variableEditor?.getValue() ?? ''));
    dialog.current?.showModal();
  }

  return (
    <>
      <ToolbarButton label="Hand on as a link or as curl" onClick={open}>
        <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </ToolbarButton>
      <dialog ref={dialog} className="hand-on-dialog" aria-label="Hand on">
        {forms.map((form) => (
          <Copied key={form.name} form={form} />
        ))}
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  );
}
