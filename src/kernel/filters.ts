import { type ClassType, Field, Float, ID, InputType, Int } from 'type-graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { BigIntScalar } from './scalars.js';

@InputType({ description: 'Conditions on a text; all of them must hold' })
export class StringFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this text' })
  eq?: string;

  @Field(() => [String], { nullable: true, description: 'One of these texts' })
  in?: string[];

  @Field(() => String, { nullable: true, description: 'Has this text anywhere, upper and lower case alike' })
  contains?: string;

  @Field(() => String, { nullable: true, description: 'Starts with this text, upper and lower case alike' })
  startsWith?: string;
}

@InputType({ description: 'Conditions on a key; all of them must hold' })
export class IdFilter {
  @Field(() => ID, { nullable: true, description: 'This key' })
  eq?: string;

  @Field(() => [ID], { nullable: true, description: 'One of these keys' })
  in?: string[];
}

@InputType({ description: 'Conditions on a truth value' })
export class BooleanFilter {
  @Field(() => Boolean, { nullable: true, description: 'This value' })
  eq?: boolean;
}

function rangeFilter<T>(type: () => unknown, name: string, what: string): ClassType<RangeFilter<T>> {
  const returns = type as () => ClassType;

  @InputType(name, { description: `Conditions on ${what}; all of them must hold` })
  class Filter implements RangeFilter<T> {
    @Field(returns, { nullable: true, description: 'Equal' })
    eq?: T;

    @Field(() => [returns()], { nullable: true, description: 'One of these' })
    in?: T[];

    @Field(returns, { nullable: true, description: 'Greater or later' })
    gt?: T;

    @Field(returns, { nullable: true, description: 'Greater or later, or equal' })
    gte?: T;

    @Field(returns, { nullable: true, description: 'Less or earlier' })
    lt?: T;

    @Field(returns, { nullable: true, description: 'Less or earlier, or equal' })
    lte?: T;
  }
  return Filter;
}

export interface RangeFilter<T> {
  eq?: T;
  in?: T[];
  gt?: T;
  gte?: T;
  lt?: T;
  lte?: T;
}

export const IntFilter = rangeFilter<number>(() => Int, 'IntFilter', 'a whole number');
export const FloatFilter = rangeFilter<number>(() => Float, 'FloatFilter', 'a number');
export const BigIntFilter = rangeFilter<bigint>(
  () => BigIntScalar,
  'BigIntFilter',
  'a whole number of 64 bits, such as bytes',
);
export const DateTimeFilter = rangeFilter<Date>(() => GraphQLDateTime, 'DateTimeFilter', 'a time');

/** Conditions on an enum that is registered already. */
export interface EnumFilter<E extends string> {
  eq?: E;
  in?: E[];
}

export function enumFilter<E extends string>(
  type: Record<string, E>,
  name: string,
): ClassType<EnumFilter<E>> {
  @InputType(`${name}Filter`, { description: `Conditions on a ${name}; all of them must hold` })
  class Filter implements EnumFilter<E> {
    @Field(() => type, { nullable: true, description: 'This value' })
    eq?: E;

    @Field(() => [type], { nullable: true, description: 'One of these values' })
    in?: E[];
  }
  return Filter;
}
