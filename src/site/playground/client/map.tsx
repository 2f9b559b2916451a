import '../../assets/site.css';
import './map/map.css';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { createRoot } from 'react-dom/client';
import { element } from './element.js';
import { run } from './graph.js';
import { PageHeader } from './pageHeader.js';
import { GraphMap } from './map/graphMap.js';
import { graphOf } from './map/graphModel.js';

const root = createRoot(element('root'));

function show(content: React.ReactNode): void {
  root.render(
    <>
      <PageHeader />
      {content}
    </>,
  );
}

const told = (error: unknown): string => (error instanceof Error ? error.message : String(error));

show(<main className="map-message">Reading the schema …</main>);
run<IntrospectionQuery>(getIntrospectionQuery({ inputValueDeprecation: true })).then(
  (introspection) => show(<GraphMap graph={graphOf(buildClientSchema(introspection))} />),
  (error: unknown) =>
    show(
      <main className="map-message" role="alert">
        {told(error)}
      </main>,
    ),
);
