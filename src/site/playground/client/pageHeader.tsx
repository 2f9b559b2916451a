import type { ReactNode } from 'react';
import { SITE_PAGES } from '../../links.js';

/** The bar above every page: the way to the others, and what the page itself puts at the end. */
export function PageHeader({ children }: { children?: ReactNode }) {
  return (
    <header className="site-header">
      <a className="site-name" href="/">
        Isthmus
      </a>
      <nav aria-label="Pages">
        {SITE_PAGES.map(({ href, name }) => (
          <a key={href} href={href} aria-current={location.pathname === href ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      {children}
    </header>
  );
}
