import ts from 'typescript';

// Which shapes a state can have, read from its type: what no test happens to make is there, too.

/** Every place of a state and what can stand there: `orders.*.limitPrice` and `bigint`. */
export type Shape = ReadonlyMap<string, ReadonlySet<string>>;

type Found = Map<string, Set<string>>;

const MAPS = new Set(['Map', 'ReadonlyMap']);
const SIMPLE: readonly (readonly [ts.TypeFlags, string])[] = [
  [ts.TypeFlags.Null, 'null'],
  [ts.TypeFlags.Undefined, 'absent'],
  [ts.TypeFlags.BooleanLike, 'boolean'],
  [ts.TypeFlags.BigIntLike, 'bigint'],
  [ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping, 'string'],
  [ts.TypeFlags.Number, 'number'],
];

/** Types as one run of the compiler knows them. */
export class StateTypes {
  private readonly checker: ts.TypeChecker;

  constructor(private readonly program: ts.Program) {
    this.checker = program.getTypeChecker();
  }

  /** By the project's own settings; of packages nothing is read, as no state is made of theirs. */
  static of(files: readonly string[], planted: Readonly<Record<string, string>> = {}): StateTypes {
    const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent({ ...config, files: [...files], include: [] }, ts.sys, '.');
    const options = { ...parsed.options, noEmit: true, types: [] };
    const host = ts.createCompilerHost(options);
    const read = host.readFile.bind(host);
    host.readFile = (path) => planted[path] ?? read(path);
    host.getSourceFile = (path, target) => {
      const text = host.readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, target);
    };
    host.resolveModuleNameLiterals = (names, from) =>
      names.map(({ text }) => (text.startsWith('.') ? ts.resolveModuleName(text, from, options, host) : { resolvedModule: undefined }));
    return new StateTypes(ts.createProgram([...files], options, host));
  }

  /** The first type argument of what a file exports under a name: a definition's state. */
  stateOf(file: string, name: string): ts.Type {
    const source = this.program.getSourceFile(file);
    const module = source && this.checker.getSymbolAtLocation(source);
    const exported = module && this.checker.getExportsOfModule(module).find((one) => one.name === name);
    const state = exported && this.checker.getTypeArguments(this.checker.getTypeOfSymbol(exported) as ts.TypeReference)[0];
    if (state === undefined) throw new Error(`${file} has no definition ${name}`);
    return state;
  }

  /** @throws Error naming what a snapshot cannot hold, and where */
  shapeOf(state: ts.Type, isWritten: (member: string) => boolean = () => true): Shape {
    const found: Found = new Map();
    this.walk(state, { path: '', found, above: [], isWritten });
    return found;
  }

  private walk(type: ts.Type, at: Place): void {
    const parts = type.isUnion() ? type.types : [type];
    const objects = parts.filter((part) => !this.note(part, at));
    for (const one of objects) this.walkObject(one, objects.length > 1 ? { ...at, path: `${at.path}(${this.toldBy(one, objects)})` } : at);
  }

  /** Whether it is no object: then what it is has been noted. */
  private note(type: ts.Type, { path, found }: Place): boolean {
    const kind = this.kindOf(type);
    if (kind === null) return false;
    found.set(path, (found.get(path) ?? new Set()).add(kind));
    return true;
  }

  private kindOf(type: ts.Type): string | null {
    if (type.isStringLiteral() || type.isNumberLiteral()) return JSON.stringify(type.value);
    // A branded text or number: what is added to it is there for the compiler only.
    if (type.isIntersection()) return type.types.map((part) => this.kindOf(part)).find((kind) => kind !== null) ?? null;
    return SIMPLE.find(([flags]) => (type.flags & flags) !== 0)?.[1] ?? null;
  }

  /** What tells an object from the others that can stand in its place: a member with a few given values, or which members there are. */
  private toldBy(type: ts.Type, objects: readonly ts.Type[]): string {
    const names = type.getProperties().map(({ name }) => name);
    const values = (one: ts.Type, name: string): string | null => this.literals(one, name);
    const teller = names.find((name) => new Set(objects.map((one) => values(one, name) ?? '')).size === objects.length);
    return teller === undefined ? names.sort().join(' ') : `${teller} ${values(type, teller)}`;
  }

  /** Null when it can be anything else than a few given values. */
  private literals(type: ts.Type, name: string): string | null {
    const member = type.getProperty(name);
    if (member === undefined) return null;
    const own = this.checker.getTypeOfSymbol(member);
    const parts = own.isUnion() ? own.types : [own];
    return parts.every((part) => part.isStringLiteral()) ? parts.map((part) => part.value).sort().join('|') : null;
  }

  private walkObject(type: ts.Type, at: Place): void {
    const { path, found, above } = at;
    if (above.includes(type)) {
      found.set(path, (found.get(path) ?? new Set()).add('as above'));
      return;
    }
    const inside = { ...at, above: [...above, type] };
    const into = (suffix: string, part: ts.Type): void => this.walk(part, { ...inside, path: path + suffix, isWritten: () => true });
    const name = type.getSymbol()?.name ?? '';
    const parts = this.checker.getTypeArguments(type as ts.TypeReference);
    if (this.checker.isTupleType(type)) parts.forEach((part, index) => into(`[${index}]`, part));
    else if (this.checker.isArrayType(type)) parts.forEach((part) => into('[]', part));
    else if (MAPS.has(name)) parts.forEach((part, index) => into(index === 0 ? '.key' : '.*', part));
    else this.walkMembers(type, inside);
  }

  private walkMembers(type: ts.Type, at: Place): void {
    const members = type.getProperties();
    const rest = type.getStringIndexType();
    const isPlain = members.every(({ flags }) => (flags & ts.SymbolFlags.Method) === 0) && !type.isClass();
    if (!isPlain || (members.length === 0 && rest === undefined)) {
      throw new Error(`${at.path || 'the state'} is ${this.checker.typeToString(type)}, which a snapshot cannot hold`);
    }
    for (const member of members.filter(({ name }) => at.isWritten(name))) {
      const path = at.path === '' ? member.name : `${at.path}.${member.name}`;
      this.walk(this.checker.getTypeOfSymbol(member), { ...at, path, isWritten: () => true });
    }
    if (rest !== undefined) this.walk(rest, { ...at, path: `${at.path}.*`, isWritten: () => true });
  }
}

interface Place {
  readonly path: string;
  readonly found: Found;
  /** What it is in, so that a type that holds itself comes to an end. */
  readonly above: readonly ts.Type[];
  readonly isWritten: (member: string) => boolean;
}
