// Requirements over skills: the grammar of router/core/requirement.h, to tell which agents a queue can use.
// The router decides who is offered what; this only counts.

export type Skills = Readonly<Record<string, number>>;
export interface Requirement {
  accepts: (skills: Skills) => boolean;
  skills: readonly string[]; // named in it, each once
}

const TOKEN = /\s*(?:(>=|<=|==|!=|>|<|\(|\))|([A-Za-z_][A-Za-z0-9_.-]*)|(\d+))/y;

const COMPARE: Record<string, (have: number, want: number) => boolean> = {
  '>=': (a, b) => a >= b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '<': (a, b) => a < b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

function tokens(text: string): string[] {
  const result: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError(`not a requirement: ${text}`);
    result.push(match[1] ?? match[2] ?? match[3]!);
  }
  return result;
}

type Test = (skills: Skills) => boolean;

// Throws SyntaxError; the router sends only what it has parsed itself.
export function parseRequirement(text: string): Requirement {
  const input = tokens(text);
  const named = new Set<string>();
  let next = 0;
  const fail = (): never => {
    throw new SyntaxError(`not a requirement: ${text}`);
  };
  const take = (token: string): boolean => {
    if (input[next] !== token) return false;
    next++;
    return true;
  };
  function expression(): Test {
    const operands = [term()];
    while (take('or')) operands.push(term());
    return operands.length === 1 ? operands[0]! : (s) => operands.some((o) => o(s));
  }
  function term(): Test {
    const operands = [factor()];
    while (take('and')) operands.push(factor());
    return operands.length === 1 ? operands[0]! : (s) => operands.every((o) => o(s));
  }
  function factor(): Test {
    if (take('not')) {
      const operand = factor();
      return (s) => !operand(s);
    }
    if (take('(')) {
      const inner = expression();
      return take(')') ? inner : fail();
    }
    if (take('any')) return () => true;
    const skill = input[next++] ?? fail();
    if (!/^[A-Za-z_]/.test(skill) || skill === 'and' || skill === 'or') fail();
    named.add(skill);
    const compare = COMPARE[input[next] ?? ''];
    if (compare === undefined) return (s) => (s[skill] ?? 0) >= 1;
    next++;
    const level = Number(input[next++]);
    if (!(level >= 1 && level <= 100)) fail();
    return (s) => s[skill] !== undefined && compare(s[skill], level);
  }
  if (input.length === 0) return {accepts: () => true, skills: []};
  const accepts = expression();
  if (next < input.length) fail();
  return {accepts, skills: [...named].sort()};
}
