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
import { TokenBox } from './tokenBox.js';

const tabs = EXAMPLES.map(({ query, variables }) => ({
  query,
  variables: variables ? JSON.stringify(variables, null, 2) : null,
}));

createRoot(element('root')).render(
  <>
    <PageHeader>
      <TokenBox />
    </PageHeader>
    <main>
      {/* Variables may hold passwords, so what is typed here stays in this browser tab, as the token does. */}
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
