import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';

const PANES = ['Query', 'Answer'] as const;

/** On a telephone one of the two is to be seen: this chooses which, and turns to the answer when an operation runs. */
export function Panes({ place }: { place: HTMLElement }) {
  const isFetching = useGraphiQL((state) => state.isFetching);
  const actions = useGraphiQLActions();
  const [shown, setShown] = useState<(typeof PANES)[number]>('Query');

  useEffect(() => {
    if (isFetching) setShown('Answer');
  }, [isFetching]);

  useEffect(() => {
    document.body.dataset['pane'] = shown.toLowerCase();
  }, [shown]);

  function show(pane: (typeof PANES)[number]): void {
    setShown(pane);
    actions.setVisiblePlugin(null);
  }

  return createPortal(
    PANES.map((pane) => (
      <button key={pane} type="button" aria-pressed={pane === shown} onClick={() => show(pane)}>
        {pane}
      </button>
    )),
    place,
  );
}
