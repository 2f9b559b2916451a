import 'graphql-voyager/dist/voyager.css';
import '../../../rest/reference/assets/site.css';
import './map.css';
import type { IntrospectionQuery } from 'graphql';
import { renderVoyager, voyagerIntrospectionQuery } from 'graphql-voyager/dist/voyager.standalone.js';
import { createRoot } from 'react-dom/client';
import { run } from './graph.js';
import { PageHeader } from './page-header.js';
import { element } from './element.js';

createRoot(element('header')).render(<PageHeader />);

renderVoyager(element('map'), {
  introspection: run<IntrospectionQuery>(voyagerIntrospectionQuery).then((data) => ({ data })),
  hideVoyagerLogo: true,
});
