import { type Resolvers, type SdlField, extension, objectType, resolversOf } from './sdl.js';

/** Types by hand, and what resolves their fields. */
export class Definitions {
  readonly #sdl: string[] = [];
  readonly #resolvers: Record<string, Resolvers> = {};

  add(name: string, description: string, fields: readonly SdlField[]): void {
    this.#sdl.push(objectType(name, description, fields));
    this.#resolvers[name] = resolversOf(fields);
  }

  /** Gives more fields to a type of somebody else. */
  extend(name: string, fields: readonly SdlField[]): void {
    this.#sdl.push(extension(name, fields));
    this.#resolvers[name] = resolversOf(fields);
  }

  definitions(): readonly string[] {
    return this.#sdl;
  }

  resolvers(): Record<string, Resolvers> {
    return this.#resolvers;
  }
}
