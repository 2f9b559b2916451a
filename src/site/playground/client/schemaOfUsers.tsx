import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';
import { onSessionChange } from './session.js';

/** Reads the schema for who logs in, where it could not be read before. */
export function SchemaOfUsers() {
  const schema = useGraphiQL((state) => state.schema);
  const actions = useGraphiQLActions();

  useEffect(() => {
    if (schema) return undefined;
    return onSessionChange(() => void actions.introspect());
  }, [schema, actions]);

  return null;
}
