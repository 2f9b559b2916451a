import type { Document } from './openapi.js';

/** What is used of the React that Swagger UI brings; elements of another one are nothing to it. */
export interface SwaggerReact {
  createElement: (type: unknown, props: object | null, ...children: unknown[]) => unknown;
  useState: <T>(first: T) => [T, (next: T) => void];
  useEffect: (effect: () => void | (() => void), on: readonly unknown[]) => void;
}

export interface SwaggerSystem {
  React: SwaggerReact;
}

export interface TriedRequest {
  method?: string;
  url: string;
  headers: Record<string, string>;
  body?: unknown;
}

type Component<Props> = (props: Props) => unknown;

export interface SwaggerPlugin {
  components?: Record<string, Component<never>>;
  wrapComponents?: Record<string, (original: unknown, system: SwaggerSystem) => Component<never>>;
}

export interface SwaggerOptions {
  domNode: HTMLElement;
  spec: Document;
  docExpansion: string;
  deepLinking: boolean;
  displayRequestDuration: boolean;
  validatorUrl: string;
  plugins: ((system: SwaggerSystem) => SwaggerPlugin)[];
  requestInterceptor: (request: TriedRequest) => Promise<TriedRequest>;
  responseInterceptor: (response: { status?: number }) => unknown;
  onComplete: () => void;
}

export interface SwaggerUi {
  preauthorizeApiKey: (scheme: string, key: string) => void;
  authActions: { logout: (schemes: string[]) => void };
}

interface SwaggerWindow {
  SwaggerUIBundle: (options: SwaggerOptions) => SwaggerUi;
}

const hasSwagger = (page: object): page is SwaggerWindow => 'SwaggerUIBundle' in page;

/** Swagger UI, which a script of its own has loaded before. */
export function swaggerUi(options: SwaggerOptions): SwaggerUi {
  if (!hasSwagger(window)) throw new Error('swagger-ui-bundle.js has not been loaded');
  return window.SwaggerUIBundle(options);
}
