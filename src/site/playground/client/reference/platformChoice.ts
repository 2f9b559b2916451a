import { BASE } from '../base.js';
import { freshToken, onSessionChange } from '../session.js';
import type { SwaggerSystem } from './swagger.js';

interface Platform {
  id: string;
  name: string;
}

interface Props {
  value?: unknown;
  onChange: (value: string) => void;
  disabled?: boolean;
  description?: string;
}

const isList = (answer: unknown): answer is { data: Platform[] } =>
  typeof answer === 'object' && answer !== null && 'data' in answer && Array.isArray(answer.data);

/** Asked of the same door that forwards, so that who may forward without a token may choose without one. */
async function readPlatforms(): Promise<Platform[]> {
  const token = await freshToken();
  const response = await fetch(`${BASE}/sys/transmit/v1/routes`, {
    headers: token === '' ? {} : { 'X-Access-Token': token },
  });
  const answer: unknown = await response.json();
  return isList(answer) ? answer.data : [];
}

/** A field in which a platform is chosen by its name. */
export function platformChoice({ React }: SwaggerSystem) {
  const { createElement } = React;
  return function PlatformChoice({ value, onChange, disabled = false }: Props): unknown {
    const [platforms, setPlatforms] = React.useState<Platform[]>([]);
    const chosen = typeof value === 'string' ? value : '';

    React.useEffect(() => {
      if (disabled) return undefined;
      let asked = 0;
      const read = (): void => {
        asked += 1;
        const mine = asked;
        // What somebody was told who has logged out meanwhile is nobody's.
        const take = (told: Platform[]): void => void (mine === asked && setPlatforms(told));
        readPlatforms().then(take, () => take([]));
      };
      read();
      return onSessionChange(read);
    }, [disabled]);

    const options = platforms.map(({ id, name }) => createElement('option', { key: id, value: id }, name));
    const change = (event: { target: HTMLSelectElement }): void => onChange(event.target.value);
    return createElement(
      'select',
      { 'aria-label': 'Platform', value: chosen, disabled, onChange: change },
      createElement('option', { value: '' }, 'Choose a platform'),
      ...options,
    );
  };
}
