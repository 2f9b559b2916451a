import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '../../assets/site.css';
import './playground.css';
import './workers/index.js';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { EXAMPLES } from './examples.js';
import { fetcher } from './fetcher.js';
import { PageHeader } from './pageHeader.js';
import { element } from './element.js';
import { SystemTheme } from './systemTheme.js';

const tabs = EXAMPLES.map(({ query, variables }) => ({
  query,
  variables: variables ? JSON.stringify(variables, null, 2) : null,
}));

createRoot(element('root')).render(
  <>
    <PageHeader hasToken />
    <main>
      {/* Variables may hold passwords, so what is typed here stays in this browser tab. */}
      <GraphiQL
        fetcher={fetcher}
        storage={sessionStorage}
        defaultTabs={tabs}
        defaultEditorToolsVisibility="variables"
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo> </GraphiQL.Logo>
        <SystemTheme />
      </GraphiQL>
    </main>
  </>,
);
