/** The JSON Schema keywords that this project uses; `compileSchema` refuses all others. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where in a value something is wrong, and what should be there. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

/** Returns the first fault, or null if there is none. */
export type Check = (value: unknown) => Fault | null;

// propertyNames only says that property names are strings, which is true of any JSON.
const words = ['type', 'enum', 'anyOf', 'properties', 'required', 'items', 'propertyNames', 'additionalProperties', 'minimum', 'maximum'];
const annotations = ['$schema', 'title', 'description'];

/**
 * Turns a schema into a check. Unlike zod, it does not copy the value: there is room for only one inventory of a large fleet, and zod takes
 * many times as long.
 */
export function compileSchema(schema: Schema): Check {
  const unknown = Object.keys(schema).find((word) => !words.includes(word) && !annotations.includes(word));
  if (unknown !== undefined) throw new Error(`This check does not know the word ${unknown} of JSON Schema`);
  if (schema.anyOf !== undefined) return checkAny(schema.anyOf.map(compileSchema));
  if (Array.isArray(schema.type)) return checkAny(schema.type.map((type: string) => compileSchema({ ...schema, type })));
  switch (schema.type) {
    case 'object':
      return schema.properties === undefined ? checkRecord(schema) : checkObject(schema, schema.properties);
    case 'array':
      return checkArray(compileSchema(schema.items ?? {}));
    case 'string':
      return schema.enum === undefined ? checkThat('a text', (value) => typeof value === 'string') : checkEnum(schema.enum);
    case 'integer':
      return checkInteger(schema);
    case 'boolean':
      return checkThat('true or false', (value) => typeof value === 'boolean');
    case 'null':
      return checkThat('null', (value) => value === null);
    default:
      throw new Error(`This check does not know the type ${schema.type} of JSON Schema`);
  }
}

function checkThat(expected: string, isRight: (value: unknown) => boolean): Check {
  const fault: Fault = { path: [], expected };
  return (value) => (isRight(value) ? null : fault);
}

function checkEnum(values: readonly string[]): Check {
  return checkThat(`one of ${values.join(', ')}`, (value) => values.includes(value as string));
}

function checkInteger({ minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY }: Schema): Check {
  return checkThat('a whole number', (value) => Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum);
}

/** Reports the deepest fault: whatever nearly fits is what was meant. */
function checkAny(checks: readonly Check[]): Check {
  return (value) => {
    let deepest: Fault | null = null;
    for (const check of checks) {
      const fault = check(value);
      if (fault === null) return null;
      if (deepest === null || fault.path.length > deepest.path.length) deepest = fault;
    }
    return deepest;
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unknown keys are accepted and written out again; at a few thousand levels JSON.stringify runs out of stack. */
const maxUnknownLevels = 100;

function isShallow(value: unknown, levels = maxUnknownLevels): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

const below = (step: string | number, { path, expected }: Fault): Fault => ({ path: [step, ...path], expected });

function checkObject({ required = [] }: Schema, properties: Readonly<Record<string, Schema>>): Check {
  const fields = Object.entries(properties).map(([name, schema]) => ({
    name,
    check: compileSchema(schema),
    isRequired: required.includes(name),
  }));
  return (value) => {
    if (!isObject(value)) return { path: [], expected: 'an object' };
    let known = 0;
    for (const { name, check, isRequired } of fields) {
      const field = value[name];
      if (field !== undefined) known++;
      else if (!isRequired) continue;
      const fault = check(field);
      if (fault !== null) return below(name, fault);
    }
    return faultOfOthers(value, properties, known);
  };
}

/** Looks for unknown keys only if there are any: an inventory has a million objects. */
function faultOfOthers(
  value: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, Schema>>,
  known: number,
): Fault | null {
  let keys = 0;
  for (const _ in value) keys++;
  if (keys === known) return null;
  const deep = Object.keys(value).find((key) => !Object.hasOwn(properties, key) && !isShallow(value[key]));
  return deep === undefined ? null : { path: [deep], expected: `no more than ${maxUnknownLevels} levels deep` };
}

/** An object with any keys. */
function checkRecord({ additionalProperties = {} }: Schema): Check {
  const check = compileSchema(additionalProperties);
  return (value) => {
    if (!isObject(value)) return { path: [], expected: 'an object' };
    for (const key of Object.keys(value)) {
      const fault = check(value[key]);
      if (fault !== null) return below(key, fault);
    }
    return null;
  };
}

function checkArray(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return { path: [], expected: 'a list' };
    for (let index = 0; index < value.length; index++) {
      const fault = check(value[index]);
      if (fault !== null) return below(index, fault);
    }
    return null;
  };
}
