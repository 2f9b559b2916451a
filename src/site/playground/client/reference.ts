import { element } from './element.js';
import { equivalents } from './reference/equivalents.js';
import { forwardedUrl } from './reference/forwarding.js';
import { forTrying, PLATFORM_FORMAT } from './reference/forTrying.js';
import type { Document } from './reference/openapi.js';
import { platformChoice } from './reference/platformChoice.js';
import { swaggerUi } from './reference/swagger.js';
import { sessionBox } from './sessionBox.js';
import { namedServers, plainText } from './reference/accessible.js';
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

const place = element('reference');
const response = await fetch(place.dataset['url'] ?? '');
show(place, forTrying((await response.json()) as Document));
