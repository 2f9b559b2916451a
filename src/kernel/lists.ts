import { ArgsType, type ClassType, Field, InputType, registerEnumType } from 'type-graphql';
import { type ListArgs, type Order, PageArgs, SortDirection, connectionOf } from './pages.js';

/** A field by which a list is filtered or ordered. */
interface ListField {
  /** What stands after "By": `bytes of memory`. */
  by: string;
  /** Its operators; without them the list cannot be filtered by it. */
  filter?: ClassType;
  /** Orders by it, under its own name or this one; without it the list cannot be ordered by it. */
  order?: true | string;
  /** Where its values are, when they are in no property of its name: `labels.name`. */
  path?: string;
}

type ListFields = Record<string, ListField>;

type Conditions<F extends ListFields> = {
  [K in keyof F as F[K] extends { filter: object } ? K : never]?: F[K] extends {
    filter: ClassType<infer C>;
  }
    ? C
    : never;
};

/** A filter by these fields, and combinations of such. */
type FilterOf<F extends ListFields> = Conditions<F> & {
  and?: FilterOf<F>[];
  or?: FilterOf<F>[];
  not?: FilterOf<F>;
};

type OrderFieldOf<F extends ListFields> = {
  [K in keyof F & string]: F[K] extends { order: true | string } ? K : never;
}[keyof F & string];

/** The arguments that a list takes. */
export type ArgsOf<L extends { Args: ClassType }> = InstanceType<L['Args']>;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const constantCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

function filterType(name: string, items: string, fields: ListFields): ClassType {
  class Filter {
    and?: Filter[];
    or?: Filter[];
    not?: Filter;
  }
  const add = (field: string, type: () => ClassType | [ClassType], description: string) =>
    Field(type, { nullable: true, description })(Filter.prototype, field);
  for (const [field, { filter, by }] of Object.entries(fields)) {
    if (filter) add(field, () => filter, `By ${by}`);
  }
  add('and', () => [Filter], 'All of these');
  add('or', () => [Filter], 'At least one of these');
  add('not', () => Filter, 'Not this');
  InputType(`${name}Filter`, { description: `Which ${items}; all conditions must hold` })(Filter);
  return Filter;
}

/** The fields under their names in orders. */
function orderFields(name: string, items: string, fields: ListFields): Record<string, string> {
  const ordered = Object.entries(fields).flatMap(([field, { by, order }]) => {
    if (order === undefined) return [];
    return [{ field, value: order === true ? constantCase(field) : order, description: capitalised(by) }];
  });
  const values = Object.fromEntries(ordered.map(({ value, field }) => [value, field]));
  registerEnumType(values, {
    name: `${name}OrderField`,
    description: `What a list of ${items} can be ordered by`,
    valuesConfig: Object.fromEntries(ordered.map(({ value, description }) => [value, { description }])),
  });
  return values;
}

function orderType(name: string, fields: Record<string, string>): ClassType<Order> {
  @InputType(`${name}Order`, { description: `One criterion of the order of a list of ${name}` })
  class OrderType implements Order {
    @Field(() => fields, { description: 'What to order by' })
    field!: string;

    @Field(() => SortDirection, { description: 'Which way', defaultValue: SortDirection.ASC })
    direction!: SortDirection;
  }
  return OrderType;
}

interface ListOptions<F extends ListFields> {
  /** The objects, as descriptions name them. */
  items: string;
  /** In which order they come by themselves. */
  unordered?: string;
  fields: F;
}

/** The types of a list: its arguments, with the filter and the order that follow from the fields, and its pages. */
export function listOf<T extends object, const F extends ListFields>(
  entity: ClassType<T>,
  {
    items,
    unordered = 'by id',
    fields,
  }: ListOptions<F & { [K in Exclude<keyof F, keyof T>]: { path: string } }>,
) {
  const { name } = entity;
  const Filter = filterType(name, items, fields);
  const OrderBy = orderType(name, orderFields(name, items, fields));

  @ArgsType()
  class Args extends PageArgs implements ListArgs<object, string> {
    @Field(() => Filter, { nullable: true, description: `Which ${items}; all when left out` })
    filter?: object | null;

    @Field(() => [OrderBy], {
      nullable: true,
      description: `In which order; ${unordered} when left out. The key always ends it`,
    })
    orderBy?: Order[] | null;
  }

  const paths = Object.entries<ListField>(fields).flatMap(([field, { path }]) =>
    path === undefined ? [] : [[field, path] as const],
  );
  return {
    entity,
    Args: Args as ClassType<ListArgs<FilterOf<F>, OrderFieldOf<F>>>,
    Connection: connectionOf(entity, name),
    /** Where the values of fields are that are no properties: `{ label: 'labels.name' }`. */
    paths: Object.fromEntries(paths) as Readonly<Record<string, string>>,
  };
}
