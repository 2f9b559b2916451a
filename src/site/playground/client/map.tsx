import '../../assets/site.css';
import './map/map.css';
import { createRoot } from 'react-dom/client';
import { element } from './element.js';
import { failed } from './failed.js';
import { PageHeader } from './pageHeader.js';
import { GraphMap } from './map/graphMap.js';
import { readGraph } from './map/readGraph.js';
import { onSessionChange } from './session.js';

const root = createRoot(element('root'));

function show(content: React.ReactNode): void {
  root.render(
    <>
      <PageHeader />
      {content}
    </>,
  );
}

function read(): void {
  show(
    <main className="page-message" role="status">
      Reading the schema …
    </main>,
  );
  readGraph().then(
    (graph) => show(<GraphMap graph={graph} />),
    (error: unknown) => {
      const again = (): void => {
        stop();
        read();
      };
      // Who logs in may read it, perhaps.
      const stop = onSessionChange(again);
      const message = failed('The schema cannot be read', error, again);
      show(<main ref={(place) => place?.replaceChildren(message)} />);
    },
  );
}

read();
