import { useCallback, useState } from 'react';
import { SITE_PAGES } from '../../links.js';
import { BASE } from './base.js';
import { sessionBox } from './sessionBox.js';

interface PageHeaderProps {
  /** Whether the page also shows the session's token, to be copied or replaced. */
  hasToken?: boolean;
}

/** The bar above every page: the way to the others, and who is logged in. */
export function PageHeader({ hasToken = false }: PageHeaderProps) {
  const [box] = useState(() => sessionBox({ hasToken }));
  // The same at each drawing: what is put in anew loses the keyboard.
  const put = useCallback((place: HTMLElement | null) => place?.replaceChildren(box), [box]);
  return (
    <header className="site-header">
      <a className="site-name" href={`${BASE}/`}>
        Isthmus
      </a>
      <nav aria-label="Pages">
        {SITE_PAGES.map(({ href, name }) => (
          <a
            key={href}
            href={BASE + href}
            aria-current={location.pathname === BASE + href ? 'page' : undefined}
          >
            {name}
          </a>
        ))}
      </nav>
      <div className="session" ref={put} />
    </header>
  );
}
