import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import '../../../rest/reference/assets/site.css';
import './playground.css';
import './workers/index.js';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.js';
import { fetcher } from './fetcher.js';
import { PageHeader } from './page-header.js';
import { element } from './element.js';
import { SystemTheme } from './system-theme.js';
import { TokenBox } from './token-box.js';

const secure = location.protocol === 'https:';
const tabs = examples({
  protocol: secure ? 'HTTPS' : 'HTTP',
  host: location.hostname,
  port: Number(location.port) || (secure ? 443 : 80),
}).map(({ query, variables }) => ({
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
