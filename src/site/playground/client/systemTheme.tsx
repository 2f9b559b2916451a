import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** GraphiQL reads the system's theme once; the editors have to follow when it changes. */
export function SystemTheme() {
  const { setTheme } = useGraphiQLActions();
  const theme = useGraphiQL((state) => state.theme);

  useEffect(() => {
    if (theme !== null) return undefined;
    const follow = () => setTheme(null);
    DARK.addEventListener('change', follow);
    return () => DARK.removeEventListener('change', follow);
  }, [theme, setTheme]);

  return null;
}
