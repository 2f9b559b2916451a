import 'graphql-voyager/dist/voyager.css';
import '../../assets/site.css';
import './map.css';
import type { IntrospectionQuery } from 'graphql';
import { renderVoyager, voyagerIntrospectionQuery } from 'graphql-voyager/dist/voyager.standalone.js';
import { createRoot } from 'react-dom/client';
import { run } from './graph.js';
import { PageHeader } from './pageHeader.js';
import { element } from './element.js';

createRoot(element('header')).render(<PageHeader />);

/** What federation adds to the root for gateways says nothing to a reader. */
function withoutFederation({ __schema }: IntrospectionQuery): IntrospectionQuery {
  const types = __schema.types.map((type) =>
    type.kind === 'OBJECT'
      ? { ...type, fields: type.fields.filter(({ name }) => !name.startsWith('_')) }
      : type,
  );
  return { __schema: { ...__schema, types } };
}

renderVoyager(element('map'), {
  introspection: run<IntrospectionQuery>(voyagerIntrospectionQuery).then((data) => ({
    data: withoutFederation(data),
  })),
  hideVoyagerLogo: true,
});
