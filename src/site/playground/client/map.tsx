import '../../assets/site.css';
import './map/map.css';
import { createRoot } from 'react-dom/client';
import { element } from './element.js';
import { PageHeader } from './pageHeader.js';
import { GraphMap } from './map/graphMap.js';
import { readGraph } from './map/readGraph.js';

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
readGraph().then(
  (graph) => show(<GraphMap graph={graph} />),
  (error: unknown) =>
    show(
      <main className="map-message" role="alert">
        {told(error)}
      </main>,
    ),
);
