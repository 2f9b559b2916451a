import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { readExactly } from './exactJson.js';
import { exampleOf, Keys, operationNameOf } from './examples/index.js';
import { linkedBy } from './link.js';

export const keys = new Keys();

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

/** Puts keys that earlier answers have shown into a tab of an example as it is opened, where its variables are empty. */
export function KeysOfAnswers() {
  const editor = useGraphiQL((state) => state.variableEditor);
  const title = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.title);

  useEffect(() => {
    const wants = exampleOf(title ?? '')?.wants;
    if (!wants || !editor) return;
    try {
      const typed = readExactly(editor.getValue());
      const filled = pretty(keys.fillIn(typed, wants));
      if (filled !== pretty(typed)) editor.setValue(filled);
    } catch {
      // What is being typed is not JSON yet.
    }
  }, [title, editor]);

  return null;
}

/** Tabs that there is no room for are out of sight; the one that is open is not. */
export function OpenTabInSight() {
  const index = useGraphiQL((state) => state.activeTabIndex);
  const count = useGraphiQL((state) => state.tabs.length);

  useEffect(() => {
    function show(): void {
      document
        .querySelector('[role=tab][aria-selected=true]')
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }

    show();
    addEventListener('resize', show);
    return () => removeEventListener('resize', show);
  }, [index, count]);

  return null;
}

/** Opens what the fragment of the page's address names in a tab, and takes it off, so that a reload does not do it again. */
export function LinkedTab() {
  const actions = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const tabs = useGraphiQL((state) => state.tabs);

  useEffect(() => {
    if (!queryEditor || !variableEditor) return undefined;

    function open(): void {
      const linked = linkedBy(location.hash);
      if (!linked) return;
      history.replaceState(null, '', location.pathname);
      const example = 'example' in linked ? exampleOf(linked.example) : undefined;
      const query = 'example' in linked ? example?.query : linked.query;
      if (query === undefined) return;
      const known = example && tabs.findIndex((tab) => tab.title === operationNameOf(query));
      if (known !== undefined && known >= 0) return actions.changeTab(known);
      const variables = 'example' in linked ? pretty(example?.variables ?? {}) : linked.variables;
      actions.addTab();
      queryEditor?.setValue(query);
      variableEditor?.setValue(variables ?? '');
    }

    open();
    addEventListener('hashchange', open);
    return () => removeEventListener('hashchange', open);
  }, [queryEditor, variableEditor, tabs, actions]);

  return null;
}
