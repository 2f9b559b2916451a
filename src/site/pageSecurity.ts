import helmet from 'helmet';

type Directives = Record<string, string[]>;

/** Nothing but this server's own files and connections; no frame around the page, no form that leaves it. */
const STRICT: Directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Security headers of a page; `loosened` directives replace the strict ones, and each should say what needs it. */
export function pageSecurity(loosened: Directives = {}): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { ...STRICT, ...loosened } },
    xFrameOptions: { action: 'deny' },
    // Over plain HTTP browsers ignore these two, and say so in the console as an error.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Whether every host below this name speaks TLS is for its operator to promise.
    strictTransportSecurity: false,
  });
}
