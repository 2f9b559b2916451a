import { SITE_PAGES } from '../../links.js';
import { sessionBox } from './sessionBox.js';

interface PageHeaderProps {
  /** Whether the page also shows the session's token, to be copied or replaced. */
  hasToken?: boolean;
}

/** The bar above every page: the way to the others, and who is logged in. */
export function PageHeader({ hasToken = false }: PageHeaderProps) {
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
      <div className="session" ref={(place) => place?.replaceChildren(sessionBox({ hasToken }))} />
    </header>
  );
}
