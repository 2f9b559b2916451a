import { useSyncExternalStore } from 'react';

/** What the address names: a type, or a domain. */
export interface Place {
  type?: string;
  domain?: string;
}

const DOMAIN = 'domain:';

export const addressOfType = (name: string): string => `#${name}`;
export const addressOfDomain = (id: string): string => `#${DOMAIN}${id}`;

function subscribe(heed: () => void): () => void {
  addEventListener('hashchange', heed);
  return () => removeEventListener('hashchange', heed);
}

/** Where the reader is, so that links, the way back and bookmarks work as on any page. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => location.hash.slice(1));
  if (hash === '') return {};
  return hash.startsWith(DOMAIN) ? { domain: hash.slice(DOMAIN.length) } : { type: hash };
}
