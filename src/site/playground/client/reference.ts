import { element } from './element.js';
import { failed } from './failed.js';
import { equivalents } from './reference/equivalents.js';
import { forwardedUrl } from './reference/forwarding.js';
import { forTrying, PLATFORM_FORMAT } from './reference/forTrying.js';
import type { Document } from './reference/openapi.js';
import { platformChoice } from './reference/platformChoice.js';
import { swaggerUi } from './reference/swagger.js';
import { sessionBox } from './sessionBox.js';
import { namedServers, plainText } from './reference/accessible.js';
import { run } from './graph.js';
import { jsonOf, reach } from './request.js';
import { freshToken, onSessionChange, readToken } from './session.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

function followSystem(): void {
  document.documentElement.classList.toggle('dark-mode', dark.matches);
}

function show(place: HTMLElement, spec: Document): void {
  const schemes = Object.keys(spec.components?.securitySchemes ?? {});

  const ui = swaggerUi({
    domNode: place,
    spec,
    docExpansion: place.dataset['expansion'] ?? 'list',
    deepLinking: true,
    displayRequestDuration: true,
    // Otherwise the document would be sent to a validator on the internet.
    validatorUrl: 'none',
    plugins: [
      (system) => ({
        components: {
          [`JsonSchema_string_${PLATFORM_FORMAT}`]: platformChoice(system),
          DeepLink: plainText(system),
        },
        wrapComponents: { parameters: equivalents(spec), Servers: namedServers },
      }),
    ],
    async requestInterceptor(request) {
      const before = readToken();
      const token = await freshToken();
      const headers = Object.entries(request.headers).map(([name, value]) =>
        value === before ? [name, token] : [name, value],
      );
      const url = forwardedUrl(spec, new URL(request.url, location.href).href);
      return { ...request, url, headers: Object.fromEntries(headers) as Record<string, string> };
    },
    responseInterceptor(response) {
      // Whether the token is dead or not heeded there, as by a platform, the graph tells.
      if (response.status === 401 && readToken() !== '') run('{ viewer { name } }').catch(() => undefined);
      return response;
    },
    onComplete: authorise,
  });

  let isAuthorised = false;

  /** Whoever is logged in is so for every operation. */
  function authorise(): void {
    const token = readToken();
    if (token !== '') for (const scheme of schemes) ui.preauthorizeApiKey(scheme, token);
    else if (isAuthorised) ui.authActions.logout(schemes);
    isAuthorised = token !== '';
  }
  onSessionChange(authorise);
}

dark.addEventListener('change', followSystem);
followSystem();
element('session').replaceChildren(sessionBox());

async function read(url: string): Promise<Document> {
  const response = await reach(url);
  const document = response.ok ? await jsonOf(response) : null;
  if (!document) throw new Error(`the server answered ${response.status}`);
  return document as Document;
}

const place = element('reference');
const waiting = [...place.childNodes];

async function open(): Promise<void> {
  place.replaceChildren(...waiting);
  try {
    const document = await read(place.dataset['url'] ?? '');
    place.replaceChildren();
    show(place, forTrying(document));
  } catch (error) {
    place.replaceChildren(failed('The document cannot be read', error, () => void open()));
  }
}

void open();
