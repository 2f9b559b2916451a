import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '../../assets/site.css';
import './playground.css';
import './workers/index.js';
import { GraphiQL } from 'graphiql';
import { useCallback, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { element, make } from './element.js';
import { EXAMPLES } from './examples/index.js';
import { fetcher } from './fetcher.js';
import { HandOn } from './handOn.js';
import { PageHeader } from './pageHeader.js';
import { Panes } from './panes.js';
import { SchemaOfUsers } from './schemaOfUsers.js';
import { SystemTheme } from './systemTheme.js';
import { KeysOfAnswers, LinkedTab, OpenTabInSight } from './tabs.js';
import { WhenUsable } from './whenUsable.js';
import { WrappedLines } from './wrappedLines.js';

const tabs = EXAMPLES.map(({ query, variables }) => ({
  query,
  variables: variables ? JSON.stringify(variables, null, 2) : null,
}));

const panes = make('div', { class: 'panes', role: 'group', 'aria-label': 'Panes' });

/** Reads the schema once it can be typed in: until then that would take as much of a processor as drawing the editor. */
function Playground() {
  const [isUsable, setUsable] = useState(false);
  const markUsable = useCallback(() => setUsable(true), []);
  return (
    // Variables may hold passwords, so what is typed here stays in this browser tab.
    <GraphiQL
      fetcher={fetcher}
      storage={sessionStorage}
      defaultTabs={tabs}
      defaultEditorToolsVisibility="variables"
      inputValueDeprecation
      schemaDescription
      {...(!isUsable && { schema: null })}
    >
      <GraphiQL.Logo> </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <HandOn />
          </>
        )}
      </GraphiQL.Toolbar>
      <SystemTheme />
      <KeysOfAnswers />
      <LinkedTab />
      <OpenTabInSight />
      <WrappedLines />
      <Panes place={panes} />
      <SchemaOfUsers />
      <WhenUsable then={markUsable} />
    </GraphiQL>
  );
}

createRoot(element('root')).render(
  <>
    <PageHeader hasToken />
    <div ref={(place) => place?.append(panes)} />
    <main>
      <Playground />
    </main>
  </>,
);
