/**
 * @param {Window} page
 * @returns {page is Window & { SwaggerUIBundle(options: object): void }}
 */
const hasSwagger = (page) => 'SwaggerUIBundle' in page;

const reference = document.getElementById('reference');
const dark = matchMedia('(prefers-color-scheme: dark)');

const followSystem = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', followSystem);
followSystem();

/**
 * Some documented GET requests may carry a body; a browser refuses to send one.
 * @param {{ method?: string, body?: unknown }} request
 */
function withoutForbiddenBody({ body, ...request }) {
  return request.method === 'GET' || request.method === 'HEAD' ? request : { ...request, body };
}

if (!hasSwagger(window)) throw new Error('swagger-ui-bundle.js has not been loaded');
window.SwaggerUIBundle({
  domNode: reference,
  url: reference.dataset.url,
  docExpansion: reference.dataset.expansion,
  deepLinking: true,
  displayRequestDuration: true,
  requestInterceptor: withoutForbiddenBody,
  // Otherwise the document would be sent to a validator on the internet.
  validatorUrl: 'none',
});
